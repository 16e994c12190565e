import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { openMuster } from '../../../src/core/open.js'
import { probe } from '../../../src/core/system/probe.js'
import { Sandbox } from './sandbox.js'

describe('trying out a disk', () => {
  let sandbox: Sandbox
  beforeEach(() => (sandbox = new Sandbox()))
  afterEach(() => sandbox.dispose())

  it('tells what it does, once for each folder, and leaves nothing', async () => {
    mkdirSync(sandbox.path('f'))
    const [found, again] = await Promise.all([probe(sandbox.path('f')), probe(sandbox.path('f'))])
    assert.equal(again, found)
    assert.deepEqual([found.exclusive, found.rename, found.events], [true, true, true])
    assert.ok(found.names && Math.abs(found.clockMs!) < 2000)
    assert.deepEqual(found.problems, [])
    assert.deepEqual(readdirSync(sandbox.path('f')), [])
  })

  it('hears of what changed though this process has no time for it', async () => {
    mkdirSync(sandbox.path('busy'))
    let found: Awaited<ReturnType<typeof probe>> | undefined
    void probe(sandbox.path('busy')).then((result) => (found = result))
    for (let turns = 0; found === undefined; ) {
      await new Promise((resolve) => setImmediate(resolve))
      // Longer than it waits for an event, from when it begins on.
      if (readdirSync(sandbox.path('busy')).length > 0 && turns++ < 5) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    }
    assert.equal(found.events, true)
  })

  it('says so where nothing can be tried', async () => {
    const found = await probe(sandbox.path('missing'))
    assert.match(found.problems.join(), /ENOENT/)
    assert.equal(found.exclusive, undefined)
    if (process.getuid?.() === 0) return
    mkdirSync(sandbox.path('locked'))
    chmodSync(sandbox.path('locked'), 0o500)
    assert.match((await probe(sandbox.path('locked'))).problems.join(), /EACCES/)
  })

  it('is in the status of who stays or asks, and of nobody who comes and goes', async () => {
    const root = sandbox.repository()
    const options = { root, agent: 'a', folder: sandbox.path('repo/.muster') }
    const passing = await openMuster({ ...options, attached: false })
    assert.equal(passing.ledgerStatus().probe, undefined)
    await passing.close()
    const looking = await openMuster({ ...options, attached: false, readOnly: true, examine: true })
    assert.equal(looking.ledgerStatus().probe?.exclusive, true)
    assert.deepEqual(looking.ledgerStatus().probe?.names, looking.ledgerStatus().names)
    await looking.close()
    const staying = await openMuster(options)
    await staying.close()
    assert.equal(staying.ledgerStatus().probe?.rename, true)
    assert.deepEqual(readdirSync(options.folder).filter((name) => name.startsWith('probe-')), [])
    assert.ok(existsSync(options.folder))
  })
})
