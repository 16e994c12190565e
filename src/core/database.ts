import { join } from 'node:path'
import { isMusterError, MusterError } from './errors.js'
import type { OpenPostgresLedger, PostgresLedgerOptions } from './ledger/postgres/openPostgresLedger.js'
import type { Event } from './model/events.js'
import type { OpenOptions } from './muster.js'
import type { NameRules } from './names.js'
import type { State } from './state/state.js'
import { hasOwnRecords, inDatabase, sayInDatabase, SNAPSHOT, type InDatabase } from './system/databaseFolder.js'
import { repositoryName } from './system/gitConfig.js'
import { tell } from './tell.js'

/** On which systems people will be nobody knows: two names that are one file anywhere count as one everywhere. */
const NAMES: NameRules = { letters: 'simple', forms: 'same' }

/** Where the records are, if not in the folder. */
export function addressOf({ ledger }: OpenOptions, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return ledger ?? (env['MUSTER_LEDGER'] || undefined)
}

/**
 * Records are in one place: who is given no address does not begin new ones beside those in a database, nor the other way round.
 * @param readOnly Only looks, so that what a folder had until its records moved may be shown; see {@link assertMoved}.
 * @throws MusterError DATABASE_UNUSABLE, FOLDER_UNUSABLE
 */
export function assertPlace(folder: string, address: string | undefined, readOnly = false): void {
  if (address === undefined && inDatabase(folder) !== undefined && !(readOnly && hasOwnRecords(folder))) throw noAddress(folder)
  if (address !== undefined && hasOwnRecords(folder) && inDatabase(folder) === undefined) {
    throw new MusterError('FOLDER_UNUSABLE', tell`${folder} has records of its own, and MUSTER_LEDGER names a database.`, {
      hint: tell`To go on with those in the folder, unset MUSTER_LEDGER. To have them in the database: muster migrate --to. To go on there without them, move the folder away first.`,
      details: { folder },
    })
  }
}

/**
 * What a folder holds beside the note that its records are in a database is what they were when they moved there: not others
 * that were left aside when it joined a team's. @param ledger Id of those in the folder. @throws MusterError DATABASE_UNUSABLE
 */
export function assertMoved(folder: string, ledger: string): void {
  const known = inDatabase(folder)
  if (known !== undefined && known.ledger !== ledger) throw noAddress(folder)
}

function noAddress(folder: string): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The records of ${folder} are in a PostgreSQL database, as "${inDatabase(folder)?.space ?? ''}", and its address is not known here.`, {
    hint: tell`Set MUSTER_LEDGER to the address (ask whoever set the database up), and start this again.`,
    details: { folder, wanted: 'address' },
  })
}

/** Which of the ledgers in a database, where its address does not say: the repository's, by the same name on all machines. */
export function spaceOf(known: InDatabase | undefined, commonDir: string | undefined): string | undefined {
  return known?.space ?? (commonDir === undefined ? undefined : repositoryName(commonDir))
}

/** @throws MusterError as openPostgresLedger; DATABASE_UNUSABLE where it is another database than this folder was used with */
export async function openDatabase({ folder, commonDir, ...options }: Omit<PostgresLedgerOptions<State, Event>, 'space'> & { folder: string; commonDir: string | undefined }): Promise<OpenPostgresLedger<State, Event>> {
  const { openPostgresLedger } = await import('./ledger/postgres/openPostgresLedger.js')
  const known = inDatabase(folder)
  const space = spaceOf(known, commonDir)
  const ledger = await openPostgresLedger({ ...options, ...(space !== undefined && { space }), names: NAMES, create: options.create !== false && known === undefined, snapshot: join(folder, SNAPSHOT) }).catch((error: unknown) => {
    // What is gone, or was replaced, is begun anew by nobody who only came by.
    if (known === undefined || !isMusterError(error) || error.details['missing'] !== true) throw error
    throw new MusterError('DATABASE_UNUSABLE', tell`The database does not hold the records that ${folder} was used with.`, { hint: tell`Check the address, and the space that it names. To go on with other records, or to begin new ones, remove database.json from that folder.`, details: error.details, cause: error })
  })
  if (known !== undefined && known.ledger !== ledger.id) {
    await ledger.close()
    throw new MusterError('DATABASE_UNUSABLE', tell`These are not the records that ${folder} was used with.`, {
      hint: tell`Check the address in MUSTER_LEDGER and the space that it names. To go on with these records, remove database.json from that folder.`,
      details: { folder },
    })
  }
  try {
    if (known === undefined && !options.readOnly) sayInDatabase(folder, { ledger: ledger.id, space: ledger.space })
  } catch (cause) {
    await ledger.close()
    throw new MusterError('FOLDER_UNUSABLE', tell`${folder} cannot be written.`, { hint: tell`It holds what belongs to this machine: choose a place that you may write to (MUSTER_FOLDER).`, cause })
  }
  return ledger
}
