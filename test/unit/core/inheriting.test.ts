import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { inheritInTime } from '../../../src/core/inheriting.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { file, MINUTE, RuleTable } from '../rules/table.js'

const openModule = new URL('../../../src/core/open.js', import.meta.url).href

describe('what a killed process had locked', () => {
  let repo: string
  let opened: Muster[]
  let holder: ChildProcess | undefined
  /** Files that its editor has unsaved text in. */
  let unsaved: string[]
  const git = (...args: string[]): unknown => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', repo, ...args], { stdio: 'ignore' })

  beforeEach(() => {
    repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-inherit-')))
    git('init', '-q')
    for (const file of ['a.ts', 'b.ts', 'c.ts']) writeFileSync(join(repo, file), 'one\n')
    git('add', '.')
    git('commit', '-qm', 'one')
    opened = []
    unsaved = []
  })
  afterEach(async () => {
    holder?.kill('SIGKILL')
    for (const muster of opened) await muster.close()
    removeFolder(repo)
  })

  async function open(agent: string): Promise<Muster> {
    const muster = await openMuster({ folder: join(repo, '.muster'), agent, root: repo, settings: { rescanSeconds: 0.1, graceSeconds: 1 } })
    opened.push(muster)
    return muster
  }

  /** A process of alpha's with these locks. */
  async function hold(...resources: string[]): Promise<void> {
    const script = `const { openMuster } = await import(${JSON.stringify(openModule)})
      const muster = await openMuster({ folder: '.muster', agent: 'alpha' })
      await muster.checkIn(null, { unsaved: ${JSON.stringify(unsaved)} })
      console.log((await muster.claimAll(${JSON.stringify(resources)})).ok)
      setInterval(() => {}, 1e6)`
    holder = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: repo, stdio: ['ignore', 'pipe', 'inherit'] })
    const [told] = (await once(holder.stdout!, 'data')) as [Buffer]
    assert.equal(String(told).trim(), 'true')
  }

  async function kill(): Promise<void> {
    holder!.kill('SIGKILL')
    await once(holder!, 'exit')
  }

  const inLine = async (muster: Muster, resource: string): Promise<void> => {
    const result = await muster.claim(resource, { wait: true })
    assert.equal(!result.ok && result.reason, 'QUEUED')
  }
  const heldBy = (muster: Muster): string[] => muster.state().claims.map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()

  it('goes to whoever waits for it, though nobody does anything; they are told once, and so is its holder', async () => {
    await hold('a.ts', 'name:staging-db')
    const beta = await open('beta')
    await inLine(beta, 'a.ts')
    await inLine(beta, 'name:staging-db')
    assert.deepEqual(heldBy(beta), ['a.ts alpha', 'name:staging-db alpha'])
    await kill()
    await eventually('both to be theirs', () => heldBy(beta).join() === 'a.ts beta,name:staging-db beta')
    const told = (await beta.readMessages({ peek: true })).filter(({ to }) => to === 'beta').map(({ about, subject }) => [about?.act, subject])
    assert.deepEqual(told, [['granted', 'a.ts is yours now'], ['granted', 'name:staging-db is yours now']])
    const alpha = await open('alpha')
    assert.deepEqual((await alpha.readMessages({ peek: true })).map(({ about }) => about?.act), ['taken', 'taken'])
  })

  it('goes to the first in line, whichever process notices', async () => {
    await hold('a.ts')
    const [beta, gamma] = [await open('beta'), await open('gamma')]
    await inLine(gamma, 'a.ts')
    await inLine(beta, 'a.ts')
    await kill()
    await eventually('it to be granted', () => heldBy(beta).join() !== 'a.ts alpha')
    assert.deepEqual(heldBy(beta), ['a.ts gamma'])
  })

  it('stays for a person to look at where changes are not committed, and where somebody else is in the way as well', async () => {
    await hold('a.ts', 'b.ts')
    const [beta, gamma] = [await open('beta'), await open('gamma')]
    await gamma.claim('c.ts')
    writeFileSync(join(repo, 'a.ts'), 'half done\n')
    await inLine(beta, 'a.ts')
    const both = await beta.claimAll(['b.ts', 'c.ts'], { wait: true })
    assert.equal(!both.ok && both.reason, 'QUEUED')
    await kill()
    await eventually('it to be seen', () => beta.state().claims.filter(({ stale }) => stale).length === 2)
    // Looked at later than the others: by then they would be gone.
    await hold('name:last')
    await inLine(beta, 'name:last')
    await kill()
    await eventually('the last one', () => heldBy(beta).includes('name:last beta'))
    assert.deepEqual(heldBy(beta), ['a.ts alpha', 'b.ts alpha', 'c.ts gamma', 'name:last beta'])
    await gamma.release('c.ts')
    await eventually('the two', () => heldBy(beta).join() === 'a.ts alpha,b.ts beta,c.ts beta,name:last beta')
  })

  /** Beta waits for each, alpha is killed, and these have not gone to beta when the last one has. */
  async function staysAlphas(...files: string[]): Promise<void> {
    await hold(...files, 'name:last')
    const beta = await open('beta')
    for (const resource of [...files, 'name:last']) await inLine(beta, resource)
    await kill()
    await eventually('the last one', () => heldBy(beta).includes('name:last beta'))
    assert.deepEqual(heldBy(beta), [...files.map((path) => `${path} alpha`), 'name:last beta'].sort())
  }

  it('stays where its editor has unsaved text in it', async () => {
    unsaved = ['a.ts']
    await staysAlphas('a.ts')
  })

  it('stays for who stands by in line, too, where text is unsaved, git ignores it, or a person was not asked about changes', async () => {
    unsaved = ['a.ts']
    writeFileSync(join(repo, '.git/info/exclude'), '.env\n')
    writeFileSync(join(repo, '.env'), 'half done\n')
    await hold('a.ts', 'b.ts', 'c.ts', '.env')
    const maria = await openMuster({ folder: join(repo, '.muster'), agent: 'maria', kind: 'person', root: repo, attached: false })
    opened.push(maria)
    writeFileSync(join(repo, 'b.ts'), 'half done\n')
    const over = new AbortController()
    const [a, b, env, c] = ['a.ts', 'b.ts', '.env', 'c.ts'].map((resource) => maria.claim(resource, { wait: true, timeoutMinutes: 60, signal: over.signal }))
    await eventually('all to be in line', () => maria.state().claims.every(({ waiters }) => waiters.length === 1))
    await kill()
    // Looked at after the others.
    assert.equal((await c)?.ok, true)
    over.abort()
    assert.deepEqual([(await a)?.ok, (await b)?.ok, (await env)?.ok], [false, false, false])
    assert.deepEqual(heldBy(maria).sort(), ['.env alpha', 'a.ts alpha', 'b.ts alpha', 'c.ts maria'])
    const taken = await maria.claim('b.ts', { takeOver: true })
    assert.ok(taken.ok && taken.uncommitted?.join() === 'b.ts')
  })

  it('stays where git ignores it, or a part of it', async () => {
    writeFileSync(join(repo, '.gitignore'), '.env\nbuild/\n*.log\n')
    git('add', '.')
    git('commit', '-qm', 'two')
    for (const folder of ['build', 'src/build', 'src/logs']) mkdirSync(join(repo, folder), { recursive: true })
    for (const path of ['.env', 'build/out.js', 'src/build/b.ts', 'src/logs/a.log']) writeFileSync(join(repo, path), 'half done\n')
    await staysAlphas('.env', 'build/out.js', 'src/*/b.ts', 'src/logs/')
  })

  it('stays outside git, but for names', async () => {
    removeFolder(join(repo, '.git'))
    await staysAlphas('a.ts')
  })

  it('is not taken from a process that lives, whoever waits', async () => {
    await hold('a.ts')
    const beta = await open('beta')
    await inLine(beta, 'a.ts')
    const looked = beta.ledgerStatus().head
    await beta.checkIn(null, { message: 'waits' })
    for (let seen = 0; seen < 10; seen++) await new Promise((resolve) => setTimeout(resolve, 100))
    assert.ok(beta.ledgerStatus().head > looked)
    assert.deepEqual(heldBy(beta), ['a.ts alpha'])
  })
})

describe('how a process that stays looks for it', () => {
  let table: RuleTable
  /** Asks git so often. */
  let asked: number
  let clean: boolean
  let broken: boolean
  beforeEach(() => {
    table = new RuleTable()
    ;[asked, clean, broken] = [0, true, false]
    for (const name of ['alpha', 'beta', 'gamma']) table.join(name)
    table.claim('alpha', file('a'))
    for (const name of ['beta', 'gamma']) table.claim(name, file('a'), { wait: true })
  })

  /** @returns what lets it look once, to the end */
  function begin(agent: string): () => Promise<void> {
    let tick = (): void => undefined
    const parts: Parameters<typeof inheritInTime>[0] = {
      ledger: { peek: () => table.state } as Parameters<typeof inheritInTime>[0]['ledger'],
      tree: { isAllCommitted: () => Promise.resolve((asked++, clean)) } as unknown as Parameters<typeof inheritInTime>[0]['tree'],
      connection: {
        attached: true,
        joined: true,
        mayChallenge: true,
        now: () => table.stamp(),
        context: () => table.context(agent),
        perform: (rule, command) => (broken ? Promise.reject(new Error('no space')) : Promise.resolve(table.run(agent, rule, command))),
        onDidTick: (listener) => {
          tick = () => listener()
          return { dispose: () => undefined }
        },
      },
    }
    inheritInTime(parts)
    return async () => {
      table.pass(4_000)
      tick()
      // All it waits for is there already.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async function during(ms: number, look: () => Promise<void>): Promise<void> {
    for (const until = table.now + ms; table.now < until; ) await look()
  }

  it('takes at once what it saw the end of', async () => {
    const look = begin('beta')
    await look()
    table.kill('alpha')
    await look()
    assert.deepEqual(table.holderOf('a'), ['beta'])
  })

  it('gives who was gone before it began a minute to come back', async () => {
    table.kill('alpha')
    const look = begin('beta')
    await during(56_000, look)
    assert.deepEqual([table.holderOf('a'), asked], [['alpha'], 0])
    await look()
    assert.deepEqual(table.holderOf('a'), ['beta'])
  })

  it('leaves what somebody came back for in that minute', async () => {
    table.kill('alpha')
    const look = begin('beta')
    await during(20_000, look)
    table.join('alpha', { session: 's-again' })
    await during(2 * MINUTE, look)
    assert.deepEqual([table.holderOf('a'), asked], [['alpha'], 0])
  })

  it('asks git twice a minute for what is not clean, and less often the further back it stands', async () => {
    const looks = [begin('beta'), begin('gamma')]
    clean = false
    table.kill('alpha')
    await during(2 * MINUTE, looks[0]!)
    const first = asked
    assert.ok(first >= 3 && first <= 5, String(first))
    await during(2 * MINUTE, looks[1]!)
    assert.ok(asked - first >= 1 && asked - first <= 2, String(asked - first))
    clean = true
    await during(2 * MINUTE, looks[1]!)
    assert.deepEqual(table.holderOf('a'), ['beta'])
  })

  it('asks no more often where nothing can be written, and goes on when it can', async () => {
    const look = begin('beta')
    broken = true
    table.kill('alpha')
    await during(28_000, look)
    assert.deepEqual([table.holderOf('a'), asked], [['alpha'], 1])
    broken = false
    await during(8_000, look)
    assert.deepEqual([table.holderOf('a'), asked], [['beta'], 2])
  })
})
