import * as vscode from 'vscode'
import { Avoided } from './avoided.js'
import type { CommandId } from './contributions.js'
import type { Repositories } from './repositories.js'
import { inRepository, statusElsewhere, statusOf } from './statusText.js'

const MENU: CommandId = 'muster.showMenu'

/** One short item: who this window is, how far, and what waits. Hidden while Muster is off, and nothing waits in another repository. */
export function createStatusBar(repositories: Repositories): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('muster.status', vscode.StatusBarAlignment.Left, 50)
  item.name = 'Muster'
  item.command = MENU
  const avoided = new Avoided()
  const update = (): void => {
    const { all, current } = repositories
    const others = all.filter((one) => one !== current)
    const here = statusOf(current.state, current.world(), avoided.count) ?? statusElsewhere(current.name, others)
    if (!here) return item.hide()
    const status = inRepository(here, current.name, others)
    item.text = status.text
    item.tooltip = status.tooltip
    item.accessibilityInformation = { label: status.spoken, role: 'button' }
    item.backgroundColor = status.alarm && new vscode.ThemeColor('statusBarItem.warningBackground')
    item.show()
  }
  update()
  return vscode.Disposable.from(item, repositories.shown.onDidHear(({ entries }) => avoided.hear(entries)), repositories.onDidChange(update))
}
