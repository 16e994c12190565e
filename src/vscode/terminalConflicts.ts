import { dirname } from 'node:path'
import type * as vscode from 'vscode'
import type { Muster, World } from '../core/muster.js'
import { foldName, type NameRules } from '../core/names.js'
import { covers } from '../core/model/overlap.js'
import { resourceLabel, type Resource } from '../core/model/resource.js'
import { trackedFiles } from '../core/system/git.js'
import { lookAt, realpathOrSelf, treeOf } from '../core/system/locate.js'
import { namesAt } from '../core/system/resolve.js'
import { announcedBy } from '../core/system/shellAnnounced.js'
import { conflictText, shellConflicts, type HeldByOthers } from '../core/system/shellChanges.js'
import { asWritten } from './asWritten.js'
import { isFamily } from './locksOnFiles.js'
import type { MusterWindow } from './musterWindow.js'
import { resourceOf } from './resources.js'
import { short } from './text.js'

/** ms that the editor may tell later that a command began than it did: the shell writes it to its terminal, and does not wait. */
const LATE = 500

/** A command that has ended in a terminal, as the editor tells of it. */
type Execution = Pick<vscode.TerminalShellExecution, 'commandLine' | 'cwd'>

/**
 * Logs a conflict for each file that a person's command in a terminal changed while somebody else held it: as hooks do for
 * agents' commands, and for the person of the window, as for what they save.
 * @param began When the editor told of its beginning, in ms; undefined where it did not
 */
export async function noteConflicts(window: Pick<MusterWindow, 'muster' | 'world'>, terminal: Pick<vscode.Terminal, 'name' | 'creationOptions'>, { commandLine, cwd }: Execution, began: number | undefined): Promise<void> {
  const [{ muster }, world] = [window, window.world()]
  // What a program merely shows may look like a command; what the shell itself tells cannot.
  if (!muster || !world || began === undefined || !commandLine.isTrusted || cwd?.scheme !== 'file' || !isPersons(terminal, muster, world)) return
  const { clockMs = 0 } = muster.ledgerStatus().probe ?? {}
  const at = began - LATE + clockMs
  const announced = announcedBy(commandLine.value, cwd.fsPath, (path) => hasGone(path, at))
  if (announced === undefined) return
  const names = world.ledger.names ?? namesAt(muster.folder)
  const [own, tree] = [treeOf(muster.root), treeOf(realpathOrSelf(cwd.fsPath))]
  const isHere = own?.commonDir !== undefined && own.commonDir === tree?.commonDir
  const conflicts = await shellConflicts({ ...announced, at }, { folder: muster.folder, cwd: muster.root, names, tree: isHere ? tree : undefined }, heldByOthers(world, names, began))
  const gone = conflicts.filter(({ path }) => lookAt(path) === undefined).map(({ path }) => path)
  // A file that git knows was there; another that is not there may never have been, and its folder have changed by somebody else.
  const tracked = tree === undefined || gone.length === 0 ? new Set<string>() : await trackedFiles(tree.root, gone)
  const me = world.me?.name ?? muster.agent
  const certain = conflicts.filter(({ path }) => !gone.includes(path) || (tracked !== 'unknown' && tracked.has(path)))
  const noted = await Promise.allSettled(certain.map(({ path, resource, claim }) => muster.logError({ kind: 'conflict', severity: 'medium', resource: path, message: conflictText(me, resourceLabel(resource), claim.holderName) })))
  for (const one of noted) if (one.status === 'rejected') throw one.reason
}

/** Not an agent's: one that the editor hides, as for commands of its chats, or that was opened for an agent, and has its name. */
function isPersons({ name, creationOptions }: Pick<vscode.Terminal, 'name' | 'creationOptions'>, { agent }: Muster, { agents }: World): boolean {
  const { hideFromUser, env } = creationOptions as Readonly<vscode.TerminalOptions>
  if (hideFromUser === true || (env?.['MUSTER_AGENT'] ?? agent) !== agent) return false
  return !agents.some((one) => one.kind === 'agent' && one.id !== agent && [one.name, short(one.name, 40)].some((known) => asWritten(known) === name))
}

/** Locks of strangers that are alive, on all of what they stand for. @param began ms at which the command did: who locked later, did so after what it had changed */
function heldByOthers(world: World, names: NameRules, began: number): HeldByOthers<World['claims'][number]> {
  const held = world.claims.flatMap((claim): { claim: typeof claim; resource: Resource }[] => {
    if (claim.mine || claim.stale || claim.mode !== 'exclusive' || claim.kind === 'symbol' || claim.kind === 'name' || Date.parse(claim.since) > began) return []
    const resource = resourceOf(claim)
    return [{ claim, resource: 'path' in resource ? { ...resource, fold: foldName(resource.path, names) } : resource }]
  })
  return {
    resources: () => held.map(({ resource }) => resource),
    on: (wanted) => held.find(({ claim, resource }) => covers(resource, wanted) && !isFamily(world, claim.heldBy))?.claim,
  }
}

/** Whether a file that is not there was removed since: its folder changed. */
function hasGone(path: string, since: number): boolean {
  const folder = lookAt(dirname(path))
  return lookAt(path) === undefined && folder?.isDirectory() === true && folder.mtimeMs > since
}
