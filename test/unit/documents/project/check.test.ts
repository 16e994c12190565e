import assert from 'node:assert/strict'
import { checkDocuments, sections, type Checked, type Finding } from '../../../../src/documents/project/check.js'
import { wantedTexts } from '../../../../src/documents/project/files.js'
import type { ProjectRecords } from '../../../../src/documents/project/records.js'
import { withSection } from '../../../../src/documents/sections.js'
import { agent, decision, project, task } from './sample.js'

const intro = '# Ours\n\nWritten by people.\n'

function filesOf(records: ProjectRecords): Map<string, string> {
  const { parts, archives } = wantedTexts(records, '/repo')
  return new Map([...[...parts].map(([file, body]) => [file, withSection(intro, undefined, { section: sections[file], body, put: 'end' })] as const), ...archives])
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
    assert.deepEqual(told(check(records, edited('STATUS.md', '182/184', '184/184'))), ['STATUS.md:6 changed-by-hand'])
    assert.deepEqual(told(check(records, undefined, { uncommitted: ['STATUS.md'] })), ['STATUS.md:1 uncommitted'])
    assert.deepEqual(told(check(records, edited('STATUS.md', '<!-- muster:end status -->', ''))), ['STATUS.md:1 broken-marks'])
  })

  it('reads a STATUS.md that somebody keeps by hand, with what is wrong in it', () => {
    const own = '# Project Status\n\n**Phase:** Phase 2 - Launch\n\n## Current Deliverable\n\nPosters\n\n## TODO\n\n### P0\n- [x] done\n- [ ] Print posters\n'
    const found = check(project(), (file, text) => (file === 'STATUS.md' ? own : text))
    assert.deepEqual(told(found), ['STATUS.md:1 no-progress', 'STATUS.md:1 no-resume', 'STATUS.md:1 no-phase-plan', 'STATUS.md:1 no-tests', 'STATUS.md:3 phase-without-decision'])
  })

  it('finds a past decision that was changed, deleted or invented, and no other', () => {
    const records = project()
    const line = (text: string): number => lineOf(records, 'DECISIONS.md', text)
    assert.deepEqual(told(check(records, edited('DECISIONS.md', 'Files do not scale.', 'Files are slow.'))), [`DECISIONS.md:${line('Store orders in PostgreSQL')} decision-changed`])
    assert.deepEqual(told(check(records, edited('DECISIONS.md', /## 2026-02-12: [^]*?Supersedes:\*\* none\n/, ''))), [`DECISIONS.md:1 decision-deleted`].map((one) => one.replace(':1 ', `:${lineOf(records, 'DECISIONS.md', 'muster:begin') + 1} `)))
    assert.deepEqual(check(records, edited('DECISIONS.md', '**Number:** D-1', '**Number:** D-77')).map(({ code }) => code), ['decision-unknown', 'decision-deleted'])
    // What became of a decision may be said late, and people may write what they like around the part.
    assert.deepEqual(told(check(records, edited('DECISIONS.md', '**Status:** Proposed', '**Status:** Accepted'))), [])
    assert.deepEqual(told(check(records, edited('DECISIONS.md', 'Written by people', 'Written by others'))), [])
  })

  it('calls a file without the newest decision behind, and one without an older decision damaged', () => {
    const before = project()
    const after = project({ decisions: [...before.decisions, decision(4, 'New')] })
    const behind = checkDocuments({ records: after, project: 'Shop', files: filesOf(before) }).filter(({ file }) => file === 'DECISIONS.md')
    assert.deepEqual(behind.map(({ code, line }) => [code, line]), [['stale', 1]])
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
