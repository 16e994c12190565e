import * as vscode from 'vscode'
import type { SettingTypes } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'

const SECTION = 'muster'

/** The user's settings, typed. Their defaults are in package.json. */
export class Settings {
  /** @param scope the folder of the workspace that they are read for; the first one unless told otherwise */
  constructor(private readonly scope: () => vscode.Uri | undefined = () => vscode.workspace.workspaceFolders?.[0]?.uri) {}

  /** As they are for the repository of a window: what a folder says of its records, documents and runs is about its own. */
  of(window: Pick<MusterWindow, 'state'>): Settings {
    return new Settings(() => (window.state.kind === 'nothing' ? undefined : vscode.Uri.file(window.state.place.root)))
  }

  /** @param of a folder of the workspace, if not that */
  get<K extends keyof SettingTypes>(key: K, of = this.scope()): SettingTypes[K] {
    return vscode.workspace.getConfiguration(SECTION, of).get<SettingTypes[K]>(key)!
  }

  /** A folder of the workspace says it for itself, where the workspace or the user says it for all. */
  isOwn(key: keyof SettingTypes, of: vscode.Uri): boolean {
    return vscode.workspace.getConfiguration(SECTION, of).inspect(key)?.workspaceFolderValue !== undefined
  }

  /** As the user has set it, whatever a workspace says: for what names programs to start. */
  ofUser<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
    const found = vscode.workspace.getConfiguration(SECTION).inspect<SettingTypes[K]>(key)
    return (found?.globalValue ?? found?.defaultValue)!
  }

  /** Set by the user or the workspace; undefined where it is not. */
  chosen<K extends keyof SettingTypes>(key: K): SettingTypes[K] | undefined {
    const found = vscode.workspace.getConfiguration(SECTION, this.scope()).inspect<SettingTypes[K]>(key)
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue
  }

  onDidChange(keys: readonly (keyof SettingTypes)[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (keys.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) listener()
    })
  }
}
