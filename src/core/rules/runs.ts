import type { ErrorFields } from '../model/errorRecord.js'
import type { Event } from '../model/events.js'
import { covers } from '../model/overlap.js'
import { resourceKey, type Resource } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { claimsOf, conflictingClaims, exactClaim } from './conflicts.js'
import { logErrorRule } from './errorLog.js'
import { serveQueue } from './queue.js'
import { Plan, type Context, type Rule } from './rule.js'

/** A run's folder as somebody found it who looked: locked and at work, or over. */
export interface RunFolder {
  resource: Resource
  /** Folder's name. */
  run: string
  over?: 'done' | 'failed'
  /** Of one that failed: what goes into the errors, where nobody has put it there. */
  failure?: RunFailure
  /** Percent. */
  progress?: number
  /** ms of the wall clock, when it was last heard of. */
  heardAt: number
}

/** `at`: ms of the wall clock, when it failed. */
export interface RunFailure {
  fields: ErrorFields
  at: number
}

export interface FollowCommand {
  /** Name of the agent whose runs these are: the one the lines are written for. */
  name: string
  runs: readonly RunFolder[]
}

/** Lease of a run's folder without progress, in ms: what makes an old lock stale. */
export const RUN_TTL = 60 * 60_000
/** Progress renews a lock not more often than this, in ms, or so many percent. */
const RENEW_MS = 60_000
const RENEW_PERCENT = 5
/** Client of agents that are known by their runs only. */
const RUN_CLIENT = 'run'

/** What the errors say of a run that failed. */
export function failureMessage(run: string, why: string): string {
  const [line = ''] = why.split('\n')
  return `Run ${run} failed: ${line.slice(0, 500)}`
}

/** Whether the errors hold that this run failed, since it did; whoever put it there, and whether or not it is resolved. */
export function isFailureLogged(state: State, run: string, { fields, at }: RunFailure): boolean {
  const beginning = failureMessage(run, '')
  for (const { resource, message, last } of state.errors.values()) if (resource === fields.resource && last.at >= at && message.startsWith(beginning)) return true
  return false
}

/** What the lock on a run's folder says. */
export function runNote(run: string): string {
  return `run ${run}`
}

export function isRunNote(note: string | undefined): boolean {
  return note?.startsWith('run ') === true
}

export interface Followed {
  locked: string[]
  released: string[]
}

/**
 * Takes down what a program did that follows the runs' protocol without Muster: its `.LOCK` locks the folder, progress
 * renews that, `.DONE` and `.ERROR` let go of it. Decided in the name of the run's agent, whoever looked.
 */
export const followRule: Rule<FollowCommand, Followed, never> = {
  decide(state, { name, runs }, context) {
    const plan = new Plan(state, context.stamp)
    for (const run of runs) {
      if (run.over === undefined) follow(plan, name, run, context)
      else letGo(plan, run, context)
      if (run.failure && !isFailureLogged(plan.state, run.run, run.failure)) logFailure(plan, name, run, run.failure, context)
    }
    resolveFailures(plan, runs, context)
    if (plan.events.some(({ type }) => type === 'claim.ended')) serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, _stamp, _state, { runs }) {
    const keys = new Set(events.flatMap((event) => (event.type === 'claim.granted' ? [resourceKey(event.resource)] : [])))
    const texts = new Set(events.flatMap((event) => (event.type === 'claim.ended' ? [event.message] : [])))
    return {
      locked: runs.filter(({ resource, over }) => over === undefined && keys.has(resourceKey(resource))).map(({ run }) => run),
      released: runs.filter((run) => run.over !== undefined && texts.has(endOf(run))).map(({ run }) => run),
    }
  },
}

/** What went wrong with a run that is completed by now is over, whoever had it when it failed. */
function resolveFailures(plan: Plan, runs: readonly RunFolder[], { agent }: Context): void {
  const done = runs.filter(({ over }) => over === 'done')
  if (done.length === 0) return
  for (const { id, message } of [...plan.state.errors.values()].filter((error) => !error.resolved)) {
    const run = done.find((one) => message.startsWith(failureMessage(one.run, '')))
    if (run) plan.add({ type: 'error.resolved', error: id, by: agent, resolution: `${run.run} is completed` })
  }
}

function follow(plan: Plan, name: string, { resource, run, progress, heardAt }: RunFolder, context: Context): void {
  const { agent, stamp } = context
  const own = exactClaim(plan.state, agent, resource)
  if (own) {
    const fresh = heardAt - own.renewed.at >= RENEW_MS && heardAt <= stamp.at + RENEW_MS
    const further = progress !== undefined && Math.abs(progress - (own.progress ?? 0)) >= RENEW_PERCENT
    if (fresh || further) plan.add({ type: 'claim.renewed', claim: own.id, ...(progress !== undefined && { progress }) })
    return
  }
  // Somebody locked it for themselves, or a folder around it: that holds already.
  if (conflictingClaims(plan.state, agent, resource, 'exclusive').length > 0 || [...claimsOf(plan.state, agent)].some((claim) => claim.mode === 'exclusive' && covers(claim.resource, resource))) return
  const known = plan.state.agents.get(agent)
  if (!known) plan.add(joined(agent, name))
  if (!known || (known.client === RUN_CLIENT && known.status !== 'working')) plan.add({ type: 'agent.checkedIn', agent, fields: { status: 'working', currentTask: run }, work: true })
  plan.add({ type: 'claim.granted', claim: nextId(plan.state, 'claim').id, agent, resource, grant: { mode: 'exclusive', attached: false, ttl: RUN_TTL, note: runNote(run) } })
}

function joined(agent: string, name: string): Event {
  return { type: 'agent.joined', agent, identity: { name, kind: 'agent', client: RUN_CLIENT } }
}

/** A run that failed before anybody looked makes its agent known as one that nobody saw at work. */
function logFailure(plan: Plan, name: string, { run }: RunFolder, { fields }: RunFailure, context: Context): void {
  const { agent } = context
  if (!plan.state.agents.has(agent)) {
    plan.add(joined(agent, name))
    plan.add({ type: 'agent.checkedIn', agent, fields: { status: 'failed', error: `${run} failed` }, work: true })
  }
  const verdict = logErrorRule.decide(plan.state, fields, context)
  if ('events' in verdict) for (const event of verdict.events) plan.add(event)
}

function endOf({ run, over }: Pick<RunFolder, 'run' | 'over'>): string {
  return `${run} ${over === 'done' ? 'is completed' : 'failed'}`
}

function letGo(plan: Plan, { resource, run, over }: RunFolder, { agent }: Context): void {
  const own = exactClaim(plan.state, agent, resource)
  if (!own || own.note !== runNote(run)) return
  plan.add({ type: 'claim.ended', claim: own.id, how: 'released', by: agent, message: endOf({ run, over }) })
  const known = plan.state.agents.get(agent)
  const others = [...claimsOf(plan.state, agent)].some(({ id }) => id !== own.id)
  if (known?.client === RUN_CLIENT && !others && over !== undefined) plan.add({ type: 'agent.checkedIn', agent, fields: over === 'done' ? { status: 'done', progress: 100 } : { status: 'failed', error: `${run} failed` }, work: true })
}

/** Begins the note of a lock that an executor's edit took outside of its run's folder. */
export const OUTSIDE_RUN = 'outside its run'
/** Within the folder of a run, by its name. */
const RUN_FOLDER = /^(.*\/)?\d{4}-\d\d-\d\d_\d\d-\d\d_[^/]+(?=\/)/

/** The folder of a run that a path lies in, by its name; undefined for none. */
export function runFolderOf(path: string): string | undefined {
  return RUN_FOLDER.exec(path)?.[0]
}

/** Files that tell that a run has begun. Before that it is a plan, which is the guide's. */
export const runMarks = ['.LOCK', '.DONE', '.ERROR'] as const
