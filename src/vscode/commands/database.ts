import * as vscode from 'vscode'
import type { DatabaseParts } from '../database/parts.js'
import { plural, t } from '../l10n.js'
import { troubleOf } from '../statusText.js'
import { done, given, type Command, type CommandContext } from './context.js'
import { showInformationMessage } from '../say.js'
import { translated } from '../translated.js'

/** Asks for a database, tries it, and moves the records there or joins those that are there. */
export const usePostgres: Command = async (context) => (await import('../database/usePostgres.js')).usePostgres(await partsOf(context))

/** Has the records go on in the folder again. */
export const leavePostgres: Command = async (context) => {
  const parts = await partsOf(context)
  const { state } = context.window
  if (state.kind === 'nothing' || (state.place.inDatabase !== true && parts.known === undefined)) return void showInformationMessage(t('The records are in the folder.'))
  await (await import('../database/usePostgres.js')).leavePostgres(parts)
}

async function partsOf({ window, addresses }: CommandContext): Promise<DatabaseParts> {
  const { state } = window
  if (state.kind === 'nothing') {
    void showInformationMessage(t('Open a folder first: Muster works in a folder or repository.'))
    throw new vscode.CancellationError()
  }
  if (!vscode.workspace.isTrusted) {
    given(await showInformationMessage(t('Muster writes nothing in Restricted Mode.'), t('Manage Workspace Trust')))
    await vscode.commands.executeCommand('workbench.trust.manage')
    throw new vscode.CancellationError()
  }
  const { folder, root } = state.place
  return {
    editor: vscode, t, plural, translated, folder, root, done,
    known: await addresses.of(folder),
    keep: (address) => addresses.keep(folder, address),
    open: async (begin) => {
      await (begin ? window.turnOn() : window.refresh(true))
      return troubleOf(window.state)
    },
  }
}
