import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { RecoverySummary } from '../../../src/core/model/agentOperations.js'
import type { RunView } from '../../../src/core/model/runs.js'
import { machineId } from '../../../src/core/system/clock.js'
import { Repository } from '../../unit/cli/repository.js'
import { eventually } from '../../vscode/driver/eventually.js'

const script = fileURLToPath(new URL('./machine.js', import.meta.url))
const names = ['one', 'two', 'three', 'four']
/** Has a process and all it starts believe that they run in another boot of this machine. */
const inBoot = (file: string, ...command: string[]): string[] => ['--mount', 'sh', '-c', 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"', file, ...command]

const boots = ['as if it were the same boot']
const mounts = process.platform === 'linux' && machineId() !== '' && spawnSync('unshare', inBoot('/proc/sys/kernel/random/uuid', 'true')).status === 0
if (mounts) boots.push('in another boot')
else console.log('      (no other boot can be had here, that takes root on Linux: the battery dies within one boot only)')

for (const boot of boots) {
  /** Seed scenario 1, laptop shutdown during a mission: everything is killed at once, nobody has time to say anything; then the machine is started again. */
  describe(`scenario 1, laptop shutdown during a mission: the battery dies, and the machine is started again ${boot}`, function () {
    this.timeout(900_000)
    let repo: Repository
    let mark: string
    let told: { token: number; session: string }

    before(async () => {
      repo = new Repository()
      mark = `TEST_MACHINE=${randomUUID()}`
      mkdirSync(join(repo.root, 'work'))
      writeFileSync(join(repo.root, 'work', 'allowed'), '3')
      writeFileSync(join(repo.root, 'boot'), `${randomUUID()}\n`)
      const command = [process.execPath, script, repo.root]
      const env = cleanEnvironment(Object.fromEntries([mark.split('=')]) as NodeJS.ProcessEnv)
      const child = boot === boots[0] ? spawn(command[0]!, command.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] }) : spawn('unshare', inBoot(join(repo.root, 'boot'), ...command), { env, stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = once(child, 'exit')
      const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended.then(([code]) => Promise.reject(new Error(`it ended with ${code}`)))])) as [string]
      told = JSON.parse(line) as typeof told
      // A window, four agents with a keeper each, a run with its command, a server with its client: all stopped before one of them dies.
      const all = marked(mark)
      assert.ok(all.length >= 12, `${all.length} processes`)
      killAll(mark)
      await ended
      await eventually('all of them to be gone', () => (killAll(mark), marked(mark).length === 0))
      writeFileSync(join(repo.root, 'work', 'allowed'), '6')
    })
    after(async () => {
      for (const name of names) await repo.muster('agent', 'stop', name)
      killAll(mark)
      repo.remove()
    })

    it('the records are whole, and what was there is shown as gone, at once', async () => {
      assert.equal((await repo.json('verify')).exit, 0)
      const summary = (await repo.json('recovery', 'list')).json as unknown as { agents: RecoverySummary['incomplete'] }
      const four = summary.agents.filter(({ id }) => names.includes(id))
      assert.deepEqual(four.map(({ status, presence, level, step, checkpoint }) => [status, presence, level, step, checkpoint?.next]), names.map(() => ['working', 'gone', 'L2', 'resume', 'item 4']))
      const check = (await repo.json('recovery', 'check')).json
      assert.equal((check['byLevel'] as Record<string, number>)['L2'], 4)
      assert.match((await repo.muster('recovery', 'check')).out, /working: \d[^]*L2: 4[^]*1\. .*\n {2}2\. .*\n {2}3\. /)
    })

    it('locks of those who are gone are free for who wants them, without waiting', async () => {
      const taken = await repo.json('claim', 'name:build', '--agent', 'next', '--take-over')
      assert.equal(taken.exit, 0, taken.out)
    })

    it('what the window had open is there, and its lock comes back under its token', async () => {
      const { json, out } = await repo.json('session', 'recover', told.session, '--agent', 'ada')
      assert.deepEqual((json['claims'] as { resource: string; token: number; how: string }[]).map(({ resource, token, how }) => [resource, token, how]), [['README.md', told.token, 'kept']], out)
      const [save] = readdirSync(join(repo.root, '.muster', 'sessions', 'ada')).filter((name) => name.startsWith(told.session))
      assert.match(readFileSync(join(repo.root, '.muster', 'sessions', 'ada', save!), 'utf8'), /only in my head/)
    })

    it('messages that were sent are unread still', async () => {
      const { json } = await repo.json('inbox', '--unread', '--agent', 'three')
      assert.deepEqual((json['messages'] as { subject: string }[]).map(({ subject }) => subject), ['Freeze at 18:00'])
    })

    it('the run has failed, and goes on from its next item', async () => {
      const { runs } = (await repo.json('run', 'list')).json as { runs: RunView[] }
      assert.deepEqual(runs.map(({ name, status, resumeFrom }) => [name, status, resumeFrom]), [['sweep', 'resumable', 6]])
      const resumed = await repo.muster('run', 'exec', '--name', 'sweep', '--resume', '--agent', 'executor_01', '--', 'sh', '-c', 'echo from $MUSTER_RUN_FROM')
      assert.deepEqual([resumed.exit, resumed.out], [0, 'from 6\n'], resumed.err)
    })

    it('each agent goes on from its checkpoint: no item is lost, none is done twice', async () => {
      for (const name of names) assert.equal((await repo.json('agent', 'restart', name)).exit, 0)
      for (const name of names) await eventually(`${name} to be done`, async () => ((await repo.json('agent', 'show', name)).json['agent'] as { status: string }).status === 'done', 600_000)
      for (const name of names) {
        assert.deepEqual(readFileSync(join(repo.root, 'work', `${name}.txt`), 'utf8').trim().split('\n'), [1, 2, 3, 4, 5, 6].map((n) => `item ${n}`), name)
        assert.match(readFileSync(join(repo.root, '.muster', 'agents', name, 'log.txt'), 'utf8'), new RegExp(`${name} begins with item 1\n[^]*${name} begins with item 4\n`))
      }
    })
  })
}

/** Processes that were started, however far down, by one with that variable. */
function marked(mark: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)
    } catch {
      return false
    }
  })
}

function killAll(mark: string): void {
  const stopped = new Set<number>()
  const send = (pids: readonly number[], signal: NodeJS.Signals): void => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended.
      }
    }
  }
  // Those that were started while the others were being stopped, too.
  for (let more = marked(mark); more.length > 0; more = marked(mark).filter((pid) => !stopped.has(pid))) {
    send(more, 'SIGSTOP')
    for (const pid of more) stopped.add(pid)
  }
  send([...stopped], 'SIGKILL')
}
