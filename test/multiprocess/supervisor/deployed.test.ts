import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { DeployInput, DeployResult } from '../../../src/core/model/deployOperations.js'
import type { AgentView } from '../../../src/core/model/operations.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { ownTag, processStart } from '../../../src/core/system/processes.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { takeRequests } from '../../../src/supervisor/requests.js'
import type { Setting } from '../../../src/supervisor/setting.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { tend } from '../../../src/supervisor/tend.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { isThere } from './isThere.js'

type Deployed = Extract<DeployResult, { ok: true }>

const stays = 'setInterval(() => {}, 1000)'
const node = (script: string, ...args: string[]): string[] => [process.execPath, '-e', script, ...args]

describe('deployed agents, as processes', function () {
  this.timeout(900_000)
  let repository: Repository
  let muster: Muster
  let config: Record<string, unknown>
  let setting: Setting

  beforeEach(async () => {
    repository = new Repository()
    config = { graceSeconds: 2, restartSeconds: 0.1, saveSeconds: 0.5 }
    setting = { program: ownProgram(), env: cleanEnvironment(), config: async () => deployConfig.parse(config) }
    muster = await openMuster({ folder: join(repository.root, '.muster'), root: repository.root, watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: setting.config }))
  })

  afterEach(async () => {
    await tend(muster, setting)
    for (const { agent, phase } of await muster.keeping.list()) if (phase !== 'ended') await muster.stopAgent(agent)
    await muster.close()
    // Keepers let go of the folder when they have said that their agents ended.
    await eventually('the keepers to end', async () => (await muster.keeping.list().catch(() => [])).every(({ keeper }) => !keeper || !isThere(keeper.pid)))
    repository.remove()
  })

  async function deploy(input: DeployInput): Promise<Deployed> {
    const result = await muster.deploy(input)
    assert.ok(result.ok, JSON.stringify(result))
    return result
  }

  async function agent(id: string): Promise<AgentView> {
    const found = await muster.getAgent(id)
    assert.ok(found, id)
    return found
  }

  const until = (id: string, what: string, is: (agent: AgentView) => boolean): Promise<AgentView> => eventually(`${id} to ${what}`, async () => {
    const now = await agent(id)
    return is(now) && now
  })
  // Its keeper says so as the last thing it does: who has read before, and looks for processes after that, sees neither.
  const untilEnded = (id: string): Promise<AgentView> => until(id, 'end', ({ deployment }) => deployment?.phase === 'ended' && deployment.lost === undefined)
  const inFolder = (...path: string[]): string => join(repository.root, '.muster', ...path)
  /** What stands in a file once it is so: keepers write theirs after the records, and those who deploy do not wait long for that. */
  const fileOf = (path: string, is: (file: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> => eventually(path, () => {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    return is(file) && file
  })
  /** Names of files, without those that are just being written. */
  const namesIn = (...path: string[]): string[] => readdirSync(inFolder(...path)).filter((name) => !name.endsWith('.tmp'))

  it('test 1, normal operation: a state file with its id, times and status, and the process it names', async () => {
    const deployed = await deploy({ name: 'L2.TEST.1', level: 'L2', model: 'haiku', brief: 'Test task', command: node(`console.log('hello'); ${stays}`) })
    assert.ok(isThere(deployed.pid!))
    const state = await fileOf(deployed.state, ({ pid }) => pid === deployed.pid)
    assert.deepEqual([state['agent_id'], state['agent_type'], state['model'], state['prompt'], state['status'], state['pid']], ['L2.TEST.1', 'L2', 'haiku', 'Test task', 'running', deployed.pid])
    for (const field of ['started_at', 'created_at', 'last_updated']) assert.ok(!Number.isNaN(Date.parse(String(state[field]))), field)
    const saved = state['last_updated']
    await fileOf(deployed.state, ({ last_updated }) => last_updated !== saved)
    const response = await fileOf(inFolder('responses', 'L2.TEST.1_response.json'), ({ pid }) => pid === deployed.pid)
    assert.deepEqual([response['ok'], response['pid'], response['state_file']], [true, deployed.pid, deployed.state])
    await eventually('its output', async () => {
      const log = await muster.agentLog('l2.test.1')
      return log.ok && log.lines.join() === 'hello'
    })
  })

  it('scenario 2, coordinator crash: four agents; keeper killed: followed on by pid; agent killed: failed; both killed: incomplete, and goes on from its checkpoint', async () => {
    const four: Deployed[] = []
    for (const name of ['a', 'b', 'c', 'd']) four.push(await deploy({ name, level: 'L2', brief: `work of ${name}`, command: node(stays, '{briefFile}') }))
    const [, b, c, d] = four as [Deployed, Deployed, Deployed, Deployed]
    const me = await openMuster({ folder: muster.folder, agent: 'd', attached: false })
    await me.checkpoint({ done: 'the first half', next: 'the second half', files: [], verify: 'npm test', notes: '' })
    await me.close()
    process.kill(b.keeper!, 'SIGKILL')
    process.kill(c.pid!, 'SIGKILL')
    process.kill(d.keeper!, 'SIGKILL')
    process.kill(d.pid!, 'SIGKILL')
    await eventually('they to be gone', () => [b.keeper!, c.pid!, d.keeper!, d.pid!].every((pid) => !isThere(pid)))
    assert.ok(isThere(b.pid!), 'it does not die with its keeper')
    const killed = await untilEnded('c')
    assert.deepEqual([killed.status, killed.deployment?.exit?.signal], ['failed', 'SIGKILL'])
    const summary = await muster.recoverySummary()
    assert.deepEqual([summary.total, summary.byStatus, summary.byLevel, summary.atWork], [1, { working: 1 }, { L2: 1 }, 2])

    await tend(muster, setting)
    await tend(muster, setting)
    const followed = await until('b', 'have another keeper', ({ deployment }) => deployment?.kept === true && deployment.keeper?.pid !== b.keeper)
    assert.equal(followed.deployment?.process?.pid, b.pid)
    await eventually('the files to name that keeper', () => [b.state, inFolder('agents', 'b', 'status.json')].every((file) => (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)['keeper_pid'] === followed.deployment?.keeper?.pid))
    const lost = await agent('d')
    assert.deepEqual([lost.status, lost.presence, lost.deployment?.phase, lost.deployment?.exit?.known], ['working', 'gone', 'ended', false])
    const again = await muster.restartAgent('d')
    assert.ok(again.ok && again.pid !== d.pid, JSON.stringify(again))
    assert.match(readFileSync(inFolder('agents', 'd', 'prompt.txt'), 'utf8'), /work of d[^]*Done: the first half[^]*Next: the second half/)

    // Ended by itself under its second keeper: nobody knows how.
    process.kill(b.pid!, 'SIGTERM')
    const ended = await untilEnded('b')
    assert.deepEqual([ended.status, ended.deployment?.exit?.known], ['working', false])
  })

  it('is started again when it fails, with growing delays and up to the limit; then it has failed, and its last lines say why', async () => {
    const file = join(repository.root, 'starts')
    await deploy({ name: 'alpha', restart: 'on-failure', maxRestarts: 2, command: node('require("fs").appendFileSync(process.argv[1], "x"); console.log("no such table"); process.exit(3)', file) })
    const { status, error, deployment } = await untilEnded('alpha')
    assert.deepEqual([readFileSync(file, 'utf8'), status, deployment?.restarts, deployment?.exit?.code], ['xxx', 'failed', 2, 3])
    assert.match(error ?? '', /code 3 · started again 2 times already · no such table/)
  })

  it('ends well with code 0, and lets go of what it had locked', async () => {
    const lock = `require('child_process').execFileSync(process.execPath, [${JSON.stringify(ownProgram().argv[1])}, 'claim', 'name:build'])`
    await deploy({ name: 'alpha', command: node(lock) })
    const { status, progress, presence } = await untilEnded('alpha')
    assert.deepEqual([status, progress, presence], ['done', 100, 'gone'])
    await eventually('its lock to be free', async () => (await muster.listClaims()).length === 0)
  })

  it('is ended with everything it has started: what ignores being asked, and what left its group and its parent', async () => {
    const pids = join(repository.root, 'pids')
    const child = `process.on('SIGTERM', () => {}); require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + ' '); ${stays}`
    const grown = `const { spawn } = require('child_process'); spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'ignore' }).unref()`
    const script = `const { spawn } = require('child_process'); for (const code of [${JSON.stringify(child)}, ${JSON.stringify(grown)}]) spawn(process.execPath, ['-e', code], { stdio: 'ignore' }); ${stays}`
    const { pid } = await deploy({ name: 'alpha', command: node(script) })
    const all = await eventually('the tree to grow', () => {
      const found = existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(' ').map(Number) : []
      return found.length === 2 && [...found, pid!]
    })
    const stopped = await muster.stopAgent('alpha', 'enough')
    assert.ok(stopped.ok && stopped.status === 'failed', JSON.stringify(stopped))
    assert.deepEqual(all.filter(isThere), [])
    assert.match((await agent('alpha')).error ?? '', /stopped by Ada: enough/)
  })

  it('a process that has its pid by now is not touched: its start time is another one', async () => {
    const bystander = spawn(process.execPath, ['-e', stays], { stdio: 'ignore' })
    try {
      const { here } = muster.keeping
      const made = await muster.keeping.make({ name: 'alpha', identity: { parent: muster.agent }, fields: { by: muster.agent, background: true, scopes: [], readOnly: false, restart: 'never', maxRestarts: 0, graceSeconds: 0, pool: { kind: 'other', size: 5, total: 15 } } })
      assert.ok(made.ok)
      const keeper = { ...here, pid: bystander.pid!, start: '2' }
      await muster.keeping.begin({ agent: 'alpha', number: made.number, keeper })
      await muster.keeping.report({ agent: 'alpha', number: made.number, keeper, changes: { phase: 'running', process: { ...here, pid: bystander.pid!, start: '1' } } })
      assert.notEqual(processStart(bystander.pid!), '1')
      const stopped = await muster.stopAgent('alpha')
      assert.equal(!stopped.ok && stopped.reason, 'NOT_RUNNING')
      await tend(muster, setting)
      assert.equal((await agent('alpha')).deployment?.phase, 'ended')
      assert.ok(isThere(bystander.pid!))
    } finally {
      bystander.kill('SIGKILL')
    }
  })

  it('is stopped when its time is over', async () => {
    await deploy({ name: 'alpha', budgetMinutes: 0.01, restart: 'always', command: node(stays) })
    const { status, error } = await untilEnded('alpha')
    assert.equal(status, 'failed')
    assert.match(error ?? '', /over its budget of 0.01 minutes/)
  })

  it('stands in line until there is room, and can be stopped there', async () => {
    config['total'] = 1
    await deploy({ name: 'first', command: node(stays) })
    const second = await deploy({ name: 'second', command: node(stays) })
    await deploy({ name: 'third', command: node(stays) })
    assert.deepEqual([second.status, second.pid], ['waiting', undefined])
    assert.ok((await muster.stopAgent('third')).ok)
    await muster.stopAgent('first')
    await until('second', 'run', ({ deployment }) => deployment?.phase === 'running')
  })

  it('has a log that is set aside while it writes', async () => {
    Object.assign(config, { logBytes: 20_000, logsKept: 2 })
    await deploy({ name: 'alpha', command: node('let n = 0; setInterval(() => console.log(String(n++).padStart(5, "0") + "x".repeat(500)), 5)') })
    await eventually('two logs set aside', () => existsSync(inFolder('agents', 'alpha', 'log.2.txt')))
    // It may be cut between two looks.
    await eventually('its last line', async () => {
      const log = await muster.agentLog('alpha', 1)
      return log.ok && /^\d{5}x/.test(log.lines[0] ?? '')
    })
    assert.ok(readdirSync(inFolder('agents', 'alpha')).filter((name) => name.startsWith('log.')).length <= 4)
  })

  it('runs all the same where its files cannot be written, and that is said', async () => {
    removeFolder(inFolder('agents'))
    writeFileSync(inFolder('agents'), 'in the way')
    const { pid, warnings } = await deploy({ name: 'alpha', command: node(stays) })
    assert.ok(isThere(pid!))
    assert.ok(warnings.some((text) => text.includes('its command cannot be saved')), warnings.join('; '))
    assert.ok((await until('alpha', 'say so', ({ deployment }) => deployment?.warning !== undefined)).deployment?.warning)
    assert.ok((await muster.stopAgent('alpha')).ok)
  })

  it('says that it could not be started, and why', async () => {
    const result = await muster.deploy({ name: 'alpha', restart: 'always', command: ['no-such-program-here'] })
    assert.deepEqual(!result.ok && result.reason, 'START_FAILED')
    assert.match(result.ok ? '' : result.hint, /ENOENT/)
    assert.equal((await agent('alpha')).status, 'failed')
    await fileOf(inFolder('responses', 'alpha_response.json'), ({ ok }) => ok === false)
  })

  it('keeps its command where only its user reads it: nowhere in the records', async () => {
    await deploy({ name: 'alpha', command: node(stays, 'canary-argument'), env: { TOKEN: 'canary-variable' } })
    // Who has its turn is there too, for a moment.
    const ledger = readdirSync(inFolder('ledger')).filter((name) => name.endsWith('.jsonl')).map((name) => readFileSync(inFolder('ledger', name), 'utf8')).join('')
    assert.ok(ledger.includes('alpha') && !ledger.includes('canary'))
    const file = inFolder('agents', 'alpha', 'command.json')
    assert.ok(readFileSync(file, 'utf8').includes('canary-variable'))
    assert.equal(statSync(file).mode & 0o777, 0o600)
    await fileOf(inFolder('agents', 'alpha', 'status.json'), () => true)
    for (const name of ['status.json', 'prompt.txt', 'keeper.log']) assert.ok(!readFileSync(inFolder('agents', 'alpha', name), 'utf8').includes('canary'), name)
  })

  describe('requests', () => {
    const response = (id: string): Record<string, unknown> => JSON.parse(readFileSync(inFolder('responses', `${id}_response.json`), 'utf8')) as Record<string, unknown>
    const request = (name: string, text: string): void => {
      mkdirSync(inFolder('requests'), { recursive: true })
      // A plain shell, which knows nothing of Muster.
      execFileSync('sh', ['-c', 'cat > "$1.part" && mv "$1.part" "$1"', 'sh', inFolder('requests', name)], { input: text })
    }

    it('a script without Muster asks for an agent and reads the answer; several takers take it once', async () => {
      config['commands'] = { stays: node(stays, '{brief}') }
      request('one.json', JSON.stringify({ agent_id: 'L2.2.1', agent_name: 'Critical Security Engineer', agent_type: 'L2', parent_agent_id: 'L1.OVERWATCH.2', model: 'haiku', prompt: 'Fix authentication', load_percentage: 25, estimated_duration: 14_400, metadata: { ticket: 7 } }))
      const other = await openMuster({ folder: muster.folder, agent: 'other' }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: setting.config }))
      const taken = await Promise.all([muster, other].map((one) => takeRequests(one, (agent) => one.deploy(agent))))
      await other.close()
      assert.equal(taken.flat().length, 1)
      const answer = response('L2.2.1')
      assert.deepEqual([answer['ok'], answer['agent_id'], answer['status']], [true, 'L2.2.1', 'running'])
      assert.ok(isThere(answer['pid'] as number))
      const state = await fileOf(answer['state_file'] as string, ({ pid }) => pid === answer['pid'])
      assert.deepEqual([state['agent_id'], state['parent_agent_id'], state['agent_name'], state['load_percentage'], state['estimated_duration'], state['metadata']], ['L2.2.1', 'L1.OVERWATCH.2', 'Critical Security Engineer', 25, 14_400, { ticket: 7 }])
      assert.equal(readFileSync(inFolder('agents', 'l2.2.1', 'prompt.txt'), 'utf8'), 'Fix authentication')
      assert.deepEqual(readdirSync(inFolder('requests')), ['done'])
      assert.deepEqual([namesIn('responses'), namesIn('state')], [['L2.2.1_response.json'], ['L2.2.1.json']], 'one answer, one state, spelled as asked for')

      const again = await muster.restartAgent('L2.2.1')
      assert.ok(again.ok, JSON.stringify(again))
      const anew = await eventually('the answer to that', () => response('L2.2.1')['pid'] === again.pid && response('L2.2.1'))
      assert.deepEqual([anew['agent_id'], anew['started_at'], again.startedAt! > String(answer['started_at'])], ['L2.2.1', again.startedAt, true])
      assert.deepEqual(namesIn('responses'), ['L2.2.1_response.json'])
    })

    it('half a request that is looked for once is waited for, and then answered', async () => {
      await muster.startup()
      request('bad.json', '{bad')
      const { json } = await repository.run(['deploy', '--requests', '--json', '--', process.execPath, '-e', stays])
      assert.deepEqual((json['requests'] as { file: string; response: { ok: boolean } }[]).map(({ file, response: { ok } }) => [file, ok]), [['bad.json', false]])
    })

    it('one that cannot be read, or brings a command of its own, is answered with an error and left aside', async () => {
      request('broken.json', '{"agent_id": "x",,')
      request('other.json', JSON.stringify({ agent_id: 'sly', prompt: 'x', command: ['touch', join(repository.root, 'hit')] }))
      request('none.json', JSON.stringify({ agent_id: 'none', prompt: 'x', template: 'not-there' }))
      await eventually('all to be taken', async () => {
        await takeRequests(muster, (agent) => muster.deploy(agent))
        return readdirSync(inFolder('requests')).every((name) => !name.endsWith('.json'))
      })
      assert.deepEqual(readdirSync(inFolder('requests')).sort(), ['broken.json.rejected', 'done', 'other.json.rejected'])
      assert.deepEqual([response('broken')['ok'], response('sly')['ok'], response('none')['ok']], [false, false, false])
      assert.equal((response('none')['error'] as { code: string }).code, 'NO_TEMPLATE')
      assert.match((response('sly')['error'] as { message: string }).message, /^Unrecognized key: "command"$/)
      assert.ok(!existsSync(join(repository.root, 'hit')))
      assert.deepEqual(await muster.keeping.list(), [])
    })

    it('one that a killed process had taken is taken by the next', async () => {
      config['commands'] = { stays: node(stays) }
      request(`one.json.${ownTag().replace(/.{8}$/, '00000000')}.taking`, JSON.stringify({ agent_id: 'alpha', prompt: 'x' }))
      request(`two.json.${ownTag()}.taking`, JSON.stringify({ agent_id: 'beta', prompt: 'x' }))
      assert.deepEqual((await takeRequests(muster, (agent) => muster.deploy(agent))).map(({ file, response: { ok } }) => [file, ok]), [['one.json', true]])
      assert.equal(response('alpha')['status'], 'running')
    })

    it('the command line takes them, with the command it is given', async () => {
      request('one.json', JSON.stringify({ agent_id: 'alpha', prompt: 'x' }))
      const { json } = await repository.run(['deploy', '--requests', '--json', '--', process.execPath, '-e', stays])
      assert.equal((json['requests'] as { response: { status: string } }[])[0]?.response.status, 'running')
    })
  })

  it('answer with one JSON object also where they run in this terminal', async () => {
    const { out, err, exit } = await repository.run(['deploy', '--terminal', '--name', 'alpha', '--json', '--', process.execPath, '-e', 'console.log("from the agent")'])
    assert.deepEqual([exit, out.split('\n').length, (JSON.parse(out) as { ok: boolean }).ok], [0, 2, true])
    assert.match(err, /from the agent/)
  })

  it('the command line deploys, shows the log, stops and restarts', async () => {
    const started = await repository.run(['deploy', '--name', 'alpha', '--brief', 'say it', '--json', '--', process.execPath, '-e', `console.log(process.argv[1], process.argv[2].length); ${stays}`, '{brief}', ''])
    assert.equal(started.json['status'], 'working', started.out)
    await eventually('its output', async () => ((await repository.json('agent', 'log', 'alpha')).json['lines'] as string[]).includes('say it 0'))
    const again = await repository.json('agent', 'restart', 'alpha')
    assert.ok(again.json['ok'] && again.json['pid'] !== started.json['pid'], again.out)
    assert.equal((await repository.json('agent', 'stop', 'alpha')).json['phase'], 'ended')
    assert.equal((await repository.json('agent', 'stop', 'alpha')).json['reason'], 'NOT_RUNNING')
  })

  it('its last lines are told though its log was just set aside; its parent is spelled as it is called', async () => {
    config['logBytes'] = 2_000
    await deploy({ name: 'L1.1', command: node(stays) })
    // In one piece: of two, the second may be too short to be set aside.
    const { state } = await deploy({ name: 'L1.1.1', parent: 'L1.1', command: node(`console.log(Array.from({ length: 400 }, (_, n) => 'line number ' + (n + 1)).join('\\n')); ${stays}`) })
    await eventually('its log to be set aside', () => existsSync(inFolder('agents', 'l1.1.1', 'log.1.txt')) && statSync(inFolder('agents', 'l1.1.1', 'log.txt')).size === 0)
    assert.deepEqual((await repository.json('agent', 'log', 'l1.1.1', '--lines', '3')).json['lines'], ['line number 398', 'line number 399', 'line number 400'])
    await muster.stopAgent('l1.1.1')
    assert.equal((await agent('l1.1.1')).deployment?.exit?.tail.at(-1), 'line number 400')
    const told = await eventually('its files to say so', () => {
      const now = JSON.parse(readFileSync(state, 'utf8')) as Record<string, unknown>
      return now['phase'] === 'ended' && now
    })
    assert.deepEqual([told['last_line'], told['parent_agent_id']], ['line number 400', 'L1.1'])
    const again = await deploy({ name: 'L1.1.1', command: node('process.exit(3)') })
    assert.equal(again.ok, true)
    const { deployment, error } = await untilEnded('l1.1.1')
    assert.deepEqual([deployment?.exit?.tail, error], [[], 'code 3'], 'no line of the former one')
  })

  it('test 4, state cleanup: what has ended goes, what runs stays', async () => {
    await deploy({ name: 'runs', command: node(stays) })
    await deploy({ name: 'ended', command: node('0') })
    await untilEnded('ended')
    const cleaned = await muster.cleanUp({ keepDays: 0 })
    assert.deepEqual(cleaned.removed.agents, ['ended'])
    assert.equal((await agent('runs')).deployment?.phase, 'running')
    assert.deepEqual((await muster.keeping.list()).map(({ agent: id }) => id), ['runs'])
  })
})
