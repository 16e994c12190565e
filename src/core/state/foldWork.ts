import type { Stamp } from '../ledger/port.js'
import type { Event, EventOf } from '../model/events.js'
import type { Task } from '../model/task.js'
import { count } from './ids.js'
import { doneCounter, PLAN } from './planViews.js'
import { noteGoingOn } from './recoveries.js'
import type { State } from './state.js'
import { responsible } from './tasks.js'

export type Handler<T extends Event['type']> = (state: State, event: EventOf<T>, stamp: Stamp) => void

/** Lines of an agent's work log that stay at hand; the ledger has them all. */
const WORK_LINES = 20
/** Commits, and resources, kept of a decision that was implemented. */
const NAMES_KEPT = 500

type Work = Extract<Event['type'], 'decision.implemented' | 'decision.superseded' | 'decision.corrected' | 'plan.changed' | `deployment.${string}` | `task.${string}` | `error.${string}` | `checkpoint.${string}` | `work.${string}` | `deliverable.${string}` | `summary.${string}`>

/** What is known of work itself: tasks, errors, and what agents say about what they did. */
export const workHandlers: { [T in Work]: Handler<T> } = {
  'decision.implemented': (state, event, stamp) => {
    const decision = state.decisions.get(event.decision)
    if (!decision) return
    // Said again with more, it was implemented when that was first said.
    const { by, stamp: since, ...before } = decision.implemented ?? { by: event.by, stamp }
    const commits = joined(before.commits, event.commits)
    const resources = joined(before.resources, event.resources)
    state.decisions.set(decision.id, { ...decision, status: 'implemented', implemented: { by, stamp: since, ...(commits && { commits }), ...(resources && { resources }) } })
  },

  'decision.superseded': (state, event, stamp) => {
    const decision = state.decisions.get(event.decision)
    if (decision) state.decisions.set(decision.id, { ...decision, status: 'superseded', superseded: { by: event.by, replacement: event.replacement, stamp } })
  },

  'decision.corrected': (state, event, stamp) => {
    const decision = state.decisions.get(event.decision)
    // Of what only its beginning is kept, the commit has the rest.
    if (decision) state.decisions.set(decision.id, { ...decision, ...(decision.cut !== true && event.fields), title: event.fields.title, corrected: stamp })
  },

  'plan.changed': (state, event, stamp) => {
    const known = state.plan.get(PLAN)
    state.plan.set(PLAN, { ...known, ...event.fields, began: known?.began ?? stamp, changed: stamp, ...(event.fields.tests && { tested: stamp }) })
  },

  'deployment.made': (state, event, stamp) => state.deployments.set(event.agent, { ...event.fields, agent: event.agent, made: stamp, phase: 'queued', restarts: 0, heard: stamp }),

  'deployment.changed': (state, event, stamp) => {
    const known = state.deployments.get(event.agent)
    if (!known || known.made.seq !== event.deployment) return
    const { phase = known.phase } = event.fields
    const begins = phase === 'running' && known.began === undefined
    // Asked to begin again, it has.
    const obeyed = phase === 'running' && known.asked?.what === 'restart' && known.phase !== 'running'
    const { process } = event.fields
    const another = process !== undefined && (process.pid !== known.process?.pid || process.start !== known.process.start)
    // Its end may be told by somebody else, long after its keeper was there.
    const heard = phase === 'ended' ? known.heard : stamp
    state.deployments.set(known.agent, { ...known, ...event.fields, heard, ...(another && { ran: stamp }), ...(begins && { began: stamp }), ...(phase === 'ended' && { ended: stamp }), ...(obeyed && { asked: undefined }) })
    if (another) noteGoingOn(state, event.agent, stamp)
    const agent = state.agents.get(event.agent)
    if (phase === 'ended' && agent) state.agents.set(agent.id, { ...agent, left: stamp })
  },

  'deployment.asked': (state, event, stamp) => {
    const known = state.deployments.get(event.agent)
    if (known) state.deployments.set(known.agent, { ...known, asked: { by: event.by, what: event.what, reason: event.reason, stamp } })
  },

  'task.added': (state, event, stamp) => {
    if (state.tasks.has(event.task)) return
    setTask(state, { ...event.fields, id: event.task, number: event.number, status: 'open', addedBy: event.by, added: stamp })
    count(state, 'task', event.task)
  },

  'task.changed': (state, event) => change(state, event.task, (task) => ({ ...task, ...event.fields, assignee: (event.fields.assignee ?? task.assignee) || undefined, phase: (event.fields.phase ?? task.phase) || undefined })),

  'task.started': (state, event, stamp) => change(state, event.task, (task) => ({ ...task, status: 'started', worker: event.agent, started: stamp })),

  'task.stopped': (state, event) => change(state, event.task, (task) => ({ ...task, status: 'open', worker: undefined, started: undefined })),

  'task.handed': (state, event) => change(state, event.task, (task) => ({ ...task, assignee: event.to, ...(task.worker !== undefined && { worker: event.to }) })),

  'task.closed': (state, event, stamp) => {
    const { phase, closed } = state.tasks.get(event.task) ?? {}
    if (phase !== undefined && !closed && event.how === 'done') state.counters.set(doneCounter(phase), (state.counters.get(doneCounter(phase)) ?? 0) + 1)
    change(state, event.task, (task) => ({ ...task, status: event.how, closed: { by: event.by, note: event.note, stamp } }))
  },

  'error.logged': (state, event, stamp) => {
    if (state.errors.has(event.error)) return
    state.errors.set(event.error, { ...event.fields, id: event.error, number: event.number, agent: event.agent, count: 1, first: stamp, last: stamp })
    state.errorsOf.add(event.agent, event.error)
    count(state, 'error', event.error)
  },

  'error.repeated': (state, event, stamp) => {
    const error = state.errors.get(event.error)
    if (error) state.errors.set(error.id, { ...error, severity: event.severity, stack: event.stack ?? error.stack, count: error.count + 1, last: stamp })
  },

  'error.resolved': (state, event, stamp) => {
    const error = state.errors.get(event.error)
    if (!error) return
    state.errors.set(error.id, { ...error, resolved: { by: event.by, text: event.resolution, stamp } })
    state.errorsOf.remove(error.agent, error.id)
  },

  'checkpoint.saved': (state, event, stamp) => state.checkpoints.set(event.agent, { ...event.fields, saved: stamp, ...(event.from !== undefined && { from: event.from }) }),

  'work.logged': (state, event, stamp) => state.workLogs.set(event.agent, [...(state.workLogs.get(event.agent) ?? []), { text: event.text, stamp }].slice(-WORK_LINES)),

  'deliverable.added': (state, event, stamp) => {
    if (state.deliverables.has(event.deliverable)) return
    state.deliverables.set(event.deliverable, { ...event.fields, id: event.deliverable, number: event.number, agent: event.agent, delivered: stamp })
    count(state, 'deliverable', event.deliverable)
  },

  'deliverable.integrated': (state, event, stamp) => {
    const deliverable = state.deliverables.get(event.deliverable)
    if (deliverable) state.deliverables.set(deliverable.id, { ...deliverable, integration: { verdict: event.verdict, by: event.by, note: event.note, stamp } })
  },

  'summary.written': (state, event, stamp) => state.summaries.set(event.agent, { ...event.fields, written: stamp }),
}

function change(state: State, id: string, next: (task: Task) => Task): void {
  const task = state.tasks.get(id)
  if (task) setTask(state, next(task))
}

/** Files the task under whoever has to see to it; closed ones under nobody. */
function setTask(state: State, task: Task): void {
  const before = state.tasks.get(task.id)
  const [was, is] = [before && responsible(before), responsible(task)]
  if (was !== undefined && was !== is) state.tasksOf.remove(was, task.id)
  if (is !== undefined && was !== is) state.tasksOf.add(is, task.id)
  state.tasks.set(task.id, task)
}

/** Both, each once. */
function joined(some: readonly string[] | undefined, more: readonly string[] | undefined): readonly string[] | undefined {
  return more === undefined ? some : [...new Set([...(some ?? []), ...more])].slice(-NAMES_KEPT)
}
