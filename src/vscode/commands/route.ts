import * as vscode from 'vscode'
import { activeUri } from '../activeFile.js'
import type { CommandId } from '../contributions.js'
import type { RepositoryWindow } from '../repositoryWindow.js'
import type { CommandContext } from './context.js'
import { mustBeOpen } from './mustBeOpen.js'

/** About a file, whatever was clicked; without one, about the active editor's. */
const aboutFiles: ReadonlySet<CommandId> = new Set(['muster.claim', 'muster.claimSymbol', 'muster.showFileLocks'])
/** About a lock: on the active editor's file, where it has one. */
const aboutLocks: ReadonlySet<CommandId> = new Set(['muster.release', 'muster.checkIn', 'muster.takeOver', 'muster.askForRelease', 'muster.forceRelease', 'muster.waitForLock', 'muster.stopWaiting', 'muster.extendLock'])

/**
 * What a command works with where the workspace has several repositories: that which its argument names, which the file is in,
 * or else the one that is shown, and stays with it to its end.
 * @throws CancellationError after telling that the repository is not open any more which the argument names
 */
export function routed(context: CommandContext, id: CommandId, argument: unknown): CommandContext {
  const { repositories, locks } = context
  const named = typeof argument === 'object' && argument !== null && 'folder' in argument && typeof argument.folder === 'string' ? argument.folder : undefined
  const at = named === undefined ? undefined : repositories.at(named)
  // What has the same number in another one is something else.
  if (named !== undefined && id !== 'muster.showLog') mustBeOpen(at)
  if (context.window.name === undefined) return context
  const found = (): RepositoryWindow | undefined => {
    if (argument instanceof vscode.Uri) return repositories.of(argument)
    if (typeof argument === 'object' && argument !== null) return at
    const active = activeUri()
    return active && (aboutFiles.has(id) || (aboutLocks.has(id) && locks.on(active) !== undefined)) ? repositories.of(active) : undefined
  }
  const window = found() ?? repositories.current
  return { ...context, window, supervision: context.supervisions.get(window) ?? context.supervision }
}
