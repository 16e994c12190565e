import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeHand } from '../../../src/documents/hand.js'

describe('the right to add to logs', () => {
  let folder: string
  const { now } = performance
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-hand-'))))
  afterEach(() => {
    performance.now = now
    rmSync(folder, { recursive: true, force: true })
  })

  /** As if nobody had shown that it has it for so long. */
  const age = (name: string, ms: number): void => {
    const at = (Date.now() - ms) / 1_000
    utimesSync(join(folder, name), at, at)
  }

  it('is one\'s at a time, and the next one\'s when it is given back; nothing is left behind of the others', async () => {
    for (let n = 1; n <= 3; n++) {
      const hand = (await takeHand(folder))!
      assert.deepEqual([await takeHand(folder), await hand.holds(), readdirSync(folder)], [undefined, true, [`logs.${n}`]])
      await hand.release()
      assert.deepEqual(readdirSync(folder), [`logs.${n}.over`])
    }
  })

  it('of one that says nothing for half a minute goes to the next, and the former knows when it looks', async () => {
    const former = (await takeHand(folder))!
    age('logs.1', 29_000)
    assert.equal(await takeHand(folder), undefined)
    for (const ms of [31_000, -31_000]) {
      age('logs.1', ms)
      const next = (await takeHand(folder))!
      assert.deepEqual(readdirSync(folder), ['logs.2'])
      const later = now.call(performance) + 6_000
      performance.now = () => later
      assert.deepEqual([await former.holds(), await next.holds()], [false, true])
      await former.release()
      assert.deepEqual(readdirSync(folder), ['logs.2'], 'what is another one\'s is not given back')
      performance.now = now
      rmSync(join(folder, 'logs.2'))
      writeFileSync(join(folder, 'logs.1'), '')
    }
  })

  it('is shown now and then by who has it', async () => {
    const hand = (await takeHand(folder))!
    age('logs.1', 20_000)
    const later = now.call(performance) + 6_000
    performance.now = () => later
    assert.equal(await hand.holds(), true)
    age('logs.1', 20_000)
    assert.equal(await hand.holds(), true, 'just shown')
    performance.now = () => later + 5_000
    assert.equal(await hand.holds(), true)
    age('logs.1', 40_000)
    assert.ok(await takeHand(folder))
  })

  it('is not believed by one that was stopped right after it made it', async () => {
    const clock = { ms: 1_000 }
    performance.now = () => clock.ms
    const taking = takeHand(folder)
    clock.ms += 40_000
    const hand = (await taking)!
    writeFileSync(join(folder, 'logs.2'), '')
    assert.equal(await hand.holds(), false)
  })

  for (const meanwhile of ['logs.5.over', 'logs.6']) {
    it(`is not given to one that looked before there was ${meanwhile}`, async () => {
      const { readdir } = fs
      try {
        writeFileSync(join(folder, 'logs.4.over'), '')
        fs.readdir = (async () => {
          fs.readdir = readdir
          syncBuiltinESMExports()
          rmSync(join(folder, 'logs.4.over'))
          writeFileSync(join(folder, meanwhile), '')
          return ['logs.4.over']
        }) as unknown as typeof readdir
        syncBuiltinESMExports()
        assert.equal(await takeHand(folder), undefined)
      } finally {
        fs.readdir = readdir
        syncBuiltinESMExports()
      }
      assert.deepEqual(readdirSync(folder), [meanwhile])
    })
  }
})
