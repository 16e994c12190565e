/** What is known of the client at the other end: its name as others are known by, and how long it waits for an answer. */
export interface Client {
  /** As connections name their client: `claude-code`. */
  name: string
  /** An editor may have been started from an agent's terminal: the program above it does not speak. */
  isEditor: boolean
  /** Seconds an answer may take where the client is told of progress; undefined for what is safe with every client. */
  patience?: number
}

const LONG = 240
/** Seconds: clients of the SDK give up after 60, told of progress or not. */
const TOLD = 50
/** Seconds: the shortest limit known of a client, 30, less some. */
const UNTOLD = 25

const known: readonly [RegExp, Client][] = [
  [/^visual studio code|^vscode|copilot.*vscode/, { name: 'copilot', isEditor: true, patience: LONG }],
  [/copilot/, { name: 'copilot-cli', isEditor: false }],
  [/claude/, { name: 'claude-code', isEditor: false, patience: LONG }],
  [/codex/, { name: 'codex', isEditor: false }],
  [/gemini/, { name: 'gemini-cli', isEditor: false, patience: LONG }],
  [/cursor/, { name: 'cursor', isEditor: true }],
  [/opencode/, { name: 'opencode', isEditor: false }],
]

/** Editors made from VS Code introduce themselves by names of their own. */
const someEditor: Client = { name: 'copilot', isEditor: true, patience: LONG }

/**
 * @param name `clientInfo.name`, as the client tells it.
 * @param inEditor Started by the extension, for the chats of its window.
 */
export function clientNamed(name = '', inEditor = false): Client {
  const plain = name.toLowerCase()
  const found = known.find(([pattern, client]) => pattern.test(plain) && (client.isEditor || !inEditor))
  if (found) return found[1]
  if (inEditor) return someEditor
  const short = plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/(-mcp)?(-client)?-*$/, '').replace(/^-+/, '').slice(0, 40)
  return { name: short === '' ? 'agent' : short, isEditor: false }
}

/** Seconds that a call may wait: the client must not give up before it is answered. */
export function patienceOf({ patience = TOLD }: Client, toldOfProgress: boolean): number {
  return toldOfProgress ? patience : UNTOLD
}

/** Where clients tell in a call which conversation it belongs to. VS Code; Codex; opencode; Antigravity. */
const conversationKeys = ['vscode.conversationId', 'threadId', 'ai.opencode/sessionID', 'antigravity.google/conversation_id']

/** The conversation that a call belongs to, by its `_meta`. */
export function conversationIn(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  for (const key of conversationKeys) {
    const value = meta?.[key]
    if (typeof value === 'string' && value !== '' && value.length <= 200) return value
  }
  return undefined
}
