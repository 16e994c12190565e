import type { DocumentProblem } from '../../documents/types.js'
import { oneLine } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

export function problemsText(problems: readonly DocumentProblem[], ui: Ui): string {
  return problems.map(({ file, line, reason, kept }) => ui.paint('warning', oneLine(`${file}${line === undefined ? '' : `:${line}`}: ${reason}${kept === undefined ? '' : ` See ${kept}; delete it when nothing in it is missed.`}`))).join('\n')
}
