import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { FSWatcher } from 'chokidar'
import { linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { openFolderLedger, type FolderLedgerOptions } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { fileTurns } from '../../../src/core/ledger/folder/turnLock.js'
import { watchFolder } from '../../../src/core/ledger/folder/watcher.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'
import { posixOnly } from '../posixOnly.js'
import { code, type FolderLedger } from './ledgerOnDisk.js'

describe('folder ledger on a real disk', () => {
  let root: string
  let folder: string
  let opened: FolderLedger[]

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'muster-disk-'))
    folder = join(root, 'repo', '.muster')
    mkdirSync(join(root, 'repo'))
    mkdirSync(join(root, 'outside'))
    opened = []
  })
  afterEach(async () => {
    for (const ledger of opened) await ledger.close()
    removeFolder(root)
  })

  async function open(options: Partial<FolderLedgerOptions<TestState, TestEvent>> = {}): Promise<FolderLedger> {
    const ledger = await openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 0, ...options })
    opened.push(ledger)
    return ledger
  }

  async function refused(): Promise<void> {
    const before = listing(root)
    await assert.rejects(open(), code('FOLDER_UNUSABLE'))
    await assert.rejects(open({ readOnly: true }), code('FOLDER_UNUSABLE'))
    assert.deepEqual(listing(root), before)
  }

  it('keeps its files to this user, and out of git', async () => {
    await (await open()).submit(add('a:1', 1))
    assert.deepEqual(readdirSync(folder).sort(), ['.gitignore', 'ledger'])
    assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '*\n')
    if (process.platform === 'win32') return
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'ledger')).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'ledger', '00000001.jsonl')).mode & 0o777, 0o600)
  })

  it('refuses a file in its place', async () => {
    writeFileSync(folder, 'mine')
    await refused()
  })

  it('refuses a file in the place of the ledger', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'ledger'), 'mine')
    await refused()
  })

  it('refuses a folder in the place of a segment', async () => {
    mkdirSync(join(folder, 'ledger', '00000001.jsonl'), { recursive: true })
    await refused()
  })

  it('refuses a place that is not there', async () => {
    rmSync(join(root, 'repo'), { recursive: true })
    await refused()
  })

  posixOnly('refuses symlinks at every level, and changes nothing behind them', async () => {
    symlinkSync(join(root, 'outside'), folder)
    await refused()
    rmSync(folder)
    mkdirSync(folder)
    symlinkSync(join(root, 'outside'), join(folder, 'ledger'))
    await refused()
    rmSync(join(folder, 'ledger'))
    mkdirSync(join(folder, 'ledger'))
    writeFileSync(join(root, 'outside', 'target'), '')
    symlinkSync(join(root, 'outside', 'target'), join(folder, 'ledger', '00000001.jsonl'))
    await refused()
    assert.equal(readFileSync(join(root, 'outside', 'target'), 'utf8'), '')
  })

  posixOnly('refuses a segment with a second name', async () => {
    mkdirSync(join(folder, 'ledger'), { recursive: true })
    writeFileSync(join(root, 'outside', 'target'), '')
    linkSync(join(root, 'outside', 'target'), join(folder, 'ledger', '00000001.jsonl'))
    await refused()
  })

  posixOnly('does not write through a symlink planted at the next segment', async () => {
    const ledger = await open({ segmentBytes: 500 })
    writeFileSync(join(root, 'outside', 'target'), '')
    symlinkSync(join(root, 'outside', 'target'), join(folder, 'ledger', '00000002.jsonl'))
    for (let i = 0; i < 6; i++) await ledger.submit(add(`a:${i}`, 1)).catch(() => undefined)
    assert.equal(readFileSync(join(root, 'outside', 'target'), 'utf8'), '')
  })

  posixOnly('does not write through a symlink that replaced its segment while it was open', async () => {
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    const segment = join(folder, 'ledger', '00000001.jsonl')
    renameSync(segment, join(root, 'outside', 'target'))
    symlinkSync(join(root, 'outside', 'target'), segment)
    await assert.rejects(ledger.submit(add('a:2', 1)))
    assert.equal(ledger.status().readOnly?.code, 'FOLDER_UNUSABLE')
    assert.ok(lstatSync(segment).isSymbolicLink())
  })

  it('survives its folder being removed under it', async () => {
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    rmSync(folder, { recursive: true })
    assert.ok((await ledger.submit(add('a:2', 10))).ok)
    assert.equal((await open()).peek().sum, 10)
    assert.equal((await verifyFolder(folder)).ok, true)
  })

  it('verifies what it wrote, and says where there is nothing', async () => {
    await assert.rejects(verifyFolder(folder), code('FOLDER_UNUSABLE'))
    const ledger = await open({ segmentBytes: 1000 })
    for (let i = 0; i < 20; i++) await ledger.submit(add(`a:${i}`, 1))
    const report = await verifyFolder(folder)
    assert.deepEqual([report.ok, report.commits, report.ledger, report.head.seq], [true, 20, ledger.id, ledger.status().head])
  })

  it('sees what others write by file events alone', async () => {
    const [reader, writer] = [await open({ watch: true }), await open()]
    const seen = new Promise<void>((resolve) => reader.onDidAdvance(() => reader.peek().sum === 111 && resolve()))
    for (const [n, amount] of [1, 10, 100].entries()) await writer.submit(add(`b:${n}`, amount))
    await seen
  })

  it('sees what others write by the regular look alone', async () => {
    const [reader, writer] = [await open({ rescanMs: 20 }), await open()]
    const seen = new Promise<void>((resolve) => reader.onDidAdvance(() => reader.peek().sum === 11 && resolve()))
    // The timer does not keep a process alive; here something has to.
    const alive = setInterval(() => undefined, 1000)
    for (const [n, amount] of [1, 10].entries()) await writer.submit(add(`b:${n}`, amount))
    await seen
    clearInterval(alive)
  })

  it('finds by the regular look that it was replaced', async () => {
    const ledger = await open({ rescanMs: 20 })
    const { id } = ledger
    const changed = new Promise<void>((resolve) => ledger.onDidChangeStatus((status) => status.id !== id && resolve()))
    const alive = setInterval(() => undefined, 1000)
    rmSync(folder, { recursive: true })
    await changed
    clearInterval(alive)
    assert.match(ledger.status().notice ?? '', /deleted or replaced/)
  })

  for (const errno of ['ENOSPC', 'EMFILE']) {
    it(`says once that there are no file events (${errno}), and keeps looking`, async () => {
      const watcher = Object.assign(new EventEmitter(), { close: () => Promise.resolve() })
      const problems: string[] = []
      const loaded = new Promise<void>((resolve) => watcher.on('newListener', (event) => event === 'ready' && resolve()))
      let looked: () => void
      const looks = new Promise<void>((resolve) => (looked = resolve))
      const watching = watchFolder(root, {
        watch: true,
        rescan: 10,
        look: () => undefined,
        rescanned: () => looked(),
        onProblem: (problem) => problems.push(problem),
        load: () => Promise.resolve({ watch: () => watcher as unknown as FSWatcher }),
      })
      await loaded
      for (let i = 0; i < 3; i++) watcher.emit('error', Object.assign(new Error('no more watches'), { code: errno }))
      assert.deepEqual(problems, [errno])
      const alive = setInterval(() => undefined, 1000)
      await looks
      clearInterval(alive)
      await watching.close()
    })
  }

  describe('turns', () => {
    it('cost nothing when nobody has one', () => assert.equal(fileTurns(join(root, 'turn.lock'), nodeFs, testClock()).yieldToHolder(), undefined))

    it('are held by one at a time, and waited for', async () => {
      const path = join(root, 'turn.lock')
      const [a, b] = [fileTurns(path, nodeFs, testClock()), fileTurns(path, nodeFs, testClock())]
      assert.equal(await a.acquire(), true)
      assert.equal(a.yieldToHolder(), undefined)
      const waiting = b.yieldToHolder()
      assert.ok(waiting)
      await a.release()
      await waiting
      assert.equal(b.yieldToHolder(), undefined)
      assert.equal(await b.acquire(), true)
      await b.release()
    })

    it('of a dead or stopped owner are waited for once', async () => {
      const path = join(root, 'turn.lock')
      mkdirSync(path)
      utimesSync(path, new Date(), new Date())
      const turns = fileTurns(path, nodeFs, testClock())
      await turns.yieldToHolder()
      assert.equal(turns.yieldToHolder(), undefined)
      assert.equal(await turns.acquire(), false)
      await turns.release()
    })

    it('that were taken away are given back without an error', async () => {
      const path = join(root, 'turn.lock')
      const turns = fileTurns(path, nodeFs, testClock())
      await turns.acquire()
      rmSync(path, { recursive: true })
      await turns.release()
    })
  })
})

/** Everything below a folder, with types, sizes and link targets. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const stats = lstatSync(join(folder, name))
      return `${name} ${stats.isSymbolicLink() ? 'link' : stats.isFile() ? stats.size : 'folder'}`
    })
    .sort()
}
