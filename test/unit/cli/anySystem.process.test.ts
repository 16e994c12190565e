import assert from 'node:assert/strict'
import { bootId } from '../../../src/core/system/clock.js'
import { isSessionGone } from '../../../src/core/system/processes.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Repository } from './repository.js'

/** In short what all else is about, and by nothing that only some systems have: these run on Linux, macOS and Windows. */
describe('muster, on any system', function () {
  this.timeout(900_000)
  const here = { boot: bootId(), machine: '' }
  let repository: Repository
  beforeEach(() => (repository = new Repository()))
  // A keeper that has told of its agent's end is about to end, and lets go of the folder then.
  afterEach(() => eventually('the folder to be let go of', () => {
    repository.remove()
    return true
  }))

  it('locks a file for one agent at a time', async () => {
    assert.equal((await repository.json('claim', 'src/a.ts', '--agent', 'alpha')).exit, 0)
    const refused = await repository.json('claim', 'src/a.ts', '--agent', 'beta')
    assert.deepEqual([refused.exit, refused.json['heldBy']], [1, 'alpha'])
    assert.equal((await repository.json('release', 'src/a.ts', '--agent', 'alpha')).exit, 0)
    assert.equal((await repository.json('claim', 'src/a.ts', '--agent', 'beta')).exit, 0)
  })

  it('deploys an agent in the background, shows what it prints, and stops it', async () => {
    const deployed = await repository.run(['deploy', '--name', 'alpha', '--json', '--', process.execPath, '-e', 'console.log("at work"); setInterval(() => {}, 1000)'])
    assert.deepEqual([deployed.exit, deployed.json['status']], [0, 'working'], deployed.out)
    const isGone = (): boolean => isSessionGone({ pid: deployed.json['pid'] as number, start: '', boot: here.boot, machine: '' }, here)
    assert.ok(!isGone())
    await eventually('what it prints', async () => ((await repository.json('agent', 'log', 'alpha')).json['lines'] as string[]).includes('at work'))
    assert.equal((await repository.json('agent', 'stop', 'alpha')).json['phase'], 'ended')
    await eventually('its process to end', isGone)
  })
})
