import * as vscode from 'vscode'
import type { SettingTypes } from './contributions.js'

const SECTION = 'muster'

/** The user's settings, typed. Their defaults are in package.json. */
export class Settings {
  get<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
    return vscode.workspace.getConfiguration(SECTION, vscode.workspace.workspaceFolders?.[0]?.uri).get<SettingTypes[K]>(key)!
  }

  /** As the user has set it, whatever a workspace says: for what names programs to start. */
  ofUser<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
    const found = vscode.workspace.getConfiguration(SECTION).inspect<SettingTypes[K]>(key)
    return (found?.globalValue ?? found?.defaultValue)!
  }

  /** Set by the user or the workspace; undefined where it is not. */
  chosen<K extends keyof SettingTypes>(key: K): SettingTypes[K] | undefined {
    const found = vscode.workspace.getConfiguration(SECTION, vscode.workspace.workspaceFolders?.[0]?.uri).inspect<SettingTypes[K]>(key)
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue
  }

  onDidChange(keys: readonly (keyof SettingTypes)[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (keys.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) listener()
    })
  }
}
