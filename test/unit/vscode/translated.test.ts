import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import type { MusterError } from '../../../src/core/errors.js'
import { folderProblem } from '../../../src/core/ledger/folder/problems.js'
import { parseAddress } from '../../../src/core/ledger/postgres/address.js'
import { databaseProblem } from '../../../src/core/ledger/postgres/problems.js'
import { exactNames } from '../../../src/core/names.js'
import { concernsOf } from '../../../src/core/concerns.js'
import { proposeRule, reviewRule } from '../../../src/core/rules/decision.js'
import { handOffRule } from '../../../src/core/rules/handOff.js'
import { forceReleaseRule } from '../../../src/core/rules/release.js'
import { answerRule, askRule } from '../../../src/core/rules/request.js'
import { addTaskRule, changeTaskRule, startTaskRule } from '../../../src/core/rules/task.js'
import { resolveResource } from '../../../src/core/system/resolve.js'
import { memory, tell } from '../../../src/core/tell.js'
import { speak } from '../../../src/vscode/l10n.js'
import { problemsIn } from '../../../src/vscode/toldProblems.js'
import { rememberTold, translated } from '../../../src/vscode/translated.js'
import { lineAfter, openOn, scribble, withLines } from '../ledger/ledgerOnDisk.js'
import { file, isRefusal, MINUTE, RuleTable } from '../rules/table.js'

const german = JSON.parse(readFileSync(join(projectRoot, 'l10n/bundle.l10n.de.json'), 'utf8')) as Record<string, string>

/** Work of three, in which everything that can be refused is refused once. */
function story(): { table: RuleTable; hints: string[] } {
  const table = new RuleTable()
  const hints: string[] = []
  const note = (answer: object): void => {
    if (isRefusal(answer)) hints.push(String((answer as { hint?: unknown }).hint))
  }
  for (const name of ['Ada', 'Bea']) table.join(name)
  table.join('Maria', { kind: 'person' })
  table.claim('bea', file('src/a.ts'))
  table.checkIn('bea', file('src/a.ts'), { progress: 60 })
  table.pass(5 * MINUTE)
  note(table.claim('ada', file('src/a.ts')))
  note(table.claim('ada', file('src/a.ts'), { takeOver: true }))
  note(table.release('ada', file('src/a.ts')))
  note(table.run('ada', forceReleaseRule, { resource: file('src/a.ts'), reason: 'now' }))
  note(table.run('ada', askRule, { resource: file('src/b.ts'), text: '' }))
  note(table.run('bea', answerRule, { request: 'ada:9', answer: 'keep', text: '', keep: [] }))
  table.run('ada', proposeRule, { title: 'Cookies', context: '', decision: '', alternatives: [], consequences: [], category: '', impact: 'low' })
  note(table.run('ada', reviewRule, { decision: 'D-1', verdict: 'approved', note: '' }))
  table.run('maria', reviewRule, { decision: 'D-1', verdict: 'approved', note: '' })
  note(table.run('maria', reviewRule, { decision: 'D-1', verdict: 'rejected', note: '' }))
  const add = (dependsOn: string[]): void => void table.run('ada', addTaskRule, { title: 't', resources: [], priority: 'P1', dependsOn, acceptance: [] })
  for (const waits of [[], [], ['T-1', 'T-2']]) add(waits)
  note(table.run('ada', startTaskRule, { task: 'T-3' }))
  table.run('bea', changeTaskRule, { task: 'T-2', fields: {}, status: 'cancelled', note: '' })
  note(table.run('ada', startTaskRule, { task: 'T-2' }))
  note(table.run('ada', handOffRule, { to: 'bea', message: '', priority: 'normal' }))
  note(table.run('ada', handOffRule, { to: 'nobody', message: '', priority: 'normal', claims: [file('src/a.ts')] }))
  return { table, hints }
}

const inEnglish = [
  'Bea has held src/a.ts for 5 min, 60 % done. Wait until it is free, ask Bea to release it, or work on something else.',
  'Bea is still there, so it cannot be taken over. Wait until it is free, ask Bea to release it, or work on something else.',
  'Bea holds src/a.ts, not you. Wait for it, ask Bea to release it, or work on something else.',
  'Only a person may end a lock of somebody else. Ask the holder to release it, or take it over once it is stale.',
  'Nobody else holds src/b.ts: claim it.',
  'There is no request ada:9 for a lock of yours. Read your messages to see its id.',
  'Only a person may approve a decision. Ask one, and go on with something that does not depend on it.',
  'D-1 is approved by Maria already. Propose a new decision to change course.',
  'T-3 waits for T-1 and T-2. Do those first, or take the next task.',
  'T-2 is cancelled already, by Bea. Add a new task for what is left.',
  'You have neither locks nor tasks to hand on. Send a message instead.',
  '"nobody" has not been here yet. Known here: bea and maria.',
]

const inGerman = [
  'Bea hat src/a.ts seit 5 min gesperrt, 60 % fertig. Warte, bis die Stelle frei ist, bitte Bea um die Freigabe oder arbeite an etwas anderem.',
  'Bea ist noch da, darum geht keine Übernahme. Warte, bis die Stelle frei ist, bitte Bea um die Freigabe oder arbeite an etwas anderem.',
  'Bea hat src/a.ts gesperrt, nicht du. Warte darauf, bitte Bea um die Freigabe oder arbeite an etwas anderem.',
  'Nur ein Mensch darf eine fremde Sperre beenden. Bitte um die Freigabe, oder übernimm sie, sobald sie veraltet ist.',
  'Niemand sonst hat src/b.ts gesperrt: Sperre es selbst.',
  'Es gibt keine Anfrage ada:9 nach einer deiner Sperren. Ihre Kennung steht in deinen Nachrichten.',
  'Nur ein Mensch darf eine Entscheidung annehmen. Bitte einen darum und mach mit etwas weiter, das nicht davon abhängt.',
  'D-1 ist von Maria bereits angenommen. Um den Kurs zu ändern, schlag eine neue Entscheidung vor.',
  'T-3 wartet auf T-1 und T-2. Erledige diese zuerst oder nimm die nächste Aufgabe.',
  'T-2 ist durch Bea bereits abgebrochen. Für den Rest füge eine neue Aufgabe hinzu.',
  'Du hast weder Sperren noch Aufgaben weiterzugeben. Schick stattdessen eine Nachricht.',
  '„nobody“ war noch nicht hier. Hier bekannt: bea und maria.',
]

describe('what the core tells', () => {
  const forgotten = (): void => {
    speak()
    // Other tests in this process may have had it remembered.
    memory.musterTold = undefined
  }
  beforeEach(forgotten)
  afterEach(forgotten)

  const inAGermanEditor = (): void => {
    speak('de', german)
    rememberTold()
  }

  it('is English where nobody asked for another language, and nothing of it is remembered', () => {
    const { hints } = story()
    assert.deepEqual(hints, inEnglish)
    assert.deepEqual(hints.map(translated), inEnglish)
    assert.equal(memory.musterTold, undefined)
  })

  it('is said anew in the editor\'s language, with the texts and words that were put in', () => {
    inAGermanEditor()
    assert.deepEqual(story().hints.map(translated), inGerman)
    const concerns = concernsOf({ shared: { why: '' }, conflictCopies: ['a', 'b', 'c'], watchProblem: 'ENOSPC' } as unknown as Parameters<typeof concernsOf>[0])
    assert.match(concerns.map(translated).join('\n'), /^Sperren sind hier nur ein Hinweis.*\n.*\(a und 2 weitere\).*\n.*\(ENOSPC\)/)
  })

  it('is that of what fails, too: the folder, the database, what was typed', () => {
    inAGermanEditor()
    const failed = (error: MusterError): string => [error.message, error.hint ?? ''].map(translated).join(' ')
    assert.equal(failed(folderProblem('/x', Object.assign(new Error('?'), { code: 'EROFS' }))), '/x ist auf einer schreibgeschützten Platte. Wähle einen Ordner auf einer Platte, auf die geschrieben werden kann.')
    assert.equal(failed(databaseProblem(Object.assign(new Error('?'), { code: 'ECONNREFUSED' }))).split('.')[0], 'Die Datenbank kann jetzt nicht verwendet werden: dort antwortet niemand')
    assert.throws(() => parseAddress('x'), (error: MusterError) => failed(error) === 'Die Adresse der Datenbank gehört zu keiner PostgreSQL-Datenbank. Sie sieht so aus: postgres://user:password@host:5432/database?space=team')
    assert.throws(() => resolveResource('port:0', { tree: { root: '/x', id: '', gitDir: '/x/.git', commonDir: '/x/.git' }, base: '/x', names: exactNames }), (error: MusterError) => error.message === '"port:0" is no port.' && translated(error.message) === '„port:0“ ist kein Port.')
  })

  it('is that of records that are damaged, or of a newer version, with where they are', async () => {
    inAGermanEditor()
    const newer = await withLines(2)
    scribble(newer, lineAfter(newer, (fields) => ({ ...fields, kind: 'confetti' })))
    const { message = '', hint = '' } = (await openOn(newer)).status().readOnly ?? {}
    assert.equal(message, 'The records hold a line of a kind this version of Muster does not know (confetti).')
    assert.equal(translated(message), 'Die Aufzeichnungen enthalten eine Zeile einer Art, die diese Version von Muster nicht kennt (confetti).')
    assert.match(translated(hint), /^Aktualisiere Muster hier/)
    const cut = await withLines(3)
    scribble(cut, lineAfter(cut, (fields) => ({ ...fields, prev: 'abcdefabcdefabcd' })))
    const damaged = (await openOn(cut)).status().readOnly?.message ?? ''
    assert.match(damaged, /: a line after byte \d+ belongs to a history that differs from the one read up to 4\.$/)
    assert.match(translated(damaged), /: Eine Zeile nach Byte \d+ gehört zu einem anderen Verlauf als dem, der bis 4 gelesen wurde\.$/)
  })

  it('is that of another process, where its file says what it was made of', () => {
    const told = JSON.stringify([
      { file: 'a', line: 2, reason: 'Nobody reads STAUS. Is STATUS meant?', of: ['Nobody reads {0}. Is {1} meant?', 'STAUS', 'STATUS'] },
      { file: 'a', reason: 'It is not kept up to date: It is a link.', of: ['It is not kept up to date: {0}', ['It is a link.']] },
      ...[['{0}', 1], 'x', [], [['x']], null].map((of) => ({ file: 'a', reason: 'as it is', of })),
    ])
    speak('de', german)
    assert.deepEqual(problemsIn(told).map(({ reason }) => reason), ['Niemand liest STAUS. Ist STATUS gemeint?', 'Sie wird nicht aktuell gehalten: Es ist ein Link.', ...Array<string>(5).fill('as it is')])
    speak()
    assert.deepEqual(problemsIn(told).map(({ reason }) => reason), (JSON.parse(told) as { reason: string }[]).map(({ reason }) => reason))
  })

  it('is English in the records and for every caller in any editor', () => {
    const before = story()
    inAGermanEditor()
    const after = story()
    assert.deepEqual(after.hints, before.hints)
    assert.ok(before.table.commits.length > 8)
    assert.equal(JSON.stringify(after.table.commits), JSON.stringify(before.table.commits))
  })

  it('stays as it is where it was made in another way, is not in the bundle, or was long ago', () => {
    inAGermanEditor()
    assert.equal(translated('Bea has it now, and more'), 'Bea has it now, and more')
    assert.equal(translated(tell`${'Bea'} says so`), 'Bea says so')
    const early = tell`${'Bea'} has it now`
    assert.equal(translated(early), 'Bea hat sie jetzt')
    for (let i = 0; i < 2000; i++) tell`${i} has it now`
    assert.equal(translated(early), early)
    const shown = tell`${'Cid'} has it now`
    for (let i = 0; i < 2000; i++) {
      tell`${i} has it now`
      assert.equal(translated(shown), 'Cid hat sie jetzt')
    }
    assert.equal(translated(tell`${'{1}'} has it now`), '{1} hat sie jetzt')
    assert.ok(memory.musterTold!.size <= 1000)
  })
})
