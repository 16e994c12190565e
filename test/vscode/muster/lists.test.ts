import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { Muster } from '../../../src/core/muster.js'
import type { open } from '../../../src/library.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library } from './repository.js'

describe('lists while others work', () => {
  let window: Window
  let program: Muster
  let working: NodeJS.Timeout | undefined
  ownWindow({
    ready: async (opened) => {
      const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
      program = await openLibrary({ folder: opened.repository.folder, root: opened.repository.root, agent: 'delta' })
      await opened.window.runCommand('View: Show Muster')
    },
    end: () => program?.close(),
  }, (opened) => ({ window } = opened))
  afterEach(() => clearInterval(working))

  it('gives a button its row, however often rows change', async () => {
    const files = Array.from({ length: 8 }, (_, index) => `src/file-${index}.ts`)
    await program.claimAll(files)
    await window.tree.waitForRow('Locks', 'file-7.ts')
    let progress = 0
    let busy = false
    // One at a time: a slow machine would go on with what is due when others count on rest.
    working = setInterval(() => {
      if (busy) return
      busy = true
      void program.checkIn(files[++progress % files.length]!, { progress: progress % 100 }).finally(() => (busy = false))
    }, 20)
    for (const file of ['file-2.ts', 'file-6.ts', 'file-4.ts', 'file-1.ts', 'file-7.ts', 'file-3.ts']) {
      await window.tree.inlineAction('Locks', (row) => row.label === file, 'Ask to Release')
      await window.quickInput.waitFor(`Ask delta to release ${file}`)
      await window.quickInput.dismiss()
    }
    assert.ok(progress > 50, 'rows did change meanwhile')
  })

  it('keeps its place and selection while rows change', async () => {
    const before = await window.tree.rows('Locks')
    await window.tree.click('Locks', (row) => row.label === 'file-5.ts')
    await program.checkIn('src/file-5.ts', { progress: 99 })
    await window.tree.waitForRow('Locks', /file-5\.ts · delta · 99 %/)
    assert.deepEqual((await window.tree.rows('Locks')).map((row) => row.label), before.map((row) => row.label))
    assert.equal(await window.tree.selected('Locks'), 'file-5.ts')
    assert.match(await window.tree.hover('Locks', (row) => row.label === 'file-5.ts'), /Progress: 99 %/)
  })

  it('shows a thousand locks, and a change in one of them', async () => {
    await program.claimAll(Array.from({ length: 1000 }, (_, index) => `src/module-${Math.floor(index / 100)}/part-${index}.ts`))
    await window.tree.waitForRow('Agents', /delta .*\+1007/)
    await window.tree.waitForRow('Locks', 'part-0.ts')
    const [first] = await window.tree.rows('Locks')
    await program.checkIn(`${first!.description.split(' · ').at(-1)}/${first!.label}`, { progress: 42 })
    await window.tree.waitForRow('Locks', (row) => row.label === first!.label && row.description.includes('42 %'))
    await window.screenshot('lists thousand locks')
  })
})
