import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** For the flags of open(): no link in the last part of a path is followed. 0 on Windows, which has no such flag. */
export const NOFOLLOW = (constants.O_NOFOLLOW as number | undefined) ?? 0

/**
 * Opens a file that others may have put a link in the place of, which is not followed. Where the system has no flag for that,
 * what stands at the path is looked at before, so that nothing is made elsewhere, and compared with what was opened.
 * @param nofollow replaced in tests
 * @throws what the file system throws; ELOOP for a link
 */
export function openPlainSync(path: string, flags: number, mode?: number, nofollow = NOFOLLOW): number {
  if (nofollow === 0) assertPlain(path)
  const fd = openSync(path, flags | nofollow, mode)
  try {
    if (nofollow === 0) assertPlain(path, fd)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The same, without holding anybody up. */
export async function openPlain(path: string, flags: number, mode?: number, nofollow = NOFOLLOW): Promise<FileHandle> {
  if (nofollow === 0) assertPlain(path)
  const file = await open(path, flags | nofollow, mode)
  try {
    if (nofollow === 0) assertPlain(path, file.fd)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

function assertPlain(path: string, fd?: number): void {
  const there = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  const opened = fd === undefined ? there : fstatSync(fd, { bigint: true })
  // Windows tells of a disk's number all of it, or its lower half, depending on how it is asked.
  const isSame = there?.ino === opened?.ino && (there === undefined || BigInt.asUintN(32, there.dev ^ opened!.dev) === 0n)
  if (!isSame || there?.isSymbolicLink()) throw Object.assign(new Error(`${path} is a link`), { code: 'ELOOP' })
}
