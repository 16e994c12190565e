import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { writeAll } from '../../../src/documents/documents.js'
import { checkProject, writeProject } from '../../../src/documents/project/files.js'
import { Sandbox } from '../../unit/system/sandbox.js'

const script = fileURLToPath(new URL('./documentWriter.js', import.meta.url))

/** A person at the files: what is written has a mark of its own each time, to be found again. */
class Person {
  readonly marks: string[] = []

  constructor(private readonly root: string) {}

  /** Below our part, saved as careful editors do; and into our part, as others do. */
  edit(round: number): void {
    this.save('STATUS.md', (text) => `${text}${this.mark('below', round)}\n`)
    appendFileSync(this.path('AGENTS.md'), `${this.mark('appended', round)}\n`)
    if (round % 2 === 0) this.overwrite('STATUS.md', (text) => text.replace('# Project Status', `# Project Status ${this.mark('inside', round)}`))
    else this.overwrite('.muster/state/alpha.json', () => `{"mine":"${this.mark('state', round)}"}\n`)
  }

  private save(file: string, change: (text: string) => string): void {
    writeFileSync(this.path(`${file}.swp`), change(readFileSync(this.path(file), 'utf8')))
    renameSync(this.path(`${file}.swp`), this.path(file))
  }

  private overwrite(file: string, change: (text: string) => string): void {
    writeFileSync(this.path(file), change(existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8') : ''))
  }

  private mark(where: string, round: number): string {
    const mark = `${where}-${round}.`
    this.marks.push(mark)
    return mark
  }

  private path(file: string): string {
    return join(this.root, file)
  }
}

describe('documents with two writers, of which one is killed at every write, and a person', function () {
  this.timeout(0)
  let sandbox: Sandbox
  let root: string
  let alpha: Muster
  const children = new Set<ChildProcess>()

  const path = (file: string): string => join(root, file)
  const start = async (name: string): Promise<ChildProcess> => {
    const child = fork(script, [path('.muster'), root, name], { cwd: root, env: cleanEnvironment() })
    children.add(child)
    child.once('exit', () => children.delete(child))
    const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[]
    assert.equal(first, 'ready')
    return child
  }
  /** Everything that happened, as it is to be shown. */
  const work = async (round: number): Promise<void> => {
    await alpha.checkIn(null, { progress: round % 100, currentTask: `round ${round}` })
    await alpha.logWork(`step ${round}`)
    await alpha.addTask({ title: `task ${round}`, priority: 'P0' })
    await alpha.sendMessage({ to: 'beta', subject: `message ${round}`, body: 'hello' })
  }
  /** All texts a person finds without looking for hidden files. */
  const texts = (): string[] => readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && !/[/\\]\.git([/\\]|$)|[/\\]ledger([/\\]|$)/.test(one.parentPath) && !/\.tmp$/.test(one.name))
    .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))

  beforeEach(async () => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    alpha = await openMuster({ folder: path('.muster'), root, agent: 'alpha', attached: false, watch: false })
    mkdirSync(path('.muster/agents/beta/inbox'), { recursive: true })
    await alpha.changePlan({ project: 'Shop', phases: [{ name: 'Foundation', acceptance: ['builds'] }] })
    await writeProject(alpha, { make: true })
  })
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await alpha.close()
    sandbox.dispose()
  })

  it('loses nothing of what anybody wrote, and shows in the end what the records say', async () => {
    await work(0)
    const person = new Person(root)
    // How many writes there are where nobody else is quicker.
    const rehearsal = await start('rehearsal')
    rehearsal.send({ pass: null })
    const [{ calls }] = (await once(rehearsal, 'message')) as [{ calls: number }]
    rehearsal.kill('SIGKILL')
    assert.ok(calls > 30, `${calls} writes`)

    const other = await start('other')
    other.send({ go: true })
    let round = 0
    let coming = start('victim-1')
    /** One writer that is killed at a call, if it comes to that: it does where it has so many calls. */
    const isKilled = async (call: number, alone: boolean): Promise<boolean> => {
      round++
      const victim = await coming
      coming = start(`victim-${round + 1}`)
      if (alone) {
        other.send({ rest: true })
        await once(other, 'message')
      }
      await work(round)
      // Every other time the one who lives is stopped wherever it is, and goes on from there when the killed one is gone.
      const stopped = !alone && round % 2 === 0
      if (stopped) other.kill('SIGSTOP')
      const ended = Promise.race([once(victim, 'exit') as Promise<[number | null, string | null]>, once(victim, 'message') as Promise<[{ calls: number }]>])
      victim.send({ pass: call })
      person.edit(round)
      const [how, signal] = await ended
      const killed = typeof how !== 'object' || how === null
      if (killed) assert.equal(signal, 'SIGKILL', `writer ${round} was killed, and did not fail with ${how}`)
      else {
        victim.kill('SIGKILL')
        assert.ok(how.calls <= call, `call ${call} of ${how.calls} has its writer killed`)
      }
      if (stopped) other.kill('SIGCONT')
      if (alone) other.send({ rest: false })
      return killed
    }
    // Where the other one was quicker, once more without it: each write there is has had its writer killed.
    let call = 0
    while ((await isKilled(call, false)) || (await isKilled(call, true))) call++
    assert.ok(call > 20, `killed at ${call} writes`)
    const last = await coming
    last.kill('SIGKILL')
    other.send({ stop: true })
    await once(other, 'exit')

    for (let n = 0; n < 2; n++) await writeAll(alpha)
    const all = texts()
    const lost = person.marks.filter((mark) => !all.some((text) => text.includes(mark)))
    assert.deepEqual(lost, [])
    const log = readFileSync(path('.muster/agents/alpha/.agent_work_log'), 'utf8').trimEnd().split('\n').map((line) => line.replace(/^\S+: /, ''))
    assert.deepEqual(log, Array.from({ length: round + 1 }, (_, n) => `step ${n}`), 'each line once, in order')
    assert.equal(readdirSync(path('.muster/agents/beta/inbox')).filter((name) => !name.includes('.yours-') && !name.endsWith('.tmp')).length, round + 1)
    assert.deepEqual((await checkProject(alpha)).filter(({ code }) => code === 'stale' || code === 'changed-by-hand' || code === 'broken-marks'), [])
    assert.deepEqual((await writeAll(alpha)).written, [], 'there is nothing left to write')
    assert.deepEqual((await writeAll(alpha, { whole: true })).written, [], 'made anew they are the same')
    const unfinished = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tmp$/.test(name) && !name.includes('ledger'))
    assert.deepEqual(unfinished, [])
    console.log(`      killed at each of ${call} writes (${calls} the first time), ${round} writers, ${person.marks.length} changes by a person, ${all.length} files`)
  })
})
