import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { RunView } from '../../../src/core/model/runs.js'
import { mountsDisks, onSmallDisk } from '../smallDisk.js'

const script = fileURLToPath(new URL('./fullDiskRuns.js', import.meta.url))

interface Ended {
  exit: number
  json: { ok: boolean; exitCode: number; reason?: string; hint?: string; metrics?: object; run: RunView }
  files: Record<string, string>
}

describe('runs on a disk that is full', function () {
  this.timeout(0)
  let base: string
  let told: { passing: Ended & { err: string }; lasting: Ended & { locked: boolean }; early: unknown[]; later: Ended; claims: unknown[]; left: string[] }

  before(function () {
    if (!mountsDisks()) this.skip()
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-full-')))
    told = JSON.parse(execFileSync('unshare', onSmallDisk(base, '4m', process.execPath, script, base), { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as typeof told
  })
  after(() => base && removeFolder(base))

  it('the command goes on, whatever it prints, and what its log lacks is said in it', () => {
    const { exit, json, err, files } = told.passing
    assert.deepEqual([exit, json.ok, json.run.status, json.run.metrics], [0, true, 'completed', { loss: 0.1 }])
    assert.match(err, /muster: output\.txt cannot be written, the command goes on: ENOSPC/)
    const log = files['logs/output.txt']!
    assert.ok(log.includes('"current":1,') && log.includes('"current":10,'))
    const [, missing] = /\[(\d+) bytes are missing here: they could not be written\]/.exec(log) ?? []
    const whole = 10 * 300_001 + Array.from({ length: 10 }, (_, n) => JSON.stringify({ current: n + 1, total: 10, loss: 1 / (n + 1) }).length + 1).reduce((sum, length) => sum + length)
    assert.equal(log.replace(/\n\[\d+ bytes are missing[^\n]*\n/g, '').length + Number(missing), whole)
  })

  it('where its end cannot be written down, that is said with how to do it later, and nothing is called finished', () => {
    const { exit, json, locked } = told.lasting
    assert.deepEqual([exit, json.ok, json.exitCode, json.reason, json.metrics, locked], [3, false, 0, 'NOT_WRITTEN', { loss: 0.1 }, true])
    assert.match(json.hint!, /ended with exit code 0, and that could not be written down: .*there is no room on the disk.* Make room, then: muster run done \S+_lasting --metric loss=0\.1$/)
    assert.deepEqual(told.early, [[3, 'NOT_APPLIED'], [3, 'NOT_APPLIED']])
  })

  it('once there is room it is done as the hint says; no lock and no half file is left', () => {
    assert.deepEqual([told.later.exit, told.later.json.run.status, told.later.json.run.metrics], [0, 'completed', { loss: 0.1 }])
    assert.deepEqual(told.claims, [])
    assert.deepEqual(told.left.filter((name) => !/^\d{4}-.*_(passing|lasting|early)$/.test(name)), ['REGISTRY.md'])
  })
})
