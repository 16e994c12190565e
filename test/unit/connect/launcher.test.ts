import assert from 'node:assert/strict'
import { delimiter, join } from 'node:path'
import { launcherOf } from '../../../src/connect/launcher.js'
import { Sandbox } from '../system/sandbox.js'

describe('how clients start Muster', () => {
  let sandbox: Sandbox
  beforeEach(() => { sandbox = new Sandbox() })
  afterEach(() => sandbox.dispose())

  it('is by name where it is on the PATH for good', () => {
    const program = ['/bin/node', '/x/cli.mjs']
    const on = (...folders: string[]): readonly string[] => launcherOf({ PATH: folders.map((folder) => sandbox.path(folder)).join(delimiter) }, 'linux', program)
    for (const folder of ['bin', join('p', 'node_modules', '.bin'), join('cache', '_npx', 'a', 'bin')]) sandbox.put(join(folder, 'muster'))
    assert.deepEqual(on('none', 'bin'), ['muster'])
    assert.deepEqual(on('none'), program)
    assert.deepEqual(on(join('p', 'node_modules', '.bin'), join('cache', '_npx', 'a', 'bin')), program)
    assert.deepEqual(launcherOf({}, 'linux', program), program)
    sandbox.put(join('win', 'muster.cmd'))
    assert.deepEqual(launcherOf({ PATH: sandbox.path('win') }, 'win32', program), ['muster'])
    assert.deepEqual(on('win'), program)
  })
})
