import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import type { ClaimView } from '../../../src/core/model/operations.js'
import type { World } from '../../../src/core/muster.js'
import type * as Commands from '../../../src/vscode/terminalCommands.js'
import { noteConflicts } from '../../../src/vscode/terminalConflicts.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { git, Sandbox } from '../system/sandbox.js'
import { Heard, Screen, withEditor } from './editor.js'
import { agent, claim, ledgerStatus, world } from './fakes.js'

type Given = Parameters<typeof noteConflicts>

/** Later than whatever was written before the editor told of a beginning. */
const LATER = 60_000

describe('a command that a person types in a terminal', () => {
  let sandbox: Sandbox
  let root: string
  let logged: { resource: string; message: string }[]
  let known: World

  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    for (const name of ['b', 'c']) sandbox.put(`repo/src/${name}.ts`, 'one\n')
    git(root, 'add', '.')
    git(root, 'commit', '-qm', 'files')
    logged = []
  })
  afterEach(() => sandbox.dispose())

  function hold(...claims: ClaimView[]): void {
    const agents = [agent({ id: 'me', name: 'Maria', kind: 'person', me: true }), agent({ id: 'bea' }), agent({ id: 'helper', parent: 'me' }), agent({ id: 'deep', parent: 'helper' })]
    known = world({ agents, claims })
  }

  const muster = (fields: object = {}): object => ({ agent: 'me', root, folder: `${root}/.muster`, ledgerStatus: () => ledgerStatus, logError: (error: (typeof logged)[number]) => (logged.push(error), Promise.resolve()), ...fields })
  const windowOf = (fields: object = {}): Given[0] => ({ muster: muster(fields), world: () => known }) as unknown as Given[0]

  /** Runs it, and has it noted as the editor tells of it. @param began ms after now at which the editor told of its beginning */
  async function type(command: string, { cwd = root, began = 0, terminal = {}, trusted = true, muster = {}, runs = command, scheme = 'file' } = {}): Promise<string[]> {
    const at = Date.now() + began
    execFileSync('sh', ['-c', runs], { cwd, stdio: 'ignore' })
    logged.length = 0
    const execution = { commandLine: { value: command, isTrusted: trusted, confidence: 2 }, cwd: { scheme, fsPath: cwd } }
    await noteConflicts(windowOf(muster), { name: 'bash', creationOptions: {}, ...terminal }, execution as unknown as Given[2], at)
    return logged.map(({ message }) => message)
  }

  it('is noted as a conflict where it says what it writes, and somebody else holds that alone', async () => {
    hold(claim({ resource: 'src/a.ts' }), claim({ resource: 'src/b.ts' }))
    assert.deepEqual(await type('echo x >> src/a.ts && echo y > src/c.ts'), ['Maria changed src/a.ts by a shell command while Bea held it'])
    assert.deepEqual(logged, [{ kind: 'conflict', severity: 'medium', resource: `${root}/src/a.ts`, message: 'Maria changed src/a.ts by a shell command while Bea held it' }])
    assert.deepEqual(await type('sed -i s/x/z/ a.ts b.ts', { cwd: `${root}/src` }), ['Maria changed src/a.ts by a shell command while Bea held it', 'Maria changed src/b.ts by a shell command while Bea held it'])
    // The editor tells of the beginning of what is over by then.
    assert.deepEqual(await type('rm src/b.ts', { began: 300 }), ['Maria changed src/b.ts by a shell command while Bea held it'])
    assert.equal(existsSync(`${root}/src/b.ts`), false)
    hold(claim({ resource: 'src/', kind: 'folder' }))
    assert.deepEqual(await type('mv src/c.ts src/d.ts'), ['Maria changed src/d.ts by a shell command while Bea held it', 'Maria changed src/c.ts by a shell command while Bea held it'])
    // A folder that something is copied into is no file that went.
    hold(claim({ resource: 'lib/', kind: 'folder' }))
    assert.deepEqual(await type('mkdir lib && cp src/a.ts lib'), ['Maria changed lib/a.ts by a shell command while Bea held it'])
  })

  it('is one by git too, where the file is as git has it now, in the working tree that it runs in', async () => {
    hold(claim({ resource: 'src/b.ts' }), claim({ resource: 'src/c.ts' }))
    sandbox.put('repo/src/b.ts', 'work of the holder\n')
    // While git runs, the holder goes on with another file: that one is not git's doing.
    assert.deepEqual(await type('git checkout -- src/b.ts', { runs: 'git checkout -- src/b.ts; echo more > src/c.ts' }), ['Maria changed src/b.ts by a shell command while Bea held it'])
    git(root, 'worktree', 'add', '-q', '-b', 'feat-x', sandbox.path('feat-x'))
    hold(claim({ resource: 'src/b.ts', tree: 'feat-x' }))
    const there = { cwd: sandbox.path('feat-x') }
    assert.deepEqual(await type('echo x > src/b.ts', there), ['Maria changed src/b.ts by a shell command while Bea held it'])
    assert.deepEqual(await type('git stash', there), ['Maria changed src/b.ts by a shell command while Bea held it'])
    assert.deepEqual(await type('echo x > src/b.ts'), [])
  })

  it('is none where nothing says that it was this command', async () => {
    hold(claim({ resource: 'src/a.ts' }), claim({ resource: 'src/b.ts' }))
    // It reads the file while its holder writes it; says it would write, and does not, or what is gone for long; writes what nobody holds.
    assert.deepEqual(await type('cat src/a.ts', { runs: 'echo x > src/a.ts' }), [])
    assert.deepEqual(await type('prettier --write src/a.ts', { runs: 'true', began: LATER }), [])
    assert.deepEqual(await type('rm -f src/gone.ts', { began: LATER }), [])
    assert.deepEqual(await type('echo x > src/c.ts'), [])
    // It never was there, and its folder changed meanwhile.
    hold(claim({ resource: 'src/new.ts' }))
    assert.deepEqual(await type('rm -f src/new.ts', { runs: 'touch src/other.ts' }), [])
    // Whoever locked it did so meanwhile; it ran for so long that its holder may have written, and committed, it.
    hold(claim({ resource: 'src/a.ts', since: new Date(Date.now() + 60_000).toISOString() }))
    assert.deepEqual(await type('echo x > src/a.ts'), [])
    hold(claim({ resource: 'src/a.ts' }))
    assert.deepEqual(await type('echo x > src/a.ts && npm start', { runs: 'echo x > src/a.ts', began: -40_000 }), [])
    // What git ignores is not as git has it.
    sandbox.put('repo/.gitignore', 'dist/\n')
    sandbox.put('repo/dist/a.js', 'one\n')
    hold(claim({ resource: 'dist/a.js' }))
    assert.deepEqual(await type('git stash', { runs: 'echo two > dist/a.js' }), [])
    // Nobody can tell when it began, where it ran, or that it was a command at all.
    assert.deepEqual(await type('echo x > src/a.ts', { trusted: false }), [])
    assert.deepEqual(await type('echo x > src/a.ts', { scheme: 'vscode-remote' }), [])
    await noteConflicts(windowOf(), { name: 'bash', creationOptions: {} }, { commandLine: { value: 'echo x > src/a.ts', isTrusted: true, confidence: 2 }, cwd: { scheme: 'file', fsPath: root } } as unknown as Given[2], undefined)
    assert.deepEqual(logged, [])
    // The same path in another repository.
    const other = sandbox.repository('other')
    assert.deepEqual(await type('echo x > src/a.ts && git checkout -- src', { cwd: other }), [])
  })

  it('is none within the family, under a shared lock, on part of a file, or when the holder is gone', async () => {
    for (const fields of [{ heldBy: 'me', mine: true }, { heldBy: 'helper' }, { heldBy: 'deep' }, { mode: 'shared' as const }, { presence: 'gone' as const }, { resource: 'src/a.ts#Router', kind: 'symbol' as const }]) {
      hold(claim({ resource: 'src/a.ts', ...fields }))
      assert.deepEqual(await type('echo x >> src/a.ts'), [], JSON.stringify(fields))
    }
  })

  it('is nobody\'s but an agent\'s in a terminal of one', async () => {
    hold(claim({ resource: 'src/a.ts' }))
    const write = (terminal: object): Promise<string[]> => type('echo x >> src/a.ts', { terminal })
    assert.deepEqual(await write({ creationOptions: { hideFromUser: true } }), [])
    assert.deepEqual(await write({ creationOptions: { env: { MUSTER_AGENT: 'helper' } } }), [])
    // Which variables it was given is not known any more after a reload.
    assert.deepEqual(await write({ name: 'helper' }), [])
    assert.equal((await write({ name: 'build', creationOptions: { env: { MUSTER_AGENT: 'me', CI: '1' } } })).length, 1)
  })

  it('is dated by the clock of the disk', async () => {
    hold(claim({ resource: 'src/a.ts' }))
    const muster = (clockMs: number): object => ({ ledgerStatus: () => ({ ...ledgerStatus, probe: { clockMs } }) })
    assert.deepEqual(await type('echo x >> src/a.ts', { began: LATER, muster: muster(-LATER) }), ['Maria changed src/a.ts by a shell command while Bea held it'])
    assert.deepEqual(await type('echo x >> src/a.ts', { muster: muster(LATER) }), [])
  })

  describe('in a window', () => {
    let began: Heard<unknown>
    let ended: Heard<unknown>
    let asked: number

    async function watched(fields: object = {}): Promise<{ dispose(): void }> {
      const screen = new Screen()
      began = new Heard()
      ended = new Heard()
      asked = 0
      Object.assign(screen.window, { onDidStartTerminalShellExecution: began.event, onDidEndTerminalShellExecution: ended.event })
      const { noteTerminalCommands } = await withEditor<typeof Commands>('terminalCommands.ts', screen)
      const window = { ...windowOf(), writable: true, world: () => (asked++, known), ...fields }
      return noteTerminalCommands(window as unknown as Parameters<typeof noteTerminalCommands>[0], (error) => assert.fail(String(error)))
    }

    /** A command that the editor tells of. `looked`: what of it was looked at. */
    function execution(command: string): { looked: string[]; terminal: object; execution: object } {
      const looked: string[] = []
      const over = (target: object): object => new Proxy(target, { get: (from, name) => (looked.push(String(name)), (from as Record<string | symbol, unknown>)[name]) })
      return { looked, terminal: over({ name: 'bash', creationOptions: {} }), execution: over({ commandLine: { value: command, isTrusted: true, confidence: 2 }, cwd: { scheme: 'file', fsPath: root } }) }
    }

    it('is looked at when it has ended, and is noted from its beginning on', async () => {
      hold(claim({ resource: 'src/a.ts' }))
      const commands = await watched()
      const one = execution('echo x >> src/a.ts')
      began.fire(one)
      assert.deepEqual([asked, one.looked], [0, []])
      execFileSync('sh', ['-c', 'echo x >> src/a.ts'], { cwd: root })
      ended.fire(one)
      await eventually('the conflict', () => logged.length === 1)
      assert.equal(logged[0]!.message, 'Maria changed src/a.ts by a shell command while Bea held it')
      commands.dispose()
      ended.fire(one)
      assert.equal(asked, 2)
    })

    it('is not looked at where nobody else has locked anything, or nothing can be noted', async () => {
      for (const [claims, fields] of [[[], {}], [[claim({ resource: 'src/a.ts', mine: true })], {}], [[claim({ resource: 'src/a.ts' })], { writable: false }]] as const) {
        hold(...claims)
        const commands = await watched(fields)
        const one = execution('echo x >> src/a.ts')
        began.fire(one)
        ended.fire(one)
        commands.dispose()
        assert.deepEqual(one.looked, [])
      }
      assert.ok(lstatSync(`${root}/src/a.ts`).isFile())
      assert.deepEqual(logged, [])
    })
  })
})
