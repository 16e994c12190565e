import { tell } from '../../tell.js'
import { readOps } from '../replica.js'
import { Chain } from '../classify.js'
import { parseLine } from '../line.js'
import type { Commit, Machine } from '../port.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import type { Place, Places } from './places.js'
import { damaged, folderProblem } from './problems.js'
import { isMissing, SegmentWalk, type WalkReceiver } from './segmentWalk.js'

interface HistoryParts<S, E> {
  fs: LedgerFs
  layout: Layout
  machine: Machine<S, E>
}

/** Lines read between two turns of the event loop. */
const STEP = 500

/**
 * Commits `from` to `to`, read and verified on the way.
 * @param place A line known to be accepted, before `from`, to begin behind. Without it, the first segment.
 * @throws MusterError LEDGER_DAMAGED, system errors
 */
async function* readHistory<S, E>({ fs, layout, machine }: HistoryParts<S, E>, from: number, to: number, place?: Place): AsyncGenerator<Commit<E>> {
  const chain = new Chain(place?.seq, place?.sum)
  const walk = new SegmentWalk(fs, layout, place?.segment, place)
  try {
    for (let more = true; more && chain.seq < to; ) {
      const commits: Commit<E>[] = []
      let failure: { error: unknown } | undefined
      const take: WalkReceiver = (bytes, start, end, segment, offset) => {
        const line = chain.seq >= to ? undefined : parseLine(bytes, start, end)
        if (line === undefined) return false
        const place = chain.classify(line)
        if (place === 'fork' || place === 'damaged') throw damaged(tell`The records break in segment ${segment} at byte ${offset}.`, { segment, offset, seq: chain.seq })
        if (place === 'void') return false
        chain.accept(line)
        if (line.kind === 'commit' && line.seq >= from) {
          const stamp = { seq: line.seq, at: line.at, up: line.up, boot: line.boot }
          commits.push({ stamp, ops: machine.parse(readOps(line, bytes, start, end), true) })
        }
        return line.closes
      }
      try {
        more = walk.step(STEP, take)
      } catch (error) {
        failure = { error: isMissing(error) && fs.stat(layout.ledger) !== undefined ? damaged(tell`${layout.segment(walk.segment)}, a part of the records, is missing.`, { segment: walk.segment }) : error }
      }
      // What was read before it went wrong is good.
      yield* commits
      if (failure !== undefined) throw failure.error
      if (chain.seq < to) await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    walk.close()
  }
}

/** The same, from wherever is known to come before; whatever goes wrong is a MusterError. */
export async function* commitsBetween<S, E>(parts: HistoryParts<S, E>, places: Places, from: number, to: number): AsyncGenerator<Commit<E>> {
  // Who follows asks every few seconds: to find that nothing has come, nothing is read.
  if (from > to) return
  try {
    yield* readHistory(parts, from, to, places.before(from))
  } catch (error) {
    throw folderProblem(parts.layout.ledger, error)
  }
}

/** Time (ms since 1970) of the first line behind a place; undefined where none can be read. */
export function timeBehind({ fs, layout }: { fs: LedgerFs; layout: Layout }, place: Place): number | undefined {
  const walk = new SegmentWalk(fs, layout, place.segment, place)
  try {
    let at: number | undefined
    for (let more = true; more && at === undefined; ) {
      more = walk.step(1, (bytes, start, end) => {
        const line = parseLine(bytes, start, end)
        at = line?.at
        return line?.closes === true
      })
    }
    return at
  } catch {
    return undefined
  } finally {
    walk.close()
  }
}
