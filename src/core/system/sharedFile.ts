import { randomBytes } from 'node:crypto'
import { closeSync, constants, fchmodSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errnoOf, invalid, MusterError } from '../errors.js'
import { onceLetGo } from '../heldFiles.js'
import { tell } from '../tell.js'
import { lookAt } from './locate.js'

/** Documents are read whole; larger ones are no documents. In bytes. */
const LIMIT = 32 * 1024 * 1024

/**
 * The text of a document; undefined where there is no file.
 * @throws MusterError INVALID_INPUT for what is no text file, TOO_LARGE
 */
export function readDocument(path: string): string | undefined {
  const stats = lookAt(path)
  if (stats === undefined) return undefined
  if (!stats.isFile()) throw invalid(tell`${path} is no file.`, tell`Name a text file.`)
  if (Number(stats.size) > LIMIT) throw new MusterError('TOO_LARGE', tell`${path} is larger than ${LIMIT / 1024 / 1024} MiB.`, { hint: tell`Edit it with a program of your own, under a lock: muster claim.` })
  const bytes = readFileSync(path)
  const text = bytes.toString('utf8')
  // What does not come back the same would be damaged by writing it.
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw invalid(tell`${path} is no text in UTF-8.`, tell`Edit it with a program of your own, under a lock: muster claim.`)
  return text
}

/**
 * Puts `next` in the place of a document that is still as it was read: durably, and whole or not at all. Answers false, with
 * nothing changed, where it is not, up to the last moment before; a program that writes into the file as it is replaced is
 * found too, and its text is put back.
 * @param base undefined: there was no file
 * @throws MusterError NOT_APPLIED when the disk refuses; nothing is changed then
 */
export function replaceDocument(path: string, base: string | undefined, next: string): boolean {
  const folder = dirname(path)
  const unique = randomBytes(6).toString('hex')
  const fresh = join(folder, `.${basename(path)}.${unique}.new`)
  const former = join(folder, `.${basename(path)}.${unique}.old`)
  try {
    mkdirSync(folder, { recursive: true })
    writeNew(fresh, next, lookAt(path))
    if (base === undefined) return putNew(fresh, path)
    // The file as it is now stays reachable: who holds it open may still write to it.
    linkOrNothing(path, former)
    if (!moveWhile(() => readDocument(path) === base, fresh, path)) return false
    syncFolder(folder)
    const theirs = lookAt(former) && readDocument(former)
    if (theirs === undefined || theirs === base) return true
    // Saved anew since: what was written into the one before stays beside it.
    if (!moveWhile(() => readDocument(path) === next, former, path)) saveBackup(path, 'other', theirs)
    return false
  } catch (error) {
    if (error instanceof MusterError) throw error
    throw new MusterError('NOT_APPLIED', tell`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, { hint: tell`It is as it was. Free some space or check its permissions, and try again.`, cause: error })
  } finally {
    for (const file of [fresh, former]) forget(file)
  }
}

/** Looked at before each try: who had the file open may have saved it. @returns whether it was moved */
function moveWhile(isUnchanged: () => boolean, from: string, to: string): boolean {
  return onceLetGo(() => {
    if (!isUnchanged()) return false
    renameSync(from, to)
    return true
  })
}

function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // Its name is too long to be there, or the disk has gone: why nothing was written is told already.
  }
}

/**
 * Saves what somebody wrote and could not put in its place, beside it: `NAME.<agent>.backup`, numbered where that is taken.
 * Answers its path. @throws MusterError NOT_APPLIED
 */
export function saveBackup(path: string, agent: string, text: string): string {
  // An agent's name may hold anything.
  const who = agent.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(0, 60) || 'agent'
  for (let number = 1; ; number++) {
    const backup = `${path}.${who}.${number === 1 ? '' : `${number}.`}backup`
    try {
      writeNew(backup, text, undefined)
      syncFolder(dirname(backup))
      return backup
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') {
        if (holds(backup, text)) return backup
        if (number < 1_000) continue
      }
      throw new MusterError('NOT_APPLIED', tell`${backup} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, { hint: tell`Your version was not saved. Free some space or check the permissions of the folder, and try again.`, cause: error })
    }
  }
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
}

/** A file that was not there before, on disk. A link planted there is not followed. */
function writeNew(path: string, text: string, like: { mode: number | bigint } | undefined): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)
  try {
    writeFileSync(fd, text)
    if (like !== undefined && process.platform !== 'win32') fchmodSync(fd, Number(like.mode) & 0o777)
    fsyncSync(fd)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Where somebody else was first, nothing is changed. */
function putNew(fresh: string, path: string): boolean {
  try {
    linkSync(fresh, path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    // A disk without links: the check is all there is.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false
    onceLetGo(() => renameSync(fresh, path))
  }
  syncFolder(dirname(path))
  return true
}

function linkOrNothing(path: string, to: string): void {
  try {
    linkSync(path, to)
  } catch {
    // A disk without links, or the file went: what is read next says so.
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
