import assert from 'node:assert/strict'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { Cast, type Actor } from './cast.js'
import { times } from '../../counts.js'

interface Operation {
  method: 'claim' | 'checkIn' | 'release' | 'sendMessage' | 'logDecision' | 'claimAll' | 'handOff' | 'addTask' | 'logError'
  args: (token: number) => unknown[]
  /** Whether it shows, to somebody else. */
  done: (viewer: Actor, agent: string) => Promise<boolean>
}

/** No two errors are the same. */
let agentsSoFar = 0

const operations: Record<string, Operation> = {
  claim: { method: 'claim', args: () => ['b.ts'], done: async (viewer, agent) => (await viewer.call('listClaims')).some((claim) => claim.heldBy === agent && claim.resource === 'b.ts') },
  'check-in': { method: 'checkIn', args: (token) => ['a.ts', { token, progress: 70 }], done: async (viewer, agent) => (await viewer.call('listClaims')).some((claim) => claim.heldBy === agent && claim.progress === 70) },
  release: { method: 'release', args: (token) => ['a.ts', { token }], done: async (viewer, agent) => !(await viewer.call('listClaims')).some((claim) => claim.heldBy === agent && claim.resource === 'a.ts') },
  'sending a message': { method: 'sendMessage', args: () => [{ to: 'viewer', body: 'hello' }], done: async (viewer, agent) => (await viewer.call('readMessages', { peek: true })).some((message) => message.from === agent) },
  'claiming several at once': {
    method: 'claimAll',
    args: () => [['b.ts', 'c.ts']],
    async done(viewer, agent) {
      const both = (await viewer.call('listClaims')).filter((claim) => claim.heldBy === agent && ['b.ts', 'c.ts'].includes(claim.resource))
      assert.ok(both.length !== 1, 'all or nothing')
      return both.length === 2
    },
  },
  'handing on': { method: 'handOff', args: () => [{ to: 'viewer', message: 'yours' }], done: async (viewer) => (await viewer.call('listClaims', { mine: true })).some((claim) => claim.resource === 'a.ts') },
  'adding a task': { method: 'addTask', args: () => [{ title: 'this' }], done: async (viewer, agent) => (await viewer.call('listTasks')).some((task) => task.addedBy === agent) },
  'logging an error': { method: 'logError', args: () => [{ message: `by ${agentsSoFar++}` }], done: async (viewer, agent) => (await viewer.call('listErrors')).some((error) => error.agent === agent) },
  'proposing a decision': { method: 'logDecision', args: () => [{ title: 'this' }], done: async (viewer, agent) => (await viewer.call('listDecisions')).some((decision) => decision.proposer === agent) },
}

describe('processes killed at every file-system call of an operation', function () {
  this.timeout(0)
  let cast: Cast

  beforeEach(() => (cast = new Cast()))
  afterEach(() => cast.end())

  for (const [name, operation] of Object.entries(operations)) {
    it(`${name}: happened or did not, and everything goes on without anybody's help`, async () => {
      const viewer = await cast.enter('viewer')
      let before = 0
      let after = 0
      // Until one is not killed any more, because its operation makes fewer calls.
      for (let call = 0, wasKilled = true; wasKilled; call += times(2, 1)) {
        const agent = `k${call}`
        const victim = await cast.enter(agent)
        const held = await victim.call('claim', 'a.ts', { takeOver: true })
        assert.ok(held.ok, JSON.stringify(held))
        const going = victim.watched({ point: { call, when: call % 4 < 2 ? 'before' : 'after', signal: 'SIGKILL' } }, operation.method, ...(operation.args(held.token) as never))
        wasKilled = await going.then(() => false, (error: { code?: string }) => error.code === 'ENDED')
        if (!wasKilled) await victim.kill()
        else if (await operation.done(viewer, agent)) after++
        else before++
        // Whatever it was in the middle of, the next one has what it wants at once.
        const next = await cast.enter(`n${call}`)
        if (operation.method === 'handOff') await viewer.call('release', 'a.ts')
        for (const resource of ['a.ts', 'b.ts', 'c.ts']) assert.ok((await next.call('claim', resource, { takeOver: true })).ok)
        await next.call('close')
        await next.kill()
        assert.equal((await verifyFolder(cast.folder)).ok, true)
      }
      assert.ok(before > 0 && after > 0, `${before} did not happen, ${after} did`)
    })
  }

  it('opening for the first time: the next one opens it', async () => {
    const rehearsal = await cast.start('first')
    const { length } = await rehearsal.open()
    await rehearsal.kill()
    for (let call = 0; call < length; call += times(4, 1)) {
      const fresh = new Cast()
      try {
        const victim = await fresh.start('first')
        await assert.rejects(victim.open({ call, when: 'before', signal: 'SIGKILL' }), (error: { code?: string }) => error.code === 'ENDED')
        const next = await fresh.enter('next')
        assert.ok((await next.call('claim', 'a.ts')).ok)
        assert.equal((await verifyFolder(fresh.folder)).ok, true)
      } finally {
        await fresh.end()
      }
    }
  })
})
