import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { openMuster } from '../../../src/core/open.js'
import { writeAll } from '../../../src/documents/documents.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Sandbox } from '../../unit/system/sandbox.js'

const scriptOf = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

/** Half a minute and more, as if nobody had shown that it has the right to add to logs for so long. */
function age(folder: string): void {
  const at = Date.now() / 1_000 - 60
  for (const name of readdirSync(folder).filter((one) => /^logs\.\d+$/.test(one))) utimesSync(join(folder, name), at, at)
}

describe('the right to add to logs among many processes', function () {
  this.timeout(0)
  let sandbox: Sandbox
  let folder: string
  const children = new Set<ChildProcess>()

  const start = async (name: string, ...args: string[]): Promise<ChildProcess> => {
    const child = fork(scriptOf(name), args, { env: cleanEnvironment() })
    children.add(child)
    child.once('exit', () => children.delete(child))
    const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[]
    assert.equal(first, 'ready')
    return child
  }
  const ask = async (child: ChildProcess, order: object): Promise<Record<string, unknown>> => {
    child.send(order)
    const [answer] = (await once(child, 'message')) as [Record<string, unknown>]
    return answer
  }

  beforeEach(() => {
    sandbox = new Sandbox()
    folder = join(sandbox.base, 'documents')
    mkdirSync(folder)
  })
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    sandbox.dispose()
  })

  it('is one\'s at a time, and comes to all of six', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => start('hander', folder)))
    const answers = await Promise.all(all.map((child) => ask(child, { turns: 25 })))
    assert.deepEqual(answers, Array.from({ length: 6 }, () => ({ met: 0 })))
    const turns = readFileSync(join(folder, 'turns'), 'utf8').trimEnd().split('\n')
    for (const { pid } of all) assert.equal(turns.filter((one) => one === String(pid)).length, 25)
    assert.deepEqual(readdirSync(folder).filter((name) => name !== 'turns'), ['logs.150.over'])
  })

  it('of one that was killed goes to one of five that find it at once', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => start('hander', folder)))
    for (let round = 0; round < 10; round++) {
      const holder = await start('hander', folder)
      assert.deepEqual(await ask(holder, { take: true }), { got: true })
      holder.kill('SIGKILL')
      await once(holder, 'exit')
      const got = (await Promise.all(others.map((child) => ask(child, { take: true })))).filter((answer) => answer['got'])
      assert.equal(got.length, 1, `round ${round}`)
      age(folder)
    }
  })
})

describe('a writer of a log that is stopped for longer than it may add to logs', function () {
  this.timeout(0)

  it('loses no line at whichever call it is stopped, and only right before it adds may a line be there twice', async function () {
    if (process.platform === 'win32') return this.skip()
    const sandbox = new Sandbox()
    const root = sandbox.repository()
    const folder = join(root, '.muster')
    const b = await openMuster({ folder, root, agent: 'b', attached: false, watch: false, client: 'test' })
    const child = fork(scriptOf('documentWriter'), [folder, root, 'other'], { cwd: root, env: cleanEnvironment() })
    const ended = once(child, 'exit')
    try {
      await once(child, 'message')
      const log = join(folder, 'agents', 'b', '.agent_work_log')
      const said = (): string[] => readFileSync(log, 'utf8').trimEnd().split('\n').map((line) => line.replace(/^\S+: /, ''))
      await b.logWork('first')
      await writeAll(b)
      let taken = 0
      /** Has it stopped at a call, and somebody else do its work meanwhile. @returns the lines that are there more then; undefined where it has no such call */
      const stopped = async (call: number | string, line: string): Promise<string[] | undefined> => {
        const before = said()
        await b.logWork(line)
        const marker = join(sandbox.base, `stopped-${line.replaceAll(' ', '-')}`)
        let calls: number | undefined
        const done = (once(child, 'message') as Promise<[{ calls: number }]>).then(([answer]) => (calls = answer.calls))
        child.send({ pass: call, stops: marker })
        await eventually('it is stopped, or has finished', () => existsSync(marker) || calls !== undefined)
        if (!existsSync(marker)) return undefined
        age(join(folder, 'documents'))
        const number = numberOf(folder)
        await writeAll(b)
        if (numberOf(folder) > number) taken++
        // Until it goes on: it says that it stops a moment before it does.
        await eventually('it to go on', () => child.kill('SIGCONT') && calls !== undefined)
        await done
        await writeAll(b)
        assert.deepEqual(said().slice(0, before.length), before)
        return said().slice(before.length)
      }
      const twice: number[] = []
      let call = 0
      for (let lines = await stopped(call, 'step 0'); lines !== undefined; lines = await stopped(++call, `step ${call}`)) {
        assert.deepEqual([...new Set(lines)], [`step ${call}`], `stopped at call ${call}: ${lines.join(', ')}`)
        if (lines.length > 1) twice.push(call)
      }
      assert.ok(call > 15 && taken > 5, `stopped at ${call} calls, taken over ${taken} times`)
      assert.ok(twice.length <= 1, `twice where it was stopped at calls ${twice.join(', ')}`)
      const worst = await stopped('the worst\n', 'the worst')
      assert.deepEqual(worst, ['the worst', 'the worst'], 'as it says of itself')
      await writeAll(b, { whole: true })
      assert.deepEqual(said().slice(-2), worst, 'what is there stays')
    } finally {
      child.kill('SIGKILL')
      await ended
      await b.close()
      sandbox.dispose()
    }
  })
})

/** Of the newest that has the right, or had it. */
function numberOf(folder: string): number {
  return Math.max(0, ...readdirSync(join(folder, 'documents')).flatMap((name) => /^logs\.(\d+)/.exec(name)?.[1] ?? []).map(Number))
}
