/** Everything the manifest and the code both name. A test checks that they agree. */
import type { RetentionProfile } from '../core/model/words.js'

export const commandIds = [
  'muster.turnOn',
  'muster.tryAgain',
  'muster.showMenu',
  'muster.openDashboard',
  'muster.showProblem',
  'muster.showLog',
  'muster.getStarted',
  'muster.openSettings',
  'muster.chooseIdentity',
  'muster.chooseRepository',
  'muster.connectAgent',
  'muster.installGitGuard',
  'muster.usePostgres',
  'muster.leavePostgres',
  'muster.claim',
  'muster.claimFolder',
  'muster.claimSymbol',
  'muster.claimOther',
  'muster.release',
  'muster.checkIn',
  'muster.titleCheckIn',
  'muster.takeOver',
  'muster.takeOverAgent',
  'muster.askForRelease',
  'muster.forceRelease',
  'muster.openFile',
  'muster.openAgentFile',
  'muster.showFileLocks',
  'muster.showFolderLocks',
  'muster.showLock',
  'muster.revealFile',
  'muster.showOverlaps',
  'muster.showLocksByFolder',
  'muster.showLocksAsList',
  'muster.waitForLock',
  'muster.stopWaiting',
  'muster.extendLock',
  'muster.requestHelp',
  'muster.closeHelp',
  'muster.handOff',
  'muster.titleHandOff',
  'muster.saveCheckpoint',
  'muster.showTerminal',
  'muster.nudgeAgent',
  'muster.markAgentDone',
  'muster.markAgentFailed',
  'muster.deployAgent',
  'muster.stopAgent',
  'muster.restartAgent',
  'muster.showAgentLog',
  'muster.sendMessage',
  'muster.titleSendMessage',
  'muster.openMessage',
  'muster.replyMessage',
  'muster.keepLock',
  'muster.narrowLock',
  'muster.acknowledgeMessage',
  'muster.tickChecklist',
  'muster.searchMessages',
  'muster.proposeDecision',
  'muster.openDecision',
  'muster.approveDecision',
  'muster.rejectDecision',
  'muster.implementDecision',
  'muster.supersedeDecision',
  'muster.addTask',
  'muster.openTask',
  'muster.startTask',
  'muster.completeTask',
  'muster.logError',
  'muster.openError',
  'muster.resolveError',
  'muster.saveSession',
  'muster.recoverSession',
  'muster.recoverAgents',
  'muster.cleanUp',
  'muster.mergeVersions',
  'muster.createDocuments',
  'muster.checkHandoff',
  'muster.fixDocument',
  'muster.showReport',
  'muster.export',
  'muster.writeSummary',
  'muster.resumeLead',
  'muster.advancePhase',
  'muster.startRun',
  'muster.openRunFolder',
  'muster.openRunLog',
  'muster.recoverRun',
] as const
export type CommandId = (typeof commandIds)[number]

/**
 * Commands on the titles of views, which come with the focused row or none: none of them needs a row. What rows have as well has
 * another id there: a row's button that comes without its row would be taken for the title's.
 */
export const titleCommandIds: readonly CommandId[] = [
  'muster.titleCheckIn', 'muster.openDashboard', 'muster.chooseIdentity', 'muster.chooseRepository', 'muster.usePostgres', 'muster.tryAgain', 'muster.showProblem', 'muster.showLog', 'muster.saveCheckpoint', 'muster.titleHandOff',
  'muster.claim', 'muster.claimOther', 'muster.showOverlaps', 'muster.showLocksByFolder', 'muster.showLocksAsList', 'muster.titleSendMessage', 'muster.searchMessages', 'muster.proposeDecision', 'muster.addTask', 'muster.logError', 'muster.deployAgent',
  'muster.advancePhase', 'muster.showReport', 'muster.resumeLead', 'muster.checkHandoff', 'muster.createDocuments',
]

export const viewIds = ['muster.agents', 'muster.claims', 'muster.messages', 'muster.decisions', 'muster.work'] as const
export type ViewId = (typeof viewIds)[number]

/** Kind of the dashboard's panel, by which the editor brings it back after a reload. */
export const dashboardType = 'muster.dashboard'

/** Kind of the panel that messages, decisions, tasks and errors are read in. */
export const documentType = 'muster.document'

/** Providers of MCP servers. */
export const mcpProviderId = 'muster'

export const contextKeys = {
  /** Views show a ledger. */
  on: 'muster.on',
  /** Commands may write to it. */
  writable: 'muster.writable',
  /** The same of any repository of the workspace: for what is about a file, which may be in one that is not shown. */
  someOn: 'muster.someOn',
  someWritable: 'muster.someWritable',
  /** The workspace has several repositories, of which one is shown. */
  several: 'muster.several',
  /** The records are in a database, and nobody has told where. */
  wantsAddress: 'muster.wantsAddress',
  /** The records are in a database. */
  inDatabase: 'muster.inDatabase',
  /** Locks are shown by folder. */
  byFolder: 'muster.byFolder',
  /** Paths of files and folders that this window holds, and that others do: for menus on files. Where there are very many, of others' those in editors. */
  filesMine: 'muster.filesMine',
  /** There are files that this window holds. */
  holdsFiles: 'muster.holdsFiles',
  filesHeld: 'muster.filesHeld',
  /** Of the latter, those that may be taken over. */
  filesStale: 'muster.filesStale',
  /** Kind of the window's state, as in WindowState. */
  state: 'muster.state',
} as const

/** Settings below `muster.`, with the type of their values. Defaults are in package.json only. */
export interface SettingTypes {
  folder: string
  'checkIn.minutes': number
  'lease.minutes': number
  'notifications.minutes': number
  'notifications.asks': boolean
  'notifications.lost': boolean
  'notifications.help': boolean
  'notifications.approvals': boolean
  'notifications.waiting': boolean
  'notifications.urgent': boolean
  'notifications.unacknowledged': boolean
  'notifications.granted': boolean
  'notifications.replaced': boolean
  'notifications.recovery': boolean
  'notifications.documents': boolean
  'mcp.tools': 'few' | 'all'
  durability: 'strict' | 'relaxed'
  guard: 'inform' | 'block'
  'session.saveMinutes': number
  'session.keep': number
  'session.unsavedText': boolean
  'session.unsavedLimitKb': number
  'runs.folder': string
  'documents.agentFiles': boolean
  'documents.workspaces': readonly string[]
  'documents.smokeTest': string
  'deploy.command': readonly unknown[]
  'deploy.commands': Record<string, unknown>
  'deploy.pool': Record<string, number>
  'deploy.total': number
  'recovery.resume': 'ask' | 'automatically' | 'never'
  'retention.profile': RetentionProfile
  'checkpoints.commit': boolean
}
export const settingKeys = [
  'folder', 'checkIn.minutes', 'lease.minutes', 'guard', 'mcp.tools', 'durability',
  'notifications.minutes', 'notifications.help', 'notifications.approvals', 'notifications.asks', 'notifications.waiting', 'notifications.lost', 'notifications.urgent', 'notifications.unacknowledged', 'notifications.granted', 'notifications.replaced', 'notifications.recovery', 'notifications.documents',
  'session.saveMinutes', 'session.keep', 'session.unsavedText', 'session.unsavedLimitKb', 'runs.folder', 'documents.agentFiles', 'documents.workspaces', 'documents.smokeTest',
  'deploy.command', 'deploy.commands', 'deploy.pool', 'deploy.total', 'recovery.resume', 'retention.profile', 'checkpoints.commit',
] as const satisfies readonly (keyof SettingTypes)[]

/** Kinds of rows, as menus of the manifest see them (`viewItem`). */
export const rowKinds = {
  me: 'agent.me',
  agent: 'agent.other',
  /** It works in a terminal of this window. */
  inTerminal: 'agent.terminal',
  /** Gone, and left locks. */
  goneAgent: 'agent.gone',
  /** Added to an agent's: it is a person, who says so themselves when they are done. */
  person: '+person',
  /** Added to an agent's that Muster started: its process is in a terminal of this window. */
  withTerminal: '+terminal',
  /** Added to an agent's: a lock of its may be taken over. */
  withStale: '+stale',
  /** Added to an agent's: it stopped before its work was done. */
  unfinished: '+unfinished',
  unfinishedGroup: 'group.unfinished',
  /** Added to an agent's: it holds a file. To a message's: it is about one. */
  withFile: '+file',
  /** Added to an agent's: it is done, or failed. */
  over: '+over',
  uncommitted: 'uncommitted',
  /** Muster started its process, which runs; or which has ended. */
  deployed: 'agent.running',
  ended: 'agent.ended',
  group: 'group',
  checkpoint: 'checkpoint',
  myLock: 'lock.mine',
  lock: 'lock.other',
  staleLock: 'lock.stale',
  waiter: 'waiter',
  /** This window's own place in line. */
  myPlace: 'waiter.me',
  /** Added to a lock's: on a name, a port or a pattern. */
  noFile: '+name',
  /** Added to a lock's: this window waits for it. */
  waiting: '+waiting',
  unread: 'message.unread',
  received: 'message.received',
  /** Added to a received one's: it was acknowledged or answered. */
  settled: '+settled',
  /** Added to a received one's: it asks for a lock that one still has; of which a part could be kept. */
  asked: '+asked',
  askedPart: '+asked+part',
  sent: 'message.sent',
  /** Open requests for help, to or from me. */
  unreadHelp: 'message.unread.help',
  receivedHelp: 'message.received.help',
  sentHelp: 'message.sent.help',
  proposed: 'decision.proposed',
  approved: 'decision.approved',
  implemented: 'decision.implemented',
  reviewed: 'decision.reviewed',
  openTask: 'task.open',
  blockedTask: 'task.blocked',
  startedTask: 'task.started',
  closedTask: 'task.closed',
  openError: 'error.open',
  resolvedError: 'error.resolved',
  run: 'run.other',
  /** Locked, and nobody is at work on it. */
  deadRun: 'run.dead',
} as const
