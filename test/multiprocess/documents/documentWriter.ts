import { setTimeout as sleep } from 'node:timers/promises'
import { WriteFaults } from './writeFaults.js'

/*
 * Writes documents without asking whose turn it is: once for each `{ pass }`, killed at that call where one is named; or on and on
 * from `go` to `stop`.
 */
const faults = await WriteFaults.install()
const [{ openMuster }, { Documents }] = await Promise.all([import('../../../src/core/open.js'), import('../../../src/documents/documents.js')])
const [folder = '', root = '', agent = ''] = process.argv.slice(2)
const muster = await openMuster({ folder, root, agent, attached: false, watch: false })
const documents = new Documents(muster)
let going = false

process.on('message', (order: { pass?: number | null; go?: true; stop?: true }) => void obey(order))
process.send?.('ready')

async function obey({ pass, go, stop }: { pass?: number | null; go?: true; stop?: true }): Promise<void> {
  if (stop) {
    going = false
    return
  }
  if (go) {
    going = true
    while (going) {
      await documents.bringUpToDate({ again: false })
      await sleep(5)
    }
    await muster.close()
    process.disconnect?.()
    return
  }
  faults.arm(pass ?? undefined)
  await documents.bringUpToDate({ again: false })
  process.send?.({ calls: faults.calls })
}
