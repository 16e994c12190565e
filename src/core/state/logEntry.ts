import type { Commit, Op } from '../ledger/port.js'
import type { Event, EventOf } from '../model/events.js'
import { resourceLabel } from '../model/resource.js'
import type { LogEntry } from '../muster.js'
import { nameOf } from '../rules/rule.js'
import type { State } from './state.js'
import { plain } from './text.js'

/** One entry per event, in words. Names come from `state`, which is at or after the commit. */
export function logEntries(commit: Commit<Event>, state: State, claimLabels: ReadonlyMap<string, string>): LogEntry[] {
  const at = new Date(commit.stamp.at).toISOString()
  return commit.ops.flatMap((op) =>
    op.events.map((event) => {
      const by = op.by || comer(event)
      const host = hostOf(op, event, state)
      return { seq: commit.stamp.seq, at, by, byName: nameOf(state, by), ...(host !== undefined && { host }), event, text: describe(event, op.by, state, claimLabels) }
    }),
  )
}

/** Who comes has no name in the records before: its coming is its own act. */
function comer(event: Event): string {
  return event.type === 'agent.joined' || event.type === 'session.opened' || event.type === 'agent.checkedIn' ? event.agent : ''
}

/** A command's line says where it ran; of a process that stays its session does, until it is over. */
function hostOf({ key, via }: Op<Event>, event: Event, state: State): string | undefined {
  if (event.type === 'session.opened') return event.fields.host
  return /@(.+)$/.exec(via ?? '')?.[1] ?? state.sessions.get(via ?? key.split(':', 1)[0]!)?.host
}

/** Remembers what claims are on, beyond their end, so that later entries can name it. */
export class ClaimLabels {
  readonly labels = new Map<string, string>()

  note(commit: Commit<Event>): void {
    for (const op of commit.ops) for (const event of op.events) if (event.type === 'claim.granted') this.labels.set(event.claim, resourceLabel(event.resource))
  }
}

function describe(event: Event, by: string, state: State, labels: ReadonlyMap<string, string>): string {
  const name = (agent: string): string => plain(nameOf(state, agent))
  const label = (claim: string): string => plain(labels.get(claim) ?? claim)
  const said = (text: string | undefined): string => (text === undefined || text === '' ? '' : `: ${plain(text).slice(0, 200)}`)
  switch (event.type) {
    case 'agent.joined':
      return by === '' || by === event.agent ? `${name(event.agent)} joined` : `${name(by)} registered ${name(event.agent)}`
    case 'agent.checkedIn':
      if (by !== event.agent && by !== '') return `${name(by)} set ${name(event.agent)}${event.fields.status === undefined ? '' : ` to ${event.fields.status}`}${said(event.fields.error)}`
      return `${name(event.agent)} checked in${event.fields.progress === undefined ? '' : ` at ${event.fields.progress} %`}${said(event.fields.message)}`
    case 'agent.resumed':
      return event.by === event.agent ? `${name(event.agent)} goes on after it had stopped` : `${name(event.by)} had ${name(event.agent)} go on after it had stopped`
    case 'agent.removed':
      return `${name(event.by)} removed ${name(event.agent)}`
    case 'session.opened':
      return `${name(event.agent)} connected (${plain(event.fields.client)}, pid ${event.fields.pid} on ${plain(event.fields.host)})`
    case 'session.detached':
      return `${name(by)} is reloading`
    case 'session.closed':
      return `${by === '' ? 'a connection whose process had ended was closed' : `${name(by)} disconnected`}`
    case 'claim.granted':
      return `${name(event.agent)} locked ${plain(resourceLabel(event.resource))}${event.wait === undefined ? '' : ' (was waiting)'}`
    case 'claim.renewed':
      return `${name(by)} renewed the lock on ${label(event.claim)}${event.progress === undefined ? '' : ` at ${event.progress} %`}${said(event.message)}`
    case 'claim.kept':
      return `${name(by)} keeps the lock on ${label(event.claim)}`
    case 'claim.challenged':
      return `${name(event.by)} asked whether the holder of ${label(event.claim)} is still there`
    case 'claim.ended':
      return `${name(event.by)} ${endings[event.how]} ${label(event.claim)}${said(event.message)}`
    case 'wait.queued':
      return `${name(event.agent)} waits for ${plain(event.resources.map(resourceLabel).join(', '))}`
    case 'wait.renewed':
      return `${name(by)} goes on waiting`
    case 'wait.ended':
      return event.how === 'granted' ? 'the wait ended with the lock' : `a wait was ${event.how}`
    case 'message.sent':
      return `${name(event.fields.from)} to ${event.fields.recipients.map(name).join(', ')}${said(event.fields.subject || event.fields.body)}`
    case 'message.marked':
      return `${name(event.agent)} has ${event.status} message ${event.message}`
    case 'message.ticked':
      return `${name(event.agent)} ${event.done ? 'ticked off' : 'took back'} step ${event.step} of message ${event.message}`
    case 'help.closed':
      return `${name(event.by)} closed the request for help ${event.message}`
    case 'decision.proposed':
      return `${name(event.proposer)} proposed ${event.decision}${said(event.fields.title)}`
    case 'decision.reviewed':
      return `${name(event.by)} ${event.verdict} ${event.decision}${said(event.note)}`
    case 'decision.implemented':
      return `${name(event.by)} implemented ${event.decision}`
    case 'decision.superseded':
      return `${name(event.by)} replaced ${event.decision} by ${event.replacement}`
    case 'decision.corrected':
      return `${name(event.by)} corrected the text of ${event.decision}`
    case 'plan.changed':
      return `${name(event.by)} ${planText(event)}`
    case 'task.added':
      return `${name(event.by)} added ${event.task}${said(event.fields.title)}`
    case 'task.changed':
      return `${name(event.by)} changed ${event.task}`
    case 'task.started':
      return `${name(event.agent)} started ${event.task}`
    case 'task.stopped':
      return `${event.task} is open again`
    case 'task.handed':
      return `${name(event.by)} handed ${event.task} to ${name(event.to)}`
    case 'task.closed':
      return `${name(event.by)} ${event.how === 'done' ? 'completed' : 'cancelled'} ${event.task}${said(event.note)}`
    case 'error.logged':
      return `${name(event.agent)} logged ${event.error} (${event.fields.severity})${said(event.fields.message)}`
    case 'error.repeated':
      return `${event.error} happened again`
    case 'error.resolved':
      return `${name(event.by)} resolved ${event.error}${said(event.resolution)}`
    case 'checkpoint.saved':
      return event.from === undefined ? `${name(event.agent)} saved a checkpoint${said(event.fields.next)}` : `${name(event.agent)} got the checkpoint of ${name(event.from)}`
    case 'work.logged':
      return `${name(event.agent)}${said(event.text)}`
    case 'deliverable.added':
      return `${name(event.agent)} delivered ${event.deliverable}${said(event.fields.title)}`
    case 'deliverable.integrated':
      return `${name(event.by)} ${event.verdict === 'partial' ? 'took over in part' : event.verdict} ${event.deliverable}${said(event.note)}`
    case 'deployment.made':
      return `${name(event.fields.by)} deployed ${name(event.agent)}`
    case 'deployment.changed':
      return deploymentText(name(event.agent), event)
    case 'deployment.asked':
      return `${name(event.by)} asked ${name(event.agent)} to ${event.what === 'stop' ? 'stop' : 'start again'}${said(event.reason)}`
    case 'records.removed':
      return `${name(by)} cleaned up ${event.messages.length + event.tasks.length + event.errors.length + event.deliverables.length} old records`
    case 'summary.written':
      return `${name(event.agent)} wrote daily summary ${event.fields.number}`
  }
}

function planText({ fields: { tests, deliverable, transition, ...fields } }: EventOf<'plan.changed'>): string {
  if (tests) return `counted ${tests.passed} of ${tests.total} tests that pass`
  if (transition) return `asked to go on to ${plain(transition.to)} (${transition.decision})`
  if (deliverable) return deliverable.title === '' ? 'has no deliverable at work' : `has as current deliverable: ${plain(deliverable.title)}`
  return `changed the plan: ${Object.keys(fields).join(', ')}`
}

function deploymentText(name: string, { fields }: EventOf<'deployment.changed'>): string {
  const { phase, exit, process } = fields
  if (exit && !exit.known) return `${name}'s process has ended, and nobody saw how`
  if (exit) return `${name}'s process ended ${typeof exit.signal === 'string' ? `by ${plain(exit.signal)}` : `with code ${exit.code}`}${exit.reason === undefined ? '' : `: ${plain(exit.reason)}`}`
  if (phase === 'running' && process) return `${name} runs as process ${process.pid}`
  return phase === undefined ? `${name}'s keeper looked after it` : `${name} is ${phase}`
}

const endings = { released: 'released', taken: 'took over', forced: 'ended the lock on', handed: 'handed on', lapsed: 'let go of' } as const
