import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentProblem } from '../../documents/types.js'
import { command, outcome } from '../command.js'
import { diskParts } from '../diskUse.js'
import { shownStatus } from '../health.js'
import { oneLine } from '../text/escape.js'
import { UsageError } from '../usageError.js'
import { briefingText } from '../views/lead.js'
import { startupText, statusText } from '../views/overview.js'

export const overviewCommands = [
  command({
    name: 'status',
    summary: 'Show who works here, what is locked, and what waits for you',
    details: 'You are not listed as an agent for having looked. What the disk of the records does is tried out in a folder that is removed again.',
    options: {},
    access: 'look',
    takesIn: true,
    examine: true,
    examples: ['muster status', 'muster status --json --agent alpha'],
    async run({ muster, name, folder }) {
      const { me, agents, claims, messages, decisions, ledger } = await muster.refresh()
      const [{ total, gone, oldestAt, recoveries }, problems] = await Promise.all([muster.recoverySummary(), documentProblems(folder)])
      const disk = diskParts(folder)
      const result = {
        ok: true,
        folder,
        root: muster.root,
        name: name || (me?.name ?? muster.agent),
        me: me ?? null,
        unread: me?.unread ?? 0,
        agents,
        claims,
        messages: messages.filter(({ unread }) => unread),
        decisions: decisions.filter(({ status }) => status === 'proposed'),
        metrics: { incomplete: total, gone, ...(oldestAt !== undefined && { oldestAt }), diskBytes: Object.values(disk).reduce((sum, bytes) => sum + bytes, 0), disk, recoveries },
        ...(problems.length > 0 && { documents: problems }),
        ledger: shownStatus(ledger),
      }
      return outcome(result, (ui) => statusText(result, ui))
    },
  }),
  command({
    name: 'startup',
    summary: 'Begin work: who you are, what waits for you, what you hold',
    details: 'Agents call this first. Makes you known to the others.',
    options: {
      lead: { type: 'flag', help: 'As the lead: others reach you as role:lead, and you are told where the work is' },
      'smoke-test': { type: 'text', value: 'COMMAND', help: 'With --lead: a command that shows whether it still works; default: MUSTER_SMOKE_TEST' },
    },
    access: 'start',
    takesIn: true,
    examples: ['muster startup --agent alpha --json', 'muster startup --lead --smoke-test "npm test"'],
    async run({ muster, host, interrupted }, { lead, 'smoke-test': smokeTest }) {
      if (!lead && smokeTest !== undefined) throw new UsageError('--smoke-test goes with --lead.')
      const made = lead ? await muster.setAgent({ role: 'lead' }) : undefined
      if (made && !made.ok) return outcome(made, () => oneLine(made.hint))
      const result = await muster.startup()
      if (!lead) return outcome(result, (ui) => startupText(result, ui))
      const { resumeAsLead } = await import('../../documents/project/resume.js')
      const briefing = await resumeAsLead(muster, { now: host.now(), smokeTest: smokeTest ?? (host.env['MUSTER_SMOKE_TEST'] || undefined), signal: interrupted })
      return outcome({ ...result, lead: briefing }, (ui) => `${startupText(result, ui)}\n\n${briefingText(briefing, ui)}`)
    },
  }),
]

/** What was kept beside documents, or could not be read; asked of the disk only where there is something. */
async function documentProblems(folder: string): Promise<readonly DocumentProblem[]> {
  if (!existsSync(join(folder, 'documents', 'problems.json'))) return []
  const { readProblems } = await import('../../documents/documents.js')
  return readProblems(folder)
}
