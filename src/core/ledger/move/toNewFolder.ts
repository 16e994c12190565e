import { NewLedger } from '../folder/newLedger.js'
import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { parseLine } from '../line.js'
import { Chain } from '../classify.js'
import type { Moved, MoveParts } from './move.js'
import { elsewhere } from './toDatabase.js'

/** Whether a folder has no records of its own. */
export function isNew({ fs, folder }: MoveParts['folder']): boolean {
  return NewLedger.fits(fs, folder)
}

/**
 * Moves the records of a database into a folder that never had them. They are put together beside their place while the
 * database is in use, then it is left, then all of them are put there at once. Cut off, it begins anew.
 * @throws as moveToFolder
 */
export async function moveToNewFolder({ folder: { fs, folder }, arrival, mark, dryRun, onStep }: MoveParts): Promise<Moved> {
  const { head: first, ledger } = await arrival.look()
  if (ledger === undefined) throw new MusterError('DATABASE_UNUSABLE', tell`The database holds no records of Muster for this project.`, { hint: tell`Nothing was moved. Check the address in MUSTER_LEDGER, and the space that it names.` })
  if (first.moved?.to === 'folder' && first.moved.into !== mark) throw elsewhere('folder')
  if (dryRun) return { outcome: 'moved', ledger, head: first, copied: await arrival.count(0) }
  const made = new NewLedger(fs, folder)
  const chain = new Chain()
  let copied = 0
  const copy = async (): Promise<void> => {
    const total = copied + (await arrival.count(chain.seq))
    for (let lines = await arrival.behind(chain.seq); lines.length > 0; lines = await arrival.behind(chain.seq)) {
      for (const bytes of lines) follow(chain, bytes)
      made.add(lines)
      copied += lines.length
      await onStep({ step: 'copying', done: copied, total })
    }
  }
  try {
    await copy()
    await onStep({ step: 'leaving' })
    await arrival.leave(mark)
    const { head } = await arrival.look()
    if (head.moved?.to !== 'folder' || head.moved.into !== mark) throw elsewhere('folder')
    await onStep({ step: 'left' })
    await copy()
    made.put()
    await onStep({ step: 'arrived' })
    return { outcome: 'moved', ledger, head, copied }
  } finally {
    made.close()
  }
}

/** @throws MusterError LEDGER_DAMAGED: every row is a line that leads to the next */
function follow(chain: Chain, bytes: Buffer): void {
  const line = parseLine(bytes, 0, bytes.length - 1)
  if (line === undefined || chain.classify(line) !== 'accept') throw new MusterError('LEDGER_DAMAGED', tell`Record ${chain.seq + 1} in the database is not the one that was written.`, { hint: tell`Nothing was moved. muster verify says what is wrong; restore the database from a copy.` })
  chain.accept(line)
}
