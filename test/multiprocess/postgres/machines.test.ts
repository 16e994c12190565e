import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { textsBelow } from '../../filesBelow.js'
import { TestServer } from '../../postgres/server.js'

const CANARY = 'cAnArY9'

/** Two clones of one repository, each with a folder of its own, as on two machines. */
describe('several machines with one database', function () {
  this.timeout(600_000)
  let server: TestServer
  let sql: postgres.Sql
  let root: string
  let address: string
  let opened: Muster[]

  before(async () => {
    server = await TestServer.start()
    sql = postgres(server.address, { max: 1, onnotice: () => undefined })
    await sql.unsafe(`create role "${CANARY}" superuser login password '${CANARY}'`)
    address = server.address.replace('muster:muster@', `${CANARY}:${CANARY}@`)
  })
  after(async () => {
    await sql.end()
    await server.stop()
  })
  beforeEach(async () => {
    opened = []
    root = mkdtempSync(join(tmpdir(), 'muster-machines-'))
    await sql.unsafe('drop schema if exists muster cascade')
    for (const machine of ['one', 'two']) {
      mkdirSync(join(root, machine, 'src'), { recursive: true })
      writeFileSync(join(root, machine, 'src', 'a.ts'), '')
      execFileSync('git', ['init', '--quiet'], { cwd: join(root, machine) })
      execFileSync('git', ['remote', 'add', 'origin', machine === 'one' ? 'https://github.com/acme/app.git' : 'git@github.com:acme/app.git'], { cwd: join(root, machine) })
    }
  })
  afterEach(async () => {
    for (const muster of opened) await muster.close()
    removeFolder(root)
  })

  async function open(machine: string, agent: string, ledger: string | undefined = address): Promise<Muster> {
    const muster = await openMuster({ root: join(root, machine), agent, ...(ledger !== undefined && { ledger }) })
    opened.push(muster)
    return muster
  }

  function cli(machine: string, args: string[], ledger = address): { status: number | null; out: Record<string, unknown>; text: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'dist', 'cli.mjs'), ...args, '--json'], { cwd: join(root, machine), encoding: 'utf8', env: { ...process.env, MUSTER_LEDGER: ledger, MUSTER_PROGRAM: 'none' } })
    return { status, out: JSON.parse(stdout) as Record<string, unknown>, text: stdout + stderr }
  }

  it('see each other: a file of the repository is one file, a message arrives', async () => {
    const [a, b] = [await open('one', 'alpha'), await open('two', 'beta')]
    const mine = await a.claim('src/a.ts')
    assert.ok(mine.ok)
    const theirs = await b.claim('src/a.ts')
    assert.ok(!theirs.ok && theirs.heldBy === 'alpha')
    await a.sendMessage({ to: 'beta', subject: 'hello', body: 'from one' })
    assert.deepEqual((await b.readMessages({ unread: true })).map(({ subject }) => subject), ['hello'])
    const told = new Promise<void>((done) => {
      const listening = b.onDidChange(() => {
        if (b.state().claims.length > 0) return
        listening.dispose()
        done()
      })
    })
    assert.ok((await a.release('src/a.ts')).ok)
    await told
    const next = await b.claim('src/a.ts')
    assert.ok(next.ok && next.token > mine.token)
  })

  it('keep the address to themselves: it is in no file, record, status or answer', async () => {
    const a = await open('one', 'alpha')
    await a.claim('src/a.ts')
    const answers = [JSON.stringify(a.ledgerStatus()), cli('two', ['claim', 'src/a.ts', '--agent', 'beta']).text, cli('two', ['status']).text, cli('two', ['verify']).text, cli('two', ['log']).text]
    const wrong = address.replace(`:${CANARY}@`, `:${CANARY}x@`)
    answers.push(cli('two', ['status'], wrong).text, cli('two', ['claim', 'x.ts', '--agent', 'beta'], wrong).text)
    const lines = await sql<{ line: string }[]>`select line from muster.lines`
    const files = textsBelow(root)
    assert.ok(lines.length > 2 && files.length > 5)
    for (const text of [...answers, ...lines.map(({ line }) => line), ...files]) assert.ok(!text.includes(CANARY), text)
  })

  it('never begin other records beside them', async () => {
    const a = await open('one', 'alpha')
    const { folder } = a
    const refused = (code: string) => (error: unknown): boolean => isMusterError(error) && (assert.equal(error.code, code, error.message), true)
    await assert.rejects(openMuster({ folder, agent: 'gamma' }), refused('DATABASE_UNUSABLE'))
    assert.ok(!existsSync(join(folder, 'ledger')))
    await assert.rejects(openMuster({ folder, agent: 'gamma', ledger: `${address}?space=another` }), refused('DATABASE_UNUSABLE'))
    const own = await openMuster({ root: join(root, 'two'), agent: 'delta' })
    await own.close()
    await assert.rejects(open('two', 'delta'), refused('FOLDER_UNUSABLE'))
    await assert.rejects(openMuster({ root: mkdtempSync(join(root, 'plain-')), agent: 'delta', ledger: address }), refused('INVALID_INPUT'))
  })

  it('are served by commands: claim, check in, verify, and a hint instead of a repair', async () => {
    assert.equal(cli('one', ['claim', 'src/a.ts', '--agent', 'alpha']).status, 0)
    const refused = cli('two', ['claim', 'src/a.ts', '--agent', 'beta'])
    assert.deepEqual([refused.status, refused.out['heldBy']], [1, 'alpha'])
    assert.equal(cli('one', ['check-in', 'src/a.ts', '--agent', 'alpha', '--progress', '50']).status, 0)
    const verified = cli('two', ['verify'])
    assert.deepEqual([verified.status, verified.out['ok'], verified.out['database']], [0, true, true])
    const repair = cli('one', ['repair', '--dry-run'])
    assert.deepEqual([repair.status, (repair.out['error'] as { code: string }).code], [3, 'DATABASE_UNUSABLE'])
    await sql`update muster.lines set line = replace(line, 'src/a.ts', 'src/b.ts') where seq = 3`
    const damaged = cli('two', ['verify'])
    assert.deepEqual([damaged.status, damaged.out['ok'], (damaged.out['problem'] as { message: string }).message], [1, false, 'Entry 3 is not what was written.'])
  })
})
