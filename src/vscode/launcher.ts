import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type * as vscode from 'vscode'
import { launcherOf } from '../connect/launcher.js'

/**
 * How programs outside of the editor start Muster's command line: as `muster` where that is on the PATH for good, else by the
 * program that the editor keeps for its terminals, which stays in its place when the extension is updated.
 */
export function launcherOfEditor({ globalStorageUri, extensionPath }: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'extensionPath'>, env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): readonly string[] {
  const folder = join(globalStorageUri.fsPath, 'bin')
  const kept = join(folder, platform === 'win32' ? 'muster.cmd' : 'muster')
  // The editor may have been started from one of its own terminals.
  const path = (env['PATH'] ?? '').split(platform === 'win32' ? ';' : ':').filter((one) => one !== folder)
  return launcherOf({ PATH: path.join(platform === 'win32' ? ';' : ':') }, platform, existsSync(kept) ? [kept] : ['node', join(extensionPath, 'dist', 'cli.mjs')])
}
