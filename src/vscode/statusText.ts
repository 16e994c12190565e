import { concernsOf } from '../core/concerns.js'
import type { World } from '../core/muster.js'
import { plural, t } from './l10n.js'
import type { Problem, WindowState } from './musterWindow.js'
import { lockCount, parts, percent, short } from './text.js'

/** What the status bar item shows. */
export interface StatusText {
  /** With codicons, as `$(lock)`. */
  text: string
  tooltip: string
  spoken: string
  alarm?: 'warning' | 'error'
}

/** What keeps the ledger from being used or written, for people; undefined when all is well. */
export function troubleOf(state: WindowState): string | undefined {
  if (state.kind === 'failed') return sentences(state.problem)
  if (state.kind !== 'on') return undefined
  if (isRestricted(state)) return t('Restricted Mode: Muster only looks. Trust this folder to take part.')
  const problem = problemOf(state)
  return problem && t('Muster only looks here and changes nothing. {0}', readingText(problem, state.place.folder))
}

/** The problem as it was found, with its particulars: for who wants to know all of it. */
export function particularsOf(state: WindowState): string | undefined {
  const problem = problemOf(state)
  return problem && sentences(problem)
}

type KnownProblem = Pick<Problem, 'code' | 'message'> & { hint: string | undefined }

function problemOf(state: WindowState): KnownProblem | undefined {
  if (state.kind === 'failed') return state.problem
  if (state.kind !== 'on' || isRestricted(state)) return undefined
  return state.obstacle ?? state.muster.ledgerStatus().readOnly
}

/** Read-only by our own choice, and not because of the ledger. */
function isRestricted(state: Extract<WindowState, { kind: 'on' }>): boolean {
  return state.obstacle === undefined && state.muster.ledgerStatus().readOnly?.code === 'OPENED_READ_ONLY'
}

/** Why it can be read and not written, and what to do. */
function readingText(problem: KnownProblem, folder: string): string {
  if (problem.code === 'LEDGER_NEWER') return t('A newer version of Muster is used in this repository: update Muster in this window to take part.')
  if (problem.code === 'LEDGER_DAMAGED') return t('Its records in {0} are damaged; what can be read is shown. In a terminal, “muster verify” says where they break, and “muster repair” mends them.', folder)
  return sentences(problem)
}

function sentences({ message, hint }: KnownProblem): string {
  return hint === undefined ? message : `${message.replace(/[.\s]*$/, '.')} ${hint}`
}

/**
 * The status bar item; undefined where Muster has nothing to say (no folder, dormant).
 * @param world to be given where it is known already
 * @param avoided conflicts that did not happen
 */
export function statusOf(state: WindowState, world?: World, avoided = 0): StatusText | undefined {
  if (state.kind === 'nothing' || state.kind === 'off') return undefined
  if (state.kind === 'opening') return { text: '$(sync~spin) Muster', tooltip: t('Muster is starting'), spoken: t('Muster is starting') }
  const trouble = troubleOf(state) ?? ''
  if (state.kind === 'failed') return { text: `$(error) ${t('Muster: cannot start')}`, tooltip: trouble, spoken: t('Muster cannot start. {0}', trouble), alarm: 'error' }
  if (isRestricted(state)) return { text: '$(eye) Muster', tooltip: trouble, spoken: `Muster. ${trouble}` }
  if (trouble !== '') return { text: `$(warning) ${t('Muster: read-only')}`, tooltip: trouble, spoken: t('Muster is read-only. {0}', trouble), alarm: 'warning' }
  return statusOfWorld(world ?? state.muster.state(), avoided)
}

export function statusOfWorld(world: World, avoided = 0): StatusText {
  const { me } = world
  const mine = world.claims.filter((claim) => claim.mine)
  const myStale = mine.filter((claim) => claim.stale).length
  const lost = world.messages.filter((message) => message.unread && (message.about?.act === 'taken' || message.about?.act === 'forced')).length
  const stale = world.claims.filter((claim) => claim.stale).length
  const unread = me?.unread ?? 0
  const name = short(me?.name ?? 'Muster', 24)
  const counts = parts(percent(me?.progress), unread > 0 && t('{0} unread', unread), stale > 0 && t('{0} stale', stale))
  const text = `$(${mine.length > 0 ? 'lock' : 'account'}) ${parts(name, counts)}`
  const present = world.agents.filter((agent) => agent.presence !== 'gone')
  const agents = present.filter((agent) => agent.kind === 'agent').length
  const lines = [
    t('Muster: this window is {0}', name),
    parts(agents > 0 && plural(agents, '1 agent', '{n} agents'), avoided > 0 && plural(avoided, '1 conflict avoided', '{n} conflicts avoided')),
    parts(t('{0} here', present.length), lockCount(world.claims.length), mine.length > 0 && t('{0} yours', mine.length), stale > 0 && t('{0} stale', stale)),
    unread > 0 ? plural(unread, '1 unread message', '{n} unread messages') : undefined,
    lost > 0 ? plural(lost, '1 lock of yours ended without you', '{n} locks of yours ended without you') : undefined,
    myStale > 0 ? plural(myStale, '1 lock of yours is stale: check in to keep it', '{n} locks of yours are stale: check in to keep them') : undefined,
    ...concernsOf(world.ledger),
  ].filter((line) => line !== undefined && line !== '')
  const spoken = [lines[0], me?.progress === undefined ? undefined : t('{0} done', percent(me.progress) ?? ''), ...lines.slice(1)].filter((line) => line !== undefined)
  return { text, tooltip: lines.join('\n'), spoken: spoken.join('. '), ...(myStale + lost > 0 && { alarm: 'warning' as const }) }
}
