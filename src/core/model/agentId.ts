import { foldName } from '../names.js'

/**
 * Agent id for a name: lower case, letters and digits of any script, `-`, `_` and `.`; case twins are one agent. Never a path,
 * a device name or longer than 64 characters, so that it can name a file, and no two ids name the same file anywhere.
 */
export function agentIdOf(name: string): string {
  const id = trimmed(foldName(name.normalize('NFKC'), { letters: 'full', forms: 'same' }).replace(/[^\p{L}\p{N}._-]+/gu, '-'))
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(id) ? trimmed(`agent-${id}`) : id
}

function trimmed(id: string): string {
  return [...id.replace(/^[-.]+/, '')].slice(0, 64).join('').replace(/[-.]+$/, '')
}
