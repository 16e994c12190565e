import assert from 'node:assert/strict'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { Bench, type Connected } from './mcpProcess.js'

describe('waiting for a lock through the MCP server', () => {
  let bench: Bench
  let holder: Muster
  let server: Connected
  beforeEach(async () => {
    bench = new Bench()
    holder = await openMuster({ root: bench.root, agent: 'beta', kind: 'agent' })
    await holder.claim('src/a.ts')
    server = await bench.connect()
  })
  afterEach(async () => {
    await holder.close()
    await bench.remove()
  })

  /** Resolves when somebody is in line for the holder's lock, or when nobody is any more. */
  async function inLine(count: number): Promise<void> {
    const waiting = async (): Promise<number> => (await holder.listClaims()).reduce((sum, claim) => sum + claim.waiters.length, 0)
    if ((await waiting()) === count) return
    await new Promise<void>((resolve, reject) => {
      const subscription = holder.onDidChange(() => void waiting().then((now) => {
        if (now !== count) return
        subscription.dispose()
        resolve()
      }, reject))
    })
  }

  it('is answered as soon as it is granted', async () => {
    const claimed = server.call('claim', { resources: ['src/a.ts'], wait: true })
    await inLine(1)
    await holder.release('src/a.ts')
    const result = await claimed
    assert.equal(result.ok, true)
    assert.ok(Number(result['token']) > 1)
  })

  it('is answered "ask again" when its time is over, and goes on at its place', async () => {
    const [first, second] = [server.chat('a'), server.chat('b')]
    const queued = await first.call('claim', { resources: ['src/a.ts'], wait: true, timeoutMinutes: 0.01 })
    assert.deepEqual([queued.ok, queued['reason'], queued['queued']], [false, 'QUEUED', 1])
    assert.match(String(queued['next']), /Call claim again with the same resources and wait/)
    assert.equal((await second.call('claim', { resources: ['src/a.ts'], wait: true, timeoutMinutes: 0.01 }))['queued'], 2)
    const again = first.call('claim', { resources: ['src/a.ts'], wait: true })
    await holder.release('src/a.ts')
    assert.equal((await again).ok, true)
    assert.equal((await second.call('claim', { resources: ['src/a.ts'] }))['heldBy'], 'copilot-1')
  })

  it('can be cancelled: the place in line is given up', async () => {
    const call = new AbortController()
    const claimed = server.call('claim', { resources: ['src/a.ts'], wait: true }, { signal: call.signal })
    await inLine(1)
    call.abort('changed my mind')
    await assert.rejects(claimed)
    await inLine(0)
    assert.equal((await server.call('check_in')).ok, true)
  })

  it('tells that it is still alive where the client wants to know', async () => {
    let told = (): void => undefined
    const progress: { progress: number; message?: string | undefined }[] = []
    const twice = new Promise<void>((resolve) => { told = () => void (progress.length >= 2 && resolve()) })
    const claimed = server.call('claim', { resources: ['src/a.ts'], wait: true }, {
      onprogress: (step) => {
        progress.push(step)
        told()
      },
    })
    await twice
    await holder.release('src/a.ts')
    assert.equal((await claimed).ok, true)
    assert.ok(progress[1]!.progress > progress[0]!.progress)
    assert.match(progress[0]!.message ?? '', /^Still waiting \(\d+ s\)$/)
  })

  it('ends with its client, and nothing is granted to it any more', async () => {
    const claimed = server.call('claim', { resources: ['src/a.ts'], wait: true })
    claimed.catch(() => undefined)
    await inLine(1)
    await server.close()
    // Its last words may still get through; a grant they are not.
    assert.notEqual((await claimed.catch(() => undefined))?.ok, true)
    const { grantedTo } = (await holder.release('src/a.ts')) as { grantedTo: string[] }
    assert.deepEqual(grantedTo, [])
  })
})
