import assert from 'node:assert/strict'
import type { Deployment, HostedProcess } from '../../../src/core/model/deployment.js'
import { patience } from '../../../src/supervisor/patience.js'

const here: HostedProcess = { pid: 1, start: '1', boot: 'b', machine: 'm', host: 'h' }

describe('a keeper that was asked for something', () => {
  let now: number
  let ended: number[]
  let waits: (phase: Deployment['phase'], keeper?: HostedProcess) => boolean

  beforeEach(() => {
    now = 0
    ended = []
    const worthWaiting = patience(here, () => now, ({ pid }) => Boolean(ended.push(pid)))
    waits = (phase, keeper) => worthWaiting({ phase, graceSeconds: 5, ...(keeper && { keeper }) } as Deployment)
  })
  const keeper = (pid: number, boot = 'b'): HostedProcess => ({ ...here, pid, boot })

  it('is ended when it does nothing in its time of grace and ten seconds, once; whoever follows it has as long', () => {
    assert.ok(waits('running', keeper(2)))
    now = 14_999
    assert.deepEqual([waits('running', keeper(2)), ended], [true, []])
    now = 15_000
    assert.deepEqual([waits('running', keeper(2)), ended], [true, [2]])
    now = 20_000
    assert.ok(waits('running', keeper(3)))
    now = 34_999
    assert.ok(waits('running', keeper(3)))
    now = 35_000
    assert.deepEqual([waits('running', keeper(3)), ended], [false, [2]])
  })

  it('is waited for as long as it goes on, or has still to come', () => {
    for (const [at, phase] of [[0, 'running'], [12_000, 'restarting'], [24_000, 'starting']] as const) {
      now = at
      assert.ok(waits(phase, keeper(2)))
    }
    now = 100_000
    assert.ok(waits('starting'))
    assert.deepEqual(ended, [])
  })

  it('is not touched where its number may be that of another process: on another machine', () => {
    assert.ok(waits('running', keeper(2, 'other')))
    now = 15_000
    assert.deepEqual([waits('running', keeper(2, 'other')), ended], [false, []])
  })
})
