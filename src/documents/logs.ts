import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from '../core/errors.js'
import { openPlain } from '../core/plainFiles.js'
import { sumOf, type Account, type Behind } from './account.js'
import { addingTo, beginsWith, extent, isAdding, sameExtent, withLines, type Extent } from './growing.js'
import { takeHand, type Hand } from './hand.js'
import { amongTheirs, missingIn } from './logLines.js'
import { bytesOf } from './replace.js'
import type { Todo } from './todo.js'
import type { LinesDocument } from './types.js'

/** What the writer does for logs as for any other file. */
export interface LogFiles {
  /** What is there was written by a writer, or says nothing that the records do not. */
  isOurs(path: string, bytes: Buffer): boolean
  /** Puts another file in the place of one. @returns whether it did */
  write(todo: Todo): Promise<boolean>
  /** Told of a file that was added to. */
  added(path: string): void
  /** Keeps a file beside that somebody took lines out of, before it has them again, and says so. */
  keepCut(path: string): Promise<void>
}

/**
 * Logs, once through: files that only grow, and that their agents may have open all the time to write into as well (`>>`). So
 * lines are added to the file that is there, at its end as it is at that moment; another file takes its place only where somebody
 * changed what was written before.
 */
export class Logs {
  /** A log has to be made anew, from everything that ever happened. */
  needsAll = false
  /** Somebody else was at a log: what happened is told again the next time. */
  isBehind = false
  /** Somebody else has the right to add to logs. */
  isBusy = false
  private hand: Hand | false | undefined

  /** @param due Those that lines were left out of, and that are told now of everything since */
  constructor(private readonly account: Account, private readonly whole: boolean, private readonly due: ReadonlySet<string>, private readonly files: LogFiles) {}

  /** @throws system errors, and what writing the account throws */
  async want(of: string, path: string, { root, lines, yieldsTo }: LinesDocument): Promise<void> {
    const { account } = this
    const { grown: before, behind } = account.files.get(path) ?? {}
    // What it lacks comes first: later.
    if (!this.whole && behind !== undefined && !this.due.has(path)) return
    if (!this.whole && behind === undefined && before !== undefined && lines.every(({ seq }) => seq <= before.seq)) return
    if (!(await this.holds())) return void (this.isBehind = this.isBusy = true)
    const log = { of, path, durable: root !== 'folder', yieldsTo }
    await this.finish(log)
    const { grown } = account.files.get(path) ?? {}
    const base = await bytesOf(path)
    const seq = Math.max(grown?.seq ?? 0, ...lines.slice(-1).map((line) => line.seq))
    if (this.whole) return this.makeAnew(log, base, lines, seq)
    if (grown === undefined) {
      if (base === undefined) return this.makeAnew(log, base, lines, seq)
      return this.leave(log, base)
    }
    const fresh = lines.filter((line) => line.seq > grown.seq)
    const next = withLines(base, grown, textOf(fresh)) ?? (base && this.isKnown(path, base) ? amongTheirs(base, grown, grown.size, fresh) : undefined)
    if (next === undefined) return this.leave(log, base)
    await this.add(log, base!, next, seq)
  }

  /** Lines could not be added to it: they are when it is tried again. @throws what writing the account throws */
  async lag(of: string, path: string, reason?: string): Promise<void> {
    await this.account.refresh()
    const known = this.account.files.get(path)
    const now = Date.now()
    await this.account.add([{ f: path, record: { of, sums: [], ...known, behind: { since: known?.behind?.since ?? now, tried: now, ...(reason !== undefined && { reason }) } } }])
  }

  async release(): Promise<void> {
    if (this.hand) await this.hand.release()
    this.hand = undefined
  }

  /** What whoever had the hand before noted is known from now on. */
  private async holds(): Promise<boolean> {
    if (this.hand !== undefined) return this.hand && this.hand.holds()
    // Who asked for all of it waits a moment for whoever adds just now.
    for (let tries = this.whole ? 10 : 1; tries > 0 && !this.hand; tries--) {
      this.hand = (await takeHand(dirname(this.account.path))) ?? false
      if (this.whole && !this.hand && tries > 1) await new Promise((resolve) => void setTimeout(resolve, 200))
    }
    if (this.hand) await this.account.refresh()
    return this.hand !== false
  }

  /** What somebody was cut off in the middle of adding. */
  private async finish(log: Log): Promise<void> {
    const { adding } = this.account.files.get(log.path) ?? {}
    const base = adding && (await bytesOf(log.path))
    if (base && isAdding(adding, base)) await this.add(log, base, Buffer.concat([base.subarray(0, adding.size), Buffer.from(adding.text)]), adding.seq)
  }

  private async makeAnew(log: Log, base: Buffer | undefined, lines: LinesDocument['lines'], seq: number): Promise<void> {
    const { of, path, durable, yieldsTo } = log
    const { grown, behind } = this.account.files.get(path) ?? {}
    const isOurs = base !== undefined && this.files.isOurs(path, base)
    // What is not in the records stays where it is, whatever else was changed.
    const among = base && this.isKnown(path, base) ? amongTheirs(base, isOurs ? grown : undefined, 0, lines) : undefined
    const next = among ?? Buffer.from(textOf(lines))
    const theirs = base !== undefined && !isOurs && !next.subarray(0, base.length).equals(base)
    if (!theirs && isCut(base, grown, lines)) await this.files.keepCut(path)
    // Cut off while it was made, or behind: its beginning is ours.
    if (base && next.subarray(0, base.length).equals(base)) return next.equals(base) && grown?.size === next.length && behind === undefined ? undefined : this.add(log, base, next, seq)
    if (theirs && yieldsTo === 'others' && !this.account.isChanged(path, base)) return this.wait(log, base)
    if (await this.files.write({ key: path, record: { of, sums: [] }, durable, base, next, theirs })) await this.note(log, seq, extent(next))
    else this.isBehind = true
  }

  /** @param next What is there with more at its end */
  private async add(log: Log, base: Buffer, next: Buffer, seq: number): Promise<void> {
    const { of, path, durable } = log
    if (!next.equals(base)) {
      await this.account.add([{ f: path, record: { of, sums: [], ...this.account.files.get(path), adding: addingTo(base, next, seq) } }], true)
      const added = (await addInPlace(path, base, next, durable)) ?? (await this.files.write({ key: path, record: { of, sums: [] }, durable, base, next, theirs: false, grows: true }) ? 'replaced' : false)
      if (added === false) return void (this.isBehind = true)
      if (added === true) this.files.added(path)
    }
    await this.note(log, seq, extent(next))
  }

  private note({ of, path }: Log, seq: number, state: Extent): Promise<void> {
    return this.account.add([{ f: path, record: { of, sums: [], grown: { seq, ...state } } }])
  }

  /** It is somebody else's, who keeps it; otherwise it is made anew. */
  private async leave(log: Log, bytes: Buffer | undefined): Promise<void> {
    const { path, yieldsTo } = log
    const { grown } = this.account.files.get(path) ?? {}
    // Another writer has been here, and knows of more.
    if (bytes !== undefined && grown !== undefined && sameExtent(grown, bytes)) return
    // Nobody keeps what is empty: ours begin there again.
    if (yieldsTo === 'others' && bytes !== undefined && bytes.length > 0 && !this.isKnown(path, bytes) && !this.account.isChanged(path, bytes)) return this.wait(log, bytes)
    this.needsAll = true
  }

  /** Somebody wrote into it who was not read yet: our lines come behind theirs. Where nobody can read it, when somebody has seen to that. */
  private async wait({ of, path }: Log, bytes: Buffer): Promise<void> {
    if (this.account.taken.get(path)?.sum !== sumOf(bytes)) this.isBehind = true
    else await this.lag(of, path)
  }

  /** Nothing more is to be read of it: it is ours, or was looked at as it is, and what is not in the records was told of. */
  private isKnown(path: string, bytes: Buffer): boolean {
    if (this.files.isOurs(path, bytes)) return true
    const taken = this.account.taken.get(path)
    if (taken === undefined || taken.sum !== sumOf(bytes) || taken.changed) return false
    // A line of ours would be none among letters of two bytes.
    return taken.unread ? !isWide(bytes) : taken.lines !== undefined
  }
}

/** ms after which a log that lacks lines is tried again: at first, and at most. In between, after as long as it has lacked them. */
const SOON = 10_000
const AT_LAST = 10 * 60_000

/** @param now ms since 1970 */
export function isDue({ since, tried }: Behind, now: number): boolean {
  return Math.abs(now - tried) >= Math.min(Math.max(tried - since, SOON), AT_LAST)
}

/** Whether it is written in UTF-16. */
function isWide([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

/** Whether somebody took out lines that were there. What is empty tells nothing. */
function isCut(base: Buffer | undefined, grown: (Extent & { seq: number }) | undefined, lines: LinesDocument['lines']): boolean {
  if (base === undefined || base.length === 0 || grown === undefined || beginsWith(grown, base)) return false
  return missingIn(base, lines.filter(({ seq }) => seq <= grown.seq)).length > 0
}

interface Log {
  /** Producer it is from. */
  of: string
  path: string
  durable: boolean
  yieldsTo: LinesDocument['yieldsTo']
}

function textOf(lines: LinesDocument['lines']): string {
  return lines.map(({ text }) => `${text}\n`).join('')
}

/** What says that a file may not be written into, though another may take its place. */
const CLOSED = new Set(['EACCES', 'EPERM', 'EBUSY', 'ETXTBSY'])

/**
 * Adds to the end of a file that is as it was read, with all that other programs write into it meanwhile.
 * @returns whether it is there, right behind what was; undefined where this file must not be changed: what has a second name was
 * kept as it is, or is somebody's own arrangement
 * @throws system errors; some of it may be there then
 */
async function addInPlace(path: string, base: Buffer, next: Buffer, durable: boolean): Promise<boolean | undefined> {
  let file: FileHandle
  try {
    file = await openPlain(path, constants.O_RDWR | constants.O_APPEND)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    if (CLOSED.has(errnoOf(error) ?? '')) return undefined
    throw error
  }
  try {
    if ((await file.stat()).nlink > 1) return undefined
    if (!(await file.readFile()).equals(base)) return false
    await file.appendFile(next.subarray(base.length))
    if (durable) await file.datasync()
  } finally {
    await file.close()
  }
  // Somebody may have written right before, or put another file in its place.
  return (await bytesOf(path))?.subarray(0, next.length).equals(next) === true
}
