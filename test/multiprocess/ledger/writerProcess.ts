import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { add, digest, free, take, type TestProposal } from '../../contract/testMachine.js'
import { openTestLedger } from './openTestLedger.js'

/** Takes and frees resources as fast as it can, until told to stop; then says, when told to, what it came to. Arguments: folder, own name, `turns` or `none`. */
const [folder, name, turns] = process.argv.slice(2) as [string, string, 'turns' | 'none']

const REPORT_EVERY = 25
const RESOURCES = 3

const ledger = await openTestLedger(folder, { ledger: process.env['MUSTER_LEDGER'], boot: `boot/${name}`, segmentBytes: 64 * 1024, watch: name.endsWith('0'), rescanMs: 4000, withoutTurns: turns === 'none' })

// Written before anything else happens, so that a kill cannot take back what this process was told.
const acknowledged = openSync(join(folder, `acknowledged-${name}`), 'a')
let counter = 0
let done = 0
let busy = 0
let stopping = false
process.once('message', () => (stopping = true))

async function submit(make: (key: string) => TestProposal): Promise<number | undefined> {
  const key = `${name}:${counter++}`
  for (;;) {
    try {
      const answer = await ledger.submit(make(key))
      if (answer.ok && answer.events.length > 0) writeSync(acknowledged, `${key} ${answer.stamp.seq}\n`)
      if (++done % REPORT_EVERY === 0) process.send!({ done })
      return answer.ok ? answer.stamp.seq : undefined
    } catch (error) {
      if (!isMusterError(error) || error.code !== 'BUSY') throw error
      busy++
    }
  }
}

while (!stopping) {
  const resource = `r${Math.floor(Math.random() * RESOURCES)}`
  const [token] = await Promise.all([submit((key) => take(key, resource, name)), submit((key) => add(key, 1))])
  if (token !== undefined) await submit((key) => free(key, resource, name, token))
  // Lets the message that ends this come in.
  await new Promise((resolve) => setImmediate(resolve))
}
const shown = new Promise((resolve) => process.once('message', resolve))
process.send!({ stopped: true, busy })
await shown
// Its own state, followed line by line all the while; nobody writes any more.
process.send!({ state: digest(await ledger.refresh()) }, undefined, undefined, () => process.disconnect())
await new Promise((resolve) => process.once('disconnect', resolve))
await ledger.close()
