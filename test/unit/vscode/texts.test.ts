import assert from 'node:assert/strict'
import type { LogEntry } from '../../../src/core/muster.js'
import { Avoided } from '../../../src/vscode/avoided.js'
import { alertOf, raisedAlert } from '../../../src/vscode/alert.js'
import { decisionText, messageText, taskText } from '../../../src/vscode/documentText.js'
import { link, withoutHtml } from '../../../src/vscode/documentParts.js'
import { progressProblem } from '../../../src/vscode/progress.js'
import { refusalText } from '../../../src/vscode/refusalText.js'
import { isPartial, particularsOf, statusOf, statusOfWorld, troubleOf } from '../../../src/vscode/statusText.js'
import { linksTo, tooltip, tooltipText } from '../../../src/vscode/views/row.js'
import { ago, breakable, byName, doneText, dueText, escapeMarkdown, nameOfPath, parentOfPath, shieldMarkdown, short, unshield, until } from '../../../src/vscode/text.js'
import { agent, claim, decision, FakeMuster, ledgerStatus, message, minutesAgo, now, task, world } from './fakes.js'

describe('texts of the editor', () => {
  it('tells times', () => {
    assert.equal(ago(minutesAgo(0), now), 'just now')
    assert.equal(ago(minutesAgo(2), now), '2 min ago')
    assert.equal(ago(minutesAgo(-5), now), 'just now')
    assert.equal(until(minutesAgo(-10), now), 'in 10 min')
    assert.equal(until(minutesAgo(10), now), '10 min late')
    assert.deepEqual([doneText(minutesAgo(-10), now), doneText(minutesAgo(10), now)], ['done in 10 min', '10 min late'])
    assert.deepEqual([dueText(minutesAgo(-10), now), dueText(minutesAgo(10), now)], ['answer due in 10 min', 'answer 10 min late'])
  })

  it('shortens and splits', () => {
    assert.equal(short('x'.repeat(100), 10), `${'x'.repeat(9)}…`)
    assert.deepEqual([nameOfPath('src/core/'), parentOfPath('src/core/')], ['core/', 'src'])
    assert.deepEqual([nameOfPath('a.ts'), parentOfPath('a.ts')], ['a.ts', ''])
    assert.deepEqual(['part-10', 'part-2', 'Part-1'].sort(byName), ['Part-1', 'part-2', 'part-10'])
  })

  it('lets paths be broken, and nothing else', () => {
    assert.equal(breakable('/a/b c/'), '/\u200ba/\u200bb c/')
  })

  it('leaves nothing of Markdown in other people\'s text', () => {
    const escaped = escapeMarkdown('<img src=x> [a](command:x) ![b](http://c) `d` **e** http://f\n  g')
    assert.doesNotMatch(escaped, /[<>[\]()`*!:]/)
    assert.match(escaped, / {2}\n\u00a0\u00a0g$/)
  })

  it('shows a message with its text as written', () => {
    const text = messageText(message({ id: '1', subject: '# <b>x', body: 'one\n<script>' }), world())
    assert.doesNotMatch(text, /<script|<b>/)
    assert.match(text, /one {2}\n/)
  })

  it('leaves nothing of HTML, mathematics, hidden parts and directions in text that is shown with its formatting, and gives it back as text', () => {
    const text = '---\nhidden: 1\n---\n<b>x</b> `a < b` $5 \u202eevil\r\n  - in'
    const shielded = shieldMarkdown(text)
    assert.doesNotMatch(shielded, /[<$\u202e\r]/)
    assert.equal(unshield(shielded), '\n---\nhidden: 1\n---\n<b>x</b> `a < b` $5 evil\n  - in')
    assert.equal(unshield(encodeURI(shieldMarkdown('https://a.example/$1').trim())), 'https://a.example/$1')
  })

  it('lets longer texts of others be put in by who shows them, and nothing else', () => {
    const texts: string[] = []
    const say = (text: string): string => `<${texts.push(text) - 1}>`
    const first = message({ id: '1', thread: '1', subject: '<0>', body: '**first** <1>', fromName: '<7>' })
    const page = messageText(message({ id: '2', thread: '1', subject: 's', body: '_second_', checklist: ['<5>'] }), world({ messages: [first] }), say)
    assert.deepEqual([texts, page.match(/<\d>/g)], [['_second_', '**first** <1>'], ['<0>', '<1>']])
    assert.match(decisionText(decision({ number: 1, decision: 'd', context: 'c', alternatives: ['<9>'] }), { claims: [], commits: [], now }, say), /## Decision\n\n<2>\n\n## Why\n\n<3>/)
  })

  it('says who got a message how far, those of one step together', () => {
    const received = (delivery: Record<string, 'sent' | 'seen' | 'answered'>): string => /\| Received \| (.*) \|/.exec(messageText(message({ id: '1', delivery }), world()))![1]!.replace(/&#58;/g, ':')
    assert.equal(received({ bea: 'seen' }), 'bea: seen')
    assert.equal(received({ bea: 'seen', cy: 'seen', me: 'seen', di: 'seen', ed: 'sent', fay: 'answered', gus: 'answered' }), 'you and 3 others: seen; ed: not seen yet; fay, gus: answered')
  })

  it('shows a checklist with boxes, who ticked what, and nothing of HTML but that', () => {
    const hostile = '</label><input data-step="9" onclick=x> [a](command:x)\n- b'
    const text = messageText(message({ id: '1', checklist: ['tag', hostile], ticked: [{ step: 2, by: 'x', byName: hostile, at: minutesAgo(3) }] }), world())
    assert.match(text, /## 1 of 2 done\n\n- <label><input type="checkbox" data-step="1" data-key="step 1"> tag<\/label>\n- <label><input type="checkbox" data-step="2" data-key="step 2" checked> /)
    assert.deepEqual([...text.matchAll(/<(\w+)/g)].map(([, tag]) => tag), ['label', 'input', 'label', 'input', 'small'])
    assert.match(withoutHtml(text), /- &#91; &#93; tag\n- &#91;x&#93; /)
    assert.doesNotMatch(withoutHtml(text), /<|data-|checkbox/)
    assert.equal(link('file', '"><b>ü', '<b>'), '<a href="#" data-open="file" data-name="%22%3E%3Cb%3E%C3%BC">&#60;b&#62;</a>')
  })

  it('leads from a decision to its files, locks and commits', () => {
    const made = decision({ number: 3, resources: ['src/a.ts', 'name:build'], implemented: { by: 'x', byName: 'X', at: minutesAgo(1), commits: ['a1b2', 'dead'], resources: ['src/b.ts'] }, superseded: { by: 'x', byName: 'X', at: minutesAgo(1), replacement: 'D-4' } })
    const claims = [claim({ resource: 'src/a.ts', holderName: '<b>Bea', progress: 60 }), claim({ resource: 'src/c.ts', note: 'for D-3.' }), claim({ resource: 'src/d.ts', note: 'for D-31' })]
    const text = decisionText(made, { claims, commits: [{ id: 'a1b2c3d4e5', subject: '<i>D-3', author: 'A', at: minutesAgo(5) }], now })
    assert.deepEqual([...text.matchAll(/data-open="(\w+)" data-name="([^"]+)"/g)].map(([, open, name]) => `${open} ${name}`), ['decision D-4', 'file src%2Fa.ts', 'file src%2Fb.ts', 'file src%2Fc.ts', 'commit a1b2c3d4e5'])
    assert.doesNotMatch(text, /<[bi]>/)
    assert.match(text, /60 %/)
    assert.match(text, /- dead <small>not in this repository/)
  })

  it('leads from a task to its files, with who has them locked, and to the tasks before it', () => {
    const text = taskText(task({ number: 2, resources: ['src/a.ts', 'name:build'], dependsOn: ['T-1'] }), { claims: [claim({ resource: 'src/a.ts', holderName: '<b>Bea' }), claim({ resource: 'src/c.ts', note: 'T-2' })], now })
    assert.deepEqual([...text.matchAll(/data-open="(\w+)" data-name="([^"]+)"/g)].map(([, open, name]) => `${open} ${name}`), ['file src%2Fa.ts', 'file src%2Fc.ts', 'task T-1'])
    assert.match(text, /name&#58;build/)
    assert.doesNotMatch(text, /<b>/)
  })

  it('leads from a tooltip to files and commits, whatever they are called, and nowhere else', () => {
    const evil = 'a) [x](command:workbench.action.quit) <b>'
    const made = tooltip('<i>', ['Note', '[x](command:x)'], ['Files', linksTo('file', ['src/a.ts', 'name:build', evil])], ['Commits', linksTo('commit', Array.from({ length: 12 }, () => 'abcdef0123'))], ['None', linksTo('file', [])])
    const text = tooltipText(made, 'feat-x')
    const links = [...text.matchAll(/\]\(command:([^?]+)\?([^)]*)\)/g)].map(([, command, given = '']) => [command, (JSON.parse(decodeURIComponent(given)) as unknown[])[0]])
    assert.deepEqual(links.slice(0, 2), ['src/a.ts', evil].map((resource) => ['muster.openFile', { target: { type: 'lock', tree: 'feat-x', resource, heldBy: '' } }]))
    assert.deepEqual(links.slice(2), Array.from({ length: 10 }, () => ['vscode.open', { $mid: 1, scheme: 'muster', path: '/abcdef01.diff', query: 'commit=abcdef0123' }]))
    assert.equal(text.match(/[[<]/g)?.length, 12)
    assert.match(text, /, 2 more$/)
  })

  it('checks progress as it is typed', () => {
    for (const fine of ['', '0', '100', ' 60 ', '60 %', '12.5']) assert.equal(progressProblem(fine), undefined, fine)
    for (const wrong of ['-1', '101', 'x', '%', '1e9', 'NaN']) assert.ok(progressProblem(wrong), wrong)
  })

  it('says who holds a lock, how far, since when and until when', () => {
    const refusal = { ok: false, reason: 'HELD', resource: 'src/a.ts', heldBy: 'bea', holderName: 'Bea', progress: 60, since: minutesAgo(2), eta: minutesAgo(-10), hint: '' } as const
    assert.equal(refusalText(refusal, now), 'Bea has locked src/a.ts: 60 % · for 2 min · expected done in 10 min.')
    assert.match(refusalText({ ...refusal, eta: minutesAgo(3) }, now), /for 2 min · 3 min late\.$/)
    assert.match(refusalText({ ...refusal, stale: true }, now), /the lock is stale/)
  })

  describe('status bar', () => {
    it('shows who, how far, unread and stale', () => {
      const status = statusOfWorld(world({
        agents: [agent({ id: 'me', name: 'Maria', kind: 'person', me: true, progress: 60, unread: 2 })],
        claims: [claim({ resource: 'a', mine: true, heldBy: 'me' }), claim({ resource: 'b', presence: 'gone' })],
      }))
      assert.equal(status.text, '$(lock) Maria · 60 % · 2 unread · 1 stale')
      assert.equal(status.alarm, undefined)
    })

    it('tells in its tooltip how many agents are here and what was avoided', () => {
      const agents = [agent({ id: 'me', name: 'Maria', kind: 'person', me: true }), agent({ id: 'a' }), agent({ id: 'b' }), agent({ id: 'c', presence: 'gone' })]
      assert.match(statusOfWorld(world({ agents }), 1).tooltip, /^1 person here · 2 agents · 1 conflict avoided$/m)
      assert.match(statusOfWorld(world({ agents }), 0).tooltip, /^1 person here · 2 agents$/m)
      assert.match(statusOfWorld(world({ agents }), 3).spoken, /3 conflicts avoided/)
    })

    it('says in its tooltip in which database the records are', () => {
      const status = statusOfWorld(world({ ledger: { ...ledgerStatus, kind: 'postgres', database: { host: 'db.example', space: 'acme/app' } } }))
      assert.match(status.tooltip, /^Records: in the database on db\.example, as “acme\/app”$/m)
      assert.doesNotMatch(statusOfWorld(world()).tooltip, /database/)
    })

    it('counts a wish for what another holds once, whether it waits or asks', () => {
      const avoided = new Avoided()
      const entry = (by: string, event: unknown): LogEntry => ({ seq: 1, at: '', by, byName: by, text: '', event: event as LogEntry['event'] })
      const wait = { type: 'wait.queued', agent: 'bea', resources: [{ kind: 'file', tree: '', path: 'src/a.ts' }] }
      const ask = { type: 'message.sent', fields: { about: { act: 'ask', resource: 'src/a.ts' } } }
      avoided.hear([entry('bea', wait), entry('bea', wait), entry('bea', ask), entry('cy', ask), entry('cy', { type: 'message.sent', fields: {} })])
      assert.equal(avoided.count, 2)
    })

    it('warns only about my own locks', () => {
      const mine = statusOfWorld(world({ claims: [claim({ resource: 'a', mine: true, heldBy: 'me', presence: 'overdue' })] }))
      assert.deepEqual([mine.alarm, mine.text], [true, '$(lock) me · your lock is stale'])
      const lost = statusOfWorld(world({ messages: [message({ id: '1', about: { act: 'taken', resource: 'a' } })] }))
      assert.deepEqual([lost.alarm, /1 lock lost/.test(lost.text)], [true, true])
    })

    it('says what is wrong with the ledger', () => {
      const place = { folder: '/x/.muster', root: '/x', exists: true }
      const failed = { kind: 'failed', place, problem: { code: 'FOLDER_UNUSABLE', message: 'The folder is a file.', hint: 'Move it away.' } } as const
      assert.equal(troubleOf(failed), 'The folder is a file. Move it away.')
      assert.equal(statusOf(failed)!.alarm, undefined)
      const muster = new FakeMuster({})
      muster.status = { ...ledgerStatus, readOnly: { code: 'LEDGER_DAMAGED', message: 'Damaged', hint: 'Repair it.' } }
      const on = { kind: 'on', place, muster: muster.asMuster(), readOnly: false } as const
      assert.deepEqual([statusOf(on)!.text, statusOf(on)!.alarm], ['$(warning) Muster: read-only', undefined])
      assert.equal(statusOf(on)!.tooltip, 'Muster only looks here and changes nothing. Its records in /x/.muster are damaged; what can be read is shown. In a terminal, “muster verify” says where they break, and “muster repair” mends them.')
      assert.equal(particularsOf(on), 'Damaged. Repair it.')
      assert.deepEqual([isPartial(on), isPartial({ ...on, muster: new FakeMuster({}).asMuster() })], [true, false])
      assert.equal(statusOf({ kind: 'off', place }), undefined)
    })

    it('says why a window only looks, and does not take that for Restricted Mode', () => {
      const place = { folder: '/x/.muster', root: '/x', exists: true }
      const muster = new FakeMuster({})
      muster.status = { ...ledgerStatus, readOnly: { code: 'OPENED_READ_ONLY', message: '', hint: '' } }
      const on = { kind: 'on', place, muster: muster.asMuster(), readOnly: true } as const
      assert.match(troubleOf(on)!, /^Restricted Mode/)
      const newer = troubleOf({ ...on, obstacle: { code: 'LEDGER_NEWER', message: 'Line 7 of the ledger …', hint: 'Update.' } })!
      assert.match(newer, /^Muster only looks here and changes nothing\. A newer version of Muster .*update Muster in this window/)
      const disk = { ...on, obstacle: { code: 'FOLDER_UNUSABLE', message: '/x/.muster is on a read-only disk.', hint: 'Choose a folder on a disk that can be written.' } } as const
      assert.equal(troubleOf(disk), 'Muster only looks here and changes nothing. /x/.muster is on a read-only disk. Choose a folder on a disk that can be written.')
      assert.deepEqual([statusOf(disk)!.text, statusOf(on)!.text], ['$(warning) Muster: read-only', '$(eye) Muster'])
    })
  })

  describe('alerts', () => {
    const wanted = (): boolean => true

    it('tells who asks for my lock, and offers to release it', () => {
      const alert = alertOf(message({ id: '1', body: 'need it', about: { act: 'ask', resource: 'src/a.ts' } }), wanted)
      assert.equal(alert?.text, 'Bea asks you to release src/a.ts: need it')
      assert.deepEqual(alert?.actions, ['Release', 'Reply', 'Show'])
    })

    it('tells that my lock was taken or ended, that I got what I waited for, and that help is wanted', () => {
      assert.equal(alertOf(message({ id: '1', about: { act: 'taken', resource: 'a' } }), wanted)?.text, 'Bea took over a, which was yours.')
      assert.match(alertOf(message({ id: '1', about: { act: 'forced', resource: 'a' } }), wanted)!.text, /ended your lock on a/)
      assert.equal(alertOf(message({ id: '1', about: { act: 'granted', resource: 'a' } }), wanted)?.text, 'a is yours now.')
      for (const [kind, action] of [['file', 'Open File'], ['name', 'Show'], ['glob', 'Show']] as const) assert.deepEqual(alertOf(message({ id: '1', about: { act: 'granted', resource: 'a' } }), wanted, [claim({ resource: 'a', kind, mine: true })])?.actions, [action])
      assert.match(alertOf(message({ id: '1', kind: 'help' }), wanted)!.text, /asks for help: Hello/)
    })

    it('tell the sender\'s person of an urgent message that nobody acknowledged, once', () => {
      const [own, agents] = [raisedAlert(message({ id: '1', from: 'me', subject: 'Stop' }), 'me'), raisedAlert(message({ id: '2', from: 'bea', subject: 'Stop' }), 'me')]
      assert.equal(own.text, 'Your urgent message was not acknowledged for ten minutes: Stop')
      assert.equal(agents.text, 'Bea\'s urgent message was not acknowledged for ten minutes: Stop')
      // Not what tells of the message itself.
      assert.notEqual(own.id, '1')
    })

    it('is silent about notes, and where the settings say so', () => {
      assert.equal(alertOf(message({ id: '1' }), wanted), undefined)
      for (const about of [{ act: 'ask', resource: 'a' }, { act: 'taken', resource: 'a' }] as const) assert.equal(alertOf(message({ id: '1', about }), () => false), undefined)
    })
  })
})
