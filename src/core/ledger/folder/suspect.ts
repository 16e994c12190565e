import type { SegmentTail } from './segmentTail.js'

/** A line that cannot be, going by what was read before it. It is looked at once more before anybody believes it. */
export class Suspect extends Error {
  constructor(message: string, readonly details: Record<string, unknown>) {
    super(message)
  }
}

/** @param seq Head of the chain that the line at the tail's offset does not fit. */
export function suspectAt({ number, path, offset }: SegmentTail, seq: number, kind: 'fork' | 'damaged'): Suspect {
  const what = kind === 'fork' ? `belongs to a history that differs from the one read up to ${seq}` : `follows saved lines that are missing after ${seq}`
  return new Suspect(`${path}: a line after byte ${offset} ${what}.`, { kind, segment: number, offset, seq })
}

/** Whether a segment without a valid line can be what a crash left of a first one: pieces of lines, holes and fences. */
export function looksTorn(bytes: Buffer): boolean {
  if (bytes.length > 64 * 1024) return false
  return bytes
    .toString('latin1')
    .split('\n')
    .every((line) => line === '' || line[0] === '\0' || line[0] === '!' || line.startsWith(LINE_START) || LINE_START.startsWith(line))
}

const LINE_START = '{"v":'
