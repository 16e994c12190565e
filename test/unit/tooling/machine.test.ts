import assert from 'node:assert/strict'
import { forShell } from '../../../scripts/runCommand.js'
import { loadavg } from 'node:os'
import { machine, measured, said } from '../../../bench/machine.js'

describe('what figures were measured on', () => {
  it('is looked at before measuring, which loads it', async () => {
    let load = 0.2
    const results = await measured(async ({ load: known }) => {
      load = 7.9
      return { rows: [known] }
    }, () => ({ ...machine(), load }))
    assert.deepEqual([results.machine.load, results.rows], [0.2, [0.2]])
    assert.match(said(results.machine), /, load 0\.2$/)
  })

  it('has the load of the minute before', () => {
    assert.ok(Math.abs(machine().load - loadavg()[0]!) < 1)
  })
})

describe('arguments of a program that is started through a shell', () => {
  it('stay one each on Windows, and as they are elsewhere', () => {
    const args = ['--new-window', 'C:\\My Files\\desk', 'a&b', 'say "hi"', 'plain']
    assert.deepEqual(forShell(args, 'win32'), ['--new-window', '"C:\\My Files\\desk"', '"a&b"', '"say ""hi"""', 'plain'])
    assert.deepEqual(forShell(args, 'linux'), args)
  })
})
