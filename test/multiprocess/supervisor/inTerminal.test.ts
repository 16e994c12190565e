import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { AgentView } from '../../../src/core/model/operations.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'

/** Says what it is told, what Ctrl-C does to it, and ends when it is told so. */
const talks = `process.on('SIGINT', () => console.log('got ctrl-c'))
console.log('terminal ' + process.stdout.isTTY + ' as ' + process.env.MUSTER_AGENT)
require('readline').createInterface({ input: process.stdin }).on('line', (line) => { console.log('heard <' + line + '>'); if (line === 'end') process.exit(4) })`
const node = (script: string): string[] => [process.execPath, '-e', script]
const quoted = (words: readonly string[]): string => words.map((word) => `'${word.replaceAll('\'', '\'\\\'\'')}'`).join(' ')

/** A terminal of its own (`script` of util-linux, without a shell in between, which would have its own mind about Ctrl-C), as the editor's and a person's are: what it shows, and what is typed into it. */
class Terminal {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  shown = ''

  constructor(command: readonly string[], cwd: string) {
    this.child = spawn('script', ['--quiet', '--return', '--command', `exec ${quoted(command)}`, '/dev/null'], { cwd, env: cleanEnvironment({ TERM: 'xterm' }), stdio: ['pipe', 'pipe', 'inherit'] })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.shown += text))
    this.ended = once(this.child, 'exit').then(([code]) => code as number | null)
  }

  type(text: string): void {
    this.child.stdin!.write(text)
  }

  shows(text: string): Promise<unknown> {
    return eventually(`"${text}" in the terminal`, () => this.shown.includes(text)).catch((error: unknown) => {
      throw new Error(`The terminal shows: ${this.shown}`, { cause: error })
    })
  }

  /** As a window is closed: what runs in it hears of it by its terminal only. */
  close(): void {
    this.child.kill('SIGKILL')
  }
}

const there = spawnSync('script', ['--quiet', '--return', '--command', 'true', '/dev/null']).status === 0
if (!there) console.log('      (no `script` of util-linux here: agents in terminals are tested in the editor only)')
else {
  describe('deployed agents in a terminal', function () {
    this.timeout(900_000)
    let repository: Repository
    let muster: Muster
    let terminal: Terminal

    beforeEach(async () => {
      repository = new Repository()
      const config = deployConfig.parse({ graceSeconds: 2, restartSeconds: 0.1 })
      muster = await openMuster({ folder: join(repository.root, '.muster'), root: repository.root, watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: async () => config }))
    })
    afterEach(async () => {
      await muster.stopAgent('alpha')
      terminal.close()
      await terminal.ended
      await muster.close()
      repository.remove()
    })

    /** As the editor does it: what deploying answers is run in a terminal. */
    async function deployed(script: string): Promise<AgentView> {
      const result = await muster.deploy({ name: 'alpha', brief: 'talk', background: false, command: node(script) })
      assert.ok(result.ok && result.run, JSON.stringify(result))
      terminal = new Terminal(result.run, repository.root)
      return until('run', ({ deployment }) => deployment?.phase === 'running')
    }
    const until = (what: string, is: (agent: AgentView) => boolean): Promise<AgentView> => eventually(`alpha to ${what}`, async () => {
      const now = await muster.getAgent('alpha')
      return now !== undefined && is(now) && now
    })
    const untilEnded = (): Promise<AgentView> => until('end', ({ deployment }) => deployment?.phase === 'ended')

    it('is seen and typed into there, Ctrl-C is the agent\'s own, and its exit code is the terminal\'s', async () => {
      const { status, deployment } = await deployed(talks)
      assert.deepEqual([status, deployment?.background, deployment?.kept], ['working', false, true])
      await terminal.shows('terminal true as alpha')
      terminal.type('hello\n')
      await terminal.shows('heard <hello>')
      terminal.type('\u0003')
      await terminal.shows('got ctrl-c')
      assert.equal((await muster.getAgent('alpha'))?.deployment?.phase, 'running')
      terminal.type('end\n')
      assert.equal(await terminal.ended, 4)
      const agent = await untilEnded()
      assert.deepEqual([agent.status, agent.deployment?.exit?.code], ['failed', 4])
      assert.equal(existsSync(join(muster.folder, 'agents', 'alpha', 'log.txt')), false)
      const log = await muster.agentLog('alpha')
      assert.ok(!log.ok && log.reason === 'NO_LOG')
    })

    it('ends with its terminal, is then not finished, and begins again in another one from its checkpoint', async () => {
      const { deployment } = await deployed(talks)
      const me = await openMuster({ folder: muster.folder, agent: 'alpha', attached: false })
      await me.checkpoint({ done: 'the greeting', next: 'the farewell' })
      await me.close()
      terminal.close()
      const closed = await untilEnded()
      assert.deepEqual([closed.status, closed.deployment?.exit?.reason], ['working', 'its terminal was closed'])
      await eventually('its process to be gone', () => !existsSync(`/proc/${deployment!.process!.pid}`))
      const { incomplete } = await muster.recoverySummary()
      assert.deepEqual(incomplete.map(({ id, step, presence }) => [id, step, presence]), [['alpha', 'resume', 'gone']])
      const again = await muster.restartAgent('alpha')
      assert.ok(again.ok && again.run, JSON.stringify(again))
      terminal = new Terminal(again.run, repository.root)
      await terminal.shows('terminal true as alpha')
      assert.equal((await until('run', (agent) => agent.deployment?.phase === 'running')).status, 'working')
    })

    it('is stopped from elsewhere, and then its terminal is free', async () => {
      await deployed(talks)
      await terminal.shows('terminal true')
      const stopped = await muster.stopAgent('alpha', 'enough')
      assert.ok(stopped.ok && stopped.phase === 'ended', JSON.stringify(stopped))
      assert.notEqual(await terminal.ended, 0)
      assert.match((await muster.getAgent('alpha'))?.error ?? '', /stopped by Ada: enough/)
    })

    it('is deployed by the command line in the terminal it is typed in', async () => {
      terminal = new Terminal([...ownProgram().argv, 'deploy', '--name', 'alpha', '--terminal', '--', ...node(talks)], repository.root)
      await terminal.shows('alpha runs in this terminal.')
      await terminal.shows('terminal true as alpha')
      terminal.type('end\n')
      assert.equal(await terminal.ended, 4)
      assert.equal((await untilEnded()).status, 'failed')
    })
  })
}
