import { hostname } from 'node:os'
import { dirname, relative, resolve } from 'node:path'
import type { MusterParts } from './acting.js'
import { Claims } from './claims.js'
import { Connection } from './connection.js'
import { invalid, MusterError } from './errors.js'
import { openFolderLedger } from './ledger/folder/openFolderLedger.js'
import type { Probe } from './ledger/port.js'
import type { ProcessPlace } from './model/agent.js'
import { agentIdOf } from './model/agentId.js'
import type { Claim } from './model/claim.js'
import { touches } from './model/overlap.js'
import type { Resource } from './model/resource.js'
import type { OpenOptions, Settings } from './muster.js'
import type { NameRules } from './names.js'
import { claimsOf } from './rules/conflicts.js'
import { agentOfWorker, subagentConversation, type Worker } from './rules/worker.js'
import { addressOf, assertMoved, assertPlace, openDatabase } from './database.js'
import { machine } from './state/machine.js'
import type { State } from './state/state.js'
import { knowBoot, machineId, monotonic, systemClock } from './system/clock.js'
import { isAllCommitted, personName, uncommittedChanges, uncommittedFiles } from './system/git.js'
import { branchOf, locateFolder, lookAt, realpathOrSelf, treeAround, type Tree } from './system/locate.js'
import { diskOf } from './system/fileSystem.js'
import { PresenceFile, recordTurns } from './system/presenceFiles.js'
import { probe } from './system/probe.js'
import { isElsewhere, knowProcesses, processStart } from './system/processes.js'
import { namesAt, realPath, resolveResource } from './system/resolve.js'
import { tell } from './tell.js'

/** So many regular looks around are one sign of life in `presence/`, and one look at what only the disk can tell: nobody waits for that, and it asks the disk most. */
const PRESENCE_EVERY = 4

export const defaultSettings: Settings = { leaseMinutes: 30, graceSeconds: 60, quietMinutes: 5, rescanSeconds: 4, durability: 'strict' }

/**
 * Opens a coordination folder and, for attached connections, takes up an identity in it. Loads no schemas: hooks work with
 * these parts directly, since they have to be there in a moment.
 * @throws MusterError FOLDER_UNUSABLE, AGENT_IN_USE, LEDGER_DAMAGED, INVALID_INPUT
 */
export async function openParts(options: OpenOptions = {}): Promise<MusterParts> {
  const settings = { ...defaultSettings, ...options.settings }
  const { attached = true, readOnly = false, watch = attached } = options
  const { folder, tree, base } = placeOf(options)
  const spokenFor = options.agent ?? options.window
  if (spokenFor !== undefined && agentIdOf(spokenFor) === '') throw invalid(tell`"${spokenFor}" is no usable agent name.`, tell`Use letters and digits.`)

  const create = !readOnly && options.create !== false
  if (create && !lookAt(folder)) assertOnlyLedger(folder, options)
  await Promise.all([knowBoot(), knowProcesses(options.process === undefined ? [process.pid] : [process.pid, options.process])])
  const disk = options.mode === 'shared' ? { shared: 'it was opened so' } : await diskOf(folder)
  const address = addressOf(options)
  assertPlace(folder, address, readOnly)
  // While the records are read, not after it.
  const early = options.examine === true && lookAt(folder) ? probe(folder) : undefined
  let probed: Probe | undefined
  const common = { machine, watch, rescanMs: attached || watch ? settings.rescanSeconds * 1000 : 0, create, readOnly }
  // What is tried out leaves nothing behind, also where the records cannot be opened.
  const failed = async (error: unknown): Promise<never> => {
    await early
    throw error
  }
  const database = address === undefined ? undefined : await openDatabase({ ...common, clock: systemClock(), address, folder, commonDir: tree.commonDir }).catch(failed)
  const clock = database?.clock ?? systemClock()
  const ledger = database ?? await openFolderLedger({
    ...common,
    folder,
    clock,
    durability: settings.durability,
    probed: () => probed,
    turnRecord: recordTurns(folder),
    ...(disk.shared !== undefined && { mode: 'shared', why: disk.shared }),
    isElsewhere: (boot) => isElsewhere(boot, clock.boot),
  }).catch(failed)
  // Off the way of who comes and goes; others have it a moment later.
  const probing = options.examine === true || (attached && !readOnly) ? probe(folder).then((result) => (probed = result)) : undefined
  if (options.examine) await probing
  // A window's person counts where it is known; otherwise, and where no agent is named, git says who this is.
  const window = options.window !== undefined && ledger.peek().agents.has(options.window) ? options.window : undefined
  const worker = workerOf(options, clock.boot)
  const name = options.agent ?? (worker ? shortName(options.client) : window ?? personName(tree.root))
  const here = { boot: clock.boot, machine: machineId() }
  const place = (): ProcessPlace => ({ pid: process.pid, start: processStart(process.pid), ...here })
  let seen: NameRules | undefined
  // Ledgers of old do not say.
  const names = (): NameRules => ledger.status().names ?? (seen ??= namesAt(folder))
  const connection = new Connection({
    ledger, clock, here, settings, attached: attached && !readOnly, client: options.client ?? 'library',
    behalf: worker?.process,
  })
  const dirtyUnder = (resources: readonly Resource[], ignored = false): Promise<string[] | 'unknown'> => uncommittedFiles(tree, resources, names(), ignored)
  const join = once(() => joinAs(connection, name, options, tree, worker, ledger.peek()))
  try {
    if (database === undefined && readOnly) assertMoved(folder, ledger.id)
    if (attached && !readOnly) await join()
  } catch (error) {
    await ledger.close()
    throw error
  }
  const presence = attached && !readOnly ? new PresenceFile(folder, { id: connection.id, ...place(), host: hostname(), client: options.client ?? 'library' }) : undefined
  void presence?.look()
  let ticks = 0
  connection.onDidTick(() => void presence?.look(++ticks % PRESENCE_EVERY === 0))
  return {
    folder,
    root: tree.root,
    ledger,
    connection,
    place,
    claims: new Claims(connection, ledger, clock, dirtyUnder, place),
    join,
    reader: worker ? (agentOfWorker(ledger.peek(), worker)?.id ?? '') : options.agent === undefined && options.window === undefined && readOnly ? '' : agentIdOf(name),
    leaseMs: settings.leaseMinutes * 60_000,
    quietMs: settings.quietMinutes * 60_000,
    beside: { close: async () => void (await Promise.all([probing, presence?.close()])) },
    tree: {
      resolve: (text) => resolveResource(text, { tree, base, names: names() }),
      place: (path) => realPath(resolve(base, path)),
      size: (path) => sizeOf(resolve(base, path)),
      branch: rarely(() => branchOf(tree)),
      releaseable: (over = false) => cleanClaims([...claimsOf(ledger.peek(), connection.agent)].filter((claim) => over || !connection.bound || claim.attached), tree, dirtyUnder),
      uncommitted: dirtyUnder,
      changes: (resources) => uncommittedChanges(tree, resources, names()),
      isAllCommitted: (resources) => isAllCommitted(tree, resources, names()),
      editedAt: (resource) => editedAt(tree, resource),
    },
  }
}

interface Place {
  folder: string
  tree: Tree
  /** Directory that relative resources start from. */
  base: string
}

/** The folder and the working tree meant by the options; outside the repository of the folder, the folder's own tree. */
function placeOf(options: OpenOptions): Place {
  const directory = realpathOrSelf(resolve(options.root ?? process.cwd()))
  if (options.folder === undefined) {
    const { folder, root } = locateFolder(directory)
    const tree = treeAround(root)
    return { folder, tree, base: options.root === undefined ? tree.root : directory }
  }
  const folder = resolve(options.folder)
  const shared = realpathOrSelf(dirname(folder))
  const belongs = dirname(realpathOrSelf(locateFolder(directory, {}).folder)) === shared || isWithin(shared, directory)
  if (!belongs) {
    const tree = treeAround(shared)
    return { folder, tree, base: tree.root }
  }
  const tree = treeAround(directory, shared)
  return { folder, tree, base: options.root === undefined ? tree.root : directory }
}

/**
 * A container that is given a working tree without its repository must not start a ledger of its own there: others would
 * go on in the one it cannot see. @throws MusterError FOLDER_UNUSABLE
 */
function assertOnlyLedger(folder: string, { root = process.cwd() }: OpenOptions): void {
  const place = locateFolder(resolve(root))
  if (place.unseen === undefined || realpathOrSelf(dirname(folder)) !== place.root) return
  throw new MusterError('FOLDER_UNUSABLE', tell`${place.root} is a working tree of a repository that cannot be seen from here (${place.unseen}).`, {
    hint: tell`Others may be at work with the records beside that repository. Make it visible here (in a container: mount it at the same path), or set MUSTER_FOLDER to a folder that all of them see. Should nobody else work on it, create ${folder} yourself.`,
    details: { unseen: place.unseen },
  })
}

function isWithin(folder: string, path: string): boolean {
  const steps = relative(folder, path)
  return steps === '' || (!steps.startsWith('..') && !steps.includes(':'))
}

/** The worker who speaks where no agent is named. */
function workerOf({ agent, conversation, subagent, process: pid }: OpenOptions, boot: string): Worker | undefined {
  if (agent !== undefined || (conversation === undefined && pid === undefined)) return undefined
  const program = pid === undefined ? undefined : { pid, start: processStart(pid), boot }
  if (subagent === undefined || conversation === undefined) return { conversation, process: program }
  return { conversation: subagentConversation(conversation, subagent), process: program, under: conversation }
}

/** What agents of a client are called. */
function shortName(client = 'agent'): string {
  return client.replace(/-(code|cli|agent)$/, '')
}

async function joinAs(connection: Connection, name: string, options: OpenOptions, tree: Tree, worker: Worker | undefined, state: State): Promise<void> {
  if (options.readOnly) throw invalid(tell`This connection was opened for reading only.`, tell`Open it without readOnly.`)
  const { kind = worker ? 'agent' : options.agent === undefined ? 'person' : undefined, role, level, client, model, brief, workspace } = options
  const above = worker?.under === undefined ? undefined : agentOfWorker(state, { conversation: worker.under })?.id
  const parent = above ?? (options.parent === undefined ? undefined : agentIdOf(options.parent))
  await connection.join({
    name,
    identity: { kind, role, level, parent, client, model, brief, workspace, tree: tree.id },
    anyFreeName: options.agent === undefined && connection.attached,
    ...(connection.attached && { branch: branchOf(tree) }),
    ...(worker && { worker }),
  })
}

/** Those of the claims, in this tree, that no uncommitted change speaks for. */
async function cleanClaims(claims: readonly Claim[], tree: Tree, dirtyUnder: (resources: readonly Resource[]) => Promise<string[] | 'unknown'>): Promise<Resource[]> {
  const resources = claims.map((claim) => claim.resource)
  if (resources.length === 0) return []
  const dirty = await dirtyUnder(resources.filter((resource) => resource.kind !== 'name' && resource.tree === tree.id))
  return resources.filter((resource) => {
    if (resource.kind === 'name') return true
    return resource.tree === tree.id && dirty !== 'unknown' && !dirty.some((path) => touches(resource, { kind: 'file', tree: tree.id, path }))
  })
}

function editedAt(tree: Tree, resource: Resource): number | undefined {
  if (tree.gitDir === undefined || (resource.kind !== 'file' && resource.kind !== 'symbol') || resource.tree !== tree.id) return undefined
  const stats = lookAt(resolve(tree.root, resource.path))
  return stats?.isFile() ? Number(stats.mtimeMs) : undefined
}

function sizeOf(path: string): number | undefined {
  const stats = lookAt(path)
  return stats?.isFile() ? Number(stats.size) : undefined
}

/** Asks again at most once a second: for what seldom changes and costs a file access. */
function rarely<T>(read: () => T): () => T {
  let known: { value: T; at: number } | undefined
  return () => {
    if (known === undefined || monotonic() - known.at > 1000) known = { value: read(), at: monotonic() }
    return known.value
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined
  // A failed attempt may be repeated: the folder may be writable by then.
  return () => (started ??= work().catch((error: unknown) => {
    started = undefined
    throw error
  }))
}
