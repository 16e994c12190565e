import { join } from 'node:path'
import { MusterError } from './errors.js'
import type { OpenPostgresLedger, PostgresLedgerOptions } from './ledger/postgres/openPostgresLedger.js'
import type { Event } from './model/events.js'
import type { OpenOptions } from './muster.js'
import type { NameRules } from './names.js'
import type { State } from './state/state.js'
import { hasOwnRecords, inDatabase, sayInDatabase, SNAPSHOT, type InDatabase } from './system/databaseFolder.js'
import { repositoryName } from './system/gitConfig.js'

/** On which systems people will be nobody knows: two names that are one file anywhere count as one everywhere. */
const NAMES: NameRules = { letters: 'simple', forms: 'same' }

/** Where the records are, if not in the folder. */
export function addressOf({ ledger }: OpenOptions, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return ledger ?? (env['MUSTER_LEDGER'] || undefined)
}

/**
 * Records are in one place: who is given no address does not begin new ones beside those in a database, nor the other way round.
 * @throws MusterError DATABASE_UNUSABLE, FOLDER_UNUSABLE
 */
export function assertPlace(folder: string, address: string | undefined): void {
  if (address === undefined && inDatabase(folder) !== undefined) {
    throw new MusterError('DATABASE_UNUSABLE', `The records of ${folder} are in a PostgreSQL database, and its address is not known here.`, {
      hint: 'Set MUSTER_LEDGER to the address (ask whoever set the database up), and start this again.',
      details: { folder },
    })
  }
  if (address !== undefined && hasOwnRecords(folder) && inDatabase(folder) === undefined) {
    throw new MusterError('FOLDER_UNUSABLE', `${folder} has records of its own, and MUSTER_LEDGER names a database.`, {
      hint: 'To go on with those in the folder, unset MUSTER_LEDGER. To have them in the database: muster migrate --to. To go on there without them, move the folder away first.',
      details: { folder },
    })
  }
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
  const ledger = await openPostgresLedger({ ...options, ...(space !== undefined && { space }), names: NAMES, create: options.create !== false && known === undefined, ...(known !== undefined && { snapshot: join(folder, SNAPSHOT) }) })
  if (known !== undefined && known.ledger !== ledger.id) {
    await ledger.close()
    throw new MusterError('DATABASE_UNUSABLE', `These are not the records that ${folder} was used with.`, {
      hint: 'Check the address in MUSTER_LEDGER and the space that it names. To go on with these records, remove database.json from that folder.',
      details: { folder },
    })
  }
  try {
    if (known === undefined && !options.readOnly) sayInDatabase(folder, { ledger: ledger.id, space: ledger.space })
  } catch (cause) {
    await ledger.close()
    throw new MusterError('FOLDER_UNUSABLE', `${folder} cannot be written.`, { hint: 'It holds what belongs to this machine: choose a place that you may write to (MUSTER_FOLDER).', cause })
  }
  return ledger
}
