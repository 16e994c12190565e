import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { run } from './fakeHost.js'
import { start, type Result } from './musterProcess.js'

describe('who speaks on the command line', function () {
  this.timeout(30_000)

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
      rmSync(repo, { recursive: true, force: true })
    }
  })
})
