import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bootId, namesIn } from '../../../src/core/system/clock.js'
import { isElsewhere, isSessionGone, processStart } from '../../../src/core/system/processes.js'

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

  it('that is heard from in another boot is on another machine, but for one whose boot is named by a clock that was set', () => {
    for (const [boot, own, elsewhere] of [
      ['0d6b7f0e-5b0a-4a57-9d55-0c7f3f2f7c11/7', '0d6b7f0e-5b0a-4a57-9d55-0c7f3f2f7c11/9', false],
      ['0d6b7f0e-5b0a-4a57-9d55-0c7f3f2f7c11/7', '7e1c52a4-93f2-4a0d-8a55-5f0e3c1d2b90/7', true],
      ['57-LAPTOP/0', '57-LAPTOP/0', false],
      ['57-LAPTOP/0', '58-LAPTOP/0', true],
      ['638675432100000000-LAPTOP/0', '638675468100000000-LAPTOP/0', false],
      ['638675432100000000-DESK/0', '638675432100000000-LAPTOP/0', true],
      ['638675432100000000-LAPTOP/0', '57-LAPTOP/0', true],
    ] as const) assert.equal(isElsewhere(boot, own), elsewhere, `${boot} heard in ${own}`)
  })

  it('runs in a boot, on a machine, that macOS names; Windows names the boot only', () => {
    const answer = '5B1F5A9C-0E54-4D05-9D4B-7D1C8A0B2E11\n+-o MacBookPro18,1  <class IOPlatformExpertDevice, id 0x100000225>\n    {\n      "IOPlatformUUID" = "A3C4E5F6-1111-2222-3333-444455556666"\n      "model" = <"MacBookPro18,1">\n    }\n\n'
    assert.deepEqual(namesIn(answer), { boot: '5B1F5A9C-0E54-4D05-9D4B-7D1C8A0B2E11/0', machine: 'A3C4E5F6-1111-2222-3333-444455556666' })
    for (const boot of ['57-LAPTOP', '638675432100000000-LAPTOP']) assert.deepEqual(namesIn(`${boot}\r\n`), { boot: `${boot}/0`, machine: '' })
  })
})
