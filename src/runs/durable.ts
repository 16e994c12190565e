import { constants } from 'node:fs'
import { link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, isMusterError, MusterError } from '../core/errors.js'
import { whenLetGo } from '../core/heldFiles.js'
import { openPlain } from '../core/plainFiles.js'
import { isTagGone, ownTag } from '../core/system/processes.js'
import { tell } from '../core/tell.js'

/** Begins anywhere: in what ships several copies of this may be in one process. */
let temporaries = Math.floor(Math.random() * 2 ** 32)

/**
 * Writes a file as a whole: whoever reads it, whenever the power fails, finds what it was or all of this.
 * @param exclusive Only where there is none yet.
 * @returns false where there is one already, and it was to be exclusive
 * @throws MusterError FOLDER_UNUSABLE where a link or something else is in its place, NOT_APPLIED where the disk refuses: it is as it was
 */
export async function writeDurably(path: string, text: string, { exclusive = false } = {}): Promise<boolean> {
  const before = await ownFile(path)
  if (exclusive && before) return false
  const temporary = join(dirname(path), `.${basename(path)}.${ownTag()}-${++temporaries}.tmp`)
  try {
    const handle = await open(temporary, 'wx', before === undefined ? 0o666 : before.mode & 0o777)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (!exclusive) await whenLetGo(() => rename(temporary, path))
    else if (!(await linkOnce(temporary, path))) return false
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    throw unwritten(path, error)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** What a disk says that has no room, or takes nothing. Anything else stays as it is. */
export function unwritten(path: string, error: unknown): unknown {
  const errno = errnoOf(error)
  if (isMusterError(error) || errno === undefined) return error
  const full = errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG'
  return new MusterError('NOT_APPLIED', tell`${path} cannot be written: ${full ? tell`there is no room on the disk` : errno}.`, { hint: full ? tell`Make room and try again; nothing was changed.` : tell`See who may write there, and try again; nothing was changed.`, details: { path, errno }, cause: error })
}

/** A link is made or not; there is nothing in between, and nobody's file is replaced. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    // A disk without hard links: made empty first, so that only one does.
    return open(to, 'wx').then((handle) => handle.close()).then(() => rename(from, to)).then(() => true, (problem: unknown) => {
      if (errnoOf(problem) === 'EEXIST') return false
      throw problem
    })
  }
}

async function ownFile(path: string): Promise<{ mode: number } | undefined> {
  const facts = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (facts !== undefined && !facts.isFile()) throw new MusterError('FOLDER_UNUSABLE', facts.isSymbolicLink() ? tell`${path} is a link.` : tell`${path} is no file.`, { hint: tell`Put a file of its own in its place; Muster does not write through links here.` })
  return facts
}

/** Makes what was renamed or created in a folder last; where folders cannot be synced (Windows), the system does. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** Flags for a log that others write too; for {@link openPlain}, so that no link leads away from it. */
export const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND

/** Adds lines to a log, to stay. What somebody was cut off in the middle of stays a line of its own. @throws MusterError NOT_APPLIED */
export async function appendLines(path: string, text: string): Promise<void> {
  const handle = await openPlain(path, APPEND, 0o666).catch((error: unknown) => {
    throw unwritten(path, error)
  })
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    await handle.appendFile(size > 0 && last[0] !== 10 ? `\n${text}` : text)
    await handle.datasync()
  } catch (error) {
    throw unwritten(path, error)
  } finally {
    await handle.close()
  }
}

/** A folder of its own, made where it is missing. @returns whether it was. @throws MusterError FOLDER_UNUSABLE, NOT_APPLIED */
export async function ensureFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      await ensureFolder(dirname(path))
      return ensureFolder(path)
    }
    if (errnoOf(error) !== 'EEXIST') throw unwritten(path, error)
    const facts = await lstat(path)
    if (!facts.isDirectory()) throw new MusterError('FOLDER_UNUSABLE', tell`${path} is no folder of its own.`, { hint: tell`Move away what is in its place.` })
    return false
  }
}

/** ms after which an unfinished file was left behind, where its process cannot be asked about: it was of an earlier boot, or is elsewhere. */
const LEFT_BEHIND = 24 * 60 * 60_000

/** Removes what killed processes left behind of files they were writing. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith('.') || !name.endsWith('.tmp') || !/-[0-9a-f]{8}-[0-9a-f]{8}-\d+\.tmp$/.test(name)) continue
    const path = join(folder, name)
    const isGone = isTagGone(name) ?? Date.now() - ((await lstat(path).catch(() => undefined))?.mtimeMs ?? Infinity) > LEFT_BEHIND
    if (isGone) await unlink(path).catch(() => undefined)
  }
}

/** How often a file that others change meanwhile is tried to be changed. */
const TRIES = 100

/**
 * Changes a file that others change too: what is written was made of what is there right before it takes its place.
 * @param change Of undefined where there is no file; undefined for no change.
 * @returns whether it was changed
 * @throws MusterError BUSY where others never leave it alone
 */
export async function changeFile(path: string, change: (bytes: Buffer | undefined) => string | undefined): Promise<boolean> {
  for (let n = 0; n < TRIES; n++) {
    const before = await bytesOf(path)
    const text = change(before)
    if (text === undefined || before?.equals(Buffer.from(text)) === true) return false
    if (before === undefined) {
      if (await writeDurably(path, text, { exclusive: true })) return true
      continue
    }
    const now = await bytesOf(path)
    if (now === undefined || !now.equals(before)) continue
    await writeDurably(path, text)
    return true
  }
  throw new MusterError('BUSY', tell`${path} is changed by others all the time.`, { hint: tell`Try again.` })
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  if ((await ownFile(path)) === undefined) return undefined
  return readFile(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
}
