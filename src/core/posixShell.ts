/** A text as one word of a POSIX shell, quoted: the shell reads back exactly this. */
export function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** The same for people to read and copy: quoted only where a shell could take it for something else. */
export function posixWord(text: string): string {
  return /^[\p{L}\p{N}_./:@%+,=-]+$/u.test(text) ? text : posixQuoted(text)
}
