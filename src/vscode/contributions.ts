/** Everything the manifest and the code both name. A test checks that they agree. */

export const commandIds = [
  'muster.turnOn',
  'muster.tryAgain',
  'muster.showMenu',
  'muster.showProblem',
  'muster.showLog',
  'muster.chooseIdentity',
  'muster.connectAgent',
  'muster.installGitGuard',
  'muster.claim',
  'muster.release',
  'muster.checkIn',
  'muster.takeOver',
  'muster.askForRelease',
  'muster.forceRelease',
  'muster.openFile',
  'muster.sendMessage',
  'muster.openMessage',
  'muster.replyMessage',
  'muster.acknowledgeMessage',
  'muster.proposeDecision',
  'muster.openDecision',
  'muster.approveDecision',
  'muster.rejectDecision',
] as const
export type CommandId = (typeof commandIds)[number]

export const viewIds = ['muster.agents', 'muster.claims', 'muster.messages', 'muster.decisions'] as const
export type ViewId = (typeof viewIds)[number]

export const contextKeys = {
  /** Views show a ledger. */
  on: 'muster.on',
  /** Commands may write to it. */
  writable: 'muster.writable',
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
}
export const settingKeys = ['folder', 'checkIn.minutes', 'lease.minutes', 'notifications.minutes', 'notifications.asks', 'notifications.lost', 'notifications.help'] as const satisfies readonly (keyof SettingTypes)[]

/** Kinds of rows, as menus of the manifest see them (`viewItem`). */
export const rowKinds = {
  me: 'agent.me',
  agent: 'agent.other',
  group: 'group',
  myLock: 'lock.mine',
  lock: 'lock.other',
  staleLock: 'lock.stale',
  unread: 'message.unread',
  received: 'message.received',
  sent: 'message.sent',
  proposed: 'decision.proposed',
  reviewed: 'decision.reviewed',
} as const
