import type { RecoverySummary } from '../../core/model/agentOperations.js'
import type { Muster } from '../../core/muster.js'
import type { Refusal } from '../../core/model/operations.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome, type Context, type Outcome } from '../command.js'
import { oneLine } from '../text/escape.js'
import { UsageError } from '../usageError.js'
import { restartedText } from '../views/deploy.js'
import { checkpointLines } from '../views/overview.js'
import { clearedText, recoveryListText, recoveryText, resumeText, toClearText } from '../views/recovery.js'

const ofOption = { of: { type: 'text', value: 'ID', help: 'Only this agent' } } as const

export const recoveryCommands = [
  command({
    name: 'recovery check',
    summary: 'Count the agents that stopped before their work was done, by status and level',
    options: ofOption,
    access: 'look',
    examples: ['muster recovery check --json', 'muster recovery check --of L2.2.1'],
    async run({ muster }, { of: agent }) {
      const result = await summaryOf(muster, { agent })
      return outcome(result, (ui) => (result.ok ? recoveryText(result, ui, muster.keeping.here.machine) : oneLine(result.hint)))
    },
  }),
  command({
    name: 'recovery list',
    summary: 'List the agents that stopped before their work was done, and where they stood',
    options: ofOption,
    access: 'look',
    examples: ['muster recovery list', 'muster recovery list --of L2.2.1'],
    async run({ muster }, { of: agent }) {
      const result = await summaryOf(muster, { agent, details: true })
      if (!result.ok) return outcome(result, () => oneLine(result.hint))
      const { total, atWork, byCommands, incomplete: agents, failed, notIntegrated } = result
      return outcome({ ok: true, total, atWork, byCommands, agents, failed, notIntegrated }, (ui) => recoveryListText(result, ui))
    },
  }),
  command({
    name: 'recovery clear',
    summary: 'Forget agents that stopped before their work was done; their locks end',
    details:
      'For people, not for agents. Here --agent names the one to clear; without it, all that recovery check counts: who is at work is kept. ' +
      'You are told which they are and, in a terminal, asked. What they did stays in the log; files are not touched.',
    options: { agent: { type: 'text', value: 'ID', help: 'Only this agent' }, yes: { type: 'flag', help: 'Without asking' }, 'dry-run': { type: 'flag', help: 'Only say what would be cleared' } },
    access: ({ 'dry-run': dryRun }) => (dryRun ? 'look' : 'join'),
    examples: ['muster recovery clear --dry-run', 'muster recovery clear', 'muster recovery clear --agent L2.2.1'],
    async run(context, { agent, yes, 'dry-run': dryRun }) {
      const { muster, host, global } = context
      const left = await leftBy(muster, agent)
      if (dryRun) return outcome({ ok: true, dryRun, agents: left }, () => toClearText(left, 'Would clear'))
      if (agent === undefined && left.length > 0) {
        if (!yes) context.notice(toClearText(left, 'To be cleared'))
        const agreed = yes || global.json || (await host.confirm('Clear all of them?')) !== false
        if (!agreed) return outcome({ ok: false, reason: 'NOT_CONFIRMED', hint: 'Nothing was cleared.' }, () => 'Nothing was cleared.')
      }
      const { clearRecoveryTool } = await import('../../tools/clearRecovery.js')
      const result = await callTool(clearRecoveryTool, muster, { agent })
      return outcome(result, () => clearedText(result))
    },
  }),
  command({
    name: 'recovery resume',
    summary: 'Go on with an agent that stopped: its process is started again, or you are shown where it stood',
    details:
      'One that Muster deployed is started again with the same command, its brief and its checkpoint; with --here, and any other, is begun anew for you to go on in its name. ' +
      'Here --agent names it, as the word does.',
    words: { usage: '[name]', min: 0, max: 1 },
    options: { agent: { type: 'text', value: 'ID', help: 'The agent to go on with' }, here: { type: 'flag', help: 'Start no process: you go on for it' } },
    access: 'join',
    examples: ['muster recovery resume alpha', 'muster recovery resume alpha --here', 'muster recovery resume --agent alpha'],
    async run(context, { agent, here }, [id = agent ?? '']) {
      if (id === '') throw new UsageError('Say whom to go on for: muster recovery resume <name>. muster recovery list shows who stopped.')
      if (!here && (await context.muster.getAgent(id))?.deployment) return startAgain(context, id)
      const { resumeAgentTool } = await import('../../tools/resumeAgent.js')
      const result = await callTool(resumeAgentTool, context.muster, { id })
      return outcome(result, (ui) => resumeText(result, ui))
    },
  }),
]

/** Starts the process of a deployed agent once more; one that runs is left alone. */
async function startAgain({ muster, host, global }: Context, id: string): Promise<Outcome> {
  const before = await muster.getAgent(id)
  if (before?.deployment && before.deployment.phase !== 'ended') {
    const hint = `${before.name} is at work. To begin it again: muster agent restart ${before.id}`
    return outcome({ ok: false, reason: 'IN_USE', hint }, () => oneLine(hint))
  }
  const started = await muster.restartAgent(id, 'resumed')
  if (!started.ok) return outcome(started, () => `${restartedText(started)}\nTo go on for it yourself: muster recovery resume ${oneLine(id)} --here`)
  const exit = started.run ? await host.keep({ folder: muster.folder, agent: started.agent, number: started.number, json: global.json }) : 0
  const { agents, claims, checkpoints } = await muster.refresh()
  const checkpoint = checkpoints.get(started.agent)
  const { ok, agent, run, ...process } = started
  const json = { ok, agent: agents.find((one) => one.id === agent), started: process, claims: claims.filter(({ heldBy }) => heldBy === agent), ...(checkpoint && { checkpoint }) }
  return { ...outcome(json, (ui) => (run ? restartedText(started) : [restartedText(started), ...checkpointLines(json, ui)].join('\n'))), ...(exit !== 0 && { exit }) }
}

async function summaryOf(muster: Muster, options: { agent: string | undefined; details?: true }): Promise<RecoverySummary | Extract<Refusal, { ok: false }>> {
  const { agent, ...rest } = options
  const named = agent === undefined ? undefined : await muster.getAgent(agent)
  if (agent !== undefined && !named) return { ok: false, reason: 'NOT_FOUND', hint: `Nobody here is called ${agent}. List the agents to see who is.` }
  const { recoverySummaryTool } = await import('../../tools/recoverySummary.js')
  // People are never recovered: of one that is named there is nothing of its own to tell.
  return callTool(recoverySummaryTool, muster, { ...rest, ...(named?.kind === 'agent' && { agent: named.id }) })
}

/** Who would be cleared, with what each left. */
async function leftBy(muster: Muster, agent: string | undefined): Promise<RecoverySummary['incomplete']> {
  const result = await summaryOf(muster, { agent, details: true })
  return result.ok ? result.incomplete : []
}
