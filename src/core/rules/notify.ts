import type { Claim } from '../model/claim.js'
import type { MessageFields } from '../model/message.js'
import { aboutOf } from '../model/resource.js'
import { nextId } from '../state/ids.js'
import type { Plan } from './rule.js'

/** Tells the one concerned by an act on a claim, by a message in the same commit: it cannot be lost and is shown once. */
export function notify(plan: Plan, from: string, to: string, act: NonNullable<MessageFields['about']>['act'], claim: Claim, subject: string, body = ''): string {
  const { id } = nextId(plan.state, 'message')
  const { resource } = claim
  plan.add({
    type: 'message.sent',
    message: id,
    fields: {
      from,
      to,
      recipients: [to],
      kind: 'note',
      subject,
      body,
      priority: 'high',
      thread: id,
      about: { act, claim: claim.id, ...aboutOf(resource), token: claim.token },
    },
  })
  return id
}
