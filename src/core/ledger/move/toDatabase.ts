import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { FolderLines, type ReadLine } from '../folder/folderLines.js'
import { MovingStore } from '../folder/movingStore.js'
import type { Arrival, Arrived } from '../postgres/arrival.js'
import { movedOf, type Head } from './head.js'
import type { Moved, MoveParts } from './move.js'

/** Lines that are left to copy when the folder is left: what comes after takes a moment. */
const FEW = 200
/** Times that writers who are faster than the copy are followed, before the folder is left all the same. */
const ROUNDS = 10
/** Bytes of lines sent at once. */
const PIECE = 1024 * 1024

/**
 * Moves the records of a folder into a database. The folder is in use while most is copied: copying → left (nobody writes) →
 * the rest copied → all lines count in the database at once. What is there is not sent again; each step can be repeated.
 * @throws MusterError FOLDER_UNUSABLE, LEDGER_DAMAGED, NOT_APPLIED, OUTCOME_UNKNOWN, BUSY; DATABASE_UNUSABLE, also where the space is in use
 */
export async function moveToDatabase(parts: MoveParts): Promise<Moved> {
  const { arrival } = parts
  const folder = new MovingStore(parts.folder)
  try {
    let left = folder.hasLeft ? await lastMove(folder, parts) : undefined
    if (left !== undefined && left.moved?.into !== arrival.mark) throw elsewhere('database')
    if (left !== undefined && (await arrival.holds(left))) return { outcome: 'already', ledger: folder.id, head: left, copied: 0 }
    if (left !== undefined && !parts.dryRun && (await arrival.isGivenUp(left))) {
      // Somebody undid the move and was interrupted: the folder is where they are, and is left anew.
      await comeBack(folder)
      left = undefined
    }
    const copy = await Copy.begin(folder, parts)
    try {
      const { seq } = folder
      const total = Math.max(0, seq - copy.behind)
      if (parts.dryRun) return { outcome: 'moved', ledger: folder.id, head: { seq, sum: folder.sum }, copied: total }
      for (let round = 0; left === undefined && round < ROUNDS; round++) if ((await copy.go()) <= FEW) break
      if (left === undefined) {
        await parts.onStep({ step: 'leaving' })
        if (!(await folder.leave(arrival.mark)) && (await lastMove(folder, parts))?.moved?.into !== arrival.mark) throw elsewhere('database')
        await parts.onStep({ step: 'left' })
      }
      await copy.go()
      const head = { seq: folder.seq, sum: folder.sum }
      await arrival.arrive(head)
      await parts.onStep({ step: 'arrived' })
      return { outcome: 'moved', ledger: folder.id, head, copied: copy.copied }
    } finally {
      copy.close()
    }
  } finally {
    folder.close()
  }
}

/** Has the folder go on where it was left for a place that will never have the records. */
export async function comeBack(folder: MovingStore): Promise<void> {
  await folder.look()
  // Of several who do so at once, one line counts.
  if (folder.hasLeft) folder.bring([folder.returnLine()])
  await folder.look()
}

/** The line by which a folder was left last; undefined where it never was. */
export async function lastMove(folder: MovingStore, { folder: { fs } }: Pick<MoveParts, 'folder'>): Promise<Head | undefined> {
  await folder.look()
  const lines = new FolderLines(fs, folder.layout)
  try {
    let last: ReadLine | undefined
    for (let read = lines.next(folder.seq); read.length > 0; read = lines.next(folder.seq)) last = read.findLast(({ line }) => line.movesTo === 'database') ?? last
    return last && { seq: last.line.seq, sum: last.line.leadsOn, moved: movedOf(last.bytes.toString(), last.line) }
  } finally {
    lines.close()
  }
}

/** Copies lines of the folder behind those that the database has. */
class Copy {
  copied = 0
  private waiting: ReadLine[] = []

  private constructor(private readonly folder: MovingStore, private readonly parts: MoveParts, private readonly lines: FolderLines, public behind: number) {}

  /** Finds where to go on. @throws MusterError DATABASE_UNUSABLE where the space has other records */
  static async begin(folder: MovingStore, parts: MoveParts): Promise<Copy> {
    await folder.look()
    const arrived = await parts.arrival.look()
    assertFree(arrived, parts.arrival)
    const { seq, sum } = arrived.arriving ?? arrived.head
    const copy = new Copy(folder, parts, new FolderLines(parts.folder.fs, folder.layout), seq)
    try {
      if (!copy.skip({ seq, sum }) || (arrived.ledger !== undefined && arrived.ledger !== folder.id)) throw arrived.arriving === undefined ? inUse(parts.arrival) : othersArriving(parts.arrival)
    } catch (error) {
      copy.close()
      throw error
    }
    return copy
  }

  /** Sends what the folder has by now, and nothing that is not on disk there. @returns how many lines that were */
  async go(): Promise<number> {
    const { folder, parts } = this
    await folder.look()
    const before = this.copied
    const total = before + folder.seq - this.behind
    for (;;) {
      if (this.waiting.length === 0) this.waiting = this.read()
      const piece = this.piece()
      if (piece.length === 0) return this.copied - before
      await parts.arrival.bring(piece)
      this.behind = piece.at(-1)!.line.seq
      this.copied += piece.length
      await parts.onStep({ step: 'copying', done: this.copied, total })
    }
  }

  close(): void {
    this.lines.close()
  }

  /** Whether the folder's history goes through this line; it is read up to there. */
  private skip({ seq, sum }: Head): boolean {
    if (seq === 0) return true
    for (let read = this.read(); read.length > 0; read = this.read()) {
      const at = read.findIndex(({ line }) => line.seq >= seq)
      if (at < 0) continue
      const { line } = read[at]!
      this.waiting = read.slice(at + 1)
      return line.seq === seq && line.leadsOn === sum
    }
    return false
  }

  private read(): ReadLine[] {
    const read = this.lines.next(this.folder.seq)
    for (const { line, bytes } of read) if (line.kind === 'repaired') assertCarries(bytes)
    return read
  }

  private piece(): ReadLine[] {
    let size = 0
    const end = this.waiting.findIndex(({ bytes }) => (size += bytes.length) > PIECE)
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(1, end))
  }
}

/** What a repair put down in a file beside the ledger is not in its lines. */
function assertCarries(bytes: Buffer): void {
  if ((JSON.parse(bytes.toString()) as { state?: unknown }).state === undefined) return
  throw new MusterError('FOLDER_UNUSABLE', tell`These records were repaired once: part of what they say is in a file beside them, which a database cannot hold.`, {
    hint: tell`They go on in the folder. To work with a database, begin with new records there: move the folder away first.`,
  })
}

function assertFree({ head, arriving }: Arrived, arrival: Arrival): void {
  if (arriving === undefined && head.seq > 0 && head.moved?.to !== 'folder') throw inUse(arrival)
}

function inUse({ space }: Arrival): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`There are records in the database already for this project, and they are others.`, {
    hint: tell`Nothing was moved. Name another space in MUSTER_LEDGER (?space=NAME), or move this folder away to take part in those records.`,
    details: { space },
  })
}

function othersArriving({ space }: Arrival): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The records of another folder are on their way to the same place in the database.`, {
    hint: tell`Nothing was moved. Have that move ended or undone (muster migrate --to or --from, where that folder is), or name another space in MUSTER_LEDGER (?space=NAME).`,
    details: { space },
  })
}

export function elsewhere(where: 'database' | 'folder'): MusterError {
  if (where === 'folder') return new MusterError('FOLDER_UNUSABLE', tell`These records are in another folder, or on their way to it.`, { hint: tell`Nothing was moved. Run the command where that folder is.` })
  return new MusterError('DATABASE_UNUSABLE', tell`These records are in another database, or on their way to it.`, { hint: tell`Nothing was moved. Set MUSTER_LEDGER to the address (and space) that was used first.` })
}
