import { t } from './l10n.js'
/** What is wrong with a progress as typed; undefined when it is fine. Empty means unchanged. */
export function progressProblem(text: string): string | undefined {
  const trimmed = text.trim().replace(/\s*%$/, '')
  if (trimmed === '') return text.includes('%') ? t('A number from 0 to 100.') : undefined
  const number = Number(trimmed)
  return Number.isFinite(number) && number >= 0 && number <= 100 ? undefined : t('A number from 0 to 100.')
}
