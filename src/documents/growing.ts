import { sumOf, type Adding } from './account.js'

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

/** @param base What is there; @param next The same with more at its end */
export function addingTo(base: Buffer, next: Buffer, seq: number): Adding {
  // From the beginning of a line: letters may be several bytes.
  const from = base.lastIndexOf(10) + 1
  return { seq, ...extent(base.subarray(0, from)), text: next.subarray(from).toString('utf8') }
}

/** Whether a file is as it was left with some of this, or all, and nothing else. */
export function isAdding(adding: Adding, bytes: Buffer): boolean {
  const added = bytes.subarray(adding.size)
  return beginsWith(adding, bytes) && Buffer.from(adding.text).subarray(0, added.length).equals(added)
}

/** Whether a file that grows is as a writer left it, or was cut off while it wrote. */
export function isGrown({ grown, adding }: { grown?: Extent; adding?: Adding } = {}, bytes: Buffer): boolean {
  return (grown !== undefined && sameExtent(grown, bytes)) || (adding !== undefined && isAdding(adding, bytes))
}

/**
 * A file with lines added that is as it was left, or has some of just these already: another writer's, or of one that was killed.
 * @returns undefined where somebody else wrote into it or took it away
 */
export function withLines(bytes: Buffer | undefined, before: Extent, text: string): Buffer | undefined {
  if (bytes === undefined || !beginsWith(before, bytes)) return undefined
  const [old, added] = [bytes.subarray(0, before.size), bytes.subarray(before.size)]
  // An agent's last line may have no end.
  const wanted = Buffer.from(text === '' || old.length === 0 || old.at(-1) === 10 ? text : `\n${text}`)
  return wanted.subarray(0, added.length).equals(added) ? Buffer.concat([old, wanted]) : undefined
}
