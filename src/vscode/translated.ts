import { memory } from '../core/tell.js'
import { t } from './l10n.js'

/** From now on what texts are made of is remembered, for an editor that does not speak English. */
export function rememberTold(): void {
  memory.musterTold = new Map()
}

/** What the core told (`tell`), in the language of the editor; any other text as it is. */
export function translated(text: string): string {
  const made = memory.musterTold?.get(text)
  if (!made) return text
  // What goes on being shown is kept.
  memory.musterTold?.delete(text)
  memory.musterTold?.set(text, made)
  const [[first, ...parts], values] = made
  // The bundle has what `npm run l10n` found at each `tell`.
  return t(`${first}${parts.map((part, index) => `{${index}}${part}`).join('')}`, ...values.map((value) => (typeof value === 'object' ? t(value[0]) : translated(String(value)))))
}
