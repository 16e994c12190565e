import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cast, sleep, type Actor } from './cast.js'
import { times } from '../../counts.js'
import { stopAfterAll } from '../../postgres/server.js'

const rescanSeconds = 0.2

stopAfterAll()

for (const where of ['in a folder', 'in PostgreSQL'] as const) describe(`who is there, who is gone, and what a wrong clock may do ${where}`, function () {
  this.timeout(0)
  let cast: Cast

  beforeEach(async () => (cast = await Cast.at(where)))
  afterEach(() => cast.end())

  async function presenceOf(viewer: Actor, resource: string): Promise<string | undefined> {
    return (await viewer.call('listClaims')).find((claim) => claim.resource === resource)?.presence
  }

  async function takeOver(actor: Actor, resource: string): Promise<{ token: number; afterMs: number }> {
    const started = process.hrtime.bigint()
    for (;;) {
      const result = await actor.call('claim', resource, { takeOver: true })
      if (result.ok) return { token: result.token, afterMs: Number(process.hrtime.bigint() - started) / 1e6 }
      await sleep(20)
    }
  }

  it('a holder that was killed is gone at the next look, and its claim can be taken at once', async () => {
    const [alpha, beta] = [await cast.enter('alpha'), await cast.enter('beta')]
    assert.ok((await alpha.call('claim', 'a.ts')).ok)
    assert.equal(await presenceOf(beta, 'a.ts'), 'live')
    await alpha.kill()
    assert.equal(await presenceOf(beta, 'a.ts'), 'gone')
    assert.ok((await beta.call('claim', 'a.ts', { takeOver: true })).ok)
  })

  it('a holder that is stopped is there for its lease, and then until it did not answer for the grace period', async () => {
    const settings = { graceSeconds: 1, rescanSeconds }
    const [alpha, beta] = [await cast.enter('alpha', { settings }), await cast.enter('beta', { settings })]
    assert.ok((await alpha.call('claim', 'a.ts', { minutes: 4 / 60 })).ok)
    alpha.child.kill('SIGSTOP')
    await alpha.stopped()
    const early = await beta.call('claim', 'a.ts', { takeOver: true })
    assert.ok(!early.ok && early.reason === 'NOT_STALE', JSON.stringify(early))
    await sleep(4100)
    assert.equal(await presenceOf(beta, 'a.ts'), 'overdue')
    const { afterMs } = await takeOver(beta, 'a.ts')
    assert.ok(afterMs >= 1000, `taken ${afterMs} ms after it was asked for`)
  })

  it('the claim of a command outlives it, and ends by lease and grace', async () => {
    const settings = { graceSeconds: 0.5, rescanSeconds }
    const command = await cast.enter('alpha', { attached: false, settings })
    const beta = await cast.enter('beta', { settings })
    const claimed = process.hrtime.bigint()
    assert.ok((await command.call('claim', 'a.ts', { minutes: 4 / 60 })).ok)
    await command.kill()
    assert.equal(await presenceOf(beta, 'a.ts'), 'live')
    const early = await beta.call('claim', 'a.ts', { takeOver: true })
    assert.ok(!early.ok && early.reason === 'NOT_STALE')
    await takeOver(beta, 'a.ts')
    const after = Number(process.hrtime.bigint() - claimed) / 1e6
    assert.ok(after >= 4450, `taken ${after} ms after it was claimed for 4,000 ms`)
  })

  it('a window that reloads is no death', async () => {
    const [alpha, beta] = [await cast.enter('alpha'), await cast.enter('beta')]
    assert.ok((await alpha.call('claim', 'a.ts')).ok)
    await alpha.call('close', { reload: true })
    await alpha.kill()
    assert.equal(await presenceOf(beta, 'a.ts'), 'live')
    const refused = await beta.call('claim', 'a.ts', { takeOver: true })
    assert.ok(!refused.ok && refused.reason === 'NOT_STALE')
  })

  it('all stopped past their leases, as by a laptop that sleeps, go on with their tokens', async () => {
    const settings = { graceSeconds: 10, rescanSeconds }
    const actors = await Promise.all(['a', 'b', 'c', 'd'].map((name) => cast.enter(name, { settings })))
    const tokens = await Promise.all(actors.map(async (actor) => {
      const claimed = await actor.call('claim', `${actor.name}.ts`, { minutes: 2 / 60 })
      assert.ok(claimed.ok)
      return claimed.token
    }))
    for (const actor of actors) actor.child.kill('SIGSTOP')
    await Promise.all(actors.map((actor) => actor.stopped()))
    await sleep(5000)
    for (const actor of actors) actor.child.kill('SIGCONT')
    // Each wants what the next one has, at once, while all are just waking up.
    const wanted = await Promise.all(actors.map((actor, i) => actor.call('claim', `${actors[(i + 1) % 4]!.name}.ts`, { takeOver: true })))
    for (const result of wanted) assert.ok(!result.ok, JSON.stringify(result))
    const kept = await Promise.all(actors.map((actor, i) => actor.call('checkIn', `${actor.name}.ts`, { token: tokens[i] })))
    for (const [i, result] of kept.entries()) assert.ok(result.ok && result.token === tokens[i], JSON.stringify(result))
  })

  it('a holder whose event loop stood still for three leases writes nothing under the claim it lost', async () => {
    const settings = { graceSeconds: 0.3, rescanSeconds }
    const [alpha, beta] = [await cast.enter('alpha', { settings }), await cast.enter('beta', { settings })]
    const claimed = await alpha.call('claim', 'a.ts', { minutes: 0.5 / 60 })
    assert.ok(claimed.ok)
    // Three leases, and until it has lost it.
    const lost = join(cast.root, 'lost')
    const blocked = alpha.block(1500, lost)
    // Asked for before it knows: carried out in the same turn in which it wakes up.
    const late = [alpha.call('checkIn', 'a.ts', { token: claimed.token, progress: 99 }), alpha.call('release', 'a.ts', { token: claimed.token })]
    const { token } = await takeOver(beta, 'a.ts')
    writeFileSync(lost, '')
    await blocked
    for (const result of await Promise.all(late)) assert.ok(!result.ok && 'heldBy' in result && result.heldBy === 'beta', JSON.stringify(result))
    const [claim] = await beta.call('listClaims', { mine: true })
    assert.deepEqual([claim?.token, claim?.progress], [token, undefined])
  })

  /** With a database's clock they are one kind: `npm test` takes some of them. */
  const some = <T>(cases: Record<string, T>): [string, T][] => Object.entries(cases).filter((_, index) => where === 'in a folder' || index % times(3, 1) === 0)
  const wrongs = { '15 s ahead': 15_000, '15 s behind': -15_000, 'an hour ahead': 3_600_000, 'an hour behind': -3_600_000, '45 years ahead': 45 * 365 * 86_400_000, '45 years behind': -45 * 365 * 86_400_000 }
  for (const [label, wrong] of some(wrongs)) {
    it(`a clock ${label}, stepped while running, steals nothing and makes nothing immortal`, () => wrongClock((name) => cast.enter(name, { settings: { graceSeconds: 0.5, rescanSeconds } }), (actor) => actor.clock(wrong)))
  }

  const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((platform) => `/usr/lib/${platform}/faketime/libfaketime.so.1`).find((file) => existsSync(file))
  if (library === undefined) {
    console.log('      (libfaketime is not on this machine: clocks are made wrong within the process only)')
  } else {
    for (const [label, offset] of some({ '45 years ahead': '+45y', '45 years behind': '-45y', '15 s ahead': '+15s', 'an hour ahead': '+1h', 'an hour behind': '-1h', '15 s behind': '-15s' })) {
      it(`a system clock ${label} (libfaketime) steals nothing and makes nothing immortal`, () =>
        wrongClock((name) => cast.enter(name, { settings: { graceSeconds: 0.5, rescanSeconds } }, name === 'wrong' ? { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' } : {}), () => Promise.resolve()))
    }
  }

  async function wrongClock(enter: (name: string) => Promise<Actor>, makeWrong: (actor: Actor) => Promise<void>): Promise<void> {
    const [right, wrong] = [await enter('right'), await enter('wrong')]
    const mine = await right.call('claim', 'mine.ts', { minutes: 1 })
    const brief = await wrong.call('claim', 'theirs.ts', { minutes: 1 / 60 })
    assert.ok(mine.ok && brief.ok)
    await makeWrong(wrong)
    const stolen = await wrong.call('claim', 'mine.ts', { takeOver: true })
    assert.ok(!stolen.ok && stolen.reason === 'NOT_STALE', JSON.stringify(stolen))
    assert.equal(await presenceOf(wrong, 'mine.ts'), 'live')
    assert.ok((await wrong.call('claim', 'more.ts', { minutes: 1 / 60 })).ok)
    // Stopped, so that it cannot answer: its leases end for the others as any.
    wrong.child.kill('SIGSTOP')
    await wrong.stopped()
    await takeOver(right, 'theirs.ts')
    await takeOver(right, 'more.ts')
    wrong.child.kill('SIGCONT')
    const kept = await right.call('checkIn', 'mine.ts', { token: mine.token })
    assert.ok(kept.ok)
    const off = Math.abs(Date.parse(kept.expiresAt!) - 60_000 - Date.now())
    assert.ok(off < 3 * 60_000, `a commit of the right clock is dated ${off} ms off`)
  }
})
