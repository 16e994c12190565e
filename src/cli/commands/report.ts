import { agentIdOf } from '../../core/model/agentId.js'
import type { LogEntry } from '../../core/muster.js'
import { command, outcome } from '../command.js'
import { lines } from '../text/escape.js'
import { UsageError } from '../usageError.js'

export const reportingCommands = [
  command({
    name: 'report',
    summary: 'Write the status report in seven parts, an agent\'s day, or an overview on one screen',
    details: 'As Markdown. A day is of every agent that did something, or of the one that --of names.',
    options: {
      daily: { type: 'flag', help: 'What each agent did today: completed, next, messages, blockers, metrics' },
      overview: { type: 'flag', help: 'One line an agent, the next task, and what waits for approval' },
      lead: { type: 'flag', help: 'Where the work is, for somebody who is to lead it: what startup --lead tells, without becoming the lead' },
      'smoke-test': { type: 'text', value: 'COMMAND', help: 'With --lead: a command that shows whether it still works' },
      days: { type: 'number', value: 'N', help: 'How many days back what is done counts; default 7' },
      day: { type: 'text', value: 'DATE', help: 'With --daily: YYYY-MM-DD (UTC); default today' },
      of: { type: 'text', value: 'NAME', help: 'With --daily: only this agent' },
    },
    access: 'look',
    takesIn: true,
    examples: ['muster report --days 14', 'muster report --daily --of alpha', 'muster report --overview'],
    async run({ muster, host, interrupted, speaker: { say } }, { daily, overview, lead, 'smoke-test': smokeTest, days = 7, day, of: agent }) {
      if ([daily, overview, lead].filter(Boolean).length > 1) throw new UsageError('Choose one of --daily, --overview and --lead.')
      if (!lead && smokeTest !== undefined) throw new UsageError('--smoke-test goes with --lead.')
      if (!daily && (day !== undefined || agent !== undefined)) throw new UsageError('--day and --of go with --daily.')
      if (day !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))) throw new UsageError(`"${day}" is no day like 2026-02-16.`)
      if (days <= 0) throw new UsageError('More than 0 days, please.')
      const [{ homeOf, recordsOf, projectOf }, { dailyReport, overviewReport, statusReport }] = await Promise.all([import('../../documents/project/files.js'), import('../../documents/project/report.js')])
      const records = await recordsOf(muster)
      const options = { now: host.now(), days, project: projectOf(records, await homeOf(muster)) }
      if (lead) {
        const [{ resumeAsLead }, { leadReport }, { nothingNext }] = await Promise.all([import('../../documents/project/resume.js'), import('../../documents/project/lead.js'), import('../../documents/project/records.js')])
        const briefing = await resumeAsLead(muster, { now: host.now(), smokeTest, signal: interrupted })
        const markdown = say(() => leadReport({ ...briefing, ...(briefing.nothing !== undefined && { nothing: nothingNext(records.tasks) }) }, options))
        return outcome({ ok: true, kind: 'lead', markdown, lead: briefing }, () => lines(markdown))
      }
      if (!daily) {
        const kind = overview ? 'overview' : 'status'
        const markdown = say(() => (overview ? overviewReport(records, options) : statusReport(records, options)))
        return outcome({ ok: true, kind, markdown }, () => lines(markdown))
      }
      const date = day ?? new Date(host.now()).toISOString().slice(0, 10)
      const entries: LogEntry[] = []
      for await (const entry of muster.log({ since: `${date}T00:00:00.000Z` })) if (entry.at.slice(0, 10) === date) entries.push(entry)
      const wanted = agent === undefined ? records.agents.filter(({ id, kind }) => kind === 'agent' && entries.some(({ by }) => by === id)) : records.agents.filter(({ id }) => id === agentIdOf(agent))
      if (agent !== undefined && wanted.length === 0) return outcome({ ok: false, reason: 'NOT_FOUND', hint: 'Nobody here is called that. See: muster agent list' }, () => 'Nobody here is called that. See: muster agent list')
      const agents = say(() => wanted.map((one) => ({ agent: one.id, markdown: dailyReport(records, one, entries, date) })))
      return outcome({ ok: true, kind: 'daily', day: date, agents }, () => (agents.length === 0 ? 'No agent did anything on that day.' : lines(agents.map(({ markdown }) => markdown).join('\n'))))
    },
  }),
]
