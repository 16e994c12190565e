import { foldName } from '../names.js'

/** Longest id, in characters, and what of it a name keeps that is told apart by a sum. */
const LONGEST = 64
const KEPT = 56

/**
 * Agent id for a name: lower case, letters and digits of any script, `-`, `_` and `.`; case twins are one agent, and a space
 * is a `-`. Never a path, a device name or longer than 64 characters, so that it can name a file, and no two ids name the same
 * file anywhere. A name that more than that is left out of ends in a sum of the whole: what looks like another agent's name,
 * or has it in itself, is not that agent. `''` for one without a letter or digit.
 */
export function agentIdOf(name: string): string {
  const whole = foldName(name.normalize('NFKC'), { letters: 'full', forms: 'same' }).replace(/^ +| +$/g, '').replace(/ +/g, '-')
  const id = trimmed(whole.replace(/[^\p{L}\p{N}._-]+/gu, '-'), LONGEST)
  if (id === '' || (id === whole && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(id))) return id
  // `con-…` is no device, `con.ts-…` would be one.
  return `${trimmed(id.replaceAll('.', '-'), KEPT)}-${sumOf(whole)}`
}

function trimmed(id: string, length: number): string {
  return [...id.replace(/^[-.]+/, '')].slice(0, length).join('').replace(/[-.]+$/, '')
}

/** FNV-1a of the code units, 32 bits. */
function sumOf(text: string): string {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0
  return sum.toString(36).padStart(7, '0')
}
