import { MusterError } from '../core/errors.js'
import type { CommandTemplate } from '../core/model/deployOperations.js'
import { tell } from '../core/tell.js'

/** What placeholders stand for; undefined where there is no value. */
export interface Values {
  agent: string
  brief?: string | undefined
  /** Path of the file with the brief. */
  briefFile?: string | undefined
  model?: string | undefined
}

const placeholder = /\{(agent|brief|briefFile|model)\}/g

/**
 * Program and arguments, each as it will be passed: no shell reads them. Braces that are no placeholder stand for themselves, and
 * what a value holds is never looked at again.
 * @throws MusterError INVALID_INPUT where a placeholder has no value and stands in no list of its own
 */
export function expand(command: CommandTemplate, values: Values): string[] {
  const argv = command.flatMap((part) => {
    if (!Array.isArray(part)) return [filled(part, values)]
    return part.some((one) => missingIn(one, values) !== undefined) ? [] : part.map((one) => filled(one, values))
  })
  if (argv[0] === undefined || argv[0] === '') throw new MusterError('INVALID_INPUT', tell`The command names no program.`, { hint: tell`Begin it with the program to start.` })
  if (argv.some((part) => part.includes('\0'))) throw new MusterError('INVALID_INPUT', tell`The command holds a NUL character.`, { hint: tell`Leave it out.` })
  return argv
}

function filled(part: string, values: Values): string {
  const missing = missingIn(part, values)
  if (missing !== undefined) throw new MusterError('INVALID_INPUT', tell`The command needs a ${missing}.`, { hint: tell`Give one, or put the argument into a list of its own: ["--${missing}", "{${missing}}"].` })
  return part.replace(placeholder, (_whole, name: keyof Values) => values[name] ?? '')
}

function missingIn(part: string, values: Values): string | undefined {
  return [...part.matchAll(placeholder)].map(([, name]) => name as keyof Values).find((name) => values[name] === undefined)
}
