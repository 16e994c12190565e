import assert from 'node:assert/strict'
import { checkDocuments } from '../../../../src/documents/project/check.js'
import type { Checked, Finding } from '../../../../src/documents/project/finding.js'
import { wantedTexts } from '../../../../src/documents/project/files.js'
import type { ProjectRecords } from '../../../../src/documents/project/records.js'
import { withSection } from '../../../../src/documents/sections.js'
import { findingText } from '../../../../src/vscode/findingText.js'
import { agent, decision, project, task } from './sample.js'

const intro = '# Ours\n\nWritten by people.\n'

function filesOf(records: ProjectRecords): Map<string, string> {
  const { parts, archives } = wantedTexts(records, '/repo')
  return new Map([...[...parts].map(([file, { section, text: body }]) => [file, withSection(intro, undefined, { section, body, put: 'end' })] as const), ...[...archives].map(([file, { section, text: body }]) => [file, withSection(undefined, undefined, { section, body, put: 'end' })] as const)])
}

function check(records: ProjectRecords, edit: (file: string, text: string) => string | undefined = (_file, text) => text, more: Partial<Checked> = {}): Finding[] {
  return checkDocuments({ records, project: 'Shop', files: new Map([...filesOf(records)].map(([file, text]) => [file, edit(file, text)])), ...more })
}

const told = (found: readonly Finding[]): string[] => found.map(({ file, line, code }) => `${file}:${line} ${code}`)
const edited = (name: string, from: string | RegExp, to: string) => (file: string, text: string): string => (file === name ? text.replace(from, to) : text)
/** Line of a text in a file, from 1. */
const lineOf = (records: ProjectRecords, file: string, text: string): number => filesOf(records).get(file)!.split('\n').findIndex((line) => line.includes(text)) + 1

describe('the check before a handoff', () => {
  it('finds nothing in what was just written of a whole project', () => {
    assert.deepEqual(check(project()), [])
  })

  it('says of each of its questions, to the line, where the answer is missing', () => {
    const { plan } = project()
    const rest = { ...plan }
    delete rest.deliverable
    delete rest.tests
    const core = { ...plan.phases[1]!, acceptance: [] }
    const records = project({ plan: { ...rest, phases: [plan.phases[0]!, core], phase: core, overall: { done: 0, total: 0 } }, tasks: [task(3, 'Read me', { priority: 'P2' })], claims: [], agents: [agent('bee', { name: 'Bee', role: 'worker', currentTask: 'x' })] })
    const line = (text: string): number => lineOf(records, 'STATUS.md', text)
    assert.deepEqual(told(check(records)), [
      `STATUS.md:${line('## Current Deliverable')} no-deliverable`,
      `STATUS.md:${line('### P0')} no-next-p0`,
      `STATUS.md:${line('- Bee:')} no-scope`,
      `STATUS.md:${line('**Overall:**')} no-progress`,
      `STATUS.md:${line('### Phase 1: Core')} no-criteria`,
      `STATUS.md:${line('**Tests:**')} no-tests`,
    ])
    assert.deepEqual(told(check(project({ plan: { ...plan, phases: [], overall: plan.overall } }))), [`STATUS.md:${line('## Phase Plan')} no-phase-plan`])
  })

  it('misses no scope of an agent without a task, unless it is a worker', () => {
    const idle = (role: 'worker' | 'guide'): ProjectRecords => project({ agents: [agent('bee', { name: 'Bee', role })], claims: [] })
    assert.match(filesOf(idle('guide')).get('STATUS.md')!, /\n- Bee: none yet \(Scope: none\)\n/)
    assert.deepEqual(check(idle('guide')), [])
    assert.deepEqual(check(idle('worker')).map(({ code }) => code), ['no-scope'])
  })

  it('does not take a word that says nothing for a deliverable or a task', () => {
    const { plan, tasks } = project()
    const records = project({ plan: { ...plan, deliverable: { title: 'TBD', owner: '', status: 'next' } }, tasks: [{ ...tasks[0]!, title: 'stuff', blockedBy: [] }] })
    assert.deepEqual(check(records).map(({ code }) => code), ['no-deliverable', 'no-next-p0'])
  })

  it('tells what is missing, behind, changed by hand or not committed', () => {
    const records = project()
    assert.deepEqual(told(check(records, (file, text) => (file === 'AGENTS.md' ? undefined : text))), ['AGENTS.md:1 missing-file'])
    const later = project({ tasks: [...records.tasks, task(9, 'More', { priority: 'P2' })] })
    const behind = checkDocuments({ records: later, project: 'Shop', files: filesOf(records) })
    assert.deepEqual(behind.map(({ code, severity, fix }) => [code, severity, fix]), [['stale', 'warning', 'render']])
    assert.deepEqual(told(check(records, edited('STATUS.md', '182/184', '184/184'))), [`STATUS.md:${lineOf(records, 'STATUS.md', '182/184')} changed-by-hand`])
    assert.deepEqual(told(check(records, undefined, { uncommitted: ['STATUS.md'] })), ['STATUS.md:1 uncommitted'])
    const changed = check(records, (file, text) => (file === 'AGENTS.md' ? text.replace('One agent leads', 'Two agents lead').replace('Maximum workers: 15', 'Maximum workers: 99') : text))
    assert.deepEqual(told(changed), ['One agent leads', 'Maximum workers: 15'].map((text) => `AGENTS.md:${lineOf(records, 'AGENTS.md', text)} changed-by-hand`))
  })

  it('tells of marks that are lost at the one that is left, and everything else all the same', () => {
    const records = project({ claims: [], plan: { ...project().plan, deliverable: { title: 'TBD', owner: '', status: 'next' } } })
    const at = (text: string): number => lineOf(records, 'STATUS.md', text)
    assert.deepEqual(told(check(records, edited('STATUS.md', '<!-- muster:end status -->', ''))), [`STATUS.md:${at('muster:begin')} broken-marks`, `STATUS.md:${at('## Current Deliverable')} no-deliverable`, `STATUS.md:${at('- Codex-Worker-1:')} no-scope`])
    const [first] = check(records, edited('STATUS.md', /<!-- muster:begin status .*\n/, ''))
    assert.deepEqual([first?.code, first?.line], ['broken-marks', at('muster:end') - 1])
    assert.match(first!.hint, /Put this line back where Muster's text begins, and run muster docs render: <!-- muster:begin status -->/)
  })

  it('reads a STATUS.md that somebody keeps by hand, with what is wrong in it', () => {
    const own = '# Project Status\n\n**Phase:** Phase 2 - Launch\n\n## Current Deliverable\n\nPosters\n\n## TODO\n\n### P0\n- [x] done\n- [ ] Print posters\n'
    const found = check(project(), (file, text) => (file === 'STATUS.md' ? own : text))
    assert.deepEqual(told(found), ['STATUS.md:1 no-marks', 'STATUS.md:1 no-progress', 'STATUS.md:1 no-resume', 'STATUS.md:1 no-phase-plan', 'STATUS.md:1 no-tests', 'STATUS.md:3 phase-without-decision'])
    const all = check(project(), (_file, text) => text.replaceAll(/<!-- muster:.*\n/g, ''))
    assert.deepEqual(all.filter(({ code }) => code === 'no-marks'), [], 'all three may be a person\'s')
  })

  it('says that a file has lost its marks, or everything, and never to write anew what has no part of Muster\'s', () => {
    for (const file of ['STATUS.md', 'DECISIONS.md', 'AGENTS.md']) {
      const [lost, ...others] = check(project(), edited(file, /<!-- muster:.*\n/g, ''))
      assert.deepEqual([lost!.file, lost!.code, lost!.fix, lost!.hint], [file, 'no-marks', 'init', 'Have Muster keep it: muster docs init'])
      assert.deepEqual(others, [])
      const [empty, ...more] = check(project(), edited(file, /[^]*/, ''))
      assert.deepEqual([empty!.file, empty!.code, empty!.message, empty!.fix, more], [file, 'empty-file', `${file} is empty.`, 'init', []])
    }
    const behind = check(project(), edited('DECISIONS.md', /<!-- muster:.*\n|## 2026-02-12: [^]*?Supersedes:\*\* none\n/g, ''))
    assert.deepEqual(behind.map(({ file, code, fix }) => [file, code, fix]), [['DECISIONS.md', 'no-marks', 'init'], ['DECISIONS.md', 'decision-deleted', 'init']])
    assert.ok(behind.every(({ hint }) => !hint.includes('docs render')))
  })

  it('finds a past decision that was changed, deleted or invented, and no other', () => {
    const records = project()
    const line = (text: string): number => lineOf(records, 'DECISIONS.md', text)
    assert.deepEqual(told(check(records, edited('DECISIONS.md', 'Files do not scale.', 'Files are slow.'))), [`DECISIONS.md:${line('Files do not scale.')} decision-changed`])
    assert.deepEqual(told(check(records, edited('DECISIONS.md', /## 2026-02-12: [^]*?Supersedes:\*\* none\n/, ''))), [`DECISIONS.md:1 decision-deleted`].map((one) => one.replace(':1 ', `:${lineOf(records, 'DECISIONS.md', 'muster:begin') + 1} `)))
    assert.deepEqual(check(records, edited('DECISIONS.md', '**Number:** D-1', '**Number:** D-77')).map(({ code }) => code), ['decision-unknown', 'decision-deleted'])
    assert.deepEqual(told(check(records, edited('DECISIONS.md', 'Written by people', 'Written by others'))), [])
  })

  it('says what of a past decision was changed', () => {
    const records = project()
    const said = (...edits: (readonly [from: string, to: string])[]): string[] => check(records, (file, text) => (file === 'DECISIONS.md' ? edits.reduce((all, [from, to]) => all.replace(from, to), text) : text)).map(({ message }) => message.replace(/ \(.*?\)/, ''))
    const [context, decided, title] = [['Files do not scale.', 'Files are slow.'], ['One table, one row an order.', 'Something else'], [': Store orders in PostgreSQL\n', ': Another title\n']] as const
    assert.deepEqual(said(decided), ['D-2 does not say what was decided.'])
    assert.deepEqual(said(context), ['D-2 says something else than was recorded as its context.'])
    assert.deepEqual(said(title), ['D-2 says something else than was recorded as its title.'])
    assert.deepEqual(said(title, context, decided), ['D-2 says something else than was recorded as its title, context, decision.'])
    // An editor says the same, by its number alone.
    const forms = [[context], [decided], [title, context, decided], [['**Status:** Proposed', '**Status:** Accepted (Pat, 2026-02-15)']], [['**Supersedes:** none', '**Supersedes:** D-1']]] as const
    for (const edits of forms) {
      const found = check(records, (file, text) => (file === 'DECISIONS.md' ? edits.reduce((all, [from, to]) => all.replace(from, to), text) : text))
      assert.deepEqual(found.map((one) => findingText(one)), found.map(({ message }) => message.replace(/ \(.*?\)/, '')))
    }
  })

  it('calls a file without the newest decision behind, and one without an older decision damaged', () => {
    const before = project()
    const after = project({ decisions: [...before.decisions, decision(4, 'New')] })
    const behind = checkDocuments({ records: after, project: 'Shop', files: filesOf(before) }).filter(({ file }) => file === 'DECISIONS.md')
    assert.deepEqual(behind.map(({ code, line }) => [code, line]), [['stale', lineOf(before, 'DECISIONS.md', 'muster:begin') + 1]])
    const gone = check(after, edited('DECISIONS.md', /## 2026-02-12: New[^]*?(?=## 2026-02-13)/, '')).filter(({ file }) => file === 'DECISIONS.md')
    assert.deepEqual(gone.map(({ code, about }) => [code, about]), [['decision-deleted', 'D-3'], ['decision-deleted', 'D-4']])
  })

  it('finds an approval that nobody gave, what a decision did not replace, entries in another order, and text among them', () => {
    const records = project()
    const line = (text: string): number => lineOf(records, 'DECISIONS.md', text)
    const codes = (edit: Parameters<typeof check>[1]): string[] => told(check(records, edit))
    assert.deepEqual(codes(edited('DECISIONS.md', '**Status:** Proposed', '**Status:** Accepted (Pat, 2026-02-15)')), [`DECISIONS.md:${line('**Status:** Proposed')} decision-changed`])
    assert.deepEqual(codes(edited('DECISIONS.md', '**Supersedes:** none', '**Supersedes:** D-1')), [`DECISIONS.md:${line('**Supersedes:** none')} decision-changed`])
    assert.deepEqual(codes(edited('DECISIONS.md', '**Context:** Orders have', 'NOTE BY PAT\n\n**Context:** Orders have')), [`DECISIONS.md:${line('**Context:** Orders have')} changed-by-hand`])
    const swapped = check(records, (file, text) => {
      const [head, one, two, ...rest] = text.split('\n---\n')
      return file === 'DECISIONS.md' ? [head, two, one, ...rest].join('\n---\n') : text
    })
    assert.ok(swapped.length > 0 && swapped.every(({ file, code }) => file === 'DECISIONS.md' && code === 'changed-by-hand'), JSON.stringify(told(swapped)))
    // Also with the sum made anew: nobody approved it.
    const forged = check(records, (file, text) => (file === 'DECISIONS.md' ? withSection(intro, undefined, { section: 'decisions', body: wantedTexts(records, '/repo').parts.get('DECISIONS.md')!.text.replace('**Status:** Proposed', '**Status:** Accepted (Pat, 2026-02-15)'), put: 'end' }) : text))
    assert.deepEqual(forged.map(({ code }) => code), ['decision-changed'])
  })

  it('tells what was changed by hand from what was recorded since', () => {
    const before = project()
    const review = { by: 'ada', byName: 'Ada', note: '', at: '2026-02-16T09:00:00.000Z' }
    const records = project({ decisions: [...before.decisions.map((one) => (one.number === 3 ? { ...one, status: 'approved' as const, review } : one)), decision(4, 'New', { proposedAt: '2026-02-16T10:00:00.000Z' })] })
    const found = (edit: (text: string) => string): string[] => checkDocuments({ records, project: 'Shop', files: new Map([...filesOf(before)].map(([file, text]) => [file, file === 'DECISIONS.md' ? edit(text) : text])) }).filter(({ file }) => file === 'DECISIONS.md').map(({ code, about = '' }) => `${code} ${about}`.trim())
    assert.deepEqual(found((text) => text), ['stale'])
    assert.deepEqual(found((text) => text.replace('Files do not scale.', 'Files are slow.')), ['decision-changed D-2', 'stale'])
    assert.deepEqual(found((text) => text.replace('**Status:** Proposed', '**Status:** Rejected (Pat, 2026-02-16)')), ['decision-changed D-3', 'stale'])
    assert.deepEqual(found((text) => text.replace(/## 2026-02-15: [^]*?(?=## 2026-02-13)/, '')), ['decision-deleted D-3', 'stale'])
    // A slip that a person had put right in the records is not in the file yet, and nobody's doing.
    const corrected = project({ decisions: before.decisions.map((one) => (one.number === 1 ? { ...one, decision: 'A file an order.', corrected: { seq: 9, at: review.at } as unknown as NonNullable<typeof one.corrected> } : one)) })
    assert.deepEqual(checkDocuments({ records: corrected, project: 'Shop', files: filesOf(before) }).filter(({ file }) => file === 'DECISIONS.md').map(({ code }) => code), ['stale'])
  })

  it('finds in files of older decisions what was changed in them, and that one is gone', () => {
    const many = project({ decisions: Array.from({ length: 110 }, (_, index) => decision(index + 1, `title${index + 1}`)) })
    const older = 'docs/decisions/2026.md'
    const at = (text: string): number => lineOf(many, older, text)
    assert.deepEqual(told(check(many, edited(older, '# Architectural Decision Log\n', '# Architectural Decision Log\n\nNOTE BY PAT\n'))), [`${older}:${at('# Architectural') + 2} changed-by-hand`])
    assert.deepEqual(told(check(many, edited(older, 'title7\n', 'title seven\n'))), [`${older}:${at('title7')} decision-changed`])
    assert.deepEqual(told(check(many, (file, text) => (file === older ? undefined : text))), [`${older}:1 missing-file`])
    assert.deepEqual(told(check(many, edited(older, /<!-- .*\n/g, ''))), [`${older}:1 stale`])
    // Before the older ones have moved, the main file is only behind.
    const few = project({ decisions: many.decisions.slice(0, 100) })
    const main = checkDocuments({ records: many, project: 'Shop', files: filesOf(few) })
    assert.deepEqual(main.map(({ file, code }) => `${file} ${code}`), ['DECISIONS.md stale'])
  })

  it('finds in a file of a phase that is over what was changed in it, that it is gone, and that it is behind', () => {
    const records = project()
    const file = 'docs/history/phase-0.md'
    assert.deepEqual(told(check(records, edited(file, '- [x] Builds in CI', '- [ ] Builds in CI'))), [`${file}:${lineOf(records, file, 'Builds in CI')} changed-by-hand`])
    assert.deepEqual(told(check(records, (name, text) => (name === file ? undefined : text))), [`${file}:1 missing-file`])
    assert.deepEqual(told(check(records, edited(file, /<!-- muster:end .*\n/, ''))), [`${file}:1 broken-marks`])
    const earlier = filesOf({ ...records, plan: { ...records.plan, phases: records.plan.phases.map((phase) => ({ ...phase, acceptance: [] })) } }).get(file)!
    assert.deepEqual(told(check(records, (name, text) => (name === file ? earlier : text))), [`${file}:2 stale`])
  })

  it('takes no word that says nothing for the next P0, whoever has it', () => {
    const at = (title: string, fields: object): string[] => check(project({ tasks: [task(1, title, { priority: 'P0', ...fields })] })).filter(({ code }) => code === 'no-next-p0').map(({ about = '' }) => about)
    assert.deepEqual(at('tbd', { status: 'started', worker: 'codex-worker-1', workerName: 'beta' }), ['T-1 tbd'])
    assert.deepEqual(at('tbd', { assignee: 'codex-worker-1', assigneeName: 'be (ta)', blockedBy: ['T-2'] }), ['T-1 tbd'])
    assert.deepEqual(at('Store orders (tbd)', {}), [])
    const second = check(project({ tasks: [task(1, 'Store orders', { priority: 'P0', status: 'started', worker: 'codex-worker-1', workerName: 'beta' }), task(2, 'stuff', { priority: 'P0' })] }))
    assert.deepEqual(second.map(({ code, about }) => [code, about]), [['no-next-p0', 'T-2 stuff']])
  })

  it('finds every single change of a letter in any past entry, also in files of older ones', () => {
    const records = project({ decisions: Array.from({ length: 110 }, (_, index) => decision(index + 1, `title${index + 1}`, { context: `context${index + 1}`, decision: `words${index + 1}`, alternatives: ['a'], consequences: ['Positive: b'] })) })
    assert.deepEqual(told(check(records)), [])
    for (let number = 1; number <= 110; number++) {
      const word = ['title', 'context', 'words'][number % 3]!
      const found = check(records, (_file, text) => text.replace(new RegExp(`${word}${number}$`, 'm'), `${word}X${number}`))
      assert.deepEqual(found.map(({ code, message }) => [code, message.split(' ')[0]]), [['decision-changed', `D-${number}`]])
    }
  })
})
