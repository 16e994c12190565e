import type {
  AnswerResult, AskResult, CheckInResult, ClaimAllResult, ClaimRefusal, ClaimResult, ClaimView, ForceReleaseResult, Overlap, StopWaitingResult,
} from '../../core/model/operations.js'
import type { ReleaseAnswer } from '../../tools/release.js'
import { posixWord } from '../../core/posixShell.js'
import { list } from '../../core/state/text.js'
import { resourceHere } from '../resources.js'
import { oneLine, say } from '../text/escape.js'
import { table, type Cell } from '../text/table.js'
import { clock, left, since } from '../text/time.js'
import type { Ui } from '../text/ui.js'

/** What was typed, and where the commands in a hint are going to be. */
export interface Shell {
  words: readonly string[]
  waited: boolean
  cwd: string
  /** Root of the working tree. */
  root: string
  /** Who it was said to be with --agent. */
  agent?: string | undefined
}

export function claimsText(claims: readonly ClaimView[], ui: Ui): string {
  if (claims.length === 0) return 'Nothing is locked.'
  return table(
    [
      { title: 'LOCK', min: 24, cut: 'start' },
      { title: 'HELD BY', min: 8 },
      { title: 'TREE', min: 4, drop: 2 },
      { title: 'MODE', drop: 3 },
      { title: 'DONE', align: 'right' },
      { title: 'SINCE', align: 'right', drop: 4 },
      { title: 'TIME', align: 'right' },
      { title: 'WAITING', min: 6, drop: 1 },
      { title: 'ABOUT', min: 16, drop: 5 },
    ],
    claims.map((claim) => [
      claim.resource,
      claim.mine ? { text: `${claim.holderName} (you)`, tone: 'strong' } : claim.holderName,
      claim.tree,
      claim.mode === 'shared' ? 'shared' : '',
      percent(claim.progress),
      since(claim.since, ui.now),
      timeCell(claim, ui.now),
      claim.waiters.join(', '),
      claim.message ?? claim.note ?? '',
    ]),
    ui,
  )
}

function timeCell(claim: ClaimView, now: number): Cell {
  if (claim.presence === 'gone') return { text: 'holder gone', tone: 'bad' }
  return claim.stale ? { text: left(claim.expiresAt, now), tone: 'warning' } : left(claim.expiresAt, now)
}

export function percent(progress: number | undefined): string {
  return progress === undefined ? '' : `${Math.round(progress)} %`
}

export function claimedText(result: ClaimResult | ClaimAllResult, shell: Shell, ui: Ui): string {
  if (!result.ok) return claimRefusalText(result, shell, ui)
  const claims = 'claims' in result ? result.claims : [result]
  return claims.flatMap((claim) => [
    `${ui.paint('good', claim.renewed === true && !shell.waited ? 'Renewed' : 'Locked')} ${say`${claim.resource} (${left(claim.expiresAt, ui.now)})`}`
      + (claim.tookOverFrom === undefined ? '' : say`, taken over from ${claim.tookOverFrom}`),
    ...claim.overlaps.map((overlap) => ui.paint('warning', say`  ${overlap.text}: ${place(overlap)}`)),
  ]).concat(result.advisory ? [ui.paint('warning', '  Advice only: several machines may write to these records, and one of them may hold the same.')] : []).join('\n') + uncommittedText(result.uncommitted, ui)
}

function place({ resource, tree }: Overlap): string {
  return tree === '' ? resource : `${resource} in ${tree}`
}

/** Who has it and what to type next; for everything but a plain conflict the library's own hint. */
function claimRefusalText(refusal: ClaimRefusal, shell: Shell, ui: Ui): string {
  const facts = [
    refusal.progress === undefined ? '' : percent(refusal.progress),
    refusal.since === undefined ? '' : `since ${since(refusal.since, ui.now)}`,
    freeAt(refusal, ui.now),
  ].filter((fact) => fact !== '')
  const title = refusal.holderName === undefined
    ? say`${refusal.resource} could not be locked`
    : held(refusal) + (facts.length > 0 ? ` (${facts.join(', ')})` : '')
  const next = nextSteps(refusal, shell)
  return [
    `${ui.paint('bad', title)}.`,
    ...(refusal.queued === undefined || refusal.reason === 'QUEUED' ? [] : [say`You are number ${refusal.queued} in line for it.`]),
    ...(refusal.reason === 'HELD' ? [] : [oneLine(refusal.hint)]),
    ...(refusal.files ?? []).slice(0, 10).map((file) => say`  ${file}`),
    ...((refusal.files?.length ?? 0) > 10 ? [`  and ${(refusal.files?.length ?? 0) - 10} more`] : []),
    ...next.map(([what, command]) => `  ${`${what}:`.padEnd(11)} ${command}`),
  ].join('\n')
}

/** `src/ cannot be locked: src/a.ts in it is locked by alpha and 1 more` */
function held({ resource, held, holderName = '', holders = [] }: ClaimRefusal): string {
  const who = say`${holderName}` + (holders.length > 1 ? ` and ${holders.length - 1} more` : '')
  return held === undefined ? say`${resource} is locked by ` + who : say`${resource} cannot be locked: ${held} is locked by ` + who
}

function freeAt({ eta, expiresAt, stale }: ClaimRefusal, now: number): string {
  if (stale === true) return 'stale'
  const time = eta !== undefined && Date.parse(eta) > now ? eta : expiresAt
  return time === undefined ? '' : `free at ~${clock(time, now)}`
}

function nextSteps({ reason, resource, held, stale }: ClaimRefusal, { words, cwd, root, agent }: Shell): (readonly [string, string])[] {
  // Who said it with --agent says the next command as the same.
  const speaker = agent === undefined ? '' : ` --agent ${quoted(agent)}`
  const claim = `muster claim ${words.map(quoted).join(' ')}${speaker}`
  const wait = ['Wait', `${claim} --wait`] as const
  const ask = ['Ask', `muster ask ${quoted(resourceHere(held ?? resource, cwd, root))}${speaker} --body "…"`] as const
  const takeOver = ['Take over', `${claim} --take-over`] as const
  switch (reason) {
    case 'HELD':
      return stale === true ? [takeOver, wait] : [wait, ask]
    case 'QUEUED':
      return [wait, ask, ...words.slice(0, 1).map((word) => ['Give up', `muster stop-waiting ${quoted(word)}${speaker}`] as const)]
    case 'NOT_STALE':
      return [wait, ask]
    case 'CHALLENGED':
      return [takeOver]
    case 'DIRTY':
      return [['Take over', `${claim} --take-over --force`], ask]
    case 'TOO_BROAD':
      return [['Anyway', `${claim} --force`]]
    default:
      return []
  }
}

/** As a POSIX shell reads it back; whatever could be misread is quoted. */
function quoted(word: string): string {
  return posixWord(oneLine(word))
}

export function checkInText(result: CheckInResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  return [
    `Checked in${result.resource === undefined ? '' : say` on ${result.resource}`}${result.expiresAt === undefined ? '' : ` (${left(result.expiresAt, ui.now)})`}.`,
    ...(result.unread > 0 ? [`${result.unread} unread: muster inbox --unread`] : []),
    ...(result.waiters.length > 0 ? [ui.paint('warning', say`Waiting for it: ${result.waiters.join(', ')}`)] : []),
  ].join('\n')
}

export function releasedText(result: ReleaseAnswer, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  return `${ui.paint('good', 'Released')} ${say`${result.resource}`}${result.grantedTo.length > 0 ? say`; ${result.grantedTo.join(', ')} has it now` : ''}.${uncommittedText(result.uncommitted, ui)}`
}

/** One line for what may be lost or mixed up; '' where everything is committed. */
function uncommittedText(files: readonly string[] = [], ui: Ui): string {
  if (files.length === 0) return ''
  return '\n' + ui.paint('warning', say`  Not committed: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`)
}

export function stoppedText(result: StopWaitingResult, ui: Ui): string {
  return result.ok ? `${ui.paint('good', 'Out of line')} ${say`for ${result.resource}.`}` : oneLine(result.hint)
}

export function forceReleasedText(result: ForceReleaseResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  return `${ui.paint('good', 'Released')} ${say`${result.resource}, held by ${result.wasHeldBy} until now; told so.`}`
}

export function askText(result: AskResult, ui: Ui): string {
  return result.ok ? `${ui.paint('good', 'Asked')} ${say`${list(result.asked.map(({ to }) => to))}. The answer comes as a message: muster inbox`}` : oneLine(result.hint)
}

export function answerText(result: AnswerResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const done = result.released ? ui.paint('good', say`Released ${result.resource}`) : say`${result.resource} stays as it is`
  const rest = [
    result.kept.length > 0 ? say`you keep ${list(result.kept.map(({ resource }) => resource))}` : '',
    result.grantedTo.length > 0 ? say`${list(result.grantedTo)} has it now` : '',
    say`${result.to} is told`,
  ].filter((part) => part !== '')
  return `${done}; ${rest.join('; ')}.`
}
