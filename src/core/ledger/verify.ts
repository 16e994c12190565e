import { resolve } from 'node:path'
import { isMusterError } from '../errors.js'
import { Chain } from './classify.js'
import { findConflictCopies } from './folder/conflictCopies.js'
import { look, Layout } from './folder/layout.js'
import { nodeFs, type LedgerFs } from './folder/ledgerFs.js'
import { folderProblem, missing } from './folder/problems.js'
import { isMissing, SegmentWalk } from './folder/segmentWalk.js'
import { snapshotProblem } from './folder/snapshotFile.js'
import { NO_SUM, parseLine, PROTOCOL } from './line.js'
import { gapsBetween, lostEntries } from './repair/gaps.js'
import { idBeside } from './repair/idBeside.js'
import { mainChain } from './repair/mainChain.js'
import { survey } from './repair/survey.js'

export interface VerifyProblem {
  kind: 'fork' | 'damaged' | 'missing' | 'unreadable' | 'snapshot'
  message: string
  /** Absent for a snapshot. */
  segment?: number
  /** Of a snapshot: its path from the folder. */
  file?: string
  /** Line of the segment, from 1, and its place in bytes. Absent where a file as a whole is the problem. */
  line?: number
  offset?: number
}

export interface VerifyReport {
  folder: string
  /** Every accepted line leads to the next, up to the last, and no snapshot is damaged. */
  ok: boolean
  ledger: string
  segments: number
  /** They are in a database, not in the folder. */
  database?: true
  /** They go on in a database, and these are from before they moved there. */
  moved?: true
  /** Lines that make up the history, of these commits; of damaged records, those of which a repair would make one. */
  accepted: number
  commits: number
  /** Lost races and remnants of power losses; torn or foreign bytes. Neither is damage. */
  void: number
  junk: number
  head: { seq: number; sum: string }
  /** ms since 1970 of the first and last accepted line. */
  firstAt?: number
  lastAt?: number
  /** Set where lines were written by, or ask for, a newer version: what they say is not looked at. */
  newer?: number
  /** All there are, in the order of the files, each gap once; absent where nothing is wrong. */
  problems?: readonly VerifyProblem[]
  /** The first of them. */
  problem?: VerifyProblem
  /** Files that programs which copy folders between machines have put beside ours; no part of the history. Paths from the folder. */
  conflictCopies?: readonly string[]
}

/** Lines read between two turns of the event loop. */
const STEP = 2000

/**
 * Reads all lines of a folder and checks that they form one history. Needs no understanding of what they say, writes
 * nothing, and works on damaged folders. It covers accepted lines before the last: whether the last was followed by
 * others that somebody cut off, no file can tell.
 * @throws MusterError FOLDER_UNUSABLE if there is no ledger or it cannot be read at all
 */
export async function verifyFolder(folder: string, fs: LedgerFs = nodeFs): Promise<VerifyReport> {
  const layout = new Layout(resolve(folder))
  const chain = new Chain()
  const report: VerifyReport = { folder: layout.folder, ok: true, ledger: '', segments: 0, accepted: 0, commits: 0, void: 0, junk: 0, head: { seq: 0, sum: NO_SUM } }
  const segments = listSegments(fs, layout)
  const last = segments.at(-1) ?? 0

  const problems: VerifyProblem[] = []
  /** Once in doubt, the chain takes no line any more: what else is wrong with lines shows when all are known. */
  let isBroken = false
  let lineNumber = 0
  let current = 0
  const take = (bytes: Buffer, start: number, end: number, segment: number, offset: number): boolean => {
    if (segment !== current) lineNumber = 0
    current = segment
    lineNumber++
    if (end === start + 1 && bytes[start] === FENCE) return false
    const line = parseLine(bytes, start, end)
    if (line === undefined) {
      report.junk++
      return false
    }
    const place = chain.classify(line)
    if (place === 'void') report.void++
    if ((place === 'fork' || place === 'damaged') && !isBroken) {
      isBroken = true
      const message = place === 'fork' ? `This line belongs to a history that differs from the one before it.` : `Saved lines after number ${chain.seq} are missing or were changed.`
      problems.push({ kind: place, message, segment, line: lineNumber, offset })
    }
    if (place !== 'accept') return false
    chain.accept(line)
    report.accepted++
    if (line.kind === 'commit') report.commits++
    if (line.kind === 'genesis' || (line.kind === 'repaired' && report.ledger === '')) report.ledger = fieldOf(bytes, start, end, 'ledger', '')
    const version = line.kind === 'upgrade' ? fieldOf(bytes, start, end, 'minWriter', line.v) : line.v
    if (version > PROTOCOL) report.newer = Math.max(version, report.newer ?? 0)
    report.firstAt ??= line.at
    report.lastAt = line.at
    return line.closes
  }

  // Behind damage no line closes a segment any more: the later ones are still counted.
  for (let from = 1; from <= last; ) {
    const walk = new SegmentWalk(fs, layout, from)
    try {
      while (walk.step(STEP, take)) await new Promise((resolve) => setImmediate(resolve))
      // Bytes that nobody will ever end; they are no part of the history.
      if (walk.isEndless) report.junk++
      if (walk.segment < last && problems.length === 0 && hasLines(fs, layout, walk.segment + 1)) {
        problems.push({ kind: 'damaged', message: 'The end of this segment is missing.', segment: walk.segment })
      }
    } catch (error) {
      // Nothing is missing of what is in a database now.
      if (isMissing(error) && chain.movedTo === 'database') break
      const problem = isMusterError(error) ? error : folderProblem(layout.segment(walk.segment), error)
      problems.push({ kind: isMissing(error) ? 'missing' : 'unreadable', message: problem.message, segment: walk.segment })
    } finally {
      walk.close()
    }
    from = walk.segment + 1
  }
  if (problems.length > 0) await recount(fs, layout, report, problems)
  else Object.assign(report, { head: { seq: chain.seq, sum: chain.sum } }, chain.movedTo === 'database' && { moved: true })
  const copies = findConflictCopies(fs, layout)
  if (copies.length > 0) report.conflictCopies = copies
  report.segments = segments.length
  if (report.accepted === 0 && problems.length === 0) {
    problems.push({ kind: 'unreadable', message: `Not one line of the ${segments.length} ${segments.length === 1 ? 'file' : 'files'} can be read (${report.junk} of foreign or torn bytes).`, segment: segments[0] ?? 1 })
  }
  for (const snapshot of look(fs, layout).snapshots) {
    const problem = snapshotProblem(fs, layout, snapshot, report.ledger)
    if (problem !== undefined) problems.push({ kind: 'snapshot', message: `A snapshot cannot be used: ${problem}.`, file: `snapshots/${snapshot.name}` })
  }
  report.ok = problems.length === 0
  return report.ok ? report : { ...report, problems, problem: problems[0] }
}

const FENCE = 0x21

/** Counts what belongs together of damaged records, wherever lines are missing, and adds the places where they are. */
async function recount(fs: LedgerFs, layout: Layout, report: VerifyReport, problems: VerifyProblem[]): Promise<void> {
  const { lines, ledger } = await survey(fs, layout)
  const runs = mainChain(lines)
  const chain = runs.flat()
  const last = chain.at(-1)
  Object.assign(report, { ledger: report.ledger || ledger || idBeside(fs, layout), accepted: chain.length, commits: chain.filter(({ commit }) => commit).length, void: lines.length - chain.length, head: { seq: last?.seq ?? 0, sum: last?.leadsOn ?? NO_SUM } })
  if (last !== undefined) Object.assign(report, { firstAt: chain[0]!.at, lastAt: last.at })
  const gaps = gapsBetween(runs).map(({ from, to, before }): VerifyProblem => ({ kind: 'damaged', message: lostEntries(from, to), segment: before.segment, offset: before.start }))
  for (const gap of gaps) if (!problems.some(({ segment, offset }) => segment === gap.segment && offset === gap.offset)) problems.push(gap)
  problems.sort((a, b) => (a.segment ?? 0) - (b.segment ?? 0) || (a.offset ?? 0) - (b.offset ?? 0))
}

function listSegments(fs: LedgerFs, layout: Layout): number[] {
  try {
    const { segments, snapshots, archives } = look(fs, layout)
    if (segments.length + snapshots.length + archives.length === 0) throw missing(layout.folder)
    return segments
  } catch (error) {
    throw folderProblem(layout.folder, error)
  }
}

function hasLines(fs: LedgerFs, layout: Layout, segment: number): boolean {
  return (fs.stat(layout.segment(segment))?.size ?? 0) > 0
}

/** A field of a line, where it is of the kind that is expected. */
function fieldOf<T>(bytes: Buffer, start: number, end: number, name: string, otherwise: T): T {
  try {
    const value = (JSON.parse(bytes.toString('utf8', start, end)) as Record<string, unknown>)[name]
    return typeof value === typeof otherwise ? (value as T) : otherwise
  } catch {
    return otherwise
  }
}
