import { tell } from '../../tell.js'
import { parseLine } from '../line.js'
import { damaged, notOurs } from './problems.js'
import type { SegmentTail } from './segmentTail.js'

/** A line that cannot be, going by what was read before it. It is looked at once more before anybody believes it. */
export class Suspect extends Error {
  constructor(message: string, readonly details: Record<string, unknown>) {
    super(message)
  }
}

/** @param seq Head of the chain that the line at the tail's offset does not fit. */
export function suspectAt({ number, path, offset }: SegmentTail, seq: number, kind: 'fork' | 'damaged'): Suspect {
  const what = kind === 'fork' ? tell`${path}: a line after byte ${offset} belongs to a history that differs from the one read up to ${seq}.` : tell`${path}: a line after byte ${offset} follows saved lines that are missing after ${seq}.`
  return new Suspect(what, { kind, segment: number, offset, seq })
}

/**
 * A segment without a valid line must be what a crash left of a first one (pieces of lines, holes, fences) for a ledger
 * to be started in it. A line that has its beginning and its end, once each and without a hole, was written whole; if
 * its sum is wrong, an editor or a copying tool has changed it, and it may be all that is left of a real ledger.
 * @throws MusterError LEDGER_DAMAGED, FOLDER_UNUSABLE if it is something else
 */
export function assertTorn(path: string, bytes: Buffer): void {
  let foreign = bytes.length > 64 * 1024
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline < 0 ? bytes.length : newline
    const line = bytes.toString('latin1', start, end)
    if (isWhole(line) && parseLine(bytes, start, end) === undefined)
      throw damaged(tell`${path} was changed since it was written (by an editor, or a tool that changes line endings?): no line of it can be trusted.`)
    foreign ||= !isPiece(line)
    start = end + 1
  }
  if (foreign) throw notOurs(path, tell`holds something else than records`)
}

const LINE_START = '{"v":'

function isPiece(line: string): boolean {
  // A power loss leaves zeros from anywhere on.
  const piece = line.split('\0', 1)[0]!
  return piece[0] === '!' || piece.startsWith(LINE_START) || LINE_START.startsWith(piece)
}

function isWhole(line: string): boolean {
  return /^(\xef\xbb\xbf)?\s*\{\s*"v":\s*\d+,\s*"seq":[^\0]*,\s*"sum":\s*"[0-9a-f]{16}"\s*\}\s*$/i.test(line) && line.split(/\{\s*"v":/).length === 2
}
