import { resolve } from 'node:path'
import { addressOf, assertPlace, spaceOf } from './database.js'
import type { VerifyReport } from './ledger/verify.js'
import { systemClock } from './system/clock.js'
import { locateFolder, treeOf } from './system/locate.js'
import { inDatabase } from './system/databaseFolder.js'

/**
 * Checks the records of a folder from first to last, wherever they are. Writes nothing.
 * @throws MusterError FOLDER_UNUSABLE, DATABASE_UNUSABLE, LEDGER_NEWER
 */
export async function verifyRecords(folder: string): Promise<VerifyReport> {
  const path = resolve(folder)
  const address = addressOf({})
  // What stayed in the folder when its records moved can be checked as well.
  assertPlace(path, address, true)
  if (address === undefined) return (await import('./ledger/verify.js')).verifyFolder(folder)
  const { verifyPostgres } = await import('./ledger/postgres/openPostgresLedger.js')
  const space = spaceOf(inDatabase(path), treeOf(locateFolder(resolve(path, '..')).root)?.commonDir)
  const { problem, ...report } = await verifyPostgres({ address, clock: systemClock(), ...(space !== undefined && { space }) })
  return { ...report, folder: path, database: true, segments: 0, void: 0, junk: 0, ...(problem && { problem, problems: [problem] }) }
}
