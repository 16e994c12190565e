/** Child process: `node fullDiskProcess.js FOLDER`, on a small disk of its own. Fills it, and sends what became of the ledger there. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { openFolderLedger, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'

const disk = process.argv[2]!
const folder = join(disk, '.muster')
const ballast = join(disk, 'ballast')
const open = (readOnly = false): Promise<OpenFolderLedger<TestState, TestEvent>> => openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, readOnly })

writeFileSync(ballast, Buffer.alloc(64 * 1024))
const ledger = await open()
const refused: unknown[] = []
let acknowledged = 0
for (let n = 0; refused.length < 20; n++) {
  // Of many lengths, so that some writes are cut off.
  const answer = await ledger.submit(add(`a:${n}`, 1, 'x'.repeat(500 + ((n * 37) % 1500)))).catch((error: unknown) => void refused.push(isMusterError(error) ? [error.code, error.details?.['errno']] : String(error)))
  if (answer?.ok) acknowledged++
}
const during = (await open(true)).peek().sum
rmSync(ballast)
const retry = await ledger.submit(add('b:1', 1))
await ledger.close()
const after = await open()
const { ok } = await verifyFolder(folder)
process.stdout.write(JSON.stringify({ refused, acknowledged, during, retried: retry.ok, after: after.peek().sum, ok }))
await after.close()
