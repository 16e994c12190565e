import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import { Keeper } from '../../../src/supervisor/keeper.js'

describe('a keeper', () => {
  const now = performance.now
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-keeper-'))))
  afterEach(() => {
    performance.now = now
    removeFolder(folder)
  })

  const lost = (): Promise<never> => Promise.reject(new Error('no such folder'))

  /** Of an agent that waits for its turn, where nothing can be written. @param begin what it is answered when it asks for its turn */
  function keeper(place: string, begin: () => Promise<object>, tries: string[] = []): Keeper {
    const keeping = {
      here: { pid: 1, start: '1', boot: 'b', host: 'h' },
      get: () => Promise.resolve({ agent: 'alpha', made: { seq: 1 }, phase: 'queued', restarts: 0, background: false }),
      attend: () => Promise.resolve({ ok: true }),
      letGo: () => Promise.resolve(),
      begin,
      report: () => {
        tries.push('report')
        return lost()
      },
    }
    const muster = { folder: place, keeping, getAgent: () => Promise.resolve(undefined) } as unknown as Muster
    return new Keeper({ muster, agent: 'alpha', number: 1, env: {}, log: () => undefined })
  }

  /** A minute passes each time somebody looks. */
  function hurry(): void {
    let minutes = 0
    performance.now = () => ++minutes * 61_000
  }

  it('goes when its folder was removed while its agent waits for its turn', async () => {
    hurry()
    assert.equal(await keeper(join(folder, 'removed'), lost).run(), 0)
  })

  it('goes when its folder was removed before it could tell of the end', async () => {
    hurry()
    assert.equal(await keeper(join(folder, 'removed'), () => Promise.resolve({ ok: false, reason: 'STOPPED', hint: '' })).run(), 0)
  })

  it('stays where the folder is there, however long it cannot be written to', async () => {
    hurry()
    const tries: string[] = []
    let over = false
    const stays = keeper(folder, () => Promise.resolve({ ok: false, reason: 'STOPPED', hint: '' }), tries)
    void stays.run().finally(() => (over = true))
    while (tries.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal(over, false)
    removeFolder(folder)
    while (!over) await new Promise((resolve) => setTimeout(resolve, 5))
  })
})
