import * as z from 'zod'
import { agentFields, agentIdentity, processPlace, sessionFields } from './agent.js'
import { claimEnds, grantFields, priorities } from './claim.js'
import { deploymentChanges, deploymentFields } from './deployment.js'
import { decisionFields } from './decision.js'
import { errorFields } from './errorRecord.js'
import { deliveryStatuses, messageFields } from './message.js'
import { checkpointFields, deliverableFields, summaryFields } from './report.js'
import { planFields } from './plan.js'
import { severities, verdicts } from './words.js'
import { resourceSchema } from './resourceSchema.js'
import { taskFields } from './task.js'

/**
 * Everything that can happen. Fields added by newer versions survive: schemas check an event, they do not rebuild it.
 * Times are not here: an event happens at the stamp of its commit.
 */
export const eventSchema = z.discriminatedUnion('type', [
  /** A new identity, or an existing one with changed details. */
  z.object({ type: z.literal('agent.joined'), agent: z.string(), identity: agentIdentity }),
  z.object({ type: z.literal('agent.checkedIn'), agent: z.string(), fields: agentFields.extend({ written: z.object({ seq: z.number(), at: z.number() }).optional() }), work: z.boolean() }),
  /** Somebody goes on for an agent that had stopped. */
  z.object({ type: z.literal('agent.resumed'), agent: z.string(), by: z.string() }),
  /** Its identity, and what only it was at: its sessions, notes and keys. */
  z.object({ type: z.literal('agent.removed'), agent: z.string(), by: z.string() }),
  z.object({ type: z.literal('session.opened'), session: z.string(), agent: z.string(), fields: sessionFields }),
  /** The process is about to go away and may be back (window reload) within `ttl` ms. */
  z.object({ type: z.literal('session.detached'), session: z.string(), ttl: z.number() }),
  z.object({ type: z.literal('session.closed'), session: z.string() }),

  z.object({ type: z.literal('claim.granted'), claim: z.string(), agent: z.string(), resource: resourceSchema, grant: grantFields, wait: z.string().optional() }),
  z.object({
    type: z.literal('claim.renewed'),
    claim: z.string(),
    ttl: z.number().positive().optional(),
    /** From when it was granted, as at its granting. */
    estimatedMinutes: z.number().optional(),
    progress: z.number().min(0).max(100).optional(),
    message: z.string().optional(),
    note: z.string().optional(),
    mode: z.enum(['exclusive', 'shared']).optional(),
    attached: z.boolean().optional(),
    /** Token its holder was answered with when it claimed this again together with others. */
    alsoUnder: z.number().optional(),
  }),
  /** Its holder's process shows that it is there, or takes up what it was granted while waiting. No work of its own. */
  z.object({ type: z.literal('claim.kept'), claim: z.string() }),
  z.object({ type: z.literal('claim.challenged'), claim: z.string(), by: z.string() }),
  z.object({ type: z.literal('claim.ended'), claim: z.string(), how: z.enum(claimEnds), by: z.string(), message: z.string().optional() }),

  z.object({ type: z.literal('wait.queued'), wait: z.string(), agent: z.string(), resources: z.array(resourceSchema), priority: z.enum(priorities), grant: grantFields, patience: z.number().positive().optional(), process: processPlace.optional() }),
  z.object({ type: z.literal('wait.renewed'), wait: z.string() }),
  z.object({ type: z.literal('wait.ended'), wait: z.string(), how: z.enum(['granted', 'cancelled', 'withdrawn', 'expired']) }),

  z.object({ type: z.literal('message.sent'), message: z.string(), fields: messageFields }),
  z.object({ type: z.literal('message.marked'), message: z.string(), agent: z.string(), status: z.enum(deliveryStatuses) }),
  /** A step of its checklist, counted from 1, is done, or is not after all. */
  z.object({ type: z.literal('message.ticked'), message: z.string(), agent: z.string(), step: z.number().int().positive(), done: z.boolean() }),
  /** A request for help is over. */
  z.object({ type: z.literal('help.closed'), message: z.string(), by: z.string() }),

  z.object({ type: z.literal('decision.proposed'), decision: z.string(), number: z.number().int(), proposer: z.string(), fields: decisionFields }),
  z.object({ type: z.literal('decision.reviewed'), decision: z.string(), by: z.string(), verdict: z.enum(['approved', 'rejected']), note: z.string() }),
  z.object({ type: z.literal('decision.implemented'), decision: z.string(), by: z.string(), commits: z.array(z.string()).optional(), resources: z.array(z.string()).optional() }),
  z.object({ type: z.literal('decision.superseded'), decision: z.string(), by: z.string(), replacement: z.string() }),

  /** A slip in its texts, put right by a person; all of them, whether they changed or not. */
  z.object({ type: z.literal('decision.corrected'), decision: z.string(), by: z.string(), fields: decisionFields.pick({ title: true, context: true, decision: true, alternatives: true, consequences: true }) }),

  /** Fields that are there replace those of the plan. */
  z.object({ type: z.literal('plan.changed'), by: z.string(), fields: planFields.partial() }),

  z.object({ type: z.literal('task.added'), task: z.string(), number: z.number().int(), by: z.string(), fields: taskFields }),
  /** Fields that are there replace those of the task; an empty assignee or phase takes it away. */
  z.object({ type: z.literal('task.changed'), task: z.string(), by: z.string(), fields: taskFields.partial() }),
  z.object({ type: z.literal('task.started'), task: z.string(), agent: z.string() }),
  /** Open again: its worker gave it back or was removed. */
  z.object({ type: z.literal('task.stopped'), task: z.string(), by: z.string() }),
  /** Handed on, with the work where it was begun. */
  z.object({ type: z.literal('task.handed'), task: z.string(), by: z.string(), to: z.string() }),
  z.object({ type: z.literal('task.closed'), task: z.string(), by: z.string(), how: z.enum(['done', 'cancelled']), note: z.string() }),

  z.object({ type: z.literal('error.logged'), error: z.string(), number: z.number().int(), agent: z.string(), fields: errorFields }),
  z.object({ type: z.literal('error.repeated'), error: z.string(), severity: z.enum(severities), stack: z.string().optional() }),
  z.object({ type: z.literal('error.resolved'), error: z.string(), by: z.string(), resolution: z.string() }),

  /** `from`: handed on by that agent. */
  z.object({ type: z.literal('checkpoint.saved'), agent: z.string(), fields: checkpointFields, from: z.string().optional() }),
  z.object({ type: z.literal('work.logged'), agent: z.string(), text: z.string() }),
  z.object({ type: z.literal('deliverable.added'), deliverable: z.string(), number: z.number().int(), agent: z.string(), fields: deliverableFields }),
  z.object({ type: z.literal('deliverable.integrated'), deliverable: z.string(), by: z.string(), verdict: z.enum(verdicts), note: z.string() }),
  z.object({ type: z.literal('summary.written'), agent: z.string(), fields: summaryFields }),

  /** A process is to be started for an agent. */
  z.object({ type: z.literal('deployment.made'), agent: z.string(), fields: deploymentFields }),
  /** Told by its keeper. `deployment`: number of the commit that made it. */
  z.object({ type: z.literal('deployment.changed'), agent: z.string(), deployment: z.number(), fields: deploymentChanges }),
  /** It is to end, or to begin again. */
  z.object({ type: z.literal('deployment.asked'), agent: z.string(), by: z.string(), what: z.enum(['stop', 'restart']), reason: z.string() }),

  /** Closed records that are old leave the state; the ledger keeps what happened. */
  z.object({ type: z.literal('records.removed'), messages: z.array(z.string()), tasks: z.array(z.string()), errors: z.array(z.string()), deliverables: z.array(z.string()) }),
])
export type Event = z.infer<typeof eventSchema>
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
