import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { speak } from '../vscode/l10n.js'
import { rememberTold, translated } from '../vscode/translated.js'
import { english, type Speaker } from './command.js'
import { UsageError } from './usageError.js'

/** What is done stays English, since it is recorded and written; what was told on the way is said anew in the end. @param language as `de` or `de-AT` */
export async function speaker(language: string): Promise<Speaker> {
  const [tag = 'en'] = language.toLowerCase().split(/[-_]/)
  if (tag === 'en') return english
  const file = fileOf(tag)
  if (file === undefined) throw new UsageError(`There are no texts in the language "${language}".`)
  const texts = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
  rememberTold()
  const say = <T>(make: () => T): T => {
    speak(tag, texts)
    try {
      return make()
    } finally {
      speak()
    }
  }
  return { say, told: (text) => say(() => translated(text)), answer: (json) => say(() => answerOf(json) as object) }
}

/** Why something is not so, and what is to be known besides. All else of an answer was recorded, or is for programs. */
const toldAs = new Set(['hint', 'message', 'notes'])

function answerOf(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return toldAs.has(key) ? translated(value) : value
  if (Array.isArray(value)) return value.map((one) => answerOf(one, key))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, answerOf(one, name)])) : value
}

/** The editor's texts in that language, beside what is running or above it. */
function fileOf(tag: string): string | undefined {
  if (!/^[a-z]{2,3}$/.test(tag)) return undefined
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'l10n', 'bundle.l10n.json'))) {
      const file = join(folder, 'l10n', `bundle.l10n.${tag}.json`)
      return existsSync(file) ? file : undefined
    }
    if (dirname(folder) === folder) return undefined
  }
}
