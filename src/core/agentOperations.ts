import { parse } from './acting.js'
import * as op from './model/agentOperations.js'
import { textInput } from './model/operations.js'
import { endAgentRule, removeAgentRule, setAgentRule } from './rules/agent.js'
import { withDetails } from './recoveryDetails.js'
import { clearRecoveryRule, recoverySummary, resumeRule } from './rules/recovery.js'
import { defined, WorkOperations } from './workOperations.js'

/** Operations on agents as such, and on recovery. */
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
    const { details, agent } = Object.keys(options).length > 0 ? parse(op.recoveryOptions, options, 'options of the recovery summary') : { details: false }
    const state = await this.parts.ledger.refresh()
    const context = { ...this.parts.connection.context(), agent: this.agent }
    const summary = recoverySummary(state, context, agent)
    return details ? withDetails(this.parts, state, context, summary) : summary
  }

  async clearRecovery(agent?: string): Promise<op.ClearRecoveryResult> {
    return this.act(clearRecoveryRule, { agent })
  }

  async resumeAgent(id: string): Promise<op.ResumeResult> {
    return this.act(resumeRule, { agent: id })
  }
}
