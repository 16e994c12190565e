/**
 * Control characters, and characters that are invisible or turn the direction of text: written by others, they could
 * clear a terminal, fake a line of ours or hide what is really there. The joiners U+200C and U+200D stay, since several
 * scripts and emoji need them.
 */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text from others as one safe line: white space becomes a blank, anything else unsafe is shown as an escape (`\x1b`). */
export function oneLine(text: string): string {
  return escapeUnsafe(text.replace(/\s+/g, ' ').trim())
}

/** Text from others as safe lines, each indented by `indent`. Only line feeds keep their meaning. */
export function lines(text: string, indent = ''): string {
  return text
    .trimEnd()
    .split(/\r\n|\n/)
    .map((line) => (indent + escapeUnsafe(line.replaceAll('\t', '  '))).trimEnd())
    .join('\n')
}

/** Template tag: what is put in becomes one safe line, so a sentence of ours cannot be broken by a name of theirs. */
export function say(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((text, part, index) => text + oneLine(String(values[index - 1])) + part)
}

/** JSON on one line that is also safe to look at in a terminal: same value, unsafe characters as `\u` escapes. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''))
}

function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}
