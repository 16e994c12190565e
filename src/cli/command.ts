import type { Muster } from '../core/muster.js'
import type { Host } from './host.js'
import type { Ui } from './text/ui.js'

/** One `--option`. `value` is the placeholder in help. */
export type OptionSpec =
  | { type: 'flag'; help: string }
  | { type: 'text'; value: string; help: string; required?: boolean }
  | { type: 'list'; value: string; help: string }
  | { type: 'number'; value: string; help: string; integer?: boolean }
  | { type: 'choice'; choices: readonly string[]; help: string }

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type OptionValue<S extends OptionSpec> =
  S extends { type: 'flag' } ? boolean
    : S extends { type: 'list' } ? string[]
      : S extends { type: 'number' } ? number | undefined
        : S extends { type: 'choice'; choices: readonly (infer C)[] } ? C | undefined
          : S extends { required: true } ? string
            : string | undefined

export type OptionValues<O extends OptionSpecs> = { -readonly [K in keyof O]: OptionValue<O[K]> }

/** Words after the command that are no options. */
export interface Words {
  /** As shown in the usage line: `<resource…>`. */
  usage: string
  min: number
  max: number
  /** One of them may be empty: an argument of somebody else's program. */
  empty?: true
}

/**
 * What a command needs before it runs.
 * nothing: no folder at all. folder: an existing folder,
 * not opened. look: an existing folder, nothing is written. join: an existing folder, as an agent.
 * start: as an agent, in a folder that is created when it is missing.
 */
export type Access = 'nothing' | 'folder' | 'look' | 'join' | 'start'

export interface GlobalOptions {
  json: boolean
  folder: string | undefined
  agent: string | undefined
  language: string | undefined
}

/** In which language whoever asked is told of it. */
export interface Speaker {
  /** Makes texts in it, at once: the next ones are English again. */
  say<T>(make: () => T): T
  /** A text that was told (`tell`) on the way; any other as it is. */
  told(text: string): string
  /** An answer in JSON with what was told in it. */
  answer(json: object): object
}

export const english: Speaker = { say: (make) => make(), told: (text) => text, answer: (json) => json }

/** What a command is given when it runs. */
export interface Context {
  host: Host
  /** All there are where the command is the help; else at least those of its group. */
  commands: readonly Command[]
  global: GlobalOptions
  /** The coordination folder; '' without access to it. */
  folder: string
  muster: Muster
  /** Name of the one who asks, known here or not; '' where the folder knows better. */
  name: string
  speaker: Speaker
  /** Aborted by Ctrl-C and the like, for commands that last. */
  interrupted: AbortSignal
  /** Prints at once, for commands that last: a line of JSON, or the text for people. */
  print(json: object, text: (ui: Ui) => string): void
  /** A line for people on stderr while waiting; nothing in JSON mode. */
  notice(text: string): void
}

/** What a command ends with. Exit code 1 when `json.ok` is false, unless it says otherwise. */
export interface Outcome {
  json: { ok: boolean; error?: unknown }
  text(ui: Ui): string
  exit?: number
  /** There is nothing left to print. */
  printed?: true
}

/** An outcome of any shape of result. */
export function outcome<J extends { ok: boolean }>(json: J, text: (ui: Ui) => string): Outcome {
  return { json, text }
}

export interface Definition<O extends OptionSpecs> {
  /** One word, or two for a command of a group: `decision propose`. */
  name: string
  /** One line that completes "muster <name>: ". */
  summary: string
  /** More about it in its help. */
  details?: string
  words?: Words
  options: O
  access: Access | ((options: OptionValues<O>) => Access)
  /** Sees what others write while it runs. */
  watch?(options: OptionValues<O>): boolean
  /** Tells how things are: what agents with nothing but a shell wrote is taken in first, where nobody stays who would see to that. */
  takesIn?: true
  /** Tells what the folder's disk does: that is tried out first. */
  examine?: true
  examples: readonly string[]
  /** Undefined when everything was printed already. */
  run(context: Context, options: OptionValues<O>, words: readonly string[]): Promise<Outcome | undefined>
  /** What it ends with where the folder is missing or cannot be used; undefined for what every command then says. */
  unusable?(problem: Unusable, options: OptionValues<O>, words: readonly string[]): Outcome | undefined | Promise<Outcome | undefined>
}

/** Why a folder cannot be used. */
export interface Unusable {
  folder: string
  /** Its code, message and hint. */
  error: { code: string; message: string; hint?: string | undefined }
  host: Host
}

/** A command with the types of its options forgotten: what the table of commands holds. */
export interface Command extends Omit<Definition<OptionSpecs>, 'run' | 'watch' | 'access' | 'unusable'> {
  access(options: object): Access
  watch(options: object): boolean
  run(context: Context, options: object, words: readonly string[]): Promise<Outcome | undefined>
  unusable(problem: Unusable, options: object, words: readonly string[]): Outcome | undefined | Promise<Outcome | undefined>
}

/** Types `run` by the options declared beside it. The parser fills exactly these. */
export function command<const O extends OptionSpecs>(definition: Definition<O>): Command {
  return {
    ...definition,
    access: (options) => (typeof definition.access === 'function' ? definition.access(options as OptionValues<O>) : definition.access),
    watch: (options) => definition.watch?.(options as OptionValues<O>) ?? false,
    run: (context, options, words) => definition.run(context, options as OptionValues<O>, words),
    unusable: (problem, options, words) => definition.unusable?.(problem, options as OptionValues<O>, words),
  }
}

export const globalOptions = {
  json: { type: 'flag', help: 'Print one JSON object instead of text' },
  folder: { type: 'text', value: 'DIR', help: 'The .muster folder; default: MUSTER_FOLDER, else that of the repository' },
  agent: { type: 'text', value: 'NAME', help: 'Who is speaking; default: MUSTER_AGENT, else the agent whose program started this, else whose window this terminal is in, else the person named by git' },
  language: { type: 'text', value: 'TAG', help: 'Reports, and why something did not work, in another language than English, such as de; what was recorded stays as it is' },
  help: { type: 'flag', help: 'Show the help of this command' },
} as const satisfies OptionSpecs

/** `muster claim <resource…> [options]` */
export function usageOf({ name, words, options }: Command): string {
  const required = Object.entries(options).flatMap(([option, spec]) =>
    spec.type === 'text' && spec.required === true ? [`--${option} ${spec.value}`] : [])
  return ['muster', name, ...(words ? [words.usage] : []), ...required, '[options]'].join(' ')
}
