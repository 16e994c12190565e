import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { FolderLines } from '../folder/folderLines.js'
import { MovingStore } from '../folder/movingStore.js'
import { parseLine } from '../line.js'
import type { Arrived } from '../postgres/arrival.js'
import type { Moved, MoveParts } from './move.js'
import { isNew, moveToNewFolder } from './toNewFolder.js'
import { comeBack, elsewhere, lastMove } from './toDatabase.js'

/** Times that a piece is written in vain, because others write the same, before it is given up. */
const ATTEMPTS = 50

/**
 * Moves the records back into the folder that they came from, or undoes a move that had not come to its end. In the database:
 * in use while most is copied → left (nobody writes) → the rest copied → the line by which it was left counts in the folder
 * as well, and opens it. @throws as moveToDatabase
 */
export async function moveToFolder(parts: MoveParts): Promise<Moved> {
  const { arrival, mark } = parts
  if (isNew(parts.folder)) return moveToNewFolder(parts)
  const folder = new MovingStore(parts.folder)
  try {
    const arrived = await arrival.look()
    if (!folder.hasLeft) return await notLeft(folder, arrived, parts)
    const left = await lastMove(folder, parts)
    if (left?.moved?.into !== arrival.mark) throw elsewhere('database')
    if (!(await arrival.holds(left))) return await undo(folder, left, parts)
    if (arrived.head.moved?.to === 'folder' && arrived.head.moved.into !== mark) throw elsewhere('folder')
    if (await arrival.wasElsewhere(left)) throw beenElsewhere()
    const total = await arrival.count(folder.seq)
    if (parts.dryRun) return { outcome: 'moved', ledger: folder.id, head: arrived.head, copied: total }
    let copied = await bring(folder, parts, total, 0)
    await parts.onStep({ step: 'leaving' })
    await arrival.leave(mark)
    const { head } = await arrival.look()
    if (head.moved?.to !== 'folder' || head.moved.into !== mark) throw elsewhere('folder')
    await parts.onStep({ step: 'left' })
    copied = await bring(folder, parts, await arrival.count(folder.seq) + copied, copied)
    if (folder.hasLeft) throw new MusterError('LEDGER_DAMAGED', tell`What came back to the folder is not what the database holds.`, { hint: tell`Nothing is lost: the database has it. muster verify says what is wrong with the folder.` })
    await parts.onStep({ step: 'arrived' })
    return { outcome: 'moved', ledger: folder.id, head, copied }
  } finally {
    folder.close()
  }
}

/** Appends what the database has behind the folder's head. The line that opens the folder comes alone, and when all others are on disk. */
async function bring(folder: MovingStore, { arrival, onStep }: MoveParts, total: number, before: number): Promise<number> {
  let copied = before
  await folder.look()
  for (let vain = 0; folder.hasLeft; ) {
    const lines = await arrival.behind(folder.seq)
    if (lines.length === 0) break
    const opens = lines.findIndex((bytes) => parseLine(bytes, 0, bytes.length - 1)?.movesTo === 'folder')
    if (opens === 0) await folder.look()
    const piece = opens === 0 ? lines : lines.slice(0, opens < 0 ? lines.length : opens)
    if (folder.bring(piece)) {
      vain = 0
      copied += piece.length
      await onStep({ step: 'copying', done: copied, total })
    } else if (++vain === ATTEMPTS) throw new MusterError('LEDGER_DAMAGED', tell`What the database holds does not go on where the folder was left.`, { hint: tell`Nothing was changed in the database. muster verify says whether something is wrong with it, or with the folder.` })
  }
  await folder.look()
  return copied
}

function beenElsewhere(): MusterError {
  return new MusterError('FOLDER_UNUSABLE', tell`Since these records left the folder they have been in another one, and came back to the database from there.`, {
    hint: tell`Nothing was moved. Move the folder \`ledger\` in it away, with \`snapshots\` and \`archive\`, and run the command again: all records come back from the database.`,
  })
}

/** The database never had the records, and never will. */
async function undo(folder: MovingStore, left: { seq: number; sum: string }, { arrival, dryRun, onStep }: MoveParts): Promise<Moved> {
  if (!dryRun) {
    await onStep({ step: 'leaving' })
    if (!(await arrival.giveUp(left))) throw new MusterError('BUSY', tell`The records have just arrived in the database.`, { hint: tell`Run the command again to have them back.` })
    await onStep({ step: 'left' })
    await comeBack(folder)
    await onStep({ step: 'arrived' })
  }
  return { outcome: 'undone', ledger: folder.id, head: { seq: folder.seq, sum: folder.sum }, copied: 0 }
}

/** The folder is in use: either they are back, or they never left. */
async function notLeft(folder: MovingStore, { head, arriving, ledger }: Arrived, { arrival, dryRun, folder: { fs } }: MoveParts): Promise<Moved> {
  await folder.look()
  const done = { ledger: folder.id, head: { seq: folder.seq, sum: folder.sum }, copied: 0 }
  const ours = (at: { seq: number; sum: string }): boolean => goesThrough(folder, fs, at)
  if (arriving !== undefined && ours(arriving)) {
    if (!dryRun) await arrival.forget()
    return { outcome: 'undone', ...done }
  }
  if (head.moved?.to === 'folder' && ledger === folder.id && ours(head)) return { outcome: 'already', ...done }
  throw new MusterError('FOLDER_UNUSABLE', tell`This folder has records of its own, which were not moved to that database.`, { hint: tell`Nothing was moved. Check the address in MUSTER_LEDGER, and the space that it names; to go on with the records in the folder, unset it.` })
}

/** Whether the history of a folder goes through a line. */
function goesThrough(folder: MovingStore, fs: MoveParts['folder']['fs'], { seq, sum }: { seq: number; sum: string }): boolean {
  const lines = new FolderLines(fs, folder.layout)
  try {
    for (let read = lines.next(seq); read.length > 0; read = lines.next(seq)) {
      const { line } = read.at(-1)!
      if (line.seq === seq) return line.leadsOn === sum
    }
    return false
  } finally {
    lines.close()
  }
}
