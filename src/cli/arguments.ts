import { parseArgs, type ParseArgsConfig } from 'node:util'
import { globalOptions, usageOf, type Command, type GlobalOptions, type OptionSpec, type OptionSpecs, type Words } from './command.js'
import { didYouMean, UsageError } from './usageError.js'

export interface Call {
  command: Command
  global: GlobalOptions
  options: Record<string, unknown>
  words: string[]
  /** `--help` was given: show the help instead of running it. */
  help: boolean
}

const shorts: Readonly<Record<string, string>> = { h: 'help', V: 'version' }

/**
 * Finds the command and reads its options and words.
 * @throws UsageError for everything that does not fit.
 */
export function parseCall(args: readonly string[], commands: readonly Command[]): Call {
  const { command, rest } = findCommand(args, commands)
  try {
    return { command, ...readOptions(rest, command) }
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(error.message, usageOf(command)) : error
  }
}

/** The first word of a command line that belongs to no option; undefined where there is none. */
export function firstWord(args: readonly string[]): string | undefined {
  return tokensOf(args, globalOptions).find((token) => token.kind === 'positional')?.value
}

/** True when the caller asked for JSON, whatever else is wrong with the line: errors of usage are told that way too. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? args.length : end).includes('--json')
}

interface Found {
  command: Command
  rest: string[]
}

function findCommand(args: readonly string[], commands: readonly Command[]): Found {
  const tokens = tokensOf(args, globalOptions)
  const named = (name: string): OptionToken[] =>
    tokens.filter((token) => token.kind === 'option').filter((token) => optionName(token) === name)
  const [first, second] = tokens.filter((token) => token.kind === 'positional')
  const help = (): Found => ({ command: commandNamed(commands, 'help'), rest: without(args, ...named('help').map(({ index }) => index)) })
  if (first === undefined) {
    const [version] = named('version')
    if (version) return { command: commandNamed(commands, 'version'), rest: without(args, version.index) }
    if (wantsJson(args) && named('help').length === 0) throw new UsageError('A command is missing.', 'muster <command> [options]')
    return help()
  }
  const single = commands.find(({ name }) => name === first.value)
  if (single) return { command: single, rest: without(args, first.index) }
  const verbs = commands.flatMap(({ name }) => (name.startsWith(`${first.value} `) ? [name.slice(first.value.length + 1)] : []))
  if (verbs.length === 0) {
    const names = new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))
    throw new UsageError(`Unknown command "${first.value}".${didYouMean(first.value, names, 'muster ')}`, 'muster <command> [options]   (muster help lists the commands)')
  }
  if (second !== undefined && verbs.includes(second.value)) {
    return { command: commandNamed(commands, `${first.value} ${second.value}`), rest: without(args, first.index, second.index) }
  }
  if (second === undefined && named('help').length > 0) return help()
  throw new UsageError(
    second === undefined
      ? `"muster ${first.value}" needs to know what to do: ${verbs.join(', ')}.`
      : `Unknown command "${first.value} ${second.value}".${didYouMean(second.value, verbs, `muster ${first.value} `)}`,
    `muster ${first.value} ${verbs.join('|')} [options]`,
  )
}

function readOptions(args: readonly string[], command: Command): Omit<Call, 'command'> {
  const specs: OptionSpecs = { ...globalOptions, ...command.options }
  const values = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokensOf(args, specs)) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const name = optionName(token)
    const spec = specs[name]
    if (spec === undefined) throw new UsageError(`Unknown option ${token.rawName}.${didYouMean(token.name, Object.keys(specs), '--')}`)
    values.set(name, [...(values.get(name) ?? []), rawValue(token, name, spec, specs)])
  }
  const read = (specs: OptionSpecs, given: (name: string) => readonly string[]): Record<string, unknown> =>
    Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, valueOf(name, spec, given(name))]))
  // Wrappers add global options of their own: there the last one counts.
  const global = { json: false, folder: undefined, agent: undefined, language: undefined, ...read(globalOptions, (name) => values.get(name)?.slice(-1) ?? []) }
  if (values.has('help')) return { global, options: {}, words, help: true }
  // An option of the same name that a command declares is its own: the agent to list entries of is not the one who asks.
  if ('agent' in command.options) global.agent = undefined
  const options = read(command.options, (name) => values.get(name) ?? [])
  const { usage, min, max, empty }: Words = command.words ?? { usage: '', min: 0, max: 0 }
  if (words.length < min) throw new UsageError(`Missing ${usage}.`)
  if (words.length > max) throw new UsageError(`Too many words: "${words[max]}" is not expected here.`)
  for (const word of words) if (word === '' && empty !== true) throw new UsageError(`Empty ${usage}.`)
  return { global, options, words, help: false }
}

/** As node:util describes them, whose own types depend on the options given. */
interface OptionToken {
  kind: 'option'
  index: number
  name: string
  rawName: string
  value: string | undefined
  inlineValue: boolean | undefined
}
type Token = OptionToken | { kind: 'positional'; index: number; value: string } | { kind: 'option-terminator'; index: number }

function tokensOf(args: readonly string[], specs: OptionSpecs): readonly Token[] {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, spec] of Object.entries(specs)) options[name] = { type: spec.type === 'flag' ? 'boolean' : 'string' }
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function rawValue(token: OptionToken, name: string, spec: OptionSpec, specs: OptionSpecs): string {
  if (spec.type === 'flag') {
    if (token.value !== undefined) throw new UsageError(`--${name} takes no value.`)
    return ''
  }
  if (token.value === undefined) throw new UsageError(`--${name} needs a value.`)
  // "--body --json" is a forgotten value far more often than a value that looks like an option.
  if (token.inlineValue !== true && token.value.startsWith('--') && (token.value.slice(2).split('=')[0] ?? '') in specs) {
    throw new UsageError(`--${name} needs a value. If ${token.value} is the value, write --${name}=${token.value}.`)
  }
  return token.value
}

function valueOf(name: string, spec: OptionSpec, raw: readonly string[]): unknown {
  if (spec.type === 'flag') return raw.length > 0
  if (spec.type === 'list') return [...raw]
  if (raw.length > 1) throw new UsageError(`--${name} is given more than once.`)
  const [value] = raw
  if (value === undefined) {
    if (spec.type === 'text' && spec.required === true) throw new UsageError(`Missing --${name} ${spec.value}.`)
    return undefined
  }
  switch (spec.type) {
    case 'text':
      return value
    case 'choice':
      if (spec.choices.includes(value)) return value
      throw new UsageError(`--${name} is one of ${spec.choices.join(', ')}; not "${value}".${didYouMean(value, spec.choices)}`)
    case 'number': {
      const number = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(value.trim()) ? Number(value) : NaN
      if (!Number.isFinite(number)) throw new UsageError(`--${name} is a number; not "${value}".`)
      if (spec.integer === true && !Number.isInteger(number)) throw new UsageError(`--${name} is a whole number; not "${value}".`)
      return number
    }
  }
}

function optionName(token: OptionToken): string {
  return token.rawName.startsWith('--') ? token.name : shorts[token.name] ?? token.name
}

function commandNamed(commands: readonly Command[], name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (!found) throw new Error(`No command ${name}`)
  return found
}

function without(args: readonly string[], ...indexes: readonly number[]): string[] {
  return args.filter((_, index) => !indexes.includes(index))
}
