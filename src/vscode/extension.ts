import * as vscode from 'vscode'
import { registerCommands } from './commands/table.js'
import { keepContextKeys } from './contextKeys.js'
import { Documents } from './documents.js'
import { launcherOfEditor } from './launcher.js'
import { MusterWindow } from './musterWindow.js'
import { Notifications } from './notifications.js'
import { Settings } from './settings.js'
import { createStatusBar } from './statusBar.js'
import { windowSurroundings } from './surroundings.js'
import { provideForTerminals } from './terminals.js'
import { createAgentsView } from './views/agentsView.js'
import { createClaimsView } from './views/claimsView.js'
import { createDecisionsView } from './views/decisionsView.js'
import { createMessagesView } from './views/messagesView.js'
import { wakeWhenNeeded } from './wake.js'
import { WorkTimer } from './work.js'

let open: MusterWindow | undefined

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Muster', { log: true })
  const settings = new Settings()
  const window = new MusterWindow(windowSurroundings(settings, log))
  open = window
  const documents = new Documents(window)
  const report = (error: unknown): void => log.error(error instanceof Error ? error : String(error))
  const work = new WorkTimer(window, settings, report)

  context.subscriptions.push(
    log,
    documents,
    work,
    window.onDidHear(({ entries }) => {
      for (const { text, seq } of entries) log.debug(`${seq} ${text}`)
    }),
    keepContextKeys(window),
    createStatusBar(window),
    createAgentsView(window),
    createClaimsView(window),
    createMessagesView(window),
    createDecisionsView(window),
    new Notifications({ window, settings, storage: context.storageUri?.fsPath, log }),
    provideForTerminals(window, context.environmentVariableCollection),
    wakeWhenNeeded(window),
    settings.onDidChange(['folder', 'lease.minutes'], () => void window.refresh(true)),
    registerCommands({ window, documents, log, launcher: () => launcherOfEditor(context) }, () => work.note()),
  )
  await window.refresh()
}

/** The window closes or reloads; which of the two is not known, so its locks are kept for the time a reload takes. */
export async function deactivate(): Promise<void> {
  await open?.close(true)
  open = undefined
}
