import { verifyFolder } from '../../src/core/ledger/verify.js'
import { verifyPostgres } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import { systemClock } from '../../src/core/system/clock.js'
import { freshDatabase, freshSpace, testServer } from './server.js'

/** Where the agents of a test have their records, so that one suite shows the same of each place. */
export interface Home {
  readonly kind: 'folder' | 'postgres'
  /** For who opens them in the test's own process. */
  readonly options: { readonly ledger?: string }
  /** For processes of their own. */
  readonly environment: NodeJS.ProcessEnv
  /** Whether all that was written leads from the first line to the last. @throws AssertionError or what verifying throws */
  verify(folder: string): Promise<{ ok: boolean }>
}

/** The places that suites about safety run on, by what their titles say. @param fresh A place that nobody has opened, tables included. */
export const homes: Record<'in a folder' | 'in PostgreSQL', (fresh?: boolean) => Promise<Home>> = {
  'in a folder': () => Promise.resolve({ kind: 'folder', options: {}, environment: {}, verify: verifyFolder }),
  'in PostgreSQL': async (fresh = false) => {
    const server = await testServer()
    const ledger = fresh ? await freshDatabase() : server.addressOf(freshSpace())
    return { kind: 'postgres', options: { ledger }, environment: { MUSTER_LEDGER: ledger }, verify: () => verifyPostgres({ address: ledger, clock: systemClock() }) }
  },
}
