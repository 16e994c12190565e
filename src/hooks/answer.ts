import type { Client, HookCall, Moment } from './call.js'

/** What a hook says. Each is text for the model. */
export interface Answer {
  /** The edit is not to be made, and why. */
  deny?: string
  /** To be read before the model goes on. */
  context?: string
  /** The agent is not to stop yet, and why. */
  goOn?: string
}

/** Moments at which a client hands text to its model, as documented. What is said at others would be lost. */
const listens: Readonly<Record<Client, readonly Moment[]>> = {
  'claude-code': ['session-start', 'prompt', 'after-edit', 'stop', 'subagent-start'],
  codex: ['session-start', 'prompt', 'after-edit', 'stop', 'subagent-start'],
  'gemini-cli': ['session-start', 'prompt', 'after-edit', 'stop'],
  copilot: ['session-start', 'after-edit', 'stop', 'subagent-start'],
  cursor: ['session-start', 'after-edit', 'stop'],
  opencode: ['after-edit', 'before-compact'],
}

/** Whether the model reads what a hook says now. Only then may a message count as seen. */
export function reachesModel({ client, moment, event }: Pick<HookCall, 'client' | 'moment' | 'event'>): boolean {
  return listens[client].includes(moment) && event !== 'afterFileEdit'
}

/** The answer in the client's own form; '' where nothing is to be said. */
export function printAnswer(call: HookCall, answer: Answer): string {
  const form = formOf(call, answer)
  return form === undefined ? '' : JSON.stringify(form)
}

function formOf({ client, event }: HookCall, { deny, context, goOn }: Answer): object | undefined {
  switch (client) {
    case 'claude-code':
    case 'codex':
      if (deny !== undefined) return { hookSpecificOutput: { hookEventName: event, permissionDecision: 'deny', permissionDecisionReason: deny } }
      if (goOn !== undefined) return { decision: 'block', reason: goOn }
      return context === undefined ? undefined : { hookSpecificOutput: { hookEventName: event, additionalContext: context } }
    case 'gemini-cli':
      if (deny !== undefined || goOn !== undefined) return { decision: 'deny', reason: deny ?? goOn }
      return context === undefined ? undefined : { hookSpecificOutput: { hookEventName: event, additionalContext: context } }
    case 'copilot':
      // The command line tool reads the outer fields, VS Code the inner ones.
      return both(event, deny !== undefined ? { permissionDecision: 'deny', permissionDecisionReason: deny } : goOn !== undefined ? { decision: 'block', reason: goOn } : context === undefined ? undefined : { additionalContext: context })
    case 'cursor':
      // Newer versions read `permission`, older ones `decision`.
      if (deny !== undefined) return { permission: 'deny', agent_message: deny, user_message: 'Muster: another agent has this file.', decision: 'deny', reason: deny }
      if (goOn !== undefined) return { followup_message: goOn }
      return context === undefined ? undefined : { additional_context: context }
    case 'opencode':
      return deny === undefined && goOn === undefined && context === undefined ? undefined : { deny, context, goOn }
  }
}

function both(event: string, fields: object | undefined): object | undefined {
  return fields && { ...fields, hookSpecificOutput: { hookEventName: event, ...fields } }
}
