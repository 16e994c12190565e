import type { Told } from '../core/tell.js'
import type { DocumentProblem } from '../documents/types.js'
import { saidAnew } from './translated.js'

/** What the writer of documents told in its file, as far as it can be used, in the language of the editor. */
export function problemsIn(text: string): DocumentProblem[] {
  try {
    const problems: unknown = JSON.parse(text)
    return Array.isArray(problems) ? problems.filter(isProblem).map((problem) => ({ ...problem, reason: isTold(problem.of) ? saidAnew(problem.of) : problem.reason })) : []
  } catch {
    return []
  }
}

function isTold(value: unknown): value is Told {
  return Array.isArray(value) && typeof value[0] === 'string' && value.every((part) => typeof part === 'string' || isTold(part))
}

function isProblem(value: unknown): value is DocumentProblem {
  const { file, line = 1, reason, kept = '' } = (typeof value === 'object' && value !== null ? value : {}) as Partial<DocumentProblem>
  return typeof file === 'string' && typeof reason === 'string' && typeof kept === 'string' && Number.isSafeInteger(line) && line > 0
}
