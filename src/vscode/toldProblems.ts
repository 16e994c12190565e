import type { DocumentProblem } from '../documents/types.js'

/** What the writer of documents told in its file, as far as it can be used. */
export function problemsIn(text: string): DocumentProblem[] {
  try {
    const problems: unknown = JSON.parse(text)
    return Array.isArray(problems) ? problems.filter(isProblem) : []
  } catch {
    return []
  }
}

function isProblem(value: unknown): value is DocumentProblem {
  const { file, line = 1, reason, kept = '' } = (typeof value === 'object' && value !== null ? value : {}) as Partial<DocumentProblem>
  return typeof file === 'string' && typeof reason === 'string' && typeof kept === 'string' && Number.isSafeInteger(line) && line > 0
}
