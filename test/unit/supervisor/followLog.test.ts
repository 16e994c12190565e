import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { followLog } from '../../../src/supervisor/followLog.js'

describe('following a log', () => {
  it('leaves no listener behind for each time it looks, and ends when it is aborted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-follow-'))
    const file = join(folder, 'log')
    writeFileSync(file, '')
    const stop = new AbortController()
    const heard: number[] = []
    const hasEnded = async (): Promise<boolean> => {
      heard.push(getEventListeners(stop.signal, 'abort').length)
      if (heard.length === 3) stop.abort()
      return false
    }
    await followLog(file, hasEnded, stop.signal, () => undefined)
    assert.deepEqual(heard, [0, 0, 0])
    rmSync(folder, { recursive: true })
  })
})
