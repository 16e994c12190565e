import { MusterError } from '../../errors.js'
import { Chain } from '../classify.js'
import { encodeLine, NO_SUM, type Line } from '../line.js'
import type { Gap } from './gaps.js'
import type { FoundLine } from './mainChain.js'
import type { Survey } from './survey.js'

/** A line of a segment as it will be: one that is there, or one that stands for lost ones (`bytes`). */
export interface PlannedLine {
  seq: number
  leadsOn: string
  found?: FoundLine
  bytes?: Buffer
}

export interface Plan {
  gaps: Gap[]
  /** Segments that do not stay as they are; without lines where an empty one is needed to go on in. */
  rewrite: Map<number, PlannedLine[]>
  /** Lines of these segments whose sums are right and that do not stay: of another history, or of lost races. */
  foreign: Map<number, number>
  /** Where the history ends, and the segment it goes on in. */
  tip: Tip
  /** Commits there are. */
  commits: number
}

interface Tip {
  seq: number
  sum: string
  segment: number
}

/** What the first line says, for one that has to stand in its place. */
export interface Origin {
  ledger: string
  facts: object
}

/**
 * How the segments have to be for every reader to get from the first line to the last: the lines of the main history where
 * they are, and for each gap one that says where it goes on. @throws MusterError LEDGER_DAMAGED where gaps leave no number for that
 */
export function planOf(found: Survey, runs: readonly (readonly FoundLine[])[], origin: Origin): Plan {
  const planned = new Map<number, PlannedLine[]>()
  const put = (segment: number, line: PlannedLine): void => {
    const lines = planned.get(segment)
    if (lines === undefined) planned.set(segment, [line])
    else lines.push(line)
  }
  const gaps: Gap[] = []
  let tip: Tip = { seq: 0, sum: NO_SUM, segment: 1 }
  for (const run of runs) {
    const first = run[0]!
    if (first.prev !== tip.sum) {
      gaps.push({ from: tip.seq + 1, to: first.seq - 1 })
      for (const { segment, ...line } of bridges(tip, first, origin)) put(segment, line)
    }
    for (const line of run) put(line.segment, { seq: line.seq, leadsOn: line.leadsOn, found: line })
    const last = run.at(-1)!
    // Who has left goes on elsewhere: the next segment is made by who comes back.
    const ends = last.leaves && last.segment === found.segments.length
    tip = { seq: last.seq, sum: last.leadsOn, segment: last.segment + (last.closes && !ends ? 1 : 0) }
  }
  const here = new Map<number, FoundLine[]>(found.segments.map(({ number }) => [number, []]))
  for (const line of found.lines) here.get(line.segment)!.push(line)

  const rewrite: Plan['rewrite'] = new Map()
  const foreign: Plan['foreign'] = new Map()
  let chain = new Chain()
  for (let number = 1; number <= tip.segment; number++) {
    const wanted = planned.get(number) ?? []
    const lines = here.get(number) ?? []
    const file = found.segments[number - 1]
    const after = file === undefined || file.source === 'none' || file.problem !== undefined ? undefined : readAs(chain, lines, wanted)
    if (after === undefined) {
      rewrite.set(number, wanted)
      const stays = new Set(wanted.map((line) => line.found))
      const others = lines.filter((line) => !stays.has(line)).length
      if (others > 0) foreign.set(number, others)
      for (const line of wanted) chain.accept(asLine(line))
    } else chain = after
  }
  return { gaps, rewrite, foreign, tip, commits: runs.reduce((sum, run) => sum + run.filter(({ commit }) => commit).length, 0) }
}

/** The chain of a reader who has taken just these lines of a segment and had no doubt about the others; undefined if that is not what happens. */
function readAs(before: Chain, lines: readonly FoundLine[], wanted: readonly PlannedLine[]): Chain | undefined {
  const chain = new Chain()
  chain.restore(before.remembered())
  let taken = 0
  for (const found of lines) {
    const line = asLine(found, found)
    const place = chain.classify(line)
    if (place === 'fork' || place === 'damaged') return undefined
    if (place === 'void') continue
    if (wanted[taken++]?.found !== found) return undefined
    chain.accept(line)
    if (found.closes) break
  }
  return taken === wanted.length ? chain : undefined
}

/** As much of a line as placing it takes. */
function asLine({ seq, leadsOn }: { seq: number; leadsOn: string }, found?: FoundLine): Line {
  return { v: 1, seq, leadsOn, sum: leadsOn, prev: found?.prev ?? '', d: found?.d ?? 0, closes: found?.closes ?? false, kind: found?.jumps ? 'repaired' : '', at: 0, up: 0, boot: '', body: 0 }
}

/** Lines that lead from a tip to before `first`: one to go on behind, and one to close each segment on the way. */
function bridges(tip: Tip, first: FoundLine, { ledger, facts }: Origin): (PlannedLine & { segment: number })[] {
  const steps = Math.max(1, first.segment - tip.segment)
  if (first.segment < tip.segment || first.seq - 1 - tip.seq < steps) {
    throw new MusterError('LEDGER_DAMAGED', `The records before number ${first.seq} are missing in a way that cannot be bridged.`, { hint: 'Nothing was changed. Put a copy of the folder back if you have one.' })
  }
  const lines: (PlannedLine & { segment: number })[] = []
  let { seq, sum } = tip
  for (let step = 1; step <= steps; step++) {
    const segment = tip.segment + step - 1
    // Read at fixed places, hence in this order.
    const resume = step === steps ? `,"resume":"${first.prev}"` : ''
    const next = segment < first.segment ? `,"next":${segment + 1}` : ''
    const lost = `,"lost":[${tip.seq + 1},${first.seq - 1}]`
    const begins = seq === 0 ? `,"ledger":${JSON.stringify(ledger)},"facts":${JSON.stringify(facts)}` : ''
    const { bytes, line } = encodeLine({ seq: step === steps ? first.seq - 1 : seq + 1, prev: sum, d: 0, at: first.at, up: 0, boot: '', kind: 'repaired', body: resume + next + lost + begins })
    seq = line.seq
    sum = line.leadsOn
    lines.push({ segment, seq, leadsOn: sum, bytes })
  }
  return lines
}
