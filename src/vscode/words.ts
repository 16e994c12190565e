/* What a field of a record may say, in the language of the editor. */
import { t } from './l10n.js'

/** What is not known is shown as it is: the records may be newer. */
function words<K extends string>(known: Readonly<Record<K, () => string>>): (word: K) => string {
  return (word) => (Object.hasOwn(known, word) ? known[word]() : word)
}

export const agentStatuses = words({
  waiting: () => t('waiting'),
  starting: () => t('starting'),
  working: () => t('working'),
  blocked: () => t('blocked'),
  failed: () => t('failed'),
  done: () => t('done'),
})

export const agentRoles = words({
  lead: () => t('lead'),
  executor: () => t('executor'),
  guide: () => t('guide'),
  worker: () => t('worker'),
})

/** Of messages, impacts and severities. */
export const levels = words({
  low: () => t('low'),
  normal: () => t('normal'),
  medium: () => t('medium'),
  high: () => t('high'),
  urgent: () => t('urgent'),
  critical: () => t('critical'),
})

export const decisionStatuses = words({
  proposed: () => t('proposed'),
  approved: () => t('approved'),
  rejected: () => t('rejected'),
  implemented: () => t('implemented'),
  superseded: () => t('superseded'),
})

export const taskStatuses = words({
  open: () => t('open'),
  started: () => t('started'),
  done: () => t('done'),
  cancelled: () => t('cancelled'),
})

export const deliveryStatuses = words({
  sent: () => t('sent'),
  seen: () => t('seen'),
  acknowledged: () => t('acknowledged'),
  answered: () => t('answered'),
  expired: () => t('expired'),
})

export const errorStatuses = words({ open: () => t('open'), resolved: () => t('resolved') })

export const errorKinds = words({
  conflict: () => t('conflict'),
  dependency: () => t('dependency'),
  code_error: () => t('code'),
  timeout: () => t('time-out'),
  other: () => t('other'),
})

export const runStatuses = words({
  not_started: () => t('not started'),
  running: () => t('running'),
  stale: () => t('stale'),
  resumable: () => t('failed'),
  interrupted: () => t('interrupted'),
  failed: () => t('failed'),
  completed: () => t('completed'),
})

/** `Medium`, of `medium`. */
export function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
