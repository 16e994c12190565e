import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { add, digest } from '../../contract/testMachine.js'
import { bytesOf, code, emptyDisk, FOLDER, lineAfter, openOn, scribble, SEGMENT, withLines } from './ledgerOnDisk.js'

describe('folder ledger: files that are not as they should be', () => {
  it('skips foreign lines, fences and torn ends', async () => {
    const disk = await withLines(2)
    scribble(disk, 'hello\n!\n\n{"v":1,"seq":4}\n\0\0\0\n{"v":1,"se')
    const ledger = await openOn(disk)
    assert.equal(ledger.status().junk, 4)
    assert.ok((await ledger.submit(add('b:1', 10))).ok)
    assert.equal(ledger.peek().sum, 12)
    assert.match(bytesOf(disk).toString(), /\{"v":1,"se!\n\{"v":1,"seq":4,/)
    assert.equal((await openOn(disk)).peek().sum, 12)
  })

  it('skips lines and ends of any length without keeping them', async () => {
    const disk = await withLines(1)
    const inside = bytesOf(disk).toString().trimEnd().split('\n')[1]!
    // The end of the overlong line looks like a line of its own wherever a reader happens to cut.
    scribble(disk, 'x'.repeat(3 * 1024 * 1024) + inside + '\n' + 'y'.repeat(1024 * 1024 + 5))
    const ledger = await openOn(disk)
    assert.equal(ledger.peek().sum, 1)
    assert.ok((await ledger.submit(add('b:1', 10))).ok)
    assert.ok((await ledger.submit(add('b:2', 100))).ok)
    assert.equal((await openOn(disk)).peek().sum, 111)
    assert.equal((await verifyFolder(FOLDER, disk.fs())).accepted, 4)
  })

  it('reads a newer version, says so, writes nothing, and follows its head', async () => {
    const disk = await withLines(2)
    scribble(disk, lineAfter(disk, (fields) => ({ ...fields, v: 2, kind: 'telepathy' })))
    scribble(disk, lineAfter(disk, (fields) => ({ ...fields, v: 1, ops: [{ key: 'z:1', by: '', events: [{ type: 'add', amount: 5 }] }] })))
    const before = Buffer.from(bytesOf(disk))
    const ledger = await openOn(disk)
    assert.equal(ledger.status().readOnly?.code, 'LEDGER_NEWER')
    assert.equal(ledger.status().head, 5)
    assert.equal((await ledger.refresh()).sum, 7)
    await assert.rejects(ledger.submit(add('b:1', 1)), code('LEDGER_NEWER'))
    assert.deepEqual(bytesOf(disk), before)
  })

  const newer: Record<string, (fields: Record<string, unknown>) => Record<string, unknown>> = {
    'an operation of a type it does not know': (fields) => ({ ...fields, ops: [{ key: 'z:1', by: '', events: [{ type: 'teleport' }] }] }),
    'a kind of line it does not know': (fields) => ({ ...fields, kind: 'confetti' }),
    'a request for newer writers': ({ ops: _ops, ...fields }) => ({ ...fields, kind: 'upgrade', minWriter: 2 }),
    'operations that are no JSON': (fields) => ({ ...fields, ops: undefined }),
  }
  for (const [what, change] of Object.entries(newer)) {
    it(`becomes read-only while open when it meets ${what}`, async () => {
      const disk = await withLines(2)
      const ledger = await openOn(disk)
      const statuses: unknown[] = []
      ledger.onDidChangeStatus((status) => statuses.push(status.readOnly?.code))
      scribble(disk, lineAfter(disk, change))
      ledger.poll()
      assert.deepEqual(statuses, ['LEDGER_NEWER'])
      assert.equal(ledger.status().head, 4)
      await assert.rejects(ledger.submit(add('b:1', 1)), code('LEDGER_NEWER'))
      assert.equal((await ledger.refresh()).sum, 2)
    })
  }

  it('writes nothing more to a ledger that has moved away', async () => {
    const disk = await withLines(1)
    const ledger = await openOn(disk)
    scribble(disk, lineAfter(disk, ({ ops: _ops, ...fields }) => ({ ...fields, kind: 'moved', ledger: 'elsewhere' })))
    const before = Buffer.from(bytesOf(disk))
    for (const writer of [ledger, await openOn(disk)]) await assert.rejects(writer.submit(add('b:1', 1)), code('FOLDER_UNUSABLE'))
    assert.deepEqual(bytesOf(disk), before)
  })

  it('goes on after an upgrade it satisfies', async () => {
    const disk = await withLines(1)
    scribble(disk, lineAfter(disk, ({ ops: _ops, ...fields }) => ({ ...fields, kind: 'upgrade', minWriter: 1 })))
    assert.ok((await (await openOn(disk)).submit(add('b:1', 1))).ok)
  })

  it('keeps members it does not know beside the operations', async () => {
    const disk = await withLines(1)
    scribble(disk, lineAfter(disk, (fields) => ({ ...fields, ops: [{ key: 'z:1', by: '', events: [{ type: 'add', amount: 5 }] }], mood: 'fine' })))
    const ledger = await openOn(disk)
    assert.equal(ledger.peek().sum, 6)
    assert.equal(ledger.status().readOnly, undefined)
  })

  it('says LEDGER_DAMAGED when a saved line was changed, reads up to it, and writes nothing', async () => {
    const disk = await withLines(6)
    const data = Buffer.from(bytesOf(disk))
    const third = data.toString().split('\n').slice(0, 3).join('\n').length + 20
    data[third]! ^= 1
    disk.plant(SEGMENT, data)
    const ledger = await openOn(disk)
    assert.equal(ledger.status().readOnly?.code, 'LEDGER_DAMAGED')
    assert.equal(ledger.peek().sum, 2)
    await assert.rejects(ledger.submit(add('b:1', 1)), code('LEDGER_DAMAGED'))
    assert.equal((await ledger.refresh()).sum, 2)
    assert.deepEqual(bytesOf(disk), data)
    const report = await verifyFolder(FOLDER, disk.fs())
    assert.equal(report.ok, false)
    assert.deepEqual([report.problem?.kind, report.problem?.segment, report.problem?.line], ['damaged', 1, 5])
  })

  it('says LEDGER_DAMAGED when another history goes on in the file', async () => {
    const disk = await withLines(3)
    const ledger = await openOn(disk)
    scribble(disk, lineAfter(disk, (fields) => ({ ...fields, prev: 'abcdefabcdefabcd' })))
    assert.equal((await ledger.refresh()).sum, 3)
    assert.equal(ledger.status().readOnly?.code, 'LEDGER_DAMAGED')
    assert.equal((await verifyFolder(FOLDER, disk.fs())).problem?.kind, 'fork')
  })

  it('goes on by itself when a damaged ledger was put right', async () => {
    const disk = await withLines(4)
    const good = Buffer.from(bytesOf(disk))
    const ledger = await openOn(disk)
    scribble(disk, lineAfter(disk, (fields) => ({ ...fields, prev: 'abcdefabcdefabcd' })))
    await ledger.refresh()
    assert.equal(ledger.status().readOnly?.code, 'LEDGER_DAMAGED')
    disk.plant(SEGMENT, good)
    for (let done = false; !done; ) done = await ledger.submit(add('b:1', 10)).then(() => true, () => new Promise((resolve) => setTimeout(() => resolve(false), 50)))
    assert.equal(ledger.peek().sum, 14)
  })

  it('finds 200 of 200 random edits, deletions and swaps of lines before the last', async () => {
    const disk = await withLines(30)
    const lines = bytesOf(disk).toString().trimEnd().split('\n')
    for (let i = 0; i < 200; i++) {
      const changed = [...lines]
      const at = i % (lines.length - 2)
      if (i % 3 === 0) changed[at] = changed[at]!.replace('"a:', '"b:').replace('"kind"', '"kinD"')
      else if (i % 3 === 1) changed.splice(at, 1)
      else [changed[at], changed[at + 1]] = [changed[at + 1]!, changed[at]!]
      disk.plant(SEGMENT, Buffer.from(changed.join('\n') + '\n'))
      assert.equal((await verifyFolder(FOLDER, disk.fs())).ok, false, `case ${i}`)
    }
  })

  for (const garbage of ['hello\n', 'PK\x03\x04binary', '{"some":"json"}\n', 'x'.repeat(100_000)]) {
    it(`refuses to start a ledger in a file that begins ${JSON.stringify(garbage.slice(0, 12))}, and leaves it as it is`, async () => {
      const disk = await withLines(0)
      disk.plant(SEGMENT, Buffer.from(garbage))
      await assert.rejects(openOn(disk), code('FOLDER_UNUSABLE'))
      assert.equal(bytesOf(disk).toString(), garbage)
    })
  }

  it('refuses to start afresh behind lines that a tool has changed, and leaves them as they are', async () => {
    for (const change of [(text: string) => text.replaceAll('\n', '\r\n'), (text: string) => text.replaceAll(',"', ', "'), (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`, (text: string) => text.replaceAll('"d":0', '"d":1')]) {
      const disk = await withLines(1)
      const changed = change(bytesOf(disk).toString())
      disk.plant(SEGMENT, Buffer.from(changed))
      await assert.rejects(openOn(disk), code('LEDGER_DAMAGED'))
      assert.equal(bytesOf(disk).toString(), changed)
    }
  })

  for (const torn of ['', '{"v"', '{"v":1,"seq":1,"prev":"0000', '\0\0\0\0\0', '{\0\0\0', '{"v":1,\0\0\0\0\n\0', '{"v":1,"seq":1!\n']) {
    it(`starts a ledger in what a crash left of one: ${JSON.stringify(torn)}`, async () => {
      const disk = await withLines(0)
      disk.plant(SEGMENT, Buffer.from(torn))
      await assert.rejects(openOn(disk, { create: false }), (error) => code('FOLDER_UNUSABLE')(error) && (error as { details?: { missing?: boolean } }).details?.missing === true)
      assert.equal(bytesOf(disk).toString(), torn)
      assert.ok((await (await openOn(disk)).submit(add('a:1', 1))).ok)
    })
  }

  it('creates nothing when it may not', async () => {
    for (const options of [{ create: false }, { readOnly: true }]) {
      const disk = emptyDisk()
      await assert.rejects(openOn(disk, options), (error) => code('FOLDER_UNUSABLE')(error) && (error as { details?: { missing?: boolean } }).details?.missing === true)
      assert.deepEqual(disk.fs().readdir('/disk/repo'), [])
    }
  })

  it('reads without writing anything when opened so', async () => {
    const disk = await withLines(3)
    const writes: string[] = []
    const ledger = await openOn(disk, { readOnly: true, fault: (call) => (['append', 'writeAt', 'mkdir', 'rename', 'unlink', 'fsyncFolder'].includes(call) ? (writes.push(call), 'EROFS') : undefined) })
    assert.equal((await ledger.refresh()).sum, 3)
    await assert.rejects(ledger.submit(add('b:1', 1)), code('OPENED_READ_ONLY'))
    const writer = await openOn(disk)
    await writer.submit(add('b:2', 10))
    assert.equal((await ledger.refresh()).sum, 13)
    assert.deepEqual(writes, [])
  })

  it('never starts afresh when parts are missing', async () => {
    const disk = await withLines(30, 1000)
    assert.ok(disk.find(`${FOLDER}/ledger/00000003.jsonl`))
    const whole = disk.find(SEGMENT)!.data
    disk.unlink(SEGMENT)
    await assert.rejects(openOn(disk), code('LEDGER_DAMAGED'))
    disk.plant(SEGMENT, whole)
    disk.unlink(`${FOLDER}/ledger/00000002.jsonl`)
    const ledger = await openOn(disk)
    assert.equal(ledger.status().readOnly?.code, 'LEDGER_DAMAGED')
    await assert.rejects(ledger.submit(add('b:1', 1)), code('LEDGER_DAMAGED'))
    const report = await verifyFolder(FOLDER, disk.fs())
    assert.deepEqual([report.ok, report.problem?.kind, report.problem?.segment], [false, 'missing', 2])
  })

  it('joins a ledger that others begin, and put together, while it looks', async () => {
    const disk = emptyDisk()
    const fs = disk.fs()
    let begun = false
    const others = await withLines(60, 1000)
    const readdir = (path: string): string[] => {
      const names = fs.stat(path) === undefined ? [] : fs.readdir(path)
      if (!begun) {
        begun = true
        disk.root.entries.set('repo', others.find('/disk/repo')!)
        disk.fs().mkdir(`${FOLDER}/archive`)
        disk.plant(`${FOLDER}/archive/00000009.jsonl.gz`, Buffer.from('x'))
      }
      return names
    }
    assert.equal((await openOn(disk, { fs: { ...fs, readdir } })).peek().sum, 60)
  })

  it('never starts afresh beside snapshots or archives', async () => {
    const disk = emptyDisk()
    const fs = disk.fs()
    fs.mkdir(FOLDER)
    fs.mkdir(`${FOLDER}/archive`)
    disk.plant(`${FOLDER}/archive/00000001.jsonl.gz`, Buffer.from('x'))
    await assert.rejects(openOn(disk), code('LEDGER_DAMAGED'))
  })

  it('reads archived segments, and notices when an archive is not what was put there', async () => {
    const disk = await withLines(30, 1000)
    const before = digest((await openOn(disk)).peek())
    const bytes = bytesOf(disk)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    disk.fs().mkdir(`${FOLDER}/archive`)
    disk.plant(`${FOLDER}/archive/00000001.jsonl.gz`, gzipSync(bytes))
    disk.plant(SEGMENT, Buffer.from(JSON.stringify({ archived: 1, first: 1, last: 5, lastSum: '', sha256 }) + '\n'))
    const ledger = await openOn(disk)
    assert.equal(digest(ledger.peek()), before)
    assert.ok((await ledger.submit(add('b:1', 1))).ok)
    let commits = 0
    for await (const commit of ledger.history()) commits += commit.ops.length
    assert.equal(commits, 31)
    assert.equal((await verifyFolder(FOLDER, disk.fs())).ok, true)
    // The last two would lead to the same head.
    for (const other of [bytes.subarray(0, 900), Buffer.concat([bytes, Buffer.from('!\n')]), Buffer.concat([Buffer.from('junk\n'), bytes])]) {
      disk.plant(`${FOLDER}/archive/00000001.jsonl.gz`, gzipSync(other))
      await assert.rejects(openOn(disk), (error) => code('LEDGER_DAMAGED')(error) && /is not what was put there/.test(String(error)))
    }
  })

  for (const [what, damage] of [['cut off', (data: Buffer) => data.subarray(0, data.length - 30)], ['changed', (data: Buffer) => Buffer.concat([data.subarray(0, data.length - 30), Buffer.from('x'), data.subarray(data.length - 29)])]] as const) {
    it(`says LEDGER_DAMAGED when the line that closes a segment was ${what}, reads up to it, and writes nothing`, async () => {
      const disk = await withLines(40, 1000)
      const data = Buffer.from(damage(bytesOf(disk)))
      disk.plant(SEGMENT, data)
      const ledger = await openOn(disk)
      assert.equal(ledger.status().readOnly?.code, 'LEDGER_DAMAGED')
      assert.ok(ledger.peek().sum > 1)
      await assert.rejects(ledger.submit(add('b:1', 1)), code('LEDGER_DAMAGED'))
      assert.deepEqual(bytesOf(disk), data)
      await ledger.close()
    })
  }

  it('does not mind a next segment that nobody has written to yet', async () => {
    const disk = await withLines(3)
    disk.plant(`${FOLDER}/ledger/00000002.jsonl`, Buffer.alloc(0))
    assert.ok((await (await openOn(disk)).submit(add('b:1', 1))).ok)
  })

  it('goes on in the next segment when this one was closed while it was read', async () => {
    const disk = await withLines(40, 1000)
    const whole = Buffer.from(bytesOf(disk))
    disk.find(SEGMENT)!.data = whole.subarray(0, whole.lastIndexOf(0x0a, whole.length - 2) + 1)
    const fs = disk.fs()
    const stat = (path: string) => {
      if (path.endsWith('2.jsonl')) disk.find(SEGMENT)!.data = whole
      return fs.stat(path)
    }
    assert.equal((await openOn(disk, { fs: { ...fs, stat } })).peek().sum, 40)
  })

  it('rolls to the next segment and never reads behind the end of one', async () => {
    const disk = await withLines(40, 1000)
    const closed = bytesOf(disk).toString().trimEnd().split('\n').at(-1)!
    assert.match(closed, /"kind":"closed","next":2/)
    scribble(disk, lineAfter(disk, (fields) => fields))
    const ledger = await openOn(disk)
    assert.equal(ledger.peek().sum, 40)
    assert.equal(ledger.status().readOnly, undefined)
    assert.ok(ledger.status().segment! > 5)
  })
})
