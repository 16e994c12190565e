import assert from 'node:assert/strict'
import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { times } from '../../counts.js'
import { homes, type Home } from '../../postgres/homes.js'
import { stopAfterAll } from '../../postgres/server.js'

const script = fileURLToPath(new URL('./agent.js', import.meta.url))
const FILES = 40
const team = [['mcp', 'mcp-1'], ['mcp', 'mcp-2'], ['mcp', 'mcp-3'], ['cli', 'shell-1'], ['cli', 'shell-2'], ['lib', 'lib-1']] as const

interface Edit {
  what: 'begin' | 'end'
  file: string
  token: number
  pid: number
  at: number
}

stopAfterAll()

for (const [where, TASKS, KILLS] of [['in a folder', 200, 25], ['in PostgreSQL', times(50, 200), times(6, 25)]] as const) describe(`six agents on one list of tasks ${where}, over MCP, shell and library, killed at random`, function () {
  this.timeout(0)
  let home: Home
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-team-')))
  const root = join(base, 'repo')
  const journal = join(base, 'journal.jsonl')
  const running = new Map<string, ChildProcess>()
  /** When each process was killed, by the clock all processes share. */
  const killed = new Map<number, number>()
  const trouble: string[] = []
  let finishing = false
  let person: Muster

  before(async () => {
    home = await homes[where]()
    mkdirSync(join(root, 'src'), { recursive: true })
    git('init', '--quiet', '--initial-branch=main')
    for (const [key, value] of [['user.name', 'Ada'], ['user.email', 'ada@example.com'], ['gc.auto', '0'], ['core.fsync', 'none']] as const) git('config', key, value)
    for (let n = 0; n < FILES; n++) writeFileSync(join(root, fileOf(n)), `// ${n}\n`)
    writeFileSync(journal, '')
    git('add', '.')
    git('commit', '--quiet', '--message', 'first')
    person = await openMuster({ root, agent: 'ada', kind: 'person', ...home.options })
  })
  after(async () => {
    finishing = true
    await Promise.all([...running.values()].map((child) => end(child)))
    await person?.close()
    removeFolder(base)
  })

  it(`${TASKS} tasks on ${FILES} files, with ${KILLS} kills: each is done once, no two edits of a file overlap, every message is acknowledged`, async () => {
    for (let n = 0; n < TASKS; n++) await person.addTask({ title: `Task ${n}`, resources: n % 4 === 0 ? [fileOf(n), fileOf(n * 7 + 1)] : [fileOf(n * 3)] })
    // The slowest first: commands take so long to start that the others would have done it all.
    for (const [kind, name] of team) if (kind === 'cli') enter(kind, name)
    await until(() => closed() >= 2)
    for (const [kind, name] of team) if (kind !== 'cli') enter(kind, name)
    const random = (n: number): number => Math.floor(Math.random() * n)
    for (let kills = 0; kills < KILLS; kills++) {
      // After so much was done, whenever that is; then in the middle of whatever goes on.
      await until(() => closed() >= ((kills + 1) * TASKS) / (KILLS + 2))
      const [, name] = team[random(team.length)]!
      const child = running.get(name)!
      await new Promise((resolve) => setTimeout(resolve, random(300)))
      killed.set(child.pid!, Number(process.hrtime.bigint()))
      await end(child)
    }
    await until(() => closed() === TASKS && unanswered().length === 0)
    finishing = true
    const exits = [...running.values()].map((child) => once(child, 'exit'))
    for (const child of running.values()) child.stdin!.write('finish\n')
    await Promise.all(exits)
    assert.deepEqual(trouble, [])
    await check()
  })

  async function check(): Promise<void> {
    const doneBy = new Map<string, string[]>()
    const sent: string[] = []
    for await (const { event, by } of person.log()) {
      if (event.type === 'task.closed') doneBy.set(event.task, [...(doneBy.get(event.task) ?? []), by])
      if (event.type === 'message.sent' && event.fields.body.includes('is done by')) sent.push(event.message)
    }
    assert.equal(doneBy.size, TASKS)
    for (const [task, by] of doneBy) assert.equal(by.length, 1, `${task} was completed by ${by.join()}`)
    assert.equal(git('status', '--porcelain'), '')
    for (const { id, resources, status } of await person.listTasks()) {
      assert.equal(status, 'done')
      for (const file of resources) assert.equal(readFileSync(join(root, file), 'utf8').split('\n').filter((line) => line === `// ${id}`).length, 1, `${id} in ${file}`)
    }
    const overlaps = overlapsIn(readFileSync(journal, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Edit))
    assert.deepEqual(overlaps, [])
    const messages = new Map((await openReader()).map((message) => [message.id, message]))
    for (const id of sent) assert.deepEqual(Object.values(messages.get(id)!.delivery), ['acknowledged'], id)
    assert.equal((await home.verify(join(root, '.muster'))).ok, true)
    const byKind = (kind: RegExp): number => [...doneBy.values()].flat().filter((agent) => kind.test(agent)).length
    console.log(`      ${TASKS} tasks: ${byKind(/^mcp/)} over MCP, ${byKind(/^agent/)} over the shell, ${byKind(/^lib/)} by the library; ${killed.size} kills; ${sent.length} messages`)
    for (const kind of [/^mcp/, /^agent/, /^lib/]) assert.ok(byKind(kind) > 0, String(kind))
  }

  /** Edits of one file, each from its begin to its end or to the death of its agent; a later token's may not begin before. */
  function overlapsIn(edits: readonly Edit[]): string[] {
    const spans = edits.filter(({ what }) => what === 'begin').map(({ file, token, pid, at }) => {
      const ended = edits.find((edit) => edit.what === 'end' && edit.pid === pid && edit.file === file && edit.token === token && edit.at >= at)?.at
      return { file, token, pid, from: at, to: ended ?? killed.get(pid) ?? Infinity }
    })
    return spans.flatMap((one) => spans.filter((other) => other.file === one.file && other !== one && other.from >= one.from && other.from < one.to).map((other) => `${one.file}: ${one.pid} and ${other.pid}`))
  }

  function closed(): number {
    return person.state().tasks.filter(({ status }) => status === 'done').length
  }

  function unanswered(): string[] {
    return onlooker.state().messages.filter(({ body, delivery }) => body.includes('is done by') && !Object.values(delivery).every((step) => step === 'acknowledged')).map(({ id }) => id)
  }

  let onlooker: Muster
  before(async () => { onlooker = await openMuster({ root, readOnly: true, watch: true, ...home.options }) })
  after(() => onlooker?.close())

  async function openReader(): Promise<readonly { id: string; delivery: object }[]> {
    return (await onlooker.refresh()).messages
  }

  /** Resolves when it holds, looked at whenever something changes. */
  async function until(holds: () => boolean): Promise<void> {
    if (holds()) return
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!holds()) return
        for (const subscription of subscriptions) subscription.dispose()
        resolve()
      }
      const subscriptions = [person.onDidChange(look), onlooker.onDidChange(look)]
    })
  }

  /** Starts an agent, and again each time it ends before it was told to. */
  function enter(kind: string, name: string): void {
    const child = spawn(process.execPath, [script, kind, name, root, journal], { cwd: root, env: cleanEnvironment(home.environment), stdio: ['pipe', 'inherit', 'pipe'] })
    running.set(name, child)
    let errors = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) {
        if (!finishing) enter(kind, name)
        return
      }
      trouble.push(`${name} ended with ${code}: ${errors.slice(-2_000)}`)
      if (!finishing) enter(kind, name)
    })
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  function fileOf(n: number): string {
    return `src/f${n % FILES}.ts`
  }

  function git(...args: string[]): string {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  }
})
