import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openFolderLedger, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import * as agentOperations from '../../../src/core/model/agentOperations.js'
import * as operations from '../../../src/core/model/operations.js'
import * as workOperations from '../../../src/core/model/workOperations.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { free, take, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'
import { times } from '../../counts.js'
import { Random } from '../ledger/simulation/random.js'

describe('tokens', function () {
  this.timeout(0)
  let root: string
  let folder: string

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-tokens-')))
    folder = join(root, '.muster')
  })
  afterEach(() => removeFolder(root))

  const grants = times(3000, 100_000)
  it(`only rise in ${grants} grants by two processes, across restarts, segments, snapshots and the archive`, async () => {
    const open = (): Promise<OpenFolderLedger<TestState, TestEvent>> =>
      openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, durability: 'relaxed', segmentBytes: grants * 20, upkeep: { commits: grants / 15, bytes: Infinity } })
    const random = new Random(4)
    const last = new Map<string, number>()
    let ledgers = [await open(), await open()]
    for (let granted = 0, n = 0; granted < grants; n++) {
      if (n % Math.ceil(grants / 10) === 0) {
        await ledgers[0]!.close()
        ledgers = [ledgers[1]!, await open()]
      }
      const ledger = ledgers[random.below(2)]!
      const resource = `r${random.below(5)}`
      const answer = await ledger.submit(take(`t:${n}`, resource, 'ann'))
      if (answer.ok) {
        granted++
        assert.ok(answer.stamp.seq > (last.get(resource) ?? 0), `${resource} was granted under ${answer.stamp.seq} after ${last.get(resource)}`)
        last.set(resource, answer.stamp.seq)
      }
      const { owner, token } = ledger.peek().owners.get(resource)!
      assert.ok((await ledger.submit(free(`f:${n}`, resource, owner, token))).ok)
    }
    for (const ledger of ledgers) await ledger.close()
    for (const part of ['ledger', 'snapshots', 'archive']) assert.ok(readdirSync(join(folder, part)).length >= 2, `${part} is short`)
  })

  const claims = times(300, 100_000)
  it(`of the library only rise in ${claims} claims, with a restart now and then`, async () => {
    const last = new Map<string, number>()
    const open = (agent: string): Promise<Muster> => openMuster({ folder, root, agent, watch: false })
    let agents = [await open('alpha'), await open('beta')]
    for (let n = 0; n < claims; n++) {
      if (n % Math.ceil(claims / 10) === 0) {
        for (const agent of agents) await agent.close()
        agents = [await open('alpha'), await open('beta')]
      }
      const agent = agents[n % 2]!
      const resource = `name:r${n % 5}`
      const claimed = await agent.claim(resource)
      assert.ok(claimed.ok && claimed.token > (last.get(resource) ?? 0), JSON.stringify(claimed))
      last.set(resource, claimed.token)
      assert.ok((await agent.release(resource, { token: claimed.token })).ok)
    }
    for (const agent of agents) await agent.close()
    const before = performance.now()
    const reader = await openMuster({ folder, root, readOnly: true })
    if (claims > 1000) console.log(`      opened in ${Math.round(performance.now() - before)} ms behind ${reader.ledgerStatus().head} commits`)
    await reader.close()
  })

  it('do not come again when the records are deleted under open windows', async () => {
    const [alpha, beta] = [await openMuster({ folder, root, agent: 'alpha', watch: false }), await openMuster({ folder, root, agent: 'beta', watch: false })]
    for (let n = 0; n < 8; n++) await alpha.claim(`name:r${n}`)
    const held = await alpha.claim('name:f1')
    assert.ok(held.ok)
    removeFolder(folder)
    const taken = await beta.claim('name:f1')
    const other = await alpha.claim('name:g')
    assert.ok(taken.ok && other.ok && taken.token > held.token && other.token > taken.token, JSON.stringify([held, taken, other]))
    assert.equal((await alpha.checkIn('name:f1', { token: held.token, progress: 50 })).ok, false)
    await alpha.close()
    await beta.close()
  })

  // A command that is to take a token has to come in here.
  const withToken: Record<string, (muster: Muster, token: number) => Promise<{ ok: boolean; reason?: string; heldBy?: string }>> = {
    checkInOptions: (muster, token) => muster.checkIn('a.ts', { token, progress: 99, message: 'mine' }),
    releaseOptions: (muster, token) => muster.release('a.ts', { token, message: 'done' }),
  }

  it('are taken by no other commands than those looked at here', () => {
    const schemas = Object.entries({ ...operations, ...workOperations, ...agentOperations }) as [string, { shape?: Record<string, unknown> }][]
    const taking = schemas.filter(([, schema]) => typeof schema === 'object' && schema.shape !== undefined && 'token' in schema.shape).map(([name]) => name)
    assert.deepEqual(taking.sort(), Object.keys(withToken).sort())
  })

  for (const [name, act] of Object.entries(withToken)) {
    it(`that are old change nothing and say who holds it now: ${name}`, async () => {
      const [alpha, beta] = [await openMuster({ folder, root, agent: 'alpha', watch: false }), await openMuster({ folder, root, agent: 'beta', watch: false })]
      const first = await alpha.claim('a.ts')
      assert.ok(first.ok)
      await alpha.release('a.ts')
      const now = await beta.claim('a.ts')
      assert.ok(now.ok)
      const { ledger: { head } } = await alpha.refresh()
      const refused = await act(alpha, first.token)
      assert.deepEqual([refused.ok, refused.heldBy], [false, 'beta'], JSON.stringify(refused))
      // Not even the agent's own claim under another token.
      await beta.release('a.ts')
      const again = await alpha.claim('a.ts')
      assert.ok(again.ok && again.token > now.token)
      const before = await alpha.listClaims()
      const old = await act(alpha, first.token)
      assert.equal(old.ok, false, JSON.stringify(old))
      assert.deepEqual((await alpha.listClaims()).map(({ token, progress, message }) => [token, progress, message]), before.map(({ token, progress, message }) => [token, progress, message]))
      assert.equal(alpha.ledgerStatus().head, head + 2)
      await alpha.close()
      await beta.close()
    })
  }
})
