import * as z from 'zod'
import { agentFields, type Agent, type AgentStatus } from './agent.js'
import { claimModes, priorities, type ClaimMode } from './claim.js'
import { impacts, type Decision } from './decision.js'
import type { DeploymentView } from './deployment.js'
import { messageKinds, requestAnswers, type DeliveryStatus, type Message, type MessageKind, type RequestAnswer } from './message.js'

/* Inputs: parsed wherever something enters (library, CLI, MCP, editor commands). Durations are minutes, fractions allowed. */

const minutes = z.number('a number of minutes, please').positive('more than 0 minutes, please').max(60 * 24 * 365, 'a year at most, please')
const text = z.string().max(100_000)
const line = z.string().max(2_000)
export const textInput = text
export const lineInput = line
export const verdictInput = z.enum(['approved', 'rejected'])
/** A name the caller gives an operation, so that doing it again does nothing. */
export const keyInput = z.string().min(1).max(200).regex(/^[^\s/]+$/)
/** Of a file: half a surrogate pair would be written to disk as another character. */
export const resourceInput = z.string().min(1).max(4_096).regex(/^\P{Cs}*$/u, 'it holds half a character')

export const claimOptions = z.strictObject({
  mode: z.enum(claimModes).default('exclusive'),
  /** Lease; default from the settings (30). */
  minutes: minutes.optional(),
  /** Expected work; shown as ETA. */
  estimatedMinutes: minutes.optional(),
  note: line.optional(),
  /** Queue up when held by somebody else; granted as soon as it is free. */
  wait: z.boolean().default(false),
  /** How long to wait for the grant before answering `queued`; default: answer at once. */
  timeoutMinutes: minutes.optional(),
  /** With a timeout: stay in line for a minute after it, for a next call that goes on waiting. */
  keepPlace: z.boolean().default(false),
  priority: z.enum(priorities).default('normal'),
  /** Take a stale claim over; a living holder is asked first and has a grace period to answer. */
  takeOver: z.boolean().default(false),
  /** Over-broad globs; taking over a claim with uncommitted changes. */
  force: z.boolean().default(false),
})
/** `signal` ends the waiting; `key` makes a retry of the same call apply once, across restarts of the caller. */
export type ClaimOptions = z.input<typeof claimOptions> & { signal?: AbortSignal; key?: string }

export const checkInOptions = agentFields.omit({ error: true }).extend({
  /** Fencing token from the claim: refused when somebody else has taken over since. */
  token: z.number().int().optional(),
  minutes: minutes.optional(),
}).strict()
export type CheckInOptions = z.input<typeof checkInOptions>

export const releaseOptions = z.strictObject({ message: line.optional(), token: z.number().int().optional() })
export type ReleaseOptions = z.input<typeof releaseOptions>

export const messageInput = z.strictObject({
  /** Agent name or id, `role:lead`, or `all`. */
  to: z.string().min(1).max(200),
  subject: line.default(''),
  body: text.default(''),
  priority: z.enum(priorities).default('normal'),
  kind: z.enum(messageKinds).default('note'),
  deadlineMinutes: minutes.optional(),
  checklist: z.array(line).max(100).optional(),
})
export type MessageInput = z.input<typeof messageInput>

export const helpInput = messageInput.pick({ subject: true, body: true, priority: true, deadlineMinutes: true })
export type HelpInput = z.input<typeof helpInput>

export const answerOptions = z.strictObject({
  /** With `narrow`: what is held on to, within the lock that is let go of. */
  keep: z.array(resourceInput).max(500).default([]),
})
export type AnswerOptions = z.input<typeof answerOptions>
export const requestAnswerInput = z.enum(requestAnswers)

export const readOptions = z.strictObject({
  unread: z.boolean().default(false),
  from: z.string().optional(),
  search: z.string().optional(),
  /** Just these. */
  ids: z.array(z.string()).optional(),
  /** Leave them unread: for lists that a person merely looks at. */
  peek: z.boolean().default(false),
})
export type ReadOptions = z.input<typeof readOptions>

const steps = z.array(z.number().int()).max(100).default([])
/** Steps of a checklist, counted from 1. */
export const tickInput = z.strictObject({ done: steps, open: steps })
export type TickInput = z.input<typeof tickInput>

export const decisionInput = z.strictObject({
  category: line.default('general'),
  title: line.min(1),
  context: text.default(''),
  decision: text.default(''),
  alternatives: z.array(text).default([]),
  consequences: z.array(text).default([]),
  impact: z.enum(impacts).default('medium'),
  /** What it is about. */
  resources: z.array(resourceInput).max(500).default([]),
})
/** By what a decision was implemented. */
export const implementationInput = z.strictObject({
  commits: z.array(z.string().regex(/^[0-9a-f]{4,64}$/i, 'ids of commits, please')).max(100).default([]),
  resources: z.array(resourceInput).max(500).default([]),
})
export type ImplementationInput = z.input<typeof implementationInput>
export type DecisionInput = z.input<typeof decisionInput>

/* Results. Times are ISO 8601 strings; a refusal is `{ ok: false, … }` with a hint that says what to do next. */

/** Whether the holder of a claim is still there. `overdue`: lease over. `gone`: its process has ended. */
export type Presence = 'live' | 'overdue' | 'gone'

export interface Refusal {
  ok: false
  /** For programs; `hint` is for people and models. */
  reason: string
  hint: string
}

export interface ClaimView {
  resource: string
  kind: 'file' | 'folder' | 'glob' | 'symbol' | 'name'
  /** Working tree: '' for the main one. */
  tree: string
  branch?: string
  heldBy: string
  holderName: string
  mine: boolean
  mode: ClaimMode
  token: number
  since: string
  expiresAt: string
  presence: Presence
  /** `presence` is not 'live': may be taken over. */
  stale: boolean
  progress?: number
  message?: string
  note?: string
  /** When the holder expects to be done, if it said so. */
  eta?: string
  waiters: string[]
}

export interface Overlap {
  resource: string
  heldBy: string
  holderName: string
  tree: string
  branch?: string
  /** `also changing on feat-x (claude-2)` */
  text: string
}

export type ClaimResult =
  /** `advisory`: several machines write to the folder, so another may have been granted the same. `uncommitted`: files with changes of the one it was taken from. */
  | { ok: true; resource: string; token: number; expiresAt: string; overlaps: Overlap[]; renewed?: true; tookOverFrom?: string; uncommitted?: string[]; advisory?: true }
  | ClaimRefusal

export interface ClaimRefusal extends Refusal {
  reason: 'HELD' | 'QUEUED' | 'TOO_BROAD' | 'DIRTY' | 'CHALLENGED' | 'NOT_STALE' | 'DEADLOCK' | 'READ_ONLY'
  resource: string
  /** What is held and in the way, where that is another resource than the one asked for: a file in the folder, the pattern around it. */
  held?: string
  heldBy?: string
  holderName?: string
  /** Ids of everybody who holds it, where there are several. */
  holders?: string[]
  progress?: number
  since?: string
  expiresAt?: string
  eta?: string
  stale?: boolean
  /** Place in the queue, from 1. */
  queued?: number
  files?: string[]
}

export type ClaimAllResult = { ok: true; token: number; expiresAt: string; uncommitted?: string[]; advisory?: true; claims: Extract<ClaimResult, { ok: true }>[] } | ClaimRefusal

export type CheckInResult =
  | { ok: true; agent: string; resource?: string; token?: number; expiresAt?: string; unread: number; waiters: string[] }
  | LostRefusal
  | StatusRefusal

/** The agent cannot become what it was set to from what it is. */
export interface StatusRefusal extends Refusal {
  reason: 'WRONG_STATUS'
  status: AgentStatus
}

/** The caller does not hold what it acts on (any more). */
export interface LostRefusal extends Refusal {
  reason: 'NOT_HELD' | 'TAKEN_OVER'
  resource: string
  heldBy?: string
  holderName?: string
}

export type ReleaseResult = { ok: true; resource: string; grantedTo: string[] } | LostRefusal
/** `left`: so many places in line were given up. */
export type StopWaitingResult = { ok: true; resource: string; left: number } | (Refusal & { reason: 'NOT_WAITING'; resource: string })
export type ForceReleaseResult = { ok: true; resource: string; wasHeldBy: string } | (Refusal & { reason: 'NOT_HELD' | 'PERSON_ONLY' })
/** `id` and `to`: of the first one asked; `asked`: everybody, since several may share a lock. */
export type AskResult = { ok: true; id: string; to: string; asked: { id: string; to: string }[] } | (Refusal & { reason: 'NOT_HELD' })

/** `id`: of the message that tells the one who asked. `released`: the lock has ended. `kept`: what a narrowed one was replaced by. */
export type AnswerResult =
  | { ok: true; id: string; to: string; answer: RequestAnswer; resource: string; released: boolean; kept: { resource: string; token: number }[]; grantedTo: string[] }
  | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' | 'NOT_HELD' | 'NOT_NARROWER' })

export interface MessageView {
  id: string
  from: string
  fromName: string
  to: string
  recipients: string[]
  kind: MessageKind
  subject: string
  body: string
  priority: Message['priority']
  thread: string
  replyTo?: string
  sentAt: string
  deadline?: string
  checklist?: string[]
  /** Steps of the checklist that are done, counted from 1, in their order. */
  ticked?: { step: number; by: string; byName: string; at: string }[]
  /** Of the asking agent, where it is a recipient. */
  status?: DeliveryStatus
  unread: boolean
  delivery: Record<string, DeliveryStatus>
  about?: Message['about']
  /** What a hand-off passed on. */
  handed?: Message['handed']
  /** Of a request for help that is over. */
  closed?: { by: string; byName: string; at: string }
}

/** `unknown`: recipients that have not been here yet; the message waits for them. */
export type SendResult = { ok: true; id: string; recipients: string[]; unknown?: string[] } | (Refusal & { reason: 'NO_RECIPIENT' })
/** `reply`: the message that tells the other side. */
export type CloseHelpResult = { ok: true; id: string; reply: string } | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' })
/** `ticked`: the steps that are done now, counted from 1, of so many. */
export type TickResult = { ok: true; id: string; ticked: number[]; steps: number } | (Refusal & { reason: 'NOT_FOUND' | 'NO_STEP' })
export type MarkResult = { ok: true; id: string } | (Refusal & { reason: 'NOT_FOUND' })

export interface DecisionView extends Omit<Decision, 'proposed' | 'review' | 'implemented' | 'superseded'> {
  proposerName: string
  proposedAt: string
  review?: { by: string; byName: string; note: string; at: string }
  implemented?: { by: string; byName: string; at: string; commits?: string[]; resources?: string[] }
  superseded?: { by: string; byName: string; replacement: string; at: string }
}

export type DecisionResult = { ok: true; id: string; number: number; status: Decision['status'] } | (Refusal & { reason: 'NOT_FOUND' | 'PERSON_ONLY' | 'OWN_DECISION' | 'WRONG_STATUS' })

export interface AgentView extends Omit<Agent, 'joined' | 'workspace' | 'changed' | 'started' | 'left' | 'resumed'> {
  status: AgentStatus
  presence: Presence
  me: boolean
  seenAt: string
  joinedAt: string
  /** Since when it has its status, and since when it is at work. */
  changedAt?: string
  startedAt?: string
  claims: string[]
  unread: number
  /** Where Muster started its process. */
  deployment?: DeploymentView
}
