import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { git } from '../system/sandbox.js'
import { contextOf, HookedRepository, markedIn } from './repository.js'

describe('a shell command that changes what somebody else holds', () => {
  let repo: HookedRepository
  beforeEach(async () => {
    repo = await new HookedRepository().turnOn()
    mkdirSync(join(repo.root, 'src'), { recursive: true })
    for (const file of ['a', 'b', 'c']) writeFileSync(join(repo.root, 'src', `${file}.ts`), 'one\n')
    git(repo.root, 'add', '.')
    git(repo.root, 'commit', '-qm', 'files')
  })
  afterEach(() => repo.remove())

  /** As the client does it: a hook before, the command, a hook after. @returns what the agent is told */
  async function shell(session: string, command: string, meanwhile: () => void | Promise<void> = () => undefined, fields: object = {}): Promise<string> {
    const call = { tool_name: 'Bash', tool_input: { command }, ...fields }
    assert.equal(await repo.hook(session, 'PreToolUse', call), undefined)
    await meanwhile()
    // Files are dated by a clock that ticks every 4 to 10 ms. What is written in the tick of the hook may have been there before it, and is nobody's; a client takes longer.
    await sleep(25)
    execFileSync('sh', ['-c', command], { cwd: repo.root, stdio: 'ignore' })
    return contextOf(await repo.hook(session, 'PostToolUse', call))
  }

  async function conflicts(): Promise<string[]> {
    const someone = await repo.other()
    const errors = await someone.listErrors({ kind: 'conflict' })
    await someone.close()
    return errors.map(({ agent, resource, count }) => `${agent} ${resource}${count > 1 ? ` ${count}` : ''}`)
  }

  async function hold(...files: string[]): Promise<void> {
    for (const file of files) assert.equal(await repo.edit('one', file), undefined)
  }

  it('is noted as a conflict where it says what it writes, and the agent is told', async () => {
    await hold('src/a.ts', 'src/b.ts', 'src/new.ts')
    const told = await shell('two', "sed -i 's/one/two/' src/a.ts && echo x > src/new.ts")
    assert.match(told, /your shell command changed a file that somebody else has locked/)
    assert.deepEqual(markedIn(told)['changed'], [{ file: 'src/a.ts', holder: 'claude-1', holderName: 'claude-1' }, { file: 'src/new.ts', holder: 'claude-1', holderName: 'claude-1' }])
    assert.match(await shell('two', 'rm src/b.ts'), /src\/b\.ts/)
    assert.match(await shell('two', 'echo y >> src/a.ts'), /src\/a\.ts/)
    assert.deepEqual(await conflicts(), ['claude-2 src/a.ts 2', 'claude-2 src/new.ts', 'claude-2 src/b.ts'])
    assert.deepEqual(readdirSync(join(repo.folder, 'hooks')), [])
  })

  it('is one by git too, where the file is as git has it now', async () => {
    await hold('src/a.ts', 'src/b.ts', 'src/c.ts')
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'work of the holder\n')
    // While git runs, the holder goes on with another file: that one is not git's doing.
    const told = await shell('two', 'git checkout -- src/a.ts', () => writeFileSync(join(repo.root, 'src', 'b.ts'), 'more of it\n'))
    assert.deepEqual(markedIn(told)['changed'], [{ file: 'src/a.ts', holder: 'claude-1', holderName: 'claude-1' }])
    assert.deepEqual(await conflicts(), ['claude-2 src/a.ts'])
    assert.match(await shell('two', 'git stash'), /src\/b\.ts/)
    assert.deepEqual(await conflicts(), ['claude-2 src/a.ts', 'claude-2 src/b.ts'])
  })

  it('is none where nothing says that it was this command', async () => {
    await hold('src/a.ts', 'src/b.ts')
    const holderWrites = (): void => writeFileSync(join(repo.root, 'src', 'a.ts'), `${Math.random()}\n`)
    // It reads the file while its holder writes it; says it would write and does not; writes what nobody holds; is the holder's own.
    assert.equal(await shell('two', 'cat src/a.ts; sed -n 1p src/a.ts', holderWrites), '')
    assert.equal(await shell('two', 'node -e 0', holderWrites), '')
    assert.equal(await shell('two', 'false && rm src/b.ts || true'), '')
    assert.equal(await shell('two', 'echo x > src/c.ts'), '')
    assert.equal(await shell('two', 'git status && git checkout -q HEAD', holderWrites), '')
    assert.equal(await shell('one', "sed -i 's/0/1/' src/a.ts"), '')
    assert.deepEqual(await conflicts(), [])
  })

  it('is none within the family, under a shared lock, and after a lock is gone', async () => {
    await hold('src/a.ts')
    assert.equal(await shell('one', 'echo x > src/a.ts', undefined, { agent_id: 'sub-1' }), '')
    const ada = await repo.other('ada')
    await ada.claim('src/b.ts', { mode: 'shared' })
    await ada.claim('src/c.ts')
    await ada.release('src/c.ts')
    await ada.close()
    assert.equal(await shell('two', 'echo x > src/b.ts; echo x > src/c.ts'), '')
    assert.deepEqual(await conflicts(), [])
  })

  it('leaves nothing behind, follows no link, and never keeps a command from running', async () => {
    await hold('src/a.ts')
    const outside = repo.sandbox.path('outside')
    mkdirSync(outside)
    symlinkSync(outside, join(repo.folder, 'hooks'))
    assert.equal(await shell('two', 'echo x > src/a.ts'), '')
    assert.deepEqual(readdirSync(outside), [])
    rmSync(join(repo.folder, 'hooks'))
    await repo.hook('two', 'PreToolUse', { tool_name: 'Bash', tool_input: { command: 'echo x > src/a.ts' } })
    const [mark = ''] = readdirSync(join(repo.folder, 'hooks'))
    const target = join(outside, 'target')
    writeFileSync(target, readFileSync(join(repo.folder, 'hooks', mark)))
    rmSync(join(repo.folder, 'hooks', mark))
    symlinkSync(target, join(repo.folder, 'hooks', mark))
    assert.equal(await shell('two', 'echo x > src/a.ts').then((told) => told.includes('src/a.ts')), true)
    assert.equal(existsSync(target), true)
    rmSync(join(repo.folder, 'hooks'), { recursive: true })
    writeFileSync(join(repo.folder, 'hooks'), 'a file')
    assert.equal(await shell('two', 'echo x > src/a.ts'), '')
  })
})
