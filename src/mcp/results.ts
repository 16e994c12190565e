import * as z from 'zod'
import { MARK } from './othersText.js'

/*
 * What tools answer, as clients are told. Every object may hold more than is listed: text that others wrote is below
 * `untrusted`, and fields come with versions.
 */

const id = z.string().optional()
const ids = z.array(z.string()).optional()
const time = z.string().optional()
const number = z.number().optional()
const flag = z.boolean().optional()
const othersText = z.record(z.string(), z.unknown()).optional()

function view<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape & { [MARK]: typeof othersText }, z.core.$loose> {
  return z.looseObject({ ...shape, [MARK]: othersText })
}

const claim = view({ heldBy: id, mine: flag, mode: id, token: number, since: time, expiresAt: time, presence: id, stale: flag, progress: number, waiters: ids })
const message = view({ id, from: id, to: id, kind: id, priority: id, sentAt: time, deadline: time, status: id, unread: flag, replyTo: id })
const agent = view({ id, kind: id, status: id, progress: number, presence: id, me: flag, seenAt: time, unread: number, parent: id })
const decision = view({ id, number, status: id, impact: id, proposer: id, proposedAt: time })
const task = view({ id, number, status: id, priority: id, assignee: id, worker: id, mine: flag })
const checkpoint = view({ savedAt: time, from: id })
const granted = view({ token: number, expiresAt: time, renewed: flag, resource: id })

/** Of a refusal or an error: why, and what to do next. */
const failure = { ok: z.boolean(), reason: id, next: id, error: view({ code: id, message: id }).optional(), [MARK]: othersText }

const lists = {
  agents: z.array(agent).optional(),
  claims: z.array(claim).optional(),
  messages: z.array(message).optional(),
  helpRequests: z.array(message).optional(),
  decisions: z.array(decision).optional(),
}
const more = z.record(z.string(), z.number()).optional()

/** Of operations that have no schema of their own. */
const anyResult = z.looseObject({ ...failure, ...lists, id, number })

const results: Readonly<Record<string, z.ZodObject>> = {
  startup: z.looseObject({ ...failure, ...lists, agent: agent.optional(), incomplete: z.array(agent).optional(), tasks: z.array(task).optional(), checkpoint: checkpoint.optional(), lost: z.array(message).optional(), unacknowledged: z.array(message).optional(), more }),
  claim: z.looseObject({ ...failure, resource: id, token: number, expiresAt: time, claims: z.array(granted).optional(), overlaps: z.array(view({ heldBy: id })).optional(), heldBy: id, progress: number, since: time, eta: time, stale: flag, queued: number, waited: number }),
  check_in: z.looseObject({ ...failure, agent: id, resource: id, token: number, expiresAt: time, unread: number, waiters: ids, heldBy: id, checkpoint: z.looseObject({ at: time }).optional() }),
  release: z.looseObject({ ...failure, released: z.array(view({ resource: id, grantedTo: ids })).optional(), refused: z.array(view({ reason: id, next: id, heldBy: id })).optional(), to: id, id, claims: z.array(granted).optional(), tasks: ids, checkpoint: flag }),
  send_message: z.looseObject({ ...failure, id, to: id, recipients: ids, unknown: ids, asked: z.array(view({ id, to: id })).optional() }),
  read_messages: z.looseObject({ ...failure, messages: z.array(message).optional(), more, acknowledged: ids, unacknowledged: z.array(message).optional() }),
  log_decision: z.looseObject({ ...failure, id, number, status: id }),
  log_error: z.looseObject({ ...failure, id, number, count: number }),
}

/** The shape of a tool's structured answer. */
export function resultOf(tool: string): z.ZodObject {
  return Object.hasOwn(results, tool) ? results[tool]! : anyResult
}
