import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { onceLetGo } from '../core/heldFiles.js'
import { cleanText } from '../core/marked.js'
import { openPlain, openPlainSync } from '../core/plainFiles.js'

const SLICE = 256 * 1024
/** Bytes at its end that its last lines are looked for in. */
const TAIL = 64 * 1024
const LINE = 500

/**
 * The log of an agent. The agent's process writes to it itself, at its end, so that its keeper may be killed: what is too long
 * is copied aside and cut, since nobody could tell the process to open another file. `log.txt`, then `log.1.txt` and so on.
 */
export class AgentLog {
  private begun: LogPlace | undefined

  constructor(readonly path: string, private readonly maxBytes: number, private readonly kept: number) {}

  /** A descriptor for the process to write to. @throws what the file system throws */
  open(): number {
    const fd = openPlainSync(this.path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
    const stat = fstatSync(fd)
    if (stat.isFile() && stat.nlink === 1) {
      this.begun = { file: 0, at: stat.size }
      return fd
    }
    closeSync(fd)
    throw new Error(`${this.path} is no plain file`)
  }

  /** Sets what is too long aside. What is written between its last look and the cut, some microseconds, is lost. @throws what the file system throws */
  rotate(): boolean {
    const unfinished = `${this.path}.tmp`
    const stat = lstatSync(this.path, { throwIfNoEntry: false })
    // Copied and cut, and not set aside: who did so was killed, or a file was in use. Where it is not cut it is copied anew.
    const copied = this.kept === 0 ? undefined : lstatSync(unfinished, { throwIfNoEntry: false })
    if (copied?.isFile() && copied.size > (stat?.size ?? 0)) return this.setAside(unfinished)
    if (!stat?.isFile() || stat.size <= this.maxBytes) return false
    const from = openPlainSync(this.path, constants.O_RDWR)
    try {
      if (this.kept > 0) moveAll(from, unfinished)
      else ftruncateSync(from, 0)
    } finally {
      closeSync(from)
    }
    if (this.begun) this.begun = this.kept === 0 ? { file: 0, at: 0 } : { ...this.begun, file: this.begun.file + 1 }
    return this.kept === 0 || this.setAside(unfinished)
  }

  private setAside(unfinished: string): true {
    for (let n = this.kept - 1; n >= 1; n--) move(numbered(this.path, n), numbered(this.path, n + 1))
    onceLetGo(() => renameSync(unfinished, numbered(this.path, 1)))
    return true
  }

  /** Its last lines, of the process that it was opened for last; of all where another keeper opened it. */
  lastLines(count: number): Promise<string[]> {
    return lastLines(this.path, count, this.begun)
  }

  /** The files there are, oldest first. */
  files(): string[] {
    const all = Array.from({ length: this.kept }, (_, i) => numbered(this.path, this.kept - i))
    return [...all, this.path].filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile())
  }
}

export function numbered(path: string, n: number): string {
  return path.replace(/\.txt$/, `.${n}.txt`)
}

/** Where something begins: at a byte of `log.txt` (0), `log.1.txt` (1) and so on. */
interface LogPlace {
  file: number
  at: number
}

/** The last lines of a log and of what was set aside of it, from there on, without what a terminal would act on. [] where there is none. */
export async function lastLines(path: string, count: number, since?: LogPlace): Promise<string[]> {
  const most = Math.max(TAIL, count * LINE)
  let [text, isWhole] = [Buffer.alloc(0), true]
  for (let n = 0; isWhole && n <= (since?.file ?? Infinity) && linesIn(text) <= count; n++) {
    const part = await endOf(n === 0 ? path : numbered(path, n), most - text.length, n === since?.file ? since.at : 0)
    if (!part) break
    text = Buffer.concat([part.text, text])
    isWhole = part.isWhole
  }
  const lines = text.toString('utf8').split('\n')
  // The first one may be cut off at its beginning.
  if (!isWhole) lines.shift()
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-count).map((line) => plainLine(line))
}

function linesIn(text: Buffer): number {
  return text.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0)
}

/** The last bytes of a file from a place on, so many at most; undefined where there is none. */
async function endOf(path: string, most: number, from: number): Promise<{ text: Buffer; isWhole: boolean } | undefined> {
  const file = await openPlain(path, constants.O_RDONLY).catch(() => undefined)
  if (!file) return undefined
  try {
    const size = Math.max(0, (await file.stat()).size - from)
    const want = Math.min(size, most)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(want), 0, want, from + size - want)
    return { text: buffer.subarray(0, bytesRead), isWhole: want === size }
  } finally {
    await file.close()
  }
}

/** What stands on the line in the end, without escape sequences. */
export function plainLine(line: string): string {
  const bare = line.replace(/\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)?|.)/g, '').replace(/\r+$/, '')
  return cleanText(bare.slice(bare.lastIndexOf('\r') + 1), LINE)
}

/** Copied, and cut as soon as there is no more to copy. */
function moveAll(from: number, path: string): void {
  const to = openPlainSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600)
  try {
    const buffer = Buffer.alloc(SLICE)
    for (let at = 0; ; ) {
      const read = readSync(from, buffer, 0, SLICE, at)
      if (read === 0) return ftruncateSync(from, 0)
      for (let done = 0; done < read; ) done += writeSync(to, buffer, done, read - done)
      at += read
    }
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(to)
  }
}

function move(from: string, to: string): void {
  if (lstatSync(from, { throwIfNoEntry: false })) onceLetGo(() => renameSync(from, to))
}
