import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { errnoOf } from '../../errors.js'
import { sumOf } from '../line.js'
import type { Machine } from '../port.js'
import type { LedgerFacts, ReplicaBase } from '../replica.js'
import { readWhole } from './archive.js'
import type { Layout, SnapshotName } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import type { Place } from './places.js'
import { SegmentTail } from './segmentTail.js'

/** Version of the file format. */
const FORMAT = 1
/** A header is shorter than this. */
const HEADER = 4096
/** A larger file is not read: it would take more memory than the state it stands for. */
export const MAX_SNAPSHOT = 64 * 1024 * 1024
const SUM = 16

/** First line of a snapshot: which state of which ledger this is, and where in the ledger reading goes on. */
export interface SnapshotHeader {
  format: number
  /** How the state was folded ({@link Machine.foldId}, summed up). */
  fold: string
  /** Id of the ledger. */
  ledger: string
  /** Of the line it stands behind, with the segment that line is in and the offset of its end. */
  seq: number
  sum: string
  segment: number
  offset: number
  at: number
  up: number
  boot: string
  repairedAt: number
  minWriter: number
  facts: LedgerFacts
}

export interface LoadedSnapshot<S> {
  header: SnapshotHeader
  base: ReplicaBase<S>
  places: readonly Place[]
}

/** Why a snapshot is not used. The ledger itself is not in doubt. */
export class Unfit extends Error {
  /** @param harmless It is whole, and of another version or ledger, or was there just now: nothing to tell people. */
  constructor(message: string, readonly harmless = false) {
    super(message)
  }
}

export function foldName(machine: Pick<Machine<unknown, unknown>, 'foldId'>): string {
  return sumOf(machine.foldId)
}

/** The lines of a snapshot but the last, without `\n`: header, remembered sums, places, state. */
export function* snapshotLines(header: Omit<SnapshotHeader, 'format'>, sums: ReplicaBase<unknown>['sums'], places: readonly Place[], texts: Iterable<string>): Generator<string> {
  const { fold, ledger, seq, sum, segment, offset, ...rest } = header
  yield JSON.stringify({ format: FORMAT, fold, ledger, seq, sum, segment, offset, ...rest })
  yield JSON.stringify(packSums(sums))
  yield JSON.stringify(places.map((place) => [place.seq, place.sum, place.segment, place.offset]))
  yield* texts
}

/** Last line, with its `\n`: SHA-256 of all bytes before it. */
export function lastLine(sha256: string): string {
  return `{"sha256":"${sha256}"}\n`
}
const LAST = Buffer.byteLength(lastLine('0'.repeat(64)))

/** Runs of consecutive numbers: `[first, sums one after the other]`. */
function packSums(sums: ReplicaBase<unknown>['sums']): [number, string][] {
  const runs: { first: number; next: number; sums: string[] }[] = []
  for (const [seq, sum] of sums) {
    const run = runs.at(-1)
    if (run?.next === seq) {
      run.sums.push(sum)
      run.next++
    } else runs.push({ first: seq, next: seq + 1, sums: [sum] })
  }
  return runs.map((run) => [run.first, run.sums.join('')])
}

function unpackSums(runs: [number, string][]): [number, string][] {
  return runs.flatMap(([first, text]) => Array.from({ length: text.length / SUM }, (_, i): [number, string] => [first + i, text.slice(i * SUM, (i + 1) * SUM)]))
}

/** What a snapshot is expected to say of itself; `undefined` where anything will do. */
export interface Expected {
  fold: string | undefined
  ledger: string | undefined
}

/** The header of a snapshot whose name, version and place in the ledger are right. Cheap. @throws Unfit, system errors */
export function readHeader(fs: LedgerFs, layout: Layout, file: SnapshotName, expected: Expected): SnapshotHeader {
  const header = headerAt(fs, join(layout.snapshots, file.name), file, expected)
  openBehind(fs, layout, header, 'read').close()
  return header
}

/** The same, wherever the ledger may have its line. @throws Unfit, system errors */
export function headerAt(fs: LedgerFs, path: string, { seq, sum }: Pick<SnapshotName, 'seq' | 'sum'>, { fold, ledger }: Expected): SnapshotHeader {
  const header = parseHeader(firstBytes(fs, path, HEADER))
  if (header.format !== FORMAT || (fold !== undefined && header.fold !== fold)) throw new Unfit('it was written by another version of Muster', true)
  if (header.seq !== seq || header.sum !== sum) throw new Unfit('its name is not its own')
  if (ledger !== undefined && header.ledger !== ledger) throw new Unfit('it belongs to another ledger')
  return header
}

/** The snapshot's segment, positioned behind its line. @throws Unfit if that line is not there; system errors */
export function openBehind(fs: LedgerFs, layout: Layout, { segment, offset, sum }: SnapshotHeader, mode: 'read' | 'append'): SegmentTail {
  let tail: SegmentTail
  try {
    tail = new SegmentTail(fs, layout.segment(segment), segment, mode)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new Unfit('the part of the ledger it stands in is missing')
    throw error
  }
  try {
    if (tail.isStub()) throw new Unfit('the part of the ledger it stands in is archived', true)
    if (!tail.startBehind(offset, sum)) throw new Unfit('the ledger does not hold the line it stands behind')
    return tail
  } catch (error) {
    tail.close()
    throw error
  }
}

/** The whole snapshot, checked. @throws Unfit, system errors */
export function readSnapshot<S>(fs: LedgerFs, path: string, machine: Machine<S, unknown>, header: SnapshotHeader): LoadedSnapshot<S> {
  const bytes = readChecked(fs, path)
  const end = bytes.length - LAST
  const lines = linesOf(bytes, end)
  try {
    lines.next()
    const sums = unpackSums(JSON.parse(lines.next().value as string) as [number, string][])
    const places = (JSON.parse(lines.next().value as string) as [number, string, number, number][]).map(([seq, sum, segment, offset]) => ({ seq, sum, segment, offset }))
    const [seq, sum] = sums.at(-1) ?? []
    if (seq !== header.seq || sum !== header.sum) throw new Error('its sums end elsewhere')
    const { ledger: id, at, up, boot, repairedAt, minWriter, facts } = header
    return { header, places, base: { id, sums, repairedAt, minWriter, facts, stamp: { seq, at, up, boot }, state: machine.load(lines) } }
  } catch (error) {
    throw new Unfit(`it cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
}

/** The bytes of a snapshot whose checksum is right. @throws Unfit, system errors */
function readChecked(fs: LedgerFs, path: string): Buffer {
  const bytes = readWhole(fs, path, MAX_SNAPSHOT)
  if (bytes === undefined) throw new Unfit('it is larger than any snapshot')
  const end = bytes.length - LAST
  if (end <= 0 || bytes.toString('latin1', end) !== lastLine(createHash('sha256').update(bytes.subarray(0, end)).digest('hex'))) throw new Unfit('its checksum is wrong')
  return bytes
}

/** What is wrong with a snapshot, of whatever version; undefined where nothing is. @param ledger '' where its id is not known */
export function snapshotProblem(fs: LedgerFs, layout: Layout, file: SnapshotName, ledger: string): string | undefined {
  try {
    const path = join(layout.snapshots, file.name)
    const header = headerAt(fs, path, file, { fold: undefined, ledger: ledger || undefined })
    readChecked(fs, path)
    openBehind(fs, layout, header, 'read').close()
    return undefined
  } catch (error) {
    return errnoOf(error) === 'ENOENT' || (error instanceof Unfit && error.harmless) ? undefined : error instanceof Error ? error.message : String(error)
  }
}

function* linesOf(bytes: Buffer, limit: number): Generator<string> {
  for (let start = 0; start < limit; ) {
    const end = bytes.indexOf(0x0a, start)
    yield bytes.toString('utf8', start, end)
    start = end + 1
  }
}

function firstBytes(fs: LedgerFs, path: string, limit: number): Buffer {
  const fd = fs.open(path, 'read')
  try {
    if (fs.fstat(fd).type !== 'file') throw new Unfit('it is not a regular file')
    const bytes = Buffer.alloc(limit)
    return bytes.subarray(0, fs.read(fd, bytes, 0, limit, 0))
  } finally {
    fs.close(fd)
  }
}

function parseHeader(bytes: Buffer): SnapshotHeader {
  const end = bytes.indexOf(0x0a)
  try {
    const header = JSON.parse(bytes.toString('utf8', 0, Math.max(0, end))) as Record<keyof SnapshotHeader, unknown>
    const numbers = [header.format, header.seq, header.segment, header.offset, header.at, header.up, header.repairedAt, header.minWriter]
    const texts = [header.fold, header.ledger, header.sum, header.boot]
    if (typeof header.facts === 'object' && header.facts !== null && numbers.every((value) => Number.isSafeInteger(value)) && texts.every((value) => typeof value === 'string')) return header as SnapshotHeader
  } catch {
    // As below.
  }
  throw new Unfit('it does not begin as a snapshot does')
}
