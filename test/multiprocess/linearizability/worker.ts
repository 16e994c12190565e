/**
 * Child process: `node worker.js FOLDER NAME FILE VARIANT`. Claims, checks in, releases, takes over and looks until told
 * to stop, and writes down each call before it is made and each answer once it is there.
 */
import { createHash } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { Store } from '../../../src/core/ledger/folder/store.js'
import { Store as DatabaseStore } from '../../../src/core/ledger/postgres/store.js'
import type { ClaimResult } from '../../../src/core/model/operations.js'
import { openMuster } from '../../../src/core/open.js'
import type { LockInput, LockOutput } from '../../linearizability/lockModel.js'
import { Random } from '../../unit/ledger/simulation/random.js'
import { lockNothing } from '../proofs/failPoints.js'
import type { Written } from './records.js'

const [folder, agent, file, variant] = process.argv.slice(2) as [string, string, string, 'real' | 'without turns' | 'broken']

const resources = ['a.ts', 'b.ts', 'c.ts', 'd.ts']
const random = new Random(createHash('sha256').update(agent).digest().readInt32LE())
const out = openSync(file, 'a')
if (variant === 'without turns') lockNothing()
const m = await openMuster({ folder, agent })
if (variant === 'broken') {
  // A ledger that does not look whether its line was the next one.
  const append = Store.prototype.append
  Store.prototype.append = function (...args) {
    return { ...append.apply(this, args), accepted: true, failure: undefined }
  }
  const appendRow = DatabaseStore.prototype.append
  DatabaseStore.prototype.append = async function (...args) {
    await appendRow.apply(this, args)
    return true
  }
}
const tokens = new Map<string, number>()
let calls = 0
let stopping = false
process.on('message', () => (stopping = true))

function note(record: Written): void {
  writeSync(out, `${JSON.stringify(record)}\n`)
}

async function record(inputs: LockInput[], run: () => Promise<LockOutput[]>): Promise<LockOutput[]> {
  const call = calls++
  note({ call, at: String(process.hrtime.bigint()), inputs })
  const outputs = await run()
  note({ call, at: String(process.hrtime.bigint()), outputs })
  if (calls % 20 === 0) process.send!({ calls })
  return outputs
}

async function step(resource: string): Promise<void> {
  const token = tokens.get(resource)
  const what = random.next()
  if (what < 0.15) return void (await record(resources.map((one) => ({ act: 'look', resource: one, agent })), look))
  if (token === undefined || what < 0.3) {
    const takeOver = random.chance(0.4)
    const [answer] = await record([{ act: takeOver ? 'takeOver' : 'claim', resource, agent }], async () => [claimed(await m.claim(resource, { takeOver }))])
    if (answer && 'token' in answer) tokens.set(resource, answer.token)
    else tokens.delete(resource)
  } else if (what < 0.5) {
    await record([{ act: 'checkIn', resource, agent, token }], async () => {
      const result = await m.checkIn(resource, { token })
      return [result.ok ? { token: result.token! } : { holder: ('heldBy' in result ? result.heldBy : undefined) ?? '' }]
    })
  } else {
    // Tokens that were given back are kept now and then, to be refused.
    if (random.chance(0.8)) tokens.delete(resource)
    await record([{ act: 'release', resource, agent, token }], async () => {
      const result = await m.release(resource, { token })
      return [result.ok ? { done: true } : { holder: ('heldBy' in result ? result.heldBy : undefined) ?? '' }]
    })
  }
}

function claimed(result: ClaimResult): LockOutput {
  return result.ok ? { token: result.token } : { holder: result.heldBy ?? '' }
}

async function look(): Promise<LockOutput[]> {
  const claims = await m.listClaims()
  return resources.map((resource) => {
    const claim = claims.find((one) => one.resource === resource)
    return claim ? { token: claim.token, holder: claim.heldBy } : { holder: '' }
  })
}

process.send!({ ready: true })
while (!stopping) {
  await step(resources[random.below(resources.length)]!)
  // Lets the message that ends this come in.
  await new Promise((resolve) => setImmediate(resolve))
}
// Not closed: its claims would be let go of, and that is not written down.
process.exit(0)
