import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { errnoOf } from '../../errors.js'
import { tell } from '../../tell.js'
import type { LedgerFs } from './ledgerFs.js'
import { notOurs } from './problems.js'

/** Bytes written or read between two turns of the event loop. */
const SLICE = 256 * 1024

/** Lets the event loop go round. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * Writes a file as a whole: to `temporary`, to disk, under its name, and read back. Either the name leads to all of it, or
 * to what it led to before. In slices, so that nobody is held up by a large one.
 * @param temporary A path nobody else uses, in a folder of the same disk.
 * @throws system errors; Error when what is read back differs. The temporary file is removed.
 */
export async function writeWhole(fs: LedgerFs, path: string, temporary: string, parts: Iterable<string | Buffer>): Promise<void> {
  const sha256 = createHash('sha256')
  const fd = fs.open(temporary, 'create')
  try {
    try {
      for (const bytes of slices(parts)) {
        sha256.update(bytes)
        const written = fs.append(fd, bytes)
        if (written < bytes.length) throw Object.assign(new Error(`only ${written} of ${bytes.length} bytes could be written`), { code: 'ENOSPC' })
        await pause()
      }
      // Content and length: what reading it back needs. The name follows with its folder.
      await fs.fdatasync(fd)
    } finally {
      fs.close(fd)
    }
    fs.rename(temporary, path)
  } catch (error) {
    removeFile(fs, temporary)
    throw error
  }
  fs.fsyncFolder(dirname(path))
  if ((await sha256Of(fs, path)) !== sha256.digest('hex')) throw new Error(`${basename(path)} reads differently from what was written`)
}

function* slices(parts: Iterable<string | Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    waiting.push(bytes)
    size += bytes.length
    if (size < SLICE) continue
    const all = Buffer.concat(waiting)
    for (let start = 0; start < all.length; start += SLICE) yield all.subarray(start, start + SLICE)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}

async function sha256Of(fs: LedgerFs, path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const slice of readSlices(fs, path)) hash.update(slice)
  return hash.digest('hex')
}

/** The bytes of a file, in slices; each is good until the next is asked for. */
export async function* readSlices(fs: LedgerFs, path: string): AsyncGenerator<Buffer> {
  const fd = fs.open(path, 'read')
  try {
    const buffer = Buffer.allocUnsafe(SLICE)
    for (let at = 0; ; ) {
      const count = fs.read(fd, buffer, 0, buffer.length, at)
      if (count === 0) return
      at += count
      yield buffer.subarray(0, count)
      await pause()
    }
  } finally {
    fs.close(fd)
  }
}

/** Removes a file that may not be there, or may not be removed: it is of no more use. */
export function removeFile(fs: LedgerFs, path: string): void {
  try {
    fs.unlink(path)
  } catch {
    // Somebody else did, or will.
  }
}

/** Makes a folder of `.muster` that lasts. @throws system errors; MusterError FOLDER_UNUSABLE where a link leads elsewhere, or no folder is */
export function ensureFolder(fs: LedgerFs, path: string): void {
  try {
    fs.mkdir(path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    if (fs.stat(path)?.type !== 'folder') throw notOurs(path, tell`is not a folder of its own`)
    return
  }
  fs.fsyncFolder(dirname(path))
}
