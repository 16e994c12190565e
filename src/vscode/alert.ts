import type { LedgerStatus } from '../core/ledger/port.js'
import type { ClaimView, DecisionView, MessageView } from '../core/model/operations.js'
import type { World } from '../core/muster.js'
import type { SettingTypes } from './contributions.js'
import { t } from './l10n.js'
import { short } from './text.js'
import { totalsOf, unfinished } from './unfinished.js'
import { isFile } from './views/agentDetails.js'
import { waitingDecisions } from './views/decisionRows.js'
import { isOpenHelp, titleOf } from './views/messageRows.js'
import type { Target } from './views/row.js'

export type AlertAction = 'Release' | 'Approve' | 'Reject' | 'Reply' | 'Open File' | 'Show' | 'Review' | 'Compare' | 'Show Log'

/** Something a person is needed for, told once. */
export interface Alert {
  id: string
  /** Of several things in one: told where each of them was. */
  ids?: readonly string[]
  /** What it is about: the same for two messages that say the same thing. */
  about: string
  message?: MessageView
  /** What its buttons act on, where that is no message. */
  target?: Target
  text: string
  actions: readonly AlertAction[]
  severity: 'information' | 'warning'
}

type Words = Omit<Alert, 'id' | 'ids' | 'about'>
/** Whether a kind of notification is switched on. */
type Wanted = (key: keyof SettingTypes) => boolean

/** What happened beside the records: versions of documents that were kept, and the records under another id than they were opened with. */
interface Beside {
  opened: { id: string; at: string }
  status: LedgerStatus
  kept: Parameters<typeof keptAlert>[0][]
}

/** All that is to be told in this window, each kind only where it is wanted. */
export function pendingAlerts(world: World, wanted: Wanted, { opened, status, kept }: Beside): Alert[] {
  const replaced = wanted('notifications.replaced') ? replacedAlert(opened.id, status) : undefined
  return [...(replaced ? [replaced] : []), ...alertsOf(world, wanted, opened.at), ...(wanted('notifications.documents') ? kept.map(keptAlert) : [])]
}

/** Everything a person is needed for now in this window. @param opened when it was opened: what agents left before is told once */
export function alertsOf(world: World, wanted: Wanted, opened = ''): Alert[] {
  const { me } = world
  if (me === undefined) return []
  const unread = me.unread === 0 ? [] : world.pressing
  const left = wanted('notifications.recovery') ? recoveryAlert(world, opened) : undefined
  return [
    ...(left ? [left] : []),
    ...(wanted('notifications.unacknowledged') ? world.unacknowledged.map((message) => raisedAlert(message, me.id)) : []),
    ...unread.filter((message) => !isDealtWith(message, world)).flatMap((message) => alertOf(message, wanted, world.claims) ?? []),
    ...(wanted('notifications.waiting') && me.claims.length > 0 ? world.claims.filter(({ mine }) => mine).flatMap((claim) => claim.waiters.map((waiter) => waitingAlert(claim, waiter, world))) : []),
    ...(wanted('notifications.approvals') ? waitingDecisions(world).filter(({ proposer }) => proposer !== me.id).map(decisionAlert) : []),
  ]
}

/** Agents that had stopped before the window was opened: each is told of once, together with the others. */
function recoveryAlert(world: World, opened: string): Alert | undefined {
  const agents = unfinished(world).filter(({ seenAt }) => seenAt < opened)
  if (agents.length === 0) return undefined
  const ids = agents.map(({ id, seenAt }) => `recovery\n${id} ${seenAt}`).sort()
  return { id: ids[0]!, ids, about: ids.join('\n'), text: totalsOf(agents, world), actions: ['Review'], severity: 'information' }
}

/** A lock that was asked for or came, and is not held any more; a request that is closed. */
function isDealtWith({ about, kind, closed }: MessageView, { claims }: World): boolean {
  if (about?.act === 'ask' || about?.act === 'granted') return !claims.some((claim) => claim.mine && claim.resource === about.resource && claim.tree === (about.tree ?? ''))
  return kind === 'help' && closed !== undefined
}

/** The same wish as a request to release: one of both is told. */
function aboutLock(act: string, from: string, tree: string, resource: string): string {
  return [act, from, tree, resource].join('\n')
}

function waitingAlert({ resource, tree, heldBy, token }: ClaimView, waiter: string, { agents }: World): Alert {
  const name = agents.find(({ id }) => id === waiter)?.name ?? waiter
  return {
    id: `waits\n${token}\n${tree}\n${resource}\n${waiter}`,
    about: aboutLock('ask', waiter, tree, resource),
    text: t('{0} waits for {1}, which you hold.', short(name, 40), short(resource, 120)),
    actions: ['Release', 'Show'],
    severity: 'information',
    target: { type: 'lock', tree, resource, heldBy },
  }
}

function decisionAlert({ id, title, proposerName }: DecisionView): Alert {
  const about = `decision\n${id}`
  return { id: about, about, text: t('{0} proposes {1}: {2}', short(proposerName, 40), id, short(title)), actions: ['Approve', 'Reject', 'Show'], severity: 'information', target: { type: 'decision', id } }
}

/** What somebody wrote where Muster writes: it is beside the document now. @param file and `kept`: absolute paths */
export function keptAlert({ file, kept }: { file: string; kept: string }): Alert {
  const about = `kept\n${kept}`
  const [name, other] = [file, kept].map((path) => path.split(/[/\\]/).at(-1)!) as [string, string]
  return { id: about, about, text: t('{0} was changed in the part that Muster writes. That version is kept beside it, as {1}.', short(name, 60), short(other, 100)), actions: ['Compare'], severity: 'information', target: { type: 'document', file, kept } }
}

/** What to tell about an unread message; undefined where the badge is enough. */
export function alertOf(message: MessageView, wanted: Wanted, claims: readonly ClaimView[] = []): Alert | undefined {
  const words = wordsOf(message, wanted, claims)
  if (words === undefined) return undefined
  const { act, tree, resource } = message.about ?? {}
  return { ...words, message, id: message.id, about: act === undefined ? message.id : aboutLock(act, message.from, tree ?? '', resource ?? '') }
}

function wordsOf(message: MessageView, wanted: Wanted, claims: readonly ClaimView[]): Words | undefined {
  const from = short(message.fromName, 40)
  const resource = short(message.about?.resource ?? '', 120)
  const said = short(message.body, 160)
  switch (message.about?.act) {
    case 'ask':
      return wanted('notifications.asks') ? { text: said === '' ? t('{0} asks you to release {1}.', from, resource) : t('{0} asks you to release {1}: {2}', from, resource, said), actions: ['Release', 'Reply', 'Show'], severity: 'information' } : undefined
    case 'taken':
      return wanted('notifications.lost') ? { text: t('{0} took over {1}, which was yours.', from, resource), actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'forced':
      return wanted('notifications.lost') ? { text: said === '' ? t('{0} ended your lock on {1}.', from, resource) : t('{0} ended your lock on {1}: {2}', from, resource, said), actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'granted':
      return wanted('notifications.granted') ? { text: t('{0} is yours now.', resource), actions: [claims.filter((claim) => claim.mine && claim.resource === message.about?.resource).every(isFile) ? 'Open File' : 'Show'], severity: 'information' } : undefined
    default:
      break
  }
  if (isOpenHelp(message)) return wanted('notifications.help') ? { text: t('{0} asks for help: {1}', from, titleOf(message)), actions: ['Reply', 'Show'], severity: 'information' } : undefined
  if (message.priority !== 'urgent' || message.deadline === undefined || message.status === 'expired' || !wanted('notifications.urgent')) return undefined
  return { text: t('Urgent, from {0}: {1}', from, titleOf(message)), actions: ['Reply', 'Show'], severity: 'information' }
}

/** What to tell the sender's person of an urgent message that nobody acknowledged. */
export function raisedAlert(message: MessageView, me: string): Alert {
  const about = `unacknowledged\n${message.id}`
  const title = titleOf(message)
  const text = message.from === me ? t('Your urgent message was not acknowledged for ten minutes: {0}', title) : t('{0}\'s urgent message was not acknowledged for ten minutes: {1}', short(message.fromName, 40), title)
  return { id: about, about, message, text, actions: ['Show'], severity: 'information' }
}

/** What to tell when the records were replaced under an open window. @param openedAs id of the records it was opened on */
export function replacedAlert(openedAs: string, { id, notice }: LedgerStatus): Alert | undefined {
  if (notice === undefined) return undefined
  const text = id === openedAs
    ? t('Muster\'s records in this repository were replaced by an older copy while this window was open. What happened after that copy was made is lost: check your locks before you go on.')
    : t('Muster\'s records in this repository were deleted or replaced while this window was open. The locks, messages and decisions they held are gone.')
  const about = `replaced\n${id}\n${notice}`
  return { id: about, about, text, actions: ['Show Log'], severity: 'warning' }
}

/** What a button says. */
export function labelOf(action: AlertAction): string {
  switch (action) {
    case 'Release':
      return t('Release')
    case 'Approve':
      return t('Approve')
    case 'Reject':
      return t('Reject')
    case 'Reply':
      return t('Reply')
    case 'Open File':
      return t('Open File')
    case 'Show':
      return t('Show')
    case 'Review':
      return t('Review')
    case 'Compare':
      return t('Compare')
    case 'Show Log':
      return t('Show Log')
  }
}

/** Several things in one sentence. @param window whom this window speaks for: of several windows it is the one to look at */
export function alertOfMany(alerts: readonly Alert[], window: string): Words {
  const [first] = alerts
  if (first !== undefined && alerts.length === 1) return { ...first, text: inWindow(window, first.text) }
  const shown = alerts.slice(0, 3).map(({ text }) => `• ${text}`)
  const more = alerts.length > shown.length ? [t('• and {0} more', alerts.length - shown.length)] : []
  return { text: inWindow(window, [t('{0} things need you:', alerts.length), ...shown, ...more].join(' ')), actions: ['Show'], severity: alerts.some(({ severity }) => severity === 'warning') ? 'warning' : 'information' }
}

function inWindow(window: string, text: string): string {
  return window === '' ? text : `${short(window, 40)}: ${text}`
}
