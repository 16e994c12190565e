import { isMusterError, MusterError } from '../core/errors.js'
import { cleanText, markedData } from '../core/marked.js'
import { guardMode } from '../core/system/guardMode.js'
import { printAnswer, type Answer } from './answer.js'
import { momentOf, readCall, type HookCall } from './call.js'
import { isFields } from './json.js'
import { closedWithoutRecords, placeOf, type Place } from './place.js'
import { markShell } from './shellMarks.js'
import { hookWords } from '../core/hookWords.js'

/** What the process of a hook ends with. */
export interface HookResult {
  /** For the client; '' for nothing. */
  out: string
  /** One line for people, where something is broken. */
  problem: string
  /** 0, or 2 where an edit is refused because nothing can be said of it. */
  exit: number
}

export interface HookWorld {
  cwd: string
  env: NodeJS.ProcessEnv
}

/** ms after which a hook gives up on the records: clients wait for it, and some refuse the call of a hook that is late. */
const PATIENCE = 8_000

const silent: HookResult = { out: '', problem: '', exit: 0 }

/**
 * Runs one hook.
 * @param args The event's name, and anywhere `--client` (where hooks are named alike), `--folder` and `--agent`
 * @param input What the client wrote to stdin
 */
export async function runHook(args: readonly string[], input: string, given: HookWorld): Promise<HookResult> {
  const { event, client, folder, agent } = hookWords(args) ?? { event: '' }
  const world = { ...given, env: { ...given.env, ...(folder && { MUSTER_FOLDER: folder }) } }
  let place: Place | undefined
  let call: HookCall | undefined
  try {
    const told: unknown = JSON.parse(input)
    if (!isFields(told)) throw new SyntaxError('not an object')
    call = readCall(told, event, client)
    if (call === undefined) return silent
    if (agent) call = { ...call, agent }
    place = placeOf(call.cwd ?? world.cwd, world.env)
    if (place !== undefined && call.moment === 'before-edit' && call.shell !== undefined) {
      markShell(call, place)
      return silent
    }
    if (isIdle(call)) return silent
    if (place === undefined) return withoutRecords(call, event, world)
    // Most of a hook's code is loaded here, where there is something to do.
    const [{ answerTo }, { routesOf }] = await Promise.all([import('./work.js'), import('./routes.js')])
    const answer: Answer = {}
    for (const route of routesOf(call, place)) {
      if (isIdle(route.call)) continue
      const { context, ...rest } = await inTime(answerTo(route.call, route.place, world.env))
      Object.assign(answer, rest, context !== undefined && { context: [answer.context, context].filter((text) => text !== undefined).join('\n') })
      if (answer.deny !== undefined) break
    }
    return { ...silent, out: printAnswer(call, guardMode(place.folder, world.env) === 'off' ? unrefused(answer) : answer) }
  } catch (error) {
    place ??= placeOf(world.cwd, world.env)
    return place === undefined ? silent : broken(error, call, place, event, world)
  }
}

function unrefused({ deny: _, ...rest }: Answer): Answer {
  return rest
}

function withoutRecords(call: HookCall, event: string, world: HookWorld): HookResult {
  const place = call.moment === 'before-edit' ? closedWithoutRecords(call.cwd ?? world.cwd, world.env) : undefined
  return place === undefined ? silent : broken(new MusterError('FOLDER_UNUSABLE', `There are no records in ${place.folder}.`), call, place, event, world)
}

/** Nothing to do, known without opening anything. */
function isIdle({ moment, files, conversation }: HookCall): boolean {
  return (moment === 'before-edit' && files.length === 0) || (moment === 'subagent-end' && conversation === undefined)
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Muster is broken: the agent goes on, unless the guard is closed and it is about to write. */
function broken(error: unknown, call: HookCall | undefined, place: Place, event: string, { env }: HookWorld): HookResult {
  const moment = call?.moment ?? momentOf(event)
  const closed = moment === 'before-edit' && guardMode(place.folder, env) === 'closed'
  const reason = cleanText(reasonOf(error), 300).replaceAll('\n', ' ')
  const problem = `muster: ${reason}. ${closed ? CLOSED : 'The agent goes on without it.'}`
  if (!closed || call === undefined) return { out: '', problem, exit: closed ? 2 : 0 }
  // Reasons may repeat names that others chose.
  return { out: printAnswer(call, { deny: `Muster cannot be used. ${CLOSED}\n${markedData({ reason })}` }), problem, exit: 0 }
}

const CLOSED = 'The edit is refused, since the guard is set to closed (MUSTER_GUARD=off lets it through).'

/** Never what stands in the input: clients show this line to their model. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the hook\'s input is not JSON'
  if (isMusterError(error)) return `${error.message.replace(/\.$/, '')}${error.hint === undefined ? '' : ` (${error.hint.replace(/\.$/, '')})`}`
  return error instanceof Error ? error.message : String(error)
}
