import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library } from './repository.js'

/** An agent that ends with work that is not committed. */
describe('an agent that is gone', () => {
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    ready: async ({ repository, window: shown }) => {
      const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
      const delta = await openLibrary({ folder: repository.folder, root: repository.root, agent: 'delta', watch: false })
      await delta.claimAll(['src/cart.ts', 'src/pay.ts'])
      for (const name of ['cart.ts', 'pay.ts']) repository.write(`src/${name}`, '// half done\n')
      await delta.checkIn(null, { progress: 40, currentTask: 'Round half even', lastTest: '3 of 5 passed' })
      await delta.close()
      await shown.statusBar.waitFor('muster.status', 'Maria')
      await shown.runCommand('View: Show Muster')
    },
  }, (opened) => ({ window } = opened))

  it('lists what it left behind when its row is opened, and opens its file', async () => {
    await window.tree.waitForRow('Agents', /^delta · gone · (now|\d+ min ago) · 40 % · (cart|pay)\.ts \+1/)
    await window.tree.expand('Agents', 'delta')
    await window.tree.waitForRow('Agents', /^cart\.ts · not committed · src/)
    await window.tree.waitForRow('Agents', /^pay\.ts · not committed · src/)
    await window.screenshot('agents gone')
    await window.tree.contextMenu('Agents', /^delta/, 'Open Its File')
    await eventually('its file', async () => /^(cart|pay)\.ts$/.test((await window.editor.activeName()) ?? ''))
  })

  it('has its locks taken over at once, after what is at stake was shown', async () => {
    await window.tree.inlineAction('Agents', /^delta/, 'Take Over Its Locks')
    await window.dialog.press('Take Over')
    for (const name of ['cart', 'pay']) await window.tree.waitForRow('Locks', new RegExp(`${name}\\.ts · you`))
  })
})
