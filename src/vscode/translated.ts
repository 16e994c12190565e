import { madeOf, memory, type Told } from '../core/tell.js'
import { t } from './l10n.js'

/** From now on what texts are made of is remembered, for an editor that does not speak English. */
export function rememberTold(): void {
  memory.musterTold = new Map()
}

/** What the core told (`tell`), in the language of the editor; any other text as it is. */
export function translated(text: string): string {
  const made = madeOf(text)
  return made ? saidAnew(made) : text
}

/** The same of what another process told. */
export function saidAnew([text, ...values]: Told): string {
  // The bundle has what `npm run l10n` found at each `tell`.
  return t(text, ...values.map((value) => (typeof value === 'object' ? saidAnew(value) : value)))
}
