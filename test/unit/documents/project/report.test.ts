import assert from 'node:assert/strict'
import type { LogEntry } from '../../../../src/core/muster.js'
import { dailyReport, overviewReport, statusReport } from '../../../../src/documents/project/report.js'
import { leadReport, briefingOf } from '../../../../src/documents/project/lead.js'
import { speak } from '../../../../src/vscode/l10n.js'
import { bundleOf, textsOfCode } from '../../../../scripts/texts.js'
import { isGolden } from './golden.js'
import { agent, project, task } from './sample.js'

const options = { now: Date.parse('2026-02-16T10:00:00.000Z'), days: 7, project: 'Shop' }

describe('reports', () => {
  it('on the whole have seven parts', () => {
    const text = statusReport(project(), options)
    isGolden('report.md', text)
    assert.deepEqual([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading), ['1. Summary', '2. Progress', '3. Completed', '4. In Progress', '5. Decisions', '6. Risks and Blockers', '7. Next Actions and Approvals Needed'])
  })

  it('count as completed what was done in so many days', () => {
    assert.match(statusReport(project(), { ...options, days: 0.5 }), /## 3\. Completed\n\n- none\n/)
  })

  it('name as next what can be begun, and say where there is nothing of that', () => {
    const taken = task(1, 'Store orders', { priority: 'P0', status: 'started', worker: 'codex-worker-1', workerName: 'beta' })
    const next = (tasks: ReturnType<typeof task>[]): (string | undefined)[] => [statusReport(project({ tasks }), options), overviewReport(project({ tasks }), options)].map((text) => /Next: (.*)/.exec(text)?.[1])
    assert.deepEqual(next([taken, task(2, 'Cancel orders', { priority: 'P0' })]), ['T-2 Cancel orders (P0)', 'T-2 Cancel orders (P0)'])
    assert.deepEqual(next([taken]), [undefined, 'nothing is free to begin: of 1 open, 1 at work, the others wait or are meant for somebody'])
    assert.match(statusReport(project({ tasks: [taken] }), options), /- T-1 Store orders \(P0\), beta is at work on it\n/)
    // Begun by whoever leads, or by somebody who is gone.
    assert.match(next([task(3, 'Mine', { priority: 'P1', status: 'started', worker: 'conductor' }), task(2, 'Cancel orders', { priority: 'P0' })])[0]!, /^T-3 /)
    assert.match(next([{ ...taken, worker: 'nobody' }])[0]!, /^T-1 /)
  })

  it('as overview fit a screen, however many agents there are, the stuck ones first', () => {
    isGolden('overview.md', overviewReport(project(), options))
    const many = Array.from({ length: 40 }, (_, index) => agent(`a${index}`, index === 39 ? { status: 'blocked', blocker: 'no key' } : {}))
    const lines = overviewReport(project({ agents: many }), options).trimEnd().split('\n')
    assert.ok(lines.length <= 24)
    assert.match(lines[6]!, /⛔ a39: blocked, no key/)
  })

  it('on a day of an agent hold what happened on that day, and what it wrote itself', () => {
    const entry = (event: object, at = '2026-02-15T12:00:00.000Z', by = 'codex-worker-1'): LogEntry => ({ seq: 1, at, by, byName: by, event: event as LogEntry['event'], text: '' })
    const entries = [
      entry({ type: 'task.closed', task: 'T-4', how: 'done', by: 'codex-worker-1', note: '' }), entry({ type: 'work.logged', agent: 'x', text: 'Wrote\n## no heading' }), entry({ type: 'work.logged', agent: 'x', text: 'yesterday' }, '2026-02-14T23:59:59.000Z'),
      entry({ type: 'work.logged', agent: 'x', text: 'of another' }, undefined, 'conductor'), entry({ type: 'error.logged', error: 'E-1', fields: { message: 'Database does not answer' } }), entry({ type: 'message.sent', message: 'm1', fields: { recipients: ['conductor'], subject: 'Which port?' } }),
    ]
    const summaries = new Map([['codex-worker-1', { number: 3, completed: 'Store\nIndex', next: 'Cancelling', messages: '', blockers: '', metrics: 'tests: 12', writtenAt: '2026-02-15T18:00:00.000Z' }]])
    const records = project({ summaries })
    isGolden('daily.md', dailyReport(records, records.agents[1]!, entries, '2026-02-15'))
    assert.match(dailyReport(records, records.agents[1]!, [], '2026-02-14'), /^# Codex-Worker-1, 2026-02-14\n/)
  })
  it('say all of it in another language, but what was recorded', () => {
    const records = project()
    const english = JSON.parse(bundleOf(textsOfCode())) as Record<string, string>
    // Each text without its words: what is left of a report was recorded, or is no text.
    speak('de', Object.fromEntries(Object.entries(english).map(([key, text]) => [key, [...text.matchAll(/\{\w+\}/g)].join(' ')])))
    try {
      const briefing = briefingOf(records, options.now, { documents: [{ file: 'STATUS.md', found: true }], runs: [], findings: [{ file: 'STATUS.md', line: 3, severity: 'error', code: 'no-tests', message: 'never shown', hint: '' }], smokeTest: { command: 'true', passed: true, code: 0, seconds: 1, tail: [] } })
      const all = [statusReport(records, options), overviewReport(records, options), dailyReport(records, records.agents[1]!, [], '2026-02-15'), leadReport(briefing, options)].join('\n')
      const recorded = JSON.stringify([records, briefing.documents, 'Shop UTC true s']).toLowerCase()
      assert.deepEqual([...new Set(all.match(/\p{L}{2,}/gu))].filter((word) => !recorded.includes(word.toLowerCase())), [])
    } finally {
      speak()
    }
    assert.match(statusReport(records, options), /^# Status report: Shop\n/)
  }).timeout(600_000)
})
