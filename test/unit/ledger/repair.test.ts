import assert from 'node:assert/strict'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { diagnose, repairLedger, type LedgerRepair } from '../../../src/core/ledger/repair/repairLedger.js'
import { add, digest, take, testClock, testMachine } from '../../contract/testMachine.js'
import { bytesOf, code, emptyDisk, FOLDER, lineAfter, openOn, scribble, type FolderLedger } from './ledgerOnDisk.js'
import { Random } from './simulation/random.js'
import { systemError, type SimulatedDisk } from './simulation/simulatedDisk.js'

const SNAPSHOTS = `${FOLDER}/snapshots`
const upkeep = { commits: 10, bytes: Infinity }
const none = { commits: Infinity, bytes: Infinity }

function segment(number: number): string {
  return `${FOLDER}/ledger/${String(number).padStart(8, '0')}.jsonl`
}

function parts(disk: SimulatedDisk, fs = disk.fs()) {
  return { fs, machine: testMachine, clock: testClock() }
}

/** A ledger of many small segments in which every second commit grants something. */
async function written(commits: number, options: { upkeep?: typeof none; segmentBytes?: number } = {}): Promise<SimulatedDisk> {
  const disk = emptyDisk()
  for (let done = 0; done < commits; done += 10) {
    const ledger = await openOn(disk, { segmentBytes: 3000, upkeep: none, ...options })
    for (let i = done; i < Math.min(commits, done + 10); i++) await ledger.submit(i % 2 === 0 ? add(`a:${i}`, 1) : take(`a:${i}`, `file-${i}`, 'ann'))
    await ledger.close()
  }
  return disk
}

/** A window whose next try to get out of trouble is not far away. */
function windowOn(disk: SimulatedDisk): Promise<FolderLedger> {
  return openOn(disk, { upkeep: none, clock: { ...testClock(), monotonic: () => performance.now() + 10_000 * ++looks, sleep: async () => undefined } })
}
let looks = 0

function linesOf(disk: SimulatedDisk, path: string): string[] {
  return bytesOf(disk, path).toString().split('\n').filter((line) => line !== '')
}

function plantLines(disk: SimulatedDisk, path: string, lines: readonly string[]): void {
  disk.plant(path, Buffer.from(lines.map((line) => `${line}\n`).join('')))
}

function segmentsOn(disk: SimulatedDisk): string[] {
  return disk.fs().readdir(`${FOLDER}/ledger`).filter((name) => /^\d/.test(name)).sort().map((name) => `${FOLDER}/ledger/${name}`)
}

/** Numbers that were given to grants, as the lines say. */
async function tokensOn(disk: SimulatedDisk): Promise<Map<string, number>> {
  return new Map([...(await openOn(disk, { readOnly: true })).peek().owners].map(([resource, { token }]) => [resource, token]))
}

/** Damages: each takes a disk with four or more segments, and says what of it can be said. */
const damages: Record<string, (disk: SimulatedDisk) => void> = {
  'a bit flipped in an old line'(disk) {
    const bytes = Buffer.from(bytesOf(disk, segment(2)))
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    disk.plant(segment(2), bytes)
  },
  'a bit flipped in the first line'(disk) {
    const bytes = Buffer.from(bytesOf(disk, segment(1)))
    bytes[40]! ^= 1
    disk.plant(segment(1), bytes)
  },
  'a line deleted'(disk) {
    const lines = linesOf(disk, segment(2))
    plantLines(disk, segment(2), lines.toSpliced(3, 1))
  },
  'lines deleted in several places'(disk) {
    for (const number of [1, 2, 3]) plantLines(disk, segment(number), linesOf(disk, segment(number)).toSpliced(2, 2))
  },
  'a segment cut off in a line'(disk) {
    const bytes = bytesOf(disk, segment(2))
    disk.plant(segment(2), bytes.subarray(0, Math.floor(bytes.length / 2)))
  },
  'the line that closes a segment deleted'(disk) {
    plantLines(disk, segment(2), linesOf(disk, segment(2)).slice(0, -1))
  },
  'a segment emptied'(disk) {
    disk.plant(segment(2), Buffer.alloc(0))
  },
  'a segment missing'(disk) {
    disk.fs().unlink(segment(2))
  },
  'two segments missing'(disk) {
    disk.fs().unlink(segment(2))
    disk.fs().unlink(segment(3))
  },
  'the first segment missing'(disk) {
    disk.fs().unlink(segment(1))
  },
  'the last segment missing'(disk) {
    disk.fs().unlink(segmentsOn(disk).at(-1)!)
  },
  'a segment full of something else'(disk) {
    disk.plant(segment(2), Buffer.from('no records\n'.repeat(500)))
  },
  'lines of another history mixed in'(disk) {
    const path = segmentsOn(disk).at(-1)!
    const lines = linesOf(disk, path)
    const first = JSON.parse(lines[0]!) as { seq: number }
    const other = lineAfter(disk, (fields) => ({ ...fields, seq: first.seq + 1, prev: 'deadbeefdeadbeef', d: first.seq }))
    scribble(disk, other, path)
  },
  'two lines in the wrong order'(disk) {
    const lines = linesOf(disk, segment(2))
    plantLines(disk, segment(2), [...lines.slice(0, 2), lines[3]!, lines[2]!, ...lines.slice(4)])
  },
}

describe('repair of the records', function () {
  this.timeout(600_000)

  for (const [what, damage] of Object.entries(damages)) {
    for (const withSnapshots of [false, true]) {
      it(`${what}, ${withSnapshots ? 'with' : 'without'} snapshots: every window goes on, no number is given twice, what is left is served`, async () => {
        const disk = await written(60, withSnapshots ? { upkeep } : {})
        const before = await windowOn(disk)
        const tokens = await tokensOn(disk)
        const whole = digest(before.peek())
        const originals = new Map(segmentsOn(disk).map((path) => [path, Buffer.from(bytesOf(disk, path))]))
        assert.ok(originals.size >= 4)
        const archived = withSnapshots && originals.get(segment(2))!.toString().startsWith('{"archived":')
        if (archived) disk.fs().unlink(`${FOLDER}/archive/00000002.jsonl.gz`)
        damage(disk)
        const found = await verifyFolder(FOLDER, disk.fs())
        assert.equal(found.ok, false)
        const opened = await windowOn(disk).catch(() => undefined)
        if (!withSnapshots && opened !== undefined) assert.equal(opened.status().readOnly?.code, 'LEDGER_DAMAGED')

        const named = await diagnose(FOLDER, parts(disk))
        assert.deepEqual(await verifyFolder(FOLDER, disk.fs()), found, 'looking changes nothing')
        const damagedFiles = new Map(segmentsOn(disk).map((path) => [path, Buffer.from(bytesOf(disk, path))]))
        const done = await repairLedger(FOLDER, parts(disk))
        assert.ok(named.found.length > 0)
        assert.deepEqual(done.found, named.found)

        const after = await verifyFolder(FOLDER, disk.fs())
        assert.equal(after.problem, undefined)
        assert.ok(after.ok)
        assert.deepEqual((await diagnose(FOLDER, parts(disk))).found, [])
        keepsAll(disk, done, damagedFiles)

        // Whoever had it open, who opened it damaged, and who opens it now.
        const fresh = await openOn(disk, { upkeep: none })
        const windows = [before, ...(opened ? [opened] : []), fresh]
        for (const [index, window] of windows.entries()) await goesOn(window, `w${index}`)
        for (const window of windows) assert.equal(digest(await window.refresh()), digest(await fresh.refresh()))
        assert.equal(digest(await replayed(disk)), digest(fresh.peek()))
        noTokenTwice(tokens, fresh)
        if (withSnapshots && !done.found.some(({ kind }) => kind === 'end') && done.lost.every(({ to }) => to <= (done.knownUpTo ?? 0))) assert.ok(digest(fresh.peek()).includes(JSON.parse(whole)[1].at(-1)), 'the state is whole')
      })
    }
  }

  it('is not needed by a ledger that is in order, or that a crash has left', async () => {
    const disk = await written(40, { upkeep })
    assert.deepEqual((await repairLedger(FOLDER, parts(disk))).found, [])
    scribble(disk, '{"v":1,"seq":77,"pre', segmentsOn(disk).at(-1)!)
    const report = await repairLedger(FOLDER, parts(disk))
    assert.deepEqual([report.found, report.setAside], [[], undefined])
    assert.equal(disk.find(`${FOLDER}/damaged`), undefined)
  })

  it('keeps what lost lines led to, where a snapshot knows', async () => {
    const disk = await written(60, { upkeep })
    const whole = digest((await openOn(disk)).peek())
    for (const name of disk.fs().readdir(`${FOLDER}/archive`)) disk.fs().unlink(`${FOLDER}/archive/${name}`)
    const { lost, knownUpTo } = await repairLedger(FOLDER, parts(disk))
    assert.ok(lost.length > 0 && lost.every(({ to }) => to <= knownUpTo!))
    assert.equal(digest((await openOn(disk)).peek()), whole)
    assert.equal(digest(await replayed(disk)), whole)
  })

  it('says exactly which entries are gone', async () => {
    const disk = await written(40)
    const lines = linesOf(disk, segment(2))
    const gone = lines.slice(3, 5).map((line) => (JSON.parse(line) as { seq: number }).seq)
    plantLines(disk, segment(2), lines.toSpliced(3, 2))
    const report = await diagnose(FOLDER, parts(disk))
    assert.deepEqual(report.lost, [{ from: gone[0], to: gone[1] }])
    assert.deepEqual(report.found.map(({ kind, file, from, to }) => ({ kind, file, from, to })), [{ kind: 'entries', file: 'ledger/00000002.jsonl', from: gone[0], to: gone[1] }])
    const total = lines.length
    assert.ok(total > 5)
  })

  it('does not take the loser of a race for a line that is lost', async () => {
    const disk = await written(4, { segmentBytes: 1e6 })
    const lines = linesOf(disk, segment(1))
    // Same predecessor and number as the third line, and behind it in the file.
    const loser = lineAfter(disk, (fields) => ({ ...fields, ...(({ seq, prev, d }) => ({ seq, prev, d }))(JSON.parse(lines[2]!) as Record<string, unknown>), ops: [{ key: 'b:1', by: 'bob', events: [{ type: 'grant', resource: 'stolen', owner: 'bob' }] }] })).trimEnd()
    plantLines(disk, segment(1), [...lines.slice(0, 2), loser, ...lines.slice(3)])
    const report = await repairLedger(FOLDER, parts(disk))
    assert.deepEqual(report.lost, [{ from: 3, to: 3 }])
    assert.equal((await openOn(disk)).peek().owners.has('stolen'), false)
  })

  it('of two histories keeps the longer, and the other aside', async () => {
    const disk = await written(8, { segmentBytes: 1e6 })
    const copy = emptyDisk()
    const half = linesOf(disk, segment(1)).slice(0, 5)
    copy.fs().mkdir(FOLDER)
    copy.fs().mkdir(`${FOLDER}/ledger`)
    plantLines(copy, segment(1), half)
    const other = await openOn(copy, { upkeep: none })
    for (let i = 0; i < 3; i++) await other.submit(add(`other:${i}`, 100))
    scribble(disk, linesOf(copy, segment(1)).slice(5).map((line) => `${line}\n`).join(''))
    const whole = (await openOn(await written(8, { segmentBytes: 1e6 }))).peek().sum
    const report = await repairLedger(FOLDER, parts(disk))
    assert.deepEqual(report.found.map(({ kind }) => kind), ['foreign'])
    assert.deepEqual(report.lost, [])
    assert.equal((await openOn(disk)).peek().sum, whole)
  })

  for (const what of ['garbage', 'nothing', 'a snapshot of another ledger']) {
    it(`sets a snapshot that holds ${what} aside and writes another`, async () => {
      const disk = await written(40, { upkeep })
      const whole = digest((await openOn(disk)).peek())
      const names = disk.fs().readdir(SNAPSHOTS)
      const bytes = what === 'garbage' ? Buffer.alloc(3000, 7) : what === 'nothing' ? Buffer.alloc(0) : Buffer.from(bytesOf(disk, `${SNAPSHOTS}/${names[0]}`).toString().replace(/"ledger":"\w+"/, '"ledger":"other"'))
      for (const name of names) disk.plant(`${SNAPSHOTS}/${name}`, bytes)
      const report = await repairLedger(FOLDER, parts(disk))
      assert.deepEqual(new Set(report.found.map(({ kind }) => kind)), new Set(['snapshot']))
      assert.deepEqual(report.setAside!.files.sort(), names.map((name) => `snapshots/${name}`).sort())
      for (const file of report.setAside!.files) assert.ok(bytesOf(disk, `${report.setAside!.folder}/${file}`).equals(bytes))
      const ledger = await openOn(disk)
      assert.equal(digest(ledger.peek()), whole)
      assert.equal(ledger.status().problems, undefined)
      assert.equal(disk.fs().readdir(SNAPSHOTS).length, 1)
      assert.deepEqual((await diagnose(FOLDER, parts(disk))).found, [])
    })
  }

  it('goes on from a snapshot where no line is left, with numbers behind all that were given', async () => {
    const disk = await written(40, { upkeep })
    const ledger = await openOn(disk)
    const [head, whole] = [ledger.status().head, digest(ledger.peek())]
    for (const path of segmentsOn(disk)) disk.plant(path, Buffer.from('gone\n'))
    for (const name of disk.fs().readdir(`${FOLDER}/archive`)) disk.fs().unlink(`${FOLDER}/archive/${name}`)
    await repairLedger(FOLDER, parts(disk))
    const fresh = await openOn(disk)
    assert.ok(fresh.status().head > head)
    assert.ok((JSON.parse(whole) as [unknown, string[]])[1].length - (JSON.parse(digest(fresh.peek())) as [unknown, string[]])[1].length <= 5, 'all but what came after the snapshot')
    await goesOn(fresh, 'w')
    assert.equal(digest(await replayed(disk)), digest(fresh.peek()))
  })

  it('refuses where nothing is left, and where nothing ever was', async () => {
    const disk = await written(5)
    disk.plant(segment(1), Buffer.from('gone\n'))
    await assert.rejects(diagnose(FOLDER, parts(disk)), code('FOLDER_UNUSABLE'))
    await assert.rejects(repairLedger(FOLDER, parts(disk)), code('FOLDER_UNUSABLE'))
    assert.equal(bytesOf(disk).toString(), 'gone\n')
    await assert.rejects(repairLedger(FOLDER, parts(emptyDisk())), code('FOLDER_UNUSABLE'))
  })

  it('can be repeated wherever it was cut off', async () => {
    for (const name of ['a line deleted', 'a segment missing', 'the first segment missing', 'lines of another history mixed in']) {
      for (let call = 1, cut = true; cut; call++) {
        const disk = await written(40, { upkeep })
        const tokens = await tokensOn(disk)
        if (name !== 'lines of another history mixed in') for (const file of disk.fs().readdir(`${FOLDER}/archive`)) disk.fs().unlink(`${FOLDER}/archive/${file}`)
        damages[name]!(disk)
        let calls = 0
        cut = false
        const fs = disk.fs((what) => {
          if (!['append', 'rename', 'fsyncFolder', 'fdatasync', 'mkdir', 'unlink'].includes(what) || ++calls !== call) return undefined
          cut = true
          throw new Cut()
        })
        await repairLedger(FOLDER, parts(disk, fs)).catch((error: unknown) => {
          if (!cut) throw error
        })
        if (!cut) continue
        await repairLedger(FOLDER, parts(disk))
        assert.ok((await verifyFolder(FOLDER, disk.fs())).ok, `${name}, cut off at ${call}`)
        const fresh = await openOn(disk)
        await goesOn(fresh, 'w')
        noTokenTwice(tokens, fresh)
      }
    }
  })

  it('finds its way through random damage', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed)
      const disk = await written(50, random.chance(0.5) ? { upkeep } : {})
      const tokens = await tokensOn(disk)
      for (let i = random.below(4); i >= 0; i--) {
        const paths = segmentsOn(disk)
        const path = paths[random.below(paths.length)]!
        const bytes = Buffer.from(bytesOf(disk, path))
        const act = random.below(5)
        if (act === 0 && bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
        if (act === 3) disk.fs().unlink(path)
        else if (act === 1) disk.plant(path, bytes.subarray(0, random.below(bytes.length + 1)))
        else if (act === 2) plantLines(disk, path, bytes.toString().split('\n').filter((line) => line !== '' && !random.chance(0.2)))
        else if (act === 4) disk.plant(path, Buffer.concat([bytes, bytes.subarray(random.below(bytes.length + 1))]))
        else disk.plant(path, bytes)
      }
      const open = await openOn(disk, { readOnly: true }).catch(() => undefined)
      let report: LedgerRepair
      try {
        report = await repairLedger(FOLDER, parts(disk))
      } catch (error) {
        assert.ok(code('FOLDER_UNUSABLE')(error), String(error))
        continue
      }
      const after = await verifyFolder(FOLDER, disk.fs())
      assert.equal(after.problem, undefined, `seed ${seed}`)
      assert.deepEqual((await diagnose(FOLDER, parts(disk))).found, [], `seed ${seed}`)
      const fresh = await openOn(disk)
      assert.equal(fresh.status().readOnly, undefined)
      // What could be read before can be read still.
      if (open !== undefined && report.found.length > 0) for (const resource of open.peek().owners.keys()) assert.ok(fresh.peek().owners.has(resource), `seed ${seed}: ${resource}`)
      await goesOn(fresh, 'w')
      if (report.found.length > 0) noTokenTwice(tokens, fresh)
      assert.equal(digest(await replayed(disk)), digest(fresh.peek()), `seed ${seed}`)
    }
  })
})

class Cut extends Error {
  readonly code = systemError('EIO', 'cut', '').code
}

async function goesOn(window: FolderLedger, name: string): Promise<void> {
  await window.refresh().catch(() => undefined)
  const answer = await window.submit(take(`${name}:1`, `new-${name}`, name))
  assert.ok(answer.ok)
  assert.equal(window.status().readOnly, undefined)
}

/** Every grant of the state that was not there before has a number behind all that were given. */
function noTokenTwice(tokens: ReadonlyMap<string, number>, ledger: FolderLedger): void {
  const highest = Math.max(0, ...tokens.values())
  for (const [resource, { token }] of ledger.peek().owners) {
    if (tokens.has(resource)) assert.equal(token, tokens.get(resource))
    else assert.ok(token > highest, `${resource}: ${token} > ${highest}`)
  }
}

/** Of every segment that is not what it was, the damaged original is aside. */
function keepsAll(disk: SimulatedDisk, { setAside }: LedgerRepair, originals: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of originals) {
    const now = disk.find(path)?.data
    if (now?.subarray(0, bytes.length).equals(bytes)) continue
    assert.ok(bytesOf(disk, path.replace(FOLDER, setAside!.folder)).equals(bytes), path)
  }
  for (const file of setAside!.files) assert.ok(disk.find(`${setAside!.folder}/${file}`), file)
}

/** The state as read from the first line on. */
async function replayed(disk: SimulatedDisk) {
  const fs = disk.fs()
  const ledger = await openOn(disk, { readOnly: true, fs: { ...fs, readdir: (path) => (path === SNAPSHOTS ? [] : fs.readdir(path)) } })
  assert.equal(ledger.status().readOnly?.code, 'OPENED_READ_ONLY')
  return ledger.peek()
}
