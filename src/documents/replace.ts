import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, readFileSync, renameSync } from 'node:fs'
import { link, lstat, mkdir, open, readdir, readFile, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf, MusterError } from '../core/errors.js'
import { whenLetGo } from '../core/heldFiles.js'
import { openPlain, openPlainSync } from '../core/plainFiles.js'
import { isTagGone, knowProcesses, ownTag } from '../core/system/processes.js'
import { tell } from '../core/tell.js'
import { syncFolder } from '../runs/durable.js'

/** Larger ones are no documents. In bytes. */
const LARGEST = 32 * 1024 * 1024

// In what ships this may be in a file of its own, which knows of no process yet, not even of its own.
void knowProcesses([process.pid])

/** Begins anywhere: in what ships several copies of this may be in one process. */
let count = Math.floor(Math.random() * 2 ** 32)

/**
 * Bytes of a file; undefined where there is none.
 * @throws MusterError INVALID_INPUT where a link or something else is in its place, TOO_LARGE; system errors
 */
export async function bytesOf(path: string): Promise<Buffer | undefined> {
  const facts = await lstat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  })
  if (facts === undefined) return undefined
  if (!facts.isFile()) throw new MusterError('INVALID_INPUT', facts.isSymbolicLink() ? tell`It is a link.` : tell`It is no file.`, { hint: tell`Put a file of its own in its place.` })
  if (facts.size > LARGEST) throw new MusterError('TOO_LARGE', tell`It is larger than ${LARGEST / 1024 / 1024} MiB.`, { hint: tell`Make it smaller, or move it away.` })
  let file: FileHandle
  try {
    file = await openPlain(path, constants.O_RDONLY)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

export interface Replacing {
  /** On disk when it resolves; otherwise only whole. */
  durable: boolean
  /** Of a new file and of folders on the way to it. */
  mode: { file: number; folder: number }
  /** What was in the file's place is added here, for {@link settleFormers}; otherwise it is looked at right away. */
  formers?: Former[]
  /** As of {@link Former}. */
  grows?: true
}

/** What was in the place of a document, under a name of its own: a program may still be writing into it. */
export interface Former {
  path: string
  former: string
  base: Buffer
  /** Of the monotonic clock. */
  since: number
  /** What was added to it at its end goes to the end of the document. */
  grows?: true
}

/** ms that a program has to write what it opened a document for. */
const HELD_OPEN = 100

/**
 * Keeps beside their documents what was written into files after they were replaced or removed.
 * @throws system errors; what was not looked at stays where it is, and is found by {@link sweepBeside}
 */
export async function settleFormers(formers: Former[]): Promise<{ path: string; kept: string }[]> {
  const found: { path: string; kept: string }[] = []
  for (let one = formers.shift(); one !== undefined; one = formers.shift()) {
    await sleep(Math.max(0, one.since + HELD_OPEN - performance.now()))
    const after = await bytesOf(one.former)
    if (after !== undefined && one.grows && after.length > one.base.length && after.subarray(0, one.base.length).equals(one.base)) await addTo(one.path, after.subarray(one.base.length))
    else if (after !== undefined && !after.equals(one.base)) found.push({ path: one.path, kept: await keepBeside(one.former, one.path) })
    await unlink(one.former).catch(() => undefined)
  }
  return found
}

async function addTo(path: string, bytes: Buffer): Promise<void> {
  const file = await openPlain(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    await file.appendFile(bytes)
  } finally {
    await file.close()
  }
}

/** Its name says what it held, for who finds it when this process has gone. */
function formerOf(path: string, base: Buffer): string {
  return join(dirname(path), `.${basename(path)}.${shortSum(base)}.${ownTag()}-${++count}.old.tmp`)
}

function shortSum(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}

/** Takes a document away that is still as it was read. false, with nothing changed, where it is not. @throws system errors */
export async function remove(path: string, base: Buffer, formers: Former[]): Promise<boolean> {
  const former = formerOf(path, base)
  if (!(await moveUnchanged(path, former, path, base))) return false
  formers.push({ path, former, base, since: performance.now() })
  return true
}

/**
 * Puts `next` in the place of a file that is still as it was read, whole or not at all. false, with nothing of theirs lost,
 * where somebody changed it up to the last moment: what a program writes into the file while it is replaced stays beside it.
 * @param base undefined: there is none
 * @returns `kept`: path of what was written into it meanwhile
 * @throws system errors; nothing is changed then
 */
export async function replace(path: string, base: Buffer | undefined, next: Buffer, { durable, mode, formers, grows }: Replacing): Promise<{ done: boolean; kept?: string }> {
  const folder = dirname(path)
  const fresh = join(folder, `.${basename(path)}.${ownTag()}-${++count}.tmp`)
  const former = formerOf(path, base ?? Buffer.alloc(0))
  let later = false
  try {
    await mkdir(folder, { recursive: true, mode: mode.folder })
    const before = base === undefined ? undefined : await lstat(path).catch(() => undefined)
    await writeNew(fresh, next, before === undefined ? mode.file : before.mode & 0o777, durable)
    if (base === undefined) {
      if (!(await linkNew(fresh, path))) return { done: false }
      if (durable) await syncFolder(folder)
      return { done: true }
    }
    // As it is now it stays reachable: who holds it open may still write to it.
    const linked = await link(path, former).then(() => true, () => false)
    if (!(await moveUnchanged(fresh, path, path, base))) return { done: false }
    if (linked && formers) later = formers.push({ path, former, base, since: performance.now(), ...(grows && { grows }) }) > 0
    if (durable) await syncFolder(folder)
    if (later) return { done: true }
    const after = linked ? await bytesOf(former) : base
    if (after === undefined || after.equals(base)) return { done: true }
    return { done: true, kept: await keepBeside(former, path) }
  } finally {
    for (const file of later ? [fresh] : [fresh, former]) await unlink(file).catch(() => undefined)
  }
}

/**
 * Moves a file while `path` is as it was read. Looked at before each try: who had it open may have saved it.
 *
 * What a program writes into the file itself after the last look is found, by the second name that the file has then. What a
 * program puts in its place by a rename is not: our own rename ends the only name that has. To exchange two names at once
 * (`renameat2`, `renamex_np`) is nothing that Node offers, and to move the file away first and link ours into the gap would
 * leave readers without a file at times, a shell's `>>` with a new one, and people without theirs where the machine stops right
 * then. So the last look is one call of the system, directly before the move: only who saves by a rename in the few
 * microseconds between the two is too early, and not seen.
 * @returns whether it was moved
 */
async function moveUnchanged(from: string, to: string, path: string, base: Buffer): Promise<boolean> {
  return whenLetGo(async () => {
    if ((await bytesOf(path))?.equals(base) !== true) return false
    // Once more, with nothing in between: who saves by putting a file in its place right now would lose that.
    const now = fileNow(path, base)
    if (now === undefined || lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino !== now) return false
    renameSync(from, to)
    return true
  })
}

/** Number of the file that is there, as it was read; undefined where it is not. */
function fileNow(path: string, base: Buffer): bigint | undefined {
  let file: number | undefined
  try {
    file = openPlainSync(path, constants.O_RDONLY)
    return readFileSync(file).equals(base) ? fstatSync(file, { bigint: true }).ino : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

export async function writeNew(path: string, bytes: Buffer, mode: number, durable: boolean): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(bytes)
    if (durable) await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives a file its name. @returns false where there is one already. @throws system errors */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error
    // A disk without links: the look before is all there is.
    if ((await bytesOf(to)) !== undefined) return false
    await rename(from, to)
    return true
  }
}

/**
 * What somebody wrote into a document of ours, under a name of its own beside it: `NAME.yours-2026-11-22_15-45-00`. A second
 * name of the same file where the disk has those, so that what is still being written into it is there too.
 * @param from Path of theirs: the document itself, or what was in its place
 */
export async function keepBeside(from: string, document: string): Promise<string> {
  const folder = dirname(document)
  const begin = `${basename(document)}.yours-`
  const bytes = await readFile(from)
  // Kept already, by somebody who was killed before going on.
  for (const name of await readdir(folder)) {
    if (name.startsWith(begin) && (await bytesOf(join(folder, name)).catch(() => undefined))?.equals(bytes)) return join(folder, name)
  }
  const stamp = new Date().toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-')
  for (let n = 1; ; n++) {
    const kept = join(folder, `${begin}${stamp}${n === 1 ? '' : `-${n}`}`)
    if (!(await linkOrCopy(from, kept, bytes))) continue
    await syncFolder(folder)
    return kept
  }
}

async function linkOrCopy(from: string, to: string, bytes: Buffer): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
  }
  try {
    await writeNew(to, bytes, 0o600, true)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes what killed processes of this machine left behind of documents they were writing. What was in the place of one, and
 * may have been written into since, is kept beside it.
 * @param isKnown Whether nothing is lost with such a former version of a document
 */
export async function sweepBeside(folder: string, isKnown: (path: string, bytes: Buffer) => Promise<boolean>): Promise<{ path: string; kept: string }[]> {
  const found: { path: string; kept: string }[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith('.') || !name.endsWith('.tmp') || isTagGone(name.replace(/(?:\.old)?\.tmp$/, '')) !== true) continue
    const [, document, sum] = /^\.(.+?)(?:\.([0-9a-f]{12}))?\.\d+-[0-9a-f]{8}-[0-9a-f]{8}-\d+\.old\.tmp$/.exec(name) ?? []
    const left = join(folder, name)
    const path = join(folder, document ?? name)
    const bytes = document === undefined ? undefined : await bytesOf(left).catch(() => undefined)
    if (bytes !== undefined && shortSum(bytes) !== sum && !(await isKnown(path, bytes))) found.push({ path, kept: await keepBeside(left, path) })
    await unlink(left).catch(() => undefined)
  }
  return found
}
