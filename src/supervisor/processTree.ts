import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errnoOf } from '../core/errors.js'
import { knowProcesses, processStart, startsIn } from '../core/system/processes.js'

/** One process: pids are used again, so its start time belongs to it. */
export interface ProcessId {
  pid: number
  start: string
}

export interface ProcessRow extends ProcessId {
  parent: number
  group: number
  session: number
  /** Ended, and not asked about by its parent yet. */
  zombie: boolean
}

export interface TreeOptions {
  root: ProcessId
  /** The root began a session of its own: what is in it belongs to the tree, whoever its parent is now. */
  leads: boolean
  /** Part of its environment (`NAME=value`) that all it started have inherited; looked at on Linux. */
  mark?: string | undefined
  /** These, and what they started, are left alone: keepers of other agents. */
  spare?: readonly ProcessId[]
}

const POLL_MS = 40

/**
 * Everything that a process has started and that still runs, itself included: by parent, by session, by environment.
 * A root whose pid is another process's by now counts for nothing.
 */
async function treeOf(options: TreeOptions): Promise<ProcessId[]> {
  return members(await listProcesses(), options, await marked(options.mark))
}

/** @param rows All processes there are. Pure. */
export function members(rows: readonly ProcessRow[], { root, leads, spare = [] }: TreeOptions, marked: ReadonlySet<number> = new Set()): ProcessId[] {
  // A keeper above it is in nobody's way: an agent may have been deployed by another, whose keeper that is.
  const above = ancestors(rows, root.pid)
  const spared = new Set(rows.filter((row) => !above.has(row.pid) && spare.some((one) => isSame(one, row))).map(({ pid }) => pid))
  const below = (from: Set<number>): Set<number> => {
    for (let more = true; more; ) {
      more = false
      for (const { pid, parent } of rows) if (from.has(parent) && !from.has(pid) && !spared.has(pid)) more = Boolean(from.add(pid))
    }
    return from
  }
  const top = rows.find((row) => row.pid === root.pid)
  // Its number is never given to another process while a member of its session lives.
  const isRoot = top !== undefined && isSame(top, root)
  const replaced = top !== undefined && !isRoot
  const inSession = leads && !replaced ? rows.filter((row) => row.session === root.pid || row.group === root.pid).map(({ pid }) => pid) : []
  const tree = below(new Set([...(isRoot ? [root.pid] : []), ...inSession, ...marked].filter((pid) => !spared.has(pid))))
  for (const pid of below(new Set(spared))) tree.delete(pid)
  return rows.filter(({ pid, zombie }) => tree.has(pid) && !zombie && pid !== process.pid).map(({ pid, start }) => ({ pid, start }))
}

/**
 * Whether a session or group is still that of a root which has ended: its number may be another program's by now. It is, where
 * one in it has the mark, or, where none can be seen, began before the root was last heard of (ms of the wall clock). Pure.
 */
export function proves(rows: readonly ProcessRow[], root: ProcessId, marked: ReadonlySet<number>, heardAt: number): boolean {
  const began = ({ start }: ProcessRow): number => Date.parse(`${start} UTC`)
  return rows.some((row) => (row.session === root.pid || row.group === root.pid) && (marked.has(row.pid) || (row.start.includes(':') && began(row) <= heardAt)))
}

/**
 * The process that an agent was started as, whose keeper did not get to say so: it leads a session of its own and has the mark.
 * undefined where there is none, and where marks cannot be seen, which is where processes cannot be listed either.
 * @param look replaced in tests
 * @throws system errors: whoever cannot look must not start it a second time
 */
export async function leaderOf(mark: string, look: { marked: typeof marked; list: typeof listProcesses } = { marked, list: listProcesses }): Promise<ProcessRow | undefined> {
  const pids = await look.marked(mark)
  if (pids.size === 0) return undefined
  const rows = await look.list()
  const started = members(rows, { root: { pid: -1, start: '' }, leads: false }, pids)
  return rows.find((row) => row.session === row.pid && started.some(({ pid }) => pid === row.pid))
}

function ancestors(rows: readonly ProcessRow[], pid: number): Set<number> {
  const parents = new Map(rows.map((row) => [row.pid, row.parent]))
  const found = new Set<number>()
  for (let at = parents.get(pid); at !== undefined && !found.has(at); at = parents.get(at)) found.add(at)
  return found
}

function isSame(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && (a.start === b.start || a.start === '')
}

/**
 * Ends a process and all it has started: asks them (SIGTERM), waits, and ends what is left. Each is looked at again before it is
 * sent a signal; one that is not the recorded one is not touched.
 * @returns those that had to be ended by force
 */
export async function endTree(options: TreeOptions, graceMs: number): Promise<ProcessId[]> {
  if (process.platform === 'win32') return endTreeWindows(options.root, graceMs)
  let known = await treeOf(options)
  // Another user's (it was started with sudo): no signal of ours reaches it, and waiting for it would have no end.
  const beyond = new Set<number>()
  const signal = (name: NodeJS.Signals): void => {
    for (const one of known) if (!send(one, name)) beyond.add(one.pid)
    known = known.filter(({ pid }) => !beyond.has(pid))
  }
  signal('SIGTERM')
  const until = performance.now() + graceMs
  while (known.length > 0 && performance.now() < until) {
    await pause()
    known = (await stillThere(known, options)).filter(({ pid }) => !beyond.has(pid))
  }
  const forced = known
  while (known.length > 0) {
    signal('SIGKILL')
    await pause()
    known = (await stillThere(known, options)).filter(({ pid }) => !beyond.has(pid))
  }
  return forced
}

/** Of those known before, and what they have started meanwhile. */
async function stillThere(known: readonly ProcessId[], options: TreeOptions): Promise<ProcessId[]> {
  const rows = await listProcesses()
  const now = members(rows, options, await marked(options.mark))
  const left = known.filter((one) => rows.some((row) => isSame(one, row) && !row.zombie))
  return [...now, ...left.filter((one) => !now.some((other) => other.pid === one.pid))]
}

/** @returns false where it may not be: it is another user's */
function send({ pid, start }: ProcessId, signal: NodeJS.Signals): boolean {
  try {
    // Looked at just before: a number is not used again within that time.
    if (process.platform === 'linux' && processStart(pid) !== start) return true
    process.kill(pid, signal)
  } catch (error) {
    if (errnoOf(error) === 'EPERM') return false
    if (errnoOf(error) !== 'ESRCH') throw error
  }
  return true
}

async function endTreeWindows(root: ProcessId, graceMs: number): Promise<ProcessId[]> {
  const isThere = async (): Promise<boolean> => {
    await knowProcesses([root.pid])
    return processStart(root.pid) === root.start && root.start !== ''
  }
  const kill = (...force: string[]): Promise<unknown> => promisify(execFile)('taskkill', [...force, '/T', '/PID', String(root.pid)], { windowsHide: true }).catch(() => undefined)
  if (!(await isThere())) return []
  await kill()
  for (const until = performance.now() + graceMs; performance.now() < until; await pause()) if (!(await isThere())) return []
  await kill('/F')
  return [root]
}

/** All processes, as far as they can be seen. */
export async function listProcesses(): Promise<ProcessRow[]> {
  if (process.platform !== 'linux') return listByPs()
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(pids.map((pid) => rowInProc(Number(pid))))
  return rows.filter((row) => row !== undefined)
}

async function rowInProc(pid: number): Promise<ProcessRow | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' ? undefined : { pid, zombie: /^[ZX]$/.test(fields[0]!), parent: Number(fields[1]), group: Number(fields[2]), session: Number(fields[3]), start: fields[19]! }
}

async function listByPs(): Promise<ProcessRow[]> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const ps = async (columns: string): Promise<string> => (await promisify(execFile)('ps', ['-axo', columns], { env, maxBuffer: 16 * 1024 * 1024 })).stdout
  const [rows, starts] = [await ps('pid=,ppid=,pgid=,state='), startsIn(await ps('pid=,lstart='))]
  return [...rows.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)/gm)].map(([, pid, parent, group, state]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group), zombie: state!.startsWith('Z'), start: starts.get(Number(pid)) ?? '' }))
}

/** Processes with a variable of that value in the environment they were started with. */
export async function marked(mark: string | undefined): Promise<ReadonlySet<number>> {
  if (mark === undefined || process.platform !== 'linux') return new Set()
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => ((await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0').includes(mark) ? Number(pid) : undefined)))
  return new Set(found.filter((pid) => pid !== undefined))
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
