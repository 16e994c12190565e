import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMusterError, MusterError } from '../core/errors.js'
import type { Muster, OpenOptions } from '../core/muster.js'
import type { AgentProgram } from '../core/system/ancestors.js'
import { realpathOrSelf } from '../core/system/locate.js'
import { tell } from '../core/tell.js'
import { parseCall, wantsJson, type Call } from './arguments.js'
import { english, type Command, type Context, type Outcome, type Speaker, type Unusable } from './command.js'
import { commandsFor } from './commandsFor.js'
import { documentsWait, filesWait } from './documentsWait.js'
import { exitCodeOf, exitCodes } from './exitCodes.js'
import { helpOf } from './help.js'
import { problemOf } from './health.js'
import type { Host } from './host.js'
import { oneLine, safeJson } from './text/escape.js'
import { createUi } from './text/ui.js'
import { UsageError } from './usageError.js'

/**
 * Runs one command line and answers the exit code. Writes to the host's outputs and nowhere else; in JSON mode exactly
 * one object to stdout (a line each for commands that follow).
 */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  let speaker = english
  try {
    const commands = await commandsFor(args)
    const call = parseCall(args, commands)
    if (call.help) return finish(helpOf(call.command, commands), call.global.json, host, speaker)
    if (call.global.language !== undefined) speaker = await (await import('./language.js')).speaker(call.global.language)
    return await withMuster(call, commands, host, speaker)
  } catch (error) {
    return fail(error, wantsJson(args), host, speaker)
  }
}

async function withMuster(call: Call, commands: readonly Command[], host: Host, speaker: Speaker): Promise<number> {
  const interrupt = new AbortController()
  const subscription = host.onInterrupt(() => interrupt.abort())
  let muster: Muster | undefined
  const unusable = async (folder: string, error: Unusable['error']): Promise<Outcome | undefined> => call.command.unusable({ folder, error, host }, call.options, call.words)
  try {
    const plan = await prepare(call, host)
    muster = plan.options && await host.open(plan.options)
    const before = host.catchUp && muster?.ledgerStatus().head
    const context = contextOf(call, commands, host, plan, muster, interrupt.signal, speaker)
    const trouble = (): ReturnType<typeof problemOf> => (muster && plan.options?.readOnly === true ? problemOf(muster.ledgerStatus()) : undefined)
    const known = trouble()
    const instead = known && (await unusable(plan.folder, known))
    if (instead) return finish(instead, call.global.json, host, speaker)
    if (known) context.notice(`muster: ${oneLine(known.message)}\n  ${oneLine(known.hint)}`)
    if (muster && known === undefined && call.command.takesIn) await takeInFirst(muster, context)
    const outcome = await call.command.run(context, call.options, call.words)
    const problem = trouble() ?? known ?? (muster && plan.options?.readOnly !== true ? problemOf(muster.ledgerStatus()) : undefined)
    // Shown before closing: what marks messages as seen comes after they were.
    const exit = finish(problem === undefined ? (outcome ?? NOTHING_MORE) : partial(outcome, problem), call.global.json, host, speaker)
    // It has done what it was to do: what breaks it off now ends it.
    subscription.dispose()
    if (muster && host.catchUp && plan.options?.readOnly !== true && muster.ledgerStatus().head !== before) await followUp(muster, context)
    return exit
  } catch (error) {
    const known = describe(error)
    const instead = known.exit === exitCodes.unusable ? await unusable(await folderOf(call, host), known) : undefined
    if (instead === undefined) throw error
    return finish(instead, call.global.json, host, speaker)
  } finally {
    subscription.dispose()
    await muster?.close()
  }
}

/** Documents follow what a command has done, where they are in use and nobody stays who would see to them. It is done all the same when they cannot. */
async function followUp(muster: Muster, { host, notice }: Context): Promise<void> {
  if (!documentsWait(muster, host.now())) return
  await host.catchUp?.(muster).catch((error: unknown) => notice(`muster: documents are not up to date: ${oneLine(error instanceof Error ? error.message : String(error))}`))
}

/** What agents with nothing but a shell wrote counts. Where it cannot be taken in, the command tells what is known. */
async function takeInFirst(muster: Muster, { host, notice }: Context): Promise<void> {
  if (!filesWait(muster, host.now())) return
  await host.takeIn?.(muster.folder).catch((error: unknown) => {
    // Who may not write here can still look.
    if (!isMusterError(error)) notice(`muster: what agents wrote into files is not known yet: ${oneLine(error instanceof Error ? error.message : String(error))}`)
  })
}

const NOTHING_MORE: Outcome = { json: { ok: true }, text: () => '', printed: true }

/** What can still be read of a ledger that cannot be used goes out with the reason, and with the exit code that says so. */
function partial(outcome: Outcome | undefined, { code, message, hint }: { code: string; message: string; hint: string }): Outcome {
  return { text: () => '', ...outcome, json: { ...outcome?.json, ok: false, error: { code, message, hint } }, exit: exitCodes.unusable }
}

interface Plan {
  folder: string
  name: string
  /** Missing where the command does not open the folder. */
  options?: OpenOptions
}

async function prepare({ command, options, global }: Call, host: Host): Promise<Plan> {
  const access = command.access(options)
  if (access === 'nothing') return { folder: '', name: '' }
  if (global.folder === '') throw new UsageError('--folder needs a value.')
  const folder = await folderOf({ global }, host)
  if (access !== 'start' && !existsSync(folder)) throw notTurnedOn(folder)
  if (access === 'folder') return { folder, name: '' }
  const readOnly = access === 'look'
  const named = global.agent ?? (host.env['MUSTER_AGENT'] || undefined)
  const program = named === undefined ? await programOf(host) : undefined
  const window = named === undefined ? windowOf(folder, host.env) : undefined
  // Left open for those who join: the person named by git is known to be a person then.
  const name = named ?? (readOnly && window === undefined && program === undefined ? await host.person(host.cwd) : undefined)
  return {
    folder,
    name: name ?? '',
    options: {
      folder,
      // Paths are meant from here; elsewhere than in the folder's repository, from the root of its tree.
      root: host.cwd,
      ...(name === undefined ? {} : { agent: name }),
      // An agent in a window's terminal works under that window's person.
      ...(program !== undefined ? { process: program.pid, ...(window === undefined ? {} : { parent: window }) } : window === undefined ? {} : { window }),
      client: program?.client ?? 'cli',
      attached: false,
      watch: command.watch(options),
      readOnly,
      create: access === 'start',
      ...(command.examine && { examine: true }),
    },
  }
}

async function folderOf({ global }: Pick<Call, 'global'>, host: Host): Promise<string> {
  return global.folder === undefined ? host.locate(host.cwd) : resolve(host.cwd, global.folder)
}

/** The agent's program this runs under; `MUSTER_PROGRAM` names another pid, or `none` for nobody. */
async function programOf(host: Host): Promise<AgentProgram | undefined> {
  const told = host.env['MUSTER_PROGRAM']
  if (told === undefined || told === '') return host.agentProgram()
  const pid = Number(told)
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, client: 'agent' } : undefined
}

/** The person of the editor window in whose terminal this runs: known in that window's folder, and in no other. */
function windowOf(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const { MUSTER_WINDOW: window, MUSTER_FOLDER: home } = env
  if (!window || !home) return undefined
  return realpathOrSelf(resolve(home)) === realpathOrSelf(folder) ? window : undefined
}

function notTurnedOn(folder: string): MusterError {
  const parent = dirname(folder)
  if (!existsSync(parent)) {
    return new MusterError('FOLDER_UNUSABLE', tell`There is no ${parent}.`, { hint: tell`Check --folder and MUSTER_FOLDER.`, details: { folder } })
  }
  return new MusterError('FOLDER_UNUSABLE', tell`Muster is not turned on here: there is no ${folder}.`, {
    hint: tell`Any claim turns it on: muster claim <file>`,
    details: { folder },
  })
}

function contextOf(call: Call, commands: readonly Command[], host: Host, { folder, name }: Plan, muster: Muster | undefined, interrupted: AbortSignal, speaker: Speaker): Context {
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
    speaker,
    name,
    print(object, text) {
      host.out.write(json ? `${safeJson(object)}\n` : `${text(createUi(host.out, host.env, host.now()))}\n`)
    },
    notice(text) {
      if (!json) host.err.write(`${text}\n`)
    },
  }
}

function finish(outcome: Outcome, json: boolean, host: Host, { answer }: Speaker): number {
  const { ok } = outcome.json
  if (outcome.printed) return exitCodes.done
  if (json) {
    host.out.write(`${safeJson(answer(outcome.json))}\n`)
  } else {
    const output = ok || outcome.exit === exitCodes.unusable ? host.out : host.err
    const text = outcome.text(createUi(output, host.env, host.now()))
    if (text !== '') output.write(`${text}\n`)
  }
  return outcome.exit ?? (ok ? exitCodes.done : exitCodes.refused)
}

function fail(error: unknown, json: boolean, host: Host, { told }: Speaker): number {
  const { code, exit, ...said } = describe(error)
  const [message, hint] = [told(said.message), said.hint && told(said.hint)]
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
    return { code: 'USAGE', message: error.message, hint: error.usage === undefined ? undefined : tell`Usage: ${error.usage}`, exit: exitCodes.usage }
  }
  if (isMusterError(error)) return { code: error.code, message: error.message, hint: error.hint, exit: exitCodeOf(error.code) }
  return {
    code: 'UNEXPECTED',
    message: error instanceof Error ? error.message : String(error),
    hint: tell`This is a fault in Muster. Set MUSTER_DEBUG=1 to see where it happened.`,
    exit: exitCodes.unusable,
  }
}
