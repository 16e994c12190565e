import assert from 'node:assert/strict'
import fc from 'fast-check'
import { agentsOf, parseAgents, renderAgents, type AgentsDocument } from '../../../../src/documents/project/agents.js'
import { decisionsOf, inMain, parseDecisions, renderDecisions, type DecisionsDocument } from '../../../../src/documents/project/decisions.js'
import { renderListing, statusFiles } from '../../../../src/documents/project/history.js'
import { parseStatus, renderStatus, statusOf, type StatusDocument } from '../../../../src/documents/project/status.js'
import { isGolden } from './golden.js'
import { parseListing } from './listing.js'
import { decision, project } from './sample.js'

/** What people and models write: line ends of all systems, marks, front matter, headings, any character. */
const odd = fc.oneof(
  fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('---', '# x', '## 2026-01-01: x', '**Status:** Accepted', '**Context:**', '- [ ] a', '1. b', '<!-- muster:end status -->', '\\# x', '\\\\---', '```', 'a: b (Scope: c)', '\r', '\r\n', '\n', '\ufeff', '\u2028', ' ', '\t', '   indented', '\u202e', '💥', 'from: x', '\\', '<')).map((parts) => parts.join('')),
  fc.array(fc.constantFrom('---', '## 2026-01-01: x', '**Number:** D-1', 'text', '', '- x', '\\- x', '   y', '<b>')).map((lines) => lines.join('\n')),
)
const line = odd
const items = fc.array(fc.record({ done: fc.boolean(), text: line }), { maxLength: 3 })
const status: fc.Arbitrary<StatusDocument> = fc.record({
  updated: line, lead: line, phase: line, milestone: line, deliverable: fc.record({ title: line, status: line, owner: line }),
  phases: fc.array(fc.record({ heading: line, state: line, criteria: items }), { maxLength: 3 }), overall: line, current: line, tests: line,
  todo: fc.tuple(items, items, items), active: fc.array(fc.record({ name: line, task: line, scope: line }), { maxLength: 3 }),
  completions: fc.array(fc.record({ name: line, task: line, outcome: line }), { maxLength: 3 }), checklists: fc.array(fc.record({ name: line, items }), { maxLength: 2 }),
})
const entry = fc.record({ date: fc.constant('2026-02-16'), title: odd, context: odd, decision: odd, alternatives: fc.array(odd, { maxLength: 3 }), consequences: fc.array(odd, { maxLength: 3 }), status: odd, number: fc.nat().map((n) => `D-${n + 1}`), category: odd, supersedes: fc.constantFrom('none', 'D-1, D-2') })
const decisions: fc.Arbitrary<DecisionsDocument> = fc.record({ project: odd, started: fc.constant('2026-01-01'), older: fc.constantFrom([], ['docs/decisions/2025.md']), entries: fc.array(entry, { maxLength: 4 }) })

describe('STATUS.md', () => {
  it('is written as agreed', () => {
    isGolden('STATUS.md', renderStatus(statusOf(project())))
  })

  it('is read as it was written, whatever is in it, and written again with the same bytes', () => {
    const document = statusOf(project())
    assert.deepEqual(parseStatus(renderStatus(document)), document)
    fc.assert(fc.property(status, (written) => {
      const once = renderStatus(written)
      assert.equal(renderStatus(parseStatus(once)), once)
      const twice = parseStatus(once)
      assert.deepEqual([twice.phases.length, twice.todo.map(({ length }) => length), twice.active.length, twice.checklists.length], [written.phases.length, written.todo.map(({ length }) => length), written.active.length, written.checklists.length])
    }), { numRuns: 500 })
  })

  it('keeps apart what somebody does and where, also where either holds what stands between them', () => {
    const active = ['src (Scope: x)', 'a\\(Scope: b) c', '(Scope: x', 'none'].map((scope) => ({ name: 'Bee', task: 'a (Scope: c) d', scope }))
    assert.deepEqual(parseStatus(renderStatus({ ...statusOf(project()), active })).active, active)
  })

  it('is read with Windows line ends too, and up to 1 MB', () => {
    const text = renderStatus(statusOf(project()))
    assert.deepEqual(parseStatus(text.replaceAll('\n', '\r\n')), parseStatus(text))
    const long = renderStatus({ ...statusOf(project()), milestone: 'm'.repeat(1_000_000) })
    assert.equal(renderStatus(parseStatus(long)), long)
  })

  it('lists fifty tasks of one importance and says how many more there are', () => {
    const { tasks } = project()
    const many = Array.from({ length: 60 }, (_, index) => ({ ...tasks[2]!, id: `T-${index + 10}`, number: index + 10 }))
    const [, , p2] = statusOf(project({ tasks: many })).todo
    assert.deepEqual([p2.length, p2.at(-1)?.text], [51, 'and 10 more: docs/backlog.md'])
  })
})

describe('files that go with STATUS.md', () => {
  const many = (): ReturnType<typeof project> => project({ tasks: Array.from({ length: 53 }, (_, index) => ({ ...project().tasks[2]!, id: `T-${index + 10}`, number: index + 10 })) })

  it('are written as agreed: a phase that is over, and tasks that STATUS.md has no room for', () => {
    const files = statusFiles(many(), 'Shop')
    assert.deepEqual([...files].map(([file, { isEmpty }]) => [file, isEmpty]), [['docs/history/phase-0.md', false], ['docs/backlog.md', false]])
    isGolden('history.md', files.get('docs/history/phase-0.md')!.text)
    isGolden('backlog.md', files.get('docs/backlog.md')!.text)
    assert.equal(statusFiles(project(), 'Shop').get('docs/backlog.md')!.isEmpty, true)
  })

  it('have what STATUS.md leaves out of a phase that is over, and of the tasks none twice', () => {
    const records = many()
    const text = renderStatus(statusOf(records))
    assert.ok(!text.includes('Builds in CI') && statusFiles(records, 'Shop').get('docs/history/phase-0.md')!.text.includes('- [x] Builds in CI'))
    const both = `${text}${statusFiles(records, 'Shop').get('docs/backlog.md')!.text}`
    for (const { id } of records.tasks) assert.equal(both.split(`- [ ] ${id} `).length, 2, id)
  })

  it('are read as they were written, whatever is in them, and written again with the same bytes', () => {
    for (const { text } of statusFiles(many(), 'Shop').values()) assert.equal(renderListing(parseListing(text)), text)
    const listing = fc.record({ heading: line, fields: fc.tuple(fc.tuple(fc.constant('Project'), line), fc.tuple(fc.constant('Status'), line)), lists: fc.array(fc.record({ name: line, items }), { maxLength: 3 }) })
    fc.assert(fc.property(listing, (written) => {
      const once = renderListing(written)
      assert.equal(renderListing(parseListing(once)), once)
      assert.deepEqual(parseListing(once).lists.map((list) => list.items.length), written.lists.map((list) => list.items.length))
    }), { numRuns: 500 })
  })
})

describe('DECISIONS.md', () => {
  it('is written as agreed', () => {
    isGolden('DECISIONS.md', renderDecisions(decisionsOf(project().decisions, 'Shop').main))
  })

  it('is read as it was written, whatever is in it, and written again with the same bytes', () => {
    const { main } = decisionsOf(project().decisions, 'Shop')
    assert.deepEqual(parseDecisions(renderDecisions(main)).entries.map(({ line: _line, text: _text, ...rest }) => rest), main.entries)
    fc.assert(fc.property(decisions, (written) => {
      const once = renderDecisions(written)
      const read = parseDecisions(once)
      assert.equal(read.entries.length, written.entries.length)
      assert.equal(renderDecisions(read), once)
    }), { numRuns: 500 })
  })

  it('keeps a hundred, then fifty and moves the others to files by year', () => {
    assert.deepEqual([0, 1, 100, 101, 102, 151, 152].map(inMain), [0, 1, 100, 50, 51, 100, 50])
    const all = Array.from({ length: 120 }, (_, index) => decision(index + 1, `d${index + 1}`, { proposedAt: index < 30 ? '2025-12-01T00:00:00.000Z' : '2026-01-02T00:00:00.000Z' }))
    const { main, archives } = decisionsOf(all, 'Shop')
    assert.deepEqual([main.entries.length, main.entries[0]?.number, main.entries.at(-1)?.number], [69, 'D-120', 'D-52'])
    assert.deepEqual([...archives].map(([year, { entries }]) => [year, entries.length, entries[0]?.number]), [['2026', 21, 'D-51'], ['2025', 30, 'D-30']])
    assert.match(renderDecisions(main), /\*\*Older decisions:\*\* \[docs\/decisions\/2026\.md\]\(docs\/decisions\/2026\.md\), \[docs\/decisions\/2025\.md\]/)
  })
})

describe('AGENTS.md', () => {
  it('is written as agreed, with a version that decisions about the process raise', () => {
    isGolden('AGENTS.md', renderAgents(agentsOf(project())))
    const raised = [...project().decisions, decision(4, 'Two reviewers', { category: 'process', status: 'approved', review: { by: 'ada', byName: 'Ada', note: '', at: '2026-02-17T10:00:00.000Z' } })]
    assert.match(renderAgents(agentsOf(project({ decisions: raised }))), /\*\*Last Updated:\*\* 2026-02-17\n\*\*Version:\*\* 1\.1\n/)
  })
  it('is read as it was written, whatever is in it, and written again with the same bytes', () => {
    const document = agentsOf(project())
    assert.deepEqual(parseAgents(renderAgents(document)), document)
    assert.deepEqual(parseAgents(renderAgents(document).replaceAll('\n', '\r\n')), document)
    const lines = fc.array(line, { maxLength: 3 })
    const agents: fc.Arbitrary<AgentsDocument> = fc.record({
      updated: line, version: line, lead: lines, pool: fc.record({ most: fc.nat(), kinds: fc.array(fc.record({ kind: line, workers: fc.nat(), note: line }), { maxLength: 3 }) }),
      constraints: lines, report: lines, gates: lines,
    })
    fc.assert(fc.property(agents, (written) => {
      const once = renderAgents(written)
      const read = parseAgents(once)
      assert.equal(renderAgents(read), once)
      assert.deepEqual([read.lead.length, read.pool.kinds.length, read.constraints.length, read.report.length, read.gates.length], [written.lead.length, written.pool.kinds.length, written.constraints.length, written.report.length, written.gates.length])
    }), { numRuns: 500 })
    const long = renderAgents({ ...document, version: 'v'.repeat(1_000_000) })
    assert.equal(renderAgents(parseAgents(long)), long)
  })
})
