import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import type { Resumed } from '../supervisor/resume.js'
import { AgentTerminals } from './agentTerminals.js'
import { registerCommands } from './commands/table.js'
import { keepContextKeys } from './contextKeys.js'
import { Dashboard } from './dashboard/dashboard.js'
import { DocumentKeeping } from './documentKeeping.js'
import { DocumentProblems } from './documentProblems.js'
import { Documents } from './documents.js'
import { EditGuard } from './editGuard.js'
import { createFileStatus, FileLocks, markFiles } from './fileMarks.js'
import { Handoff } from './handoff.js'
import { speak } from './l10n.js'
import { provideMcpServer } from './mcpServer.js'
import { LockOrder } from './lockOrder.js'
import { launcherOfEditor } from './launcher.js'
import { Merging } from './merging.js'
import { MusterWindow } from './musterWindow.js'
import { Notifications } from './notifications.js'
import { tellResumed } from './resumed.js'
import { ProjectDocuments } from './projectDocuments.js'
import { Settings } from './settings.js'
import { createStatusBar } from './statusBar.js'
import { Supervision, Supervisor } from './supervision.js'
import { windowSurroundings } from './surroundings.js'
import { provideForTerminals } from './terminals.js'
import { Runs } from './runs.js'
import { UnsavedFiles } from './unsavedFiles.js'
import { Upkeep } from './upkeep.js'
import { createAgentsView } from './views/agentsView.js'
import { createClaimsView } from './views/claimsView.js'
import { createDecisionsView } from './views/decisionsView.js'
import { createMessagesView } from './views/messagesView.js'
import { createWorkView } from './views/workView.js'
import { wakeWhenNeeded } from './wake.js'
import { WindowSaves } from './windowSaves.js'
import { WorkTimer } from './work.js'

let open: MusterWindow | undefined
let saves: WindowSaves | undefined

/** Puts everything in its place and returns; the records are opened, and most of the code is loaded, afterwards. */
export function activate(context: vscode.ExtensionContext): void {
  // Undefined where the editor speaks English, or a language there are no texts in.
  const { bundle } = vscode.l10n
  if (bundle) speak(vscode.env.language, bundle)
  const log = vscode.window.createOutputChannel('Muster', { log: true })
  const settings = new Settings()
  const supervisor = new Supervisor(context, settings)
  const window = new MusterWindow(windowSurroundings(settings, log, supervisor))
  open = window
  const report = (error: unknown): void => log.error(error instanceof Error ? error : String(error))
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist')
  const project = new ProjectDocuments(window, supervisor)
  const documents = new Documents({ window, project, dist, report })
  const locks = new FileLocks(window)
  const guard = new EditGuard(window, locks, settings, context.workspaceState, report)
  const order = new LockOrder(context.workspaceState, report)
  const work = new WorkTimer(window, settings, report)
  const terminals = new AgentTerminals(window, report)
  saves = new WindowSaves({ window, settings, memory: context.workspaceState, report })
  const runs = new Runs(window, () => settings.get('runs.folder'), report)
  const resuming = {
    automatically: () => settings.ofUser('recovery.resume') === 'automatically',
    memory: context.workspaceState,
    tell: (resumed: readonly Resumed[], muster: Muster) => tellResumed(resumed, muster, supervisor.terminalEnv, log),
  }
  const supervision = new Supervision(window, supervisor, resuming, report)
  const merging = new Merging(report)
  const handoff = new Handoff(window, project, report)
  const problems = new DocumentProblems(window, report)
  const dashboard = new Dashboard({ window, terminals, runs, dist, log, report })

  context.subscriptions.push(
    log,
    documents,
    locks,
    guard,
    new UnsavedFiles(window, locks, report),
    order,
    markFiles(locks),
    createFileStatus(locks),
    terminals,
    dashboard,
    saves,
    supervision,
    new DocumentKeeping(window, settings, () => vscode.workspace.isTrusted, report),
    merging,
    handoff,
    problems,
    new Upkeep({ window, settings, log, trusted: () => vscode.workspace.isTrusted }),
    work,
    window.onDidHear(({ entries }) => {
      for (const { text, seq } of entries) log.debug(`${seq} ${text}`)
    }),
    keepContextKeys(window),
    createStatusBar(window),
    createAgentsView(window, terminals),
    createClaimsView(window, order),
    createMessagesView(window),
    createDecisionsView(window),
    createWorkView(window, runs),
    runs,
    new Notifications({ window, settings, storage: context.globalStorageUri.fsPath, log, supervision, problems }),
    provideForTerminals(window, context, report, () => settings.get('runs.folder')),
    provideMcpServer(window, settings, context),
    wakeWhenNeeded(window),
    settings.onDidChange(['folder', 'lease.minutes'], () => void window.refresh(true)),
    registerCommands({ window, documents, dashboard, locks, guard, order, terminals, saves, runs, supervision, merging, project, handoff, log, memory: context.workspaceState, smokeTest: () => settings.ofUser('documents.smokeTest'), profile: () => settings.get('retention.profile'), launcher: () => launcherOfEditor(context) }, () => work.note()),
  )
  void window.refresh()
}

/** The window closes or reloads; which of the two is not known, so its locks are kept for the time a reload takes. */
export async function deactivate(): Promise<void> {
  await saves?.close()
  await open?.close(true)
  open = undefined
}
