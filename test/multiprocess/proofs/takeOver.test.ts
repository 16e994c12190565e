import assert from 'node:assert/strict'
import { Cast, sleep, type Actor } from './cast.js'
import { times } from '../../counts.js'
import { stopAfterAll } from '../../postgres/server.js'
import type { FailPoint } from './failPoints.js'

/** Leases of 0.3 s and grace of 0.2 s, in processes that look at the folder five times a second. */
const quick = { settings: { graceSeconds: 0.2, rescanSeconds: 0.2 } }
const lease = 0.3 / 60

stopAfterAll()

for (const [where, withoutTurns] of [['in a folder', false], ['in a folder', true], ['in PostgreSQL', false]] as const) {
  describe(`processes that take over ${where}, ${withoutTurns ? 'with proper-lockfile replaced by a no-op' : 'with turns'}`, function () {
    this.timeout(0)
    let cast: Cast

    beforeEach(async () => (cast = await Cast.at(where)))
    afterEach(() => cast.end())

    const rounds = times(where === 'in a folder' ? 40 : 20, 1000)
    it(`16 meet one expired claim at a barrier, ${rounds} times: exactly one has it afterwards`, async () => {
      const actors = await Promise.all(Array.from({ length: 16 }, (_, i) => cast.enter(`a${i}`, { ...quick, withoutTurns })))
      // A command's claims end by lease and grace alone, so that one holder serves many rounds.
      const holder = await cast.enter('holder', { ...quick, attached: false })
      const tokens: number[] = []
      for (let round = 0; round < rounds; round++) {
        const resource = `r${round % 20}`
        if (round % 20 === 0) {
          await Promise.all(actors.map(async (actor) => {
            for (const claim of await actor.call('listClaims', { mine: true })) await actor.call('release', claim.resource)
          }))
          const held = await holder.call('claimAll', Array.from({ length: 20 }, (_, i) => `r${i}`), { minutes: 0.0005 })
          assert.ok(held.ok)
          await sleep(30 + 200 + 50)
        }
        const at = process.hrtime.bigint() + 3_000_000n
        const results = await Promise.all(actors.map((actor) => actor.watched({ at }, 'claim', resource, { takeOver: true }).then(({ result }) => result)))
        const winners = results.flatMap((result) => (result.ok ? [result.token] : []))
        assert.equal(winners.length, 1, `round ${round}: ${winners.length} owners`)
        tokens.push(winners[0]!)
        const winner = actors[results.findIndex((result) => result.ok)]!
        for (const result of results) assert.ok(result.ok || result.heldBy === winner.name, JSON.stringify(result))
      }
      assert.deepEqual(tokens, [...tokens].sort((a, b) => a - b))
      assert.equal(new Set(tokens).size, rounds)
    })

    const runs = times(1, 50)
    for (const operation of ['claim', 'checkIn', 'release', 'handOff'] as const) {
      it(`a holder stopped at each point inside ${operation} past its lease, ${runs} times a point, is refused when it goes on`, async () => {
        const heir = await cast.enter('heir', { ...quick, withoutTurns })
        const points = await pointsOf(cast, operation)
        const all = points.flatMap((point) => Array.from({ length: runs }, () => point))
        // Several at a time: they wait for leases most of the time.
        let next = 0
        const work = async (victim: Actor): Promise<void> => {
          for (let i = next++; i < all.length; i = next++) await stopAndGoOn(victim, heir, operation, all[i]!, `${operation}-${i}`)
        }
        const victims = await Promise.all(['v1', 'v2', 'v3', 'v4'].map((name) => cast.enter(name, { ...quick, withoutTurns })))
        await Promise.all(victims.map(work))
      })
    }
  })
}

type Stopped = 'claim' | 'checkIn' | 'release' | 'handOff'

/** Before the first call of the operation, and after each; on the way to the database too. */
async function pointsOf(cast: Cast, operation: Stopped): Promise<FailPoint[]> {
  const probe = await cast.enter('probe', quick)
  const { calls } = await act(probe, operation, 'probe', await prepare(probe, operation, 'probe'))
  const inDatabase = cast.home.kind === 'postgres'
  assert.ok(calls.length >= (inDatabase ? 1 : 5), calls.join())
  await probe.kill()
  const stops: FailPoint['when'][] = inDatabase ? ['sent', 'after'] : ['after']
  return [{ call: 0, when: 'before', signal: 'SIGSTOP' }, ...calls.flatMap((_, call) => stops.map((when) => ({ call, when, signal: 'SIGSTOP' as const })))]
}

async function prepare(actor: Actor, operation: Stopped, resource: string): Promise<number | undefined> {
  if (operation === 'claim') return undefined
  const held = await actor.call('claim', resource, { minutes: lease })
  assert.ok(held.ok, JSON.stringify(held))
  return held.token
}

function act(actor: Actor, operation: Stopped, resource: string, token: number | undefined, point?: FailPoint): Promise<{ result: { ok: boolean; token?: number; heldBy?: string; reason?: string }; calls: string[] }> {
  if (operation === 'claim') return actor.watched({ point }, 'claim', resource, { minutes: lease })
  if (operation === 'handOff') return actor.watched({ point }, 'handOff', { to: 'heir', claims: [resource] }) as never
  return operation === 'checkIn' ? actor.watched({ point }, 'checkIn', resource, { token }) : actor.watched({ point }, 'release', resource, { token })
}

async function stopAndGoOn(victim: Actor, heir: Actor, operation: Stopped, point: FailPoint, resource: string): Promise<void> {
  const label = `stopped ${point.when} call ${point.call} of ${operation}`
  const token = await prepare(victim, operation, resource)
  const going = act(victim, operation, resource, token, point)
  // A race may have made the operation shorter than its rehearsal; then it is stopped behind it.
  const stopped = await Promise.race([victim.stopped().then(() => true), going.then(() => false)])
  if (!stopped) {
    victim.child.kill('SIGSTOP')
    await victim.stopped()
  }
  let taken = await heir.call('claim', resource, { takeOver: true })
  while (!taken.ok) {
    await sleep(50)
    taken = await heir.call('claim', resource, { takeOver: true })
  }
  victim.child.kill('SIGCONT')
  const { result } = await going
  // It may have been done before it was stopped; then it was told of its own time, under an older token.
  if (result.ok && result.token !== undefined) assert.ok(result.token < taken.token, `${label}: ${result.token}, heir ${taken.token}`)
  if (!result.ok) assert.equal(result.heldBy, 'heir', `${label}: ${JSON.stringify(result)}`)
  const old = token ?? result.token
  if (old !== undefined) {
    for (const again of [await victim.call('checkIn', resource, { token: old }), await victim.call('release', resource, { token: old })]) {
      assert.ok(!again.ok && again.reason === 'TAKEN_OVER' && again.heldBy === 'heir', `${label}: ${JSON.stringify(again)}`)
    }
  }
  const [standing] = (await heir.call('listClaims', { mine: true })).filter((claim) => claim.resource === resource)
  assert.equal(standing?.token, taken.token, label)
  await heir.call('release', resource)
}
