import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunView } from '../../../src/core/model/runs.js'
import { start } from '../cli/musterProcess.js'
import { Repository } from '../cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { endedPid } from './runFolder.js'

describe('muster run', function () {
  this.timeout(600_000)
  let repo: Repository
  const read = (...path: string[]): string => readFileSync(join(repo.root, ...path), 'utf8')
  const runs = async (): Promise<RunView[]> => (await repo.json('run', 'list')).json['runs'] as RunView[]

  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  it('creates nothing before a run command is given, and lists nothing', async () => {
    assert.equal((await repo.muster('run', 'list')).exit, 3)
    await repo.json('startup', '--agent', 'alpha')
    assert.deepEqual(await runs(), [])
    assert.deepEqual([existsSync(join(repo.root, 'experiments')), existsSync(join(repo.root, 'REGISTRY.md'))], [false, false])
  })

  it('ends a run whose command the system refuses at once', async () => {
    writeFileSync(join(repo.root, 'file.sh'), 'echo')
    const answer = await repo.muster('run', 'exec', '--json', '--name', 'sweep', '--agent', 'alpha', '--', join(repo.root, 'file.sh', 'x'))
    assert.deepEqual([answer.exit, answer.json['ok']], [126, false])
    const [run] = await runs()
    assert.equal(run?.status, 'failed')
    assert.match(run?.error ?? '', /could not be started/)
  })

  it('shows runs where Muster was never turned on, and writes nothing for it', async () => {
    const dead = '2025-12-29_15-30_dead'
    mkdirSync(join(repo.root, 'experiments', dead), { recursive: true })
    writeFileSync(join(repo.root, 'experiments', dead, '.LOCK'), `AGENT_ID=exec\nPID=${await endedPid()}\nPROGRESS=3/9\n`)
    const before = readdirSync(repo.root)
    const [run] = await runs()
    assert.deepEqual([run!.run, run!.path, run!.done], [dead, `experiments/${dead}`, 3])
    assert.match((await repo.muster('run', 'list', '--look')).out, /2025-12-29_15-30_dead/)
    assert.deepEqual((await repo.json('run', 'recover', '--dry-run')).json['ok'], true)
    const recover = await repo.muster('run', 'recover')
    assert.equal(recover.exit, 3)
    assert.match(recover.out, /^Would mark as failed: 2025-12-29_15-30_dead \(3 of 9 done; .*\nTo go on: .*\nMuster is not turned on here: .*\nTo set aside .*: muster startup\n$/)
    assert.deepEqual([(await repo.json('run', 'validate', 'dead')).json['reason'], (await repo.json('run', 'compare', 'dead', 'none')).json['reason']], ['CHECK_FAILED', 'NOT_FOUND'])
    assert.deepEqual([readdirSync(repo.root), readdirSync(join(repo.root, 'experiments')), readdirSync(join(repo.root, 'experiments', dead))], [before, [dead], ['.LOCK']])
    assert.equal((await repo.muster('run', 'list', '--runs', 'elsewhere')).exit, 3)
    await repo.muster('startup')
    assert.deepEqual(((await repo.json('run', 'recover')).json['recovered'] as RunView[]).map((one) => one.run), [dead])
  })

  it('keeps no progress of a run that is over for the person who ran it', async () => {
    const ran = await repo.muster('run', 'exec', '--name', 'mine', '--pattern', '(\\d+)/(\\d+)', '--', process.execPath, '-e', 'console.log("1/4"); setTimeout(() => console.log("4/4"), 50)')
    assert.equal(ran.exit, 0)
    const [ada] = (await repo.json('agent', 'list')).json['agents'] as { id: string; kind: string; progress?: number }[]
    assert.deepEqual([ada!.id, ada!.kind, ada!.progress], ['ada', 'person', undefined])
    assert.match((await repo.muster('log')).out, /renewed the lock on experiments\/.*_mine\/ at \d+ %/)
  })

  it('says once that a run was interrupted, and counts in words', async () => {
    const stopped = join(repo.root, 'experiments', '2025-12-29_15-30_stopped')
    mkdirSync(join(stopped, 'logs'), { recursive: true })
    mkdirSync(join(stopped, 'results'))
    writeFileSync(join(stopped, '.LOCK'), `AGENT_ID=exec\nPID=${await endedPid()}\nPROGRESS=3/9\n`)
    writeFileSync(join(stopped, 'logs', 'interrupted.txt'), 'Interrupted at 3/9\n')
    writeFileSync(join(stopped, 'results', 'metrics.json'), '{ "sharpe": 1 }')
    await repo.muster('startup')
    assert.match((await repo.muster('run', 'recover')).out, /^Marked as failed: 2025-12-29_15-30_stopped \(3 of 9 done/)
    assert.deepEqual(((await repo.json('error', 'list')).json['errors'] as { message: string }[]).map(({ message }) => message), ['Run 2025-12-29_15-30_stopped failed: Interrupted at 3/9'])
    assert.match((await repo.muster('run', 'validate', 'stopped')).out + (await repo.muster('run', 'validate', 'stopped')).err, /metrics\.json: 1 metric\n/)
  })

  it('takes a run from its start to its end, and keeps its folder locked meanwhile', async () => {
    writeFileSync(join(repo.root, 'STATE.md'), '# State\n\n## In Progress\n\n## Done\n')
    const begun = (await repo.json('run', 'start', 'Grid sweep', '--total', '608', '--pid', String(process.pid), '--agent', 'alpha')).json['run'] as RunView
    assert.match(begun.run, /^\d{4}-\d\d-\d\d_\d\d-\d\d_Grid_sweep$/)
    assert.match(read('experiments', begun.run, '.LOCK'), new RegExp(`^AGENT_ID=alpha\nSTART_TIME=\\d{4}-.*\nPID=${process.pid}\nSTATUS=running\nPROGRESS=0/608\n`))
    assert.match(read('experiments', 'REGISTRY.md'), new RegExp(`\\| ${begun.run} \\| 🔄 Running \\| alpha \\|`))
    assert.match(read('STATE.md'), new RegExp(`## In Progress\n\n- ${begun.run} \\(alpha\\)\n`))
    const refused = await repo.json('claim', `experiments/${begun.run}/code/a.py`, '--agent', 'beta')
    assert.deepEqual([refused.json['reason'], refused.json['heldBy']], ['HELD', 'alpha'])
    assert.deepEqual([(await repo.json('run', 'progress', 'Grid_sweep', '--done', '5', '--agent', 'beta')).json['reason'], (await repo.json('run', 'start', 'Grid_sweep', '--agent', 'beta')).json['reason']], ['NOT_YOURS', 'RUNNING'])
    await repo.json('run', 'progress', begun.run, '--done', '152', '--metric', 'sharpe=1.2', '--save', '--agent', 'alpha')
    const [line] = read('experiments', begun.run, 'logs', 'progress.txt').trim().split('\n').map((one) => JSON.parse(one) as Record<string, unknown>)
    assert.deepEqual([line!['progress'], line!['percent'], line!['sharpe'], typeof line!['eta_minutes']], ['152/608', '25.0%', 1.2, 'number'])
    assert.match(read('experiments', begun.run, 'results', 'intermediate.jsonl'), /"item":152,"metrics":\{"sharpe":1.2\}/)
    assert.match((await repo.muster('run', 'list')).out, /Grid_sweep +running +25 % +███░+ +152\/608/)
    await repo.json('run', 'done', begun.run, '--summary', '20 bps', '--metric', 'sharpe=1.31', '--agent', 'alpha')
    assert.deepEqual([existsSync(join(repo.root, 'experiments', begun.run, '.LOCK')), existsSync(join(repo.root, 'experiments', begun.run, '.DONE')), read('experiments', begun.run, 'results', 'summary.md')], [false, true, '20 bps\n'])
    assert.match(read('experiments', 'REGISTRY.md'), /✅ Complete \| alpha \| sharpe=1.31 \|/)
    assert.match(read('STATE.md'), new RegExp(`## In Progress\n\n+## Done\n\n- ${begun.run} \\(alpha\\)\n`))
    assert.deepEqual((await repo.json('claims')).json['claims'], [])
    assert.equal((await repo.json('run', 'done', begun.run, '--agent', 'alpha')).json['reason'], 'WRONG_STATUS')
  })

  it('puts a completed run down with what its progress told, and with results that can be validated', async () => {
    await repo.json('run', 'start', 'part', '--total', '8', '--pid', String(process.pid), '--agent', 'alpha')
    await repo.json('run', 'progress', 'part', '--done', '3', '--agent', 'alpha')
    const part = (await repo.json('run', 'done', 'part', '--agent', 'alpha')).json['run'] as RunView
    assert.deepEqual([part.status, part.done, part.total, part.progress], ['completed', 3, 8, 37.5])
    assert.match(read(part.path, '.DONE'), /^PROGRESS=3\/8$/m)
    assert.match(read(part.path, 'results', 'summary.md'), /by alpha, 3 of 8 items\.\n$/)
    assert.equal(read(part.path, 'results', 'metrics.json'), '{}\n')
    assert.equal((await repo.json('run', 'validate', 'part')).exit, 0)
    // The last it told comes right before its end.
    await repo.muster('run', 'exec', '--name', 'whole', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', 'for (let n = 1; n <= 8; n++) console.log(`${n}/8`)')
    await repo.muster('run', 'exec', '--name', 'silent', '--total', '8', '--agent', 'alpha', '--', process.execPath, '-e', '')
    // In the order of their folders, which are named by the minute.
    const all = await runs()
    const [silent, whole] = ['silent', 'whole'].map((name) => all.find(({ run }) => run.endsWith(`_${name}`)))
    assert.match(read(whole!.path, '.DONE'), /^PROGRESS=8\/8$/m)
    assert.doesNotMatch(read(silent!.path, '.DONE'), /PROGRESS/)
    assert.deepEqual([whole!.done, whole!.progress, silent!.done, silent!.progress], [8, 100, undefined, 100])
    assert.match(read(silent!.path, 'results', 'summary.md'), /by alpha\.\n$/)
  })

  it('goes on with a run that was interrupted, though its process lives', async () => {
    const { run } = (await repo.json('run', 'start', 'shell', '--total', '8', '--pid', String(process.pid), '--agent', 'alpha')).json['run'] as RunView
    await repo.json('run', 'progress', 'shell', '--done', '3', '--agent', 'alpha')
    await repo.json('run', 'fail', 'shell', '--error', 'lunch', '--interrupted', '--agent', 'alpha')
    const [stopped] = await runs()
    assert.deepEqual([stopped!.status, stopped!.process, stopped!.error, stopped!.resumeFrom], ['interrupted', 'running', 'lunch at 3/8', 4])
    assert.deepEqual((await repo.json('claims')).json['claims'], [])
    assert.equal((await repo.json('run', 'progress', 'shell', '--done', '4', '--agent', 'alpha')).json['reason'], 'WRONG_STATUS')
    const resumed = (await repo.json('run', 'start', 'shell', '--resume', '--pid', String(process.pid), '--agent', 'beta')).json
    assert.deepEqual([(resumed['run'] as RunView).run, (resumed['run'] as RunView).status, resumed['resumeFrom'], resumed['setAside']], [run, 'running', 4, []])
    assert.deepEqual((await repo.json('error', 'list')).json['errors'], [])
  })

  it('runs a command: output goes on, progress and metrics are taken from it, the exit code is its own', async () => {
    const script = 'for (let n = 1; n <= 4; n++) console.log(JSON.stringify({ current: n, total: 4, loss: 1 / n })); console.error("careful")'
    const done = await repo.muster('run', 'exec', '--name', 'train', '--json-lines', '--agent', 'alpha', '--', process.execPath, '-e', script)
    assert.deepEqual([done.exit, done.out.trim().split('\n').length, done.err.includes('careful\n')], [0, 4, true])
    const [run] = await runs()
    assert.deepEqual([run!.status, run!.done, run!.total, run!.metrics], ['completed', 4, 4, { loss: 0.25 }])
    assert.equal(read('experiments', run!.run, 'logs', 'errors.txt'), 'careful\n')
    const failed = await repo.muster('run', 'exec', '--json', '--name', 'bars', '--pattern', '(?<current>\\d+) of (?<total>\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', 'process.stdout.write("\\r3 of 9\\r4 of 9"); console.error("no data"); process.exit(7)')
    assert.deepEqual([failed.exit, failed.json['exitCode'], failed.json['reason']], [7, 7, 'FAILED'])
    assert.match(String(failed.json['hint']), /from item 5: muster run exec --name bars --resume/)
    const [error] = (await repo.json('error', 'list')).json['errors'] as { message: string; stack: string; resource: string }[]
    assert.match(error!.message, /^Run .*_bars failed: the command ended with exit code 7$/)
    assert.match(error!.stack, /no data/)
    assert.equal((await repo.muster('run', 'exec', '--name', 'none', '--agent', 'alpha', '--', 'no-such-program')).exit, 127)
    assert.equal((await repo.muster('run', 'exec', '--name', 'x', '--pattern', '(', '--', 'true')).exit, 2)
  })

  it('books the error of a run that somebody else set aside to the run\'s agent, and takes it off when the run is completed', async () => {
    const script = 'console.log("3/9"); setInterval(() => {}, 1000); console.log(process.pid + " is ready")'
    const running = start(repo.root, ['run', 'exec', '--name', 'long', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', script])
    const out = await running.printed('is ready')
    running.child.kill('SIGKILL')
    process.kill(Number(/(\d+) is ready/.exec(out)![1]), 'SIGKILL')
    await running.ended
    const errors = async (): Promise<{ agent: string; message: string }[]> => (await repo.json('error', 'list', '--status', 'open')).json['errors'] as { agent: string; message: string }[]
    const recovered = await eventually('both to be seen as gone', async () => {
      const { json } = await repo.json('run', 'recover')
      return (json['recovered'] as RunView[]).length === 1 && json
    })
    assert.equal((recovered['recovered'] as RunView[])[0]!.agent, 'alpha')
    assert.deepEqual((await errors()).map(({ agent, message }) => [agent, /_long failed: Process died/.test(message)]), [['alpha', true]])
    await repo.muster('run', 'exec', '--name', 'long', '--resume', '--agent', 'beta', '--', process.execPath, '-e', '')
    assert.deepEqual((await runs()).map(({ status }) => status), ['completed'])
    assert.deepEqual(await errors(), [])
  })

  it('passes signals on, says where it was interrupted, and goes on from there', async () => {
    const script = 'console.log("3/9"); process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000); console.log("ready")'
    const running = start(repo.root, ['run', 'exec', '--name', 'long', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', script])
    await running.printed('ready')
    // Its own process is the run's until it has written down whose it is.
    const live = await eventually('the command\'s process', async () => (await runs()).find(({ pid }) => pid !== undefined && pid !== running.child.pid))
    assert.deepEqual([live.status, live.process], ['running', 'running'])
    running.child.kill('SIGTERM')
    assert.equal((await running.ended).exit, 5)
    const [stopped] = await runs()
    assert.deepEqual([stopped!.status, stopped!.words, stopped!.locked], ['interrupted', 'interrupted, resumable from item 4', true])
    assert.match(read('experiments', stopped!.run, 'logs', 'interrupted.txt'), /^timestamp: .*\nprogress: 3\/9\nInterrupted by SIGTERM at 3\/9\n$/)
    const resumed = await repo.muster('run', 'exec', '--name', 'long', '--resume', '--agent', 'beta', '--', process.execPath, '-e', 'console.log(process.env.MUSTER_RUN, process.env.MUSTER_RUN_FROM, process.env.MUSTER_AGENT)')
    assert.equal(resumed.out.trim(), `${stopped!.run} 4 beta`)
    const [done] = await runs()
    assert.deepEqual([done!.run, done!.status, done!.agent], [stopped!.run, 'completed', 'beta'])
    assert.match((await repo.muster('run', 'exec', '--name', 'long', '--resume', '--', 'true')).err, /no run long that stopped/)
  })

  for (const [style, print] of [['lines', 'console.log(`${n}/9`)'], ['a bar that is drawn over', 'process.stdout.write(`\\r${n}/9`)']] as const) {
    it(`does no item again that was told in ${style}, when everything is killed between two`, async () => {
      const script = `console.log('pid', process.pid); let n = 0; const next = () => { n++; ${print}; if (n < 4) setTimeout(next, 20); else setInterval(() => {}, 1000) }; next()`
      const running = start(repo.root, ['run', 'exec', '--name', 'killed', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', script])
      const out = await running.printed('4/9')
      running.child.kill('SIGKILL')
      process.kill(Number(/pid (\d+)/.exec(out)![1]), 'SIGKILL')
      await running.ended
      const [dead] = await runs()
      assert.deepEqual([dead!.status, dead!.done, dead!.resumeFrom, dead!.problems], ['resumable', 4, 5, []])
      // By anybody, at once: the lock on its folder was the dead one's.
      const resumed = await repo.muster('run', 'exec', '--name', 'killed', '--resume', '--agent', 'beta', '--', process.execPath, '-e', 'console.log(process.env.MUSTER_RUN_FROM)')
      assert.deepEqual([resumed.exit, resumed.out], [0, '5\n'], resumed.err)
      assert.deepEqual([(await repo.json('claims')).json['claims'], (await runs())[0]!.agent], [[], 'beta'])
    })
  }

  it('takes a long log of progress for what it is, and for no damage', async () => {
    const script = 'for (let n = 1; n <= 30_000; n++) console.log(`${n}/30000`)'
    assert.equal((await repo.muster('run', 'exec', '--name', 'many', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', script)).exit, 0)
    const [run] = await runs()
    assert.deepEqual([run!.done, run!.problems], [30_000, []])
    const path = join(repo.root, run!.path, 'logs', 'progress.txt')
    writeFileSync(path, `${'{"progress":"1/30000"}\n'.repeat(60_000)}{"progress":"29999/30000"}\n`)
    const [long] = await runs()
    assert.deepEqual([long!.done, long!.problems], [29_999, []])
  })

  it('does nothing again where everything was killed behind the last item', async () => {
    const running = start(repo.root, ['run', 'exec', '--name', 'end', '--pattern', '(\\d+)/(\\d+)', '--agent', 'alpha', '--', process.execPath, '-e', 'console.log(`pid ${process.pid}\\n9/9`); setInterval(() => {}, 1000)'])
    const out = await running.printed('9/9')
    running.child.kill('SIGKILL')
    process.kill(Number(/pid (\d+)/.exec(out)![1]), 'SIGKILL')
    await running.ended
    const resumed = await repo.muster('run', 'exec', '--name', 'end', '--resume', '--agent', 'alpha', '--', process.execPath, '-e', 'for (let n = Number(process.env.MUSTER_RUN_FROM ?? 1); n <= 9; n++) console.log("again", n)')
    assert.deepEqual([resumed.exit, resumed.out, (await runs())[0]!.status], [0, '', 'completed'])
  })

  it('plans, validates and compares', async () => {
    const planned = (await repo.json('run', 'plan', 'grid', '--hypothesis', '20 beats 30', '--parameter', 'grid_size=20', '--parameter', 'data_source: db {{prompt}}', '--check', 'all 608', '--prompt', 'Run it', '--config', '--agent', 'guide')).json
    const readme = read(String(planned['readme']))
    assert.match(readme, /^# grid\n\nPlanned .* by guide\.\n\n## Hypothesis\n\n20 beats 30\n\n## Parameters\n\n- grid_size: 20\n- data_source: db \{\{prompt\}\}\n\n## Validation checklist\n\n- \[ \] all 608\n\n## Prompt for the executor\n\nRun it\n$/)
    assert.equal((await repo.json('run', 'plan', 'grid', '--agent', 'guide')).json['reason'], 'PLANNED')
    const done = await repo.muster('run', 'exec', '--json', '--name', 'grid', '--json-lines', '--agent', 'exec', '--', process.execPath, '-e', 'console.log("data_source=db"); console.log(JSON.stringify({ metrics: { sharpe: 1.5 } }))')
    const run = done.json['run'] as RunView
    assert.ok(String(planned['readme']).includes(run.run), 'begun where it was planned')
    const before = await repo.json('run', 'validate', 'grid')
    assert.deepEqual([before.json['reason'], (before.json['checks'] as { check: string; passed: boolean }[]).filter(({ passed }) => !passed).map(({ check }) => check)], ['CHECK_FAILED', ['all 608']])
    writeFileSync(join(repo.root, String(planned['readme'])), readme.replace('[ ]', '[x]'))
    assert.equal((await repo.json('run', 'validate', 'grid')).exit, 0)
    writeFileSync(join(repo.root, 'c.yaml'), 'grid_size: 30\nrisk:\n  max: 2 # percent\n')
    const other = (await repo.json('run', 'start', 'grid2', '--config', 'c.yaml', '--agent', 'exec')).json['run'] as RunView
    await repo.json('run', 'done', 'grid2', '--metric', 'sharpe=1.25', '--agent', 'exec')
    writeFileSync(join(repo.root, 'experiments', other.run, 'logs', 'run.log'), 'INFO data_source: "csv"\n')
    const compared = (await repo.json('run', 'compare', 'grid', 'grid2')).json
    assert.deepEqual(compared['config'], [{ key: 'data_source', first: 'db {{prompt}}' }, { key: 'grid_size', first: '20', second: '30', change: 10 }, { key: 'risk.max', second: '2' }])
    assert.deepEqual(compared['sources'], [{ key: 'config.yaml: data_source', first: 'db {{prompt}}' }, { key: 'logs/output.txt', first: 'db' }, { key: 'logs/run.log', second: 'csv' }])
    assert.deepEqual(compared['metrics'], [{ key: 'sharpe', first: '1.5', second: '1.25', change: -0.25 }])
    assert.match((await repo.muster('run', 'compare', 'grid', 'grid2')).out, /They differ:[^]*grid_size +20 +30 +\+10/)
  })
})
