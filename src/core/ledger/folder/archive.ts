import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { tell } from '../../tell.js'
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
export const MAX_SEGMENT = 256 * 1024 * 1024
const MAX_STUB = 64 * 1024

/** @throws SyntaxError, TypeError, system errors */
export function readStub(fs: LedgerFs, layout: Layout, segment: number): Stub {
  const bytes = readWhole(fs, layout.segment(segment), MAX_STUB)
  if (bytes === undefined) throw new TypeError('its place holds something else')
  return JSON.parse(bytes.toString('utf8')) as Stub
}

/** The bytes of an archived segment, checked against its stub. @throws MusterError LEDGER_DAMAGED */
export function readArchived(fs: LedgerFs, layout: Layout, segment: number): Buffer {
  const path = layout.archived(segment)
  try {
    const stub = readStub(fs, layout, segment)
    const bytes = unpack(fs, path)
    if (stub.archived === segment && createHash('sha256').update(bytes).digest('hex') === stub.sha256) return bytes
  } catch (error) {
    throw damaged(tell`${path}, an old part of the records, cannot be read (${error instanceof Error ? error.message : String(error)}).`, { path, segment })
  }
  throw damaged(tell`${path}, an old part of the records, is not what was put there.`, { path, segment })
}

/** What an archive holds, whatever its stub says of it; undefined where it cannot be read. */
export function unpackArchive(fs: LedgerFs, layout: Layout, segment: number): Buffer | undefined {
  try {
    return unpack(fs, layout.archived(segment))
  } catch {
    return undefined
  }
}

/** @throws Error where it is too large or no archive; system errors */
function unpack(fs: LedgerFs, path: string): Buffer {
  const packed = readWhole(fs, path, MAX_SEGMENT)
  if (packed === undefined) throw new Error('it is larger than any archive')
  return gunzipSync(packed, { maxOutputLength: MAX_SEGMENT })
}

/** The bytes of a file; undefined, unread, for one that is longer than `limit`. @throws system errors */
export function readWhole(fs: LedgerFs, path: string): Buffer
export function readWhole(fs: LedgerFs, path: string, limit: number): Buffer | undefined
export function readWhole(fs: LedgerFs, path: string, limit = Infinity): Buffer | undefined {
  const fd = fs.open(path, 'read')
  try {
    const { size } = fs.fstat(fd)
    if (size > limit) return undefined
    const bytes = Buffer.allocUnsafe(size)
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
