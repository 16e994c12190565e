import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
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
 * Adds lines to a file that is as it was left, or as a killed process left it in the middle of adding just these.
 * @returns undefined, with nothing changed, where somebody else wrote into it or took it away
 * @throws system errors
 */
export async function append(path: string, before: Extent, text: string): Promise<Extent | undefined> {
  const file = await open(path, constants.O_RDWR | constants.O_APPEND | ((constants.O_NOFOLLOW as number | undefined) ?? 0)).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const start = Math.max(0, before.size - END)
    const wanted = Buffer.from(text)
    if (size < before.size || size > before.size + wanted.length) return undefined
    const end = Buffer.alloc(size - start)
    await file.read(end, 0, end.length, start)
    const [old, added] = [end.subarray(0, before.size - start), end.subarray(before.size - start)]
    if (sumOf(old) !== before.end || !wanted.subarray(0, added.length).equals(added)) return undefined
    await file.appendFile(wanted.subarray(added.length))
    await file.datasync()
    return { size: before.size + wanted.length, end: sumOf(Buffer.concat([old, wanted]).subarray(-END)) }
  } finally {
    await file.close()
  }
}
