import assert from 'node:assert/strict'
import type { LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { add, take } from '../../contract/testMachine.js'
import { code, emptyDisk, FOLDER, openOn, scribble, SEGMENT, withCalls } from './ledgerOnDisk.js'
import { Random } from './simulation/random.js'
import { systemError, type SimulatedDisk } from './simulation/simulatedDisk.js'

/** Fails the named calls while `on`. */
function failing(calls: (keyof LedgerFs)[], errno: string) {
  const fault = { on: false, count: 0, check: (call: keyof LedgerFs) => (fault.on && calls.includes(call) ? (fault.count++, errno) : undefined) }
  return fault
}

function reread(disk: SimulatedDisk) {
  return openOn(disk, { readOnly: true })
}

describe('folder ledger when the disk fails', () => {
  it('answers NOT_APPLIED when a write fails, and the change is never made', async () => {
    const disk = emptyDisk()
    const fault = failing(['append'], 'ENOSPC')
    const ledger = await openOn(disk, { fault: fault.check })
    fault.on = true
    await assert.rejects(ledger.submit(add('a:1', 1)), code('NOT_APPLIED'))
    fault.on = false
    assert.equal((await ledger.refresh()).sum, 0)
    assert.ok((await ledger.submit(add('a:2', 10))).ok)
    assert.equal((await reread(disk)).peek().sum, 10)
  })

  for (const missing of [1, 2, 100]) {
    it(`answers NOT_APPLIED when the last ${missing} bytes are not written, and nobody completes the line`, async () => {
      const disk = emptyDisk()
      let short = false
      const fs = disk.fs()
      let descriptor = 0
      const append = (fd: number, bytes: Buffer): number => ((descriptor = fd), short ? disk.append(fd, bytes, bytes.length - missing) : fs.append(fd, bytes))
      const [ledger, other] = [await openOn(disk, { fs: withCalls(fs, { append }) }), await openOn(disk)]
      await ledger.submit(add('a:0', 1))
      short = true
      await assert.rejects(ledger.submit(add('a:1', 1)), code('NOT_APPLIED'))
      short = false
      assert.ok((await other.submit(add('b:1', 10))).ok)
      assert.ok((await ledger.submit(add('a:2', 100))).ok)
      assert.ok(descriptor > 0)
      assert.equal((await ledger.refresh()).sum, 111)
      assert.equal((await reread(disk)).peek().sum, 111)
    })
  }

  it('lets the line after one that was cut off count at once', async () => {
    const disk = emptyDisk()
    const ledger = await openOn(disk)
    await ledger.submit(add('a:0', 1))
    for (let n = 1; n <= 5; n++) {
      scribble(disk, '{"v":1,"seq":3,"prev":"50680fb561')
      let writes = 0
      const fs = disk.fs()
      const other = await openOn(disk, { fs: withCalls(fs, { append: (fd, bytes) => (writes++, fs.append(fd, bytes)) }) })
      assert.ok((await other.submit(add(`b:${n}`, 1))).ok)
      assert.equal(writes, 1)
    }
    assert.equal((await ledger.refresh()).sum, 6)
  })

  it('decides refusals again that were based on a write that failed', async () => {
    const disk = emptyDisk()
    let failures = 1
    const fs = disk.fs()
    const ledger = await openOn(disk, { fs: withCalls(fs, { append: (fd, bytes) => { if (bytes.includes('grant') && failures-- > 0) throw systemError('ENOSPC', 'write', SEGMENT); return fs.append(fd, bytes) } }) })
    const [ann, bob] = await Promise.allSettled([ledger.submit(take('a:1', 'x', 'ann')), ledger.submit(take('b:1', 'x', 'bob'))])
    assert.equal(ann.status, 'rejected')
    assert.ok(bob.status === 'fulfilled' && bob.value.ok)
    assert.equal(ledger.peek().owners.get('x')?.owner, 'bob')
  })

  it('accepts a line that was written although the call failed', async () => {
    const disk = emptyDisk()
    let fail = false
    const fs = disk.fs()
    const ledger = await openOn(disk, { fs: withCalls(fs, { append: (fd, bytes) => { const count = fs.append(fd, bytes); if (fail) throw systemError('EIO', 'write', SEGMENT); return count } }) })
    fail = true
    assert.ok((await ledger.submit(add('a:1', 1))).ok)
  })

  it('shows nothing that a power loss could take back', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const disk = emptyDisk()
      const [writer, reader] = [await openOn(disk, { durability: 'relaxed' }), await openOn(disk)]
      await writer.submit(add('a:1', 1))
      assert.equal((await reader.refresh()).sum, 1)
      disk.powerLoss(new Random(seed))
      assert.equal((await reread(disk)).peek().sum, 1)
    }
  })

  it('writes the same bytes again when a flush fails, so that they survive a power loss', async () => {
    const disk = emptyDisk()
    let failures = 0
    const fault = (call: keyof LedgerFs) => (call.startsWith('fdatasync') && failures-- > 0 ? 'EIO' : undefined)
    const ledger = await openOn(disk, { fault })
    await ledger.submit(add('a:0', 1))
    failures = 1
    assert.ok((await ledger.submit(add('a:1', 10))).ok)
    for (let seed = 1; seed <= 20; seed++) {
      disk.powerLoss(new Random(seed))
      assert.equal((await reread(disk)).peek().sum, 11)
    }
  })

  it('does lose them if they are not written again: the disk simulates that', async () => {
    const disk = emptyDisk()
    const fault = failing(['fdatasync', 'fdatasyncSync'], 'EIO')
    const fs = withCalls(disk.fs(fault.check), { writeAt: (_fd, bytes) => bytes.length })
    const ledger = await openOn(disk, { fs })
    fault.on = true
    setImmediate(() => (fault.on = false))
    await ledger.submit(add('a:1', 1)).catch(() => undefined)
    let lost = 0
    const before = disk.find(SEGMENT)!.data
    disk.powerLoss(new Random(5))
    if (!disk.find(SEGMENT)!.data.equals(before)) lost++
    assert.equal(lost, 1)
  })

  it('says OUTCOME_UNKNOWN with the keys when writing again fails too, and recovers when the disk does', async () => {
    const disk = emptyDisk()
    const fault = failing(['fdatasync', 'fdatasyncSync'], 'EIO')
    const ledger = await openOn(disk, { fault: fault.check })
    const statuses: unknown[] = []
    ledger.onDidChangeStatus((status) => statuses.push(status.readOnly?.code))
    fault.on = true
    await assert.rejects(ledger.submit(add('a:1', 1)), (error) => code('OUTCOME_UNKNOWN')(error) && JSON.stringify((error as { details?: unknown }).details).includes('a:1'))
    assert.equal(ledger.status().readOnly?.code, 'OUTCOME_UNKNOWN')
    assert.ok(ledger.status().synced < ledger.status().head)
    await assert.rejects(ledger.submit(add('a:2', 1)), code('OUTCOME_UNKNOWN'))
    await assert.rejects(ledger.refresh(), code('OUTCOME_UNKNOWN'))
    fault.on = false
    // Tries are a second apart: what is asked until then is told the same.
    for (let answer: unknown; answer === undefined; ) answer = await ledger.submit(add('a:1', 1)).catch(() => new Promise((resolve) => setTimeout(resolve, 50)).then(() => undefined))
    assert.equal(ledger.peek().sum, 1)
    assert.equal(ledger.status().readOnly, undefined)
    assert.deepEqual(statuses, ['OUTCOME_UNKNOWN', undefined])
    for (let seed = 1; seed <= 20; seed++) {
      disk.powerLoss(new Random(seed))
      assert.equal((await reread(disk)).peek().sum, 1)
    }
  })

  it('says what is wrong when reading fails, and goes on when it works again', async () => {
    const disk = emptyDisk()
    const fault = failing(['read'], 'EIO')
    const ledger = await openOn(disk, { fault: fault.check })
    fault.on = true
    await assert.rejects(ledger.submit(add('a:1', 1)), code('FOLDER_UNUSABLE'))
    await assert.rejects(ledger.refresh(), code('FOLDER_UNUSABLE'))
    ledger.poll()
    assert.equal(ledger.status().readOnly?.code, 'FOLDER_UNUSABLE')
    fault.on = false
    assert.ok((await ledger.submit(add('a:1', 1))).ok)
    assert.equal(ledger.status().readOnly, undefined)
  })

  const errnos = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS']
  for (const errno of errnos) {
    it(`${errno} at any one call: no change or a known outcome, and a retry with the same key applies it once`, async function () {
      this.timeout(600_000)
      for (let nth = 0; ; nth++) {
        const disk = emptyDisk()
        let calls = -1
        let armed = false
        const fault = (): string | undefined => (armed && calls++ === nth ? errno : undefined)
        const ledger = await openOn(disk, { fault, segmentBytes: 600 })
        await ledger.submit(add('a:0', 1))
        armed = true
        const failures = new Set<string>()
        for (const key of ['a:1', 'a:2', 'a:3', 'a:4']) {
          for (let tries = 0; ; tries++) {
            try {
              await ledger.submit(add(key, 1))
              break
            } catch (error) {
              failures.add((error as { code: string }).code)
              assert.ok(['NOT_APPLIED', 'OUTCOME_UNKNOWN', 'FOLDER_UNUSABLE'].includes((error as { code: string }).code), String(error))
              if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 100))
            }
          }
        }
        const done = calls <= nth
        armed = false
        assert.equal((await ledger.refresh()).sum, 5, `call ${nth}`)
        assert.equal((await reread(disk)).peek().sum, 5, `call ${nth}`)
        await ledger.close()
        if (done) break
      }
    })

    it(`${errno} at any one call of the first opening: a clear error, and the next try works`, async () => {
      for (let nth = 0; ; nth++) {
        const disk = emptyDisk()
        let calls = 0
        const fault = (): string | undefined => (calls++ === nth ? errno : undefined)
        try {
          const ledger = await openOn(disk, { fault })
          await ledger.close()
          if (calls <= nth) break
        } catch (error) {
          assert.ok(code('FOLDER_UNUSABLE')(error) || code('OUTCOME_UNKNOWN')(error), `call ${nth}: ${String(error)}`)
        }
        const again = await openOn(disk)
        assert.ok((await again.submit(add('a:1', 1))).ok)
        assert.ok(disk.find(`${FOLDER}/.gitignore`))
      }
    })
  }
})
