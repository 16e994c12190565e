import { digest } from '../../contract/testMachine.js'
import { openTestLedger } from './openTestLedger.js'

/** Reads the whole ledger and sends what it adds up to. Argument: the folder. */
const ledger = await openTestLedger(process.argv[2]!, { ledger: process.env['MUSTER_LEDGER'], readOnly: true })
process.send!(digest(await ledger.refresh()), undefined, undefined, () => process.disconnect())
await ledger.close()
