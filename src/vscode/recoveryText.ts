import type { RecoveryAgent } from '../core/model/agentOperations.js'
import { wasStopped } from '../core/model/agentStatus.js'
import type { ClaimView } from '../core/model/operations.js'
import { t } from './l10n.js'
import { firstOf, parts, percent, short } from './text.js'

/* What the review of agents that stopped says of each: what it did, and what of that is left. */

/** `stale · beta waits for it` */
export function lockStanding({ presence, waiters }: Pick<ClaimView, 'presence' | 'waiters'>): string {
  const state = presence === 'gone' ? t('stale') : presence === 'overdue' ? t('not heard from') : t('active')
  return parts(state, waiters.length > 0 && t('waited for by {0}', firstOf(waiters, 3)))
}

/** `src/a.ts (stale · waited for by beta)` */
export function lockLine(claim: Pick<ClaimView, 'resource' | 'presence' | 'waiters'>): string {
  return `${claim.resource} (${lockStanding(claim)})`
}

/** What it left, in a line: the reason to look at it. */
export function leftBy({ locks = [], uncommitted = [], checkpoint, lastWork = [] }: RecoveryAgent): string {
  const noted = checkpoint && (checkpoint.next || checkpoint.done || checkpoint.notes)
  const last = lastWork.at(-1)?.text
  return parts(
    last !== undefined && t('did: {0}', short(last, 60)),
    noted !== undefined && noted !== '' && t('next: {0}', short(noted, 60)),
    locks.length > 0 && t('locks: {0}', firstOf(locks.map(lockLine), 2)),
    uncommitted.length > 0 && t('not committed: {0}', firstOf(uncommitted, 3)),
  )
}

/** What comes next for it. */
export function stepOf(agent: Pick<RecoveryAgent, 'step' | 'blocker' | 'error' | 'checkpoint' | 'deployment'>): string {
  const { step, blocker, error = '', checkpoint } = agent
  switch (step) {
    case 'integrate':
      return t('verify what it delivered and take it over')
    case 'unblock':
      return t('blocked: {0}', short(blocker ?? '', 60))
    case 'restart':
      return wasStopped(agent) ? short(error, 60) : t('failed: {0}', short(error, 60))
    case 'resume':
      return checkpoint ? t('go on at its checkpoint') : t('go on where its work ended')
  }
}

/**
 * All of it, as a page.
 * @param ago of a time, in words
 */
export function leftPage(agent: RecoveryAgent, status: string, ago: (time: string) => string): string {
  const { checkpoint, locks = [], uncommitted = [], lastWork = [] } = agent
  const section = (title: string, lines: readonly (string | undefined)[]): string[] => {
    const said = lines.filter((line) => line !== undefined && line !== '')
    return said.length === 0 ? [] : ['', `${title}:`, ...said.map((line) => `  ${line!.replaceAll('\n', '\n  ')}`)]
  }
  return [
    parts(agent.name, status, percent(agent.progress), t('seen {0}', ago(agent.seenAt))),
    ...section(t('Next step'), [stepOf(agent)]),
    ...section(t('Was asked'), [agent.brief]),
    ...section(t('Task'), [agent.currentTask]),
    ...section(t('Blocked by'), [agent.blocker]),
    ...section(t('Error'), [agent.error]),
    ...section(t('Done'), [checkpoint?.done]),
    ...section(t('Next'), [checkpoint?.next ? checkpoint.next : agent.nextTask]),
    ...section(t('To see that it works'), [checkpoint?.verify]),
    ...section(t('Notes'), [checkpoint?.notes]),
    ...section(t('Files'), checkpoint?.files ?? []),
    ...section(t('Locks'), locks.map(lockLine)),
    ...section(t('Not committed'), uncommitted),
    ...section(t('Last work'), lastWork.map(({ text, at }) => `${ago(at)}: ${text}`)),
    '',
  ].join('\n')
}
