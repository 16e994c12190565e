import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { speak } from '../vscode/l10n.js'
import { UsageError } from './usageError.js'

/** What makes texts in a language, at once: the next ones are English again. @param language as `de` or `de-AT`; English without one */
export async function speaker(language: string | undefined): Promise<<T>(make: () => T) => T> {
  const [tag = 'en'] = (language ?? 'en').toLowerCase().split(/[-_]/)
  if (tag === 'en') return (make) => make()
  const file = fileOf(tag)
  if (file === undefined) throw new UsageError(`There are no texts in the language "${language}".`)
  const texts = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
  return (make) => {
    speak(tag, texts)
    try {
      return make()
    } finally {
      speak()
    }
  }
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
