import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** A running program of an AI agent. */
export interface AgentProgram {
  pid: number
  /** As connections name their client: `claude-code`. */
  client: string
}

interface ProcessFacts {
  parent: number
  /** Program and arguments. */
  command: readonly string[]
}

/** Names of programs, and of the scripts and package folders they run as under node or python. */
const CLIENTS: Record<string, string> = {
  claude: 'claude-code', 'claude-code': 'claude-code', codex: 'codex', gemini: 'gemini-cli', 'gemini-cli': 'gemini-cli', opencode: 'opencode', copilot: 'copilot-cli',
  'cursor-agent': 'cursor', aider: 'aider', amp: 'amp', goose: 'goose', qwen: 'qwen', crush: 'crush',
}
const INTERPRETERS = /^(node|bun|deno|python[\d.]*|tsx)(\.exe)?$/
/** Nobody nests shells deeper than this. */
const GENERATIONS = 32

/**
 * The agent program that a process runs under: the nearest ancestor that is one. So a command typed by an agent in its
 * shell is the agent's, and not the person's whose terminal it is.
 * @param look Facts of a process, undefined when it cannot be seen; replaced in tests.
 */
export function agentProgramAbove(pid: number, look: (pid: number) => ProcessFacts | undefined = lookAtProcess): AgentProgram | undefined {
  let at = look(pid)?.parent ?? 0
  for (let generation = 0; at > 1 && generation < GENERATIONS; generation++) {
    const facts = look(at)
    if (facts === undefined) return undefined
    const client = clientOf(facts.command)
    if (client !== undefined) return { pid: at, client }
    at = facts.parent
  }
  return undefined
}

function clientOf([program = '', ...rest]: readonly string[]): string | undefined {
  const name = plainName(program)
  const known = own(name)
  if (known !== undefined || !INTERPRETERS.test(name)) return known
  const script = rest.find((argument) => !argument.startsWith('-'))
  if (script === undefined) return undefined
  // `node /…/node_modules/@anthropic-ai/claude-code/cli.js`: the package tells, the script may be called anything.
  const packaged = /[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?([^\\/]+)[\\/]/.exec(script)?.[1]
  return own(plainName(script)) ?? own(packaged ?? '')
}

function own(name: string): string | undefined {
  return Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined
}

function plainName(path: string): string {
  return basename(path.replaceAll('\\', '/')).replace(/\.(exe|js|mjs|cjs|py)$/, '')
}

/** Linux by /proc; macOS by one `ps`; Windows by one listing of all. Of what cannot be seen nothing is known, and the terminal's person speaks. */
function lookAtProcess(pid: number): ProcessFacts | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean) }
    }
    if (process.platform === 'win32') return (listed ??= processesIn(listAll()))(pid)
    const [, parent, command] = /^\s*(\d+)\s+(.*)$/.exec(execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()) ?? []
    return { parent: Number(parent), command: command?.split(' ') ?? [] }
  } catch {
    return undefined
  }
}

/** Another user's process does not tell its arguments; its name does for what is a program of its own. */
const LIST = `Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2} {3}' -f $_.ProcessId, $_.ParentProcessId, $(if ($_.CreationDate) { $_.CreationDate.ToUniversalTime().Ticks } else { 0 }), $(if ($_.CommandLine) { $_.CommandLine } else { $_.Name }) }`

/** '' where it cannot be had: whoever asks again does not wait again. */
function listAll(): string {
  try {
    return execFileSync('powershell', ['-NoProfile', '-Command', LIST], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true, maxBuffer: 16 * 1024 * 1024, timeout: 5_000 })
  } catch {
    return ''
  }
}

/** What a process runs under does not change while it runs. */
let listed: ((pid: number) => ProcessFacts | undefined) | undefined

/** Reads a listing of pid, parent, begin and command line. A parent that began later has the number of one that has ended. Pure. */
export function processesIn(listing: string): (pid: number) => ProcessFacts | undefined {
  const rows = new Map([...listing.matchAll(/^(\d+) (\d+) (\d+) (.*?)\s*$/gm)].map(([, pid, parent, began, command]) => [Number(pid), { parent: Number(parent), began: BigInt(began!), command: command! }]))
  return (pid) => {
    const row = rows.get(pid)
    if (row === undefined) return undefined
    const isParent = (rows.get(row.parent)?.began ?? 0n) <= row.began
    return { parent: isParent ? row.parent : 0, command: [...row.command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!) }
  }
}
