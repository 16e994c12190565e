import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { agentStateFile } from '../../../src/core/model/agentState.js'
import type { AgentView } from '../../../src/core/model/operations.js'
import { parseDeliverables, renderDeliverables } from '../../../src/documents/formats/deliverables.js'
import { parseMessage, renderMessage } from '../../../src/documents/formats/message.js'
import { parseStatus, renderStatus } from '../../../src/documents/formats/status.js'
import { parseWorkLog, renderWorkLine } from '../../../src/documents/formats/workLog.js'
import { parseDecisions, renderDecisions } from '../../../src/documents/project/decisions.js'
import { overviewReport, statusReport } from '../../../src/documents/project/report.js'
import { parseStatus as parseProject, renderStatus as renderProject } from '../../../src/documents/project/status.js'
import { isGolden } from './project/golden.js'
import { agent, decision, project, task } from './project/sample.js'

const golden = (name: string): string => readFileSync(join(projectRoot, 'test', 'unit', 'documents', 'project', 'golden', name), 'utf8')
const windows = (text: string): string => text.replaceAll('\n', '\r\n')
/** About a megabyte, of what could be taken for the file's own. */
const odd = '---\nfrom: mallory\n---\n## 2026-01-01: x\n**Status:** Accepted\n- [ ] no\nSTATUS=ERROR\nFILES_CREATED:\nÜ漢👩‍👩‍👧 \u202e\n'
const megabyte = odd.repeat(Math.ceil(1_000_000 / odd.length))

describe('every format', () => {
  it('for scripts, an agent\'s state, is written as agreed', () => {
    const view: AgentView = {
      id: 'codex-worker-1', name: 'Codex-Worker-1', kind: 'agent', role: 'worker', level: 'L2', parent: 'conductor', model: 'gpt-5', brief: 'Store "orders"\nand cancel them', load: 25, estimatedMinutes: 90, metadata: { ticket: 'T-3' },
      status: 'failed', error: 'no key', progress: 60, message: 'stuck', presence: 'gone', me: false, seenAt: '2026-02-16T09:30:00.000Z', joinedAt: '2026-02-16T09:00:00.000Z', changedAt: '2026-02-16T09:20:00.000Z', claims: [], unread: 0,
    }
    isGolden('state.json', `${JSON.stringify(agentStateFile(view, view.seenAt, 'Conductor'), null, 2)}\n`)
  })

  it('is read with Windows line ends as without', () => {
    const status = 'AGENT_ID=a\nSTATUS=BLOCKED\nCURRENT_TASK=x\nBLOCKER_DESCRIPTION=no key\n'
    const log = '2025-06-25_00:45:00: one\nno date\n'
    const deliverables = 'FILES_CREATED:\n- a.ts (1KB) - x\n\nTESTS_PASSING:\n- ok\n\nINTEGRATION_READY: NO\n'
    const message = '---\nfrom: a\nto: b\nstatus: unread\n---\n# Message: Hi\n\nThere\n\n## Action Requested\n- [ ] look\n'
    assert.deepEqual(parseStatus(windows(status)), parseStatus(status))
    assert.deepEqual(parseWorkLog(windows(log)), parseWorkLog(log))
    assert.deepEqual(parseDeliverables(windows(deliverables)), parseDeliverables(deliverables))
    assert.deepEqual(parseMessage(windows(message), 'x.md'), parseMessage(message, 'x.md'))
    assert.deepEqual(parseProject(windows(golden('STATUS.md'))), parseProject(golden('STATUS.md')))
    assert.deepEqual(parseDecisions(windows(golden('DECISIONS.md'))), parseDecisions(golden('DECISIONS.md')))
  })

  it('is the same bytes when a megabyte is written, read and written again', () => {
    const status = renderStatus({ agent: 'a', status: 'working', progress: 1, filesModified: Array.from({ length: 50_000 }, (_, n) => `src/part-${n}/Ü漢.ts`) })
    const read = parseStatus(status)
    assert.deepEqual([status.length > 1_000_000, read.file.agent, renderStatus(read.file).startsWith('AGENT_ID=a\nSTATUS=IN_PROGRESS\n'), read.file.error], [true, 'a', true, undefined])

    const log = Array.from({ length: 20_000 }, (_, n) => renderWorkLine('2026-02-16T09:00:00.000Z', `${n} ${odd}`)).join('\n')
    const lines = parseWorkLog(`${log}\n`).lines
    assert.deepEqual([log.length > 1_000_000, lines.length, lines.map(({ at, text }) => renderWorkLine(new Date(at!).toISOString(), text)).join('\n') === log], [true, 20_000, true])

    const files = Array.from({ length: 20_000 }, (_, n) => ({ path: `src/${n}.ts`, size: 1024 * (n + 1), purpose: odd }))
    const deliverables = renderDeliverables({ files, endpoints: [odd], tests: [odd], integrationReady: true })
    const back = parseDeliverables(deliverables)
    assert.deepEqual([deliverables.length > 1_000_000, back.problems, back.file.files?.length, renderDeliverables(back.file) === deliverables], [true, [], 20_000, true])

    const message = renderMessage({ from: 'a', to: 'b', at: 0, priority: 'normal', status: 'unread', id: 'M-1', subject: 'Long', body: windows(megabyte), checklist: [] })
    assert.equal(renderMessage(parseMessage(message, 'x.md').file!), message)

    const entry = parseDecisions(golden('DECISIONS.md')).entries[0]!
    const decisions = renderDecisions({ project: 'Shop', started: '2026-02-12', older: [], entries: [{ ...entry, context: megabyte, decision: windows(megabyte), alternatives: [megabyte] }] })
    assert.deepEqual([parseDecisions(decisions).entries.length, renderDecisions(parseDecisions(decisions)) === decisions], [1, true])

    const document = parseProject(golden('STATUS.md'))
    const long = renderProject({ ...document, checklists: [{ name: 'v1', items: Array.from({ length: 10_000 }, () => ({ done: false, text: odd })) }] })
    assert.deepEqual([long.length > 1_000_000, renderProject(parseProject(long)) === long], [true, true])
  })
})

describe('reports, whatever people write', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('## 8. x', '# y', '\n', '\r\n', '- z', '---', '<img>', '\u2028', '[a](b)', '漢'), { maxLength: 6 }).map((parts) => parts.join('')))

  it('have their seven headings and no other, and are the same bytes for the same records', () => {
    const options = { now: Date.parse('2026-02-16T10:00:00.000Z'), days: 7, project: 'Shop' }
    fc.assert(fc.property(text, text, text, (title, name, blocker) => {
      const records = project({ tasks: [task(1, title, { priority: 'P0' })], decisions: [decision(1, title, { category: name, proposedAt: '2026-02-15T09:00:00.000Z', proposerName: name })], agents: [agent('a', { name, status: 'blocked', blocker, currentTask: title })] })
      const report = statusReport(records, { ...options, project: name })
      assert.equal(report.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => /^#/.test(line)).length, 8)
      assert.equal(statusReport(records, { ...options, project: name }), report)
      assert.equal(overviewReport(records, { ...options, project: name }).split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => /^#/.test(line)).length, 1)
    }), { numRuns: 500 })
  })
})
