import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { isThere } from './isThere.js'

const stays = 'setInterval(() => {}, 1000)'

describe('what a killed agent had started', function () {
  this.timeout(900_000)
  let repo: Repository
  let muster: Muster
  /** Of the two processes that it starts: one in its session, one in a session of its own. */
  let left: number[]

  beforeEach(async () => {
    repo = new Repository()
    const config = deployConfig.parse({ graceSeconds: 1 })
    muster = await openMuster({ folder: join(repo.root, '.muster'), root: repo.root, watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: async () => config }))
    const pids = join(repo.root, 'pids')
    const child = `require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + ' '); ${stays}`
    const script = `for (const detached of [true, false]) require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached, stdio: 'ignore' }); ${stays}`
    const deployed = await muster.deploy({ name: 'alpha', command: [process.execPath, '-e', script] })
    assert.ok(deployed.ok, JSON.stringify(deployed))
    left = await eventually('the two', () => {
      const all = existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(' ').map(Number) : []
      return all.length === 2 && all
    })
    for (const pid of [deployed.keeper!, deployed.pid!]) process.kill(pid, 'SIGKILL')
    await eventually('keeper and agent to be gone', () => [deployed.keeper!, deployed.pid!].every((pid) => !isThere(pid)))
    assert.deepEqual(left.map(isThere), [true, true], 'they outlive it')
  })
  afterEach(async () => {
    for (const { agent, phase } of await muster.keeping.list()) if (phase !== 'ended') await muster.stopAgent(agent)
    for (const pid of left.filter(isThere)) process.kill(pid, 'SIGKILL')
    await muster.close()
    repo.remove()
  })
  const ordered = (pids: readonly number[]): number[] => [...pids].sort((a, b) => a - b)

  it('is shown, and ended by stopping that agent, whose own process is not said to run', async () => {
    const { out } = await repo.muster('agent', 'show', 'alpha')
    assert.match(out, /Status +working \(gone\)[^]*Process +has ended; it was \d+ on [^]*Last end +not seen, it and its keeper were killed[^]*Still there processes \d+, \d+, which it had started; to end that: muster agent stop alpha/)
    const { json } = await repo.json('agent', 'show', 'alpha')
    assert.deepEqual([(json['agent'] as { deployment: { phase: string } }).deployment.phase, ordered(json['left'] as number[])], ['ended', ordered(left)])
    const again = await muster.deploy({ name: 'alpha', command: [process.execPath, '-e', stays] })
    assert.ok(!again.ok && again.reason === 'AGENT_IN_USE' && /muster agent stop alpha/.test(again.hint), JSON.stringify(again))

    const stopped = (await repo.json('agent', 'stop', 'alpha')).json
    assert.deepEqual([stopped['ok'], stopped['status'], stopped['phase'], ordered(stopped['left'] as number[])], [true, 'failed', 'ended', ordered(left)])
    assert.deepEqual(left.map(isThere), [false, false])
    assert.equal((await repo.json('agent', 'stop', 'alpha')).json['reason'], 'NOT_RUNNING')
  })

  it('is ended before that agent begins again', async () => {
    const again = await muster.restartAgent('alpha')
    assert.ok(again.ok, JSON.stringify(again))
    assert.deepEqual(left.map(isThere), [false, false])
    assert.ok(isThere(again.pid!))
  })

  it('is the end of it: recovery says how it goes on, and resumes it as a process, once', async () => {
    assert.match((await repo.muster('recovery', 'list')).out, /Next step: +start its process again: muster recovery resume alpha/)
    const { json } = await repo.json('recovery', 'resume', 'alpha')
    const started = json['started'] as { pid: number }
    assert.deepEqual([json['ok'], (json['agent'] as { id: string }).id, isThere(started.pid)], [true, 'alpha', true], JSON.stringify(json))
    const { total, atWork, recoveries } = await muster.recoverySummary()
    assert.deepEqual([total, atWork, recoveries.resumed], [0, 1, 1])
    const again = await repo.json('recovery', 'resume', 'alpha')
    assert.deepEqual([again.exit, again.json['reason']], [1, 'IN_USE'])
  })

  it('does not keep a person from going on for it', async () => {
    assert.match((await repo.muster('recovery', 'resume', 'alpha', '--here')).out, /Go on as alpha/)
    const { total, recoveries } = await muster.recoverySummary()
    assert.deepEqual([total, recoveries.resumed], [1, 0], 'nobody has, yet')
  })
})
