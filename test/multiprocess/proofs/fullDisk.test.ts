import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./fullDiskProcess.js', import.meta.url))
/** Runs in a mount namespace of its own: the disk is gone with the process. */
const onSmallDisk = (folder: string, ...command: string[]): string[] => ['--mount', 'sh', '-c', 'mount -t tmpfs -o size=256k small "$0" && exec "$@"', folder, ...command]

describe('a disk that is full', function () {
  this.timeout(0)
  let folder: string

  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-full-')))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const there = spawnSync('unshare', onSmallDisk(tmpdir(), 'true')).status === 0
  if (!there) console.log('      (no disk can be mounted here, that takes root on Linux: full disks are simulated only)')
  else {
    it('loses nothing, says so, and takes what is tried again once there is room', () => {
      const text = execFileSync('unshare', onSmallDisk(folder, process.execPath, script, folder), { encoding: 'utf8' })
      const { refused, acknowledged, during, retried, after, ok } = JSON.parse(text) as { refused: unknown[]; acknowledged: number; during: number; retried: boolean; after: number; ok: boolean }
      assert.ok(acknowledged > 50, text)
      assert.deepEqual(refused, Array.from({ length: 20 }, () => ['NOT_APPLIED', 'ENOSPC']))
      assert.deepEqual({ during, retried, after, ok }, { during: acknowledged, retried: true, after: acknowledged + 1, ok: true })
    })
  }
})
