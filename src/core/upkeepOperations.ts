import { parse } from './acting.js'
import { agentIdOf } from './model/agentId.js'
import { closedUncommitted } from './recoveryDetails.js'
import { retentionDays } from './model/words.js'
import * as op from './model/upkeep.js'
import type { CleanUpCommand, Removed } from './rules/cleanUp.js'
import { unknownAgent } from './rules/agent.js'
import { isPerson } from './rules/rule.js'
import { tell } from './tell.js'
import { TicketOperations } from './ticketOperations.js'
import type { UpkeepCalls } from './upkeepCalls.js'

const DAY_MS = 24 * 60 * 60_000
const kinds = ['agents', 'messages', 'tasks', 'errors', 'deliverables'] as const
const ONLY_PERSONS = 'Files stay: only a person may remove logs and saves.'

/** Operations on what is over, and on what is to outlast it. What looks at files or git is loaded when it is used. */
export abstract class UpkeepOperations extends TicketOperations implements UpkeepCalls {
  async cleanUp({ signal, ...options }: op.CleanUpOptions = {}): Promise<op.CleanUpResult> {
    const { profile, dryRun, runs, ...named } = parse(op.cleanUpOptions, options, 'options of cleaning up')
    const keepDays = named.keepDays ?? retentionDays[profile]
    const { noFiles } = await import('./upkeep/cleanUp.js')
    const nothing: op.CleanUpResult = { ok: true, dryRun, profile, total: 0, removed: noneRemoved(), files: noFiles(), archived: profile === 'archive', kept: [], warnings: [] }
    if (keepDays === undefined) return nothing
    const command: CleanUpCommand = { keepMs: keepDays * DAY_MS }
    const kept = await closedUncommitted(this.parts, await this.parts.ledger.refresh(), (await this.wouldClean(command)).agents)
    const removed = dryRun ? await this.wouldClean({ ...command, keep: kept }) : await this.clean({ ...command, keep: kept }, signal)
    const cleaned = await this.cleanFiles({ before: Date.now() - command.keepMs, runs, dryRun, archive: profile === 'archive', gone: removed.agents, signal })
    return { ...nothing, keepDays, kept, removed, total: kinds.reduce((sum, kind) => sum + removed[kind].length, 0), ...cleaned, ...(signal?.aborted === true && { stopped: true }) }
  }

  async commitCheckpoint(agent = this.agent): Promise<op.CommitCheckpointResult> {
    const { checkpointFiles, commitToBranch } = await import('./checkpointCommit.js')
    const state = await this.parts.ledger.refresh()
    const known = state.agents.get(agentIdOf(agent))
    if (!known) return unknownAgent(agent)
    const { id, name } = known
    const { files, status } = checkpointFiles(state, id)
    const done = await commitToBranch(this.parts.root, { agent: id, name, files, message: `${name} checkpoint: STATUS=${status}\n` })
    return done ? { ok: true, agent: id, ...done } : { ok: false, reason: 'NO_GIT', hint: tell`This is no git repository: there is nothing to commit to. The checkpoint itself is saved.` }
  }

  /** In commits of many records each. */
  private async clean(command: CleanUpCommand, signal?: AbortSignal): Promise<Removed> {
    const { cleanUpRule } = await import('./rules/cleanUp.js')
    const all = noneRemoved()
    for (;;) {
      if (signal?.aborted) return all
      const { removed } = await this.act(cleanUpRule, command)
      if (kinds.every((kind) => removed[kind].length === 0)) return all
      for (const kind of kinds) all[kind].push(...removed[kind])
    }
  }

  /** All that a clean-up would take now. */
  private async wouldClean(command: CleanUpCommand): Promise<Removed> {
    const { cleanUpRule } = await import('./rules/cleanUp.js')
    const state = await this.parts.ledger.refresh()
    const context = { ...this.parts.connection.context(), agent: this.agent }
    const verdict = cleanUpRule.decide(state, { ...command, all: true }, context)
    return cleanUpRule.answer('events' in verdict ? verdict.events : [], context.stamp, state, command, context).removed
  }

  private async cleanFiles({ before, runs, dryRun, archive, gone, signal }: { before: number; runs: string; dryRun: boolean; archive: boolean; gone: readonly string[]; signal: AbortSignal | undefined }): Promise<Pick<op.CleanUpResult, 'files' | 'warnings'>> {
    const [{ findOld, noFiles, removeOld, totalsOf }, store, listed] = await Promise.all([import('./upkeep/cleanUp.js'), this.saves(), this.listRuns({ runs })])
    const state = await this.parts.ledger.refresh()
    if (!dryRun && !isPerson(state.agents.get(this.agent))) return { files: noFiles(), warnings: [ONLY_PERSONS] }
    const removed = new Set(gone)
    const troubled = new Set([...state.errors.values()].flatMap(({ resolved, resource }) => (!resolved && resource !== undefined ? [resource.replace(/\/$/, '')] : [])))
    const { folder, root } = this.parts
    const { groups, warnings } = await findOld({
      folder, root, before,
      saves: await store.all(),
      runs: listed.runs,
      isForgotten: (agent) => removed.has(agent) || !state.agents.has(agent),
      isLookedInto: ({ path }) => troubled.has(path),
    })
    if (dryRun) return { files: totalsOf(groups), warnings }
    const done = await removeOld(groups, { folder, before }, archive, async (agent) => !(await this.parts.ledger.refresh()).agents.has(agent), signal)
    return { files: done.files, warnings: [...warnings, ...done.warnings] }
  }
}

function noneRemoved(): Removed {
  return { agents: [], messages: [], tasks: [], errors: [], deliverables: [] }
}
