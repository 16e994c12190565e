import { sumOf } from './account.js'

/** How far a file that grows was written, and what its end was. */
export interface Extent {
  size: number
  /** Sum of its last bytes. */
  end: string
}

/** Bytes of the end that tell whether it is as it was left. */
const END = 4_096

export function extent(bytes: Buffer): Extent {
  return { size: bytes.length, end: sumOf(bytes.subarray(-END)) }
}

export function sameExtent({ size, end }: Extent, bytes: Buffer): boolean {
  return size === bytes.length && end === sumOf(bytes.subarray(-END))
}

/** Whether a file begins with what was left, and has more now. */
export function beginsWith({ size, end }: Extent, bytes: Buffer): boolean {
  return size <= bytes.length && end === sumOf(bytes.subarray(Math.max(0, size - END), size))
}

/**
 * A file with lines added that is as it was left, or has some of just these already: another writer's, or of one that was killed.
 * @returns undefined where somebody else wrote into it or took it away
 */
export function withLines(bytes: Buffer | undefined, before: Extent, text: string): Buffer | undefined {
  if (bytes === undefined || !beginsWith(before, bytes)) return undefined
  const wanted = Buffer.from(text)
  const [old, added] = [bytes.subarray(0, before.size), bytes.subarray(before.size)]
  return wanted.subarray(0, added.length).equals(added) ? Buffer.concat([old, wanted]) : undefined
}
