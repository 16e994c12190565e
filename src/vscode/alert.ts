import type { MessageView } from '../core/model/operations.js'
import type { SettingTypes } from './contributions.js'
import { short } from './text.js'
import { titleOf } from './views/messageRows.js'

export type AlertAction = 'Release' | 'Reply' | 'Open File' | 'Show'

/** Something a person is needed for, told once. */
export interface Alert {
  message: MessageView
  text: string
  actions: readonly AlertAction[]
  severity: 'information' | 'warning'
}

/** What to tell about an unread message; undefined where the badge is enough. */
export function alertOf(message: MessageView, wanted: (key: keyof SettingTypes) => boolean): Alert | undefined {
  const from = short(message.fromName, 40)
  const resource = short(message.about?.resource ?? '', 120)
  const said = message.body.trim() === '' ? '' : `: ${short(message.body, 160)}`
  switch (message.about?.act) {
    case 'ask':
      return wanted('notifications.asks') ? { message, text: `${from} asks you to release ${resource}${said || '.'}`, actions: ['Release', 'Reply', 'Show'], severity: 'information' } : undefined
    case 'taken':
      return wanted('notifications.lost') ? { message, text: `${from} took over ${resource}, which was yours.`, actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'forced':
      return wanted('notifications.lost') ? { message, text: `${from} ended your lock on ${resource}${said || '.'}`, actions: ['Show', 'Reply'], severity: 'warning' } : undefined
    case 'granted':
      return { message, text: `${resource} is yours now.`, actions: ['Open File'], severity: 'information' }
    default:
      break
  }
  if (message.kind !== 'help' || !wanted('notifications.help')) return undefined
  return { message, text: `${from} asks for help: ${titleOf(message)}`, actions: ['Reply', 'Show'], severity: 'information' }
}
