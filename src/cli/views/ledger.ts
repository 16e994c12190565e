import { concernsOf } from '../../core/concerns.js'
import { lostEntries, type Gap } from '../../core/ledger/repair/gaps.js'
import type { LedgerStatus } from '../../core/ledger/port.js'
import type { VerifyProblem, VerifyReport } from '../../core/ledger/verify.js'
import type { MoveStep } from '../../core/ledger/move/move.js'
import type { MigrateReport } from '../../core/migrate.js'
import type { RepairReport } from '../../core/repair.js'
import type { LogEntry } from '../../core/muster.js'
import { oneLine, say } from '../text/escape.js'
import { clock } from '../text/time.js'
import type { Ui } from '../text/ui.js'
import { truncate } from '../text/width.js'

/** @param gaps What cannot be read any more is marked where it was. */
export function logText(entries: readonly LogEntry[], ui: Ui, gaps: readonly Gap[] = []): string {
  const left = [...gaps]
  const lines: string[] = []
  for (const entry of entries) {
    while (left.length > 0 && left[0]!.to < entry.seq) lines.push(gapLine(left.shift()!, ui))
    lines.push(logLine(entry, ui))
  }
  lines.push(...left.map((gap) => gapLine(gap, ui)))
  return lines.length === 0 ? 'Nothing happened.' : lines.join('\n')
}

function gapLine({ from, to }: Gap, ui: Ui): string {
  return ui.paint('bad', `-- ${lostEntries(from, to)}`)
}

export function logLine(entry: LogEntry, ui: Ui): string {
  const time = clock(entry.at, ui.now)
  return `${ui.paint('quiet', time)}  ${truncate(oneLine(entry.text), Math.max(10, ui.width - time.length - 2))}`
}

/** The records as a whole: a line, and one for each thing that people should know. */
export function healthText(ledger: LedgerStatus, ui: Ui): string {
  const where = ledger.database === undefined ? '' : say`, in the database on ${ledger.database.host} as "${ledger.database.space}"`
  if (ledger.readOnly) return ui.paint('bad', say`Records${where}: read only. ${ledger.readOnly.message}`)
  const junk = ledger.junk === 0 ? '' : ui.paint('warning', `, ${ledger.junk} unreadable ${ledger.junk === 1 ? 'line' : 'lines'} ignored`)
  const state = ledger.probe?.refused === true ? ui.paint('bad', 'Records: can be read here, and not written to,') : 'Records: fine,'
  return [`${state} ${ledger.head} ${ledger.head === 1 ? 'entry' : 'entries'}${where}${junk}`, ...concernLines(ledger, ui)].join('\n')
}

function concernLines(ledger: LedgerStatus, ui: Ui): string[] {
  return concernsOf(ledger).map((concern) => ui.paint('warning', oneLine(concern)))
}

export function verifyText({ folder, database, ok, accepted, commits, junk, problems = [], conflictCopies, newer, moved }: Pick<VerifyReport, 'folder' | 'database' | 'moved' | 'ok' | 'accepted' | 'commits' | 'junk' | 'problems' | 'conflictCopies' | 'newer'>, ui: Ui): string {
  const copies = conflictCopies === undefined ? '' : `\n${ui.paint('warning', `Conflict copies beside them, which are no part of them: ${oneLine(conflictCopies.join(', '))}`)}`
  const ignored = junk === 0 ? '' : ` ${junk} unreadable ${junk === 1 ? 'line is' : 'lines are'} no part of them.`
  const since = moved ? `\n${ui.paint('warning', 'They are from before they moved to a database: with MUSTER_LEDGER set to its address, those are checked.')}` : ''
  const later = newer === undefined ? '' : `\n${ui.paint('warning', 'A newer version of Muster writes to them: update Muster here to take part.')}`
  if (ok) return `${ui.paint('good', 'The records are complete and unchanged')}: ${accepted} ${accepted === 1 ? 'entry' : 'entries'}, ${commits} of them ${commits === 1 ? 'a change' : 'changes'}.${ignored}${since}${later}${copies}`
  const remedy = database ? 'Nothing is written to them any more. Restore the database from a copy, or ask whoever changed its tables' : problems.every(({ kind }) => kind === 'snapshot')
    ? 'Nothing of them is lost: a person has it set aside and written anew with muster repair'
    : `Put a copy of ${oneLine(folder)} back if you have one; else a person goes on with what can be read: muster repair`
  return [
    `${ui.paint('bad', 'Something is wrong with the records')}, ${commits} ${commits === 1 ? 'entry' : 'entries'} can be read:${ignored}`,
    ...problems.map((problem) => `  ${problemText(problem)}`),
  ].join('\n') + `${later}${copies}\n  ${remedy}`
}

function problemText({ message, segment, line, file }: VerifyProblem): string {
  const where = file ?? (segment === undefined ? '' : `file ${segment}${line === undefined ? '' : `, line ${line}`}`)
  return oneLine(`${message}${where === '' ? '' : ` (${where})`}`)
}

/** What is wrong, a line each; what a repair would do or has done about it. */
export function repairText({ found, lost, knownUpTo, kept, openIn, setAside, settled }: RepairReport, ui: Ui): string {
  if (found.length === 0) return `${ui.paint('good', 'Nothing is wrong with the records')}: ${kept} ${kept === 1 ? 'entry' : 'entries'}.`
  const count = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const known = knownUpTo === undefined ? '' : lost.every(({ to }) => to <= knownUpTo) ? ' What they led to is still known.' : ` What those up to ${knownUpTo} led to is still known.`
  return [
    ui.paint('bad', setAside === undefined ? 'Something is wrong with the records:' : 'The records were repaired. What was wrong:'),
    ...found.map(({ message, file }) => oneLine(`  ${message}${file === undefined ? '' : ` (${file})`}`)),
    `${kept} ${kept === 1 ? 'entry is' : 'entries are'} there${count === 0 ? '.' : `, ${count} ${setAside === undefined ? 'cannot be read and will be' : 'could not be read and are'} left out.${known}`}`,
    ...(settled > 0 ? [`${settled} ${settled === 1 ? 'lock' : 'locks'} ended because somebody else was given the same later; their holders are told.`] : []),
    ...(openIn.length > 0 && setAside === undefined ? [ui.paint('warning', `Open in ${openIn.length === 1 ? 'process' : 'processes'} ${openIn.join(', ')}: close these windows and agents before repairing, or use --force.`)] : []),
    ...(setAside === undefined ? [] : [oneLine(`The originals are in ${setAside.folder}.`)]),
  ].join('\n')
}

/** Where a move is. */
export function stepText(step: MoveStep): string {
  if (step.step === 'copying') return `${step.done} of ${step.total} ${step.total === 1 ? 'record' : 'records'} copied`
  return { leaving: 'The last ones: nobody can write for a moment', left: 'Nobody writes where they were any more', arrived: 'All of them have arrived and were checked' }[step.step]
}

/** What was moved, or would be; what everybody has to do then. */
export function migrateText({ to, outcome, dryRun, head, copied, folder, space }: MigrateReport): string {
  const records = `${head} ${head === 1 ? 'record' : 'records'}`
  const place = to === 'database' ? `the database, as "${oneLine(space)}"` : oneLine(folder)
  if (outcome === 'joined') return `${dryRun ? 'Would go' : 'Goes'} on with the ${records} that ${place} holds. What this folder has of its own stays in it, and is not used.\n  Windows, agents and shells start again with MUSTER_LEDGER set to the address.`
  if (outcome === 'parted') return `${oneLine(folder)} ${dryRun ? 'would go' : 'goes'} on without the database. The records there stay, for those who use them.\n  Windows, agents and shells here start again without MUSTER_LEDGER.`
  if (outcome === 'already') return `All ${records} are in ${place} already.`
  if (outcome === 'undone') return `The records never left ${oneLine(folder)} for good. ${dryRun ? 'They would go on there, and what arrived in the database of them would be taken back.' : 'They go on there; what had arrived in the database of them was taken back.'}`
  const next = to === 'database'
    ? 'Windows, agents and shells start again with MUSTER_LEDGER set to the address; without it they can only look at what was.'
    : 'Windows, agents and shells start again without MUSTER_LEDGER. Other machines have no records then.'
  return `${dryRun ? `Would move all ${records} to ${place}` : `All ${records} are in ${place} now`}${dryRun && copied < head ? `; ${copied} of them are not there yet` : ''}.\n  Locks go on with their tokens. ${next}`
}
