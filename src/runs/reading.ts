import { constants, type Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../core/errors.js'
import type { RunProblem } from '../core/model/runs.js'
import { openPlain } from '../core/plainFiles.js'

/** A larger file is read at its end only, in bytes. */
export const WHOLE = 1024 * 1024
/** So much of it. */
export const TAIL = 64 * 1024
/** Of a log whose end counts, in bytes; one that is larger has something wrong with it. */
const LONG_LOG = 64 * WHOLE

export interface Text {
  text: string
  /** ms, when it was last written. */
  at: number
  /** Only its end was read: numbers of lines are not known. */
  cut: boolean
}

/**
 * The text of a file of a run, or of its end. Links are refused, what cannot be read is told: a folder that others write must
 * not lead anywhere else, and one bad file must not hide the run.
 * @param limit Of a larger file only the end is read, in bytes.
 * @param told That is a problem where it is larger than this.
 * @returns undefined where there is none, or none that could be read
 */
export async function readText(folder: string, file: string, problems: RunProblem[], limit = WHOLE, told = limit): Promise<Text | undefined> {
  const path = join(folder, file)
  try {
    const facts = await ownFile(folder, file)
    if (facts === undefined) return undefined
    const handle = await openPlain(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const { size, mtimeMs } = await handle.stat()
      const cut = size > limit
      const bytes = Buffer.alloc(cut ? Math.min(TAIL, limit) : size)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, cut ? size - bytes.length : 0)
      if (size > told) problems.push({ file, reason: `it is ${Math.round(size / WHOLE)} MiB large; only its end was read` })
      return { text: decode(bytes.subarray(0, bytesRead), cut), at: mtimeMs, cut }
    } finally {
      await handle.close()
    }
  } catch (error) {
    problems.push({ file, reason: error instanceof Refused ? error.message : `it cannot be read (${errnoOf(error) ?? String(error)})` })
    return undefined
  }
}

class Refused extends Error {}

/** Whether there is such a file; its folder within the run may be no link either. @throws Refused for what is no file of its own */
async function ownFile(folder: string, file: string): Promise<Stats | undefined> {
  const steps = file.split('/')
  for (let n = 1; n <= steps.length; n++) {
    const facts = await look(join(folder, ...steps.slice(0, n)))
    if (facts === undefined) return undefined
    if (facts.isSymbolicLink()) throw new Refused(n === steps.length ? 'it is a link' : `${steps.slice(0, n).join('/')} is a link`)
    if (n === steps.length && !facts.isFile()) throw new Refused('it is no file')
    if (n === steps.length) return facts
  }
  return undefined
}

async function look(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  })
}

/** @param cut The first line is not whole, and is left out. */
function decode(bytes: Buffer, cut: boolean): string {
  const text = (bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8')).replace(/^\ufeff/, '')
  return cut ? text.slice(text.indexOf('\n') + 1) : text
}

/** The end of a log that goes on: all that counts of it. */
export function readEnd(folder: string, file: string, problems: RunProblem[]): Promise<Text | undefined> {
  return readText(folder, file, problems, TAIL, LONG_LOG)
}

/** When a file or folder was last written, in ms; undefined where there is none. A link does not count. */
export async function writtenAt(path: string): Promise<number | undefined> {
  const facts = await lstat(path).catch(() => undefined)
  return facts === undefined || facts.isSymbolicLink() ? undefined : facts.mtimeMs
}

/** The last lines of a log. */
export async function tailOf(folder: string, file: string, characters = 4_000): Promise<string> {
  const read = await readText(folder, file, [], TAIL)
  return read === undefined ? '' : read.text.trimEnd().slice(-characters)
}
