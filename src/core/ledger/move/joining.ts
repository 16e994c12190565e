import { createHash } from 'node:crypto'
import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { MovingStore, type MovingStoreOptions } from '../folder/movingStore.js'
import { comeBack, lastMove } from './toDatabase.js'
import { isNew } from './toNewFolder.js'

/** The records of a space that a folder goes on with. */
export interface Joined {
  ledger: string
  space: string
}

/**
 * Has a folder leave its own records where they are, and nobody write to them: it goes on with those of a database. It takes no
 * right to bring records there. @throws as MovingStore
 */
export async function leaveAside(options: MovingStoreOptions, to: Joined): Promise<void> {
  if (isNew(options)) return
  const folder = new MovingStore(options)
  try {
    const mark = markOf(to)
    if (!(await folder.leave(mark)) && (await lastMove(folder, { folder: options }))?.moved?.into !== mark) {
      throw new MusterError('FOLDER_UNUSABLE', tell`The records of this folder are on their way to a database.`, { hint: tell`Have that move ended or undone first: muster migrate --to, or --from.` })
    }
  } finally {
    folder.close()
  }
}

/** Whether a folder has records of its own that were left aside for these, or were and have been taken up again. @throws as MovingStore */
export async function wasLeftAside(options: MovingStoreOptions, to: Joined): Promise<boolean> {
  if (isNew(options)) return false
  const folder = new MovingStore(options)
  try {
    return (await lastMove(folder, { folder: options }))?.moved?.into === markOf(to)
  } finally {
    folder.close()
  }
}

/** Has a folder go on with the records that it left aside. @throws as MovingStore */
export async function takeUpAgain(options: MovingStoreOptions): Promise<void> {
  const folder = new MovingStore(options)
  try {
    await comeBack(folder)
    await folder.look()
  } finally {
    folder.close()
  }
}

/** Tells these records from others, and from those of a move. */
function markOf({ ledger, space }: Joined): string {
  return createHash('sha256').update(`joined\n${ledger}\n${space}`).digest('hex').slice(0, 16)
}
