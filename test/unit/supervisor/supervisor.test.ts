import assert from 'node:assert/strict'
import { appendFileSync, closeSync, existsSync, linkSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import { ownTag } from '../../../src/core/system/processes.js'
import type { DeploymentExit } from '../../../src/core/model/deployment.js'
import { configFile, deployConfig, kindOf, parseConfig, poolOf, readConfig, templateNamed, withCommand } from '../../../src/supervisor/config.js'
import { environmentOf, promptOf } from '../../../src/supervisor/environment.js'
import { readSmall, writePrivate } from '../../../src/supervisor/files.js'
import { AgentLog, lastLines, numbered, plainLine } from '../../../src/supervisor/log.js'
import { members, proves, type ProcessRow } from '../../../src/supervisor/processTree.js'
import { wasLeftBehind } from '../../../src/supervisor/requests.js'
import { next } from '../../../src/supervisor/restartPolicy.js'
import { expand } from '../../../src/supervisor/template.js'
import { posixOnly } from '../posixOnly.js'

const invalid = (error: unknown): boolean => isMusterError(error) && error.code === 'INVALID_INPUT' && error.hint !== undefined

describe('supervised agents', () => {
  let folder: string
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-supervised-')))))
  afterEach(() => removeFolder(folder))

  describe('command templates', () => {
    it('are filled in argument by argument: nothing in a value is split, expanded or filled in again', () => {
      const brief = '$(rm -rf /) `id` "a b" {model} {brief}\n; echo \'x\''
      assert.deepEqual(expand(['claude', '-p', '{brief}', '--as={agent}'], { agent: 'alpha', brief }), ['claude', '-p', brief, '--as=alpha'])
    })

    it('leave out a list whose placeholder has no value, and say what a single one lacks', () => {
      const command = ['codex', ['-m', '{model}'], '{brief}']
      assert.deepEqual(expand(command, { agent: 'a', brief: 'x' }), ['codex', 'x'])
      assert.deepEqual(expand(command, { agent: 'a', brief: 'x', model: 'gpt' }), ['codex', '-m', 'gpt', 'x'])
      assert.throws(() => expand(command, { agent: 'a' }), invalid)
    })

    it('keep braces that are no placeholder, and refuse what no program could be given', () => {
      assert.deepEqual(expand(['sh', '-c', 'echo {a,b} ${HOME}'], { agent: 'a' }), ['sh', '-c', 'echo {a,b} ${HOME}'])
      assert.throws(() => expand(['x', 'a\0b'], { agent: 'a' }), invalid)
      assert.throws(() => expand([['{model}']], { agent: 'a' }), invalid)
    })

    it('come from the user: by name, or the only one; the file of the user’s is where the environment says', async () => {
      const config = deployConfig.parse({ commands: { claude: ['claude', '{brief}'], nightly: { command: ['python3', 'n.py'], kind: 'scripts', env: { A: '1' } } } })
      assert.equal(templateNamed(config, undefined), undefined)
      assert.deepEqual(templateNamed(config, 'nightly'), { command: ['python3', 'n.py'], kind: 'scripts', env: { A: '1' }, template: 'nightly' })
      assert.equal(templateNamed(config, 'constructor'), undefined)
      assert.equal(templateNamed(deployConfig.parse({ commands: { claude: ['claude'] } }), undefined)?.kind, 'claude')
      assert.equal(configFile({ XDG_CONFIG_HOME: '/x' }, 'linux'), '/x/muster/deploy.json')
      assert.deepEqual((await readConfig({ MUSTER_DEPLOY: join(folder, 'none.json') })).commands, {})
      const file = join(folder, 'deploy.json')
      for (const bad of ['{', '{"commands":{"x":"claude -p"}}', '{"command":{}}']) {
        writeFileSync(file, bad)
        await assert.rejects(readConfig({ MUSTER_DEPLOY: file }), invalid, bad)
      }
      assert.throws(() => parseConfig({ total: -1 }, 'x'), invalid)
    })

    it('may be one without a name: it is called as its program is, where no other is called so', () => {
      assert.deepEqual(withCommand({}, []), {})
      assert.deepEqual(withCommand({ a: ['x'] }, ['/opt/bin/claude', '-p', '{brief}']), { a: ['x'], claude: ['/opt/bin/claude', '-p', '{brief}'] })
      assert.deepEqual(withCommand({ codex: ['mine'] }, ['C:\\x\\codex.cmd']), { codex: ['mine'] })
      assert.equal(templateNamed(parseConfig({ commands: withCommand({}, ['claude', '-p']) }, 'x'), undefined)?.kind, 'claude')
      assert.throws(() => parseConfig({ commands: withCommand({}, ['claude', 7]) }, 'x'), invalid)
    })

    it('tell the part of the pool; of each kind five, one switched off, fifteen in all', () => {
      assert.deepEqual(['/usr/bin/claude', 'codex.cmd', 'C:\\x\\gemini.exe', 'python3', 'claude-code'].map((program) => kindOf([program])), ['claude', 'codex', 'gemini', 'other', 'claude'])
      const config = deployConfig.parse({})
      assert.deepEqual(['claude', 'codex', 'gemini', 'scripts'].map((kind) => poolOf(kind, config)), [
        { kind: 'claude', size: 5, total: 15 }, { kind: 'codex', size: 5, total: 15 }, { kind: 'gemini', size: 0, total: 15 }, { kind: 'other', size: 5, total: 15 },
      ])
      assert.deepEqual(poolOf('gemini', deployConfig.parse({ pool: { gemini: 2 }, total: 4 })), { kind: 'gemini', size: 2, total: 4 })
    })
  })

  it('asked for by a file that somebody took and left are asked for again: its process has ended, the machine was off since, or it took an hour', () => {
    const [now, up, minute] = [1_000_000_000_000, 50_000_000, 60_000]
    const taken = (tag: string, ago: number): boolean => wasLeftBehind(`one.json.${tag}.taking`, now - ago, now, up)
    const elsewhere = `${process.pid}-00000000-00000000`
    assert.deepEqual([taken(ownTag(), up + minute), taken(ownTag().replace(/.{8}$/, '00000000'), 0)], [false, true])
    assert.deepEqual([taken(elsewhere, minute), taken(elsewhere, 61 * minute), wasLeftBehind(`one.json.${elsewhere}.taking`, now - minute, now, minute / 2)], [false, true, true])
  })

  describe('what follows when a process ended', () => {
    const exit = (code: number | null, known = true): DeploymentExit => ({ code, signal: code === null && known ? 'SIGKILL' : null, known, tail: [] })
    const after = (policy: 'never' | 'on-failure' | 'always', code: number | null, restarts = 0, known = true): unknown => next({ policy, exit: exit(code, known), restarts, maxRestarts: 3, firstDelayMs: 1000 })

    it('is its end, or another start with growing delays, up to the limit', () => {
      assert.deepEqual(after('never', 0), { do: 'end', ending: 'done' })
      assert.deepEqual(after('never', 1), { do: 'end', ending: 'failed' })
      assert.deepEqual(after('on-failure', 0), { do: 'end', ending: 'done' })
      assert.deepEqual([0, 1, 2].map((restarts) => after('on-failure', null, restarts)), [1000, 2000, 4000].map((delayMs) => ({ do: 'restart', delayMs })))
      assert.deepEqual(after('on-failure', 1, 3), { do: 'end', ending: 'failed', why: 'started again 3 times already' })
      assert.deepEqual(after('always', 0), { do: 'restart', delayMs: 1000 })
      assert.deepEqual(after('always', 0, 3), { do: 'end', ending: 'done' })
      assert.deepEqual(next({ policy: 'always', exit: exit(1), restarts: 40, maxRestarts: 100, firstDelayMs: 1000 }), { do: 'restart', delayMs: 300_000 })
    })

    it('is nothing where nobody saw how it ended: it may have been done', () => {
      assert.deepEqual(after('always', null, 0, false), { do: 'end', ending: 'lost' })
    })
  })

  describe('the log', () => {
    const size = (path: string): number => statSync(path).size

    it('is set aside when it is too long, keeps as many as wanted, and is written on by the same descriptor', () => {
      const log = new AgentLog(join(folder, 'log.txt'), 1_000, 2)
      const fd = log.open()
      for (let n = 0; n < 60; n++) {
        writeSync(fd, `${String(n).padStart(3, '0')} ${'x'.repeat(95)}\n`)
        log.rotate()
      }
      closeSync(fd)
      const files = log.files()
      assert.deepEqual(files, [numbered(log.path, 2), numbered(log.path, 1), log.path])
      const lines = files.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n')).map((line) => Number(line.slice(0, 3)))
      assert.deepEqual(lines, Array.from({ length: lines.length }, (_, i) => 60 - lines.length + i), 'no line twice, none missing')
      for (const file of files) assert.ok(size(file) <= 1_100, file)
    })

    it('keeps what was copied and cut when it could not be set aside then', () => {
      const log = new AgentLog(join(folder, 'log.txt'), 100, 2)
      writeFileSync(`${log.path}.tmp`, 'what was there before\n'.repeat(10))
      appendFileSync(log.path, 'and goes on\n')
      assert.equal(log.rotate(), true)
      assert.deepEqual(log.files().map((file) => readFileSync(file, 'utf8')), ['what was there before\n'.repeat(10), 'and goes on\n'])
      // Killed before the cut: all of it is still in the log.
      appendFileSync(log.path, 'x'.repeat(200))
      writeFileSync(`${log.path}.tmp`, 'and goes')
      assert.equal(log.rotate(), true)
      assert.deepEqual(log.files().map((file) => readFileSync(file, 'utf8').slice(0, 12)), ['what was the', 'and goes on\n', ''])
    })

    it('is cut where none are to be kept', () => {
      const log = new AgentLog(join(folder, 'log.txt'), 10, 0)
      appendFileSync(log.path, 'x'.repeat(50))
      assert.ok(log.rotate())
      assert.deepEqual([size(log.path), log.files().length, log.rotate()], [0, 1, false])
    })

    posixOnly('is never written through a link that somebody put in its place', () => {
      const mine = join(folder, 'mine')
      writeFileSync(mine, 'mine')
      symlinkSync(mine, join(folder, 'log.txt'))
      const log = new AgentLog(join(folder, 'log.txt'), 1, 2)
      assert.throws(() => log.open())
      assert.equal(log.rotate(), false)
      rmSync(log.path)
      linkSync(mine, log.path)
      assert.throws(() => log.open())
      assert.equal(readFileSync(mine, 'utf8'), 'mine')
    })

    it('tells its last lines across what was set aside, and those of the last process only, where it knows when that began', async () => {
      const log = new AgentLog(join(folder, 'log.txt'), 100, 2)
      const write = (fd: number, text: string): void => {
        writeSync(fd, text)
        log.rotate()
      }
      const first = log.open()
      write(first, Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join(''))
      assert.equal(size(log.path), 0)
      assert.deepEqual([await lastLines(log.path, 2), await log.lastLines(2)], [['line 18', 'line 19'], ['line 18', 'line 19']])
      write(first, 'line 20\nli')
      closeSync(first)
      assert.deepEqual(await lastLines(log.path, 3), ['line 19', 'line 20', 'li'])
      const second = log.open()
      assert.deepEqual(await log.lastLines(3), [], 'it has written nothing yet')
      write(second, `second 1 ${'x'.repeat(100)}\n`)
      write(second, 'second 2\n')
      assert.deepEqual((await log.lastLines(9)).map((line) => line.slice(0, 8)), ['second 1', 'second 2'])
      assert.equal((await lastLines(log.path, 100)).length, 23, 'all there is, for people')
      write(second, 'y'.repeat(100))
      write(second, 'z'.repeat(120))
      assert.deepEqual((await log.lastLines(9)).map((line) => line.slice(-1)), ['2', 'z'], 'set aside twice; one line of both')
      closeSync(second)
    })

    it('tells its last lines without what a terminal would act on', async () => {
      const path = join(folder, 'log.txt')
      writeFileSync(path, Array.from({ length: 5_000 }, (_, i) => `line ${i} \u001b[31mred\u001b[0m`).join('\n') + '\nlast')
      assert.deepEqual(await lastLines(path, 2), ['line 4999 red', 'last'])
      assert.deepEqual(await lastLines(join(folder, 'none'), 2), [])
      assert.equal(plainLine('10 %\r50 %\r100 %\r'), '100 %')
      assert.equal(plainLine('\u001b]0;title\u0007\u202ehi'), 'hi')
      assert.ok(plainLine('x'.repeat(10_000)).length <= 501)
    })
  })

  describe('a process tree', () => {
    const row = (pid: number, parent: number, session = 1, start = String(pid)): ProcessRow => ({ pid, parent, group: session, session, start, zombie: false })
    const pids = (rows: readonly ProcessRow[], options: Parameters<typeof members>[1], marked?: ReadonlySet<number>): number[] => members(rows, options, marked).map(({ pid }) => pid)
    const rows = [row(10, 1, 10), row(11, 10, 10), row(12, 11, 12), row(13, 1, 10), row(14, 1, 14), row(20, 1, 20)]

    it('is what descends from the root, what is in its session, and what bears its mark', () => {
      assert.deepEqual(pids(rows, { root: { pid: 10, start: '10' }, leads: true }), [10, 11, 12, 13])
      assert.deepEqual(pids(rows, { root: { pid: 10, start: '10' }, leads: false }), [10, 11, 12])
      assert.deepEqual(pids(rows, { root: { pid: 10, start: '10' }, leads: true }, new Set([14])), [10, 11, 12, 13, 14])
    })

    it('is what is left of its session when the root has ended', () => {
      assert.deepEqual(pids(rows.slice(1), { root: { pid: 10, start: '10' }, leads: true }), [11, 12, 13])
    })

    it('is nothing where the pid belongs to another process by now, whatever that has started', () => {
      const reused = [row(10, 1, 10, 'later'), row(11, 10, 10)]
      assert.deepEqual(pids(reused, { root: { pid: 10, start: '10' }, leads: true }), [])
    })

    it('leaves keepers of other agents alone, with what is below them', () => {
      const nested = [row(10, 1, 10), row(30, 10, 30), row(31, 30, 31), row(11, 10, 10)]
      assert.deepEqual(pids(nested, { root: { pid: 10, start: '10' }, leads: true, spare: [{ pid: 30, start: '30' }] }), [10, 11])
      assert.deepEqual(pids(nested, { root: { pid: 10, start: '10' }, leads: true, spare: [{ pid: 30, start: 'other' }] }), [10, 30, 31, 11])
    })

    it('is ended though it was deployed from below another agent, whose keeper is spared', () => {
      const deployed = [row(40, 1, 40), row(41, 40, 41), row(30, 41, 30), row(10, 30, 10), row(11, 10, 10)]
      assert.deepEqual(pids(deployed, { root: { pid: 10, start: '10' }, leads: true, spare: [{ pid: 40, start: '40' }] }), [10, 11])
    })

    it('counts what is left in its session or group only where something there is surely still its own', () => {
      const root = { pid: 10, start: 'Sun Nov 22 10:00:00 2026' }
      const row = (pid: number, start: string, group: number): ProcessRow => ({ pid, start, parent: 1, group, session: group, zombie: false })
      const heardAt = Date.UTC(2026, 10, 22, 10, 5)
      const before = row(11, 'Sun Nov 22 10:04:59 2026', 10)
      const after = row(12, 'Sun Nov 22 11:00:00 2026', 10)
      assert.deepEqual([[before, after], [after], [row(13, before.start, 9)]].map((rows) => proves(rows, root, new Set(), heardAt)), [true, false, false])
      const ticks = row(14, '88123', 10)
      assert.deepEqual([proves([ticks], root, new Set([14]), heardAt), proves([ticks], root, new Set(), heardAt)], [true, false])
    })

    it('has no zombies', () => {
      assert.deepEqual(pids([{ ...row(10, 1, 10), zombie: true }, row(11, 10, 10)], { root: { pid: 10, start: '10' }, leads: true }), [11])
    })
  })

  it('are given who they are, and nothing of who deployed them', () => {
    const deployment = { agent: 'alpha', made: { seq: 7, at: 0, up: 0, boot: '' }, background: true, readOnly: true } as Parameters<typeof environmentOf>[0]['deployment']
    const env = environmentOf({ base: { PATH: '/bin', MUSTER_AGENT: 'boss', MUSTER_PROGRAM: '1', ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '3', API_KEY: 'k' }, folder: '/f', deployment, window: 'ada', own: { API_KEY: 'own', MUSTER_AGENT: 'other' } })
    const { MUSTER_DEPLOYMENT: mark, ...rest } = env
    assert.deepEqual(rest, { PATH: '/bin', API_KEY: 'own', MUSTER_AGENT: 'alpha', MUSTER_FOLDER: '/f', MUSTER_WINDOW: 'ada', MUSTER_READ_ONLY: '1' })
    assert.match(mark ?? '', /^alpha\.7\.[0-9a-f]{12}$/)
  })

  it('are told their brief, where they may work, and where they stood', () => {
    const told = promptOf('Fix it', { scopes: [{ kind: 'folder', tree: '', path: 'src' }], readOnly: true }, { done: 'half', next: 'the rest', files: ['a.ts'], verify: 'npm test', notes: '', savedAt: '' })
    for (const part of ['Fix it', 'src/', 'only read', 'Done: half', 'Next: the rest', 'Files: a.ts', 'How to verify: npm test']) assert.ok(told.includes(part), part)
    assert.equal(promptOf(undefined, { scopes: [], readOnly: false }, undefined), '')
  })

  posixOnly('have files that only their user reads, written whole, never through a link', async () => {
    const path = join(folder, 'a', 'command.json')
    await writePrivate(path, 'one')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const mine = join(folder, 'mine')
    writeFileSync(mine, 'mine')
    rmSync(path)
    symlinkSync(mine, path)
    await writePrivate(path, 'two')
    assert.deepEqual([await readSmall(path), readFileSync(mine, 'utf8')], ['two', 'mine'])
    symlinkSync(mine, join(folder, 'link'))
    await assert.rejects(readSmall(join(folder, 'link')))
    await assert.rejects(readSmall(path, 2))
    symlinkSync(folder, join(folder, 'away'))
    await assert.rejects(writePrivate(join(folder, 'away', 'x'), 'x'))
    assert.ok(!existsSync(join(folder, 'x')))
  })
})
