const zeroWidth = /^[\p{Mn}\p{Me}\u200c\u200d]$/u
const doubleWidth = /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u

/** Columns a terminal needs for the text. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** The text in at most `width` columns; what is missing at its end, or at its start, is shown as `…`. */
export function truncate(text: string, width: number, cut: 'end' | 'start' = 'end'): string {
  if (displayWidth(text) <= width) return text
  if (width < 1) return ''
  const characters = cut === 'end' ? [...text] : [...text].reverse()
  const kept: string[] = []
  let used = 1
  for (const character of characters) {
    used += characterWidth(character)
    if (used > width) break
    kept.push(character)
  }
  return cut === 'end' ? `${kept.join('')}…` : `…${kept.reverse().join('')}`
}

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  if (zeroWidth.test(character)) return 0
  return doubleWidth.test(character) ? 2 : 1
}
