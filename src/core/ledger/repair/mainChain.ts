import { NO_SUM } from '../line.js'

/** A line whose sum is right, and where it stands. */
export interface FoundLine {
  seq: number
  prev: string
  /** Sum that the line behind it names. */
  leadsOn: string
  /** Highest number its writer knew to be on disk. */
  d: number
  at: number
  /** Of a kind that may leave numbers out. */
  jumps: boolean
  commit: boolean
  closes: boolean
  /** Says that the records are in a database from then on. */
  leaves: boolean
  segment: number
  /** Of its first byte in the segment, and of its `\n`. */
  start: number
  end: number
}

/** Runs looked at before a given one when they are joined: what is torn to more pieces than that in a row is joined greedily. */
const WINDOW = 64

interface Run {
  lines: FoundLine[]
  /** Place of each line in the order of the files. */
  order: number[]
  maxD: number
  /** Best history that ends with this run: lines in all, and the run before with how much of it counts. */
  total: number
  before?: Run
  kept: number
}

/**
 * The history that most of the lines belong to, as runs of consecutive ones; between two runs lines are missing.
 * Lines are linked by what they name as the one before them. Whoever lost a race has no successors, remnants of a power loss
 * are known by nobody (`d`), and of two histories that were mixed the longer one counts: so what the lost lines said is not
 * needed to tell which of the others belong together. Reading from the front cannot: where a line is gone, one that had lost
 * the race against it fits in its place.
 * @param lines In the order of the files.
 */
export function mainChain(lines: readonly FoundLine[]): FoundLine[][] {
  const runs = runsOf(lines)
  let best: Run | undefined
  runs.forEach((run, index) => {
    run.total = run.lines.length
    for (const before of runs.slice(Math.max(0, index - WINDOW), index)) {
      const kept = fitting(before, run)
      if (kept === 0) continue
      const total = before.total - (before.lines.length - kept) + run.lines.length
      if (total > run.total) Object.assign(run, { total, before, kept })
    }
    if (best === undefined || run.total > best.total) best = run
  })
  const chain: FoundLine[][] = []
  for (let run: Run | undefined = best, kept = Infinity; run !== undefined; kept = run.kept, run = run.before) chain.unshift(run.lines.slice(0, kept))
  return chain
}

/** How many lines of a run can come before another, with lines missing between them that somebody knew to be on disk. */
function fitting(run: Run, next: Run): number {
  const first = next.lines[0]!
  if (first.prev === NO_SUM) return 0
  let count = run.lines.length
  while (count > 0 && run.lines[count - 1]!.seq > first.seq - 2) count--
  if (count === 0 || run.order[count - 1]! > next.order[0]! || next.maxD <= run.lines[count - 1]!.seq) return 0
  return count
}

/** Each line that no other leads to, with the longest history behind it; in the order of the files. */
function runsOf(lines: readonly FoundLine[]): Run[] {
  const bySum = new Map<string, number>()
  const parents = new Int32Array(lines.length).fill(-1)
  lines.forEach((line, index) => {
    const parent = bySum.get(line.prev)
    if (parent !== undefined && (line.jumps ? line.seq > lines[parent]!.seq : line.seq === lines[parent]!.seq + 1)) parents[index] = parent
    if (!bySum.has(line.leadsOn)) bySum.set(line.leadsOn, index)
  })
  const depths = new Int32Array(lines.length).fill(1)
  const next = new Int32Array(lines.length).fill(-1)
  for (let index = lines.length - 1; index >= 0; index--) {
    const parent = parents[index]!
    // Of two equally long ones the first in the file counts: it won the race.
    if (parent >= 0 && depths[index]! + 1 >= depths[parent]!) {
      depths[parent] = depths[index]! + 1
      next[parent] = index
    }
  }
  const runs: Run[] = []
  lines.forEach((_, root) => {
    if (parents[root]! >= 0) return
    const order: number[] = []
    for (let at = root; at >= 0; at = next[at]!) order.push(at)
    const members = order.map((at) => lines[at]!)
    runs.push({ lines: members, order, maxD: members.reduce((most, { d }) => Math.max(most, d), 0), total: 0, kept: 0 })
  })
  return runs
}
