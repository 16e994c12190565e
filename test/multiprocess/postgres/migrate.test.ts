import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import { openFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { encodeLine } from '../../../src/core/ledger/line.js'
import type { Ledger } from '../../../src/core/ledger/port.js'
import { openPostgresLedger } from '../../../src/core/ledger/postgres/openPostgresLedger.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { migrate, type MigrateReport } from '../../../src/core/migrate.js'
import type { Event } from '../../../src/core/model/events.js'
import { openMuster } from '../../../src/core/open.js'
import { machine } from '../../../src/core/state/machine.js'
import type { State } from '../../../src/core/state/state.js'
import { systemClock } from '../../../src/core/system/clock.js'
import { stopAfterAll, testServer, type AnyServer } from '../../postgres/server.js'
import { eventually } from '../../vscode/driver/eventually.js'

stopAfterAll()

type Records = Ledger<State, Event>

describe('records that move', function () {
  this.timeout(600_000)
  let server: AnyServer
  let sql: postgres.Sql
  let root: string
  let space: string
  let spaces = 0
  let opened: { close(): Promise<void> }[]

  before(async () => {
    server = await testServer()
    sql = postgres(server.address, { max: 2, onnotice: () => undefined })
    // The tables are made by this process.
    await (await openPostgresLedger({ address: server.addressOf('before'), machine, clock: systemClock(), rescanMs: 0 })).close()
  })
  after(() => sql.end())
  beforeEach(() => {
    opened = []
    space = `move ${process.pid} ${++spaces}`
    root = repository()
  })
  afterEach(async () => {
    for (const one of opened) await one.close()
    removeFolder(root)
  })

  function repository(): string {
    const path = mkdtempSync(join(tmpdir(), 'muster-move-'))
    mkdirSync(join(path, 'src'))
    for (const name of ['a.ts', 'b.ts', 'c.ts']) writeFileSync(join(path, 'src', name), '')
    execFileSync('git', ['init', '--quiet'], { cwd: path })
    return path
  }

  const folder = (of = root): string => join(of, '.muster')
  const address = (): string => server.addressOf(space)

  async function move(to: 'database' | 'folder', { killedAt = -1, of = root, at = address() } = {}): Promise<{ code: number | null; steps: string[]; report: MigrateReport; error: string }> {
    const child = spawn(process.execPath, ['--enable-source-maps', join(projectRoot, 'out', 'test', 'multiprocess', 'postgres', 'mover.js'), folder(of), to, String(killedAt)], { cwd: of, env: { ...process.env, MUSTER_LEDGER: at }, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, error] = ['', '']
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (error += text.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, steps: error.trim().split('\n'), report: out === '' ? ({} as MigrateReport) : (JSON.parse(out) as MigrateReport), error }
  }

  /** As {@link move}, which has to succeed. */
  async function moved(to: 'database' | 'folder', options: Parameters<typeof move>[1] = {}): Promise<MigrateReport> {
    const { code, report, error } = await move(to, options)
    assert.equal(code, 0, error)
    return report
  }

  /** In this process. */
  async function moveHere(to: 'database' | 'folder', at: string): Promise<MigrateReport> {
    const before = process.env['MUSTER_LEDGER']
    process.env['MUSTER_LEDGER'] = at
    try {
      return await migrate({ folder: folder(), to })
    } finally {
      if (before === undefined) delete process.env['MUSTER_LEDGER']
      else process.env['MUSTER_LEDGER'] = before
    }
  }

  async function open(agent: string, ledger?: string) {
    const muster = await openMuster({ root, agent, ...(ledger !== undefined && { ledger }) })
    opened.push(muster)
    return muster
  }

  async function inFolder(): Promise<Records> {
    const ledger = await openFolderLedger({ folder: folder(), machine, clock: systemClock(), rescanMs: 0, create: false })
    opened.push(ledger)
    return ledger
  }

  async function inDatabase(): Promise<Records> {
    const ledger = await openPostgresLedger({ address: address(), machine, clock: systemClock(), rescanMs: 0, create: false })
    opened.push(ledger)
    return ledger
  }

  const dump = (ledger: Records): string => [...machine.dump(ledger.peek())].join('\n')
  const code = (expected: string, text = /./) => (error: unknown): boolean => isMusterError(error) && (assert.equal(error.code, expected, error.message), assert.match(`${error.message} ${error.hint}`, text), true)

  /** Some of everything, and a lock that is held. @returns its token */
  async function work(): Promise<number> {
    const [alpha, beta] = [await open('alpha'), await open('beta')]
    const lock = await alpha.claim('src/a.ts', { estimatedMinutes: 30 })
    assert.ok(lock.ok)
    await alpha.checkIn('src/a.ts', { progress: 40 })
    await beta.claim('src/b.ts')
    await beta.release('src/b.ts')
    await alpha.sendMessage({ to: 'beta', subject: 'hello', body: 'world' })
    await beta.logDecision({ category: 'design', title: 'one', context: 'c', decision: 'd' })
    await beta.addTask({ title: 'more' })
    for (const one of opened.splice(0)) await one.close()
    return lock.token
  }

  /** A commit that changes nothing but the number of the head. */
  const note = (ledger: Records, key: string) => ledger.submit({ key, by: '', decide: () => ({ events: [{ type: 'session.closed', session: key }] }) })

  it('to a database and back keep history, numbers, locks and tokens', async () => {
    const token = await work()
    const first = await open('gamma')
    const before = await inFolder()
    const there = await moved('database')
    assert.equal(there.outcome, 'moved')
    await before.refresh()
    assert.match(before.status().readOnly?.message ?? '', /in a database now/)
    await assert.rejects(first.claim('src/b.ts'), code('FOLDER_UNUSABLE', /MUSTER_LEDGER/))
    const after = await inDatabase()
    assert.deepEqual([after.id, after.status().head, dump(after)], [before.id, there.head, dump(before)])
    for (const one of opened.splice(0)) await one.close()
    await assert.rejects(openMuster({ root, agent: 'beta' }), code('DATABASE_UNUSABLE', /MUSTER_LEDGER/))

    const second = await open('alpha', address())
    const beta = await open('beta', address())
    const refused = await beta.claim('src/a.ts')
    assert.ok(!refused.ok && refused.heldBy === 'alpha')
    assert.ok((await second.checkIn('src/a.ts', { progress: 50, token })).ok)
    const next = await beta.claim('src/b.ts')
    assert.ok(next.ok && next.token > token)
    for (const one of opened.splice(0)) await one.close()
    const last = await inDatabase()

    const back = await moved('folder')
    await last.refresh()
    assert.match(last.status().readOnly?.message ?? '', /in a folder again/)
    assert.equal(existsSync(join(folder(), 'database.json')), false)
    const home = await inFolder()
    assert.deepEqual([home.id, home.status().head, dump(home)], [last.id, back.head, dump(last)])
    assert.equal((await verifyFolder(folder())).ok, true)
    const third = await open('alpha')
    assert.ok((await third.release('src/a.ts', { token })).ok)
    for (const one of opened.splice(0)) await one.close()

    // And there once more, into the space that they left.
    const again = await moved('database')
    const end = await inDatabase()
    assert.equal(end.status().head, again.head)
    await note(end, 'x:1')
    assert.equal((await verifyFolder(folder())).ok, true)
    assert.equal((await moved('folder')).outcome, 'moved')
    assert.equal((await moved('folder')).outcome, 'already')
    assert.equal((await verifyFolder(folder())).ok, true)
  })

  for (const to of ['database', 'folder'] as const) {
    it(`to a ${to} come to the same end wherever they are cut off, and nobody writes in two places`, async () => {
      const kinds = new Set<string>()
      for (let killedAt = 0; ; killedAt++) {
        await work()
        if (to === 'folder') await moved('database')
        if (to === 'folder') await note(await inDatabase(), `d:${killedAt}`)
        for (const one of opened.splice(0)) await one.close()
        const from = to === 'folder' ? await inDatabase() : await inFolder()
        await from.refresh()
        const state = dump(from)
        const cut = await move(to, { killedAt })
        kinds.add(cut.steps.at(-1)!)
        const writable = await Promise.all([inFolder, inDatabase].map((openIt) => openIt().then((ledger) => ledger.status().readOnly === undefined, () => false)))
        assert.ok(writable.filter(Boolean).length <= 1, `after ${cut.steps.join(', ')}`)
        const { outcome } = await moved(to)
        assert.ok(['moved', 'already'].includes(outcome))
        const end = to === 'folder' ? await inFolder() : await inDatabase()
        assert.equal(dump(end), state)
        assert.ok((await note(end, 'after:1')).ok)
        if (to === 'folder') assert.deepEqual((await verifyFolder(folder())).problems, undefined)
        for (const one of opened.splice(0)) await one.close()
        if (cut.code === 0) break
        removeFolder(root)
        root = repository()
        space = `move ${process.pid} ${++spaces}`
      }
      assert.deepEqual([...kinds].sort(), ['arrived', 'copying', 'leaving', 'left'])
    })
  }

  it('lose nothing that was acknowledged while others write, and go on where they arrived', async () => {
    await work()
    const writers = await Promise.all(Array.from({ length: 4 }, inFolder))
    const acknowledged: string[] = []
    const begun = new Set<number>()
    const writing = writers.map(async (ledger, n) => {
      for (let i = 0; ; i++) {
        const key = `w${n}:${i}`
        try {
          assert.ok((await note(ledger, key)).ok)
          acknowledged.push(key)
          begun.add(n)
        } catch (error) {
          assert.ok(code('FOLDER_UNUSABLE', /in a database now/)(error))
          return i
        }
      }
    })
    // The move may be quicker than any of them.
    await eventually('each to have written', () => begun.size === writers.length)
    const { head } = await moved('database')
    const counts = await Promise.all(writing)
    const there = await inDatabase()
    const keys = new Set<string>()
    for await (const { ops } of there.history()) for (const { key } of ops) keys.add(key)
    for (const key of acknowledged) assert.ok(keys.has(key), key)
    assert.equal([...keys].filter((key) => key.startsWith('w')).length, acknowledged.length)
    assert.ok(counts.every((count) => count > 0) && head > acknowledged.length / 4)

    // Those who have the folder open go on when it comes back.
    let over = false
    const busy = (async () => {
      for (let i = 0; !over; i++) await note(there, `d:${i}`).then(() => acknowledged.push(`d:${i}`), (error: unknown) => void (over = code('DATABASE_UNUSABLE', /in a folder again/)(error)))
    })()
    await moved('folder')
    await busy
    assert.ok((await note(writers[0]!, 'w0:back')).ok)
    const all = new Set<string>()
    for await (const { ops } of writers[1]!.history()) for (const { key } of ops) all.add(key)
    for (const key of [...acknowledged, 'w0:back']) assert.ok(all.has(key), key)
    assert.equal((await verifyFolder(folder())).ok, true)
  })

  it('are where they were again when a move that had not arrived is undone', async () => {
    const token = await work()
    const { steps } = await move('database', { killedAt: 2 })
    assert.deepEqual(steps, ['copying', 'leaving', 'left'])
    assert.match((await inFolder()).status().readOnly?.message ?? '', /in a database now/)
    await assert.rejects(openPostgresLedger({ address: address(), machine, clock: systemClock(), rescanMs: 0 }), code('DATABASE_UNUSABLE', /not all of which/))
    const other = server.addressOf(`${space} other`)
    for (const to of ['database', 'folder'] as const) await assert.rejects(moveHere(to, other), code('DATABASE_UNUSABLE', /another database/))
    assert.equal((await moved('folder')).outcome, 'undone')
    assert.equal((await moved('folder').catch(() => ({ outcome: 'refused' }))).outcome, 'refused')
    const alpha = await open('alpha')
    assert.ok((await alpha.checkIn('src/a.ts', { token, progress: 60 })).ok)
    for (const one of opened.splice(0)) await one.close()
    assert.equal((await moved('database')).outcome, 'moved')
  })

  it('are given up by the database for good: who is late with the move that was undone does not make a second history', async () => {
    await work()
    await move('database', { killedAt: 2 })
    const [row] = await sql<{ seq: string; sum: string }[]>`select seq, sum from muster.arriving where space = ${space} order by seq desc limit 1`
    const lines = await sql`select * from muster.arriving where space = ${space}`
    const lastOf = (readFileSync(join(folder(), 'ledger', '00000001.jsonl'), 'utf8').trim().split('\n').at(-1)!)
    await moved('folder')
    const { seq, sum, prev, at } = JSON.parse(lastOf) as { seq: number; sum: string; prev: string; at: number }
    assert.equal(prev, row!.sum)
    for (const line of lines) await sql`insert into muster.arriving ${sql(line)}`
    await sql`insert into muster.arriving (space, seq, prev, sum, kind, at, line) values (${space}, ${seq}, ${prev}, ${sum}, 'moved', ${at}, ${lastOf})`
    await assert.rejects(sql`select muster.arrive(${space}, ${seq}, ${sum})`, /given up/)
  })

  it('take nothing that is written to the database behind the line by which it was left', async () => {
    await work()
    await moved('database')
    await moved('folder')
    const [head] = await sql<{ seq: string; sum: string }[]>`select seq, sum from muster.lines where space = ${space} order by seq desc limit 1`
    const { bytes, line } = encodeLine({ seq: Number(head!.seq) + 1, prev: head!.sum, d: Number(head!.seq), at: 1, up: 1, boot: '', kind: 'commit', body: ',"ops":[]' })
    await sql`select muster.append(${space}, ${line.seq}, ${line.prev}, ${line.sum}, 'commit', ${bytes.toString('utf8', 0, bytes.length - 1)})`
    assert.deepEqual([...(await sql`select max(seq) as seq from muster.lines where space = ${space}`)], [{ seq: head!.seq }])
  })

  it('come back to a folder that never had them, segment by segment', async () => {
    const ledger = await openFolderLedger({ folder: folder(), machine, clock: systemClock(), rescanMs: 0, segmentBytes: 2000 })
    for (let i = 0; i < 30; i++) await note(ledger, `n:${i}`)
    assert.ok((ledger.status().segment ?? 0) > 2)
    await ledger.close()
    await moved('database')
    const there = await inDatabase()
    const elsewhere = repository()
    await move('folder', { of: elsewhere, killedAt: 2 })
    assert.match((await move('folder')).error, /another folder/)
    assert.equal((await moved('folder', { of: elsewhere })).outcome, 'moved')
    const report = await verifyFolder(folder(elsewhere))
    assert.deepEqual([report.ok, report.head.seq], [true, (await there.refresh(), there.status().head)])
    removeFolder(root)
    root = elsewhere
    assert.equal(dump(await inFolder()), dump(there))
  })

  it('are not mixed with others: a space in use is refused before anything is written', async () => {
    await work()
    const other = await openPostgresLedger({ address: address(), machine, clock: systemClock(), rescanMs: 0 })
    opened.push(other)
    const before = readFileSync(join(folder(), 'ledger', '00000001.jsonl'), 'utf8')
    assert.match((await move('database')).error, /records in the database already/)
    assert.match((await move('folder')).error, /records of its own/)
    assert.equal(readFileSync(join(folder(), 'ledger', '00000001.jsonl'), 'utf8'), before)
    assert.equal((await sql`select from muster.arriving where space = ${space}`).length, 0)
  })

  it('do not count in the database where a line of them was changed on the way', async () => {
    await work()
    await move('database', { killedAt: 2 })
    await sql`update muster.arriving set line = replace(line, 'world', 'words') where space = ${space} and line like '%world%'`
    assert.match((await move('database')).error, /something else than what was sent/)
    assert.equal((await sql`select from muster.lines where space = ${space}`).length, 0)
    assert.equal((await moved('folder')).outcome, 'undone')
    assert.equal((await moved('database')).outcome, 'moved')
  })
})
