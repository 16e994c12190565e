import assert from 'node:assert/strict'
import { add, digest, take } from '../../contract/testMachine.js'
import { bytesOf, code, emptyDisk, openOn, SEGMENT, withCalls, withLines, type FolderLedger } from './ledgerOnDisk.js'

describe('folder ledger: deleted, replaced and restored under open windows', () => {
  it('notices that it was deleted before it acknowledges, and goes on in a new one', async () => {
    const disk = await withLines(3)
    const ledger = await openOn(disk)
    const { id } = ledger
    disk.unlink(SEGMENT)
    assert.ok((await ledger.submit(add('b:1', 10))).ok)
    assert.notEqual(ledger.id, id)
    assert.equal(ledger.peek().sum, 10)
    assert.match(ledger.status().notice ?? '', /deleted or replaced/)
    assert.equal((await openOn(disk)).peek().sum, 10)
  })

  it('numbers a new one behind the old, whoever of several comes first, so that no token is given twice', async () => {
    const disk = emptyDisk()
    const [a, b, late] = [await openOn(disk), await openOn(disk), await openOn(disk)]
    await a.submit(add('a:1', 1))
    await late.refresh()
    for (let n = 2; n < 6; n++) await a.submit(add(`a:${n}`, 1))
    const granted = await a.submit(take('a:6', 'x', 'ann'))
    assert.ok(granted.ok)
    disk.unlink(SEGMENT)
    let last = granted.stamp.seq
    for (const [n, ledger] of [late, b, a].entries()) {
      const again = await ledger.submit(take(`c:${n}`, `x${n}`, 'bob'))
      assert.ok(again.ok)
      assert.ok(again.stamp.seq > last, `${again.stamp.seq} after ${last}`)
      last = again.stamp.seq
      assert.match(ledger.status().notice ?? '', /deleted or replaced/)
    }
    const reader = await openOn(disk)
    assert.deepEqual([reader.status().readOnly, digest(reader.peek())], [undefined, digest(a.peek())])
  })

  it('goes on behind its head each time the ledger is replaced by a shorter one', async () => {
    const disk = await withLines(5)
    const ledger = await openOn(disk)
    const { head } = ledger.status()
    for (const other of [await withLines(1), await withLines(2)]) {
      disk.plant(SEGMENT, bytesOf(other))
      await ledger.refresh()
      assert.ok(ledger.status().head > head, String(ledger.status().head))
    }
    assert.equal(bytesOf(disk).toString().match(/"kind":"repaired"/g)?.length, 1)
  })

  it('does not start a new one where it may not', async () => {
    const disk = await withLines(3)
    const ledger = await openOn(disk, { create: false })
    disk.unlink(SEGMENT)
    await assert.rejects(ledger.submit(add('b:1', 10)), code('OUTCOME_UNKNOWN'))
    assert.equal(ledger.status().readOnly?.code, 'FOLDER_UNUSABLE')
    await assert.rejects(ledger.submit(add('b:1', 10)), code('FOLDER_UNUSABLE'))
    assert.equal(disk.find(SEGMENT), undefined)
  })

  it('takes up another ledger that was put in its place', async () => {
    const [disk, other] = [await withLines(3), await withLines(7)]
    const ledger = await openOn(disk)
    const advances: number[] = []
    ledger.onDidAdvance((commits) => advances.push(commits.length))
    disk.plant(SEGMENT, bytesOf(other))
    assert.equal((await ledger.refresh()).sum, 7)
    assert.equal(ledger.id, (await openOn(other)).id)
    assert.deepEqual(advances, [0])
  })

  it('does not flush for ever what was read of the one before, when it is replaced during a flush', async () => {
    const [disk, shorter] = [await withLines(5), await withLines(1)]
    let flushes = 0
    const opened: FolderLedger[] = []
    const fs = withCalls(disk.fs(), {
      async fdatasync(fd) {
        // Too long for a flush in place.
        await new Promise((resolve) => setTimeout(resolve, 3))
        if (++flushes === 1 && opened.length > 0) {
          disk.plant(SEGMENT, bytesOf(shorter))
          void opened[0]!.refresh().catch(() => undefined)
        }
        if (flushes > 20) throw Object.assign(new Error('flushed again and again'), { code: 'EIO' })
        disk.fs().fdatasyncSync(fd)
      },
    })
    const ledger = await openOn(disk, { fs })
    opened.push(ledger)
    await (await openOn(disk)).submit(add('b:1', 1))
    flushes = 0
    assert.equal((await ledger.refresh()).sum, 1)
    assert.ok(flushes >= 1 && flushes <= 20, `${flushes} flushes`)
  })

  for (const how of ['renamed over', 'written in place']) {
    it(`goes on behind its head when an older copy is ${how}: no token twice, and people are told`, async () => {
      const disk = emptyDisk()
      const [a, b] = [await openOn(disk), await openOn(disk)]
      await a.submit(add('a:1', 1))
      const copy = Buffer.from(bytesOf(disk))
      const granted = await a.submit(take('a:2', 'x', 'ann'))
      await b.refresh()
      if (how === 'renamed over') disk.plant(SEGMENT, copy)
      else disk.find(SEGMENT)!.data = copy
      disk.find(SEGMENT)!.extents = [{ start: 0, end: copy.length, state: 'durable' }]
      const again = await a.submit(take('a:3', 'x', 'bob'))
      assert.ok(granted.ok && again.ok)
      assert.ok(again.stamp.seq > granted.stamp.seq + 1)
      for (const ledger of [a, b]) {
        const state = await ledger.refresh()
        assert.equal(state.owners.get('x')?.owner, 'bob')
        assert.match(ledger.status().notice ?? '', /older copy/)
      }
      const text = bytesOf(disk).toString()
      assert.equal(text.match(/"kind":"repaired"/g)?.length, 1)
      assert.equal(digest((await openOn(disk)).peek()), digest(a.peek()))
      assert.ok((await b.submit(add('b:1', 1))).ok)
    })
  }

  it('refuses what never is the file at its path, as a link where opening follows links', async () => {
    const disk = await withLines(2)
    const fs = disk.fs()
    const linked = { ...fs, stat: (path: string) => (path === SEGMENT ? { ...fs.stat(path)!, ino: 0n } : fs.stat(path)) }
    const ledger = await openOn(disk, { fs: linked })
    const before = Buffer.from(bytesOf(disk))
    await assert.rejects(ledger.refresh(), code('FOLDER_UNUSABLE'))
    assert.deepEqual(bytesOf(disk), before)
    await assert.rejects(ledger.submit(add('b:1', 1)))
    assert.equal(ledger.status().readOnly?.code, 'FOLDER_UNUSABLE')
  })

  it('refuses to write to a file that got a second name', async () => {
    const disk = await withLines(2)
    const ledger = await openOn(disk)
    disk.find(SEGMENT)!.links = 2
    await assert.rejects(ledger.submit(add('b:1', 1)))
    assert.equal(ledger.status().readOnly?.code, 'FOLDER_UNUSABLE')
  })
})
