import { concernsOf } from '../core/concerns.js'
import type { World } from '../core/muster.js'
import type { Problem, WindowState } from './musterWindow.js'
import { count, parts, percent, short } from './text.js'

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
  if (isRestricted(state)) return 'Restricted Mode: Muster only looks. Trust this folder to take part.'
  const problem = problemOf(state)
  return problem && `Muster only looks here and changes nothing. ${readingText(problem, state.place.folder)}`
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
  if (problem.code === 'LEDGER_NEWER') return 'A newer version of Muster is used in this repository: update Muster in this window to take part.'
  if (problem.code === 'LEDGER_DAMAGED') return `Its records in ${folder} are damaged; what can be read is shown. Put a copy of that folder back if you have one; \`muster verify\` says where it breaks.`
  return sentences(problem)
}

function sentences({ message, hint }: KnownProblem): string {
  return hint === undefined ? message : `${message.replace(/[.\s]*$/, '.')} ${hint}`
}

/** The status bar item; undefined where Muster has nothing to say (no folder, dormant). */
export function statusOf(state: WindowState): StatusText | undefined {
  if (state.kind === 'nothing' || state.kind === 'off') return undefined
  if (state.kind === 'opening') return { text: '$(sync~spin) Muster', tooltip: 'Muster is starting', spoken: 'Muster is starting' }
  const trouble = troubleOf(state)
  if (state.kind === 'failed') return { text: '$(error) Muster: cannot start', tooltip: trouble ?? '', spoken: `Muster cannot start. ${trouble}`, alarm: 'error' }
  if (isRestricted(state)) return { text: '$(eye) Muster', tooltip: trouble ?? '', spoken: `Muster. ${trouble}` }
  if (trouble !== undefined) return { text: '$(warning) Muster: read-only', tooltip: trouble, spoken: `Muster is read-only. ${trouble}`, alarm: 'warning' }
  return statusOfWorld(state.muster.state())
}

export function statusOfWorld(world: World): StatusText {
  const { me } = world
  const mine = world.claims.filter((claim) => claim.mine)
  const myStale = mine.filter((claim) => claim.stale).length
  const lost = world.messages.filter((message) => message.unread && (message.about?.act === 'taken' || message.about?.act === 'forced')).length
  const stale = world.claims.filter((claim) => claim.stale).length
  const unread = me?.unread ?? 0
  const name = short(me?.name ?? 'Muster', 24)
  const counts = parts(percent(me?.progress), unread > 0 && `${unread} unread`, stale > 0 && `${stale} stale`)
  const text = `$(${mine.length > 0 ? 'lock' : 'account'}) ${parts(name, counts)}`
  const present = world.agents.filter((agent) => agent.presence !== 'gone').length
  const lines = [
    `Muster: this window is ${name}`,
    parts(`${present} here`, count(world.claims.length, 'lock'), mine.length > 0 && `${mine.length} yours`, stale > 0 && `${stale} stale`),
    unread > 0 ? count(unread, 'unread message') : undefined,
    lost > 0 ? `${count(lost, 'lock')} of yours ended without you` : undefined,
    myStale > 0 ? `${count(myStale, 'lock')} of yours ${myStale === 1 ? 'is' : 'are'} stale: check in to keep ${myStale === 1 ? 'it' : 'them'}` : undefined,
    ...concernsOf(world.ledger),
  ].filter((line) => line !== undefined)
  const spoken = [lines[0], me?.progress === undefined ? undefined : `${percent(me.progress)} done`, ...lines.slice(1)].filter((line) => line !== undefined)
  return { text, tooltip: lines.join('\n'), spoken: spoken.join('. '), ...(myStale + lost > 0 && { alarm: 'warning' as const }) }
}
