import { hostname } from 'node:os'
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import * as vscode from 'vscode'
import { locateFolder } from '../core/system/locate.js'
import type { Place, Surroundings } from './musterWindow.js'
import type { Settings } from './settings.js'
import type { Supervisor } from './supervision.js'

/** The real surroundings of a window: its workspace, settings and trust. */
export function windowSurroundings(settings: Settings, log: vscode.LogOutputChannel, supervisor: Supervisor): Surroundings {
  return {
    locate: () => placeOf(vscode.workspace.workspaceFolders, settings.get('folder')),
    trusted: () => vscode.workspace.isTrusted,
    workspace: workspaceKey,
    settings: () => ({ leaseMinutes: settings.get('lease.minutes') }),
    open: async (options) => {
      // Reading the records takes its time, and so does loading what reads them: the editor goes on starting first.
      await new Promise(setImmediate)
      const { openMuster } = await import('../core/open.js')
      return openMuster(options, supervisor.processes)
    },
    report: (error) => log.error(error instanceof Error ? error : String(error)),
  }
}

/** The ledger of the first workspace folder on disk. A file in the folder's place counts as existing: it cannot be used, and people are told. */
function placeOf(folders: readonly vscode.WorkspaceFolder[] | undefined, setting: string): Place | undefined {
  const root = folders?.find((folder) => folder.uri.scheme === 'file')?.uri.fsPath
  if (root === undefined || !statSync(root, { throwIfNoEntry: false })?.isDirectory()) return undefined
  // Not this process's environment: a window started from another window's terminal has that window's MUSTER_FOLDER.
  const { folder } = locateFolder(root, setting === '' ? {} : { MUSTER_FOLDER: resolve(root, setting) })
  return { folder, root, exists: existsSync(folder) }
}

/** Windows with the same key are windows on the same work: the machine it is on, and the folder or workspace file. */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace
  const saved = workspaceFile?.scheme === 'file' ? workspaceFile : undefined
  const opened = saved ?? workspaceFolders?.[0]?.uri
  // Not by the address the editor is reached at: that changes with every start of its server.
  return `${hostname()}:${opened?.fsPath ?? ''}`
}
