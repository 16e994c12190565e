import { invalid } from './errors.js'
import type { Commit, Ledger } from './ledger/port.js'
import type { Event } from './model/events.js'
import { resourceLabel } from './model/resource.js'
import type { LogEntry, LogOptions } from './muster.js'
import { ClaimLabels, logEntries } from './state/logEntry.js'
import type { State } from './state/state.js'
import { tell } from './tell.js'

type History = Pick<Ledger<State, Event>, 'refresh' | 'history'>

/** Commits looked back over at first, and how many times more each time, for the grant of a claim that is met later. */
const LOOK_BACK = 2048
const MORE = 8

/**
 * What happened, in words, from a place or time on. Begins near it, and looks further back only for claims that are named
 * and neither held now nor granted since. @throws MusterError INVALID_INPUT, and what reading the ledger throws
 */
export async function* walkLog(ledger: History, { from, since }: LogOptions): AsyncGenerator<LogEntry> {
  const time = since === undefined ? undefined : Date.parse(since)
  if (Number.isNaN(time)) throw invalid(tell`"${since}" is no time.`, tell`Write it as in 2026-03-01T12:00:00Z.`)
  const state = await ledger.refresh()
  const labels = new ClaimLabels()
  for (const claim of state.claims.values()) labels.labels.set(claim.id, resourceLabel(claim.resource))
  let known: number | undefined
  for await (const commit of ledger.history({ ...(from !== undefined && { from }), ...(time !== undefined && { since: time }) })) {
    known ??= commit.stamp.seq
    labels.note(commit)
    if (time !== undefined && commit.stamp.at < time) continue
    for (let distance = LOOK_BACK; known > 1 && names(commit).some((id) => !labels.labels.has(id)); distance *= MORE) {
      const begin = Math.max(1, known - distance)
      await lookBack(ledger, begin, known, labels)
      known = begin
    }
    yield* logEntries(commit, state, labels.labels)
  }
}

async function lookBack(ledger: History, from: number, to: number, labels: ClaimLabels): Promise<void> {
  try {
    for await (const commit of ledger.history({ from })) {
      if (commit.stamp.seq >= to) return
      labels.note(commit)
    }
  } catch {
    // Damaged there: what cannot be named so is shown by its id.
  }
}

/** Ids of claims that the entries of a commit name. */
function names({ ops }: Commit<Event>): string[] {
  return ops.flatMap(({ events }) => events.flatMap((event) => (event.type.startsWith('claim.') && 'claim' in event ? [event.claim] : [])))
}
