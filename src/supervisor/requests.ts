import { lstat, readdir, rename } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { errnoOf } from '../core/errors.js'
import { agentIdOf } from '../core/model/agentId.js'
import type { DeployInput } from '../core/model/deployOperations.js'
import { restartPolicies } from '../core/model/words.js'
import type { Muster } from '../core/muster.js'
import { isTagGone, knowProcesses, ownTag } from '../core/system/processes.js'
import { errorOf } from './deploy.js'
import { makeFolder, placesOf, readSmall } from './files.js'
import { statusWords } from '../core/model/agentState.js'
import { tell } from '../core/tell.js'
import { saveResponse, type Response } from './status.js'

// In what ships this is a file of its own, which knows of no process yet, not even of its own, by which it names what it takes.
void knowProcesses([process.pid])

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A request as scripts write it: `requests/<anything>.json`. What it does not know is refused, a command most of all. */
const request = z.strictObject({
  agent_id: z.string().min(1).max(200),
  agent_name: z.string().max(200).optional(),
  /** Its level: L1, L2 … */
  agent_type: z.string().max(100).optional(),
  parent_agent_id: z.string().max(200).nullish(),
  model: z.string().max(2_000).nullish(),
  prompt: z.string().max(100_000).default(''),
  load_percentage: z.number().min(0).max(100).nullish(),
  /** Seconds. */
  estimated_duration: z.number().nonnegative().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  /** Name of one of the user's command templates. */
  template: z.string().max(200).optional(),
  scopes: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  restart: z.enum(restartPolicies).optional(),
  max_restarts: z.number().int().nonnegative().optional(),
  budget_minutes: z.number().positive().optional(),
})

export type Deploy = (agent: DeployInput) => ReturnType<Muster['deploy']>

export interface Taken {
  /** Name of the file. */
  file: string
  response: Response
}

/** A file that does not parse may be half written: it is given this long, in ms by the disk's clock. */
const UNFINISHED_MS = 2_000
/** ms between two looks at one that is waited for. */
const LOOK_MS = 100
/** ms after which nobody is still at a request. */
const LONG_MS = 60 * 60_000
/** Taken by a process; should that be killed, another one takes it up. */
const TAKING = /^(.+\.json)\.\d+-[0-9a-f]{8}-[0-9a-f]{8}\.taking$/

/**
 * Takes the requests that lie in the folder, each by one process only, and answers them in `responses/`. Done ones go to
 * `requests/done/`; what cannot be read stays, as `<name>.rejected`.
 * @param patient Waits for one that may be half written; otherwise that is left to the next look.
 * @throws what the file system throws where the folder cannot be listed
 */
export async function takeRequests(muster: Muster, deploy: Deploy, patient = false): Promise<Taken[]> {
  const folder = join(muster.folder, 'requests')
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  const taken: Taken[] = []
  for (const name of names.sort()) {
    const file = await untaken(folder, name)
    if (!file) continue
    const whole = await untilWhole(join(folder, file), patient)
    const response = whole && (await takeOne(muster, deploy, folder, file))
    if (response) taken.push({ file, response })
  }
  return taken
}

/**
 * Whether who took a request is gone: its process has ended, the machine was off since (a battery that died), or, where none of
 * that can be known, it took an hour. What it had begun is refused as being at work already. Times in ms. Pure but for processes.
 */
export function wasLeftBehind(name: string, takenAt: number, now: number, uptimeMs: number): boolean {
  return isTagGone(name.replace(/\.taking$/, '')) ?? (takenAt < now - uptimeMs || takenAt < now - LONG_MS)
}

/** The request's name where nobody has it: what a killed process had taken is put back, to be taken like any other. */
async function untaken(folder: string, name: string): Promise<string | undefined> {
  const [, taken] = TAKING.exec(name) ?? []
  if (taken === undefined) return name.endsWith('.json') ? name : undefined
  const stat = await lstat(join(folder, name)).catch(() => undefined)
  if (!stat || !wasLeftBehind(name, stat.ctimeMs, Date.now(), uptime() * 1000)) return undefined
  return rename(join(folder, name), join(folder, taken)).then(() => taken, () => undefined)
}

async function takeOne(muster: Muster, deploy: Deploy, folder: string, file: string): Promise<Response | undefined> {
  const path = join(folder, file)
  const mine = `${path}.${ownTag()}.taking`
  // Whoever renames it has it.
  const won = await rename(path, mine).then(() => true, () => false)
  if (!won) return undefined
  const asked = await read(mine)
  const id = asked.ok ? asked.input.agent_id : (asked.id ?? file.slice(0, -'.json'.length))
  const response = asked.ok ? await deployed(deploy, asked.input) : { ok: false, agent_id: id, status: 'error', error: asked.error }
  // On a disk that is full nothing has begun, and no answer can be written: it is taken at a later look.
  if (response.error?.code === 'NOT_APPLIED') {
    await rename(mine, path).catch(() => undefined)
    return response
  }
  await respond(muster, id, response)
  await setAside(folder, file, mine, asked.ok)
  return response
}

async function setAside(folder: string, file: string, mine: string, wasRead: boolean): Promise<void> {
  if (!wasRead) return void (await rename(mine, join(folder, `${file}.rejected`)).catch(() => undefined))
  await makeFolder(join(folder, 'done')).catch(() => undefined)
  await rename(mine, join(folder, 'done', file)).catch(() => undefined)
}

/** `id`: whom it was about, where that much can be read. */
type Read = { ok: true; input: z.output<typeof request> } | { ok: false; id?: string | undefined; error: NonNullable<Response['error']> }

async function read(path: string): Promise<Read> {
  try {
    const json: unknown = JSON.parse(await readSmall(path))
    const parsed = request.safeParse(json)
    if (parsed.success && agentIdOf(parsed.data.agent_id) !== '') return { ok: true, input: parsed.data }
    const issue = parsed.success ? 'agent_id: letters and digits, please' : parsed.error.issues.map(({ path: at, message }) => [...(at.length > 0 ? [at.join('.')] : []), message].join(': ')).join('; ')
    const id = z.looseObject({ agent_id: request.shape.agent_id }).safeParse(json).data?.agent_id
    return { ok: false, id, error: { code: 'INVALID_INPUT', message: issue, hint: tell`Correct it and write it again.` } }
  } catch (error) {
    return { ok: false, error: { code: 'INVALID_INPUT', message: `It cannot be read: ${errorOf(error).message}`, hint: tell`Write one JSON object, to another name first, and rename it.` } }
  }
}

/** Whether it may be read now. */
async function untilWhole(path: string, patient: boolean): Promise<boolean> {
  for (;;) {
    if (!(await mayBeUnfinished(path))) return true
    if (!patient) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

async function mayBeUnfinished(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined)
  if (!stat?.isFile() || Date.now() - stat.mtimeMs > UNFINISHED_MS) return false
  try {
    JSON.parse(await readSmall(path))
    return false
  } catch {
    return true
  }
}

async function deployed(deploy: Deploy, asked: z.output<typeof request>): Promise<Response> {
  const { agent_id: id, agent_name: name, prompt: brief, parent_agent_id: parent, model, agent_type: level, load_percentage: load, estimated_duration: seconds, metadata, template, scopes } = asked
  try {
    const result = await deploy({
      name: id, brief, background: true,
      ...defined({
        template, scopes, level, readOnly: asked.read_only, restart: asked.restart, maxRestarts: asked.max_restarts, budgetMinutes: asked.budget_minutes,
        parent: parent ?? undefined, model: model ?? undefined, load: load ?? undefined, estimatedMinutes: typeof seconds === 'number' ? seconds / 60 : undefined, metadata: plain(metadata ?? {}, { agent_name: name, parent_agent_id: parent !== null && parent !== undefined && agentIdOf(parent) !== parent ? parent : undefined }),
      }),
    })
    if (!result.ok) return { ok: false, agent_id: id, status: 'error', error: { code: result.reason, message: result.hint }, ...(result.warnings && { warnings: result.warnings }) }
    return { ok: true, agent_id: id, status: statusWords[result.status], pid: result.pid, state_file: result.state, started_at: result.startedAt, ...(result.warnings.length > 0 && { warnings: result.warnings }) }
  } catch (error) {
    return { ok: false, agent_id: id, status: 'error', error: errorOf(error) }
  }
}

/** Under the id as it was asked for, where that names a file, and as agents are named. */
async function respond(muster: Muster, id: string, response: Response): Promise<void> {
  const own = /^[A-Za-z0-9][\w.-]{0,80}$/.test(id) ? id : agentIdOf(id)
  if (own === '') return
  await saveResponse(placesOf(muster.folder, agentIdOf(own), own).response, response).catch(() => undefined)
}

/**
 * Metadata as records hold it: what has parts is written out.
 * @param spelled names as they were asked for
 */
function plain(metadata: Record<string, unknown>, spelled: Record<string, string | undefined>): NonNullable<DeployInput['metadata']> {
  const entries = Object.entries(metadata).map(([key, one]) => [key.slice(0, 200), value.safeParse(one).success ? (one as string) : JSON.stringify(one).slice(0, 10_000)])
  return { ...Object.fromEntries(entries), ...defined(spelled) } as NonNullable<DeployInput['metadata']>
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
