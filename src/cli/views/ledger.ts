import type { LogEntry } from '../../core/muster.js'
import type { LedgerStatus } from '../../core/ledger/port.js'
import type { CheckReport } from '../host.js'
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

export function verifyText(report: CheckReport, ui: Ui): string {
  const facts = Object.entries(report).flatMap(([name, value]) =>
    name !== 'ok' && (typeof value === 'string' || typeof value === 'number') ? [`  ${name.padEnd(11)} ${oneLine(String(value))}`] : [])
  return [report.ok ? ui.paint('good', 'The records are complete and unchanged.') : ui.paint('bad', 'Something is wrong with the records.'), ...facts].join('\n')
}
