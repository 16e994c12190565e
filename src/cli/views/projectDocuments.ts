import type { Finding } from '../../documents/project/finding.js'
import type { AcceptResult, PlannedDocument, WrittenDocument } from '../../documents/project/files.js'
import type { SavedAll } from '../../documents/project/save.js'
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
  const { kept = [] } = result
  if (kept.length > 0) return ['The files say what was decided. Versions that were kept beside them say something else; take one over by its number:', ...kept.map(({ id, file }) => say`  muster docs accept ${id}   (from ${file})`)].join('\n')
  return result.accepted.length === 0 ? 'DECISIONS.md says what was decided: there is nothing to accept.' : say`Taken over from DECISIONS.md: ${list(result.accepted)}.`
}

export function savedAllText({ documents, committed, findings, report }: SavedAll, ui: Ui): string {
  return [
    lines(report),
    'Your checkpoint is saved.',
    writtenText(documents, ui),
    ...(committed.length > 0 ? [say`Committed: ${list(committed)}.`] : []),
    ...(findings.length > 0 ? [say`${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} still missing for a handoff: muster docs check`] : []),
    'Go on with: muster startup --lead',
  ].join('\n')
}
