import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRuns } from '../../../src/runs/readRun.js'
import { endedPid, HOUR, lockOf, MINUTE, naive, progressLine, RunFolders } from './runFolder.js'

const RUN = '2025-12-29_15-30_sweep'

describe('reading a run folder', () => {
  let folders: RunFolders
  beforeEach(() => (folders = new RunFolders()))
  afterEach(() => folders.remove())

  it('tells a run that is not started, running, completed or failed by its markers', async () => {
    folders.write(RUN, 'README.md', '# sweep')
    assert.deepEqual(await folders.read(RUN), { run: RUN, path: `experiments/${RUN}`, name: 'sweep', date: '2025-12-29', status: 'not_started', words: 'not started', problems: [] })
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(HOUR) }))
    folders.write(RUN, 'logs/progress.txt', progressLine(127, 608, { eta_minutes: 240.5 }))
    const running = await folders.read(RUN)
    assert.deepEqual([running.status, running.agent, running.pid, running.done, running.total, running.progress, running.process, running.idleMinutes, running.problems], ['running', 'executor_01', process.pid, 127, 608, 20.9, 'running', 0, []])
    assert.ok(Math.abs(running.etaMinutes! - 240.5) < 0.2 && Math.abs(Date.parse(running.eta!) - Date.now() - 240.5 * MINUTE) < MINUTE)
    folders.write(RUN, '.ERROR', 'Process died. Last PID: 4711')
    const failed = await folders.read(RUN)
    assert.deepEqual([failed.status, failed.words, failed.error, failed.resumeFrom], ['failed', 'failed, resumable from item 128', 'Process died. Last PID: 4711', 128])
    folders.write(RUN, '.DONE', '')
    const done = await folders.read(RUN)
    assert.deepEqual([done.status, done.done, done.progress, done.resumeFrom, done.idleMinutes], ['completed', 127, 20.9, undefined, undefined])
  })

  it('reads locks in any order, case and spacing, with quotes, CRLF and a mark of byte order', async () => {
    folders.write(RUN, '.LOCK', `\ufeff\r\n# mine\r\n  progress = "127 / 608 symbols"\r\nStatus:running\r\nexport PID='${process.pid}'\r\nstart_time = ${naive(MINUTE)}\r\n\tAgent_Id=executor 01\r\nCOLOUR=red\r\n`)
    const run = await folders.read(RUN)
    assert.deepEqual([run.agent, run.pid, run.done, run.total, run.status, run.problems], ['executor 01', process.pid, 127, 608, 'running', []])
  })

  it('tells of a lock that is nothing but damage, and of an end that nobody can read', async () => {
    for (const damage of ['\0\0\0', '\x7fELF\x01\n\0', 'what is this']) {
      folders.write(RUN, '.LOCK', damage)
      const run = await folders.read(RUN)
      assert.deepEqual([run.status, run.problems[0]], ['running', { file: '.LOCK', line: 1, reason: 'no KEY=VALUE' }], JSON.stringify(damage))
    }
    folders.write(RUN, '.ERROR', '\0\0')
    assert.deepEqual((await folders.read(RUN)).problems.at(-1), { file: '.ERROR', line: 1, reason: 'no KEY=VALUE' })
    folders.write(RUN, '.DONE', 'all well')
    assert.deepEqual((await folders.read(RUN)).problems.filter(({ file }) => file === '.DONE'), [])
  })

  it('reports what is damaged with line and reason, and shows the run all the same', async () => {
    folders.write(RUN, '.LOCK', `AGENT_ID=executor_01\nPID=many\nwhat is this\nSTART_TIME=soon\n`)
    folders.write(RUN, 'logs/progress.txt', `${progressLine(3, 10)}\x00\x01broken\n${progressLine(4, 10)}{"progress": "5/1`)
    folders.write(RUN, 'results/metrics.json', '{\n  "sharpe": 1.2,\n  oops\n}')
    const run = await folders.read(RUN)
    assert.deepEqual([run.status, run.agent, run.done], ['running', 'executor_01', 4])
    assert.deepEqual(run.problems, [
      { file: '.LOCK', line: 2, reason: 'PID is no number of a process' },
      { file: '.LOCK', line: 4, reason: 'START_TIME is no time' },
      { file: '.LOCK', line: 3, reason: 'no KEY=VALUE' },
      { file: 'logs/progress.txt', line: 2, reason: 'no JSON' },
      { file: 'results/metrics.json', line: 3, reason: 'no JSON' },
    ])
  })

  it('takes a lock in the middle of being written for one, empty or half', async () => {
    folders.write(RUN, '.LOCK', '')
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).agent], ['running', undefined])
    folders.write(RUN, '.AGENT_ID', 'executor_01\r\n')
    folders.write(RUN, '.LOCK', 'AGENT')
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).agent], ['running', 'executor_01'])
  })

  it('reads the end of a log of 100 MB, in a moment and little memory', async () => {
    const line = progressLine(1, 1_000_000)
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(HOUR) }))
    folders.write(RUN, 'logs/progress.txt', Buffer.concat([Buffer.alloc(100 * 1024 * 1024, line), Buffer.from(`\n${progressLine(77, 100)}`)]))
    const before = process.memoryUsage().rss
    const run = await folders.read(RUN)
    assert.deepEqual([run.done, run.total], [77, 100])
    assert.match(run.problems[0]!.reason, /^it is 100 MiB large; only its end was read$/)
    assert.ok(process.memoryUsage().rss - before < 30 * 1024 * 1024)
  })

  it('refuses links, whether the folder, a folder in it or a file, and what is no file', async () => {
    const outside = join(folders.root, 'outside')
    mkdirSync(join(outside, 'logs'), { recursive: true })
    writeFileSync(join(outside, '.DONE'), '')
    writeFileSync(join(outside, 'logs', 'progress.txt'), progressLine(9, 10))
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(MINUTE), PROGRESS: '' }))
    symlinkSync(outside, join(folders.place.base, '2025-12-29_15-31_other'))
    symlinkSync(join(outside, 'logs'), join(folders.place.base, RUN, 'logs'))
    symlinkSync(join(outside, '.DONE'), join(folders.place.base, RUN, '.AGENT_ID'))
    mkdirSync(join(folders.place.base, RUN, 'results', 'metrics.json'), { recursive: true })
    const runs = await readRuns(folders.place)
    assert.deepEqual(runs.map(({ run, status, done }) => [run, status, done]), [[RUN, 'running', undefined]])
    assert.deepEqual(runs[0]!.problems, [
      { file: '.AGENT_ID', reason: 'it is a link' },
      { file: 'logs/progress.txt', reason: 'logs is a link' },
      { file: 'logs/interrupted.txt', reason: 'logs is a link' },
      { file: 'results/metrics.json', reason: 'it is no file' },
    ])
  })

  it('lists folders named as runs, and nothing else', async () => {
    assert.deepEqual(await readRuns(folders.place), [])
    for (const name of ['2025-12-29_15-30_b_executor_01', '2025-12-28_15-30_a', '_messages', 'notes', '2025-13-40_99-99_x']) folders.write(name, '.AGENT_ID', 'executor_01')
    assert.deepEqual((await readRuns(folders.place)).map(({ name, agent }) => [name, agent]), [['a', 'executor_01'], ['b', 'executor_01']])
  })

  it('reads progress in the forms that there are', async () => {
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(10 * MINUTE), PROGRESS: '' }))
    const forms: [object, (number | undefined)[]][] = [
      [{ current: 5, total: '20' }, [5, 20, 25]], [{ done: 5, total: 20, percent: '99%' }, [5, 20, 25]], [{ percent: '12.5%' }, [undefined, undefined, 12.5]],
      [{ progress: '40 %' }, [40, undefined, 40]], [{ progress: 63 }, [undefined, undefined, 63]], [{ progress: '7/0' }, [7, 0, undefined]], [{ progress: '30/20' }, [30, 20, 100]], [{ progress: '12 of 48 files' }, [12, 48, 25]],
    ]
    for (const [form, expected] of forms) {
      folders.write(RUN, 'logs/progress.txt', `${JSON.stringify(form)}\r\n\r\n{"loss": 1}\n`)
      const { done, total, progress } = await folders.read(RUN)
      assert.deepEqual([done, total, progress], expected, JSON.stringify(form))
    }
  })

  it('estimates the end from the pace where the run does not say', async () => {
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(10 * MINUTE) }))
    const stamp = (ago: number, done: number): string => JSON.stringify({ timestamp: naive(ago), progress: `${done}/100` })
    folders.write(RUN, 'logs/progress.txt', `${stamp(10 * MINUTE, 10)}\n${stamp(0, 60)}\n`)
    assert.ok(Math.abs((await folders.read(RUN)).etaMinutes! - 8) < 0.3)
    folders.write(RUN, 'logs/progress.txt', '{"progress":"50/100"}\n')
    assert.ok(Math.abs((await folders.read(RUN)).etaMinutes! - 10) < 0.3)
  })

  it('says whose process is gone, and does not judge another machine\'s', async () => {
    const pid = await endedPid()
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(MINUTE), PID: pid }))
    const gone = await folders.read(RUN)
    assert.deepEqual([gone.status, gone.process, gone.words, gone.resumeFrom, gone.error], ['resumable', 'gone', 'failed, resumable from item 128', 128, `its process ${pid} is gone`])
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(MINUTE), PID: pid, HOST: 'another-machine' }))
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).process], ['running', 'elsewhere'])
    // Its number belongs to another process now: that one began after the run's last sign.
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(3 * HOUR) }), 3 * HOUR)
    assert.deepEqual([(await folders.read(RUN)).process, (await folders.read(RUN)).status], process.platform === 'linux' ? ['gone', 'resumable'] : ['running', 'running'])
    folders.write(RUN, '.LOCK', `${lockOf({ START_TIME: naive(MINUTE) })}PROCESS_START=1\n`)
    if (process.platform === 'linux') assert.equal((await folders.read(RUN)).process, 'gone')
  })

  it('says that a process is gone only where that is why it is not running', async () => {
    // Its own mark that it failed, with its pid: it may well be alive, and nobody looked.
    folders.write(RUN, '.ERROR', lockOf())
    const failed = await folders.read(RUN)
    assert.deepEqual([failed.status, failed.words, failed.pid, failed.error, failed.process], ['failed', 'failed, resumable from item 128', process.pid, undefined, undefined])
    folders.write(RUN, 'logs/errors.txt', "Traceback\nKeyError: 'ETH'\n")
    assert.equal((await folders.read(RUN)).error, "KeyError: 'ETH'")
  })

  it('takes its word that it was interrupted, also while its process lives on', async () => {
    folders.write(RUN, 'logs/interrupted.txt', 'stopped at item 127')
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(MINUTE), STATUS: 'interrupted' }))
    const run = await folders.read(RUN)
    assert.deepEqual([run.status, run.process, run.words, run.error], ['interrupted', 'running', 'interrupted, resumable from item 128', 'stopped at item 127'])
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(25 * HOUR), STATUS: 'interrupted' }))
    assert.equal((await folders.read(RUN)).status, 'interrupted')
  })

  it('finds why it failed in the words of whatever wrote the mark', async () => {
    const words: [string, string | undefined][] = [
      ['Process died. Last PID: 4711', 'Process died. Last PID: 4711'], ["KeyError: 'ETH'\n", "KeyError: 'ETH'"], [`${lockOf()}KeyError: 'ETH'\n`, "KeyError: 'ETH'"],
      [`Traceback (most recent call last):\n  File "sweep.py", line 3, in <module>\n    error = data['ETH']\nKeyError: 'ETH'\n`, "KeyError: 'ETH'"], [`${lockOf()}ERROR="no data"\n`, 'no data'], [`${lockOf()}COLOUR=red\n`, undefined],
    ]
    for (const [text, error] of words) {
      folders.write(RUN, '.ERROR', text)
      const run = await folders.read(RUN)
      assert.deepEqual([run.status, run.error, run.problems], ['failed', error, []], text)
    }
  })

  it('calls a lock stale after a day only where its process is gone or no progress came for an hour', async () => {
    const old = { START_TIME: naive(25 * HOUR) }
    folders.write(RUN, '.LOCK', lockOf(old))
    folders.write(RUN, 'logs/progress.txt', progressLine(127, 608))
    assert.equal((await folders.read(RUN)).status, 'running')
    folders.write(RUN, 'logs/progress.txt', progressLine(127, 608), 61 * MINUTE)
    const idle = await folders.read(RUN)
    assert.deepEqual([idle.status, idle.words, idle.idleMinutes, idle.resumeFrom], ['stale', 'stale: locked for over a day, no progress for 61 min, resumable from item 128', 61, 128])
    folders.write(RUN, '.LOCK', lockOf({ ...old, PID: await endedPid() }))
    folders.write(RUN, 'logs/progress.txt', progressLine(127, 608))
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).words], ['stale', 'stale: locked for over a day, its process is gone, resumable from item 128'])
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(23 * HOUR) }))
    folders.write(RUN, 'logs/progress.txt', progressLine(127, 608), 61 * MINUTE)
    const hanging = await folders.read(RUN)
    assert.deepEqual([hanging.status, hanging.hung, hanging.words, hanging.etaMinutes], ['running', true, 'running, no progress for 61 min: it may hang', undefined])
  })

  it('knows a run that was interrupted, with or without its lock', async () => {
    folders.write(RUN, 'logs/interrupted.txt', 'SIGINT\nstopped at item 127')
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).error], ['interrupted', 'stopped at item 127'])
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(MINUTE), PID: await endedPid() }))
    assert.deepEqual([(await folders.read(RUN)).status, (await folders.read(RUN)).words], ['interrupted', 'interrupted, resumable from item 128'])
    // Begun again since.
    folders.write(RUN, '.LOCK', lockOf({ START_TIME: naive(0) }))
    assert.equal((await folders.read(RUN)).status, 'running')
  })

  it('reads metrics, one level deep', async () => {
    folders.write(RUN, 'results/metrics.json', JSON.stringify({ sharpe: 1.2, ok: true, best: { symbol: 'BTC', deep: { x: 1 } }, list: [1] }))
    assert.deepEqual((await folders.read(RUN)).metrics, { sharpe: 1.2, ok: true, 'best.symbol': 'BTC' })
    folders.write(RUN, 'results/metrics.json', '[1]')
    assert.deepEqual((await folders.read(RUN)).problems, [{ file: 'results/metrics.json', line: 1, reason: 'no object' }])
  })
})
