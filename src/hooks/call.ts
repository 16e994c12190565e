import { textIn, type Fields } from './json.js'
import { filesOf, shellOf } from './tools.js'

/** Names as connections have them (core/system/ancestors.ts). */
export const clients = ['claude-code', 'codex', 'gemini-cli', 'copilot', 'cursor', 'opencode'] as const
export type Client = (typeof clients)[number]

/** When in an agent's work a hook is called. */
export type Moment = 'session-start' | 'prompt' | 'before-edit' | 'after-edit' | 'stop' | 'before-compact' | 'subagent-start' | 'subagent-end' | 'session-end'

/** A hook's call, whoever makes it. */
export interface HookCall {
  client: Client
  moment: Moment
  /** As the client names it: its answers repeat it. */
  event: string
  /** Who calls, where its command line says so. */
  agent?: string
  conversation: string | undefined
  subagent: string | undefined
  /** Directory that the agent works in. */
  cwd: string | undefined
  /** As written by the tool. */
  files: readonly string[]
  /** The command, of a tool that runs one in a shell. */
  shell: string | undefined
  prompt: string | undefined
  model: string | undefined
  /** The agent goes on already because a hook asked it to: asking again could go on for ever. */
  goingOn: boolean
}

/** Every name of an event, the clients' and our own. */
const moments: Readonly<Record<string, Moment>> = {
  'session-start': 'session-start', SessionStart: 'session-start', sessionStart: 'session-start',
  prompt: 'prompt', UserPromptSubmit: 'prompt', userPromptSubmitted: 'prompt', BeforeAgent: 'prompt', beforeSubmitPrompt: 'prompt',
  'before-edit': 'before-edit', PreToolUse: 'before-edit', preToolUse: 'before-edit', BeforeTool: 'before-edit',
  'after-edit': 'after-edit', PostToolUse: 'after-edit', postToolUse: 'after-edit', AfterTool: 'after-edit', afterFileEdit: 'after-edit',
  stop: 'stop', Stop: 'stop', agentStop: 'stop', AfterAgent: 'stop',
  'before-compact': 'before-compact', PreCompact: 'before-compact', preCompact: 'before-compact', PreCompress: 'before-compact',
  'subagent-start': 'subagent-start', SubagentStart: 'subagent-start', subagentStart: 'subagent-start',
  'subagent-end': 'subagent-end', SubagentStop: 'subagent-end', subagentStop: 'subagent-end',
  'session-end': 'session-end', SessionEnd: 'session-end', sessionEnd: 'session-end',
}

export function momentOf(event: string): Moment | undefined {
  return Object.hasOwn(moments, event) ? moments[event] : undefined
}

/**
 * Reads what a client gives its hook on stdin.
 * @param event Named on the command line; counts where the client does not name it itself.
 * @param hint The client that the command line names.
 * @returns undefined for events that mean nothing here
 */
export function readCall(given: Fields, event: string, hint: string | undefined): HookCall | undefined {
  const named = textIn(given, 'hook_event_name', 'hookEventName', 'event') ?? event
  const moment = momentOf(named) ?? momentOf(event)
  if (moment === undefined) return undefined
  const client = clientOf(given, named, hint)
  const tool = textIn(given, 'tool_name', 'toolName') ?? ''
  return {
    client,
    moment,
    event: named,
    conversation: textIn(given, 'conversation_id', 'session_id', 'sessionId'),
    subagent: textIn(given, 'agent_id', 'agentId', 'subagent_id'),
    cwd: textIn(given, 'cwd') ?? firstRoot(given),
    files: moment === 'before-edit' || moment === 'after-edit' ? toolFiles(given, tool) : [],
    shell: moment === 'before-edit' || moment === 'after-edit' ? shellOf(tool, given['tool_input'] ?? given['toolArgs']) : undefined,
    prompt: textIn(given, 'prompt'),
    model: textIn(given, 'model'),
    // Nor is an agent made to go on that was stopped: Cursor says how its turn ended.
    goingOn: given['stop_hook_active'] === true || (moment === 'stop' && typeof given['status'] === 'string' && given['status'] !== 'completed') || (typeof given['loop_count'] === 'number' && given['loop_count'] > 0),
  }
}

function toolFiles(given: Fields, tool: string): string[] {
  // Cursor tells of an edit that was made without naming a tool.
  const edited = tool === '' ? textIn(given, 'file_path') : undefined
  return edited === undefined ? filesOf(tool, given['tool_input'] ?? given['toolArgs']) : [edited]
}

function firstRoot(given: Fields): string | undefined {
  const roots = given['workspace_roots']
  const first: unknown = Array.isArray(roots) ? roots[0] : undefined
  return typeof first === 'string' && first !== '' ? first : undefined
}

/**
 * Which client speaks: what only it sends, else what the command line says, for that was written for this client; else what
 * its fields are like (docs/hooks.md names the documents).
 */
function clientOf(given: Fields, event: string, hint: string | undefined): Client {
  const told = clients.find((client) => client === given['client'])
  if (told) return told
  if ('cursor_version' in given) return 'cursor'
  const likely = likelyClient(given, event)
  // Copilot runs the hooks in Claude Code's files as well, beside its own: what reaches its model is another matter.
  if (hint === 'claude-code' && likely === 'copilot') return likely
  return clients.find((client) => client === hint) ?? likely
}

function likelyClient(given: Fields, event: string): Client {
  if ('generation_id' in given) return 'cursor'
  if ('hookEventName' in given || 'sessionId' in given) return 'copilot'
  if (/^(Before|After)[A-Z]|^PreCompress$/.test(event)) return 'gemini-cli'
  // An earlier form of Copilot's gives a number, and no conversation.
  if (typeof given['timestamp'] === 'string' || typeof given['timestamp'] === 'number') {
    // Of these two events the names are the same; only VS Code and Copilot CLI call a session new.
    const shared = (event === 'SessionStart' && given['source'] !== 'new') || event === 'SessionEnd'
    return shared && 'transcript_path' in given ? 'gemini-cli' : 'copilot'
  }
  if ('turn_id' in given) return 'codex'
  // Of the two that are left, one tells its model and mode with the start of a session.
  return event === 'SessionStart' && 'permission_mode' in given && 'model' in given ? 'codex' : 'claude-code'
}
