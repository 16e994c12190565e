import { hostname } from 'node:os'
import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import * as vscode from 'vscode'
import { locateFolder, lookAt } from '../core/system/locate.js'
import { forgetOthersAddress, isInDatabase, type DatabaseAddresses } from './databaseAddresses.js'
import type { Place, Surroundings } from './musterWindow.js'
import type { Found } from './repositories.js'
import type { Settings } from './settings.js'
import type { Supervisor } from './supervision.js'

/** The real surroundings of this window: its workspace, settings and trust. */
export function windowSurroundings(settings: Settings, log: vscode.LogOutputChannel, supervisor: Supervisor, addresses: DatabaseAddresses): { find(): readonly Found[]; placeOf(folder: vscode.WorkspaceFolder): Place | undefined; surroundings(locate: () => Place | undefined): Surroundings } {
  const setting = (folder: vscode.WorkspaceFolder): string => {
    const value = settings.get('folder', folder.uri)
    const { workspaceFolders = [] } = vscode.workspace
    return value === '' || isAbsolute(value) || workspaceFolders.length < 2 || settings.isOwn('folder', folder.uri) ? value : resolve(firstRoot(folder, workspaceFolders), value)
  }
  const find = (): readonly Found[] => {
    const found = repositoriesOf(vscode.workspace.workspaceFolders ?? [], setting)
    const others = forgetOthersAddress(found.map(({ place }) => place.folder))
    if (others) addresses.give(others.folder, others.address)
    return found
  }
  const surroundings = (locate: () => Place | undefined): Surroundings => ({
    locate,
    trusted: () => vscode.workspace.isTrusted,
    workspace: workspaceKey,
    // Whatever else a settings file says is the safe one.
    settings: () => ({ leaseMinutes: settings.get('lease.minutes'), durability: settings.get('durability') === 'relaxed' ? 'relaxed' : 'strict' }),
    open: async (options) => {
      // Reading the records takes its time, and so does loading what reads them: the editor goes on starting first.
      await new Promise(setImmediate)
      const { folder = '' } = options
      const [{ openMuster }, ledger] = await Promise.all([import('../core/open.js'), addresses.toOpen(folder)])
      return openMuster({ ...options, ...(ledger !== undefined && { ledger }) }, supervisor.processes(folder))
    },
    report: (error) => log.error(error instanceof Error ? error : String(error)),
  })
  return { find, placeOf: (folder) => repositoriesOf([folder], setting)[0]?.place, surroundings }
}

/** What the folders of a workspace belong to, where they are on disk: two working trees of one repository, say, have one ledger. */
export function repositoriesOf(folders: readonly vscode.WorkspaceFolder[], setting: (folder: vscode.WorkspaceFolder) => string): Found[] {
  const found = new Map<string, Found & { folders: vscode.WorkspaceFolder[] }>()
  for (const folder of folders) {
    const place = folder.uri.scheme === 'file' ? placeOf(folder.uri.fsPath, setting(folder)) : undefined
    const known = place && found.get(place.folder)
    if (known) known.folders.push(folder)
    else if (place) found.set(place.folder, { place, name: folder.name, folders: [folder] })
  }
  const all = [...found.values()]
  // `new/api` and `old/api`.
  return all.map((one) => (all.some((other) => other !== one && other.name === one.name) ? { ...one, name: `${basename(dirname(one.place.root))}/${one.name}` } : one))
}

/** The first of the folders that have their records in common with one, where nothing is set. What is relative and set for all folders counts from there, or one repository would have several ledgers. */
export function firstRoot(folder: vscode.WorkspaceFolder, folders: readonly vscode.WorkspaceFolder[]): string {
  const shared = ({ uri }: vscode.WorkspaceFolder): string => locateFolder(uri.fsPath, {}).folder
  const own = shared(folder)
  return (folders.find((one) => one.uri.scheme === 'file' && lookAt(one.uri.fsPath)?.isDirectory() && shared(one) === own) ?? folder).uri.fsPath
}

/** The ledger of a folder. A file in the ledger's place counts as existing: it cannot be used, and people are told. */
function placeOf(root: string, setting: string): Place | undefined {
  // One that cannot be looked at, on a drive that is away say, is as if it were not there: the others go on.
  if (!lookAt(root)?.isDirectory()) return undefined
  // Not this process's environment: a window started from another window's terminal has that window's MUSTER_FOLDER.
  const { folder } = locateFolder(root, setting === '' ? {} : { MUSTER_FOLDER: resolve(root, setting) })
  return { folder, root, exists: existsSync(folder), ...(isInDatabase(folder) && { inDatabase: true }) }
}

/** Windows with the same key are windows on the same work: the machine it is on, and the folder or workspace file. */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace
  const saved = workspaceFile?.scheme === 'file' ? workspaceFile : undefined
  const opened = saved ?? workspaceFolders?.[0]?.uri
  // Not by the address the editor is reached at: that changes with every start of its server.
  return `${hostname()}:${opened?.fsPath ?? ''}`
}
