import type { LedgerStatus } from '../core/ledger/port.js'
import type { MessageView } from '../core/model/operations.js'
import type { SettingTypes } from './contributions.js'
import { short } from './text.js'
import { titleOf } from './views/messageRows.js'

export type AlertAction = 'Release' | 'Reply' | 'Open File' | 'Show' | 'Show Log'

/** Something a person is needed for, told once. */
export interface Alert {
  id: string
  /** What it is about: the same for two messages that say the same thing. */
  about: string
  message?: MessageView
  text: string
  actions: readonly AlertAction[]
  severity: 'information' | 'warning'
}

type Words = Omit<Alert, 'id' | 'about'>

/** What to tell about an unread message; undefined where the badge is enough. */
export function alertOf(message: MessageView, wanted: (key: keyof SettingTypes) => boolean): Alert | undefined {
  const words = wordsOf(message, wanted)
  if (words === undefined) return undefined
  const { act, tree, resource } = message.about ?? {}
  return { ...words, message, id: message.id, about: act === undefined ? message.id : [act, message.from, tree ?? '', resource].join('\n') }
}

function wordsOf(message: MessageView, wanted: (key: keyof SettingTypes) => boolean): Words | undefined {
  const from = short(message.fromName, 40)
  const resource = short(message.about?.resource ?? '', 120)
  const said = message.body.trim() === '' ? '' : `: ${short(message.body, 160)}`
  switch (message.about?.act) {
    case 'ask':
      return wanted('notifications.asks') ? { text: `${from} asks you to release ${resource}${said || '.'}`, actions: ['Release', 'Reply', 'Show'], severity: 'information' } : undefined
    case 'taken':
      return wanted('notifications.lost') ? { text: `${from} took over ${resource}, which was yours.`, actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'forced':
      return wanted('notifications.lost') ? { text: `${from} ended your lock on ${resource}${said || '.'}`, actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'granted':
      return { text: `${resource} is yours now.`, actions: ['Open File'], severity: 'information' }
    default:
      break
  }
  if (message.kind !== 'help' || !wanted('notifications.help')) return undefined
  return { text: `${from} asks for help: ${titleOf(message)}`, actions: ['Reply', 'Show'], severity: 'information' }
}

/** What to tell the sender's person of an urgent message that nobody acknowledged. */
export function raisedAlert(message: MessageView, me: string): Alert {
  const who = message.from === me ? 'Your' : `${short(message.fromName, 40)}'s`
  const about = `unacknowledged\n${message.id}`
  return { id: about, about, message, text: `${who} urgent message was not acknowledged for ten minutes: ${titleOf(message)}`, actions: ['Show'], severity: 'information' }
}

/** What to tell when the records were replaced under an open window. @param openedAs id of the records it was opened on */
export function replacedAlert(openedAs: string, { id, notice }: LedgerStatus): Alert | undefined {
  if (notice === undefined) return undefined
  const what = id === openedAs
    ? 'were replaced by an older copy while this window was open. What happened after that copy was made is lost: check your locks before you go on.'
    : 'were deleted or replaced while this window was open. The locks, messages and decisions they held are gone.'
  const about = `replaced\n${id}\n${notice}`
  return { id: about, about, text: `Muster's records in this repository ${what}`, actions: ['Show Log'], severity: 'warning' }
}

/** Several things in one sentence. */
export function alertOfMany(alerts: readonly Alert[]): Words {
  const [first] = alerts
  if (first !== undefined && alerts.length === 1) return first
  const shown = alerts.slice(0, 3).map(({ text }) => `• ${text}`)
  const more = alerts.length > shown.length ? [`• and ${alerts.length - shown.length} more`] : []
  return { text: [`${alerts.length} things need you:`, ...shown, ...more].join(' '), actions: ['Show'], severity: alerts.some(({ severity }) => severity === 'warning') ? 'warning' : 'information' }
}
