import assert from 'node:assert/strict'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { writeAll } from '../../../src/documents/documents.js'
import { DocumentKeeper } from '../../../src/documents/keeper.js'
import { changeSettings } from '../../../src/documents/settings.js'
import { Sandbox } from '../../unit/system/sandbox.js'
import { eventually } from '../../vscode/driver/eventually.js'

/** A shell that opens its log once, as long jobs do, and writes a line into it whenever it is told one. */
class Shell {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly out: Interface

  constructor(folder: string) {
    this.child = spawn('bash', ['-eu', '-c', 'exec 3>>.agent_work_log; while read -r line; do echo "$line" >&3; echo written; done'], { cwd: folder, env: cleanEnvironment({ PATH: '/usr/bin:/bin' }) })
    this.out = createInterface({ input: this.child.stdout })
  }

  async says(line: string): Promise<void> {
    const written = once(this.out, 'line')
    this.child.stdin.write(`${line}\n`)
    await written
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'close')
    this.child.stdin.end()
    await ended
  }
}

describe('a work log that a shell holds open with >>', function () {
  this.timeout(0)
  let sandbox: Sandbox
  let root: string
  let b: Muster

  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  beforeEach(async () => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    b = await openMuster({ folder: join(root, '.muster'), root, agent: 'b', attached: false, client: 'test' })
    await b.checkIn(null, { status: 'working' })
  })
  afterEach(async () => {
    await b.close()
    sandbox.dispose()
  })

  const said = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => line.replace(/^\d{4}-\S+: /, ''))
  const recorded = async (): Promise<string[]> => {
    const texts: string[] = []
    for await (const { event } of b.log()) if (event.type === 'work.logged') texts.push(event.text.replace(/^\d{4}-\S+: /, ''))
    return texts
  }

  for (const where of ['its own folder', 'the root of its tree'] as const) {
    it(`has every line of both once, in ${where}: before Muster's own, between them, and long after`, async () => {
      const file = where === 'its own folder' ? join(b.folder, 'agents', 'b', '.agent_work_log') : join(root, '.agent_work_log')
      mkdirSync(dirname(file), { recursive: true })
      if (where !== 'its own folder') await changeSettings(b.folder, { agentFiles: true })
      const shell = new Shell(dirname(file))
      const lines: string[] = []
      const tell = async (line: string): Promise<void> => {
        await shell.says(line)
        lines.push(line)
      }
      const own = async (line: string): Promise<void> => {
        await b.logWork(line)
        lines.push(line)
        await writeAll(b)
      }
      await tell('begun')
      await writeAll(b)
      const { ino } = statSync(file)
      await own('Muster, first')
      for (const ms of [0, 50, 150, 1_500]) {
        await sleep(ms)
        await tell(`${ms} ms after it`)
      }
      await own('Muster, second')
      await tell('the end')
      await writeAll(b)
      await shell.end()
      assert.deepEqual(said(file), lines)
      assert.equal(statSync(file).ino, ino, 'the file that the shell opened')
      assert.deepEqual((await recorded()).sort(), [...lines].sort(), 'each recorded once')
      assert.deepEqual(readdirSync(dirname(file)).filter((name) => name.includes('.yours-')), [])
      await writeAll(b, { whole: true })
      assert.deepEqual(said(file), lines, 'made anew, the same')
    })
  }

  it('has every line of both once where the shell writes all the time', async () => {
    const file = join(b.folder, 'agents', 'b', '.agent_work_log')
    mkdirSync(dirname(file), { recursive: true })
    appendFileSync(file, 'begun\n')
    const keeper = new DocumentKeeper(b, (error) => assert.fail(String(error)))
    const shell = new Shell(dirname(file))
    try {
      const theirs = Array.from({ length: 400 }, (_, n) => `shell ${n}`)
      const ours = Array.from({ length: 20 }, (_, n) => `Muster ${n}`)
      const writing = (async () => {
        for (const line of theirs) {
          await shell.says(line)
          await sleep(10)
        }
      })()
      for (const line of ours) {
        await b.logWork(line)
        await sleep(200)
      }
      await writing
      await shell.end()
      await eventually('all lines', () => existsSync(file) && said(file).length >= 1 + theirs.length + ours.length)
      const found = said(file)
      assert.deepEqual(found.filter((line) => line.startsWith('shell')), theirs)
      assert.deepEqual(found.filter((line) => line.startsWith('Muster')), ours)
      assert.equal(found.length, 1 + theirs.length + ours.length)
      const all = await eventually('all records', async () => (await recorded()).length >= found.length && recorded())
      assert.deepEqual([...all].sort(), [...found].sort())
    } finally {
      await keeper.dispose()
    }
  })
})
