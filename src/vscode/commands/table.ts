import * as vscode from 'vscode'
import { commandIds, titleCommandIds, type CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { run } from '../run.js'
import type { CommandContext } from './context.js'
import { showInformationMessage } from '../say.js'

/** Registers every command. What they do is loaded with the first that is run. `onRun` hears of each, before it runs. */
export function registerCommands(context: CommandContext, onRun: (id: CommandId) => void): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, (...given: unknown[]) => {
        onRun(id)
        // A button of a row comes with its row and the selection. Without the row, the list was just being rebuilt.
        if (given.length > 1 && (given[0] ?? undefined) === undefined && !titleCommandIds.includes(id)) return void showInformationMessage(t('The list has just changed. Please click again.'))
        return run(titleOf(id), context.log, async () => {
          const [{ commands }, { routed }] = await Promise.all([import('./all.js'), import('./route.js')])
          const here = routed(context, id, given[0])
          if (id !== 'muster.showLog') await untilOpen(here)
          try {
            await commands[id](here, given[0], given[1])
          } catch (error) {
            if (!(error instanceof vscode.CancellationError)) (await import('./mustBeOpen.js')).mustBeOpen(here.window)
            throw error
          }
        })
      }),
    ),
  )
}

/** As menus name it, in the person's language: there the editor keeps the original beside it. */
function titleOf(id: CommandId): string {
  const { contributes } = vscode.extensions.getExtension('muster.muster')?.packageJSON as { contributes: { commands: readonly { command: string; title: string | { value: string } }[] } }
  const title = contributes.commands.find(({ command }) => command === id)?.title ?? id
  return typeof title === 'string' ? title : title.value
}

/** A person may be faster than the records are read. */
async function untilOpen({ window }: CommandContext): Promise<void> {
  if (window.state.kind !== 'opening') return
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: t('Muster is starting') }, () => window.settled)
}
