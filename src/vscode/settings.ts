import * as vscode from 'vscode'
import type { SettingTypes } from './contributions.js'

const SECTION = 'muster'

/** The user's settings, typed. Their defaults are in package.json. */
export class Settings {
  get<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
    return vscode.workspace.getConfiguration(SECTION, vscode.workspace.workspaceFolders?.[0]?.uri).get<SettingTypes[K]>(key)!
  }

  onDidChange(keys: readonly (keyof SettingTypes)[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (keys.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) listener()
    })
  }
}
