import * as z from 'zod'
import { lineInput, resourceInput, textInput, type Refusal } from './operations.js'
import { verdicts, type IntegrationVerdict } from './words.js'

/* Inputs and results of operations on tickets: what a worker is to do and where, as a file, and what became of its output. */

const workerInput = z.string().min(1).max(200)

export const ticketInput = z.strictObject({
  /** Name or id of an agent; it need not be here yet. */
  worker: workerInput,
  /** Id of the task; default: the one that is the worker's already. */
  task: z.string().min(1).max(200).optional(),
  /** Where it may work; default: the files of the task. */
  scopes: z.array(resourceInput).max(200).optional(),
  brief: textInput.optional(),
  /** Also where the task is another worker's, whose ticket goes. */
  takeOver: z.boolean().default(false),
  /** Name of a template; default: the worker's, else one that fits all. */
  template: lineInput.regex(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u, 'the name of a file in docs/worker-ticket-templates, please').max(100).optional(),
})
export type TicketInput = z.input<typeof ticketInput>

export const outputInput = z.strictObject({
  worker: workerInput,
  /** Default: what its process has written, where Muster started it. */
  text: z.string().max(20_000_000).optional(),
})
export type OutputInput = z.input<typeof outputInput>

export const workerIntegration = z.strictObject({ worker: workerInput, verdict: z.enum(verdicts), note: textInput.default(''), replace: z.boolean().default(false) })
export type WorkerIntegration = z.input<typeof workerIntegration>

/** Files are from the root of the working tree, with `/`. */
export interface TicketFile {
  file: string
  how: 'made' | 'written' | 'unchanged'
  /** The template it was made from; '' for the one that is built in. */
  template: string
  /** Where somebody had changed the ticket: what they wrote. */
  kept?: string
  /** Of the template. */
  problems: { line: number; reason: string }[]
}

export type TicketResult =
  | ({ ok: true; worker: string; task: string; scope: string[] } & TicketFile)
  | (Refusal & { reason: 'NOT_FOUND' | 'NOT_AN_AGENT' | 'NO_SCOPE' | 'SCOPE_TAKEN' | 'WRONG_STATUS' | 'STARTED' | 'CYCLE' | 'BLOCKED' | 'ASSIGNED' | 'NOT_STARTED'; heldBy?: string })

export interface TicketView {
  /** Id and name of the worker. */
  worker: string
  name: string
  task: string
  title: string
  scope: string[]
  file: string
  /** Whether the file is there. */
  found: boolean
  /** Its newest output. */
  output?: string
}

export type OutputResult = { ok: true; worker: string; file: string; bytes: number } | (Refusal & { reason: 'NOT_FOUND' | 'NO_LOG' })

/** `deliverables`: what was decided on; `tasks`: those that are over by it, or open for others again. */
export type WorkerIntegrationResult =
  | { ok: true; worker: string; verdict: IntegrationVerdict; deliverables: string[]; tasks: string[] }
  | (Refusal & { reason: 'NOT_FOUND' | 'NOTHING_DELIVERED' | 'OWN_DELIVERABLE' })
  /** `verdict`: what was decided before, and by whom. */
  | (Refusal & { reason: 'DECIDED'; verdict: IntegrationVerdict; by: string })
