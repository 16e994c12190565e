import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bootId } from '../../../src/core/system/clock.js'
import { isSessionGone, processStart } from '../../../src/core/system/processes.js'

const here = { boot: bootId(), machine: 'this' }

describe('a process', () => {
  it('is gone only when its pid is free or belongs to another one', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const session = { pid: child.pid!, start: processStart(child.pid!), ...here }
    assert.notEqual(session.start, '')
    assert.equal(isSessionGone(session, here), false)
    assert.equal(isSessionGone({ ...session, start: '12345' }, here), true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(isSessionGone(session, here), true)
  })

  it('of another machine, container or boot is never taken for one of ours', () => {
    const [kernel] = here.boot.split('/')
    const session = { pid: 999_999_999, start: '1', machine: 'this' }
    assert.equal(isSessionGone({ ...session, boot: `${kernel}/1` }, here), false, 'another pid namespace of this kernel')
    assert.equal(isSessionGone({ ...session, boot: 'other/1', machine: 'other' }, here), false, 'another machine')
    assert.equal(isSessionGone({ ...session, boot: 'other/1' }, here), true, 'an earlier boot of this machine')
  })
})
