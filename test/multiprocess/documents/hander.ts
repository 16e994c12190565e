import { appendFileSync, closeSync, openSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeHand, type Hand } from '../../../src/documents/hand.js'
import { knowBoot } from '../../../src/core/system/clock.js'
import { knowProcesses } from '../../../src/core/system/processes.js'

/*
 * One of several that want the right to add to logs: `{ turns }` takes it so many times, each time alone in the folder, and says how often
 * somebody else was in it; `{ take: true }` takes it once, says whether it got it, and keeps it.
 */
const [folder = ''] = process.argv.slice(2)
await Promise.all([knowBoot(), knowProcesses([process.pid])])
let kept: Hand | undefined

process.on('message', (order: { turns?: number; take?: true }) => void obey(order))
process.send?.('ready')

async function obey({ turns, take }: { turns?: number; take?: true }): Promise<void> {
  if (take) {
    kept = await takeHand(folder)
    process.send?.({ got: kept !== undefined })
    return
  }
  let met = 0
  for (let n = 0; n < turns!; ) {
    const hand = await takeHand(folder)
    if (hand === undefined) {
      await sleep(Math.random() * 4)
      continue
    }
    n++
    const inside = join(folder, 'inside')
    try {
      closeSync(openSync(inside, 'wx'))
    } catch {
      met++
    }
    appendFileSync(join(folder, 'turns'), `${process.pid}\n`)
    await sleep(Math.random() * 2)
    unlinkSync(inside)
    await hand.release()
  }
  process.send?.({ met })
}
