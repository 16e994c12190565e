import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { damaged } from './problems.js'

/** The one line that stays where an archived segment was. `sha256` is of the segment's bytes before compression. */
export interface Stub {
  archived: number
  first: number
  last: number
  lastSum: string
  sha256: string
}

/** Larger than any segment, smaller than what a crafted archive could unpack to. */
const MAX_SEGMENT = 256 * 1024 * 1024

/** The bytes of an archived segment, checked against its stub. @throws MusterError LEDGER_DAMAGED */
export function readArchived(fs: LedgerFs, layout: Layout, segment: number): Buffer {
  const path = layout.archived(segment)
  try {
    const stub = JSON.parse(readWhole(fs, layout.segment(segment)).toString('utf8')) as Stub
    const bytes = gunzipSync(readWhole(fs, path), { maxOutputLength: MAX_SEGMENT })
    if (stub.archived === segment && createHash('sha256').update(bytes).digest('hex') === stub.sha256) return bytes
  } catch (error) {
    throw damaged(`${path}, an old part of the ledger, cannot be read (${error instanceof Error ? error.message : String(error)}).`, { path, segment })
  }
  throw damaged(`${path}, an old part of the ledger, is not what was put there.`, { path, segment })
}

export function readWhole(fs: LedgerFs, path: string): Buffer {
  const fd = fs.open(path, 'read')
  try {
    const bytes = Buffer.allocUnsafe(fs.fstat(fd).size)
    let length = 0
    while (length < bytes.length) {
      const count = fs.read(fd, bytes, length, bytes.length - length, length)
      if (count === 0) break
      length += count
    }
    return bytes.subarray(0, length)
  } finally {
    fs.close(fd)
  }
}
