import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { run } from './fakeHost.js'
import { start, type Result } from './musterProcess.js'

describe('who speaks on the command line', function () {
  this.timeout(600_000)

  it('is who --agent names, then MUSTER_AGENT; the person is left to the library', async () => {
    const muster = { release: async () => ({ ok: true, resource: 'a', grantedTo: [] }) }
    const agentOf = async (args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> =>
      (await run(['release', 'a', ...args], { muster, env })).opened[0]?.agent
    assert.equal(await agentOf(['--agent', 'x'], { MUSTER_AGENT: 'y' }), 'x')
    assert.equal(await agentOf([], { MUSTER_AGENT: 'y' }), 'y')
    assert.equal(await agentOf([], {}), undefined)
  })

  it('is the person of the surrounding window, in its folder and unless an agent is named', async () => {
    const muster = { release: async () => ({ ok: true, resource: 'a', grantedTo: [] }) }
    const speaker = async (args: string[], env: NodeJS.ProcessEnv): Promise<(string | undefined)[]> => {
      const [opened] = (await run(args, { muster, env })).opened
      return [opened?.agent, opened?.window]
    }
    const terminal = { MUSTER_WINDOW: 'ada-2', MUSTER_FOLDER: process.cwd() }
    assert.deepEqual(await speaker(['release', 'a'], terminal), [undefined, 'ada-2'])
    assert.deepEqual(await speaker(['status'], terminal), [undefined, 'ada-2'])
    assert.deepEqual(await speaker(['release', 'a', '--folder', process.cwd()], terminal), [undefined, 'ada-2'])
    assert.deepEqual(await speaker(['release', 'a', '--agent', 'x'], terminal), ['x', undefined])
    assert.deepEqual(await speaker(['release', 'a'], { ...terminal, MUSTER_AGENT: 'y' }), ['y', undefined])
    assert.deepEqual(await speaker(['release', 'a', '--folder', tmpdir()], terminal), [undefined, undefined])
    assert.deepEqual(await speaker(['status', '--folder', tmpdir()], terminal), ['Ada', undefined])
    assert.deepEqual(await speaker(['release', 'a'], { MUSTER_WINDOW: 'ada-2' }), [undefined, undefined])
    assert.deepEqual(await speaker(['release', 'a'], { ...terminal, MUSTER_WINDOW: '' }), [undefined, undefined])
  })

  it('is the agent whose program runs the command, unless an agent is named', async () => {
    const muster = { release: async () => ({ ok: true, resource: 'a', grantedTo: [] }) }
    const host = { agentProgram: async () => ({ pid: 7, client: 'claude-code' }) }
    const speaker = async (env: NodeJS.ProcessEnv): Promise<unknown[]> => {
      const [opened] = (await run(['release', 'a'], { muster, host, env })).opened
      return [opened?.agent, opened?.window, opened?.process, opened?.client, opened?.parent]
    }
    assert.deepEqual(await speaker({}), [undefined, undefined, 7, 'claude-code', undefined])
    assert.deepEqual(await speaker({ MUSTER_WINDOW: 'ada-2', MUSTER_FOLDER: process.cwd() }), [undefined, undefined, 7, 'claude-code', 'ada-2'])
    assert.deepEqual(await speaker({ MUSTER_AGENT: 'y' }), ['y', undefined, undefined, 'cli', undefined])
    assert.deepEqual(await speaker({ MUSTER_PROGRAM: 'none' }), [undefined, undefined, undefined, 'cli', undefined])
    assert.deepEqual(await speaker({ MUSTER_PROGRAM: '9' }), [undefined, undefined, 9, 'agent', undefined])
  })

  it('is one agent for all commands of a program, and another for another program', async () => {
    const repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-')))
    execFileSync('git', ['init', '--quiet', repo])
    const programs = [spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']), spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])]
    const as = async (index: number, ...args: string[]): Promise<Result['json']> => (await start(repo, [...args, '--json'], { MUSTER_PROGRAM: String(programs[index]!.pid) }).ended).json
    try {
      assert.equal((await as(0, 'claim', 'a.ts'))['ok'], true)
      assert.equal((await as(0, 'claim', 'b.ts'))['ok'], true)
      assert.equal((await as(1, 'claim', 'a.ts'))['heldBy'], 'agent-1')
      assert.deepEqual(((await as(1, 'status'))['me'] as { id: string }).id, 'agent-2')
      programs[0]!.kill('SIGKILL')
      await once(programs[0]!, 'exit')
      assert.equal((await as(1, 'claim', 'a.ts', '--take-over'))['ok'], true)
    } finally {
      for (const program of programs) program.kill('SIGKILL')
      removeFolder(repo)
    }
  })

  it('is the person that git names, also where --agent named that person first', async () => {
    const repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-')))
    execFileSync('git', ['init', '--quiet', repo])
    execFileSync('git', ['-C', repo, 'config', 'user.name', 'Maria'])
    const muster = async (...args: string[]): Promise<Result['json']> => (await start(repo, [...args, '--json'], { MUSTER_PROGRAM: 'none' }).ended).json
    const kind = async (id: string): Promise<unknown> => ((await muster('agent', 'show', id))['agent'] as { kind: string }).kind
    try {
      await muster('claim', 'a.ts', '--agent', 'maria')
      await muster('claim', 'b.ts', '--agent', 'beta')
      assert.equal((await muster('recovery', 'clear', '--agent', 'beta'))['ok'], true)
      assert.deepEqual([await kind('maria'), ((await muster('claims'))['claims'] as { heldBy: string }[]).map(({ heldBy }) => heldBy)], ['person', ['maria']])
      // Who has a place below somebody is an agent, whatever git calls the caller.
      await muster('agent', 'set', 'worker', '--parent', 'maria')
      await muster('check-in', '--agent', 'worker')
      execFileSync('git', ['-C', repo, 'config', 'user.name', 'worker'])
      await muster('startup')
      assert.equal(await kind('worker'), 'agent')
    } finally {
      removeFolder(repo)
    }
  })

  it('is the person of the window in whose terminal a process runs', async () => {
    const repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-')))
    execFileSync('git', ['init', '--quiet', repo])
    execFileSync('git', ['-C', repo, 'config', 'user.name', 'Ada'])
    const window = (workspace: string): Promise<Muster> => openMuster({ root: repo, kind: 'person', workspace, client: 'vscode', watch: false })
    const inTerminal = (args: string[], { env }: { env: NodeJS.ProcessEnv }): Promise<Result> => start(repo, args, env).ended
    const windows = [await window('one'), await window('two')]
    try {
      const [first, second] = windows
      assert.ok(first && second)
      assert.deepEqual([first.agent, second.agent], ['ada', 'ada-2'])
      const env = { MUSTER_WINDOW: second.agent, MUSTER_FOLDER: second.folder }
      assert.equal((await inTerminal(['claim', 'src/a.ts', '--json'], { env })).exit, 0)
      assert.deepEqual((await second.listClaims()).map(({ resource, heldBy, mine }) => [resource, heldBy, mine]), [['src/a.ts', 'ada-2', true]])
      assert.equal((await inTerminal(['claim', 'src/a.ts', '--json'], { env: { ...env, MUSTER_WINDOW: first.agent } })).json['heldBy'], 'ada-2')
      const status = await inTerminal(['status', '--json'], { env })
      assert.deepEqual([status.json['name'], (status.json['me'] as { id: string; kind: string }).id, (status.json['me'] as { kind: string }).kind], ['Ada 2', 'ada-2', 'person'])
      assert.equal((await inTerminal(['release', 'src/a.ts', '--json'], { env })).exit, 0)
      assert.equal((await inTerminal(['claim', 'src/a.ts', '--json', '--agent', 'alpha'], { env })).exit, 0)
      assert.equal((await second.listClaims())[0]?.heldBy, 'alpha')
    } finally {
      for (const opened of windows) await opened.close()
      removeFolder(repo)
    }
  })
})
