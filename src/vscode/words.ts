/* What a field of a record may say, in the language of the editor. */
import { t } from './l10n.js'

type Words<K extends string> = { readonly [key in K]: () => string }

export const agentStatuses: Words<'waiting' | 'starting' | 'working' | 'blocked' | 'failed' | 'done'> = {
  waiting: () => t('waiting'),
  starting: () => t('starting'),
  working: () => t('working'),
  blocked: () => t('blocked'),
  failed: () => t('failed'),
  done: () => t('done'),
}

export const agentRoles: Words<'lead' | 'executor' | 'guide' | 'worker'> = {
  lead: () => t('lead'),
  executor: () => t('executor'),
  guide: () => t('guide'),
  worker: () => t('worker'),
}

/** Of messages, impacts and severities. */
export const levels: Words<'low' | 'normal' | 'medium' | 'high' | 'urgent' | 'critical'> = {
  low: () => t('low'),
  normal: () => t('normal'),
  medium: () => t('medium'),
  high: () => t('high'),
  urgent: () => t('urgent'),
  critical: () => t('critical'),
}

export const decisionStatuses: Words<'proposed' | 'approved' | 'rejected' | 'implemented' | 'superseded'> = {
  proposed: () => t('proposed'),
  approved: () => t('approved'),
  rejected: () => t('rejected'),
  implemented: () => t('implemented'),
  superseded: () => t('superseded'),
}

export const taskStatuses: Words<'open' | 'started' | 'done' | 'cancelled'> = {
  open: () => t('open'),
  started: () => t('started'),
  done: () => t('done'),
  cancelled: () => t('cancelled'),
}

export const deliveryStatuses: Words<'sent' | 'seen' | 'acknowledged' | 'answered' | 'expired'> = {
  sent: () => t('sent'),
  seen: () => t('seen'),
  acknowledged: () => t('acknowledged'),
  answered: () => t('answered'),
  expired: () => t('expired'),
}

export const errorStatuses: Words<'open' | 'resolved'> = { open: () => t('open'), resolved: () => t('resolved') }

export const errorKinds: Words<'conflict' | 'dependency' | 'code_error' | 'timeout' | 'other'> = {
  conflict: () => t('conflict'),
  dependency: () => t('dependency'),
  code_error: () => t('code'),
  timeout: () => t('time-out'),
  other: () => t('other'),
}

/** `Medium`, of `medium`. */
export function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
