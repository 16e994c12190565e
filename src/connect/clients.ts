import { isAbsolute, relative } from 'node:path'
import { agentsFiles } from './agentsFile.js'
import { codexConfig } from './codexConfig.js'
import { jsonEdit, putHooks, putServer, serverEdit, serverNotes, takeHooks, takeServer, type HookEntries } from './hookFiles.js'
import { tell } from '../core/tell.js'
import { valueOf } from './json.js'
import { isByName, isOurServer, powershellHook, shellHook } from './launch.js'
import { opencodePlugin } from './opencodePlugin.js'
import type { ClientPlan, Connectable, FileEdit, Place } from './plan.js'

/* Which files connect a client, and what stands in them. docs/connect.md says the same for people, and names the documents. */

/** s a client waits for a hook; ours give up on the records before. */
const TIMEOUT = 10

type Own = (place: Place) => ClientPlan

const claudeEvents = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop', 'PreCompact', 'SubagentStart', 'SubagentStop', 'SessionEnd']

const claudeCode: Own = (place) => ({
  edits: [
    serverEdit(['.mcp.json'], ['mcpServers', 'muster'], server(place)),
    jsonEdit({
      files: ['.claude/settings.local.json'],
      put(json, read) {
        // On Windows it would take Git's bash, where there is one.
        const shell = place.platform === 'win32' && !isByName(place.launcher) ? { shell: 'powershell' } : {}
        putHooks(json, groups(claudeEvents, 'Write|Edit|MultiEdit|NotebookEdit|Bash', (event) => ({ type: 'command', command: shellHook(place, event, 'claude-code'), ...shell, timeout: TIMEOUT })))
        if (serverIn(read('.mcp.json'), place) !== 'theirs' && json.get('enableAllProjectMcpServers') !== true && !includes(json.get('enabledMcpjsonServers'), 'muster')) json.append(['enabledMcpjsonServers'], 'muster')
        const roots = ['sandbox', 'filesystem', 'allowWrite']
        if (isOutside(place) && !includes(json.get(...roots), place.folder)) json.append(roots, place.folder)
      },
      take(json, read) {
        const whole = json.text
        // Where no hook of ours is, somebody else has allowed it.
        if (takeHooks(json).text !== whole) json.removeItems(['sandbox', 'filesystem', 'allowWrite'], (path) => isOutside(place) && path === place.folder)
        // Without our server, who allowed one of that name did so for their own.
        if (serverIn(read('.mcp.json'), place) === 'ours') json.removeItems(['enabledMcpjsonServers'], (name) => name === 'muster')
      },
    }),
  ],
  notes: [tell`.claude/settings.local.json is yours alone: keep it out of git. Claude Code reads it when it starts anew.`],
})

const codex: Own = (place) => ({
  edits: [
    codexConfig(place, isOutside(place)),
    jsonEdit({
      files: ['.codex/hooks.json'],
      put: (json) => putHooks(json, groups(claudeEvents.filter((event) => event !== 'SessionEnd'), 'apply_patch|Write|Edit|Bash|shell|local_shell', (event) => ({ type: 'command', command: shellHook(place, event, 'codex'), timeout: TIMEOUT }))),
      take: takeHooks,
    }),
  ],
  notes: [tell`Codex reads .codex only in projects that you trust, and runs a hook once you have reviewed it: start codex and enter /hooks.`],
})

const geminiCli: Own = (place) => ({
  edits: [
    jsonEdit({
      files: ['.gemini/settings.json'],
      put(json) {
        putServer(json, ['mcpServers', 'muster'], server(place))
        const events = ['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'PreCompress', 'SessionEnd']
        putHooks(json, groups(events, 'write_file|replace|run_shell_command', (event) => ({ type: 'command', name: 'muster', command: shellHook(place, event, 'gemini-cli'), timeout: TIMEOUT * 1000 })))
      },
      take: (json) => void takeServer(takeHooks(json), ['mcpServers', 'muster'], server(place)),
      notes: serverNotes('.gemini/settings.json', ['mcpServers', 'muster'], server(place)),
    }),
  ],
  notes: [tell`Gemini CLI asks once whether you trust these hooks, and reads the file when it starts.`],
})

const copilot: Own = (place) => ({
  edits: [
    serverEdit(['.github/mcp.json'], ['mcpServers', 'muster'], { type: 'local', ...server(place), tools: ['*'] }),
    jsonEdit({
      files: ['.github/hooks/muster.json'],
      // Every surface takes this form: the command line tool and the agent host give the payload of these names, VS Code its own.
      put: (json) => putHooks(json, Object.fromEntries(claudeEvents.map((event) => [event, {
        type: 'command', bash: shellHook({ ...place, platform: 'linux' }, event, 'copilot'), powershell: powershellHook(place, event, 'copilot'), timeoutSec: TIMEOUT,
      }]))),
      take: takeHooks,
      frame: { version: 1 },
    }),
  ],
  notes: [tell`In VS Code the Muster extension gives Copilot its tools; .github/mcp.json is for Copilot CLI and agent hosts.`],
})

const cursor: Own = (place) => ({
  edits: [
    serverEdit(['.cursor/mcp.json'], ['mcpServers', 'muster'], server(place)),
    jsonEdit({
      files: ['.cursor/hooks.json'],
      put: (json) => putHooks(json, Object.fromEntries(
        ['sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'afterFileEdit', 'stop', 'preCompact', 'subagentStart', 'subagentStop', 'sessionEnd'].map((event) =>
          [event, { command: shellHook(place, event, 'cursor'), ...(event === 'preToolUse' && { matcher: 'Write|Edit|StrReplace|SearchReplace|ApplyPatch|EditNotebook|Delete|Shell' }), timeout: TIMEOUT }]))),
      take: takeHooks,
      frame: { version: 1 },
    }),
  ],
  notes: [tell`Cursor asks once whether the server "muster" may be used.`],
})

const opencode: Own = (place) => ({
  edits: [
    serverEdit(['opencode.jsonc', 'opencode.json'], ['mcp', 'muster'], { type: 'local', command: [...place.launcher, 'mcp'], enabled: true }, { $schema: 'https://opencode.ai/config.json' }),
    opencodePlugin(place.launcher),
  ],
  notes: [tell`opencode reads both files when it starts.`],
})

const generic: Own = (place) => ({
  edits: [],
  notes: [tell`For a client with MCP: a server on stdio, started in the project with: ${[...place.launcher, 'mcp'].join(' ')}`],
})

const own: Readonly<Record<Connectable, Own>> = { 'claude-code': claudeCode, codex, 'gemini-cli': geminiCli, copilot, cursor, opencode, generic }

/** What connects a client, without the section for agents that all share. */
export function ownPlan(client: Connectable, place: Place): ClientPlan {
  return own[client](place)
}

export function fullPlan(client: Connectable, place: Place): ClientPlan {
  const { edits, notes } = ownPlan(client, place)
  const machine = place.launcher.some((word) => isAbsolute(word)) && client !== 'generic'
  return { edits: [...edits, ...agentsFiles], notes: [...notes, ...(machine ? [tell`These files name a path of this machine, since muster is not on the PATH: do not commit them for others.`] : [])] }
}

export const sharedEdits: readonly FileEdit[] = agentsFiles

function server({ launcher }: Place): { command: string; args: string[] } {
  const [command = '', ...args] = launcher
  return { command, args: [...args, 'mcp'] }
}

function serverIn(text: string | undefined, place: Place): 'none' | 'ours' | 'theirs' {
  const { mcpServers } = (text === undefined ? {} : valueOf(text) ?? {}) as { mcpServers?: { muster?: unknown } }
  return mcpServers?.muster === undefined ? 'none' : isOurServer(mcpServers.muster, server(place)) ? 'ours' : 'theirs'
}

/** In the form of Claude Code: a group for each event. Only edits and shell commands are told of beforehand, every call of a tool is told of. */
function groups(events: readonly string[], writers: string, hook: (event: string) => object): HookEntries {
  return Object.fromEntries(events.map((event) => [event, { ...(/^(Pre|Before)Tool/.test(event) && { matcher: writers }), hooks: [hook(event)] }]))
}

/** Whether a shell that may only write in the working tree cannot write the records: those of a linked working tree are elsewhere. */
function isOutside({ root, folder }: Place): boolean {
  const way = relative(root, folder)
  return way.startsWith('..') || isAbsolute(way)
}

function includes(list: unknown, item: string): boolean {
  return Array.isArray(list) && list.includes(item)
}
