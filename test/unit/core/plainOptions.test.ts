import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { OpenOptions } from '../../../src/core/muster.js'
import { openOptions } from '../../../src/core/openOptions.js'
import { areCertainlyFine } from '../../../src/core/plainOptions.js'

const names = [...Object.keys(openOptions.shape), 'constructor', 'other']
const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 5_000 }), fc.constantFrom('', 'a', 'x'.repeat(200), 'x'.repeat(201), 'a\0', '\ud800'), fc.boolean(), fc.integer(), fc.double(), fc.constantFrom(undefined, null, {}, []))

describe('options that are certainly fine', () => {
  it('are fine by their schema, as they are', () => {
    let fine = 0
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 }), (options) => {
      if (!areCertainlyFine(options as OpenOptions)) return
      fine++
      assert.deepEqual(openOptions.parse(options), { ...options })
    }), { numRuns: 3_000 })
    assert.ok(fine > 100, `${fine}`)
  })

  it('are those of a command line', () => {
    assert.ok(areCertainlyFine({ folder: '/repo/.muster', root: '/repo/src', agent: 'alpha', client: 'cli', attached: false, watch: false, readOnly: true, create: false, examine: true }))
    assert.ok(areCertainlyFine({ process: 7, window: 'maria', parent: 'maria' }))
    for (const options of [{ agent: '' }, { process: 0 }, { process: 1.5 }, { kind: 'king' }, { settings: {} }, { agent: undefined }, { nonsense: true }]) assert.equal(areCertainlyFine(options as OpenOptions), false, JSON.stringify(options))
  })
})

describe('schemas of processes that come and go', () => {
  it('are walked, not compiled', async () => {
    const { parseOnce } = await import('../../../src/core/model/parseOnce.js')
    const { config } = await import('zod')
    const before = { ...config() }
    try {
      parseOnce()
      assert.equal(config().jitless, true)
    } finally {
      config({ jitless: before.jitless })
    }
  })
})
