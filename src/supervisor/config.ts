import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { errnoOf, MusterError } from '../core/errors.js'
import { commandInput, type CommandTemplate } from '../core/model/deployOperations.js'
import { tell } from '../core/tell.js'

const template = z.union([commandInput, z.strictObject({ command: commandInput, kind: z.string().max(40).optional(), env: z.record(z.string(), z.string()).optional() })])

/** What a user decides on how agents are run. It comes from the user's own settings, never from a repository's. */
export const deployConfig = z.strictObject({
  /** Command templates by name. */
  commands: z.record(z.string().min(1).max(200), template).default({}),
  /** How many of each kind run at once; 0 switches a kind off. `other`: of every kind that is not listed. */
  pool: z.record(z.string().max(40), z.number().int().min(0).max(1_000)).default({}),
  /** How many of all run at once. */
  total: z.number().int().min(0).max(10_000).default(15),
  graceSeconds: z.number().min(0).max(3_600).default(10),
  /** Bytes of a log before it is set aside, and how many of these are kept. */
  logBytes: z.number().int().min(1_000).default(5_000_000),
  logsKept: z.number().int().min(0).max(100).default(3),
  /** Seconds before the first restart; each further one takes twice as long, up to five minutes. */
  restartSeconds: z.number().min(0).max(300).default(2),
  /** Seconds between two times that a keeper saves how its agent is; 300 at most. */
  saveSeconds: z.number().min(0.1).max(300).default(300),
})
export type DeployConfig = z.output<typeof deployConfig>

const defaultPool: Readonly<Record<string, number>> = { claude: 5, codex: 5, gemini: 0, other: 5 }

/** The file in which a user keeps command templates for use outside of the editor; `MUSTER_DEPLOY` names another. */
export function configFile(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const home = platform === 'win32' ? env['APPDATA'] : env['XDG_CONFIG_HOME']
  return env['MUSTER_DEPLOY'] || join(home || join(homedir(), '.config'), 'muster', 'deploy.json')
}

/** @throws MusterError INVALID_INPUT when the file is there and cannot be used */
export async function readConfig(env: NodeJS.ProcessEnv = process.env): Promise<DeployConfig> {
  const file = configFile(env)
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return deployConfig.parse({})
    throw unusable(file, error)
  }
  try {
    return parseConfig(JSON.parse(text), file)
  } catch (error) {
    throw error instanceof MusterError ? error : unusable(file, error)
  }
}

/** Command templates with one that has no name of its own: it is called as its program is (`claude`), unless that is a name already. */
export function withCommand(commands: Readonly<Record<string, unknown>>, command: readonly unknown[]): Record<string, unknown> {
  const [program] = command
  if (typeof program !== 'string' || program === '') return { ...commands }
  return { [basename(program.replaceAll('\\', '/')).replace(/\.(exe|cmd|bat)$/i, '')]: command, ...commands }
}

/** @throws MusterError INVALID_INPUT that names the field */
export function parseConfig(value: unknown, where: string): DeployConfig {
  const parsed = deployConfig.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new MusterError('INVALID_INPUT', tell`${where} cannot be used: ${issue?.path.join('.')}: ${issue?.message}.`, { hint: tell`See docs/supervised.md for what it may hold.` })
}

const EXAMPLE = '{"commands":{"claude":["claude","-p","{brief}"]}}'

function unusable(file: string, cause: unknown): MusterError {
  return new MusterError('INVALID_INPUT', tell`${file} cannot be read.`, { hint: tell`It is to be JSON like ${EXAMPLE}.`, cause })
}

/** A command with what belongs to it. */
export interface ChosenCommand {
  command: CommandTemplate
  kind: string
  env: Record<string, string>
  template?: string
}

/** The user's template of that name, or the only one; undefined where there is none. */
export function templateNamed({ commands }: DeployConfig, name: string | undefined): ChosenCommand | undefined {
  const names = Object.keys(commands)
  const chosen = name ?? (names.length === 1 ? names[0] : undefined)
  const found = chosen !== undefined && Object.hasOwn(commands, chosen) ? commands[chosen] : undefined
  if (chosen === undefined || found === undefined) return undefined
  const { command, kind, env } = Array.isArray(found) ? { command: found, kind: undefined, env: undefined } : found
  return { command, kind: kind ?? kindOf(command), env: env ?? {}, template: chosen }
}

/** The part of the pool a program counts in. */
export function kindOf([program]: CommandTemplate): string {
  const name = basename((Array.isArray(program) ? program[0] : program)?.replaceAll('\\', '/') ?? '').replace(/\.(exe|cmd|js|mjs|py|sh)$/, '')
  return /^(claude|codex|gemini)(-|$)/.exec(name)?.[1] ?? 'other'
}

/** How many of a kind may run at once, and of all. */
export function poolOf(kind: string, { pool, total }: DeployConfig): { kind: string; size: number; total: number } {
  const sizes = { ...defaultPool, ...pool }
  return Object.hasOwn(sizes, kind) ? { kind, size: sizes[kind]!, total } : { kind: 'other', size: sizes['other']!, total }
}
