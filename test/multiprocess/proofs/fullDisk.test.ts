import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { mountsDisks, onSmallDisk } from '../smallDisk.js'

const script = fileURLToPath(new URL('./fullDiskProcess.js', import.meta.url))
describe('a disk that is full', function () {
  this.timeout(0)
  let folder: string

  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-full-')))))
  afterEach(() => removeFolder(folder))

  if (mountsDisks()) {
    it('loses nothing, says so, and takes what is tried again once there is room', () => {
      const text = execFileSync('unshare', onSmallDisk(folder, '256k', process.execPath, script, folder), { encoding: 'utf8' })
      const { refused, acknowledged, during, retried, after, ok } = JSON.parse(text) as { refused: unknown[]; acknowledged: number; during: number; retried: boolean; after: number; ok: boolean }
      assert.ok(acknowledged > 50, text)
      assert.deepEqual(refused, Array.from({ length: 20 }, () => ['NOT_APPLIED', 'ENOSPC']))
      assert.deepEqual({ during, retried, after, ok }, { during: acknowledged, retried: true, after: acknowledged + 1, ok: true })
    })
  }
})
