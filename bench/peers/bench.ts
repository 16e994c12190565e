import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/projectRoot.js'
import { machine } from '../machine.js'
import { installPeers } from './install.js'
import { measurePeers, type Amount } from './measure.js'
import { peersTable } from './peersTable.js'
import { PEERS } from './peers.js'

const FULL: Amount = { claims: 500, messages: 10_000, reads: 7, rounds: 200, sending: 150, racing: 45 }
const QUICK: Amount = { claims: 50, messages: 200, reads: 3, rounds: 20, sending: 20, racing: 10 }

/**
 * Measures in a folder, and writes bench/results-peers.json unless it is to be quick.
 * @param look What it is measured on; asked before anything loads it.
 * @returns whether the peers could be had
 */
export async function benchPeers(base: string, quick: boolean, look = machine): Promise<boolean> {
  const before = look()
  const modules = join(base, 'peers')
  const missing = installPeers(modules)
  if (missing !== undefined) {
    console.log(`Peers are not measured, npm cannot install them: ${missing}`)
    return false
  }
  const results = { machine: before, peers: await measurePeers(PEERS, base, modules, quick ? QUICK : FULL) }
  console.log(peersTable(results))
  if (!quick) writeFileSync(join(projectRoot, 'bench', 'results-peers.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  return true
}
