import { constants, gunzipSync } from 'node:zlib'
import { join } from 'node:path'
import { errnoOf } from '../../errors.js'
import { parseLine } from '../line.js'
import type { Machine } from '../port.js'
import { look, type Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import type { SegmentTail } from './segmentTail.js'
import { foldName, openBehind, readHeader, readSnapshot, Unfit, type LoadedSnapshot } from './snapshotFile.js'

/** Bytes in which the first line of a ledger is looked for. */
const BEGINNING = 64 * 1024
/** Snapshots may be replaced by newer ones while they are looked at. */
const LISTINGS = 30

export interface SnapshotSearch<S> {
  /** The newest one that can be trusted, and its segment positioned behind its line. */
  found?: LoadedSnapshot<S> & { tail: SegmentTail }
  /** For people: files that are not what they should be. */
  problems: string[]
}

/**
 * Looks for the newest snapshot to begin with. What is damaged, foreign or ahead of the ledger is passed over.
 * @param lookFor A head seen before: a snapshot behind which it could not be found again is passed over as well.
 */
export function openSnapshot<S>(fs: LedgerFs, layout: Layout, machine: Machine<S, unknown>, mode: 'read' | 'append', lookFor?: { seq: number; sum: string }): SnapshotSearch<S> {
  for (let listing = 1; ; listing++) {
    const problems: string[] = []
    let vanished = false
    const { snapshots } = look(fs, layout)
    const expected = { fold: foldName(machine), ledger: snapshots.length === 0 ? undefined : ledgerIdOf(fs, layout) }
    for (const file of snapshots) {
      try {
        const header = readHeader(fs, layout, file, expected)
        const loaded = readSnapshot(fs, join(layout.snapshots, file.name), machine, header)
        if (lookFor !== undefined && lookFor.seq > 0 && lookFor.seq < loaded.base.sums[0]![0]) continue
        return { found: { ...loaded, tail: openBehind(fs, layout, header, mode) }, problems }
      } catch (error) {
        const errno = errnoOf(error)
        vanished ||= errno === 'ENOENT'
        if (errno !== 'ENOENT' && !(error instanceof Unfit && error.harmless)) problems.push(notUsed(join(layout.snapshots, file.name), error))
      }
    }
    if (!vanished || listing === LISTINGS) return { problems }
  }
}

export function notUsed(path: string, error: unknown): string {
  return `${path} is not used: ${error instanceof Error ? error.message : String(error)}.`
}

/** Id in the first line of the ledger; undefined where that cannot be read. */
function ledgerIdOf(fs: LedgerFs, layout: Layout): string | undefined {
  try {
    let bytes = beginning(fs, layout.segment(1))
    if (bytes.toString('latin1').startsWith('{"archived":')) bytes = gunzipSync(beginning(fs, layout.archived(1)), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 128 * BEGINNING })
    for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
      const line = parseLine(bytes, start, end)
      // After a repair another line may stand for the first.
      if (line?.seq !== 1 && line?.kind !== 'repaired') continue
      const { ledger } = JSON.parse(bytes.toString('utf8', start, end)) as { ledger?: unknown }
      return typeof ledger === 'string' ? ledger : undefined
    }
  } catch {
    // What stands there is looked at when it is read.
  }
  return undefined
}

function beginning(fs: LedgerFs, path: string): Buffer {
  const fd = fs.open(path, 'read')
  try {
    const bytes = Buffer.alloc(BEGINNING)
    return bytes.subarray(0, fs.read(fd, bytes, 0, bytes.length, 0))
  } finally {
    fs.close(fd)
  }
}
