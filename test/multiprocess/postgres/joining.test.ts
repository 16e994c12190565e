import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError, migrate, open as openLibrary, repair, type MoveStep, type OpenOptions } from '../../../src/library.js'
import type { Muster } from '../../../src/core/muster.js'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { takeUpAgain } from '../../../src/core/ledger/move/joining.js'
import { machine } from '../../../src/core/state/machine.js'
import { systemClock } from '../../../src/core/system/clock.js'
import { Proxy } from '../../postgres/proxy.js'
import { stopAfterAll, testServer } from '../../postgres/server.js'

stopAfterAll()

describe('a folder and the records in a database', function () {
  this.timeout(900_000)
  let server: Awaited<ReturnType<typeof testServer>>
  let proxy: Proxy
  let root: string
  let space: string
  let spaces = 0
  let opened: Muster[]

  before(async () => {
    server = await testServer()
    proxy = await Proxy.to(server.port)
  })
  after(() => proxy.close())
  beforeEach(() => {
    opened = []
    space = `join ${process.pid} ${++spaces}`
    root = mkdtempSync(join(tmpdir(), 'muster-join-'))
    for (const machine of ['one', 'two']) {
      execFileSync('git', ['init', '--quiet', join(root, machine)])
      writeFileSync(join(root, machine, 'a.ts'), '')
    }
  })
  afterEach(async () => {
    for (const one of opened) await one.close()
    removeFolder(root)
  })

  const folder = (machine: string): string => join(root, machine, '.muster')
  const address = (): string => server.addressOf(space)
  const open = async (machine: string, agent: string, options: OpenOptions = {}): Promise<Muster> => {
    const muster = await openLibrary({ root: join(root, machine), folder: folder(machine), agent, ...options })
    opened.push(muster)
    return muster
  }
  const code = (expected: string) => (error: unknown): boolean => isMusterError(error) && (assert.equal(error.code, expected, error.message), true)
  const until = async (what: string, is: () => boolean | Promise<boolean>): Promise<void> => {
    for (const begun = Date.now(); !(await is()); await new Promise((done) => setTimeout(done, 25))) if (Date.now() - begun > 60_000) throw new Error(`waited for ${what}`)
  }

  it('moves by a call of the library, which can break it off while it copies and goes on later', async () => {
    const a = await open('one', 'alpha')
    const lock = await a.claim('a.ts')
    assert.ok(lock.ok)
    await a.close()
    assert.equal(process.env['MUSTER_LEDGER'] ?? '', '', 'the last call below would have an address')
    const seen: MoveStep['step'][] = []
    await assert.rejects(migrate({ folder: folder('one'), to: 'database', ledger: address(), onStep: ({ step }) => { throw new Error(`enough of ${step}`) } }), /enough of copying/)
    assert.equal((await open('one', 'alpha')).ledgerStatus().readOnly, undefined)
    const { outcome, head } = await migrate({ folder: folder('one'), to: 'database', ledger: address(), onStep: ({ step }) => void seen.push(step) })
    assert.equal(outcome, 'moved')
    assert.ok(head > 2 && seen.includes('leaving') && seen.at(-1) === 'arrived')
    const there = await open('two', 'beta', { ledger: address() })
    assert.deepEqual(there.state().claims.map(({ resource, heldBy, token }) => [resource, heldBy, token]), [['a.ts', 'alpha', lock.token]])
    await assert.rejects(migrate({ folder: folder('one'), to: 'database' }), code('INVALID_INPUT'))
  })

  it('joins records that are there, keeps its own aside unused, and takes them up again without asking the database', async () => {
    const [a, own] = [await open('one', 'alpha', { ledger: address() }), await open('two', 'beta')]
    await a.claim('a.ts')
    await own.logDecision({ title: 'mine', decision: 'yes' })
    const dry = await migrate({ folder: folder('two'), to: 'database', ledger: address(), alone: true, dryRun: true })
    assert.deepEqual([dry.outcome, own.ledgerStatus().readOnly], ['joined', undefined])
    await assert.rejects(migrate({ folder: folder('two'), to: 'database', ledger: address() }), code('DATABASE_UNUSABLE'))
    const joined = await migrate({ folder: folder('two'), to: 'database', ledger: address(), alone: true })
    assert.deepEqual([joined.outcome, joined.ledger, joined.space], ['joined', a.ledgerStatus().id, space])
    await assert.rejects(own.sendMessage({ to: 'all', subject: 'late', body: '' }), code('FOLDER_UNUSABLE'))
    await assert.rejects(open('two', 'gamma', { readOnly: true }), code('DATABASE_UNUSABLE'), 'what was left aside is not shown for the records of all')
    const there = await open('two', 'gamma', { ledger: address() })
    assert.deepEqual(there.state().claims.map(({ heldBy }) => heldBy), ['alpha'])
    await there.close()
    // The database is not needed to part from it.
    const parted = await migrate({ folder: folder('two'), to: 'folder', ledger: 'postgres://nobody@127.0.0.1:1/x' })
    assert.deepEqual([parted.outcome, existsSync(join(folder('two'), 'database.json'))], ['parted', false])
    const back = await open('two', 'delta')
    assert.deepEqual((await back.listDecisions()).map(({ title }) => title), ['mine'])
    assert.ok((await a.release('a.ts')).ok)
  })

  it('has the way back that was cut off behind its last record come to its end, without the database', async () => {
    await open('one', 'alpha', { ledger: address() })
    const own = await open('two', 'beta')
    await own.logDecision({ title: 'mine', decision: 'yes' })
    await own.close()
    await migrate({ folder: folder('two'), to: 'database', ledger: address(), alone: true })
    await takeUpAgain({ fs: nodeFs, folder: folder('two'), machine, clock: systemClock(), shared: undefined })
    assert.ok(existsSync(join(folder('two'), 'database.json')), 'as if killed before this went')
    const parted = await migrate({ folder: folder('two'), to: 'folder', ledger: 'postgres://nobody@127.0.0.1:1/x' })
    assert.deepEqual([parted.outcome, existsSync(join(folder('two'), 'database.json'))], ['parted', false])
    assert.deepEqual((await (await open('two', 'delta')).listDecisions()).map(({ title }) => title), ['mine'])
    await assert.rejects(migrate({ folder: folder('two'), to: 'folder', ledger: address(), alone: true }), code('FOLDER_UNUSABLE'))
  })

  it('joins with no records of its own, and refuses to part from those that it brought', async () => {
    await assert.rejects(migrate({ folder: folder('one'), to: 'database', ledger: address(), alone: true }), code('DATABASE_UNUSABLE'))
    await (await open('one', 'alpha')).close()
    await migrate({ folder: folder('one'), to: 'database', ledger: address() })
    await assert.rejects(migrate({ folder: folder('one'), to: 'folder', ledger: address(), alone: true }), code('FOLDER_UNUSABLE'))
    assert.equal((await migrate({ folder: folder('two'), to: 'database', ledger: address(), alone: true })).outcome, 'joined')
    assert.equal((await migrate({ folder: folder('two'), to: 'folder', ledger: address(), alone: true })).outcome, 'parted')
    assert.ok(!existsSync(join(folder('two'), 'database.json')))
  })

  it('keeps a window who it is, there and back, with its locks: its own process takes its place', async () => {
    const opening = (ledger?: string): Promise<Muster> => openLibrary({ root: join(root, 'one'), folder: folder('one'), kind: 'person', client: 'vscode', workspace: 'w', ...(ledger !== undefined && { ledger }) })
    const window = await opening()
    const other = await open('one', 'alpha')
    opened.push(window)
    const me = window.agent
    assert.ok((await window.claim('a.ts')).ok && (await other.claim('name:build')).ok)
    await migrate({ folder: folder('one'), to: 'database', ledger: address() })
    await window.close({ reload: true })
    const there = await opening(address())
    opened.push(there)
    assert.equal(there.agent, me)
    assert.deepEqual([there.state().me?.presence, there.state().agents.map(({ id }) => id).sort()], ['live', ['alpha', me].sort()])
    assert.ok((await there.checkIn('a.ts', { progress: 50 })).ok)
    await assert.rejects(open('one', 'alpha', { ledger: address() }), code('AGENT_IN_USE'), 'who has not ended keeps its place')

    await migrate({ folder: folder('one'), to: 'folder', ledger: address() })
    await there.close({ reload: true })
    const back = await opening()
    opened.push(back)
    assert.equal(back.agent, me)
    assert.deepEqual(back.state().claims.filter(({ heldBy }) => heldBy === me).map(({ resource, stale, progress }) => [resource, stale, progress]), [['a.ts', false, 50]])
  })

  it('lets a name go that was closed while the database could not be reached', async () => {
    const a = await open('one', 'alpha', { ledger: proxy.addressOf(address()) })
    await proxy.down()
    try {
      await a.close()
    } finally {
      await proxy.up()
    }
    assert.equal((await open('one', 'alpha', { ledger: address() })).agent, 'alpha')
  })

  it('is not repaired while its records are elsewhere or on their way, and loses nothing by the attempt', async () => {
    await (await open('one', 'alpha')).close()
    const own = (): string => readFileSync(join(folder('one'), 'ledger', '00000001.jsonl'), 'utf8')
    await assert.rejects(migrate({ folder: folder('one'), to: 'database', ledger: address(), onStep: ({ step }) => { if (step === 'left') throw new Error('cut off') } }), /cut off/)
    const left = own()
    assert.deepEqual([(await repair({ folder: folder('one'), force: true })).found, own()], [[], left])
    assert.equal((await migrate({ folder: folder('one'), to: 'database', ledger: address() })).outcome, 'moved')
    await assert.rejects(repair({ folder: folder('one') }), code('DATABASE_UNUSABLE'))
    assert.equal(own(), left)
    assert.equal((await migrate({ folder: folder('one'), to: 'folder', ledger: address() })).outcome, 'moved')
    assert.deepEqual((await repair({ folder: folder('one'), force: true })).found, [])
  })

  it('shows what was known last, with since when, while the database cannot be reached: open or opened then', async () => {
    const through = (): string => proxy.addressOf(address())
    const a = await open('one', 'alpha', { ledger: through() })
    await a.claim('a.ts')
    const before = Date.now()
    await proxy.down()
    let isUp = false
    try {
      await until('the loss to be noticed', () => a.ledgerStatus().readOnly !== undefined)
      const { code: why, since = '' } = a.ledgerStatus().readOnly!
      assert.equal(why, 'DATABASE_UNUSABLE')
      assert.ok(Date.parse(since) >= before - 1 && Date.parse(since) <= Date.now(), since)
      assert.equal(a.state().claims.length, 1)
      await a.close()
      await assert.rejects(open('one', 'beta', { ledger: through() }), code('DATABASE_UNUSABLE'))
      await assert.rejects(open('two', 'beta', { ledger: through(), readOnly: true }), code('DATABASE_UNUSABLE'))
      const looking = await open('one', 'beta', { ledger: through(), readOnly: true })
      assert.deepEqual(looking.state().claims.map(({ heldBy }) => heldBy), ['alpha'])
      assert.equal(looking.ledgerStatus().readOnly?.code, 'DATABASE_UNUSABLE')
      assert.ok(Date.parse(looking.ledgerStatus().readOnly?.since ?? '') <= Date.now())
      await proxy.up()
      isUp = true
      await until('the way back', () => looking.ledgerStatus().readOnly?.code === 'OPENED_READ_ONLY')
      const b = await open('two', 'beta', { ledger: address() })
      await b.sendMessage({ to: 'all', subject: 'back', body: '' })
      await until('what came since', () => looking.state().messages.some(({ subject }) => subject === 'back'))
    } finally {
      if (!isUp) await proxy.up()
    }
  })
})
