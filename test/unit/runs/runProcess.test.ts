import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { processOf } from '../../../src/runs/runProcess.js'

describe('the process of a run', () => {
  const before = { pid: 999_999_999, processStart: '1', boot: 'earlier/0' }

  it('that began in another boot of this machine is gone, but on Windows, where that may be this one', async () => {
    const states = async (marker: object): Promise<unknown> => Promise.all((['linux', 'darwin', 'win32'] as const).map((platform) => processOf({ ...before, ...marker }, 0, platform)))
    assert.deepEqual(await states({ host: hostname() }), ['gone', 'gone', 'elsewhere'])
    assert.deepEqual(await states({ host: 'another' }), ['elsewhere', 'elsewhere', 'elsewhere'])
  })
})
