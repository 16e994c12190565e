import assert from 'node:assert/strict'
import { Cast, type Actor } from './cast.js'
import type { FailPoint } from './failPoints.js'
import { times } from '../../counts.js'
import { stopAfterAll } from '../../postgres/server.js'

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

stopAfterAll()

/** The n-th point at which to kill: at the file system's calls in turns before and after, at the database's at every moment. */
function pointOf(where: 'in a folder' | 'in PostgreSQL', n: number): FailPoint {
  if (where === 'in PostgreSQL') return { call: Math.floor(n / 3), when: (['before', 'sent', 'after'] as const)[n % 3]!, signal: 'SIGKILL' }
  const call = n * times(2, 1)
  return { call, when: call % 4 < 2 ? 'before' : 'after', signal: 'SIGKILL' }
}

for (const where of ['in a folder', 'in PostgreSQL'] as const) describe(`processes killed at every call ${where === 'in a folder' ? 'to the file system' : 'to the database'} of an operation`, function () {
  this.timeout(0)
  let cast: Cast

  beforeEach(async () => (cast = await Cast.at(where)))
  afterEach(() => cast.end())

  // Each is a line of the same kind to the database.
  const tried = where === 'in a folder' ? Object.keys(operations) : Object.keys(operations).filter((_, index) => index % times(4, 1) === 0)
  for (const name of tried) {
    const operation = operations[name]!
    it(`${name}: happened or did not, and everything goes on without anybody's help`, async () => {
      const viewer = await cast.enter('viewer')
      let before = 0
      let after = 0
      // Until one is not killed any more, because its operation makes fewer calls.
      for (let n = 0, wasKilled = true; wasKilled; n++) {
        const agent = `k${n}`
        const victim = await cast.enter(agent)
        const held = await victim.call('claim', 'a.ts', { takeOver: true })
        assert.ok(held.ok, JSON.stringify(held))
        const going = victim.watched({ point: pointOf(where, n) }, operation.method, ...(operation.args(held.token) as never))
        wasKilled = await going.then(() => false, (error: { code?: string }) => error.code === 'ENDED')
        if (!wasKilled) await victim.kill()
        else if (await operation.done(viewer, agent)) after++
        else before++
        // Whatever it was in the middle of, the next one has what it wants at once.
        const next = await cast.enter(`n${n}`)
        if (operation.method === 'handOff') await viewer.call('release', 'a.ts')
        for (const resource of ['a.ts', 'b.ts', 'c.ts']) assert.ok((await next.call('claim', resource, { takeOver: true })).ok)
        await next.call('close')
        await next.kill()
        assert.equal((await cast.verify()).ok, true)
      }
      assert.ok(before > 0 && after > 0, `${before} did not happen, ${after} did`)
    })
  }

  it('opening for the first time: the next one opens it', async () => {
    const rehearsal = await Cast.at(where, true)
    const { length } = await rehearsal.start('first').then((actor) => actor.open())
    await rehearsal.end()
    const inDatabase = where === 'in PostgreSQL'
    for (let call = 0; call < length; call += inDatabase ? 1 : times(4, 1)) {
      const fresh = await Cast.at(where, true)
      try {
        const victim = await fresh.start('first')
        const wasKilled = await victim.open({ call, when: inDatabase ? 'sent' : 'before', signal: 'SIGKILL' }).then(() => false, (error: { code?: string }) => error.code === 'ENDED')
        // What is done at the same time is not always as much.
        assert.ok(wasKilled || call > length / 2, `only ${call} of ${length} calls`)
        const next = await fresh.enter('next')
        assert.ok((await next.call('claim', 'a.ts')).ok)
        assert.equal((await fresh.verify()).ok, true)
      } finally {
        await fresh.end()
      }
    }
  })
})
