import type { OpenOptions } from './muster.js'

/** Kinds of options, by what they may certainly be. */
const texts: ReadonlySet<string> = new Set<keyof OpenOptions>(['folder', 'agent', 'parent', 'client', 'model', 'brief', 'root', 'workspace', 'window', 'conversation', 'subagent'])
const switches: ReadonlySet<string> = new Set<keyof OpenOptions>(['attached', 'watch', 'readOnly', 'create', 'examine'])

/**
 * Whether options certainly fit: short texts of plain characters, switches, a pid. Then a process that comes and goes need not
 * load the schema of all that may be said, which takes longer than opening the folder. Others may fit as well.
 */
export function areCertainlyFine(options: OpenOptions): boolean {
  return Object.entries(options).every(([name, value]: [string, unknown]) => {
    if (texts.has(name)) return typeof value === 'string' && /^[\x20-\x7e]{1,200}$/.test(value)
    if (switches.has(name)) return typeof value === 'boolean'
    return name === 'process' && Number.isSafeInteger(value) && (value as number) > 0
  })
}
