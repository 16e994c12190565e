import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { addressOf, spaceOf } from './database.js'
import { MusterError } from './errors.js'
import { nodeFs } from './ledger/folder/ledgerFs.js'
import type { Moved, MoveParts, MoveStep } from './ledger/move/move.js'
import { moveToDatabase } from './ledger/move/toDatabase.js'
import { moveToFolder } from './ledger/move/toFolder.js'
import type { Arrival } from './ledger/postgres/arrival.js'
import { machine } from './state/machine.js'
import { machineId, systemClock } from './system/clock.js'
import { hasOwnRecords, inDatabase, sayInDatabase, sayInFolder } from './system/databaseFolder.js'
import { diskOf } from './system/fileSystem.js'
import { locateFolder, realpathOrSelf, treeOf } from './system/locate.js'

export interface MigrateOptions {
  /** The `.muster` folder. */
  folder: string
  to: 'database' | 'folder'
  /** Only say what would be moved. */
  dryRun?: boolean
  onStep?(step: MoveStep): void | Promise<void>
}

export interface MigrateReport extends Omit<Moved, 'head'> {
  ok: true
  dryRun: boolean
  to: 'database' | 'folder'
  folder: string
  /** Which of the ledgers in the database. */
  space: string
  /** Number of the last record. */
  head: number
}

/**
 * Moves all records of a folder to the database that MUSTER_LEDGER names, or back: history, numbers, locks and their tokens stay
 * what they are. Cut off at any point it goes on when it is called again; until the last records have arrived everybody
 * works where they were, and nobody ever in both places.
 * @throws MusterError INVALID_INPUT (no address), FOLDER_UNUSABLE, DATABASE_UNUSABLE, LEDGER_DAMAGED, LEDGER_NEWER, NOT_APPLIED, OUTCOME_UNKNOWN, BUSY
 */
export async function migrate({ folder: given, to, dryRun = false, onStep = () => undefined }: MigrateOptions): Promise<MigrateReport> {
  const folder = resolve(given)
  const address = addressOf({})
  if (address === undefined) throw new MusterError('INVALID_INPUT', 'Which database is meant is not known here.', { hint: 'Set MUSTER_LEDGER to its address, then run the command again.' })
  const known = inDatabase(folder)
  const clock = systemClock()
  const space = spaceOf(known, treeOf(locateFolder(resolve(folder, '..')).root)?.commonDir)
  const { shared } = await diskOf(folder)
  const { openArrival } = await import('./ledger/postgres/openPostgresLedger.js')
  const arrival = await openArrival({ address, space, clock, create: !dryRun })
  try {
    // While records are on their way to it, nobody begins others in a folder that has none.
    if (to === 'folder' && known === undefined && !dryRun && !hasOwnRecords(folder)) await announce(folder, arrival)
    const parts: MoveParts = { folder: { fs: nodeFs, folder, machine, clock, shared }, arrival, mark: markOf(folder), dryRun, onStep }
    const { head, ...moved } = to === 'database' ? await moveToDatabase(parts) : await moveToFolder(parts)
    if (!dryRun) note(folder, to, { ledger: moved.ledger, space: arrival.space })
    return { ok: true, dryRun, to, folder, space: arrival.space, head: head.seq, ...moved }
  } finally {
    await arrival.close()
  }
}

async function announce(folder: string, arrival: Arrival): Promise<void> {
  const { ledger } = await arrival.look()
  if (ledger !== undefined) note(folder, 'database', { ledger, space: arrival.space })
}

/** Says where the records are from now on, for those who begin work. @throws MusterError FOLDER_UNUSABLE */
function note(folder: string, to: 'database' | 'folder', there: { ledger: string; space: string }): void {
  try {
    const known = inDatabase(folder)
    if (to === 'folder' || (known !== undefined && (known.ledger !== there.ledger || known.space !== there.space))) sayInFolder(folder)
    if (to === 'database') sayInDatabase(folder, there)
  } catch (cause) {
    throw new MusterError('FOLDER_UNUSABLE', `${folder} cannot be written.`, { hint: 'Everything has arrived but this note. Make the folder writable for you, then run the command again.', cause })
  }
}

/** Tells this folder of this machine from all others. */
function markOf(folder: string): string {
  return createHash('sha256').update(`${machineId()}\n${hostname()}\n${realpathOrSelf(folder)}`).digest('hex').slice(0, 16)
}
