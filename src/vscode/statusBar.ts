import * as vscode from 'vscode'
import { Avoided } from './avoided.js'
import type { CommandId } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'
import { statusOf } from './statusText.js'

const MENU: CommandId = 'muster.showMenu'

/** One short item: who this window is, how far, and what waits. Hidden while Muster is off. */
export function createStatusBar(window: MusterWindow): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('muster.status', vscode.StatusBarAlignment.Left, 50)
  item.name = 'Muster'
  item.command = MENU
  const avoided = new Avoided()
  const update = (): void => {
    const status = statusOf(window.state, window.world(), avoided.count)
    if (!status) return item.hide()
    item.text = status.text
    item.tooltip = status.tooltip
    item.accessibilityInformation = { label: status.spoken, role: 'button' }
    item.backgroundColor = status.alarm && new vscode.ThemeColor(`statusBarItem.${status.alarm}Background`)
    item.show()
  }
  update()
  return vscode.Disposable.from(item, window.onDidHear(({ entries }) => avoided.hear(entries)), window.onDidChange(update))
}
