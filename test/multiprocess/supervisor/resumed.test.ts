import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { resumeInterrupted } from '../../../src/supervisor/resume.js'
import type { Setting } from '../../../src/supervisor/setting.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { tend } from '../../../src/supervisor/tend.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'

/** Writes down what it is told at each start, and stays. */
const script = 'require("fs").appendFileSync(process.argv[1], JSON.stringify(process.argv[2]) + "\\n"); setInterval(() => {}, 1000)'

describe('automatic resume of deployed agents, as processes', function () {
  this.timeout(900_000)
  let repository: Repository
  let windows: Muster[]
  let setting: Setting
  let told: string

  beforeEach(async () => {
    repository = new Repository()
    told = join(repository.root, 'told.txt')
    appendFileSync(told, '')
    setting = { program: ownProgram(), env: cleanEnvironment(), config: async () => deployConfig.parse({ graceSeconds: 1 }) }
    const open = (): Promise<Muster> => openMuster({ folder: join(repository.root, '.muster'), root: repository.root, watch: false, workspace: 'here' }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: setting.config }))
    windows = [await open(), await open()]
  })
  afterEach(async () => {
    const [muster] = windows
    await tend(muster!, setting)
    for (const { agent, phase } of await muster!.keeping.list()) if (phase !== 'ended') await muster!.stopAgent(agent)
    for (const window of windows) await window.close()
    repository.remove()
  })

  it('begins one that was killed with its keeper again, at its checkpoint, once for two windows that look at once, and not again after that', async () => {
    const [muster, other] = windows as [Muster, Muster]
    const kill = async (): Promise<void> => {
      const { keeper, process: run } = (await muster.keeping.get('alpha'))!
      for (const { pid } of [keeper!, run!]) process.kill(pid, 'SIGKILL')
      await eventually('both to be gone', async () => muster.keeping.hasEnded(keeper!) && muster.keeping.hasEnded(run!))
    }
    const lines = (): string[] => readFileSync(told, 'utf8').trim().split('\n').filter((line) => line !== '')
    const deployed = await muster.deploy({ name: 'alpha', brief: 'sums', command: [process.execPath, '-e', script, told, '{brief}'] })
    assert.ok(deployed.ok)
    await eventually('its first start', () => lines().length === 1)
    const alpha = await openMuster({ folder: muster.folder, root: repository.root, agent: 'alpha', attached: false, watch: false })
    await alpha.checkpoint({ done: 'one to five', next: 'six' })
    await alpha.close()
    assert.deepEqual(await resumeInterrupted(muster, setting, {}, () => assert.fail('it runs')), [])

    await kill()
    const made: Record<string, number> = {}
    const note = (agent: string, number: number): void => void (made[agent] = number)
    const look = async (window: Muster) => {
      await tend(window, setting)
      return resumeInterrupted(window, setting, {}, note)
    }
    const results = (await Promise.all([look(muster), look(other)])).flat()
    assert.equal(results.filter(({ result }) => result.ok).length, 1, JSON.stringify(results))
    await eventually('its second start', () => lines().length === 2)
    assert.match(lines()[1]!, /sums.*Go on from your last checkpoint.*Done: one to five.*Next: six/)
    assert.deepEqual([lines().length, (await muster.recoverySummary()).recoveries.resumed, Object.keys(made)], [2, 1, ['alpha']])

    await kill()
    await tend(muster, setting)
    assert.deepEqual(await resumeInterrupted(muster, setting, made, note), [], 'what is killed again is for a person')
    assert.equal((await muster.getAgent('alpha'))?.presence, 'gone')
  })
})
