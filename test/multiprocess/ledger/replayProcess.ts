import { join } from 'node:path'
import { openFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { digest, testClock, testMachine } from '../../contract/testMachine.js'

/** Reads the whole ledger and sends what it adds up to. Argument: the folder. */
const ledger = await openFolderLedger({ folder: join(process.argv[2]!, '.muster'), machine: testMachine, clock: testClock(), readOnly: true, rescanMs: 0 })
process.send!(digest(await ledger.refresh()), undefined, undefined, () => process.disconnect())
await ledger.close()
