import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { endTree } from '../../../src/supervisor/processTree.js'
import { knowProcesses, processStart } from '../../../src/core/system/processes.js'

describe('a process that an agent has started as another user', () => {
  const { kill } = process
  afterEach(() => {
    process.kill = kill
  })

  it('is left, and keeps nothing from ending the others', async function () {
    if (process.platform === 'win32') this.skip()
    const child = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    const foreign = Number(text.toString())
    const sent: [number, unknown][] = []
    process.kill = (pid, signal) => {
      sent.push([pid, signal])
      if (pid === foreign) throw Object.assign(new Error('not permitted'), { code: 'EPERM' })
      return kill(pid, signal)
    }
    await knowProcesses([child.pid!])
    const ended = once(child, 'exit')
    const forced = await endTree({ root: { pid: child.pid!, start: processStart(child.pid!) }, leads: true }, 10_000)
    await ended
    process.kill = kill
    assert.deepEqual(forced, [])
    assert.deepEqual(sent.filter(([pid]) => pid === foreign), [[foreign, 'SIGTERM']], 'tried once')
    assert.equal(kill(foreign, 'SIGKILL'), true, 'it is still there')
  })
})
