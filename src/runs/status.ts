import type { RunStatus } from '../core/model/words.js'
import type { Marker } from './marker.js'
import type { Progress } from './progress.js'

/** A lock is not looked at more closely before it is so old, in ms. */
const OLD_MS = 24 * 60 * 60_000
/** Without progress for so long a run may hang, in minutes. */
const IDLE_MINUTES = 60

/** What a run's folder and the system say about it. Times in ms. */
export interface RunFacts {
  now: number
  lock?: Marker & { at: number }
  done?: Marker & { at: number }
  error?: Marker & { at: number }
  /** When `logs/interrupted.txt` was written, and what it says. */
  interrupted?: { at: number; text: string }
  progress?: Progress
  process?: ProcessState
}

/** `elsewhere`: on another machine. `unknown`: no process is named. */
export type ProcessState = 'running' | 'gone' | 'elsewhere' | 'unknown'

export interface Standing {
  status: RunStatus
  words: string
  done?: number
  total?: number
  /** Percent. */
  progress?: number
  etaMinutes?: number
  idleMinutes?: number
  hung?: true
  resumeFrom?: number
  error?: string
}

/**
 * How a run stands. A lock older than a day is stale only where its process is gone or no progress came for an hour; a
 * younger one whose process is gone has failed, and can be resumed where progress says how far it came. Pure.
 */
export function standingOf(facts: RunFacts): Standing {
  const counts = countsOf(facts)
  const idleMinutes = idleOf(facts)
  const idle = idleMinutes !== undefined && idleMinutes >= IDLE_MINUTES
  const status = statusOf(facts, counts.resumeFrom !== undefined, idle)
  const over = status === 'completed' || status === 'not_started'
  const { resumeFrom, ...standing } = counts
  const error = status === 'completed' || status === 'running' ? undefined : whyOf(facts, status)
  const hung = status === 'running' && idle
  const eta = status === 'running' && !hung ? etaOf(facts) : undefined
  return {
    status,
    words: wordsOf(status, facts, over ? undefined : resumeFrom, idleMinutes ?? 0, hung),
    ...standing,
    // Where it told nothing else, what is completed is all of it.
    ...(status === 'completed' && standing.progress === undefined && { progress: 100 }),
    ...(eta !== undefined && { etaMinutes: eta }),
    ...(facts.lock !== undefined && !over && status !== 'failed' && idleMinutes !== undefined && { idleMinutes: Math.round(idleMinutes) }),
    ...(hung && { hung: true as const }),
    ...(!over && status !== 'running' && resumeFrom !== undefined && { resumeFrom }),
    ...(error !== undefined && error !== '' && { error }),
  }
}

function statusOf({ now, lock, done, error, interrupted, process }: RunFacts, resumable: boolean, idle: boolean): RunStatus {
  if (done) return 'completed'
  if (error) return 'failed'
  if (!lock) return interrupted ? 'interrupted' : 'not_started'
  // Whoever wrote that has ended its work, also where the process lives on: a shell, say.
  if (lock.status === 'interrupted') return 'interrupted'
  const gone = process === 'gone'
  if (now - Math.min(lock.startedAt ?? lock.at, lock.at) > OLD_MS && (gone || idle)) return 'stale'
  if (!gone) return 'running'
  // It said itself that it was stopped, after it began.
  if (interrupted && interrupted.at >= (lock.startedAt ?? 0)) return 'interrupted'
  return resumable ? 'resumable' : 'failed'
}

function countsOf({ lock, done, error, progress }: RunFacts): Pick<Standing, 'done' | 'total' | 'progress' | 'resumeFrom'> {
  const marker = lock ?? error ?? done
  // Whichever of the two was written last.
  const source = progress?.done === undefined && progress?.percent === undefined ? marker : progress
  const items = source?.done
  const total = source?.total ?? marker?.total
  const percent = progress?.percent ?? (items !== undefined && total !== undefined && total > 0 ? Math.min(100, (items / total) * 100) : undefined)
  const unfinished = items !== undefined && total !== undefined && items < total
  return {
    ...(items !== undefined && { done: items }),
    ...(total !== undefined && { total }),
    ...(percent !== undefined && { progress: Math.round(percent * 10) / 10 }),
    ...(unfinished && { resumeFrom: items + 1 }),
  }
}

/** Minutes since anything was heard of it: its progress, its beginning, or its lock where that tells progress. */
function idleOf({ now, lock, progress }: RunFacts): number | undefined {
  const began = lock && (lock.startedAt ?? lock.at)
  const told = progress?.at ?? (lock?.done === undefined ? undefined : lock.at)
  const last = Math.max(began ?? 0, told ?? 0)
  return last === 0 ? undefined : Math.max(0, now - last) / 60_000
}

function etaOf({ now, progress, lock }: RunFacts): number | undefined {
  if (progress === undefined) return undefined
  const passed = Math.max(0, now - progress.at) / 60_000
  const { done, total, rate } = progress
  const sinceStart = lock?.startedAt === undefined || done === undefined ? undefined : done / Math.max(1 / 60, (progress.at - lock.startedAt) / 60_000)
  const pace = rate ?? (sinceStart !== undefined && sinceStart > 0 ? sinceStart : undefined)
  const estimate = progress.etaMinutes ?? (done !== undefined && total !== undefined && pace !== undefined ? Math.max(0, total - done) / pace : undefined)
  return estimate === undefined ? undefined : Math.round(Math.max(0, estimate - passed) * 10) / 10
}

function whyOf({ lock, error, interrupted, process }: RunFacts, status: RunStatus): string | undefined {
  // What its process became, a mark of failure does not tell: it may have ended as it should, or live on.
  if (error) return error.error
  if (interrupted && (process !== 'running' || status === 'interrupted')) return interrupted.text
  return process === 'gone' && lock?.pid !== undefined ? `its process ${lock.pid} is gone` : undefined
}

function wordsOf(status: RunStatus, { process }: RunFacts, resumeFrom: number | undefined, idleMinutes: number, hung: boolean): string {
  const resumable = resumeFrom === undefined ? '' : `, resumable from item ${resumeFrom}`
  switch (status) {
    case 'not_started':
      return 'not started'
    case 'completed':
      return 'completed'
    case 'running':
      return hung ? `running, no progress for ${Math.round(idleMinutes)} min: it may hang` : 'running'
    case 'stale':
      return `stale: locked for over a day, ${process === 'gone' ? 'its process is gone' : `no progress for ${Math.round(idleMinutes)} min`}${resumable}`
    case 'interrupted':
      return `interrupted${resumable}`
    case 'failed':
    case 'resumable':
      return `failed${resumable}`
  }
}
