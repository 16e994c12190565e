// The editor has classes, of which nothing but that is needed here.
/* eslint-disable @typescript-eslint/no-extraneous-class */
import assert from 'node:assert/strict'
import { checkDocuments } from '../../../src/documents/project/check.js'
import type { Finding } from '../../../src/documents/project/finding.js'
import { statusReport } from '../../../src/documents/project/report.js'
import { leadReport } from '../../../src/documents/project/lead.js'
import { keptAlert } from '../../../src/vscode/alert.js'
import { withoutHtml } from '../../../src/vscode/documentParts.js'
import type * as HandoffModule from '../../../src/vscode/handoff.js'
import { findingText, fixesOf } from '../../../src/vscode/findingText.js'
import { reportText } from '../../../src/vscode/reportText.js'
import { problemsIn } from '../../../src/vscode/toldProblems.js'
import { decisionRows } from '../../../src/vscode/views/decisionRows.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { agent, project, task } from '../documents/project/sample.js'
import { Heard, Screen, withEditor } from './editor.js'
import { decision, now, world } from './fakes.js'

const finding = (code: Finding['code'], more: Partial<Finding> = {}): Finding => ({ file: 'STATUS.md', line: 3, severity: 'error', code, message: `of ${code}`, hint: '', ...more })
const fixes = (one: Finding, kept = true): string[] => fixesOf(one, kept).map(({ fix }) => fix)

describe('a handoff in the editor', () => {
  it('says of each kind of finding what is wrong, and offers what a person can do', () => {
    const codes: Finding['code'][] = ['missing-file', 'empty-file', 'broken-marks', 'no-marks', 'no-file', 'not-utf8', 'stale', 'changed-by-hand', 'uncommitted', 'no-deliverable', 'no-next-p0', 'no-scope', 'no-progress', 'no-resume', 'no-phase-plan', 'no-criteria', 'no-tests', 'phase-without-decision', 'decision-changed', 'decision-deleted', 'decision-unknown']
    const texts = codes.map((code) => findingText(finding(code, { about: 'Bee' })))
    assert.equal(new Set(texts).size, codes.length)
    for (const text of texts) assert.doesNotMatch(text, /^of /)
    // Marks are a person's to mend: nobody knows where they were.
    assert.deepEqual(codes.filter((code) => fixes(finding(code)).length === 0), ['broken-marks', 'no-file', 'not-utf8'])
    assert.deepEqual(fixes(finding('decision-changed', { about: 'D-3' })), ['render', 'accept'])
    for (const code of codes) for (const { title } of fixesOf(finding(code, { about: 'Bee' }), true)) assert.notEqual(title, '')
  })

  it('says what it is told of a kind that only a newer command line knows', () => {
    assert.equal(findingText(finding('no-such' as Finding['code'], { message: 'Something new.' })), 'Something new.')
    assert.deepEqual(fixes(finding('no-such' as Finding['code'])), [])
  })

  it('offers to keep a file that people write by hand, and to record what was written down only', () => {
    assert.deepEqual(fixes(finding('no-tests'), false), ['make'])
    assert.deepEqual(fixes(finding('uncommitted'), false), ['commit'])
    assert.deepEqual(fixes(finding('no-next-p0', { about: 'T-1 stuff' })), ['reword', 'task'])
    assert.deepEqual(fixes(finding('decision-unknown', { entry: { title: 'x', context: '', decision: '', alternatives: [], consequences: [] } })), ['record', 'render'])
    assert.deepEqual(fixes(finding('decision-unknown')), ['render'])
    // What became of a decision is no slip, and older ones come back with the others.
    assert.deepEqual([fixes(finding('decision-changed', { about: 'D-3', fix: 'render' })), fixes(finding('missing-file', { fix: 'render' })), fixes(finding('missing-file'))], [['render'], ['render'], ['make']])
  })

  it('is told who and what each finding is about, as its fix needs it', () => {
    const { plan } = project()
    const core = { ...plan.phases[1]!, acceptance: [] }
    const records = project({ plan: { ...plan, phases: [core], phase: core }, tasks: [task(1, 'stuff', { priority: 'P0' })], claims: [], agents: [agent('bee', { name: 'Bee', role: 'worker', currentTask: 'x' })] })
    const status = '# Project Status\n\n**Phase:** Phase 9 - Bluff\n\n## Current Deliverable\n\nShop\n\n## Phase Plan\n\n### Phase 1: Core\n\n## Progress\n\n**Overall:** 5%\n**Current Phase:** 5%\n**Tests:** 1/1\n\n## TODO\n\n### P0\n\n- [ ] T-1 stuff\n\n## Worker Roster\n\n**Active Workers:**\n- Bee: x (Scope: none)\n\n## Resume Checklist\n\n1. a\n2. b\n3. c\n'
    const found = checkDocuments({ records, project: 'Shop', files: new Map([['STATUS.md', status], ['AGENTS.md', ''], ['DECISIONS.md', '## 2026-02-01: Ours\n\n**Decision:** this\n\n**Number:** D-99\n']]) })
    const about = new Map(found.map((one) => [one.code, one.about]))
    assert.deepEqual([about.get('no-next-p0'), about.get('no-scope'), about.get('no-criteria'), about.get('phase-without-decision')], ['T-1 stuff', 'Bee', 'Phase 1: Core', 'Phase 9 - Bluff'])
    assert.deepEqual(found.find(({ code }) => code === 'decision-unknown')?.entry, { title: 'Ours', context: '', decision: 'this', alternatives: [], consequences: [] })
  })

  it('reads of what the writer told only what it can use', () => {
    assert.deepEqual(problemsIn('[{"file":"a","reason":"b"},{"file":1,"reason":"b"},{"file":"a","reason":"b","line":0},{"file":"a","reason":"b","line":4,"kept":"a.yours-1"},null,"x"]').map(({ line }) => line), [undefined, 4])
    for (const text of ['', '{}', '[', 'null']) assert.deepEqual(problemsIn(text), [])
  })

  it('tells of a version that was kept beside its document, by their names', () => {
    const alert = keptAlert({ file: '/repo/STATUS.md', kept: '/repo/STATUS.md.yours-2026' })
    assert.match(alert.text, /^STATUS\.md was changed .* as STATUS\.md\.yours-2026\.$/)
    assert.deepEqual(alert.target, { type: 'document', file: '/repo/STATUS.md', kept: '/repo/STATUS.md.yours-2026' })
  })

  it('lists what waits for a person first of all where others cannot go on without it', () => {
    const decisions = [decision({ number: 1, status: 'proposed', category: 'Phase transition' }), decision({ number: 2, status: 'proposed', category: 'breaking' }), decision({ number: 3, status: 'proposed' }), decision({ number: 4, status: 'approved', category: 'breaking' })]
    const rows = decisionRows(world({ decisions }), now)
    assert.deepEqual(rows.map(({ id }) => id), ['D-2', 'D-1', 'D-3', 'D-4'])
    assert.deepEqual(rows.map(({ description }) => /breaking change|next phase/.exec(description)?.[0]), ['breaking change', 'next phase', undefined, undefined])
  })
})

/** An editor that shows problems. */
class ProblemScreen extends Screen {
  readonly problems = new Set<string>()

  override get vscode(): unknown {
    const silent = { dispose: () => undefined }
    const before = super.vscode as { workspace: object }
    const collection = { set: ({ fsPath }: { fsPath: string }) => this.problems.add(fsPath), clear: () => this.problems.clear(), ...silent }
    return {
      ...before,
      workspace: { ...before.workspace, onDidOpenTextDocument: () => silent },
      languages: { createDiagnosticCollection: () => collection, registerCodeActionsProvider: () => silent },
      Uri: { file: (fsPath: string) => ({ fsPath, toString: () => fsPath }) },
      Range: class {},
      Diagnostic: class {},
      DiagnosticSeverity: {},
      CodeActionKind: {},
    }
  }
}

describe('a handoff, where the workspace has several repositories', () => {
  it('is of the one that was looked at: nothing of it shows once another one does', async () => {
    const screen = new ProblemScreen()
    const { Handoff } = await withEditor<typeof HandoffModule>('handoff.ts', screen)
    const of = (name: string): object => ({ muster: { folder: `/w/${name}/.muster`, root: `/w/${name}` }, state: { kind: 'on', place: { root: `/w/${name}` } } })
    const changed = new Heard<unknown>()
    const window = { ...of('shop'), onDidChange: changed.event }
    const show = (name: string): void => {
      Object.assign(window, of(name))
      changed.fire(undefined)
    }
    const looks: ((found: { findings: Finding[] }) => void)[] = []
    const handoff = new Handoff(window as never, { look: () => new Promise((resolve) => looks.push(resolve as never)) } as never, (error) => assert.fail(String(error)))
    try {
      const first = handoff.check()
      await eventually('the first look', () => looks.length === 1)
      looks[0]!({ findings: [finding('no-tests')] })
      assert.equal((await first).length, 1)
      assert.deepEqual([...screen.problems], ['/w/shop/STATUS.md'])
      show('api')
      assert.deepEqual([[...screen.problems], handoff.find(finding('no-tests'))], [[], undefined])
      const second = handoff.check()
      await eventually('the second look', () => looks.length === 2)
      show('shop')
      looks[1]!({ findings: [finding('no-tests')] })
      assert.equal((await second).length, 1, 'who asked is told')
      assert.deepEqual([...screen.problems], [])
    } finally {
      handoff.dispose()
    }
  })
})

describe('reports as pages', () => {
  const hostile = '<img src=x onerror=alert(1)> [a](command:x) ![b](http://c) `d` **e** # f\n## 1. Summary\n- D-1 g'

  it('show texts of others as text, in their places, whatever they are', () => {
    const { plan, decisions, agents, errors } = project()
    const phase = { ...plan.phase!, name: hostile }
    const records = project({ plan: { ...plan, phases: [phase], phase, deliverable: { title: hostile, owner: hostile, status: 'next' } }, decisions: decisions.map((one) => ({ ...one, title: hostile })), agents: agents.map((one) => ({ ...one, name: hostile, blocker: hostile })), errors: errors.map((one) => ({ ...one, message: hostile })) })
    const text = reportText(statusReport(records, { now, days: 7, project: hostile }))
    assert.deepEqual([...new Set([...text.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag))], ['a'])
    for (const line of text.split('\n')) assert.doesNotMatch(line.replace(/<a href="#" data-open="\w+" data-name="[\w-]+">[^<]*<\/a>/g, '').replace(/^(#{1,2}|-) /, ''), /[<>[\]()`*!#-](?!\d+;)/)
    assert.equal([...text.matchAll(/^## /gm)].length, 7)
    assert.match(withoutHtml(text), /^- Approval needed&#58; D&#45;3 /m)
  })

  it('lead to decisions and tasks that lines begin with', () => {
    const text = reportText('- Freigabe nötig: D-3 Drop it\n- Next: T-1 Go\n- T-2 x\n- says D-9 here\nD-4 at the beginning\n- STATUS.md:3 no\n  - STATUS.md:4 yes\n')
    assert.deepEqual([...text.matchAll(/data-open="(\w+)" data-name="([\w.-]+)"/g)].map(([, open, name]) => `${open} ${name}`), ['decision D-3', 'task T-1', 'task T-2', 'file STATUS.md'])
    assert.match(text, /^- Freigabe nötig&#58; <a .*<\/a> Drop it$/m)
  })

  it('of where the work is are one screen, however much there is', () => {
    const many = Array.from({ length: 40 }, (_, index) => `thing ${index}`)
    const briefing = {
      documents: [{ file: 'STATUS.md', found: true }, { file: 'DECISIONS.md', found: false }], phase: 'Core', deliverable: hostile, findings: 12, missing: many.slice(0, 5).map((message) => ({ file: 'STATUS.md', line: 3, code: 'new' as Finding['code'], message })), runs: many,
      decisions: many.map((title, index) => ({ id: `D-${index}`, title, status: 'proposed' as const, category: 'x' })), approvals: many.map((title, index) => ({ id: `D-${index}`, title })),
      workers: many.map((name) => ({ agent: name, name, status: 'working' as const, presence: 'live', task: '', scope: [] })), outputs: many.map((title) => ({ id: 'V-1', title, agentName: 'x', integrationReady: false })),
      smokeTest: { command: 'npm test', passed: false, code: null, seconds: 1, tail: many },
    }
    const text = leadReport(briefing, { now, project: 'Shop' })
    assert.ok(text.split('\n').filter((line) => line !== '').length <= 55)
    assert.match(text, /- Read: there is no DECISIONS\.md yet\n/)
    assert.match(text, /- Missing for a handoff: 12\n {2}- STATUS\.md:3 thing 0\n {2}- STATUS\.md:3 thing 1\n {2}- STATUS\.md:3 thing 2\n {2}- and 9 more: muster docs check\n/)
    assert.match(text, /\n- and 35 more\n/)
  })
})
