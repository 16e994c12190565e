import assert from 'node:assert/strict'
import { History } from '../../../src/dashboard/history.js'

describe('questions about the past', () => {
  it('are asked one at a time, and of those that come meanwhile only the last', () => {
    const asked: unknown[] = []
    const history = new History((request) => asked.push('at' in request ? request.at : request.type))
    for (const at of [1, 2, 3]) history.ask({ type: 'lookBack', at })
    assert.deepEqual(asked, [1])
    history.answered()
    assert.deepEqual(asked, [1, 3])
    history.answered()
    history.answered()
    history.ask({ type: 'live' })
    assert.deepEqual(asked, [1, 3, 'live'])
  })
})
