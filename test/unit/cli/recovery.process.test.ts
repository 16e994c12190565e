import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Muster, OpenOptions } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { join } from 'node:path'
import { Repository } from './repository.js'

describe('muster: agents, recovery and cleaning up', function () {
  this.timeout(600_000)
  let repo: Repository

  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  /** An agent of a process that ended before its work was done. */
  async function stopped(name: string, work: (m: Muster) => Promise<unknown>, identity: Partial<OpenOptions> = {}): Promise<void> {
    const m = await openMuster({ folder: join(repo.root, '.muster'), root: repo.root, agent: name, watch: false, ...identity })
    await m.startup()
    await work(m)
    await m.close()
  }

  it('test 3, recovery tool: counts, lists, resumes and clears what was left unfinished', async () => {
    await stopped('lead', (m) => m.completeAgent('lead'))
    for (const number of [1, 2, 3, 4]) await stopped(`L2.2.${number}`, (m) => m.setAgent({ level: 'L2', parent: 'lead', status: 'working' }))
    await repo.json('check-in', '--status', 'working', '--agent', 'here')
    const check = (await repo.json('recovery', 'check')).json
    assert.deepEqual([check['total'], check['atWork'], check['byStatus'], check['byLevel'], (check['incomplete'] as unknown[]).length], [4, 1, { working: 4 }, { L2: 4 }, 4])
    assert.match((await repo.muster('recovery', 'check')).out, /4 incomplete agents: 4 working, 4 L2[^]*working: 4[^]*L2: 4[^]*1\. .*\n {2}2\. .*\n {2}3\. /)
    const listed = (await repo.json('recovery', 'list')).json
    assert.deepEqual((listed['agents'] as { id: string; parent: string }[]).map(({ id, parent }) => [id, parent])[0], ['l2.2.1', 'lead'])
    const one = (await repo.json('recovery', 'check', '--of', 'L2.2.3')).json
    assert.deepEqual([one['total'], (one['incomplete'] as { id: string }[]).map(({ id }) => id)], [1, ['l2.2.3']])
    assert.deepEqual(((await repo.json('recovery', 'list', '--of', 'L2.2.3')).json['agents'] as { id: string }[]).map(({ id }) => id), ['l2.2.3'])
    assert.match((await repo.muster('recovery', 'check', '--of', 'here')).out, /^Nothing is unfinished\.\nAt work: 1, by commands only: .* as long as a lock lasts\n$/)
    const nobody = await repo.json('recovery', 'list', '--of', 'nobody')
    assert.deepEqual([nobody.exit, nobody.json['reason']], [1, 'NOT_FOUND'])
    assert.match((await repo.muster('recovery', 'resume', 'L2.2.1')).out, /Go on as L2\.2\.1/)
    assert.equal((await repo.json('agent', 'fail', 'L2.2.2', '--error', 'no memory')).json['status'], 'failed')
    assert.equal((await repo.json('agent', 'complete', 'L2.2.2')).json['reason'], 'WRONG_STATUS')
    assert.equal((await repo.json('agent', 'complete', 'L2.2.3')).json['status'], 'done')
    assert.match((await repo.muster('recovery', 'clear', '--dry-run')).out, /^Would clear:\n {2}L2\.2\.1: starting\n {2}L2\.2\.4: working\n$/)
    assert.deepEqual((await repo.json('recovery', 'clear')).json, { ok: true, cleared: ['l2.2.1', 'l2.2.4'], kept: ['here'], released: 0, tasks: [] }, 'Ada is a person; who was heard of lately is kept')
    assert.deepEqual((await repo.json('recovery', 'check')).json['total'], 0)
    assert.equal((await repo.json('agent', 'remove', 'L2.2.3')).exit, 0)
    assert.equal((await repo.json('agent', 'remove', 'L2.2.3')).json['reason'], 'NOT_FOUND')
  })

  it('says of each that stopped what it did last, holds and left uncommitted, and what comes next', async () => {
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'begun')
    writeFileSync(join(repo.root, 'src', 'b.ts'), 'named')
    await stopped('alpha', async (m) => {
      await m.claim('src/a.ts')
      await m.checkIn(null, { status: 'working' })
      await m.logWork('orders() written')
      await m.checkpoint({ next: 'invoices()', files: ['src/b.ts'] })
    })
    await stopped('beta', (m) => m.checkIn(null, { status: 'blocked', blocker: 'no key' }))
    await stopped('gamma', (m) => m.checkIn(null, { status: 'working' }))
    await repo.json('agent', 'fail', 'gamma', '--error', 'out of memory')
    const { agents, failed } = (await repo.json('recovery', 'list')).json as unknown as { agents: { id: string; step: string; locks: { resource: string }[]; uncommitted: string[]; lastWork: { text: string }[] }[]; failed: { step: string }[] }
    const alpha = agents.find(({ id }) => id === 'alpha')!
    assert.deepEqual([alpha.step, alpha.locks.map(({ resource }) => resource), alpha.uncommitted, alpha.lastWork.map(({ text }) => text)], ['resume', ['src/a.ts'], ['src/a.ts', 'src/b.ts'], ['orders() written']])
    assert.deepEqual([agents.find(({ id }) => id === 'beta')?.step, failed[0]?.step], ['unblock', 'restart'])
    await repo.muster('claim', 'src/a.ts', '--wait', '--timeout', '0', '--agent', 'delta')
    const { out } = await repo.muster('recovery', 'list')
    assert.match(out, /Did last: +orders\(\) written[^]*Checkpoint: +invoices\(\)[^]*Locks: +src\/a\.ts \(stale, free to take over; waited for by delta\)\n[^]*Not committed: src\/a\.ts and src\/b\.ts[^]*go on at its checkpoint: muster recovery resume alpha/)
    assert.match(out, /resolve what blocks it \("no key"\)[^]*look at the error \("out of memory"\) \(muster error list --of gamma\)/)
    assert.equal((await repo.muster('recovery', 'resume')).exit, 2)
    assert.equal((await repo.json('recovery', 'resume', '--agent', 'beta')).json['ok'], true)
    assert.equal((await repo.json('recovery', 'resume', 'gamma')).json['ok'], true)
    const again = await repo.muster('recovery', 'list', '--of', 'gamma')
    assert.match(again.out, /gamma +L1 +starting +gone[^]*Failed before: out of memory/, 'its error is not lost before it goes on')
    const recoveries = async (): Promise<unknown> => (await repo.json('recovery', 'check')).json['recoveries']
    assert.deepEqual(await recoveries(), { found: 3, resumed: 0, succeeded: 0, cleared: 0 })
    await repo.json('check-in', '--progress', '10', '--agent', 'gamma')
    const { meanMinutes, ...counts } = (await recoveries()) as Record<string, number>
    assert.deepEqual([counts, typeof meanMinutes], [{ found: 3, resumed: 1, succeeded: 0, cleared: 0 }, 'number'])
  })

  it('keeps every checkpoint, and shows in the status what recovery has to do', async () => {
    await stopped('alpha', async (m) => {
      for (const next of ['one', 'two', 'three']) await m.checkpoint({ next })
    })
    const list = async (...more: string[]): Promise<string[]> => ((await repo.json('checkpoint', '--list', ...more)).json['checkpoints'] as { next: string }[]).map(({ next }) => next)
    assert.deepEqual([await list('--agent', 'alpha'), await list('--agent', 'alpha', '--limit', '2'), await list('--agent', 'beta')], [['three', 'two', 'one'], ['three', 'two'], []])
    assert.match((await repo.muster('checkpoint', '--list', '--agent', 'alpha')).out, /Checkpoint, .*\n {2}Next:\n {4}three[^]*one/)
    const { metrics } = (await repo.json('status')).json as unknown as { metrics: { incomplete: number; oldestAt: string; diskBytes: number; recoveries: object } }
    assert.deepEqual([metrics.incomplete, metrics.recoveries, metrics.diskBytes > 500, Date.parse(metrics.oldestAt) > 0], [1, { found: 1, resumed: 0, succeeded: 0, cleared: 0 }, true, true])
    await repo.json('recovery', 'resume', 'alpha')
    await repo.json('work-log', 'at it', '--agent', 'alpha')
    assert.match((await repo.muster('status')).out, /Recoveries: 1 resumed, 0 of these done since/)
  })

  it('lets agents clear nothing', async () => {
    await repo.json('check-in', '--status', 'working', '--agent', 'alpha')
    await repo.json('check-in', '--status', 'blocked', '--blocker', 'x', '--agent', 'beta')
    const asAgent = await repo.run(['recovery', 'clear', '--json'], { MUSTER_AGENT: 'alpha' })
    assert.deepEqual([asAgent.exit, asAgent.json['reason']], [1, 'PERSON_ONLY'])
    assert.deepEqual((await repo.json('recovery', 'clear', '--agent', 'beta')).json['cleared'], ['beta'])
    assert.deepEqual((await repo.json('recovery', 'check')).json['atWork'], 1)
  })

  it('cleans up what is closed, after saying what would go', async () => {
    await repo.json('task', 'add', '--title', 'x', '--agent', 'alpha')
    await repo.json('task', 'start', 'T-1', '--agent', 'alpha')
    await repo.json('task', 'done', 'T-1', '--agent', 'alpha')
    await repo.json('task', 'add', '--title', 'y', '--agent', 'alpha')
    await repo.json('agent', 'complete', 'alpha', '--agent', 'alpha')
    const clean = async (...args: string[]): Promise<Record<string, unknown>> => (await repo.json('clean-up', ...args)).json
    assert.match((await repo.muster('clean-up')).out, /^Everything is kept, which is the default\. To clean up, .*--profile default .*--keep-days N\.\n$/)
    assert.deepEqual([(await clean())['keepDays'], (await clean('--keep-days', '0', '--dry-run'))['total']], [undefined, 2])
    const { files, ...cleaned } = await clean('--keep-days', '0')
    assert.deepEqual(cleaned, { ok: true, dryRun: false, profile: 'keep', keepDays: 0, total: 2, removed: { agents: ['alpha'], messages: [], tasks: ['T-1'], errors: [], deliverables: [] }, archived: false, kept: [], warnings: [] })
    assert.deepEqual(Object.keys(files as object), ['agents', 'saves', 'runs', 'requests'])
    assert.deepEqual(((await repo.json('task', 'list')).json['tasks'] as { id: string }[]).map(({ id }) => id), ['T-2'])
    assert.match((await repo.muster('clean-up', '--keep-days', '0')).out, /^Nothing closed is older than 0 days\.\n$/)
    assert.match((await repo.muster('clean-up', '--profile', 'keep')).out, /^Everything is kept, which is the default\./)
    assert.equal((await repo.json('clean-up', '--profile', 'archive', '--dry-run')).json['keepDays'], 90)
    assert.equal((await repo.muster('clean-up', '--profile', 'forever')).exit, 2)
    mkdirSync(join(repo.root, '.muster', 'agents', 'gone'), { recursive: true })
    writeFileSync(join(repo.root, '.muster', 'agents', 'gone', 'log.txt'), 'a log\n')
    assert.match((await repo.muster('status')).out, /On disk: .* kB \(records .* kB, agents 1 kB.*\)/)
    assert.match((await repo.muster('clean-up', '--keep-days', '0', '--dry-run')).out, /^Would remove files: 1 of agents \(1 kB\)\.\n$/)
    assert.match((await repo.muster('clean-up', '--keep-days', '0')).out, /^Removed files: 1 of agents \(1 kB\)\.\n$/)
  })
})
