import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { mountsDisks, onSmallDisk } from '../smallDisk.js'

const script = fileURLToPath(new URL('./fullDiskAgents.js', import.meta.url))

interface Told {
  started: boolean[]
  during: unknown
  after: { fails: unknown[]; talks: unknown[]; warning?: string; askedAfter: string[]; deployed: boolean; requests: string[]; ok: boolean }
  log: { refused: string; written: number; setAside: boolean; files: string[][] }
}

describe('deployed agents on a disk that is full', function () {
  this.timeout(0)
  let base: string

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-full-')))
    for (const name of ['disk', 'aside']) mkdirSync(join(base, name))
  })
  afterEach(() => removeFolder(base))

  if (mountsDisks()) {
    it('none is deployed, with a reason; those at work go on; how they ended, requests and their logs are there once there is room', () => {
      const text = execFileSync('unshare', onSmallDisk(join(base, 'disk'), '3m', process.execPath, script, join(base, 'disk'), join(base, 'aside')), { encoding: 'utf8' })
      const { started, during, after, log } = JSON.parse(text) as Told
      assert.deepEqual(started, [true, true])
      assert.deepEqual(during, { refusal: ['NOT_APPLIED', 'ENOSPC', true], askedWhileFull: ['NOT_APPLIED'], left: ['one.json'], known: false, phases: ['running', 'running'] })
      assert.deepEqual([after.fails, after.talks, after.askedAfter, after.deployed, after.requests, after.ok], [['failed', 3], ['done', 0], ['running'], true, ['done'], true])
      assert.equal(log.refused, 'ENOSPC')
      // What it was told had been written is there, once, in order; but for what came in the moment of a cut, which is between two files.
      const files = log.files.map((lines) => lines.filter((line) => /^\d{5} x{493}$/.test(line)).map((line) => Number(line.slice(0, 5))))
      for (const numbers of files) assert.deepEqual(numbers, Array.from({ length: numbers.length }, (_, i) => numbers[0]! + i))
      const whole = files.flat()
      assert.deepEqual(whole, [...new Set(whole)].sort((a, b) => a - b))
      assert.ok(whole.at(-1)! >= log.written - 2, `${whole.at(-1)} of ${log.written}`)
      assert.equal(log.files.flat().at(-1), 'the last line')
    })
  }
})
