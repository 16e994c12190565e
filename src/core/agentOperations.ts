import { parse } from './acting.js'
import * as op from './model/agentOperations.js'
import { textInput } from './model/operations.js'
import { endAgentRule, removeAgentRule, setAgentRule } from './rules/agent.js'
import { cleanUpRule, type Removed } from './rules/cleanUp.js'
import { withDetails } from './recoveryDetails.js'
import { clearRecoveryRule, recoverySummary, resumeRule } from './rules/recovery.js'
import { defined, WorkOperations } from './workOperations.js'

const DAY_MS = 24 * 60 * 60_000

/** Operations on agents as such, on recovery, and on what is old. */
export abstract class AgentOperations extends WorkOperations {
  async setAgent(agent: op.AgentInput): Promise<op.AgentResult> {
    const { id, name, kind, role, level, parent, client, model, brief, estimatedMinutes, load, metadata, ...fields } = parse(op.agentInput, agent, 'agent')
    const identity = defined({ name, kind, role, level, parent, client, model, brief, estimatedMinutes, load, metadata })
    await this.parts.join()
    return this.act(setAgentRule, { agent: id ?? name ?? this.agent, identity, fields: defined(fields) })
  }

  async completeAgent(id: string): Promise<op.AgentResult> {
    return this.act(endAgentRule, { agent: id })
  }

  async failAgent(id: string, error: string): Promise<op.AgentResult> {
    return this.act(endAgentRule, { agent: id, error: parse(textInput.min(1), error, 'error') })
  }

  async removeAgent(id: string): Promise<op.RemoveAgentResult> {
    return this.act(removeAgentRule, { agent: id })
  }

  async recoverySummary(options: op.RecoveryOptions = {}): Promise<op.RecoverySummary> {
    // Nothing is said, nothing to check: no schemas are loaded for it.
    const details = Object.keys(options).length > 0 && parse(op.recoveryOptions, options, 'options of the recovery summary').details
    const state = await this.parts.ledger.refresh()
    const context = { ...this.parts.connection.context(), agent: this.agent }
    const summary = recoverySummary(state, context)
    return details ? withDetails(this.parts, state, context, summary) : summary
  }

  async clearRecovery(agent?: string): Promise<op.ClearRecoveryResult> {
    return this.act(clearRecoveryRule, { agent })
  }

  async resumeAgent(id: string): Promise<op.ResumeResult> {
    return this.act(resumeRule, { agent: id })
  }

  async cleanUp(options: op.CleanUpOptions = {}): Promise<op.CleanUpResult> {
    const { keepDays, dryRun } = parse(op.cleanUpOptions, options, 'options of cleaning up')
    const command = { keepMs: keepDays * DAY_MS }
    const all: Removed = { agents: [], messages: [], tasks: [], errors: [], deliverables: [] }
    for (let more = true; more; ) {
      const removed = dryRun ? await this.wouldClean(command) : (await this.act(cleanUpRule, command)).removed
      for (const kind of kinds) all[kind].push(...removed[kind])
      more = !dryRun && kinds.some((kind) => removed[kind].length > 0)
    }
    return { ok: true, dryRun, keepDays, total: kinds.reduce((sum, kind) => sum + all[kind].length, 0), removed: all }
  }

  /** What the next commit of a clean-up would take. */
  private async wouldClean(command: { keepMs: number }): Promise<Removed> {
    const state = await this.parts.ledger.refresh()
    const context = { ...this.parts.connection.context(), agent: this.agent }
    const verdict = cleanUpRule.decide(state, { ...command, all: true }, context)
    return cleanUpRule.answer('events' in verdict ? verdict.events : [], context.stamp, state, command, context).removed
  }
}

const kinds = ['agents', 'messages', 'tasks', 'errors', 'deliverables'] as const
