import { errnoOf } from '../../errors.js'
import { MAX_SEGMENT, readArchived, readWhole, unpackArchive } from '../folder/archive.js'
import { look, type Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { pause } from '../folder/wholeFile.js'
import { parseLine } from '../line.js'
import type { FoundLine } from './mainChain.js'

/** Lines read between two turns of the event loop. */
const STEP = 2000

/** What is left of a segment: the file itself, what its archive holds, or nothing that can be read. */
export interface FoundSegment {
  number: number
  source: 'file' | 'archive' | 'none'
  /** Why it cannot be read, or not as it should be. */
  problem?: string
  /** Bytes, where they were read. */
  size: number
}

export interface Survey {
  segments: FoundSegment[]
  /** Lines with a right sum, in the order of the files. */
  lines: FoundLine[]
  /** The first line, or the one that stands for it, names the ledger; also where something else in it was changed. */
  ledger: string
}

/** Reads all segments and archives there are, whatever state they are in. Writes nothing. @throws MusterError FOLDER_UNUSABLE, system errors */
export async function survey(fs: LedgerFs, layout: Layout): Promise<Survey> {
  const contents = look(fs, layout)
  const last = Math.max(0, ...contents.segments, ...contents.archives)
  const found: Survey = { segments: [], lines: [], ledger: '' }
  for (let number = 1; number <= last; number++) {
    const { bytes, ...segment } = readSegment(fs, layout, number)
    found.segments.push({ number, size: bytes?.length ?? 0, ...segment })
    if (bytes !== undefined) await take(found, number, bytes)
  }
  found.ledger ||= damagedId(fs, layout)
  return found
}

/** The bytes of a segment as they can be had; of an archived one, those before compression. */
export function readSegment(fs: LedgerFs, layout: Layout, number: number): { source: FoundSegment['source']; problem?: string; bytes?: Buffer } {
  let problem: string | undefined
  try {
    const bytes = readWhole(fs, layout.segment(number), MAX_SEGMENT)
    if (bytes === undefined) problem = 'is larger than any'
    else if (!bytes.subarray(0, STUB.length).equals(STUB)) return { source: 'file', bytes }
    else {
      try {
        return { source: 'archive', bytes: readArchived(fs, layout, number) }
      } catch {
        problem = 'is archived, and its archive is missing or damaged'
      }
    }
  } catch (error) {
    problem = errnoOf(error) === 'ENOENT' ? 'is missing' : `cannot be read (${error instanceof Error ? error.message : String(error)})`
  }
  // Its checksum was in the stub; the lines in it have sums of their own.
  const bytes = unpackArchive(fs, layout, number)
  return { source: bytes === undefined ? 'none' : 'archive', problem, ...(bytes && { bytes }) }
}

const STUB = Buffer.from('{"archived":')

async function take(found: Survey, segment: number, bytes: Buffer): Promise<void> {
  let count = 0
  for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    if (++count % STEP === 0) await pause()
    const line = parseLine(bytes, start, end)
    if (line === undefined) continue
    const { seq, prev, leadsOn, d, at, closes, kind, movesTo } = line
    found.lines.push({ seq, prev, leadsOn, d, at, closes, leaves: movesTo === 'database', jumps: kind === 'repaired', commit: kind === 'commit', segment, start, end })
    if (kind === 'genesis' || (kind === 'repaired' && found.ledger === '')) found.ledger ||= ledgerOf(bytes, start, end)
  }
}

/** Where a first line is looked for, in bytes. */
const BEGINNING = 64 * 1024

/** The id in a first line whose sum is wrong. */
function damagedId(fs: LedgerFs, layout: Layout): string {
  const { bytes } = readSegment(fs, layout, 1)
  return /^\{"v":\d.{0,400}?"kind":"genesis","ledger":"([0-9a-f]{24})"/m.exec(bytes?.toString('latin1', 0, BEGINNING) ?? '')?.[1] ?? ''
}

function ledgerOf(bytes: Buffer, start: number, end: number): string {
  try {
    const { ledger } = JSON.parse(bytes.toString('utf8', start, end)) as { ledger?: unknown }
    return typeof ledger === 'string' ? ledger : ''
  } catch {
    return ''
  }
}
