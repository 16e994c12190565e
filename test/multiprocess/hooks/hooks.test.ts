import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { start } from '../../unit/cli/musterProcess.js'
import { contextOf, HookedRepository, markedIn } from '../../unit/hooks/repository.js'
import { git } from '../../unit/system/sandbox.js'

const cli = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url))
const hook = fileURLToPath(new URL('../../../src/hooks/main.js', import.meta.url))

/** A program called `claude`, which runs its hooks as children of its own. */
const program = `
  const { spawnSync } = require('node:child_process')
  const { createInterface } = require('node:readline')
  createInterface({ input: process.stdin }).on('line', (input) => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', '"$NODE" "$CLI" hook "$EVENT" --client claude-code'], { input, encoding: 'utf8', env: { ...process.env, EVENT: JSON.parse(input).hook_event_name } })
    console.log(JSON.stringify({ status, stdout, stderr }))
  })
`

class Claude {
  private readonly child: ChildProcess
  private readonly lines: Interface

  constructor(private readonly repo: HookedRepository, private readonly session: string) {
    const script = repo.sandbox.put('claude.js', program)
    this.child = spawn(process.execPath, [script], { cwd: repo.root, stdio: ['pipe', 'pipe', 'inherit'], env: cleanEnvironment({ MUSTER_PROGRAM: '', NODE: process.execPath, CLI: cli }) })
    this.lines = createInterface({ input: this.child.stdout! })
  }

  async hook(event: string, fields: object = {}): Promise<string> {
    const answer = once(this.lines, 'line')
    this.child.stdin!.write(`${JSON.stringify(this.repo.input(this.session, event, fields))}\n`)
    const { status, stdout, stderr } = JSON.parse(String((await answer)[0])) as { status: number; stdout: string; stderr: string }
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    return stdout
  }

  edit(file: string): Promise<string> {
    return this.hook('PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(this.repo.root, file) } })
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const closed = once(this.child, 'exit')
    if (signal) this.child.kill(signal)
    else this.child.stdin!.end()
    await closed
  }
}

describe('hooks of two programs', function () {
  this.timeout(900_000)
  let repo: HookedRepository
  let one: Claude
  let two: Claude
  beforeEach(async () => {
    repo = await new HookedRepository().turnOn()
    one = new Claude(repo, 'one')
    two = new Claude(repo, 'two')
  })
  afterEach(async () => {
    await Promise.all([one.end('SIGKILL'), two.end('SIGKILL')])
    repo.remove()
  })

  it('are two agents: one is refused what the other edits, until it has committed and ended', async () => {
    assert.match(await one.hook('SessionStart', { source: 'startup' }), /You are claude-1/)
    assert.match(await two.hook('SessionStart', { source: 'startup' }), /You are claude-2/)
    assert.equal(await one.edit('src/a.ts'), '')
    assert.match(await two.edit('src/a.ts'), /"permissionDecision":"deny".*holder\\":\\"claude-1\\"/)
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'changed')
    assert.equal(await one.hook('PostToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, 'src/a.ts') } }), '')
    assert.match(await one.hook('Stop', { stop_hook_active: false }), /not committed[^]*src\/a\.ts/)
    assert.equal(await one.edit('src/b.ts'), '')
    await one.hook('SessionEnd', { reason: 'other' })
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-1'])
    // What is left uncommitted is nobody's to take without a person.
    assert.match(await two.edit('src/a.ts'), /left changes in it that are not committed/)
    git(repo.root, 'commit', '-qam', 'two')
    assert.equal(await two.edit('src/a.ts'), '')
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-2'])
    const ada = await repo.other()
    assert.deepEqual((await ada.listAgents()).map(({ id, kind, client }) => `${id} ${kind} ${client}`), ['ada agent undefined', 'claude-1 agent claude-code', 'claude-2 agent claude-code'])
  })

  it('lose their locks with their program, and not before', async () => {
    assert.equal(await one.edit('src/a.ts'), '')
    const ada = await repo.other('ada', { attached: true })
    assert.deepEqual((await ada.listClaims()).map(({ presence }) => presence), ['live'])
    await one.end('SIGKILL')
    await ada.refresh()
    assert.deepEqual((await ada.listClaims()).map(({ presence }) => presence), ['gone'])
    assert.equal(await two.edit('src/a.ts'), '')
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-2'])
    await ada.close()
  })

  it('tell the next agent what one that died had in hand, and it can go on with that', async () => {
    await one.hook('UserPromptSubmit', { prompt: 'Fix the login\nIt is broken.' })
    assert.equal(await one.edit('src/a.ts'), '')
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'half done')
    await one.hook('PostToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, 'src/a.ts') } })
    await one.hook('PreCompact', { trigger: 'auto' })
    assert.doesNotMatch(await two.hook('SessionStart', { source: 'startup' }), /leftUnfinished/)
    await one.end('SIGKILL')
    const said = JSON.parse(await two.hook('SessionStart', { source: 'resume' })) as Record<string, unknown>
    assert.match(contextOf(said), /muster recovery resume <agent>/)
    assert.deepEqual(markedIn(contextOf(said))['leftUnfinished'], [{ id: 'claude-1', brief: 'Fix the login', next: '', files: ['src/a.ts'] }])
    const { exit, json } = await start(repo.root, ['recovery', 'resume', 'claude-1', '--json', '--agent', 'claude-2']).ended
    assert.equal(exit, 0)
    assert.deepEqual((json['checkpoint'] as { files: string[]; notes: string }).files, ['src/a.ts'])
    assert.equal((json['checkpoint'] as { notes: string }).notes, 'Fix the login')
  })

  it('start without loading schemas', () => {
    const seen = new Set<string>()
    const walk = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(file, 'utf8')
      for (const [, name = ''] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) walk(fileURLToPath(new URL(name, `file://${file}`)))
      assert.doesNotMatch(text, /from "zod"/, file)
    }
    walk(hook)
    assert.ok(seen.size > 40)
  })
})
