import { setTimeout as sleep } from 'node:timers/promises'
import { WriteFaults } from './writeFaults.js'

/*
 * Writes documents without asking whose turn it is: once for each `{ pass }`, killed at that call where one is named, or stopped
 * there where it is to make a file (`stops`) before; or on and on
 * from `go` to `stop`, but for the time between `rest: true` and `rest: false`, when it is in the middle of nothing.
 */
const faults = await WriteFaults.install()
const [{ openMuster }, { Documents }] = await Promise.all([import('../../../src/core/open.js'), import('../../../src/documents/documents.js')])
const [folder = '', root = '', agent = ''] = process.argv.slice(2)
const muster = await openMuster({ folder, root, agent, attached: false, watch: false })
const documents = new Documents(muster)
let going = false
let resting = false
/** Somebody waits for it to rest. */
let asked = false

interface Order {
  pass?: number | string | null
  stops?: string
  go?: true
  stop?: true
  rest?: boolean
}

process.on('message', (order: Order) => void obey(order))
process.send?.('ready')

async function obey({ pass, stops, go, stop, rest }: Order): Promise<void> {
  if (rest !== undefined) {
    resting = asked = rest
    return
  }
  if (stop) {
    going = false
    return
  }
  if (go) {
    going = true
    while (going) {
      while (resting) {
        if (asked) process.send?.('resting')
        asked = false
        await sleep(5)
      }
      await documents.bringUpToDate({ again: false })
      await sleep(5)
    }
    await muster.close()
    process.disconnect?.()
    return
  }
  if (stops !== undefined) faults.armStop(pass!, stops)
  else faults.arm(typeof pass === 'number' ? pass : undefined)
  await documents.bringUpToDate({ again: false })
  process.send?.({ calls: faults.calls })
}
