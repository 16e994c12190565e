import assert from 'node:assert/strict'
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { agentIdOf } from '../../../src/core/model/agentId.js'
import { foldName } from '../../../src/core/names.js'
import { repairFolder } from '../../../src/core/repair.js'
import { openMuster } from '../../../src/core/open.js'
import { Sandbox } from './sandbox.js'

const pieces = ['../', '..\\', '/etc/passwd', '/', '~/x', 'C:\\Windows', '\\\\host\\share', 'CON', 'nul', 'COM1.txt', 'a:b', 'a.', 'a ', '...', '.', '..', '\0', '\u001b[31m', '\r\n', '\u202eexe.ts', '\u200b', '\ufeff', '\u00e9', 'e\u0301', 'É', 'ß', 'SS', 'ſs', 'ΑΣ', 'ας', 'ασ', 'İ', 'ı', 'x'.repeat(10_000), '\u{1f468}\u200d\u{1f469}', '\ud800', '\udc00a', '%2e%2e%2f', '$(id)', '`id`', '; rm -rf /', '| cat', '-rf', '--help', '__proto__', 'constructor', 'toString', '{"a":1}', '<script>', '[x](command:y)', '${HOME}', '%PATH%', '*', '**', '?', '{a,b}', '#', 'name:', 'port:', '.git/config', '.muster/ledger/00000001.jsonl', '.gitignore']
const hostile = [...new Set([...pieces, ...pieces.map((piece) => `../${piece}`), ...pieces.map((piece) => `a/${piece}`), ...pieces.map((piece) => `${piece}${piece}`)])]

function plainly(name: string): string {
  return foldName(name.normalize('NFKC'), { letters: 'full', forms: 'same' }).trim().replace(/ +/g, '-')
}

/** Everything below a folder, with what it holds. */
function inventory(folder: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    found.set(relative(folder, path), entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? readFileSync(path, 'latin1') : String(lstatSync(path).mode))
  }
  return found
}

describe('hostile names', () => {
  let sandbox: Sandbox
  let root: string
  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    sandbox.put('outside/secret', 'secret')
  })
  afterEach(() => sandbox.dispose())

  it('of agents are files of their own, in one folder, on every file system', () => {
    assert.ok(hostile.length >= 200)
    const ids = new Set(hostile.map(agentIdOf).filter((id) => id !== ''))
    for (const id of ids) {
      assert.match(id, /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u)
      assert.ok(!id.endsWith('.') && [...id].length <= 64 && !/\p{Cs}/u.test(id), id)
      assert.equal(agentIdOf(id), id)
    }
    assert.equal(new Set([...ids].map((id) => foldName(id, { letters: 'full', forms: 'same' }))).size, ids.size)
  })

  it('of agents are agents of their own, but for case, spaces and forms of Unicode', () => {
    const names = new Map<string, string>()
    const others = ['alpha', '\u202ealpha', 'alpha\u200b', '\u2066alpha', 'alpha.', '-alpha', 'a-b', 'a/b', 'a\\b', 'a\0b', 'a\u001b[31mb', 'x'.repeat(64), 'x'.repeat(65), 'con-', 'agent-con']
    for (const name of [...hostile, ...others]) {
      const id = agentIdOf(name)
      const known = names.get(id)
      if (id === '' || known === undefined) names.set(id, name)
      else assert.equal(plainly(name), plainly(known), `${JSON.stringify(name.slice(0, 80))} and ${JSON.stringify(known.slice(0, 80))} are both ${id}`)
    }
    assert.ok(names.size > 150, String(names.size))
    assert.equal(agentIdOf('ALPHA '), 'alpha')
  })

  it('of resources, agents, keys and recipients reach nothing outside', async () => {
    const before = inventory(sandbox.base)
    const muster = await openMuster({ folder: join(root, '.muster'), root, agent: 'tester' })
    const refused = (error: unknown): void => assert.ok(isMusterError(error) && ['INVALID_INPUT', 'OUTSIDE_ROOT', 'AGENT_IN_USE'].includes(error.code), String(error))
    for (const text of hostile) {
      for (const result of await Promise.allSettled([muster.claim(text, { force: true }), muster.claim('src/a.ts', { key: text }), muster.sendMessage({ to: text, subject: text }), muster.acknowledge(text), muster.release(text), muster.getAgent(text)])) {
        if (result.status === 'rejected') refused(result.reason)
      }
      for (const claim of await muster.listClaims({ mine: true })) await muster.release(claim.resource).catch(refused)
    }
    await muster.close()
    for (const agent of hostile.filter((_, index) => index % 7 === 0)) {
      await openMuster({ folder: join(root, '.muster'), root, agent, attached: false }).then(async (other) => {
        await other.startup()
        await other.close()
      }, refused)
    }
    const after = inventory(sandbox.base)
    for (const path of [...after.keys()].filter((path) => path === 'repo/.muster' || path.startsWith('repo/.muster/'))) after.delete(path)
    assert.deepEqual(after, before)
  })
})

describe('links planted where records are kept', () => {
  const planted = ['.muster', '.muster/ledger', '.muster/ledger/00000001.jsonl', '.muster/.gitignore', '.muster/snapshots', '.muster/archive', '.muster/presence']
  let sandbox: Sandbox
  let root: string
  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    sandbox.put('outside/file', '')
    mkdirSync(sandbox.path('outside/folder'))
  })
  afterEach(() => sandbox.dispose())

  async function work(): Promise<void> {
    const muster = await openMuster({ folder: join(root, '.muster'), root, agent: 'tester' })
    await muster.claim('src/a.ts')
    await muster.close()
  }

  for (const path of planted) {
    for (const target of ['outside/file', 'outside/folder', 'outside/new']) {
      it(`lead nowhere: ${path} to ${target}`, async () => {
        mkdirSync(join(root, path, '..'), { recursive: true })
        symlinkSync(sandbox.path(target), join(root, path))
        const before = inventory(sandbox.path('outside'))
        await work().catch((error: unknown) => assert.ok(isMusterError(error) && error.code === 'FOLDER_UNUSABLE' && error.hint, String(error)))
        assert.deepEqual(inventory(sandbox.path('outside')), before)
      })
    }
  }

  it('lead nowhere when a repair puts originals aside', async () => {
    await work()
    const segment = join(root, '.muster/ledger/00000001.jsonl')
    const damaged = readFileSync(segment, 'utf8').replace('"claim.granted"', '"claim.grunted"')
    for (const target of ['outside/file', 'outside/folder', 'outside/new']) {
      writeFileSync(segment, damaged)
      symlinkSync(sandbox.path(target), join(root, '.muster/damaged'))
      const before = inventory(sandbox.path('outside'))
      await assert.rejects(repairFolder({ folder: join(root, '.muster') }), (error) => isMusterError(error) && error.code === 'FOLDER_UNUSABLE' && Boolean(error.hint))
      assert.deepEqual(inventory(sandbox.path('outside')), before)
      assert.equal(readFileSync(segment, 'utf8'), damaged)
      rmSync(join(root, '.muster/damaged'))
    }
    assert.equal((await repairFolder({ folder: join(root, '.muster') })).ok, true)
  })

  it('change nothing where a ledger with a second name is, or one is planted while it is open', async () => {
    await work()
    const segment = join(root, '.muster/ledger/00000001.jsonl')
    linkSync(segment, sandbox.path('outside/hard'))
    const before = inventory(sandbox.path('outside'))
    await assert.rejects(work(), (error) => isMusterError(error) && error.code === 'FOLDER_UNUSABLE' && /hard link/.test(error.message))
    assert.deepEqual(inventory(sandbox.path('outside')), before)

    rmSync(sandbox.path('outside/hard'))
    const muster = await openMuster({ folder: join(root, '.muster'), root, agent: 'tester' })
    const text = readFileSync(segment)
    for (const plant of [() => symlinkSync(sandbox.path('outside/copy'), segment), () => linkSync(sandbox.path('outside/copy'), segment)]) {
      writeFileSync(sandbox.path('outside/copy'), text)
      rmSync(segment)
      plant()
      await assert.rejects(muster.claim('src/b.ts'), isMusterError)
      assert.deepEqual(readFileSync(sandbox.path('outside/copy')), text)
    }
    await muster.close()
    assert.deepEqual(readFileSync(sandbox.path('outside/copy')), text)
  })

  it('do not end the ledger where its next part is to be', async () => {
    writeFileSync(sandbox.path('outside/next'), 'theirs')
    const { openFolderLedger } = await import('../../../src/core/ledger/folder/openFolderLedger.js')
    const { add, testClock, testMachine } = await import('../../contract/testMachine.js')
    for (const [name, plant] of [['symlink', symlinkSync], ['hardlink', linkSync]] as const) {
      const folder = sandbox.path(name)
      const ledger = await openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, segmentBytes: 700 })
      plant(sandbox.path('outside/next'), join(folder, 'ledger/00000002.jsonl'))
      for (let n = 1; n <= 5; n++) await ledger.submit(add(`a:${n}`, 1, 'x'.repeat(300)))
      assert.equal((await ledger.refresh()).sum, 5)
      await ledger.close()
      assert.equal(readFileSync(sandbox.path('outside/next'), 'utf8'), 'theirs')
    }
  })
})
