import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { descentOf } from '../../../src/core/system/descent.js'

describe('descent of processes', () => {
  it('is each process and those above it, and ends where nothing can be seen, or in a circle', async () => {
    const parents = new Map([[30, 20], [20, 10], [10, 1], [40, 41], [41, 40]])
    const lines = await descentOf([30, 10, 40, 99], (pid) => parents.get(pid))
    assert.deepEqual(Object.fromEntries(lines), { 10: [10], 30: [30, 20, 10], 40: [40, 41], 99: [99] })
  })

  it('is seen of real processes', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const exited = once(child, 'exit')
    try {
      const line = (await descentOf([child.pid!])).get(child.pid!)!
      assert.deepEqual(line.slice(0, 2), [child.pid, process.pid])
      assert.ok(line.includes(process.ppid))
    } finally {
      child.stdin.end()
      await exited
    }
  })
})
