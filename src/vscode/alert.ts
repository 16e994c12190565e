import type { LedgerStatus } from '../core/ledger/port.js'
import type { MessageView } from '../core/model/operations.js'
import type { SettingTypes } from './contributions.js'
import { t } from './l10n.js'
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
  const said = short(message.body, 160)
  switch (message.about?.act) {
    case 'ask':
      return wanted('notifications.asks') ? { text: said === '' ? t('{0} asks you to release {1}.', from, resource) : t('{0} asks you to release {1}: {2}', from, resource, said), actions: ['Release', 'Reply', 'Show'], severity: 'information' } : undefined
    case 'taken':
      return wanted('notifications.lost') ? { text: t('{0} took over {1}, which was yours.', from, resource), actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'forced':
      return wanted('notifications.lost') ? { text: said === '' ? t('{0} ended your lock on {1}.', from, resource) : t('{0} ended your lock on {1}: {2}', from, resource, said), actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'granted':
      return { text: t('{0} is yours now.', resource), actions: ['Open File'], severity: 'information' }
    default:
      break
  }
  if (message.kind !== 'help' || !wanted('notifications.help')) return undefined
  return { text: t('{0} asks for help: {1}', from, titleOf(message)), actions: ['Reply', 'Show'], severity: 'information' }
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
    case 'Reply':
      return t('Reply')
    case 'Open File':
      return t('Open File')
    case 'Show':
      return t('Show')
    case 'Show Log':
      return t('Show Log')
  }
}

/** Several things in one sentence. */
export function alertOfMany(alerts: readonly Alert[]): Words {
  const [first] = alerts
  if (first !== undefined && alerts.length === 1) return first
  const shown = alerts.slice(0, 3).map(({ text }) => `• ${text}`)
  const more = alerts.length > shown.length ? [t('• and {0} more', alerts.length - shown.length)] : []
  return { text: [t('{0} things need you:', alerts.length), ...shown, ...more].join(' '), actions: ['Show'], severity: alerts.some(({ severity }) => severity === 'warning') ? 'warning' : 'information' }
}
