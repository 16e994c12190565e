import type { CloseHelpResult, MarkResult, MessageView, SendResult, TickResult } from '../../core/model/operations.js'
import { lines, oneLine, say } from '../text/escape.js'
import { ago, left } from '../text/time.js'
import type { Ui } from '../text/ui.js'

export function messagesText(messages: readonly MessageView[], onlyUnread: boolean, ui: Ui): string {
  if (messages.length === 0) return onlyUnread ? 'Nothing unread.' : 'No messages.'
  return messages.map((message) => messageText(message, ui)).join('\n\n')
}

function messageText(message: MessageView, ui: Ui): string {
  const marks = [
    message.priority === 'normal' ? '' : message.priority,
    message.kind === 'note' ? '' : message.kind,
    message.to === 'all' || message.to.startsWith('role:') ? `to ${message.to}` : message.status === undefined ? `to ${message.recipients.join(', ')}` : '',
    message.unread ? 'new' : message.status ?? deliveryOf(message),
    message.deadline === undefined ? '' : left(message.deadline, ui.now),
  ].filter((mark) => mark !== '')
  // Written well before it came, by what its file says.
  const early = message.writtenAt !== undefined && Date.parse(message.sentAt) - Date.parse(message.writtenAt) > 60_000
  const head = say`${message.fromName}, ${ago(message.sentAt, ui.now)}` + (early ? say`, written ${ago(message.writtenAt!, ui.now)}` : '') + (marks.length > 0 ? say` (${marks.join(', ')})` : '')
  return [
    `${ui.paint(message.priority === 'urgent' ? 'bad' : 'strong', head)}  ${ui.paint('quiet', oneLine(message.id))}`,
    ...(message.subject === '' ? [] : [say`  ${message.subject}`]),
    ...(message.about && message.about.act === undefined ? [ui.paint('quiet', say`  About: ${message.about.resource}`)] : []),
    ...(message.body === '' ? [] : [lines(message.body, '    ')]),
    ...checklistLines(message),
    ...(message.about?.act === 'ask' && message.status !== undefined && message.status !== 'answered' ? [ui.paint('quiet', say`  Answer: muster answer ${message.id} release|narrow|keep`)] : []),
  ].join('\n')
}

function checklistLines({ checklist = [], ticked = [] }: MessageView): string[] {
  const done = new Map(ticked.map(({ step, byName }) => [step, byName]))
  const lines = checklist.map((text, i) => {
    const by = done.get(i + 1)
    return by === undefined ? say`    [ ] ${i + 1}. ${text}` : say`    [x] ${i + 1}. ${text} (${by})`
  })
  return done.size === 0 ? lines : [...lines, say`    ${done.size} of ${checklist.length} done`]
}

/** How far a message of one's own got: `seen by beta`, `seen by 2 of 3`. */
function deliveryOf({ delivery }: MessageView): string {
  const steps = Object.entries(delivery)
  const [only] = steps
  if (steps.length === 1 && only) return only[1] === 'sent' ? 'not seen yet' : `${only[1]} by ${only[0]}`
  return `seen by ${steps.filter(([, step]) => step !== 'sent' && step !== 'expired').length} of ${steps.length}`
}

/** What the sender has to know: nobody heard it so far. */
export function unacknowledgedLines(messages: readonly MessageView[] = [], ui: Ui): string[] {
  return messages.map((message) => ui.paint('warning', say`Not acknowledged: urgent ${message.id} to ${message.to}, ${ago(message.sentAt, ui.now)}: ${message.subject || message.body.slice(0, 60)}`))
}

export function sentText(result: SendResult | { ok: false; reason: string; hint: string }): string {
  if (!result.ok) return oneLine(result.hint)
  return say`Sent to ${result.recipients.join(', ')} (${result.id}).`
}

export function helpText(requests: readonly MessageView[], ui: Ui): string {
  return requests.length === 0 ? 'Nobody waits for help.' : messagesText(requests, false, ui)
}

export function helpClosedText(result: CloseHelpResult): string {
  return result.ok ? say`Closed ${result.id}; the other side is told.` : oneLine(result.hint)
}

/** A mistyped name looks like an agent that is still to come. */
export function unknownText(unknown: readonly string[]): string {
  return say`Nobody called ${unknown.join(' or ')} has been here yet; the message waits for them.`
}

export function tickedText(result: TickResult): string {
  return result.ok ? say`${result.ticked.length} of ${result.steps} done in ${result.id}.` : oneLine(result.hint)
}

export function acknowledgedText(result: MarkResult): string {
  return result.ok ? say`Acknowledged ${result.id}.` : oneLine(result.hint)
}
