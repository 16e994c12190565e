import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../scripts/removeFolder.js'
import { isMusterError } from '../../src/core/errors.js'
import { openFolderLedger } from '../../src/core/ledger/folder/openFolderLedger.js'
import { createMemoryDisk, openMemoryLedger } from '../../src/core/ledger/memory/memoryLedger.js'
import { openPostgresLedger } from '../../src/core/ledger/postgres/openPostgresLedger.js'
import type { Commit, Ledger } from '../../src/core/ledger/port.js'
import { freshSpace, stopAfterAll, testServer } from '../postgres/server.js'
import { add, digest, free, nothing, take, testClock, testMachine, type TestClock, type TestEvent, type TestState } from './testMachine.js'

type TestLedger = Ledger<TestState, TestEvent>

/** A place that holds one ledger, which several handles can open. */
interface Place {
  /** Lines of a ledger without commits. */
  lines: number
  open(clock?: TestClock): Promise<TestLedger>
  /** Waits until a look that was begun by poll() is over, where that takes its time. */
  settle?(ledger: TestLedger): Promise<unknown>
  remove(): Promise<void>
}

/** Every adapter joins the suite here. */
const adapters: Record<string, () => Promise<Place>> = {
  memory: async () => {
    const disk = createMemoryDisk()
    return { lines: 1, open: (clock = testClock()) => openMemoryLedger({ disk, machine: testMachine, clock, watch: false }), remove: () => Promise.resolve() }
  },
  folder: async () => folderPlace({}),
  'folder with small segments': async () => folderPlace({ segmentBytes: 700 }),
  'folder in shared mode': async () => folderPlace({ mode: 'shared', rescanMs: 5 }),
  postgres: async () => {
    const address = (await testServer()).addressOf(freshSpace())
    return {
      lines: 1,
      open: (clock = testClock()) => openPostgresLedger({ address, machine: testMachine, clock, rescanMs: 0, databaseTime: false }),
      settle: (ledger) => ledger.refresh(),
      remove: () => Promise.resolve(),
    }
  },
}

stopAfterAll()

async function folderPlace(options: { segmentBytes?: number; mode?: 'shared'; rescanMs?: number }): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'muster-contract-'))
  mkdirSync(join(root, 'repo'))
  const folder = join(root, 'repo', '.muster')
  return {
    lines: options.mode === 'shared' ? 2 : 1,
    open: (clock = testClock()) => openFolderLedger({ folder, machine: testMachine, clock, rescanMs: 0, ...options }),
    remove: async () => removeFolder(root),
  }
}

async function commitsOf(ledger: TestLedger, from?: number): Promise<Commit<TestEvent>[]> {
  const commits: Commit<TestEvent>[] = []
  for await (const commit of ledger.history({ from })) commits.push(commit)
  return commits
}

for (const [name, makePlace] of Object.entries(adapters)) {
  describe(`ledger contract: ${name}`, () => {
    let place: Place
    let opened: TestLedger[]

    async function open(clock?: TestClock): Promise<TestLedger> {
      const ledger = await place.open(clock)
      opened.push(ledger)
      return ledger
    }

    beforeEach(async () => {
      opened = []
      place = await makePlace()
    })
    afterEach(async () => {
      for (const ledger of opened) await ledger.close()
      await place.remove()
    })

    it('starts empty, with an id that every handle shares', async () => {
      const [a, b] = [await open(), await open()]
      assert.match(a.id, /^[0-9a-f]{24}$/)
      assert.equal(b.id, a.id)
      assert.equal(a.peek().log.length, 0)
      assert.equal(a.status().head, place.lines)
      assert.equal(a.status().readOnly, undefined)
    })

    it('applies an operation once it is acknowledged, with the stamp of its commit', async () => {
      const clock = testClock('here/7')
      const ledger = await open(clock)
      const answer = await ledger.submit(take('a:1', 'x', 'ann'))
      assert.ok(answer.ok)
      assert.deepEqual(answer.stamp, { seq: place.lines + 1, at: clock.now(), up: clock.uptime(), boot: 'here/7' })
      assert.equal(answer.repeated, false)
      assert.deepEqual(answer.events, [{ type: 'grant', resource: 'x', owner: 'ann' }])
      assert.deepEqual(answer.state.owners.get('x'), { owner: 'ann', token: place.lines + 1 })
      const status = ledger.status()
      assert.equal(status.synced, status.head)
    })

    it('refuses without writing', async () => {
      const ledger = await open()
      await ledger.submit(take('a:1', 'x', 'ann'))
      const { head } = ledger.status()
      const answer = await ledger.submit(take('b:1', 'x', 'bob'))
      assert.deepEqual([answer.ok, !answer.ok && answer.refusal], [false, 'ann'])
      assert.equal(ledger.status().head, head)
    })

    it('agrees to a proposal without events at the head, and writes nothing', async () => {
      const ledger = await open()
      const written = await ledger.submit(add('a:1', 1))
      const { head } = ledger.status()
      const answer = await ledger.submit(nothing('a:2'))
      assert.ok(answer.ok && written.ok)
      assert.ok(answer.stamp.seq >= written.stamp.seq)
      assert.equal(ledger.status().head, head)
    })

    it('answers a retry with what the first try did, in another handle too', async () => {
      const ledger = await open()
      const first = await ledger.submit(add('a:1', 5))
      const again = await ledger.submit(add('a:1', 5))
      const other = await (await open()).submit(add('a:1', 5))
      assert.ok(first.ok && again.ok && other.ok)
      assert.equal(first.repeated, false)
      for (const retry of [again, other]) {
        assert.equal(retry.repeated, true)
        assert.deepEqual(retry.stamp, first.stamp)
        assert.deepEqual(retry.events, first.events)
        assert.equal(retry.state.sum, 5)
      }
    })

    it('applies a key once when it is proposed twice at the same time', async () => {
      const ledger = await open()
      const answers = await Promise.all([ledger.submit(add('a:1', 5)), ledger.submit(add('a:1', 5))])
      assert.deepEqual(answers.map((answer) => answer.ok && answer.repeated), [false, true])
      assert.equal(ledger.peek().sum, 5)
    })

    it('says KEY_TOO_OLD where nobody knows any more', async () => {
      const ledger = await open()
      await assert.rejects(ledger.submit(add('old:1', 1)), (error) => isMusterError(error) && error.code === 'KEY_TOO_OLD')
    })

    it('says TOO_LARGE, and carries out the rest of the batch', async () => {
      const ledger = await open()
      const large = ledger.submit(add('a:1', 1, 'x'.repeat(600_000)))
      const small = ledger.submit(add('a:2', 1))
      await assert.rejects(large, (error) => isMusterError(error) && error.code === 'TOO_LARGE')
      assert.ok((await small).ok)
      assert.equal(ledger.peek().sum, 1)
    })

    it('splits a batch that does not fit one line', async () => {
      const ledger = await open()
      const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => ledger.submit(add(`a:${n}`, 1, 'x'.repeat(200_000)))))
      assert.ok(answers.every((answer) => answer.ok))
      assert.equal(ledger.peek().sum, 5)
      assert.equal((await commitsOf(ledger)).length, 3)
    })

    it('puts proposals of one moment into one commit, each decided after the ones before it', async () => {
      const ledger = await open()
      const answers = await Promise.all([ledger.submit(take('a:1', 'x', 'ann')), ledger.submit(take('b:1', 'x', 'bob')), ledger.submit(take('b:2', 'y', 'bob'))])
      assert.deepEqual(answers.map((answer) => answer.ok), [true, false, true])
      assert.equal(answers[1]!.ok === false && answers[1]!.refusal, 'ann')
      const commits = await commitsOf(ledger)
      assert.deepEqual(commits.map((commit) => commit.ops.map((op) => op.key)), [['a:1', 'b:2']])
    })

    it('does not let a draft show in the state', async () => {
      const ledger = await open()
      const seen: number[] = []
      const proposal = (key: string) => ({ key, by: '', decide: (state: TestState) => (seen.push(ledger.peek().sum, state.sum), { events: [{ type: 'add' as const, amount: 1 }] }) })
      await Promise.all([ledger.submit(proposal('a:1')), ledger.submit(proposal('a:2'))])
      assert.deepEqual(seen, [0, 0, 0, 1])
    })

    it('passes on what a decision throws, and to its own proposal only', async () => {
      const ledger = await open()
      const bad = ledger.submit({ key: 'a:1', by: '', decide: () => { throw new Error('broken rule') } })
      const good = ledger.submit(add('a:2', 1))
      await assert.rejects(bad, /broken rule/)
      assert.ok((await good).ok)
    })

    it('decides on what others appended before', async () => {
      const [a, b] = [await open(), await open()]
      await a.submit(take('a:1', 'x', 'ann'))
      const answer = await b.submit(take('b:1', 'x', 'bob'))
      assert.equal(!answer.ok && answer.refusal, 'ann')
      const freed = await a.submit(free('a:2', 'x', 'ann', place.lines + 1))
      assert.ok(freed.ok)
      assert.ok((await b.submit(take('b:2', 'x', 'bob'))).ok)
      const stale = await a.submit(free('a:3', 'x', 'ann', place.lines + 1))
      assert.equal(!stale.ok && stale.refusal, 'bob')
    })

    it('grants to exactly one of many handles, with tokens that only rise', async () => {
      const ledgers = await Promise.all(Array.from({ length: 8 }, () => open()))
      let last = 0
      for (let round = 0; round < 20; round++) {
        const answers = await Promise.all(ledgers.map((ledger, n) => ledger.submit(take(`${n}:${2 * round}`, 'x', `agent-${n}`))))
        const winners = answers.flatMap((answer, n) => (answer.ok ? [{ n, token: answer.stamp.seq }] : []))
        assert.equal(winners.length, 1)
        const { n, token } = winners[0]!
        assert.ok(token > last)
        last = token
        for (const answer of answers) if (!answer.ok) assert.equal(answer.refusal, `agent-${n}`)
        assert.ok((await ledgers[n]!.submit(free(`${n}:${2 * round + 1}`, 'x', `agent-${n}`, token))).ok)
      }
      const digests = await Promise.all(ledgers.map(async (ledger) => digest(await ledger.refresh())))
      assert.equal(new Set(digests).size, 1)
    })

    it('loses nothing of many concurrent writers', async () => {
      const ledgers = await Promise.all(Array.from({ length: 5 }, () => open()))
      await Promise.all(ledgers.flatMap((ledger, n) => Array.from({ length: 40 }, (_, i) => ledger.submit(add(`${n}:${i}`, 1)))))
      for (const ledger of ledgers) assert.equal((await ledger.refresh()).sum, 200)
      assert.equal((await (await open()).refresh()).sum, 200)
    })

    it('keeps one handle’s proposals in order', async () => {
      const ledger = await open()
      await Promise.all(Array.from({ length: 50 }, (_, i) => ledger.submit(add(`a:${i}`, 1))))
      const keys = (await commitsOf(ledger)).flatMap((commit) => commit.ops.map((op) => op.key))
      assert.deepEqual(keys, Array.from({ length: 50 }, (_, i) => `a:${i}`))
    })

    it('has a history that folds to the state, and begins where it is asked to', async () => {
      const [a, b] = [await open(), await open()]
      for (let i = 0; i < 10; i++) await (i % 2 ? a : b).submit(add(`k:${i}`, i, `text ${i} „ü\u2028"\\\n`))
      const state = testMachine.create()
      const commits = await commitsOf(a)
      for (const commit of commits) for (const op of commit.ops) testMachine.fold(state, op, commit.stamp)
      assert.equal(digest(state), digest(await a.refresh()))
      assert.deepEqual(commits.map((commit) => commit.stamp.seq), commits.map((commit) => commit.stamp.seq).sort((x, y) => x - y))
      const from = commits[4]!.stamp.seq
      assert.deepEqual(await commitsOf(a, from), commits.slice(4))
    })

    it('tells of every commit once, in order, after it is folded', async () => {
      const [a, b] = [await open(), await open()]
      const seen: number[] = []
      const sums: number[] = []
      b.onDidAdvance((commits) => {
        seen.push(...commits.map((commit) => commit.stamp.seq))
        sums.push(b.peek().sum)
      })
      await a.submit(add('a:1', 1))
      b.poll()
      await place.settle?.(b)
      await b.submit(add('b:1', 1))
      await a.submit(add('a:2', 1))
      b.poll()
      await place.settle?.(b)
      b.poll()
      await place.settle?.(b)
      assert.deepEqual(seen, (await commitsOf(a)).map((commit) => commit.stamp.seq))
      assert.deepEqual(sums, [1, 2, 3])
    })

    it('lets a listener submit', async () => {
      const ledger = await open()
      const done = new Promise((resolve) => {
        const listening = ledger.onDidAdvance(() => {
          listening.dispose()
          resolve(ledger.submit(add('a:2', 10)))
        })
      })
      await ledger.submit(add('a:1', 1))
      await done
      assert.equal(ledger.peek().sum, 11)
    })

    it('dates commits so that time never runs back, but recovers from a clock that was far ahead', async () => {
      const [early, late] = [testClock(), testClock()]
      late.time += 60_000
      const [a, b] = [await open(early), await open(late)]
      const first = await b.submit(add('b:1', 1))
      const second = await a.submit(add('a:1', 1))
      assert.ok(first.ok && second.ok)
      assert.equal(second.stamp.at, first.stamp.at)
      late.time += 45 * 365 * 86_400_000
      await b.submit(add('b:2', 1))
      const third = await a.submit(add('a:2', 1))
      assert.ok(third.ok)
      assert.equal(third.stamp.at, early.time)
    })

    it('is there after closing and opening again', async () => {
      const ledger = await open()
      for (let i = 0; i < 20; i++) await ledger.submit(add(`a:${i}`, i))
      const before = digest(ledger.peek())
      await ledger.close()
      assert.equal(digest((await open()).peek()), before)
    })

    it('says CLOSED after closing, and finishes what was submitted before', async () => {
      const ledger = await open()
      const submitted = ledger.submit(add('a:1', 1))
      await ledger.close()
      assert.ok((await submitted).ok)
      const isClosed = (error: unknown): boolean => isMusterError(error) && error.code === 'CLOSED'
      await assert.rejects(ledger.submit(add('a:2', 1)), isClosed)
      await assert.rejects(ledger.refresh(), isClosed)
      await ledger.close()
    })
  })
}
