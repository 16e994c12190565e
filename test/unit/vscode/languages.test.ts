import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { placeholdersOf } from '../../../scripts/texts.js'
import { agentRoles, agentStatuses, decisionStatuses, deliveryStatuses, errorKinds, priorities, severities, taskPriorities, taskStatuses } from '../../../src/core/model/words.js'
import type { World } from '../../../src/core/muster.js'
import { tilesOf, verdictOf } from '../../../src/dashboard/tiles.js'
import { alertOf, alertOfMany, alertsOf, raisedAlert } from '../../../src/vscode/alert.js'
import { factsOf } from '../../../src/vscode/dashboard/facts.js'
import { listsOf } from '../../../src/vscode/dashboard/lists.js'
import { decisionText, errorText, messageText, taskText } from '../../../src/vscode/documentText.js'
import { speak } from '../../../src/vscode/l10n.js'
import { LocksOnFiles, markOf } from '../../../src/vscode/locksOnFiles.js'
import { refusalText } from '../../../src/vscode/refusalText.js'
import { statusOfWorld } from '../../../src/vscode/statusText.js'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import { decisionRows } from '../../../src/vscode/views/decisionRows.js'
import { locksByFolder, lockRows } from '../../../src/vscode/views/lockRows.js'
import { messageRows } from '../../../src/vscode/views/messageRows.js'
import type { Row } from '../../../src/vscode/views/row.js'
import { workRows } from '../../../src/vscode/views/workRows.js'
import { agent, claim, decision, error, message, minutesAgo, now, task, world } from './fakes.js'

type Bundle = Record<string, string>
const readBundle = (path: string): Bundle => JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as Bundle
const english = readBundle('l10n/bundle.l10n.json')
const manifest = readBundle('package.nls.json')
const languages = readdirSync(join(projectRoot, 'l10n')).flatMap((file) => /^bundle\.l10n\.([\w-]+)\.json$/.exec(file)?.[1] ?? [])
/** What a text does when it is clicked, and what it shows as it is typed. */
const fixedOf = (text: string): string[] => [...text.matchAll(/\]\((command:[^)]+)\)|(`[^`]+`)/g)].map(([whole]) => whole).sort()

describe('languages', () => {
  it('are more than English', () => assert.ok(languages.includes('de')))

  it('call it the records wherever people read of them; a ledger is what developers and files have', () => {
    const said = (text: string): string => text.replace(/`[^`]*`|MUSTER_LEDGER|ledger\/turn\.lock/g, '')
    assert.deepEqual([...Object.values(english), ...Object.values(manifest)].filter((text) => /ledger/i.test(said(text))), [])
  })

  for (const language of languages) {
    describe(language, () => {
      const bundle = readBundle(`l10n/bundle.l10n.${language}.json`)
      const nls = readBundle(`package.nls.${language}.json`)

      it('has a text for each English one, and none beside', () => {
        assert.deepEqual(Object.keys(bundle).sort(), Object.keys(english).sort())
        assert.deepEqual(Object.keys(nls).sort(), Object.keys(manifest).sort())
      })

      it('has the same places for values, the same links and the same code in each', () => {
        for (const [key, text] of Object.entries(english)) assert.deepEqual([placeholdersOf(bundle[key]!), fixedOf(bundle[key]!)], [placeholdersOf(text), fixedOf(text)], key)
        for (const [key, text] of Object.entries(manifest)) assert.deepEqual(fixedOf(nls[key]!), fixedOf(text), key)
      })

      it('leaves nothing empty, and no sentence in English', () => {
        for (const [key, text] of [...Object.entries(english), ...Object.entries(manifest)]) {
          const translated = bundle[key] ?? nls[key]!
          assert.ok(translated.trim() !== '', key)
          if (text.length > 25) assert.notEqual(translated, text)
        }
      })

      it('marks files with two characters at most: the editor takes no more', () => {
        assert.ok([...bundle['me/at most two characters']!].length <= 2)
      })

      it('has every page of the walkthrough', () => {
        const pages = readdirSync(join(projectRoot, 'media', 'walkthrough')).filter((file) => /^\w+\.md$/.test(file))
        assert.ok(pages.length > 0)
        const pictures = (page: string): (string | undefined)[] => [...readFileSync(join(projectRoot, 'media', 'walkthrough', page), 'utf8').matchAll(/!\[[^\]]+\]\(([\w.]+)\)/g)].map(([, file]) => file)
        for (const page of pages) {
          const picture = page.replace('.md', '.svg')
          assert.ok(existsSync(join(projectRoot, 'media', 'walkthrough', picture)))
          for (const one of [page, page.replace('.md', `.nls.${language}.md`)]) assert.deepEqual(pictures(one), [picture], one)
        }
      })
    })
  }

  describe('in German', () => {
    before(() => speak('de', readBundle('l10n/bundle.l10n.de.json')))
    after(() => speak())

    it('rows say whose a lock is, how far and for how long, or since when', () => {
      const [row] = lockRows(world({ claims: [claim({ resource: 'src/a.ts', progress: 60, note: 'x' })] }), now)
      assert.equal(row!.description, 'Bea · 60 % · noch 28 min · src')
      assert.equal(row!.spoken, 'src/a.ts · gesperrt von Bea · 60 % · noch 28 min')
      assert.equal(lockRows(world({ claims: [claim({ resource: 'a.ts', presence: 'gone' })] }), now)[0]!.description, 'Bea · nicht mehr da · seit 2 min')
      assert.deepEqual(row!.tooltip.lines, [['Gesperrt von', 'Bea'], ['Gesperrt', 'vor 2 min'], ['Fortschritt', '60 %'], ['Notiz', 'x'], ['Bleibt noch', '28 min']])
    })

    it('one is not many', () => {
      const status = (unread: number): string => statusOfWorld(world({ agents: [agent({ id: 'me', name: 'Maria', kind: 'person', me: true, unread })] })).tooltip
      assert.match(status(1), /Dieses Fenster ist Maria\n1 Mensch hier\n0 Sperren\n1 ungelesene Nachricht$/)
      assert.match(status(3), /3 ungelesene Nachrichten$/)
    })

    it('values stand where the sentence wants them, as they are', () => {
      assert.equal(refusalText({ ok: false, reason: 'HELD', resource: 'src/{1}.ts', heldBy: 'bea', holderName: 'Bea {0}', eta: minutesAgo(-10), hint: '' }, now), 'Bea {0} hat src/{1}.ts gesperrt: voraussichtlich fertig in 10 min.')
      const delivered = message({ id: 'm', from: 'me', to: 'all', status: undefined, delivery: { a: 'seen', b: 'sent', c: 'seen' } })
      assert.match(messageRows(world({ messages: [delivered] }), now)[0]!.description, /^an alle · 2 von 3: gesehen · vor 3 min$/)
    })

    it('documents have German headings and dates', () => {
      const text = taskText(task({ number: 1, status: 'started', workerName: 'Bea', acceptance: ['x'] }), { claims: [], now })
      assert.match(text, /\| Status \| begonnen \|\n\| Priorität \| P1 \|/)
      // In some zones it is the day after.
      assert.match(text, /\| Hinzugefügt \| durch Bea, (0?[12]&#46; ?März |0[12]&#46;03&#46;)2026/)
      assert.match(text, /## Erledigt, wenn/)
    })

    it('the dashboard says whether everything is all right', () => {
      const shown = world({ claims: [claim({ resource: 'a', presence: 'gone' })] })
      const facts = factsOf({ kind: 'off', place: { folder: '', root: '', exists: false } }, false, shown)
      assert.equal(verdictOf(tilesOf(listsOf(shown), facts), facts).text, 'Braucht Aufmerksamkeit: Sperren')
    })
  })

  /** In it no text has a Latin letter, and no name: what still has one was forgotten. */
  describe('with other letters', () => {
    const foreign = (text: string): string => text.replace(/\{\w+\}|[A-Za-z]/g, (found) => (found.length > 1 ? found : 'λ'))
    before(() => speak('ru', Object.fromEntries(Object.entries(english).map(([key, text]) => [key, foreign(text)]))))
    after(() => speak())

    const isForeign = (text: string, where: string): void => assert.doesNotMatch(text.replace(/\$\([\w~-]+\)/g, ''), /[A-Za-z]{2,}/, where)
    const textsOf = ({ label, description, spoken, tooltip, children = [] }: Row): string[] => [label, description, spoken, tooltip.title, ...tooltip.lines.flatMap(([name, value]) => [name, value]), ...children.flatMap(textsOf)]

    it('rows of every view are that', () => {
      const shown = everything()
      for (const rows of [agentRows(shown, now, new Map([['б1', 'ж']])), lockRows(shown, now), locksByFolder(shown, now), messageRows(shown, now), decisionRows(shown, now), workRows(shown, now)]) {
        assert.ok(rows.length > 1)
        for (const text of rows.flatMap(textsOf)) isForeign(text, text)
      }
    })

    it('documents are that', () => {
      const shown = everything()
      const documents = [...shown.messages.map((one) => messageText(one, shown)), ...shown.decisions.map((one) => decisionText(one, { claims: shown.claims, commits: [], now })), ...shown.tasks.map((one) => taskText(one, { claims: shown.claims, now })), ...shown.errors.map(errorText)]
      for (const text of documents) isForeign(text.replace(/<[^>]*>/g, ''), text)
    })

    it('toasts, marks, refusals and the status bar are that', () => {
      const shown = everything()
      const alerts = [...alertsOf(shown, () => true), ...shown.messages.flatMap((one) => [alertOf(one, () => true) ?? [], raisedAlert(one, 'я'), raisedAlert(one, one.from)].flat())]
      assert.ok(alerts.length > 10)
      for (const { text } of [...alerts, alertOfMany(alerts, '')]) isForeign(text, text)
      const { text, tooltip, spoken } = statusOfWorld(shown)
      for (const one of [text, tooltip, spoken]) isForeign(one.replace('Muster', ''), one)
      const locks = new LocksOnFiles(shown.claims, '')
      const marks = shown.claims.flatMap(({ resource }) => locks.on(resource) ?? []).flatMap((found) => markOf(found, now) ?? [])
      assert.ok(marks.length > 2)
      for (const mark of marks) isForeign(`${mark.badge} ${mark.tooltip}`, mark.tooltip)
      for (const stale of [true, false]) isForeign(refusalText({ ok: false, reason: 'HELD', resource: 'ф', stale, since: minutesAgo(3), eta: minutesAgo(3), hint: '' }, now), 'refusal')
    })

    it('what the dashboard is told in words is that', () => {
      const shown = everything()
      const lists = listsOf(shown)
      for (const { trouble, waiters } of lists.locks) isForeign(`${trouble} ${waiters}`, 'locks')
      for (const { title, state, to, from } of [...lists.messages, ...lists.help]) isForeign(`${title} ${state} ${to} ${from}`, 'messages')
      for (const { who, after } of lists.tasks) isForeign(`${who} ${after}`, 'tasks')
      const facts = factsOf({ kind: 'off', place: { folder: '', root: '', exists: false } }, false, shown)
      const tiles = tilesOf(lists, facts)
      for (const { label, value, detail } of tiles) isForeign(`${label} ${value} ${detail}`, label)
      isForeign(verdictOf(tiles, facts).text, 'verdict')
    })
  })
})

/** Something of every kind, named in other letters. */
function everything(): World {
  const names = ['б1', 'б2', 'б3', 'б4', 'б5', 'б6']
  const by = { byName: 'ж', by: 'ж', at: minutesAgo(1) }
  return world({
    agents: [
      agent({ id: 'я', kind: 'person', me: true, unread: 2, progress: 10, claims: ['ф/1'] }),
      ...agentStatuses.map((status, index) => agent({ id: names[index]!, status, role: agentRoles[index % agentRoles.length], progress: 5, presence: index === 1 ? 'overdue' : 'live', blocker: index === 2 ? 'ж' : undefined, eta: minutesAgo(index - 3), claims: Array.from({ length: 12 }, () => 'ф'), waitingFor: ['ф'] })),
      agent({ id: 'ц', presence: 'gone' }),
    ],
    claims: [
      claim({ resource: 'ф/1', heldBy: 'я', mine: true, progress: 20, eta: minutesAgo(-5) }),
      claim({ resource: 'ф/2', heldBy: 'б1', waiters: ['б2', 'б3'], eta: minutesAgo(5), message: 'ж' }),
      claim({ resource: 'ф/3', heldBy: 'б2', presence: 'overdue', mode: 'shared' }),
      claim({ resource: 'ф/4', heldBy: 'ц', presence: 'gone' }),
      claim({ resource: 'ф/5', heldBy: 'я', mine: true, presence: 'overdue' }),
      claim({ resource: 'ф/1', heldBy: 'б3', tree: 'дуб' }),
      claim({ resource: 'порт', kind: 'name', heldBy: 'б4' }),
    ],
    messages: [
      ...(['note', 'help', 'handoff', 'reply'] as const).flatMap((kind, index) => [received(`а${index}`, { kind, priority: priorities[index] }), received(`в${index}`, { kind, from: 'я', fromName: 'я', to: index > 1 ? 'all' : 'б1', status: undefined })]),
      ...(['ask', 'answer', 'taken', 'forced', 'granted'] as const).map((act, index) => received(`г${index}`, { about: { act, resource: 'ф/1' }, body: index % 2 === 0 ? '' : 'ж' })),
      ...deliveryStatuses.map((status, index) => received(`д${index}`, { status, delivery: { я: status }, deadline: minutesAgo(index - 2), unread: false })),
      ...deliveryStatuses.map((step, index) => received(`е${index}`, { from: 'я', fromName: 'я', to: 'all', status: undefined, delivery: { б1: step, б2: 'sent' }, thread: 'нить', checklist: ['ж'] })),
    ],
    helpRequests: [received('з', { kind: 'help' }), received('и', { kind: 'help' })],
    decisions: decisionStatuses.map((status, index) => decision({ number: index, status, title: 'ж', decision: 'ж', context: 'ж', category: 'ж', alternatives: ['ж'], consequences: ['ж'], proposerName: 'ж', impact: (['low', 'medium', 'high'] as const)[index % 3], ...(index > 0 && { review: { ...by, note: index % 2 === 0 ? '' : 'ж' } }), ...(status === 'implemented' && { implemented: by }), ...(status === 'superseded' && { superseded: { ...by, replacement: 'D-9' } }) })),
    tasks: taskStatuses.flatMap((status, index) => taskPriorities.map((priority, more) => task({ number: index * 3 + more, status, priority, title: 'ж', addedByName: 'ж', mine: more === 1, blockedBy: more === 2 ? ['T-7'] : [], workerName: status === 'started' ? 'ж' : undefined, worker: status === 'started' ? 'б1' : undefined, assigneeName: status === 'open' ? 'ж' : undefined, phase: more === 0 ? 'ж' : undefined, acceptance: ['ж'], resources: ['ф'], dependsOn: ['T-7'], startedAt: status === 'started' ? minutesAgo(4) : undefined, closed: index > 1 ? { ...by, note: more === 0 ? '' : 'ж' } : undefined }))),
    errors: errorKinds.map((kind, index) => error({ number: index, kind, severity: severities[index % severities.length], message: 'ж', agent: 'б1', agentName: 'ж', resource: 'ф', count: index + 1, ...(index > 2 && { status: 'resolved', resolved: { ...by, text: index === 3 ? '' : 'ж' } }) })),
    checkpoints: new Map([['б1', { agent: 'б1', savedAt: minutesAgo(4), done: 'ж', next: '', verify: 'ж', files: ['ф'], notes: 'ж' }]]) as unknown as World['checkpoints'],
  })
}

function received(id: string, fields: Partial<Parameters<typeof message>[0]>): ReturnType<typeof message> {
  return message({ id, fromName: 'ж', to: 'я', subject: 'ж', body: 'ж', delivery: { я: 'sent' }, ...fields })
}
