import assert from 'node:assert/strict'
import { Pulse } from '../../../src/dashboard/pulse.js'

describe('whether the editor still answers', () => {
  it('is asked each time, and in doubt only where nothing was heard since the time before', () => {
    let asked = 0
    const pulse = new Pulse(() => asked++)
    pulse.hear(1_000)
    pulse.beat()
    assert.deepEqual([asked, pulse.silentSince], [1, undefined])
    assert.equal(pulse.hear(1_010), false)
    pulse.beat()
    // Whatever it says is an answer.
    pulse.hear(1_500)
    pulse.beat()
    assert.equal(pulse.silentSince, undefined)
    pulse.beat()
    pulse.beat()
    assert.deepEqual([asked, pulse.silentSince], [5, 1_500])
    assert.equal(pulse.hear(9_000), true)
    assert.equal(pulse.silentSince, undefined)
    pulse.beat()
    assert.equal(pulse.silentSince, undefined)
  })
})
