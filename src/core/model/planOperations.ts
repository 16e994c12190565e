import * as z from 'zod'
import { decisionInput, lineInput, textInput, type Refusal } from './operations.js'
import type { Checklist, Criterion } from './plan.js'

/* Inputs and results of operations on the plan. Phases, milestones and checklists are known by their names, in any case. */

const name = lineInput.trim().min(1).max(200)
const texts = z.array(lineInput.trim().min(1)).max(100)

export const planChange = z.strictObject({
  project: lineInput.trim().optional(),
  /** Added behind the others, or changed; `acceptance` replaces what was there, and what is the same stays ticked off. */
  phases: z.array(z.strictObject({ name, acceptance: texts.optional() })).max(50).default([]),
  /** `phase`: '' for none. */
  milestones: z.array(z.strictObject({ name, phase: lineInput.trim().optional(), tasks: z.array(z.string().min(1).max(200)).max(200).optional(), reached: z.boolean().optional() })).max(100).default([]),
  checklists: z.array(z.strictObject({ name, items: texts })).max(20).default([]),
  /** What is being made now; an empty title says that nothing is. */
  deliverable: z.strictObject({ title: lineInput.trim(), owner: lineInput.trim().default(''), status: z.enum(['in progress', 'next']).default('in progress') }).optional(),
  /** Steps of a phase or checklist, counted from 1: those that are true now, and those that are not after all. */
  tick: z.array(z.strictObject({ list: name, step: z.number().int().positive(), done: z.boolean().default(true) })).max(100).default([]),
  /** Names of phases that were not begun, milestones and checklists to take away. */
  remove: z.array(name).max(100).default([]),
})
export type PlanChange = z.input<typeof planChange>

export const testsInput = z.strictObject({ passed: z.number().int().nonnegative(), total: z.number().int().nonnegative() })
  .refine(({ passed, total }) => passed <= total, 'more tests pass than there are')

export const advanceInput = z.strictObject({
  /** Name of the phase that follows; default: the next of the plan. */
  to: name.optional(),
  /** Why now, for the person who decides. */
  note: textInput.default(''),
  /** For persons: though not all that must be true is. */
  force: z.boolean().default(false),
})
export type AdvanceInput = z.input<typeof advanceInput>

const { title, context, decision, alternatives, consequences } = decisionInput.shape
/** What is not named stays as it was: none of it has a default. */
export const correction = z.strictObject({ title, context: context.unwrap(), decision: decision.unwrap(), alternatives: alternatives.unwrap(), consequences: consequences.unwrap() }).partial()
export type Correction = z.input<typeof correction>

/** `percent` of `total`, whole and 100 only when all is done; undefined where there is nothing to count. */
export interface Progress {
  done: number
  total: number
  percent?: number
}

export interface PhaseView {
  number: number
  name: string
  status: 'planned' | 'current' | 'done'
  acceptance: Criterion[]
  /** Its tasks; cancelled ones do not count. */
  tasks: Progress
  /** By its tasks, else by what must be true. */
  progress: Progress
}

export interface MilestoneView {
  name: string
  phase?: string
  reached: boolean
  progress: Progress
}

export interface PlanView {
  project: string
  phases: PhaseView[]
  /** The current one. */
  phase?: PhaseView
  milestones: MilestoneView[]
  /** The first that is not reached. */
  milestone?: MilestoneView
  /** Milestones reached, else phases done. */
  overall: Progress
  checklists: Checklist[]
  deliverable?: { title: string; owner: string; status: 'in progress' | 'next' }
  tests?: { passed: number; total: number; percent?: number; at: string }
  /** Waits for a person's word. */
  transition?: { to: string; decision: string }
  beganAt?: string
  changedAt?: string
}

export type PlanResult = { ok: true; plan: PlanView } | (Refusal & { reason: 'NOT_FOUND' | 'NO_STEP' | 'WRONG_STATUS' })
export type TestsResult = { ok: true; passed: number; total: number; at: string }
/** `id`: of the decision that a person approves, or has with this call. `after`: the phase that ends; '' where none was begun. */
export type AdvanceResult =
  | { ok: true; id: string; status: 'proposed' | 'approved'; phase: string; after: string }
  | (Refusal & { reason: 'NOT_FOUND' | 'WRONG_STATUS' | 'OPEN_CRITERIA' | 'PERSON_ONLY'; open?: string[]; id?: string })
export type CorrectResult = { ok: true; id: string } | (Refusal & { reason: 'NOT_FOUND' | 'PERSON_ONLY' })
