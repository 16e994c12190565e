import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { RecoverySummary } from '../../../src/core/model/agentOperations.js'
import type { DeployResult } from '../../../src/core/model/deployOperations.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { isThere } from './isThere.js'

const items = join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'items.mjs')
const names = ['L2.2.1', 'L2.2.2', 'L2.2.3', 'L2.2.4']
/** ms; four agents that start a command for each step have other things beside them. */
const WORKING = 600_000
const stays = [process.execPath, '-e', 'setInterval(() => {}, 1000)']

/** The scenarios of the persistence layer that no other file has; see docs/protocols.md. */
describe('the persistence layer', function () {
  this.timeout(900_000)
  let repo: Repository
  let muster: Muster

  const config = deployConfig.parse({ graceSeconds: 2, saveSeconds: 0.5 })
  const open = (): Promise<Muster> => openMuster({ folder: join(repo.root, '.muster'), root: repo.root, watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: async () => config }))

  beforeEach(async () => {
    repo = new Repository()
    muster = await open()
  })
  afterEach(async () => {
    for (const { id, deployment } of await muster.listAgents()) if (deployment && deployment.phase !== 'ended') await muster.stopAgent(id)
    await muster.close()
    repo.remove()
  })

  const inFolder = (...path: string[]): string => join(repo.root, '.muster', ...path)
  const state = (id: string): Record<string, unknown> => JSON.parse(readFileSync(inFolder('state', `${id}.json`), 'utf8')) as Record<string, unknown>

  it('test 2, restart detection: of four agents deployed, those that did not outlive it are counted by whoever starts next', async () => {
    const deployed: DeployResult[] = []
    for (const name of names) deployed.push(await muster.deploy({ name, level: 'L2', command: stays }))
    await muster.close()
    for (const one of deployed) for (const pid of one.ok ? [one.keeper!, one.pid!] : []) process.kill(pid, 'SIGKILL')
    await eventually('all to be gone', () => deployed.every((one) => one.ok && !isThere(one.keeper!) && !isThere(one.pid!)))
    muster = await open()
    assert.deepEqual((await muster.startup()).incomplete.map(({ id }) => id), names.map((name) => name.toLowerCase()))
    assert.match((await repo.muster('recovery', 'check')).out, /^4 incomplete agents: 4 working, 4 L2/)
  })

  it('scenario 3, intentional shutdown: the system asks everything to end; later it is seen what was in progress, and goes on', async () => {
    mkdirSync(join(repo.root, 'work'))
    const allow = (item: number): void => writeFileSync(join(repo.root, 'work', 'allowed'), String(item))
    const lines = (id: string): string[] => readFileSync(join(repo.root, 'work', `${id}.txt`), 'utf8').trim().split('\n')
    allow(2)
    for (const name of names) assert.ok((await muster.deploy({ name, level: 'L2', brief: `the items of ${name}`, command: [process.execPath, items, ownProgram().argv[1]!, '4', '{briefFile}'] })).ok)
    const ids = names.map((name) => name.toLowerCase())
    for (const id of ids) await eventually(`${id} to do two items`, () => readFileSync(inFolder('agents', id, 'log.txt'), 'utf8').includes('has done item 2'), WORKING)
    const all = (await muster.keeping.list()).flatMap(({ keeper, process: own }) => [keeper!.pid, own!.pid])
    for (const pid of all) process.kill(pid, 'SIGTERM')
    await eventually('all of them to end', () => all.every((pid) => !isThere(pid)))

    const { json, out } = await repo.json('recovery', 'check')
    assert.deepEqual([json['total'], json['byStatus'], json['byLevel']], [4, { working: 4 }, { L2: 4 }], out)
    // No window is open: nothing else starts them again, and that is said.
    assert.match((await repo.muster('recovery', 'check')).out, new RegExp(`Killed together with what looked after them: ${ids[0]}, [^]*A window of the editor[^]*muster agent restart <name>`))
    const { agents } = (await repo.json('recovery', 'list')).json as unknown as { agents: RecoverySummary['incomplete'] }
    assert.deepEqual(agents.map(({ id, presence, progress, currentTask, checkpoint }) => [id, presence, progress, currentTask, checkpoint?.done]), ids.map((id) => [id, 'gone', 50, 'item 2', 'items 1 to 2']))
    allow(4)
    for (const id of ids) assert.ok((await muster.restartAgent(id)).ok)
    for (const id of ids) await eventually(`${id} to be done`, async () => (await muster.getAgent(id))?.status === 'done', WORKING)
    for (const id of ids) assert.deepEqual(lines(id), ['item 1', 'item 2', 'item 3', 'item 4'])
  })

  it('state file corruption: it is nobody\'s truth, and is whole again at the next save', async () => {
    await muster.deploy({ name: 'alpha', level: 'L2', command: stays })
    await eventually('its state', () => existsSync(inFolder('state', 'alpha.json')))
    for (const text of ['{"agent_id": "al', '', 'null']) {
      writeFileSync(inFolder('state', 'alpha.json'), text)
      assert.deepEqual([(await muster.recoverySummary()).atWork, (await muster.getAgent('alpha'))?.status], [1, 'working'])
      await eventually('it to be saved again', () => readFileSync(inFolder('state', 'alpha.json'), 'utf8') !== text && state('alpha')['status'] === 'running')
    }
  })

  it('missing state directory: it is made again, with what is in it', async () => {
    await muster.deploy({ name: 'alpha', command: stays })
    await eventually('its state', () => existsSync(inFolder('state', 'alpha.json')))
    removeFolder(inFolder('state'))
    await eventually('it to be there again', () => existsSync(inFolder('state', 'alpha.json')) && state('alpha')['agent_id'] === 'alpha')
  })

  it('permission errors: deployment continues where the state directory cannot be written, and that is said', async () => {
    await muster.startup()
    writeFileSync(inFolder('state'), 'in the way')
    const deployed = await muster.deploy({ name: 'alpha', command: stays })
    assert.ok(deployed.ok && isThere(deployed.pid!), JSON.stringify(deployed))
    await eventually('the warning', async () => /its status cannot be saved/.test((await muster.getAgent('alpha'))?.deployment?.warning ?? ''))
    rmSync(inFolder('state'))
    await eventually('it to be saved once that can be', () => existsSync(inFolder('state', 'alpha.json')))
  })
})
