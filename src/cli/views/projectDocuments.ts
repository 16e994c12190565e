import type { Finding } from '../../documents/project/check.js'
import type { AcceptResult, PlannedDocument, WrittenDocument } from '../../documents/project/files.js'
import { list } from '../../core/state/text.js'
import { lines, oneLine, say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

const how = { made: 'made', written: 'written', unchanged: 'is as it should be', refused: 'not written' } as const

export function writtenText(documents: readonly WrittenDocument[], ui: Ui): string {
  if (documents.length === 0) return 'There is no document to keep here. Make them: muster docs init'
  return documents.map(({ file, how: what, kept, hint }) => [
    say`${file}: ${how[what]}`,
    ...(hint === undefined ? [] : [`  ${ui.paint('warning', oneLine(hint))}`]),
    ...(kept === undefined ? [] : [`  ${ui.paint('warning', say`Somebody had changed Muster's part of it; that version is ${kept}.`)}`]),
  ].join('\n')).join('\n')
}

export function plannedText(documents: readonly PlannedDocument[]): string {
  if (documents.length === 0) return 'Nothing would be written: they are as they should be.'
  return documents.map(({ file, before, after }) => `${say`${file} (${before === undefined ? 'new' : 'changed'})`}\n\n${lines(after)}`).join('\n')
}

/** As compilers say it, so that editors and scripts find the place. */
export function findingsText(findings: readonly Finding[], ui: Ui): string {
  if (findings.length === 0) return ui.paint('good', 'Whoever comes next can go on: nothing is missing.')
  return findings.map(({ file, line, severity, message, hint }) => `${say`${file}:${line}:`} ${ui.paint(severity === 'error' ? 'bad' : 'warning', severity)}: ${oneLine(message)}\n  ${oneLine(hint)}`).join('\n')
}

export function acceptedText(result: AcceptResult): string {
  if (!result.ok) return oneLine(result.hint)
  return result.accepted.length === 0 ? 'DECISIONS.md says what was decided: there is nothing to accept.' : say`Taken over from DECISIONS.md: ${list(result.accepted)}.`
}
