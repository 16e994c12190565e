import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import type { ErrorView } from '../../../src/core/model/workOperations.js'
import type { RunView } from '../../../src/core/model/runs.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { lockOf, naive, progressLine } from '../../unit/runs/runFolder.js'

const here = join(projectRoot, 'test', 'multiprocess', 'runs')
const MINUTE = 60_000
const RUN = '2025-12-29_15-30_sweep'

/** Runs of the document's scenarios: with programs that follow the protocol and know nothing of Muster, and with Muster's own. */
describe('the scenarios of runs', function () {
  this.timeout(900_000)
  let repo: Repository
  let children: ChildProcess[]

  beforeEach(async () => {
    repo = new Repository()
    children = []
    await repo.json('startup', '--agent', 'guide_01')
  })
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    repo.remove()
  })

  const path = (...parts: string[]): string => join(repo.root, 'experiments', ...parts)
  const read = (...parts: string[]): string => readFileSync(path(...parts), 'utf8')
  const write = (text: string, ago: number, ...parts: string[]): void => {
    mkdirSync(join(path(...parts), '..'), { recursive: true })
    writeFileSync(path(...parts), text)
    utimesSync(path(...parts), (Date.now() - ago) / 1000, (Date.now() - ago) / 1000)
  }
  const listed = async (): Promise<Record<string, RunView>> => Object.fromEntries(((await repo.json('run', 'list')).json['runs'] as RunView[]).map((run) => [run.run, run]))
  const claims = async (): Promise<string[]> => ((await repo.json('claims')).json['claims'] as { resource: string; heldBy: string }[]).map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()

  const errors = async (): Promise<ErrorView[]> => ((await repo.json('error', 'list')).json['errors'] as ErrorView[]).sort((a, b) => a.number - b.number)

  /** Starts a program of others and waits until it has printed something. */
  async function outside(program: string, args: readonly string[], until: string): Promise<{ child: ChildProcess; ended: Promise<number | null> }> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    let out = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text))
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await eventually(`${program} printing ${until}`, () => out.includes(until))
    return { child, ended }
  }
  const python = (run: string, agent: string, ...rest: string[]): ReturnType<typeof outside> => outside('python3', [join(here, 'sweep.py'), path(run), agent, ...rest], rest.length === 1 || rest[1] === '0' ? 'locked' : 'waiting')

  it('pattern 1, executor and guide: a Python program is shown, its folder locked in its name, and it is registered when it is done', async () => {
    const { ended } = await python(RUN, 'executor_01', '608', '127')
    const { [RUN]: run } = await listed()
    assert.deepEqual([run!.status, run!.agent, run!.done, run!.total, run!.progress, run!.process], ['running', 'executor_01', 127, 608, 20.9, 'running'])
    assert.ok(Math.abs(run!.etaMinutes! - 240.5) < 1)
    assert.deepEqual(await claims(), [`experiments/${RUN}/ executor_01`])
    const refused = await repo.json('claim', `experiments/${RUN}/code/fix.py`, '--agent', 'guide_01')
    assert.deepEqual([refused.json['reason'], refused.json['heldBy']], ['HELD', 'executor_01'])
    assert.match(read('REGISTRY.md'), new RegExp(`\\| 2025-12-29 \\| ${RUN} \\| 🔄 Running \\| executor_01 \\|  \\|`))
    writeFileSync(path('go'), '')
    assert.equal(await ended, 0)
    const { [RUN]: done } = await listed()
    assert.deepEqual([done!.status, done!.metrics], ['completed', { sharpe: 1.31, symbols: 608 }])
    assert.deepEqual(await claims(), [])
    assert.match(read('REGISTRY.md'), /✅ Complete \| executor_01 \| sharpe=1.31, symbols=608 \|/)
    assert.equal((await repo.json('run', 'validate', RUN)).exit, 0)
    const agent = (await repo.json('agent', 'show', 'executor_01')).json['agent'] as { status: string }
    assert.equal(agent.status, 'done')
  })

  it('pattern 1, executor interrupted: a shell script keeps its lock, and is gone on with', async () => {
    const { child, ended } = await outside('sh', [join(here, 'sweep.sh'), path(RUN), 'executor_02', '5'], 'waiting')
    assert.deepEqual((await listed())[RUN]!.words, 'running')
    child.kill('SIGTERM')
    await ended
    const stopped = (await listed())[RUN]!
    assert.deepEqual([stopped.status, stopped.words, stopped.error, stopped.locked], ['interrupted', 'interrupted, resumable from item 3', 'stopped by a signal', true])
    const recovered = (await repo.json('run', 'recover', '--agent', 'guide_01')).json['recovered'] as RunView[]
    assert.deepEqual(recovered.map(({ run, status, resumeFrom }) => [run, status, resumeFrom]), [[RUN, 'failed', 3]])
    const resumed = await repo.muster('run', 'exec', '--name', 'sweep', '--resume', '--agent', 'executor_03', '--', 'sh', '-c', 'echo from $MUSTER_RUN_FROM in $MUSTER_RUN')
    assert.equal(resumed.out, `from 3 in ${RUN}\n`)
    assert.deepEqual([(await listed())[RUN]!.status, (await listed())[RUN]!.agent], ['completed', 'executor_03'])
  })

  it('pattern 1, executor fails: the guide reads why, and the run says from where it can be resumed', async () => {
    const { ended } = await python(RUN, 'executor_01', '10', '0', '4')
    await ended
    const run = (await listed())[RUN]!
    assert.deepEqual([run.status, run.words, run.error], ['failed', 'failed, resumable from item 5', 'no data for ETH'])
    assert.match(read('REGISTRY.md'), /❌ Failed, resumable from item 5 \| executor_01/)
    assert.deepEqual(await claims(), [])
    const [error, ...others] = await errors()
    assert.deepEqual([error!.message, error!.agent, error!.count, others], [`Run ${RUN} failed: no data for ETH`, 'executor_01', 1, []])
    assert.match(error!.stack!, /^logs\/errors\.txt:\nTraceback\nKeyError: 'ETH'/)
    const again = await python('2025-12-29_16-30_grid', 'executor_01', '10', '2', '4')
    await listed()
    writeFileSync(path('go'), '')
    await again.ended
    // Nobody has looked since: whoever goes on with it is not in the way of whom it failed for.
    assert.equal((await repo.muster('run', 'exec', '--name', 'grid', '--resume', '--agent', 'executor_02', '--', 'true')).exit, 0)
  })

  it('pattern 1, executor fails while nobody looks: the error is there once, whoever looks and however often, and resolved it stays resolved', async () => {
    await (await outside('sh', ['-c', `mkdir -p "$0/logs"; echo "KeyError: 'BTC'" > "$0/logs/errors.txt"; echo PID=$$ > "$0/.ERROR"; echo failed`, path(RUN)], 'failed')).ended
    await Promise.all(['guide_01', 'guide_02', 'guide_03', 'guide_04'].map((agent) => repo.json('run', 'list', '--agent', agent)))
    const told = await errors()
    assert.deepEqual(told.map(({ message, count, status }) => [message, count, status]), [[`Run ${RUN} failed: KeyError: 'BTC'`, 1, 'open']])
    await repo.json('error', 'resolve', told[0]!.id)
    await listed()
    assert.deepEqual((await errors()).map(({ status, count }) => [status, count]), [['resolved', 1]])
    // It failed again.
    write("KeyError: 'SOL'", 0, RUN, '.ERROR')
    await listed()
    assert.deepEqual((await errors()).map(({ message, status }) => [message, status]), [[`Run ${RUN} failed: KeyError: 'BTC'`, 'resolved'], [`Run ${RUN} failed: KeyError: 'SOL'`, 'open']])
    // One of last week is history.
    write('out of memory', 7 * 24 * 60 * MINUTE, '2025-12-22_15-30_old', '.ERROR')
    assert.equal((await listed())['2025-12-22_15-30_old']!.status, 'failed')
    assert.equal((await errors()).length, 2)
  })

  it('pattern 2, parallel executors: each in its own folder, none in another\'s, every row in the registry', async () => {
    writeFileSync(join(repo.root, 'STATE.md'), '# State\n\nOur words.\n\n## In Progress\n\n## Done\n')
    write('# Experiments\n\nRead this first.\n', 0, 'REGISTRY.md')
    const agents = Array.from({ length: 8 }, (_, n) => `executor_${n + 1}`)
    const results = await Promise.all(agents.map((agent) => repo.muster('run', 'exec', '--json', '--name', 'parallel', '--with-agent', '--again', '--agent', agent, '--', process.execPath, '-e', `console.log('${agent}')`)))
    // One of a name at a time: who comes while another runs is refused, and not run.
    const ran = results.filter(({ exit }) => exit === 0).length
    assert.ok(ran >= 1)
    for (const { exit, json } of results) if (exit !== 0) assert.equal(json['reason'], 'RUNNING')
    const each = await Promise.all(agents.map((agent, n) => repo.muster('run', 'exec', '--json', '--name', `part${n}`, '--agent', agent, '--', process.execPath, '-e', '')))
    assert.deepEqual(each.map(({ exit, out }) => [exit, (JSON.parse(out) as { warnings: string[] }).warnings]), agents.map(() => [0, []]))
    const folders = readdirSync(path()).filter((name) => /^\d{4}-/.test(name))
    assert.equal(folders.length, 8 + ran)
    const [registry, state] = [read('REGISTRY.md'), readFileSync(join(repo.root, 'STATE.md'), 'utf8')]
    assert.match(registry, /^# Experiments\n\nRead this first\.\n\n\| Date \| Run/)
    assert.match(state, /^# State\n\nOur words\.\n\n## In Progress\n\n+## Done\n/)
    for (const folder of folders) {
      assert.equal(registry.split(`| ${folder} | ✅ Complete |`).length, 2, `${folder} once in\n${registry}`)
      assert.equal(state.split(`- ${folder} (`).length, 2, `${folder} once in\n${state}`)
    }
    assert.deepEqual(readdirSync(path()).filter((name) => name.endsWith('.tmp')), [])
  })

  it('scenario 1, both agents modify the same file: neither update is lost', async () => {
    writeFileSync(join(repo.root, 'STATE.md'), '# State\n\n## In Progress\n\n- [ ] 2025-12-29_15-30_first\n\n## Done\n')
    write(lockOf({ AGENT_ID: 'executor_01', START_TIME: naive(0) }), 0, '2025-12-29_15-30_first', '.LOCK')
    const [finished, begun] = await Promise.all([
      repo.json('run', 'done', 'first', '--agent', 'executor_01'),
      repo.json('run', 'start', 'second', '--agent', 'executor_02', '--pid', String(process.pid)),
    ])
    assert.deepEqual([finished.json['warnings'], begun.json['warnings']], [[], []])
    const state = readFileSync(join(repo.root, 'STATE.md'), 'utf8')
    assert.match(state, /## In Progress\n\n- \S+_second \(executor_02\)\n\n## Done\n\n- \[x\] 2025-12-29_15-30_first\n$/)
  })

  it('scenario 2, executor hangs: no progress is seen after an hour, and a day later it is stale', async () => {
    const { child } = await python(RUN, 'executor_01', '608', '127')
    utimesSync(path(RUN, 'logs', 'progress.txt'), (Date.now() - 75 * MINUTE) / 1000, (Date.now() - 75 * MINUTE) / 1000)
    write(lockOf({ PID: child.pid!, START_TIME: naive(90 * MINUTE) }), 0, RUN, '.LOCK')
    const hung = (await listed())[RUN]!
    assert.deepEqual([hung.status, hung.hung, hung.idleMinutes, hung.words], ['running', true, 75, 'running, no progress for 75 min: it may hang'])
    assert.equal((await repo.json('run', 'recover', 'sweep', '--agent', 'guide_01')).json['reason'], 'WRONG_STATUS')
    write(lockOf({ PID: child.pid!, START_TIME: naive(25 * 60 * MINUTE) }), 0, RUN, '.LOCK')
    const stale = (await listed())[RUN]!
    assert.deepEqual([stale.status, stale.process, stale.resumeFrom], ['stale', 'running', 128])
    const recovered = await repo.json('run', 'recover', '--agent', 'guide_01')
    assert.deepEqual([(recovered.json['recovered'] as RunView[])[0]!.words, recovered.json['warnings']], ['failed, resumable from item 128', [`The process ${child.pid} of ${RUN} still runs.`]])
  })

  it('scenario 2, recovery: a process that died is marked as failed, and can be resumed from the next item', async () => {
    const { child, ended } = await python(RUN, 'executor_01', '608', '127')
    await listed()
    child.kill('SIGKILL')
    await ended
    const dead = (await listed())[RUN]!
    assert.deepEqual([dead.status, dead.words, dead.process, dead.resumeFrom], ['resumable', 'failed, resumable from item 128', 'gone', 128])
    assert.deepEqual(((await repo.json('run', 'recover', '--dry-run')).json['recovered'] as RunView[]).length, 1)
    assert.equal(existsSync(path(RUN, '.LOCK')), true)
    // Several at once: one does it.
    const all = await Promise.all([1, 2, 3, 4].map(() => repo.json('run', 'recover', '--agent', 'guide_01')))
    assert.equal(all.flatMap(({ json }) => json['recovered'] as RunView[]).length, 1)
    assert.equal(existsSync(path(RUN, '.LOCK')), false)
    assert.match(read(RUN, '.ERROR'), new RegExp(`^AGENT_ID=executor_01\n[^]*STATUS=failed\nPROGRESS=127/608\n[^]*ERROR=Process died. Last PID: ${child.pid}\n`))
    assert.deepEqual(await claims(), [])
    const [error] = (await repo.json('error', 'list')).json['errors'] as { message: string; stack: string }[]
    assert.match(error!.message, new RegExp(`Run ${RUN} failed: Process died`))
    assert.match(error!.stack, /"progress": ?"127\/608"/)
  })

  it('scenario 3, duplicate experiments: a running one refuses, a completed one suggests a name, a stale one is set aside', async () => {
    const { child, ended } = await python(RUN, 'executor_01', '10', '3')
    const running = await repo.json('run', 'start', 'sweep', '--agent', 'executor_02')
    assert.deepEqual([running.json['reason'], running.json['run']], ['RUNNING', RUN])
    writeFileSync(path('go'), '')
    await ended
    const completed = await repo.json('run', 'start', 'sweep', '--agent', 'executor_02')
    assert.equal(completed.json['reason'], 'COMPLETED')
    assert.match(String(completed.json['suggestion']), /^\d{4}-\d\d-\d\d_\d\d-\d\d_sweep_v2$/)
    const second = await repo.json('run', 'start', 'sweep_v2', '--agent', 'executor_02', '--pid', String(child.pid))
    const run = (second.json['run'] as RunView).run
    // Its process has ended: it is marked as failed, and a new one begins.
    const third = await repo.json('run', 'start', 'sweep_v2', '--agent', 'executor_03', '--pid', String(process.pid))
    assert.deepEqual([third.exit, third.json['setAside']], [0, [run]])
    assert.notEqual((third.json['run'] as RunView).run, run)
    assert.match(read(run, '.ERROR'), /Process died/)
    const together = await Promise.all([1, 2, 3, 4].map((n) => repo.json('run', 'start', 'at_once', '--agent', `executor_${n}`, '--pid', String(process.pid))))
    assert.deepEqual(together.map(({ json }) => json['ok'] === true ? 'ok' : json['reason']).sort(), ['RUNNING', 'RUNNING', 'RUNNING', 'ok'])
    assert.equal((await repo.json('run', 'start', 'sweep', '--again', '--agent', 'executor_05')).exit, 0)
  })

  it('issue "results don\'t match between agents": config, data source and metrics are compared', async () => {
    for (const [run, size, source, sharpe] of [['2025-12-29_10-00_a', 20, 'binance', 1.2], ['2025-12-29_11-00_b', 30, 'kraken', 1.1]] as const) {
      write(`grid_size: ${size}\nsymbols: 608\n`, 0, run, 'config.yaml')
      write(`INFO data_source=${source}\n`, 0, run, 'logs', 'run.log')
      write(JSON.stringify({ sharpe }), 0, run, 'results', 'metrics.json')
      write('', 0, run, '.DONE')
    }
    const { json } = await repo.json('run', 'compare', 'a', 'b')
    assert.deepEqual([json['same'], json['config'], json['sources'], json['metrics']], [false, [{ key: 'grid_size', first: '20', second: '30', change: 10 }], [{ key: 'logs/run.log', first: 'binance', second: 'kraken' }], [{ key: 'sharpe', first: '1.2', second: '1.1', change: -0.1 }]])
  })

  it('issue "REGISTRY.md corrupted": it is made anew from the folders, and the damaged one kept', async () => {
    write('', 0, '2025-12-29_10-00_a', '.DONE')
    write(progressLine(3, 10), 0, '2025-12-29_11-00_b', 'logs', 'progress.txt')
    write('out of memory', 0, '2025-12-29_11-00_b', '.ERROR')
    const damaged = '# Mine\n\n| Date | Run | Status | Agent | Metrics |\n| --- | --- | --- | --- | --- |\n| 2025-12-29 | 2025-12-29_10-00_a | ✅ Comp\0\0'
    write(damaged, 0, 'REGISTRY.md')
    const { json } = await repo.json('run', 'list', '--agent', 'guide_01')
    assert.match(String((json['warnings'] as string[])[0]), /REGISTRY\.md was damaged \(it holds NUL characters\)/)
    assert.match(read('REGISTRY.md'), /2025-12-29_10-00_a \| ✅ Complete[^]*2025-12-29_11-00_b \| ❌ Failed, resumable from item 4/)
    const [kept] = readdirSync(path()).filter((name) => name.startsWith('REGISTRY.md.damaged-'))
    assert.equal(read(kept!), damaged)
    assert.deepEqual((await repo.json('run', 'list')).json['warnings'], [])
  })

  it('issue "experiment hung, no progress": age of the lock, process, last progress and errors are in one place', async () => {
    const { child } = await python(RUN, 'executor_01', '608', '127')
    write('WARN slow\nERROR waiting for input\n', 0, RUN, 'logs', 'errors.txt')
    utimesSync(path(RUN, 'logs', 'progress.txt'), (Date.now() - 75 * MINUTE) / 1000, (Date.now() - 75 * MINUTE) / 1000)
    write(lockOf({ PID: child.pid!, START_TIME: naive(90 * MINUTE) }), 0, RUN, '.LOCK')
    const run = (await listed())[RUN]!
    assert.deepEqual([run.pid, run.process, run.done, run.hung, Math.round((Date.now() - Date.parse(run.startedAt!)) / MINUTE), run.error], [child.pid, 'running', 127, true, 90, 'ERROR waiting for input'])
  })

  it('a folder is not locked for others while nobody looks, and never for a run of before', async () => {
    write(lockOf({ START_TIME: naive(MINUTE), PID: 999_999_9 }), MINUTE, RUN, '.LOCK')
    assert.deepEqual([(await listed())[RUN]!.status, await claims()], ['resumable', []])
    assert.equal((await repo.json('run', 'list', '--look')).json['registered'], undefined)
  })
})
