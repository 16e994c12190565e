import { concernsOf } from '../core/concerns.js'
import type { World } from '../core/muster.js'
import { asWritten, iconed } from './asWritten.js'
import { plural, t } from './l10n.js'
import type { MusterWindow, WindowState } from './musterWindow.js'
import type { Problem } from './problem.js'
import { clockTime, lockCount, parts, percent, short } from './text.js'
import { translated } from './translated.js'
import { tellsOfLoss } from './views/messageRows.js'
import { waitingDecisions } from './views/decisionRows.js'

/** What the status bar item shows. */
export interface StatusText {
  /** With codicons, as `$(lock)`. */
  text: string
  tooltip: string
  spoken: string
  /** A lock of mine is stale or lost, and nothing else: the item stands out. */
  alarm?: true
}

/** What keeps the ledger from being used or written, for people; undefined when all is well. */
export function troubleOf(state: WindowState): string | undefined {
  if (wantsAddress(state)) {
    const text = t('The records of this repository are in a PostgreSQL database, and this window does not know its address. “Muster: Use PostgreSQL…” asks for it.')
    return state.kind === 'on' ? `${text} ${t('What is shown is from before they moved there; nothing can be changed here.')}` : text
  }
  if (state.kind === 'failed') return sentences(state.problem)
  if (state.kind !== 'on') return undefined
  const since = offlineSince(state)
  if (since !== undefined) return t('Not connected to the database since {0}. What was known then is shown; nothing can be changed, and nothing is kept back, until it answers again. Muster goes on by itself then. {1}', since, translated(state.muster.ledgerStatus().readOnly?.message ?? ''))
  if (isRestricted(state)) return t('Restricted Mode: Muster only looks. Trust this folder to take part.')
  const problem = problemOf(state)
  return problem && t('Muster only looks here and changes nothing. {0}', readingText(problem, state.place.folder))
}

/** The same in a line, above a list that has room for no more; "What Is Wrong?" in its title says the rest. */
export function briefTroubleOf(state: WindowState): string | undefined {
  return problemOf(state)?.code === 'LEDGER_DAMAGED' && state.kind === 'on' ? t('Records are damaged: Muster only looks here. The command “Muster: What Is Wrong?” says what to do.') : troubleOf(state)
}

/** Someone has to say where the database is. */
export function wantsAddress(state: WindowState): boolean {
  return (state.kind === 'failed' ? state.problem : state.kind === 'on' ? state.obstacle : undefined)?.wantsAddress === true
}

/** Since when the database cannot be reached, as people write it: what is shown is as of then. */
export function offlineSince(state: WindowState): string | undefined {
  const since = state.kind === 'on' ? state.muster.ledgerStatus().readOnly?.since : undefined
  return since === undefined ? undefined : clockTime(since, Date.now())
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

/** Whether there are records that this window cannot read. */
export function isPartial(state: WindowState): boolean {
  const code = problemOf(state)?.code
  return code === 'LEDGER_DAMAGED' || code === 'LEDGER_NEWER'
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
  return hint === undefined ? translated(message) : `${translated(message).replace(/[.\s]*$/, '.')} ${translated(hint)}`
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
  if (wantsAddress(state)) return { text: `$(database) ${t('Muster: which database?')}`, tooltip: trouble, spoken: t('Muster needs an address. {0}', trouble) }
  if (state.kind === 'failed') return { text: `$(error) ${t('Muster: cannot start')}`, tooltip: trouble, spoken: t('Muster cannot start. {0}', trouble) }
  if (isRestricted(state)) return { text: '$(eye) Muster', tooltip: trouble, spoken: `Muster. ${trouble}` }
  const since = offlineSince(state)
  if (since !== undefined) return { text: `$(debug-disconnect) ${t('Muster: offline since {0}', since)}`, tooltip: trouble, spoken: t('Muster is offline. {0}', trouble) }
  if (trouble !== '') return { text: `$(warning) ${t('Muster: read-only')}`, tooltip: trouble, spoken: t('Muster is read-only. {0}', trouble) }
  return statusOfWorld(world ?? state.muster.state(), avoided)
}

/** Where the records are, if not here. */
function placeText({ database }: World['ledger']): string | undefined {
  return database && t('Records: in the database on {0}, as “{1}”', database.host, database.space)
}

/** Something is wrong with the records; that a window only looks in Restricted Mode is no trouble. */
function isTroubled(state: WindowState): boolean {
  return troubleOf(state) !== undefined && !(state.kind === 'on' && isRestricted(state))
}

/** What waits for this person in a repository, or several; `alarm`: a lock of theirs is among it. */
interface Waiting {
  texts: readonly string[]
  alarm: boolean
}

/** Where Muster is off in the repository that is shown, and something waits in others; undefined where nothing does. */
export function statusElsewhere(name: string | undefined, { texts }: Waiting): StatusText | undefined {
  if (name === undefined || texts.length === 0) return undefined
  return { text: '$(account) Muster', tooltip: t('Muster is off here.'), spoken: t('Muster is off here.') }
}

/** What a repository's status is, and what waits in it, where it is not shown: of the one that is, lists and their badges say it. */
export function waitingOf(one: Pick<MusterWindow, 'name' | 'state' | 'world'>, avoided = 0): Waiting & { status: StatusText | undefined } {
  const world = one.world()
  const name = short(one.name ?? '', 24)
  const status = statusOf(one.state, world, avoided)
  const [unread, decisions, alarm] = [world?.me?.unread ?? 0, world ? waitingDecisions(world).length : 0, status?.alarm === true]
  const texts = [isTroubled(one.state) && t('trouble in {0}', name), unread > 0 && t('{0} unread in {1}', unread, name), decisions > 0 && t('{0} to decide in {1}', decisions, name), alarm && t('check your locks in {0}', name)]
  return { texts: texts.filter((text) => text !== false), alarm, status }
}

export function waitingIn(found: readonly Waiting[]): Waiting {
  return { texts: found.flatMap(({ texts }) => texts), alarm: found.some(({ alarm }) => alarm) }
}

/**
 * The same where the workspace has several repositories: which one it is, and what waits in the others.
 * @param name undefined where there is one
 */
export function inRepository(status: StatusText, name: string | undefined, { texts: waiting, alarm }: Waiting): StatusText {
  if (name === undefined) return status
  const here = t('Repository: {0}', short(name, 60))
  return {
    text: `${status.text} · ${asWritten(parts(short(name, 24), ...waiting))}`,
    tooltip: [here, status.tooltip, parts(...waiting)].filter((line) => line !== '').join('\n'),
    spoken: [here, status.spoken, parts(...waiting)].filter((line) => line !== '').join('. '),
    ...((status.alarm || alarm) && { alarm: true as const }),
  }
}

/** Of a person's own locks, what was taken from them; undefined where nothing was. */
export function lostText(lost: number): string | undefined {
  return lost > 0 ? plural(lost, '1 lock of yours ended without you', '{n} locks of yours ended without you') : undefined
}

/** The same of those that are stale. */
export function staleText(stale: number): string | undefined {
  return stale > 0 ? plural(stale, '1 lock of yours is stale: check in to keep it', '{n} locks of yours are stale: check in to keep them') : undefined
}

/** How many locks a person has lost, and not read of yet. */
export function lostOf({ pressing }: World): number {
  return pressing.filter(tellsOfLoss).length
}

export function statusOfWorld(world: World, avoided = 0): StatusText {
  const { me } = world
  const mine = world.claims.filter((claim) => claim.mine)
  const myStale = mine.filter((claim) => claim.stale).length
  const lost = lostOf(world)
  const stale = world.claims.filter((claim) => claim.stale && !claim.mine).length
  const unread = me?.unread ?? 0
  const name = short(me?.name ?? 'Muster', 24)
  // Why it stands out comes first.
  const counts = parts(lost > 0 && plural(lost, '1 lock lost', '{n} locks lost'), myStale > 0 && plural(myStale, 'your lock is stale', '{n} of your locks are stale'), percent(me?.progress), unread > 0 && t('{0} unread', unread), stale > 0 && t('{0} stale', stale))
  const text = iconed(mine.length > 0 ? 'lock' : 'account', parts(name, counts))
  const present = world.agents.filter((agent) => agent.presence !== 'gone')
  const agents = present.filter((agent) => agent.kind === 'agent').length
  const people = present.length - agents
  const lines = [
    t('Muster: this window is {0}', name),
    parts(people > 0 && plural(people, '1 person here', '{n} people here'), agents > 0 && plural(agents, '1 agent', '{n} agents'), avoided > 0 && plural(avoided, '1 conflict avoided', '{n} conflicts avoided')),
    parts(lockCount(world.claims.length), mine.length > 0 && t('{0} yours', mine.length), stale + myStale > 0 && t('{0} stale', stale + myStale)),
    unread > 0 ? plural(unread, '1 unread message', '{n} unread messages') : undefined,
    lostText(lost),
    staleText(myStale),
    placeText(world.ledger),
    ...concernsOf(world.ledger).map(translated),
  ].filter((line) => line !== undefined && line !== '')
  const spoken = [lines[0], me?.progress === undefined ? undefined : t('{0} done', percent(me.progress) ?? ''), ...lines.slice(1)].filter((line) => line !== undefined)
  return { text, tooltip: lines.join('\n'), spoken: spoken.join('. '), ...(myStale + lost > 0 && { alarm: true as const }) }
}
