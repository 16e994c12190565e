import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { TestServer } from '../../postgres/server.js'

/** The SQL blocks of docs/postgres.md that hold a text. */
function documented(text: string): string {
  const page = readFileSync(join(projectRoot, 'docs', 'postgres.md'), 'utf8')
  const [block] = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql = '']) => sql).filter((sql) => sql.includes(text))
  assert.ok(block !== undefined, text)
  return block.replaceAll("'…'", "'secret'")
}

describe('a database of several teams', function () {
  this.timeout(600_000)
  let server: TestServer
  let sql: postgres.Sql
  let root: string
  let opened: Muster[]

  before(async () => {
    server = await TestServer.start()
    sql = postgres(server.address, { max: 1, onnotice: () => undefined })
  })
  after(async () => {
    await sql.end()
    await server.stop()
  })
  beforeEach(() => {
    opened = []
    root = mkdtempSync(join(tmpdir(), 'muster-views-'))
    mkdirSync(join(root, 'src'))
    for (const name of ['a.ts', 'b.ts', 'c.ts']) writeFileSync(join(root, 'src', name), '')
    execFileSync('git', ['init', '--quiet'], { cwd: root })
  })
  afterEach(async () => {
    for (const muster of opened) await muster.close()
    removeFolder(root)
  })

  async function open(agent: string, ledger: string, folder = '.muster', kind?: 'person'): Promise<Muster> {
    const muster = await openMuster({ root, folder: join(root, folder), agent, ledger, ...(kind && { kind }) })
    opened.push(muster)
    return muster
  }

  it('has views that say what the library says', async () => {
    const space = 'views'
    const a = await open('alpha', server.addressOf(space))
    const b = await open('beta', server.addressOf(space))
    const ana = await open('ana', server.addressOf(space), '.muster', 'person')
    assert.ok((await a.claim('src/a.ts', { estimatedMinutes: 30, note: 'n' })).ok)
    await a.checkIn('src/a.ts', { progress: 40, message: 'half', currentTask: 'it' })
    assert.ok((await a.claim('name:build')).ok)
    assert.ok((await b.claim('src/b.ts', { mode: 'shared' })).ok)
    await b.claim('src/c.ts')
    await b.release('src/c.ts')
    const c = await open('gamma', server.addressOf(space))
    await c.failAgent('gamma', 'no')
    await a.failAgent('alpha', 'not yet')
    await a.checkIn(null, { status: 'working' })
    await a.sendMessage({ to: 'beta', subject: 'hello', body: 'it\'s „me“ \\ 🐘', priority: 'high', deadlineMinutes: 5 })
    const [unread] = await b.readMessages({ unread: true })
    await b.acknowledge(unread!.id)
    await a.sendMessage({ to: 'all', subject: 'two', body: 'all of you' })
    const one = await a.logDecision({ category: 'design', title: 'one', context: 'c', decision: 'd', alternatives: ['x'], consequences: ['y'], impact: 'high' })
    await a.logDecision({ category: 'design', title: 'two', context: 'c', decision: 'd' })
    assert.ok(one.ok)
    await ana.reviewDecision(one.id, 'approved', 'good')
    const error = await a.logError({ kind: 'other', message: 'broke', severity: 'low' })
    await a.logError({ kind: 'other', message: 'broke', severity: 'high' })
    assert.ok(error.ok)
    await b.logError({ kind: 'other', message: 'another', severity: 'low' })
    await a.resolveError(error.id, 'mended')
    const { claims, agents, decisions, errors } = await ana.refresh()
    // Messages are shown to those they went to.
    const messages = await b.readMessages()

    const rows = async (query: string): Promise<Record<string, unknown>[]> => [...(await sql.unsafe(query.replaceAll('$', `where space = '${space}'`)))].map((row) => ({ ...row }))
    assert.deepEqual(
      await rows('select resource, kind, tree, held_by, mode, token::int, progress::float, message, note, granted_at from muster.claims $ and status = \'held\' order by token'),
      [...claims].sort((x, y) => x.token - y.token).map((c) => ({ resource: c.resource, kind: c.kind, tree: c.tree, held_by: c.heldBy, mode: c.mode, token: c.token, progress: c.progress ?? null, message: c.message ?? null, note: c.note ?? null, granted_at: new Date(c.since) })),
    )
    assert.deepEqual(await rows('select resource, status, ended_by from muster.claims $ and status <> \'held\''), [{ resource: 'src/c.ts', status: 'released', ended_by: 'beta' }])
    assert.deepEqual(
      await rows('select id, name, kind, status, error, current_task, joined_at, host from muster.agents $ order by id'),
      [...agents].sort((x, y) => (x.id < y.id ? -1 : 1)).map((one) => ({ id: one.id, name: one.name, kind: one.kind, status: one.status, error: one.error ?? null, current_task: one.currentTask ?? null, joined_at: new Date(one.joinedAt), host: one.host })),
    )
    const all = messages.find(({ subject }) => subject === 'two')!.recipients
    const [mine] = messages.filter(({ subject }) => subject === 'hello')
    assert.deepEqual(await rows('select id, "from", "to", recipient, status, subject, body, priority, kind, thread, sent_at, deadline from muster.messages $ and subject = \'hello\''), [{ id: mine!.id, from: 'alpha', to: 'beta', recipient: 'beta', status: 'acknowledged', subject: 'hello', body: mine!.body, priority: 'high', kind: 'note', thread: mine!.thread, sent_at: new Date(mine!.sentAt), deadline: new Date(mine!.deadline!) }])
    assert.deepEqual(await rows('select recipient, status from muster.messages $ and subject = \'two\' order by 1'), [...all].sort().map((recipient) => ({ recipient, status: recipient === 'beta' ? 'seen' : 'sent' })))
    assert.deepEqual(
      await rows('select id, title, status, proposer, impact, alternatives, consequences, reviewed_by, review_note from muster.technical_decisions $ order by number'),
      [...decisions].sort((x, y) => x.number - y.number).map((d) => ({ id: d.id, title: d.title, status: d.status, proposer: d.proposer, impact: d.impact, alternatives: d.id === one.id ? ['x'] : [], consequences: d.id === one.id ? ['y'] : [], reviewed_by: d.id === one.id ? 'ana' : null, review_note: d.id === one.id ? 'good' : null })),
    )
    const listed = await rows('select id, message, severity, count::int, agent, resolution from muster.error_log $ order by number')
    assert.deepEqual(listed, [{ id: error.id, message: 'broke', severity: 'high', count: 2, agent: 'alpha', resolution: 'mended' }, { id: listed[1]!['id'], message: 'another', severity: 'low', count: 1, agent: 'beta', resolution: null }])
    assert.ok(errors.some(({ id, message }) => id === listed[1]!['id'] && message === 'another'))
    const log: { seq: number; by: string; type: string }[] = []
    for await (const { seq, by, event } of ana.log()) log.push({ seq, by, type: event.type })
    const [granted] = await rows("select via from muster.agent_log $ and type = 'claim.granted' order by seq limit 1")
    assert.deepEqual(await rows(`select agent, event->'fields'->>'host' as host from muster.agent_log $ and type = 'session.opened' and event->>'session' = '${String(granted!['via'])}'`), [{ agent: 'alpha', host: hostname() }], 'what was done leads to the machine')
    assert.deepEqual(await rows('select seq::int, agent as by, type from muster.agent_log $ order by seq, op, event_number'), log)
  })

  it('lets a role that has the documented rights work, and change or remove nothing', async () => {
    await open('owner', server.addressOf('rights'))
    await sql.unsafe(documented('create role muster_worker'))
    await sql.unsafe(documented('create role muster_reader'))
    const worker = server.addressOf('rights').replace('muster:muster@', 'muster_worker:secret@')
    const m = await open('worker', worker, '.worker')
    assert.ok((await m.claim('src/a.ts')).ok)
    for (const [role, tries] of [['muster_worker', ['delete from muster.lines', "update muster.lines set line = ''", 'insert into muster.arriving select * from muster.lines', 'select from muster.arriving', "select muster.arrive('rights', 1, '')"]], ['muster_reader', ['delete from muster.lines', "select muster.append('rights', 1, '', '', 'commit', '')"]]] as const) {
      const theirs = postgres(server.address.replace('muster:muster@', `${role}:secret@`), { max: 1, onnotice: () => undefined })
      for (const text of tries) await assert.rejects(theirs.unsafe(text), /permission denied/, `${role}: ${text}`)
      assert.equal((await theirs.unsafe("select from muster.claims where space = 'rights' and status = 'held'")).length, 1)
      await theirs.end()
    }
  })

  it('is rid of a space that is over by the documented statements, and others go on', async () => {
    const over = await open('alpha', server.addressOf('old-space'), '.over')
    assert.ok((await over.claim('src/a.ts')).ok)
    const next = await open('beta', server.addressOf('new-space'), '.next')
    assert.ok((await next.claim('src/b.ts')).ok)
    for (const statement of documented("where space = 'old-space'").split(';').filter((text) => text.trim() !== '')) await sql.unsafe(statement)
    assert.deepEqual([...(await sql`select distinct space from muster.lines where space like '%-space'`)], [{ space: 'new-space' }])
    await assert.rejects(over.claim('src/b.ts'), (error) => isMusterError(error) && error.code === 'DATABASE_UNUSABLE' && /no records/.test(error.message))
    await assert.rejects(open('gamma', server.addressOf('old-space'), '.over'), (error) => isMusterError(error) && error.code === 'DATABASE_UNUSABLE')
    assert.ok((await next.release('src/b.ts')).ok)
    // A machine that was there before says what to do, and goes on once that is done.
    await assert.rejects(open('gamma', server.addressOf('new-space'), '.over'), (error) => isMusterError(error) && /remove database\.json/.test(error.hint ?? ''))
    rmSync(join(root, '.over', 'database.json'))
    const again = await open('gamma', server.addressOf('new-space'), '.over')
    assert.ok((await again.claim('src/c.ts')).ok)
  })

  it('shows a team nothing of others, where the documented policy is in place', async () => {
    await open('owner', server.addressOf('theirs'))
    await sql.unsafe(documented('create table muster.members'))
    await sql.unsafe("insert into muster.members (role, space) values ('muster_worker', 'ours'), ('muster', 'theirs')")
    const ours = await open('worker', server.addressOf('ours').replace('muster:muster@', 'muster_worker:secret@'), '.ours')
    assert.ok((await ours.claim('src/a.ts')).ok)
    const denied = (error: unknown): boolean => isMusterError(error) && error.code === 'DATABASE_UNUSABLE' && /does not let this user/.test(error.message)
    await assert.rejects(open('worker', server.addressOf('theirs').replace('muster:muster@', 'muster_worker:secret@'), '.theirs'), denied)
    const worker = postgres(server.address.replace('muster:muster@', 'muster_worker:secret@'), { max: 1, onnotice: () => undefined })
    assert.deepEqual([...(await worker`select role, space from muster.members`)], [{ role: 'muster_worker', space: 'ours' }], 'not even who is in others')
    assert.deepEqual([...(await worker`select distinct space from muster.lines union select distinct space from muster.agents`)], [{ space: 'ours' }])
    await assert.rejects(worker`select muster.append('theirs', 2, '', '', 'commit', '')`, /not a member/)
    await worker.end()
    assert.ok((await sql`select from muster.lines where space = 'theirs'`).length > 0, 'the owner sees all')
  })
})
