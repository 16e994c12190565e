import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isMusterError, MusterError } from '../core/errors.js'
import type { Muster, OpenOptions } from '../core/muster.js'
import { parseCall, wantsJson, type Call } from './arguments.js'
import { commands } from './commands.js'
import type { Context, Outcome } from './command.js'
import { exitCodeOf, exitCodes } from './exitCodes.js'
import { helpOf } from './help.js'
import { problemOf } from './health.js'
import type { Host } from './host.js'
import { realPath } from './resources.js'
import { oneLine, safeJson } from './text/escape.js'
import { createUi } from './text/ui.js'
import { UsageError } from './usageError.js'

/**
 * Runs one command line and answers the exit code. Writes to the host's outputs and nowhere else; in JSON mode exactly
 * one object to stdout (a line each for commands that follow).
 */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  try {
    const call = parseCall(args, commands)
    if (call.help) return finish(helpOf(call.command, commands), call.global.json, host)
    return await withMuster(call, host)
  } catch (error) {
    return fail(error, wantsJson(args), host)
  }
}

async function withMuster(call: Call, host: Host): Promise<number> {
  const interrupt = new AbortController()
  const subscription = host.onInterrupt(() => interrupt.abort())
  let muster: Muster | undefined
  try {
    const plan = await prepare(call, host)
    muster = plan.options && await host.open(plan.options)
    const context = contextOf(call, host, plan, muster, interrupt.signal)
    const problem = muster && plan.options?.readOnly === true ? problemOf(muster.ledgerStatus()) : undefined
    if (problem) context.notice(`muster: ${oneLine(problem.message)}\n  ${oneLine(problem.hint)}`)
    const outcome = await call.command.run(context, call.options, call.words)
    // Shown before closing: what marks messages as seen comes after they were.
    return outcome === undefined ? exitCodes.done : finish(outcome, call.global.json, host)
  } finally {
    subscription.dispose()
    await muster?.close()
  }
}

interface Plan {
  folder: string
  name: string
  /** Missing where the command does not open the folder. */
  options?: OpenOptions
}

async function prepare({ command, options, global }: Call, host: Host): Promise<Plan> {
  if (command.access === 'nothing') return { folder: '', name: '' }
  if (global.folder === '') throw new UsageError('--folder needs a value.')
  const folder = global.folder === undefined ? await host.locate(host.cwd) : resolve(host.cwd, global.folder)
  if (command.access !== 'start' && !existsSync(folder)) throw notTurnedOn(folder)
  if (command.access === 'folder') return { folder, name: '' }
  const readOnly = command.access === 'look'
  const named = global.agent ?? (host.env['MUSTER_AGENT'] || undefined)
  const window = named === undefined ? windowOf(folder, host.env) : undefined
  // Left open for those who join: the person named by git is known to be a person then.
  const name = named ?? (readOnly && window === undefined ? await host.person(host.cwd) : undefined)
  return {
    folder,
    name: name ?? '',
    options: {
      folder,
      // Paths are meant from here; elsewhere than in the folder's repository, from the root of its tree.
      root: host.cwd,
      ...(name === undefined ? {} : { agent: name }),
      ...(window === undefined ? {} : { window }),
      client: 'cli',
      attached: false,
      watch: command.watch(options),
      readOnly,
      create: command.access === 'start',
    },
  }
}

/** The person of the editor window in whose terminal this runs: known in that window's folder, and in no other. */
function windowOf(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const { MUSTER_WINDOW: window, MUSTER_FOLDER: home } = env
  if (!window || !home) return undefined
  return realPath(resolve(home)) === realPath(folder) ? window : undefined
}

function notTurnedOn(folder: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', `Muster is not turned on here: there is no ${folder}.`, {
    hint: 'Any claim turns it on: muster claim <file>',
    details: { folder },
  })
}

function contextOf(call: Call, host: Host, { folder, name }: Plan, muster: Muster | undefined, interrupted: AbortSignal): Context {
  const { json } = call.global
  return {
    host,
    commands,
    global: call.global,
    folder,
    get muster(): Muster {
      if (muster === undefined) throw new Error(`${call.command.name} runs without a folder`)
      return muster
    },
    interrupted,
    name,
    print(object, text) {
      host.out.write(json ? `${safeJson(object)}\n` : `${text(createUi(host.out, host.env, host.now()))}\n`)
    },
    notice(text) {
      if (!json) host.err.write(`${text}\n`)
    },
  }
}

function finish(outcome: Outcome, json: boolean, host: Host): number {
  const { ok } = outcome.json
  if (json) {
    host.out.write(`${safeJson(outcome.json)}\n`)
  } else {
    const output = ok ? host.out : host.err
    const text = outcome.text(createUi(output, host.env, host.now()))
    if (text !== '') output.write(`${text}\n`)
  }
  return outcome.exit ?? (ok ? exitCodes.done : exitCodes.refused)
}

function fail(error: unknown, json: boolean, host: Host): number {
  const { code, message, hint, exit } = describe(error)
  if (json) {
    host.out.write(`${safeJson({ ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } })}\n`)
  } else {
    host.err.write(`muster: ${oneLine(message)}\n${hint === undefined ? '' : `  ${oneLine(hint)}\n`}`)
    if (code === 'UNEXPECTED' && host.env['MUSTER_DEBUG'] && error instanceof Error) host.err.write(`${error.stack}\n`)
  }
  return exit
}

interface Failure {
  code: string
  message: string
  hint?: string | undefined
  exit: number
}

function describe(error: unknown): Failure {
  if (error instanceof UsageError) {
    return { code: 'USAGE', message: error.message, hint: error.usage === undefined ? undefined : `Usage: ${error.usage}`, exit: exitCodes.usage }
  }
  if (isMusterError(error)) return { code: error.code, message: error.message, hint: error.hint, exit: exitCodeOf(error.code) }
  return {
    code: 'UNEXPECTED',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a fault in Muster. Set MUSTER_DEBUG=1 to see where it happened.',
    exit: exitCodes.unusable,
  }
}
