import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import type { Resumed } from '../supervisor/resume.js'
import { AgentTerminals } from './agentTerminals.js'
import { registerCommands } from './commands/table.js'
import { keepContextKeys } from './contextKeys.js'
import { Dashboard } from './dashboard/dashboard.js'
import { DatabaseAddresses } from './databaseAddresses.js'
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
import type { MusterWindow } from './musterWindow.js'
import { Notifications } from './notifications.js'
import { tellResumed } from './resumed.js'
import { ProjectDocuments } from './projectDocuments.js'
import { Repositories } from './repositories.js'
import type { RepositoryWindow } from './repositoryWindow.js'
import { Settings } from './settings.js'
import { createStatusBar } from './statusBar.js'
import { Supervision, Supervisor } from './supervision.js'
import { windowSurroundings } from './surroundings.js'
import { noteTerminalCommands } from './terminalCommands.js'
import { provideForTerminals } from './terminals.js'
import { Runs } from './runs.js'
import { rememberTold } from './translated.js'
import { UnsavedFiles } from './unsavedFiles.js'
import { createAgentsView } from './views/agentsView.js'
import { createClaimsView } from './views/claimsView.js'
import { createDecisionsView } from './views/decisionsView.js'
import { createMessagesView } from './views/messagesView.js'
import { createWorkView } from './views/workView.js'
import { wakeWhenNeeded } from './wake.js'
import { WindowSaves } from './windowSaves.js'
import { WorkTimer } from './work.js'

let open: Repositories | undefined
let saves: WindowSaves | undefined

/** Puts everything in its place and returns; the records are opened, and most of the code is loaded, afterwards. */
export function activate(context: vscode.ExtensionContext): void {
  // Undefined where the editor speaks English, or a language there are no texts in.
  const { bundle } = vscode.l10n
  if (bundle) {
    speak(vscode.env.language, bundle)
    rememberTold()
  }
  const log = vscode.window.createOutputChannel('Muster', { log: true })
  const settings = new Settings()
  const report = (error: unknown): void => log.error(error instanceof Error ? error : String(error))
  const addresses = new DatabaseAddresses(context.secrets, report)
  const supervisor = new Supervisor(context, settings, (folder) => addresses.now(folder))
  const memory = context.workspaceState
  const repositories = new Repositories({ ...windowSurroundings(settings, log, supervisor, addresses), memory, report })
  open = repositories
  const window = repositories.shown
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist')
  const project = new ProjectDocuments(window, supervisor)
  const documents = new Documents({ repositories, project, dist, log, report })
  const locks = new FileLocks(repositories)
  const guard = new EditGuard(repositories, locks, settings, memory, report)
  const order = new LockOrder(memory, report)
  const work = new WorkTimer(repositories, settings, report)
  const terminals = new AgentTerminals(window, report)
  saves = new WindowSaves({ window, settings, memory, report })
  const runs = new Runs(window, () => settings.of(window).get('runs.folder'), report)
  const resuming = {
    automatically: () => settings.ofUser('recovery.resume') === 'automatically',
    tell: (resumed: readonly Resumed[], muster: Muster) => tellResumed(resumed, muster, supervisor.terminalEnv, log),
  }
  const trusted = (): boolean => vscode.workspace.isTrusted
  const supervisions = new Map<MusterWindow, Supervision>()
  /** What every repository of the workspace needs, shown or not. */
  const watch = (one: RepositoryWindow): vscode.Disposable => {
    const supervision = new Supervision(one, supervisor, { ...resuming, memory: repositories.memoryOf(one) }, report)
    const problems = new DocumentProblems(one, report)
    supervisions.set(one, supervision)
    return vscode.Disposable.from(
      new UnsavedFiles(one, locks, repositories.memoryOf(one), report),
      supervision,
      new DocumentKeeping(one, settings.of(one), trusted, report),
      problems,
      soon(async () => new (await import('./upkeep.js')).Upkeep({ window: one, settings: settings.of(one), log, trusted }), report),
      new Notifications({ window: one, reveal: () => repositories.show(one), settings, storage: context.globalStorageUri.fsPath, log, supervision, problems }),
      wakeWhenNeeded(one),
      { dispose: () => supervisions.delete(one) },
    )
  }
  const merging = new Merging(report)
  const handoff = new Handoff(window, project, report)
  const dashboard = new Dashboard({ window, terminals, runs, dist, log, report })

  context.subscriptions.push(
    log,
    addresses,
    addresses.onDidChange((folder) => void repositories.at(folder)?.refresh(true)),
    repositories,
    documents,
    locks,
    guard,
    order,
    markFiles(locks),
    createFileStatus(locks, repositories),
    terminals,
    dashboard,
    saves,
    repositories.each(watch),
    merging,
    handoff,
    work,
    window.onDidHear(({ entries }) => {
      for (const { text, seq } of entries) log.debug(`${seq} ${text}`)
    }),
    keepContextKeys(repositories, locks),
    createStatusBar(repositories),
    createAgentsView(window, terminals),
    createClaimsView(window, order),
    createMessagesView(window),
    createDecisionsView(window),
    createWorkView(window, runs),
    runs,
    provideForTerminals(repositories, context, report, (one) => settings.of(one).get('runs.folder'), (folder) => addresses.now(folder)),
    repositories.each((one) => noteTerminalCommands(one, report)),
    provideMcpServer(repositories, settings, context, (folder) => addresses.now(folder)),
    settings.onDidChange(['folder', 'lease.minutes'], () => void repositories.refresh(true)),
    registerCommands({ window, repositories, documents, dashboard, locks, guard, order, terminals, saves, runs, merging, project, handoff, addresses, log, memory, supervisions, get supervision() { return supervisions.get(repositories.current)! }, smokeTest: () => settings.ofUser('documents.smokeTest'), profile: (one) => settings.of(one).get('retention.profile'), launcher: () => launcherOfEditor(context) }, () => work.note()),
  )
  void repositories.refresh()
}

/** What nobody waits for when a window starts: made once it is loaded, unless it is not wanted any more by then. */
function soon(make: () => Promise<vscode.Disposable>, report: (error: unknown) => void): vscode.Disposable {
  let made: vscode.Disposable | undefined
  let over = false
  make().then((one) => {
    made = one
    if (over) one.dispose()
  }).catch(report)
  return {
    dispose: () => {
      over = true
      made?.dispose()
    },
  }
}

/** The window closes or reloads; which of the two is not known, so its locks are kept for the time a reload takes. */
export async function deactivate(): Promise<void> {
  await saves?.close()
  await open?.close(true)
  open = undefined
}
