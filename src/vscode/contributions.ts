/** Everything the manifest and the code both name. A test checks that they agree. */

export const commandIds = [
  'muster.turnOn',
  'muster.tryAgain',
  'muster.showMenu',
  'muster.openDashboard',
  'muster.showProblem',
  'muster.showLog',
  'muster.chooseIdentity',
  'muster.connectAgent',
  'muster.installGitGuard',
  'muster.claim',
  'muster.claimSymbol',
  'muster.release',
  'muster.checkIn',
  'muster.takeOver',
  'muster.askForRelease',
  'muster.forceRelease',
  'muster.openFile',
  'muster.showFileLocks',
  'muster.showOverlaps',
  'muster.showLocksByFolder',
  'muster.showLocksAsList',
  'muster.waitForLock',
  'muster.extendLock',
  'muster.requestHelp',
  'muster.handOff',
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
  'muster.openMessage',
  'muster.replyMessage',
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
] as const
export type CommandId = (typeof commandIds)[number]

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
  /** Locks are shown by folder. */
  byFolder: 'muster.byFolder',
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
  'notifications.unacknowledged': boolean
  'mcp.tools': 'few' | 'all'
  guard: 'inform' | 'block'
  'deploy.commands': Record<string, unknown>
  'deploy.pool': Record<string, number>
  'deploy.total': number
}
export const settingKeys = ['folder', 'checkIn.minutes', 'lease.minutes', 'notifications.minutes', 'notifications.asks', 'notifications.lost', 'notifications.help', 'notifications.unacknowledged', 'mcp.tools', 'guard', 'deploy.commands', 'deploy.pool', 'deploy.total'] as const satisfies readonly (keyof SettingTypes)[]

/** Kinds of rows, as menus of the manifest see them (`viewItem`). */
export const rowKinds = {
  me: 'agent.me',
  agent: 'agent.other',
  /** It works in a terminal of this window. */
  inTerminal: 'agent.terminal',
  /** Muster started its process, which runs; or which has ended. */
  deployed: 'agent.running',
  ended: 'agent.ended',
  group: 'group',
  checkpoint: 'checkpoint',
  myLock: 'lock.mine',
  lock: 'lock.other',
  staleLock: 'lock.stale',
  waiter: 'waiter',
  unread: 'message.unread',
  received: 'message.received',
  sent: 'message.sent',
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
} as const
