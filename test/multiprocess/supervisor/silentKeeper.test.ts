import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Repository } from '../../unit/cli/repository.js'
import { start } from '../../unit/cli/musterProcess.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { isThere } from './isThere.js'

const child = 'setInterval(() => {}, 1000)'
const withChild = `console.log(require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]).pid); ${child}`

describe('a keeper that does not answer', function () {
  this.timeout(900_000)
  let repo: Repository
  let env: NodeJS.ProcessEnv
  let pids: { keeper: number; agent: number; child: number }

  beforeEach(async () => {
    repo = new Repository()
    const config = join(repo.root, 'deploy.json')
    writeFileSync(config, JSON.stringify({ commands: {}, graceSeconds: 1 }))
    env = { MUSTER_DEPLOY: config }
    const { json, out } = await repo.run(['deploy', '--name', 'st', '--brief', 'b', '--json', '--', process.execPath, '-e', withChild], env)
    assert.ok(json['ok'], out)
    const line = await eventually('its child', async () => ((await repo.json('agent', 'log', 'st')).json['lines'] as string[])[0])
    pids = { keeper: json['keeper'] as number, agent: json['pid'] as number, child: Number(line) }
    for (const pid of [pids.keeper, pids.agent]) process.kill(pid, 'SIGSTOP')
  })
  afterEach(() => {
    for (const pid of Object.values(pids)) if (isThere(pid)) process.kill(pid, 'SIGKILL')
    repo.remove()
  })

  it('is replaced by one that ends the agent with all it has started; that is written down', async () => {
    const { json, exit } = await repo.run(['agent', 'stop', 'st', '--json'], env)
    assert.deepEqual([exit, json['ok'], json['status'], json['phase'], json['pending']], [0, true, 'failed', 'ended', undefined], JSON.stringify(json))
    assert.deepEqual([pids.keeper, pids.agent, pids.child].map(isThere), [false, false, false])
    const { agent } = (await repo.json('agent', 'show', 'st')).json as { agent: { error: string; deployment: { phase: string } } }
    assert.deepEqual([agent.error, agent.deployment.phase], ['stopped by Ada', 'ended'])
  })

  it('holds nobody up who does not want to wait any more', async () => {
    const stopping = start(repo.root, ['agent', 'stop', 'st', '--json'], env)
    await eventually('it to be asked', async () => JSON.stringify((await repo.json('agent', 'show', 'st')).json).includes('"asked":{"what":"stop"'))
    stopping.child.kill('SIGTERM')
    const { json, exit } = await stopping.ended
    assert.deepEqual([exit, json['ok'], json['reason']], [1, false, 'INTERRUPTED'], JSON.stringify(json))
    assert.ok(isThere(pids.keeper), 'it was not waited for')
  })
})
