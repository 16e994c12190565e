import type { RecordedEvent } from '../core/documentCalls.js'

/** What happened that agents' work logs tell of. */
export const steps = ['work.logged', 'agent.checkedIn', 'task.started', 'task.stopped', 'task.handed', 'task.closed', 'claim.ended', 'checkpoint.saved', 'deliverable.added', 'plan.changed', 'message.sent'] as const satisfies RecordedEvent['event']['type'][]

/**
 * A major step of an agent, as a line of its work log: by what is told of it, and nothing that may be told otherwise later.
 * What its own files said is in its own log.
 */
export function workLine({ by, fromFile, event }: RecordedEvent): { agent: string; text: string } | undefined {
  if (event.type === 'work.logged') return { agent: event.agent, text: event.text }
  const text = fromFile ? '' : stepOf(by, event)
  return text === '' ? undefined : { agent: by, text }
}

function stepOf(by: string, event: RecordedEvent['event']): string {
  const said = (text: string | undefined): string => (text ? `: ${text}` : '')
  switch (event.type) {
    case 'agent.checkedIn': {
      if (event.agent !== by) return ''
      const { message, status, error, blocker, lastTest } = event.fields
      const ended = status === 'failed' ? `Failed${said(error)}` : status === 'blocked' ? `Blocked${said(blocker)}` : status === 'done' ? 'Done' : ''
      return [ended, message, lastTest && `Test: ${lastTest}`].filter(Boolean).join('. ')
    }
    case 'task.started':
      return `Started ${event.task}`
    case 'task.stopped':
      return `Gave back ${event.task}`
    case 'task.handed':
      return `Handed ${event.task} on to ${event.to}`
    case 'task.closed':
      return `${event.how === 'done' ? 'Finished' : 'Cancelled'} ${event.task}${said(event.note)}`
    case 'claim.ended':
      return event.how === 'released' && event.message ? `Released${said(event.message)}` : ''
    case 'checkpoint.saved':
      return event.agent !== by || event.from !== undefined ? '' : `Checkpoint${said(event.fields.done)}${event.fields.next ? `. Next: ${event.fields.next}` : ''}`
    case 'deliverable.added':
      return event.agent !== by ? '' : `Delivered ${event.deliverable}${said(event.fields.title)}`
    case 'plan.changed':
      return event.fields.tests ? `Tests: ${event.fields.tests.passed} of ${event.fields.tests.total} passed` : ''
    case 'message.sent':
      return event.fields.kind === 'handoff' && event.fields.from === by ? `Handed over to ${event.fields.to}${said(event.fields.subject)}` : ''
    default:
      return ''
  }
}
