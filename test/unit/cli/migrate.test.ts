import assert from 'node:assert/strict'
import type { MigrateOptions } from '../../../src/core/migrate.js'
import { run } from './fakeHost.js'
import { migrateReport } from './samples.js'

describe('muster migrate', () => {
  const asked: MigrateOptions[] = []
  const migrate = async (options: MigrateOptions) => {
    asked.push(options)
    await options.onStep?.({ step: 'copying', done: 12, total: 12 })
    await options.onStep?.({ step: 'arrived' })
    return migrateReport({ to: options.to, dryRun: options.dryRun ?? false })
  }
  beforeEach(() => asked.splice(0))

  it('wants to know which way', async () => {
    for (const args of [['migrate'], ['migrate', '--to', '--from']]) assert.deepEqual([(await run(args, { host: { migrate } })).exit, asked.length], [2, 0])
  })

  it('says what would be moved, and moves it only when it is told to', async () => {
    const dry = await run(['migrate', '--to', '--dry-run'], { host: { migrate } })
    assert.match(dry.out, /Would move all 12 records to the database, as "team"/)
    const refused = await run(['migrate', '--to', '--json'], { host: { migrate } })
    assert.deepEqual([refused.exit, refused.json['reason'], asked.map(({ dryRun }) => dryRun)], [1, 'NOT_CONFIRMED', [true, true]])
    const done = await run(['migrate', '--from', '--yes'], { host: { migrate } })
    assert.match(done.out, /are in \/repo\/.muster now[^]*without MUSTER_LEDGER/)
    assert.match(done.err, /12 of 12 records copied\n.*arrived/)
    assert.deepEqual((await run(['migrate', '--to', '--yes', '--json'], { host: { migrate } })).json, { ...migrateReport() })
  })

  it('is for people', async () => {
    const { exit, json } = await run(['migrate', '--to', '--yes', '--json'], { host: { migrate, agentProgram: async () => ({ client: 'claude-code', pid: 1 }) } })
    assert.deepEqual([exit, json['reason'], asked.map(({ dryRun }) => dryRun)], [1, 'PERSON_ONLY', [true]])
  })
})
