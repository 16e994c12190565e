import type { LedgerStatus } from '../../core/ledger/port.js'
import type { VerifyReport } from '../../core/ledger/verify.js'
import type { LogEntry } from '../../core/muster.js'
import { oneLine, say } from '../text/escape.js'
import { clock } from '../text/time.js'
import type { Ui } from '../text/ui.js'
import { truncate } from '../text/width.js'

export function logText(entries: readonly LogEntry[], ui: Ui): string {
  return entries.length === 0 ? 'Nothing happened.' : entries.map((entry) => logLine(entry, ui)).join('\n')
}

export function logLine(entry: LogEntry, ui: Ui): string {
  const time = clock(entry.at, ui.now)
  return `${ui.paint('quiet', time)}  ${truncate(oneLine(entry.text), Math.max(10, ui.width - time.length - 2))}`
}

/** One line about the records as a whole. */
export function healthText(ledger: LedgerStatus, ui: Ui): string {
  if (ledger.readOnly) return ui.paint('bad', say`Records: read only. ${ledger.readOnly.message}`)
  const junk = ledger.junk === 0 ? '' : ui.paint('warning', `, ${ledger.junk} unreadable ${ledger.junk === 1 ? 'line' : 'lines'} ignored`)
  return `Records: fine, ${ledger.head} ${ledger.head === 1 ? 'entry' : 'entries'}${junk}`
}

export function verifyText({ ok, commits, junk, problem }: Pick<VerifyReport, 'ok' | 'commits' | 'junk' | 'problem'>, ui: Ui): string {
  const ignored = junk === 0 ? '' : ` ${junk} unreadable ${junk === 1 ? 'line is' : 'lines are'} no part of them.`
  if (ok) return `${ui.paint('good', 'The records are complete and unchanged')}: ${commits} ${commits === 1 ? 'entry' : 'entries'}.${ignored}`
  const where = problem === undefined ? '' : say` (file ${problem.segment}${problem.line === undefined ? '' : `, line ${problem.line}`})`
  return `${ui.paint('bad', 'Something is wrong with the records')}: ${oneLine(problem?.message ?? 'they do not fit together')}${where}`
}
