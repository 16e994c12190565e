import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { whenLetGo } from '../core/heldFiles.js'
import { openPlain } from '../core/plainFiles.js'
import { ownTag } from '../core/system/processes.js'
import type { LineProblem } from './formats/lines.js'
import { bytesOf } from './replace.js'
import type { DocumentProblem } from './types.js'

/** A file that was written. */
export interface FileRecord {
  /** Producer it is from. */
  of: string
  /** Sums of what may be in it: the last one written, and those about to be when a process was killed. */
  sums: string[]
  id?: string
  keep?: true
  /** Of a file that grows: its last line's change, its size, and the sum of what its end was. */
  grown?: { seq: number; size: number; end: string }
  /** Of a file that grows: what was about to be added to it. */
  adding?: Adding
  /** Of a file that grows: lines were left out of it. */
  behind?: Behind
}

/** That lines could not be added to a file. All behind its last one are looked for when that is tried again. Times are ms since 1970. */
export interface Behind {
  since: number
  tried: number
  /** For people, where nobody else tells of it. */
  reason?: string
}

/** What is added to the end of a file: noted before it is, for it may be cut off in the middle. */
export interface Adding {
  /** How far it is as it was, and the sum of what its end is there. */
  size: number
  end: string
  /** All that comes behind that. */
  text: string
  /** Number of the change that its last line follows from. */
  seq: number
}

/** A file of somebody else's that was taken in. */
export interface TakenRecord {
  sum: string
  /** All it says is in the records: it may be written anew. */
  all?: true
  /** Of a log: somebody changed lines of ours in it. It is kept beside when the log is made anew. */
  changed?: true
  /** Nothing was taken of it as it is: it cannot be read. */
  unread?: true
  /** Of a log: lines that were taken, and the sum of them. */
  lines?: { count: number; sum: string }
  /** Of a message: its id. */
  message?: string
  /** Of a message: where its file is now, and to whom it goes of those that nobody here was. */
  sent?: string
  waits?: { agent: string; line: number }[]
  /** Of a working tree's root: whose files are there, and who of the others was told. */
  root?: { owner: string; others: string[] }
  /** Of an agent's file: id of whose it was. */
  agent?: string
  /** It was kept beside, for the files here have become another agent's. */
  kept?: true
  problems?: readonly LineProblem[]
}

type Line =
  | { f: string; record: FileRecord }
  | { gone: string }
  | { t: string; taken: TakenRecord }
  | { problems: DocumentProblem[] }
  /** Noted before the file that it is of is written anew: whoever does so may be killed before anybody is told. */
  | { kept: DocumentProblem & { kept: string } }
  /** Documents show the records as of this change of this ledger. */
  | { at: number; ledger: string }

/** Lines that are of no more use, as a multiple of the others, after which the account is written anew. */
const SLACK = 3
const FEW = 200

export function sumOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

/**
 * What the writer knows of its files: `documents/account.jsonl`, lines that are added at the end. A torn line counts as none. It
 * only tells what is whose; losing it loses nothing but that what is there counts as somebody else's.
 */
export class Account {
  readonly files = new Map<string, FileRecord>()
  readonly taken = new Map<string, TakenRecord>()
  /** As they were told last. */
  problems: DocumentProblem[] = []
  at = 0
  ledger = ''
  /** What any writer told of versions that it kept beside. */
  private readonly keptBeside = new Map<string, DocumentProblem & { kept: string }>()
  private lines = 0
  /** As far as it was read, and which file. */
  private size = 0
  private ino = 0
  readonly path: string

  constructor(private readonly folder: string) {
    this.path = join(folder, 'account.jsonl')
  }

  /** Of versions that were kept beside, also those that whoever told last did not know of. */
  get kept(): (DocumentProblem & { kept: string })[] {
    return [...this.keptBeside.values()]
  }

  /** What is not among these is seen to: it is left out when the account is written anew. */
  forgetKept(stay: readonly { kept: string }[]): void {
    const there = new Set(stay.map(({ kept }) => kept))
    for (const kept of this.keptBeside.keys()) if (!there.has(kept)) this.keptBeside.delete(kept)
  }

  /** Reads it where another process has written to it since. @throws system errors */
  async refresh(): Promise<void> {
    const facts = await stat(this.path).catch(() => undefined)
    if (facts !== undefined && facts.ino === this.ino && facts.size === this.size) return
    const bytes = facts === undefined ? undefined : await bytesOf(this.path)
    this.forget()
    if (bytes === undefined) return
    for (const line of bytes.toString('utf8').split('\n')) if (line !== '') this.read(line)
    this.size = bytes.length
    this.ino = facts!.ino
  }

  /** Whether a log is as somebody made it who changed lines of ours in it. */
  isChanged(path: string, bytes: Buffer): boolean {
    const taken = this.taken.get(path)
    return taken?.changed === true && taken.sum === sumOf(bytes)
  }

  /** Adds to it. @param durable On disk when it resolves. @throws system errors */
  async add(lines: readonly Line[], durable = false): Promise<void> {
    if (lines.length === 0) return
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const file = await openPlain(this.path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
    try {
      // What somebody was cut off in the middle of is a line of its own.
      const bytes = Buffer.from(`\n${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`)
      await file.appendFile(bytes)
      if (durable) await file.datasync()
      await this.noteSize(file, bytes.length)
    } finally {
      await file.close()
    }
    for (const line of lines) this.apply(line)
    if (this.lines > FEW && this.lines > SLACK * (this.files.size + this.taken.size)) await this.compact()
  }

  /** Everything counts as somebody else's, unless it is what is to be written anyway. */
  private forget(): void {
    this.files.clear()
    this.taken.clear()
    this.problems = []
    this.keptBeside.clear()
    this.at = this.size = this.lines = this.ino = 0
    this.ledger = ''
  }

  private async noteSize(file: FileHandle, added: number): Promise<void> {
    const { size, ino } = await file.stat()
    // What another process added in between is read before the next round.
    if (size === this.size + added && (this.ino === 0 || ino === this.ino)) this.size = size
    this.ino = ino
  }

  private read(line: string): void {
    try {
      this.apply(JSON.parse(line) as Line)
    } catch {
      // Torn.
    }
  }

  private apply(line: Line): void {
    this.lines++
    if ('f' in line) this.files.set(line.f, line.record)
    else if ('gone' in line) this.files.delete(line.gone)
    else if ('t' in line) this.taken.set(line.t, line.taken)
    else if ('kept' in line) this.keptBeside.set(line.kept.kept, line.kept)
    else if ('problems' in line) {
      this.problems = line.problems
      for (const { kept, ...problem } of line.problems) if (kept !== undefined) this.keptBeside.set(kept, { ...problem, kept })
    } else {
      this.at = line.at
      this.ledger = line.ledger
    }
  }

  /** Written anew, in the place of what it was; should somebody add to it just then, that is as if it had not been written. */
  private async compact(): Promise<void> {
    // Another process may have added to it since it was read.
    await this.refresh()
    const lines: Line[] = [
      ...[...this.files].map(([f, record]) => ({ f, record })),
      ...[...this.taken].map(([t, taken]) => ({ t, taken })),
      { problems: this.kept },
      { problems: this.problems },
      { at: this.at, ledger: this.ledger },
    ]
    const fresh = join(this.folder, `.account.jsonl.${ownTag()}-0.tmp`)
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      await file.datasync()
      const { size, ino } = await file.stat()
      await whenLetGo(() => rename(fresh, this.path))
      this.size = size
      this.ino = ino
      this.lines = lines.length
    } finally {
      await file.close()
    }
  }
}
