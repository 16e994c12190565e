import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { watchFolder } from '../../../src/vscode/folderWatch.js'

describe('watching for the folder of the records', () => {
  let base: string
  let folder: string
  let watch: { dispose(): void }
  let calls: number
  let next: () => void

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'muster-wake-'))
    folder = join(base, '.muster')
    calls = 0
    next = () => undefined
  })
  afterEach(() => {
    watch.dispose()
    removeFolder(base)
  })

  const begin = (exists: boolean): void => {
    watch = watchFolder(folder, exists, () => {
      calls++
      next()
    }, 5)
  }
  const called = (): Promise<void> => new Promise((resolve) => (next = resolve))

  it('hears of one that was made after the window had looked and before the watch began', async () => {
    mkdirSync(folder)
    begin(false)
    await called()
  })

  it('hears of one that appears, of what changes in it, and of its end', async () => {
    begin(false)
    for (const change of [() => mkdirSync(folder), () => writeFileSync(join(folder, 'format.json'), '{}'), () => rmSync(folder, { recursive: true })]) {
      const heard = called()
      change()
      await heard
    }
  })

  it('looks once at what was there already, and is quiet where nothing changes', async () => {
    mkdirSync(folder)
    begin(true)
    await called()
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(calls, 1)
  })
})
