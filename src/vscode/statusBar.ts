import * as vscode from 'vscode'
import { Avoided } from './avoided.js'
import type { CommandId } from './contributions.js'
import { Kept } from './kept.js'
import type { Repositories } from './repositories.js'
import { inRepository, statusElsewhere, waitingIn, waitingOf } from './statusText.js'

const MENU: CommandId = 'muster.showMenu'

/** One short item: who this window is, how far, and what waits. Hidden while Muster is off, and nothing waits in another repository. */
export function createStatusBar(repositories: Repositories): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('muster.status', vscode.StatusBarAlignment.Left, 50)
  item.name = 'Muster'
  item.command = MENU
  const avoided = new Avoided()
  const known = new Kept((one) => waitingOf(one, avoided.count))
  const update = (): void => {
    const { all, current } = repositories
    const elsewhere = waitingIn(all.filter((one) => one !== current).map(known.of))
    const here = known.of(current).status ?? statusElsewhere(current.name, elsewhere)
    if (!here) return item.hide()
    const { text, tooltip, spoken, alarm } = inRepository(here, current.name, elsewhere)
    item.text = text
    item.tooltip = tooltip
    item.accessibilityInformation = { label: spoken, role: 'button' }
    item.backgroundColor = alarm && new vscode.ThemeColor('statusBarItem.warningBackground')
    item.show()
  }
  update()
  return vscode.Disposable.from(item, repositories.shown.onDidHear(({ entries }) => avoided.hear(entries)), repositories.onDidChange((one) => {
    known.forget(one)
    update()
  }))
}
