import * as z from 'zod'
import type { Agent, AgentStatus } from './agent.js'
import type { ClaimMode } from './claim.js'
import type { Decision } from './decision.js'
import type { DeploymentView } from './deployment.js'
import { lineInput, resourceInput, textInput } from './input.js'
import type { DeliveryStatus, Message, MessageKind, RequestAnswer } from './message.js'
import { impacts } from './words.js'

export { keyInput, lineInput, resourceInput, textInput } from './input.js'
export { claimOptions, releaseOptions, type ClaimOptions, type LockPlace, type ReleaseOptions } from './lockInput.js'
export { checkInOptions, type CheckInOptions } from './checkInInput.js'
export { answerOptions, helpInput, messageInput, readOptions, requestAnswerInput, tickInput, withSections, type AnswerOptions, type HelpInput, type MessageInput, type ReadOptions, type TickInput } from './messageInput.js'

export const verdictInput = z.enum(['approved', 'rejected'])
export const decisionInput = z.strictObject({
  category: lineInput.default('general'),
  title: lineInput.min(1),
  context: textInput.default(''),
  decision: textInput.default(''),
  alternatives: z.array(textInput).default([]),
  consequences: z.array(textInput).default([]),
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
  /** Those who are served first before others. */
  waiters: string[]
  /** Where the reader stands in line, from 1, among those who wait for the same. */
  place?: number
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
  /** As the file it came in says. */
  writtenAt?: string
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
  /** When anything of it was heard last: a running program gives signs of life by itself. `workedAt`: when it last did something. */
  seenAt: string
  workedAt?: string
  joinedAt: string
  /** Since when it has its status, and since when it is at work. */
  changedAt?: string
  startedAt?: string
  claims: string[]
  unread: number
  /** The machine of the process that spoke for it last, as long as that, or its end, is known of. */
  host?: string
  /** It stopped before its work was done and left something, or was begun anew and has not gone on yet. */
  unfinished?: true
  /** Where Muster started its process. */
  deployment?: DeploymentView
}
