import { createInterface } from 'node:readline/promises'

/** Asks people in the terminal one question after the other; what is left empty is the answer in brackets. */
export async function answersTo(questions: readonly { text: string; default: string }[], signal: AbortSignal): Promise<string[]> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answers: string[] = []
    for (const { text, default: otherwise } of questions) answers.push((await terminal.question(`${text}${otherwise === '' ? '' : ` [${otherwise}]`}: `, { signal })).trim() || otherwise)
    return answers
  } finally {
    terminal.close()
  }
}
