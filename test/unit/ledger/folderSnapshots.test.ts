import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import type { LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { add, digest, take, testMachine } from '../../contract/testMachine.js'
import { bytesOf, emptyDisk, FOLDER, openOn, SEGMENT, withLines, type FolderLedger } from './ledgerOnDisk.js'
import { Random } from './simulation/random.js'
import { systemError, type SimulatedDisk } from './simulation/simulatedDisk.js'

const SNAPSHOTS = `${FOLDER}/snapshots`
const upkeep = { commits: 10, bytes: Infinity }

function snapshotsOn(disk: SimulatedDisk): string[] {
  if (disk.find(SNAPSHOTS) === undefined) return []
  return disk.fs().readdir(SNAPSHOTS).sort((a, b) => Number.parseInt(b) - Number.parseInt(a))
}

async function addMany(ledger: FolderLedger, count: number, name = 'a'): Promise<void> {
  const { head } = ledger.status()
  for (let i = 0; i < count; i++) await ledger.submit(add(`${name}${head}:${i}`, 1, 'x'.repeat(30)))
}

/** A disk with so many commits and the snapshots and archives that go with them. */
async function kept(commits: number, segmentBytes = 4000): Promise<SimulatedDisk> {
  const disk = emptyDisk()
  // As processes come and go, each waits for what it began.
  for (let done = 0; done < commits; done += 10) {
    const ledger = await openOn(disk, { segmentBytes, upkeep })
    await addMany(ledger, Math.min(10, commits - done))
    await ledger.close()
  }
  return disk
}

/** The state as read from the first line on. */
async function replayed(disk: SimulatedDisk): Promise<string> {
  const fs = disk.fs()
  const ledger = await openOn(disk, { readOnly: true, fs: { ...fs, readdir: (path) => (path === SNAPSHOTS ? [] : fs.readdir(path)) } })
  assert.equal(ledger.status().readOnly?.code, 'OPENED_READ_ONLY')
  return digest(ledger.peek())
}

/** Segments whose lines were read while opening. */
async function openCounting(disk: SimulatedDisk): Promise<{ ledger: FolderLedger; opened: string[] }> {
  const fs = disk.fs()
  const opened: string[] = []
  const ledger = await openOn(disk, { fs: { ...fs, open: (path, mode) => (opened.push(path), fs.open(path, mode)) } })
  return { ledger, opened }
}

describe('folder ledger: snapshots', () => {
  it('are written after so many commits, two are kept, and opening begins with the newest', async () => {
    const disk = await kept(60, 2000)
    assert.equal(snapshotsOn(disk).length, 2)
    const { ledger, opened } = await openCounting(disk)
    assert.equal(ledger.peek().sum, 60)
    assert.equal(digest(ledger.peek()), await replayed(disk))
    assert.ok(!opened.includes(`${FOLDER}/ledger/00000002.jsonl`), 'nothing before the snapshot is read')
    assert.equal(ledger.status().problems, undefined)
    assert.ok((await ledger.submit(add('b:1', 1))).ok)
    assert.equal(digest((await openOn(disk)).peek()), digest(ledger.peek()))
  })

  it('begin with what they say they are, and end with the checksum of everything before', async () => {
    const disk = await kept(20)
    const [name] = snapshotsOn(disk)
    const lines = bytesOf(disk, `${SNAPSHOTS}/${name}`).toString().trimEnd().split('\n')
    const header = JSON.parse(lines[0]!) as Record<string, unknown>
    assert.deepEqual(Object.keys(header).slice(0, 7), ['format', 'fold', 'ledger', 'seq', 'sum', 'segment', 'offset'])
    assert.equal(name, `${header['seq'] as number}-${header['sum'] as string}.jsonl`)
    assert.match(lines.at(-1)!, /^\{"sha256":"[0-9a-f]{64}"\}$/)
    const offset = header['offset'] as number
    assert.equal(bytesOf(disk, `${FOLDER}/ledger/0000000${header['segment'] as number}.jsonl`).toString('utf8', offset - 27, offset), `,"sum":"${header['sum'] as string}"}\n`)
  })

  it('are written by bytes as well', async () => {
    const disk = emptyDisk()
    const ledger = await openOn(disk, { upkeep: { commits: 1000, bytes: 3000 } })
    for (let i = 0; i < 4; i++) await ledger.submit(add(`a:${i}`, 1, 'y'.repeat(1000)))
    await ledger.close()
    assert.equal(snapshotsOn(disk).length, 1)
  })

  it('are of a moment, whatever is committed while they are written', async () => {
    const disk = emptyDisk()
    const ledger = await openOn(disk, { upkeep, segmentBytes: 3000 })
    await addMany(ledger, 200)
    await ledger.close()
    assert.ok(snapshotsOn(disk).length > 0)
    assert.equal(digest((await openOn(disk)).peek()), await replayed(disk))
  })

  it('are written by one process, as a rule', async () => {
    const disk = emptyDisk()
    const fs = disk.fs()
    let written = 0
    const counting: LedgerFs = { ...fs, rename: (from, to) => (to.startsWith(SNAPSHOTS) && written++, fs.rename(from, to)) }
    const ledgers = await Promise.all([1, 2, 3, 4].map(() => openOn(disk, { upkeep: { commits: 40, bytes: Infinity }, fs: counting })))
    for (let i = 0; i < 160; i++) {
      await ledgers[i % 4]!.submit(add(`k:${i}`, 1))
      // More turns than writing a small snapshot takes.
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const ledger of ledgers) await ledger.close()
    assert.ok(written >= 3 && written <= 5, `${written} for 160 commits`)
  })

  it('come back to what was known when a ledger is opened anew', async () => {
    const disk = await kept(30)
    const ledger = await openOn(disk)
    await addMany(await openOn(disk, { upkeep }), 25, 'b')
    const data = Buffer.from(bytesOf(disk))
    // The same file under another inode.
    disk.plant(SEGMENT, data)
    assert.equal((await ledger.refresh()).sum, 55)
    assert.equal(ledger.status().notice, undefined)
  })

  const damages: Record<string, (data: Buffer) => Buffer> = {
    'cut off': (data) => data.subarray(0, data.length - 30),
    'cut in half': (data) => data.subarray(0, data.length >> 1),
    empty: () => Buffer.alloc(0),
    'all zeros': (data) => Buffer.alloc(data.length),
    'something else': () => Buffer.from('hello\n'),
    '100 MB long': (data) => Buffer.concat([data, Buffer.alloc(100 * 1024 * 1024, 'x')]),
  }
  for (const [what, damage] of Object.entries(damages)) {
    it(`that are ${what} are passed over, told of, and replaced`, async () => {
      const disk = await kept(40)
      const before = await replayed(disk)
      const [newest, older] = snapshotsOn(disk)
      disk.plant(`${SNAPSHOTS}/${newest}`, damage(bytesOf(disk, `${SNAPSHOTS}/${newest}`)))
      const memory = process.memoryUsage().rss
      const ledger = await openOn(disk, { upkeep })
      assert.ok(process.memoryUsage().rss - memory < 200 * 1024 * 1024)
      assert.equal(digest(ledger.peek()), before)
      assert.match(ledger.status().problems!.join(), new RegExp(newest!))
      // The one before is used, and where both are damaged the ledger itself.
      disk.plant(`${SNAPSHOTS}/${older}`, damage(bytesOf(disk, `${SNAPSHOTS}/${older}`)))
      const second = await openOn(disk)
      assert.equal(digest(second.peek()), before)
      assert.equal(second.status().problems!.length, 2)
      await addMany(ledger, 25)
      await ledger.close()
      await addMany(second, 0)
      const third = await openOn(disk)
      assert.equal(third.peek().sum, 65)
    })
  }

  it('with any bit flipped are passed over or make no difference', async () => {
    const disk = await kept(20)
    const before = await replayed(disk)
    for (const name of snapshotsOn(disk).slice(1)) disk.unlink(`${SNAPSHOTS}/${name}`)
    const path = `${SNAPSHOTS}/${snapshotsOn(disk)[0]}`
    const good = Buffer.from(bytesOf(disk, path))
    const random = new Random(5)
    for (let i = 0; i < 300; i++) {
      const bad = Buffer.from(good)
      bad[random.below(bad.length)]! ^= 1 << random.below(8)
      disk.plant(path, bad)
      const ledger = await openOn(disk, { readOnly: true })
      assert.equal(digest(ledger.peek()), before)
      assert.ok((ledger.status().problems ?? []).length <= 1)
    }
  })

  it('of another way to fold are passed over without a word', async () => {
    const disk = await kept(30)
    const machine = { ...testMachine, foldId: 'test 2' }
    const ledger = await openOn(disk, { machine })
    assert.equal(ledger.peek().sum, 30)
    assert.equal(ledger.status().problems, undefined)
  })

  it('of another ledger are never used', async () => {
    const [disk, other] = [await kept(30), await kept(30)]
    for (const name of snapshotsOn(disk)) disk.unlink(`${SNAPSHOTS}/${name}`)
    for (const name of snapshotsOn(other)) disk.plant(`${SNAPSHOTS}/${name}`, bytesOf(other, `${SNAPSHOTS}/${name}`))
    const { ledger } = await openCounting(disk)
    assert.equal(digest(ledger.peek()), await replayed(disk))
    assert.match(ledger.status().problems!.join(), /another ledger/)
  })

  it('that are ahead of an older copy of the ledger are never used', async () => {
    const disk = await kept(20, 1_000_000)
    const copy = Buffer.from(bytesOf(disk))
    const ledger = await openOn(disk, { upkeep, segmentBytes: 1_000_000 })
    await addMany(ledger, 20)
    await ledger.close()
    disk.plant(SEGMENT, copy)
    const reader = await openOn(disk)
    assert.equal(reader.peek().sum, 20)
    assert.match(reader.status().problems!.join(), /does not hold the line/)
    await addMany(reader, 60, 'c')
    assert.equal((await openOn(disk)).peek().sum, 80)
  })

  it('never stand on lines that are not on disk yet', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const disk = emptyDisk()
      const ledger = await openOn(disk, { durability: 'relaxed', upkeep })
      await addMany(ledger, 12)
      await ledger.close()
      disk.powerLoss(new Random(seed))
      if (snapshotsOn(disk).length > 0) assert.equal(digest((await openOn(disk)).peek()), await replayed(disk), `seed ${seed}`)
    }
  })

  it('that are links or folders are passed over', async () => {
    const disk = await kept(30)
    const [name] = snapshotsOn(disk)
    disk.unlink(`${SNAPSHOTS}/${name}`)
    disk.fs().mkdir(`${SNAPSHOTS}/${name}`)
    assert.equal((await openOn(disk)).peek().sum, 30)
  })

  it('keep which names are the same file', async () => {
    const disk = await kept(40, 1000)
    const { ledger, opened } = await openCounting(disk)
    assert.ok(!opened.includes(`${FOLDER}/ledger/00000002.jsonl`), 'opened by a snapshot')
    assert.deepEqual(ledger.status().names, (await openOn(await withLines(1))).status().names)
    assert.ok(ledger.status().names)
  })

  it('keep the number of a repaired ledger rising', async () => {
    const disk = await kept(20, 1_000_000)
    const copy = Buffer.from(bytesOf(disk))
    const ledger = await openOn(disk)
    await addMany(ledger, 5)
    const lost = ledger.status().head
    disk.plant(SEGMENT, copy)
    await ledger.refresh()
    assert.match(ledger.status().notice ?? '', /older copy/)
    const answer = await ledger.submit(add('b:1', 1))
    assert.ok(answer.ok && answer.stamp.seq > lost)
    const next = await openOn(disk, { upkeep })
    await addMany(next, 12, 'c')
    await next.close()
    assert.equal(digest((await openOn(disk)).peek()), await replayed(disk))
  })
})

describe('folder ledger: archive', () => {
  it('holds segments that are well behind, and everything is read through it', async () => {
    const disk = await kept(120, 1500)
    const archived = disk.fs().readdir(`${FOLDER}/archive`)
    assert.ok(archived.length > 3, archived.join())
    assert.match(bytesOf(disk).toString(), /^\{"archived":1,"first":1,"last":\d+,"lastSum":"[0-9a-f]{16}","sha256":"[0-9a-f]{64}"\}\n$/)
    assert.match(gunzipSync(bytesOf(disk, `${FOLDER}/archive/${archived[0]}`)).toString(), /"kind":"genesis"/)
    assert.equal(digest((await openOn(disk)).peek()), await replayed(disk))
    const report = await verifyFolder(FOLDER, disk.fs())
    assert.deepEqual([report.ok, report.commits], [true, 120])
    const ledger = await openOn(disk)
    let commits = 0
    for await (const commit of ledger.history()) commits += commit.ops.length
    assert.equal(commits, 120)
    // No snapshot stands in an archived segment, and the two last are never archived.
    for (const name of snapshotsOn(disk)) {
      const { segment } = JSON.parse(bytesOf(disk, `${SNAPSHOTS}/${name}`).toString().split('\n')[0]!) as { segment: number }
      assert.ok(!archived.includes(`${String(segment).padStart(8, '0')}.jsonl.gz`))
    }
    assert.ok(Number.parseInt(archived.at(-1)!) <= ledger.status().segment! - 2)
  })

  it('goes on under an open reader', async () => {
    const disk = await kept(10, 1500)
    const reader = await openOn(disk)
    for (let i = 0; i < 10; i++) {
      const writer = await openOn(disk, { upkeep, segmentBytes: 1500 })
      await addMany(writer, 15)
      await writer.close()
    }
    assert.ok(disk.fs().readdir(`${FOLDER}/archive`).length > 2)
    assert.equal((await reader.refresh()).sum, 160)
    assert.equal(reader.status().notice, undefined)
    assert.ok((await reader.submit(add('r:1', 1))).ok)
  })

  it('never takes a segment that is not whole', async () => {
    const disk = await withLines(40, 1500)
    // Somebody has the state in a snapshot, so the damage is met by the archive only.
    const first = await openOn(disk, { upkeep })
    await addMany(first, 1)
    await first.close()
    const data = Buffer.from(bytesOf(disk))
    data[400]! ^= 1
    disk.plant(SEGMENT, data)
    for (let i = 0; i < 10; i++) {
      const ledger = await openOn(disk, { upkeep, segmentBytes: 1500 })
      await addMany(ledger, 12)
      await ledger.close()
    }
    assert.equal(disk.find(`${FOLDER}/archive`), undefined)
    assert.deepEqual(bytesOf(disk), data)
    assert.equal((await verifyFolder(FOLDER, disk.fs())).ok, false)
  })
})

describe('folder ledger: upkeep and crashes', () => {
  /** A process that is killed at its n-th call from `from` on; undefined when it got to its end before. */
  async function killedAt(disk: SimulatedDisk, n: number): Promise<{ acknowledged: number; tokens: number[] } | undefined> {
    let armed = false
    let left = n
    const fault = (): string | undefined => {
      if (armed && left-- <= 0) throw systemError('EKILLED', 'killed', '')
      return undefined
    }
    const ledger = await openOn(disk, { fault, upkeep, segmentBytes: 1500 })
    const { sum } = ledger.peek()
    let acknowledged = sum
    const tokens: number[] = []
    armed = true
    for (let i = 0; i < 13; i++) {
      const answer = await ledger.submit(i % 4 === 0 ? take(`t${sum}:${i}`, `${sum}-${i}`, 'ann') : add(`k${sum}:${i}`, 1)).catch(() => undefined)
      if (answer?.ok) {
        if (i % 4 === 0) tokens.push(answer.stamp.seq)
        else acknowledged++
      }
    }
    await ledger.close().catch(() => undefined)
    return left >= 0 ? undefined : { acknowledged, tokens }
  }

  for (const power of [false, true]) {
    it(`leaves nothing that the next start cannot use, killed at any call${power ? ', without power' : ''}`, async () => {
      let calls = 0
      for (let n = 0; ; n++) {
        const disk = await kept(60, 1500)
        const outcome = await killedAt(disk, n)
        if (outcome === undefined) break
        calls++
        if (power) disk.powerLoss(new Random(n + 1))
        const ledger = await openOn(disk, { upkeep, segmentBytes: 1500 })
        assert.ok(ledger.peek().sum >= outcome.acknowledged, `call ${n}: ${ledger.peek().sum} of ${outcome.acknowledged}`)
        assert.equal(ledger.status().readOnly, undefined, `call ${n}`)
        assert.equal(digest(ledger.peek()), await replayed(disk), `call ${n}`)
        const tokens = [...outcome.tokens]
        for (let i = 0; i < 12; i++) {
          const answer = await ledger.submit(take(`z:${i}`, `z-${i}`, 'bob'))
          assert.ok(answer.ok)
          tokens.push(answer.stamp.seq)
        }
        assert.ok(tokens.every((token, i) => i === 0 || token > tokens[i - 1]!), `call ${n}: ${tokens.join()}`)
        await ledger.close()
        assert.deepEqual([...snapshotsOn(disk), ...disk.fs().readdir(`${FOLDER}/archive`)].filter((name) => name.endsWith('.tmp')), [], `call ${n}`)
        assert.equal((await verifyFolder(FOLDER, disk.fs())).ok, true, `call ${n}`)
      }
      assert.ok(calls > 150, `${calls} calls`)
    })
  }

  it('says what does not get on, and goes on with the commits', async () => {
    const disk = emptyDisk()
    const full = (call: keyof LedgerFs, path: string): string | undefined => (call === 'open' && path.endsWith('.tmp') ? 'ENOSPC' : undefined)
    const ledger = await openOn(disk, { fault: full, upkeep })
    await addMany(ledger, 40)
    assert.match(ledger.status().problems!.join(), /ENOSPC/)
    assert.equal(ledger.status().readOnly, undefined)
    await ledger.close()
  })

  it('does nothing to a ledger opened for reading', async () => {
    const disk = await kept(8)
    const ledger = await openOn(disk, { readOnly: true, upkeep })
    await ledger.refresh()
    await ledger.close()
    assert.deepEqual(snapshotsOn(disk), [])
  })
})
