import assert from 'node:assert/strict'
import { delimiter, join } from 'node:path'
import { launcherOf } from '../../../src/connect/launcher.js'
import { writeShim } from '../../../src/vscode/shim.js'
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

  it('is not by the name that only an editor\'s terminals know, but by the path of what stands there', () => {
    const bin = sandbox.path('storage', 'bin')
    writeShim(bin, { cli: '/x/cli.mjs', program: '/x/node', electron: true })
    sandbox.put(join('usr', 'bin', 'muster'))
    const on = (...folders: string[]): readonly string[] => launcherOf({ PATH: folders.join(delimiter) }, 'linux', ['node', 'cli'])
    assert.deepEqual(on(bin), [join(bin, 'muster')])
    assert.deepEqual(on(bin, sandbox.path('usr', 'bin')), ['muster'])
    writeShim(bin, { cli: '/x/cli.mjs', program: '/x/node', electron: false }, 'win32')
    assert.deepEqual(launcherOf({ Path: bin }, 'win32', ['node', 'cli']), [join(bin, 'muster.cmd')])
  })
})
