import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { addressOf, spaceOf } from './database.js'
import { invalid, MusterError } from './errors.js'
import { nodeFs } from './ledger/folder/ledgerFs.js'
import { leaveAside, takeUpAgain, wasLeftAside } from './ledger/move/joining.js'
import type { Moved, MoveParts, MoveStep } from './ledger/move/move.js'
import { moveToDatabase } from './ledger/move/toDatabase.js'
import { moveToFolder } from './ledger/move/toFolder.js'
import type { Arrival } from './ledger/postgres/arrival.js'
import { machine } from './state/machine.js'
import { knowBoot, machineId, systemClock } from './system/clock.js'
import { hasOwnRecords, inDatabase, sayInDatabase, sayInFolder } from './system/databaseFolder.js'
import { diskOf } from './system/fileSystem.js'
import { locateFolder, realpathOrSelf, treeOf } from './system/locate.js'
import { tell } from './tell.js'

export interface MigrateOptions {
  /** The `.muster` folder. */
  folder: string
  to: 'database' | 'folder'
  /** Address of the database. Default: `MUSTER_LEDGER`. */
  ledger?: string
  /**
   * Move nothing, and have this folder only go on with the records that are there: those that the database holds already, while
   * its own stay where they are, unused; or, on the way back, its own (none, where it never had any), while others stay in the database.
   */
  alone?: boolean
  /** Only say what would be moved. */
  dryRun?: boolean
  /** Told of each step; where it throws while `copying`, the move is broken off. */
  onStep?(step: MoveStep): void | Promise<void>
}

export interface MigrateReport extends Omit<Moved, 'head' | 'outcome'> {
  ok: true
  /** As {@link Moved} has it; `joined` and `parted`: nothing was moved (`alone`). */
  outcome: Moved['outcome'] | 'joined' | 'parted'
  dryRun: boolean
  to: 'database' | 'folder'
  folder: string
  /** Which of the ledgers in the database. */
  space: string
  /** Number of the last record. */
  head: number
}

/**
 * Moves all records of a folder to a database, or back: history, numbers, locks and their tokens stay
 * what they are. Cut off at any point it goes on when it is called again; until the last records have arrived everybody
 * works where they were, and nobody ever in both places.
 * @throws MusterError INVALID_INPUT (no address), FOLDER_UNUSABLE, DATABASE_UNUSABLE, LEDGER_DAMAGED, LEDGER_NEWER, NOT_APPLIED, OUTCOME_UNKNOWN, BUSY
 */
export async function migrate(options: MigrateOptions): Promise<MigrateReport> {
  const { to, ledger: named, alone = false, dryRun = false, onStep = () => undefined } = options
  const folder = resolve(options.folder)
  await knowBoot()
  if (to === 'folder') {
    const parted = await part(folder, alone, dryRun)
    if (parted !== undefined) return parted
  }
  const address = addressOf(named === undefined ? {} : { ledger: named })
  if (address === undefined) throw invalid(tell`Which database is meant is not known here.`, tell`Set MUSTER_LEDGER to its address, then run the command again.`)
  const known = inDatabase(folder)
  const clock = systemClock()
  const space = spaceOf(known, treeOf(locateFolder(resolve(folder, '..')).root)?.commonDir)
  if (alone) return join(folder, address, space, dryRun)
  const { openArrival } = await import('./ledger/postgres/openPostgresLedger.js')
  const arrival = await openArrival({ address, space, clock, create: !dryRun })
  try {
    // While records are on their way to it, nobody begins others in a folder that has none.
    if (to === 'folder' && known === undefined && !dryRun && !hasOwnRecords(folder)) await announce(folder, arrival)
    const parts: MoveParts = { folder: await partsOf(folder), arrival, mark: markOf(folder), dryRun, onStep }
    const { head, ...moved } = to === 'database' ? await moveToDatabase(parts) : await moveToFolder(parts)
    if (!dryRun) note(folder, to, { ledger: moved.ledger, space: arrival.space })
    return { ok: true, dryRun, to, folder, space: arrival.space, head: head.seq, ...moved }
  } finally {
    await arrival.close()
  }
}

/** Goes on with what the database holds. @throws MusterError DATABASE_UNUSABLE where that is nothing */
async function join(folder: string, address: string, named: string | undefined, dryRun: boolean): Promise<MigrateReport> {
  const { examineDatabase } = await import('./ledger/postgres/openPostgresLedger.js')
  const { records, space } = await examineDatabase({ address, space: named })
  if (records === undefined) throw new MusterError('DATABASE_UNUSABLE', tell`The database holds no records of Muster for this project.`, { hint: tell`Nothing was changed. Check the address, and the space that it names; to have the records of this folder there, move them.` })
  if (records.left) throw new MusterError('DATABASE_UNUSABLE', tell`These records are in a folder again.`, { hint: tell`Nothing was changed. Ask whoever moved them where they are.` })
  const { ledger, head } = records
  if (!dryRun) {
    await leaveAside(await partsOf(folder), { ledger, space })
    note(folder, 'database', { ledger, space })
  }
  return { ok: true, dryRun, to: 'database', folder, space, outcome: 'joined', ledger, head, copied: 0 }
}

/** Goes on with what the folder had before it joined others. @returns undefined where it is not so */
async function part(folder: string, asked: boolean, dryRun: boolean): Promise<MigrateReport | undefined> {
  const known = inDatabase(folder)
  if (known === undefined) {
    if (asked) throw new MusterError('FOLDER_UNUSABLE', tell`This folder does not say that its records are in a database.`, { hint: tell`Nothing was changed: there is nothing to part from.` })
    return undefined
  }
  const aside = await partsOf(folder)
  // Also where it was killed on the way, and only the note is left of it.
  const own = await wasLeftAside(aside, known)
  if (!own && !(asked && !hasOwnRecords(folder))) {
    if (asked) throw new MusterError('FOLDER_UNUSABLE', tell`The records of this folder were moved to the database.`, { hint: tell`Nothing was changed: without them there would be nothing to go on with here. Move them back.` })
    return undefined
  }
  if (!dryRun) {
    if (own) await takeUpAgain(aside)
    sayInFolder(folder)
  }
  return { ok: true, dryRun, to: 'folder', folder, outcome: 'parted', ...known, head: 0, copied: 0 }
}

async function partsOf(folder: string): Promise<MoveParts['folder']> {
  const { shared } = await diskOf(folder)
  return { fs: nodeFs, folder, machine, clock: systemClock(), shared }
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
    throw new MusterError('FOLDER_UNUSABLE', tell`${folder} cannot be written.`, { hint: tell`Everything has arrived but this note. Make the folder writable for you, then run the command again.`, cause })
  }
}

/** Tells this folder of this machine from all others. */
function markOf(folder: string): string {
  return createHash('sha256').update(`${machineId()}\n${hostname()}\n${realpathOrSelf(folder)}`).digest('hex').slice(0, 16)
}
