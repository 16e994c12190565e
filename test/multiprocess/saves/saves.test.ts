import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { SaveStore, type Found } from '../../../src/core/saves/store.js'
import { knowBoot } from '../../../src/core/system/clock.js'
import { knowProcesses } from '../../../src/core/system/processes.js'
import { times } from '../../counts.js'
import { mountsDisks, onSmallDisk } from '../smallDisk.js'

const script = fileURLToPath(new URL('./saver.js', import.meta.url))

describe('saves of several processes', function () {
  this.timeout(0)
  let base: string
  let folder: string
  const running = new Set<ChildProcess>()

  before(() => Promise.all([knowBoot(), knowProcesses([process.pid])]))
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-saves-')))
    folder = join(base, '.muster')
    mkdirSync(folder)
  })
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
    running.clear()
    removeFolder(base)
  })

  function start(window: string, size: number, count?: number): { child: ChildProcess; lines: string[]; line: () => Promise<unknown>; ended: Promise<unknown> } {
    const child = spawn(process.execPath, [script, folder, window, String(size), ...(count === undefined ? [] : [String(count)])], { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    const lines: string[] = []
    // Whole lines, however they come.
    const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
    return { child, lines, line: () => once(reader, 'line'), ended: Promise.all([once(reader, 'close'), once(child, 'close')]) }
  }
  const damaged = (found: readonly Found[]): unknown[] => found.filter((one) => 'problem' in one)

  it('at once, in one folder: each is whole, none is in place of another, and as many are kept as wanted', async () => {
    const all = [start('maria', 50_000, times(60, 20)), start('maria', 50_000, times(60, 20)), start('beta', 100, times(60, 20))]
    await Promise.all(all.map(({ ended }) => ended))
    for (const { lines } of all) assert.deepEqual(lines.filter((line) => line.startsWith('refused')), [])
    const ids = all.flatMap(({ lines }) => lines.filter((line) => line.startsWith('saved')))
    assert.equal(new Set(ids).size, ids.length)
    const found = await new SaveStore(folder).all()
    assert.deepEqual(damaged(found), [])
    assert.deepEqual([found.filter(({ window }) => window === 'beta').length, found.filter(({ window }) => window === 'maria').length >= 5], [5, true])
    assert.deepEqual(readdirSync(join(folder, 'sessions', 'maria')).filter((name) => name.endsWith('.tmp')), [])
  })

  it('killed -9 in the middle of saving: what was saved before is whole, and what was left is cleared away', async () => {
    let unfinished = 0
    const place = join(folder, 'sessions', 'maria')
    mkdirSync(place, { recursive: true })
    for (let round = 0; round < times(20, 6); round++) {
      const { child, lines, line, ended } = start('maria', 6_000_000)
      while (!lines.some((one) => one.startsWith('saved'))) await line()
      // Its file has just appeared, and is not whole yet; or is, by the time it dies.
      const watcher = watch(place)
      for await (const [, name] of on(watcher, 'change')) if (String(name).endsWith('.tmp')) break
      child.kill('SIGKILL')
      watcher.close()
      await ended
      const found = await new SaveStore(folder).all()
      assert.deepEqual(damaged(found), [])
      const [last] = lines.filter((one) => one.startsWith('saved')).map((one) => one.slice(6)).reverse()
      assert.ok(found.some((one) => one.id === last && 'save' in one), `${last} is there`)
      unfinished += readdirSync(place).filter((name) => name.endsWith('.tmp')).length
    }
    assert.ok(unfinished > 0, 'some were killed while they wrote')
    const last = start('maria', 10, 1)
    await last.ended
    assert.deepEqual(readdirSync(place).filter((name) => name.endsWith('.tmp')), [])
  })

  if (mountsDisks()) {
    it('on a disk that is full: refused with the reason, and the saves there were are whole', () => {
      const small = join(base, 'small')
      mkdirSync(small)
      // Five of them do not fit.
      const { stdout } = spawnSync('unshare', onSmallDisk(small, '512k', 'sh', '-c', 'mkdir "$1/.muster" && "$2" "$3" "$1/.muster" maria 150000 8; ls "$1/.muster/sessions/maria"', 'sh', small, process.execPath, script), { encoding: 'utf8' })
      const lines = stdout.trim().split('\n')
      const saved = lines.filter((line) => line.startsWith('saved')).map((line) => `${line.slice(6)}.json`)
      assert.ok(saved.length >= 2, stdout)
      assert.ok(lines.includes('refused NOT_APPLIED ENOSPC'), stdout)
      assert.deepEqual(lines.filter((line) => /\.(json|tmp)$/.test(line)).sort(), saved.sort())
    })
  }
})
