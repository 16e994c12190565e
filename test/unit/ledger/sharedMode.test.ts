import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import { nodeFs, type LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { openFolderLedger, type FolderLedgerOptions } from '../../../src/core/ledger/folder/openFolderLedger.js'
import type { TurnLock } from '../../../src/core/ledger/folder/turnLock.js'
import { openMuster } from '../../../src/core/open.js'
import { add, take, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'

const freeTurns: TurnLock = { yieldToHolder: () => undefined, acquire: () => Promise.resolve(true), release: () => Promise.resolve() }

describe('a folder shared between machines', () => {
  let folder: string
  let segment: string
  const opened: { close(): Promise<void> }[] = []
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'muster-shared-')), '.muster')
    segment = join(folder, 'ledger/00000001.jsonl')
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    removeFolder(join(folder, '..'))
  })

  async function open(options: Partial<FolderLedgerOptions<TestState, TestEvent>> = {}) {
    const ledger = await openFolderLedger({ folder, machine: testMachine, clock: testClock(), rescanMs: 1, ...options })
    opened.push(ledger)
    return ledger
  }
  const kinds = (): string[] => readFileSync(segment, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind)

  it('is said to be so once, in the ledger, and every reader knows', async () => {
    const first = await open({ mode: 'shared', why: 'nfs' })
    const second = await open({ mode: 'shared', why: 'other' })
    const third = await open()
    assert.deepEqual(kinds(), ['genesis', 'shared'])
    for (const ledger of [first, second, third]) {
      assert.deepEqual(ledger.status().shared, { why: 'nfs' })
      assert.equal(ledger.status().readOnly, undefined)
    }
    assert.ok((await third.submit(take('c:1', 'x', 'c'))).ok)
    assert.ok(!(await first.submit(take('a:1', 'x', 'a'))).ok)
    const reading = await open({ readOnly: true })
    assert.deepEqual(reading.status().shared, { why: 'nfs' })
  })

  it('is not taken for shared by who finds it a disk of its own', async () => {
    const ledger = await open()
    await ledger.submit(add('a:1', 1))
    assert.equal(ledger.status().shared, undefined)
    assert.deepEqual(kinds(), ['genesis', 'commit'])
  })

  it('is only said to be shared where nothing may be written', async () => {
    await open()
    const reading = await open({ readOnly: true, mode: 'shared', why: 'nfs' })
    assert.deepEqual(reading.status().shared, { why: 'nfs' })
    assert.deepEqual(kinds(), ['genesis'])
  })

  it('is written to in turn: mutex, open, read, write, flush, open, read back', async () => {
    const calls: string[] = []
    const logged = (name: string, path: string): void => void (/\.jsonl$/.test(path) && calls.push(name))
    const paths = new Map<number, string>()
    const fs: LedgerFs = {
      ...nodeFs,
      open(path, mode) {
        const fd = nodeFs.open(path, mode)
        paths.set(fd, path)
        logged('open', path)
        return fd
      },
      append: (fd, bytes) => (logged('write', paths.get(fd)!), nodeFs.append(fd, bytes)),
      read: (fd, ...rest) => (logged('read', paths.get(fd)!), nodeFs.read(fd, ...rest)),
      fdatasyncSync: (fd) => (logged('flush', paths.get(fd)!), nodeFs.fdatasyncSync(fd)),
      close: (fd) => (logged('close', paths.get(fd)!), nodeFs.close(fd)),
    }
    const turns: TurnLock = { ...freeTurns, acquire: () => (calls.push('turn'), Promise.resolve(true)), release: () => (calls.push('turn over'), Promise.resolve()) }
    const ledger = await open({ mode: 'shared', fs, turns, rescanMs: 60_000, clock: { ...testClock(), sleep: () => Promise.resolve() } })
    calls.length = 0
    await ledger.submit(add('a:1', 1))
    await ledger.close()
    const text = calls.join(' ')
    assert.match(text, /^turn open close read write read flush open close read (read )*turn over( |$)/, text)
  })

  it('is not written to while somebody else has the turn', async () => {
    let time = 0
    const clock = { ...testClock(), monotonic: () => time }
    let free = true
    const turns: TurnLock = { ...freeTurns, acquire: () => ((time += 250), Promise.resolve(free)) }
    const ledger = await open({ mode: 'shared', turns, clock })
    free = false
    const before = statSync(segment).size
    await assert.rejects(ledger.submit(add('a:1', 1)), (error) => isMusterError(error) && error.code === 'BUSY' && /turn\.lock/.test(error.hint ?? ''))
    assert.equal(statSync(segment).size, before)
    free = true
    assert.ok((await ledger.submit(add('a:1', 1))).ok)
  })

  it('is written to in turn by those who would have taken it for a disk of their own, too', async () => {
    await open({ mode: 'shared', turns: freeTurns })
    let asked = 0
    let time = 0
    const turns: TurnLock = { ...freeTurns, acquire: () => ((time += 250), asked++, Promise.resolve(asked > 3)) }
    const other = await open({ turns, clock: { ...testClock(), monotonic: () => time } })
    assert.ok((await other.submit(add('b:1', 1))).ok)
    assert.equal(asked, 4)
  })

  it('acknowledges no line that is not there when the file is opened anew', async () => {
    let lose = 0
    const fs: LedgerFs = {
      ...nodeFs,
      // Another kernel's cache wins: what was written and flushed is taken back.
      open(path, mode) {
        if (lose === 1 && path === segment && mode === 'append') {
          lose = 2
          truncateSync(segment, before)
        }
        return nodeFs.open(path, mode)
      },
      fdatasyncSync: (fd) => {
        nodeFs.fdatasyncSync(fd)
        if (armed) lose = 1
        armed = false
      },
    }
    let armed = false
    let before = 0
    const ledger = await open({ mode: 'shared', fs, turns: freeTurns })
    before = statSync(segment).size
    armed = true
    const answer = await ledger.submit(add('a:1', 5))
    assert.equal(lose, 2)
    assert.ok(answer.ok)
    const other = await open()
    assert.equal((await other.refresh()).sum, 5)
    assert.ok(answer.stamp.seq <= other.status().head)
    assert.match(ledger.status().notice ?? '', /older copy/)
  })

  it('is seen to be shared when lines of another kernel come in, and is so from the next write on', async () => {
    const isElsewhere = (own: string) => (boot: string) => boot.split('/')[0] !== own
    const here = await open({ clock: testClock('here/1'), isElsewhere: isElsewhere('here') })
    const container = await open({ clock: testClock('here/2') })
    await container.submit(add('c:1', 1))
    await here.submit(add('a:1', 1))
    assert.equal(here.status().shared, undefined)
    const there = await open({ clock: testClock('there/1') })
    await there.submit(add('t:1', 1))
    await here.refresh()
    assert.match(here.status().shared?.why ?? '', /another machine/)
    await here.submit(add('a:2', 1))
    await there.refresh()
    assert.match(there.status().shared?.why ?? '', /another machine/)
    assert.equal(kinds().filter((kind) => kind === 'shared').length, 1)
    assert.equal(there.peek().sum, 4)
  })

  it('is declared shared again where an older copy comes back meanwhile, and refused where that goes on', async () => {
    await (await open()).submit(add('a:1', 1))
    const copy = join(folder, '../copy')
    copyFileSync(segment, copy)
    let back = 2
    const clock = { ...testClock(), sleep: () => {
      if (back-- > 0) copyFileSync(copy, segment)
      return Promise.resolve()
    } }
    const ledger = await open({ mode: 'shared', clock, turns: freeTurns })
    assert.ok(ledger.status().shared)
    assert.equal(kinds().at(-1), 'shared')
    const never = { ...testClock(), sleep: () => (copyFileSync(copy, segment), Promise.resolve()) }
    copyFileSync(copy, segment)
    await assert.rejects(open({ mode: 'shared', clock: never, turns: freeTurns }), (error) => isMusterError(error) && error.code === 'FOLDER_UNUSABLE' && /does not keep/.test(error.message))
  })

  it('gives locks that are called advice', async () => {
    const options = { root: join(folder, '..'), folder, settings: { rescanSeconds: 0.01 } }
    const muster = await openMuster({ ...options, agent: 'a', mode: 'shared' })
    const other = await openMuster({ ...options, agent: 'b' })
    opened.push(muster, other)
    for (const [one, name] of [[muster, 'x'], [other, 'y']] as const) {
      const all = await one.claimAll([`name:${name}1`, `name:${name}2`])
      assert.ok(all.ok && all.advisory && all.claims.every((claim) => claim.advisory))
    }
    const single = await other.claim('name:z')
    assert.ok(single.ok && single.advisory)
    assert.equal(other.ledgerStatus().shared?.why, 'it was opened so')
  })
})
