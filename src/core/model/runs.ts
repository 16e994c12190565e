import * as z from 'zod'
import { lineInput, resourceInput, textInput, type ClaimRefusal, type Refusal } from './operations.js'
import { DEFAULT_RUNS, runStatuses, type RunStatus } from './words.js'

/* A run is a long job in a folder of its own; the folder is what there is to know about it. */

const runs = resourceInput.default(DEFAULT_RUNS)
/** Name of a run, of its folder, or a path to it. */
const runName = z.string().min(1).max(200)
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const scalar = z.union([z.number(), z.string().max(2_000), z.boolean(), z.null()])
const metrics = z.record(z.string().min(1).max(200), scalar)

/** Why a file of a run was not read as a whole; `line` counts from 1. */
export interface RunProblem {
  file: string
  line?: number
  reason: string
}

/** Times are ISO 8601 in UTC. */
export interface RunView {
  /** Name of its folder: `2025-12-29_15-30_sweep`. */
  run: string
  /** Its folder, from the root of the working tree. */
  path: string
  /** What it is called without the date, and without the agent where the folder names one. */
  name: string
  /** Day it began, or was planned for: `2025-12-29`. */
  date: string
  status: RunStatus
  /** The status in words, with what can be done: `failed, resumable from item 128`. */
  words: string
  agent?: string
  /** Its `.LOCK` is there, and it is not over. */
  locked?: true
  pid?: number
  /** `elsewhere`: on another machine, where nobody here can look. */
  process?: 'running' | 'gone' | 'elsewhere'
  startedAt?: string
  endedAt?: string
  /** Items done, and how many there are. */
  done?: number
  total?: number
  /** Percent. */
  progress?: number
  /** Expected end. */
  eta?: string
  etaMinutes?: number
  /** Since progress was last written; for runs that are not over. */
  idleMinutes?: number
  /** Running, and nothing was heard of it for an hour: it may hang. */
  hung?: true
  /** First item that is still to be done, where a run that stopped says how far it came. */
  resumeFrom?: number
  /** Why it failed or stopped, in a line. */
  error?: string
  metrics?: Record<string, string | number | boolean | null>
  problems: RunProblem[]
}

export const runFilter = z.strictObject({ runs, status: z.enum(runStatuses).optional() })
export type RunFilter = z.input<typeof runFilter>

export const startRunInput = z.strictObject({
  runs,
  /** The name ends in the agent's id. */
  withAgent: z.boolean().default(false),
  /** Run anew what is done. */
  again: z.boolean().default(false),
  /** Go on in the folder of the last one of that name that stopped. */
  resume: z.boolean().default(false),
  /** Process that does the work; default: this one. */
  pid: z.number().int().positive().optional(),
  /** How many items there are. */
  total: count.optional(),
  /** Text of `config.yaml`. */
  config: textInput.optional(),
})
export type StartRunInput = z.input<typeof startRunInput>

export const runProgressInput = z.strictObject({
  runs,
  done: count.optional(),
  total: count.optional(),
  percent: z.number().min(0).max(100).optional(),
  etaMinutes: z.number().nonnegative().max(60 * 24 * 3650).optional(),
  /** What it is at, in a line. */
  message: lineInput.optional(),
  metrics: metrics.optional(),
  /** Keep the metrics so far as intermediate results. */
  save: z.boolean().default(false),
})
export type RunProgressInput = z.input<typeof runProgressInput>

export const finishRunInput = z.strictObject({ runs, summary: textInput.optional(), metrics: metrics.optional() })
export type FinishRunInput = z.input<typeof finishRunInput>

export const failRunInput = z.strictObject({
  runs,
  /** It was stopped and is to be gone on with: its lock stays, `logs/interrupted.txt` says where it was. */
  interrupted: z.boolean().default(false),
  metrics: metrics.optional(),
})
export type FailRunInput = z.input<typeof failRunInput>

export const recoverRunsInput = z.strictObject({
  runs,
  /** Only this one; default: all that are stale or whose process is gone. */
  run: runName.optional(),
  dryRun: z.boolean().default(false),
})
export type RecoverRunsInput = z.input<typeof recoverRunsInput>

export const planRunInput = z.strictObject({
  runs,
  hypothesis: textInput.default(''),
  /** `name=value` or `name: value` */
  parameters: z.array(lineInput).max(500).default([]),
  checklist: z.array(lineInput).max(200).default([]),
  prompt: textInput.default(''),
  /** File with `{{name}}`, `{{date}}`, `{{agent}}`, `{{hypothesis}}`, `{{parameters}}`, `{{checklist}}`, `{{prompt}}`. */
  template: resourceInput.optional(),
  /** Write the parameters to `config.yaml` as well. */
  config: z.boolean().default(false),
  again: z.boolean().default(false),
})
export type PlanRunInput = z.input<typeof planRunInput>

export const followRunsInput = z.strictObject({
  runs,
  /** Make REGISTRY.md where there is none. */
  create: z.boolean().default(true),
})
export type FollowRunsInput = z.input<typeof followRunsInput>

export const runsInput = z.strictObject({ runs })
export type RunsInput = z.input<typeof runsInput>
export const runNameInput = runName
/** As a new run may be called. */
export const newRunName = z.string().trim().min(1).max(100)

type NoRun = Refusal & { reason: 'NOT_FOUND' }
/** `suggestion`: a name that is free. */
export type StartRunRefusal =
  | (Refusal & { reason: 'RUNNING' | 'COMPLETED' | 'NOTHING_TO_RESUME'; run?: string; suggestion?: string })
  | ClaimRefusal
/** `setAside`: runs of that name that had stopped, and are marked as failed now. */
export type StartRunResult = { ok: true; run: RunView; token?: number; resumeFrom?: number; setAside: string[]; warnings: string[] } | StartRunRefusal
export type RunResult = { ok: true; run: RunView; warnings: string[] } | NoRun | (Refusal & { reason: 'WRONG_STATUS' | 'NOT_YOURS'; run: string })
export interface RunsResult {
  ok: true
  runs: RunView[]
}
/** `kept`: runs that are not in order, and could not be set aside, with the reason. */
export type RecoverRunsResult = { ok: true; dryRun: boolean; recovered: RunView[]; kept: { run: string; reason: string }[]; warnings: string[] } | NoRun | (Refusal & { reason: 'WRONG_STATUS'; run: string })
export type PlanRunResult = { ok: true; run: RunView; readme: string; warnings: string[] } | StartRunRefusal | (Refusal & { reason: 'PLANNED'; run: string })
/** `ok: false` with CHECK_FAILED where one of them failed. */
export type ValidateRunResult =
  | { ok: true; run: RunView; checks: RunCheck[] }
  | NoRun
  | (Refusal & { reason: 'CHECK_FAILED'; run: RunView; checks: RunCheck[] })
export interface RunCheck {
  check: string
  passed: boolean
  detail: string
}
/** A value of one run beside that of the other; undefined where it has none. */
export interface RunDifference {
  key: string
  first?: string
  second?: string
  /** second − first, where both are numbers. */
  change?: number
}
/** Lists hold what differs; `sources`: what logs and config say about `data_source`. */
export type CompareRunsResult =
  | { ok: true; first: string; second: string; same: boolean; config: RunDifference[]; sources: RunDifference[]; metrics: RunDifference[]; results: RunDifference[]; problems: RunProblem[] }
  | NoRun
/** What following the folders of others did: locks taken and let go of in their names, and rows of the registry. */
export interface FollowRunsResult {
  ok: true
  runs: RunView[]
  locked: string[]
  released: string[]
  registered: string[]
  warnings: string[]
}
