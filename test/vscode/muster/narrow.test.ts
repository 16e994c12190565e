import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

/** What a person has to see to is seen first, also where there is little room. */
describe('a narrow side bar', () => {
  let repository: Repository
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    ready: async (opened) => {
      const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
      const left = await openLibrary({ folder: opened.repository.folder, root: opened.repository.root, agent: 'delta', watch: false })
      await left.checkIn(null, { progress: 40, currentTask: 'Round half even' })
      await left.close()
      await opened.repository.cli('alpha', ['check-in', '--status', 'working', '--message', 'tidies up'])
      await opened.repository.cli('zeta', ['claim', 'src/cart.ts'])
      await opened.repository.cli('zeta', ['check-in', '--blocker', 'no key', '--status', 'blocked', '--progress', '30', '--message', 'asks the bank for one'])
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
      await opened.window.runCommand('View: Show Muster')
      await opened.window.narrowSideBar(200)
    },
  }, (opened) => ({ repository, window } = opened))

  it('shows who cannot go on, and why, and who left work behind, before all who need nobody', async () => {
    await window.tree.waitForRow('Agents', /^zeta · blocked: no key · /)
    const top = async (): Promise<string[]> => (await window.tree.rows('Agents')).filter(({ level }) => level === 1).map(({ label }) => label)
    await eventually('the order', async () => (await top()).join() === 'Maria,zeta,Left unfinished,alpha')
    await window.screenshot('narrow side bar')
    assert.match(await window.tree.readable('Agents', /^zeta/), /^blocked: no/)
  })

  it('shows who holds a file, and how long', async () => {
    await window.tree.waitForRow('Locks', /^cart\.ts · zeta · (30|29) min left/)
    assert.match(await window.tree.readable('Locks', /^cart\.ts/), /^zeta/)
    await repository.cli('zeta', ['release', 'src/cart.ts'])
    await window.tree.waitForNoRow('Locks', /^cart\.ts/)
  })

  it('shows what to do about a stale lock of one\'s own', async () => {
    await window.editor.open('pay.ts')
    await window.runCommand('Muster: Lock This File')
    await window.runCommand('Muster: Keep Lock Longer')
    await window.quickInput.pick('src/pay.ts')
    await window.quickInput.answer('Keep pay.ts longer', '0.02')
    await window.tree.waitForRow('Locks', /^pay\.ts · you · stale: check in/)
    await window.screenshot('narrow side bar stale lock')
    assert.match(await window.tree.readable('Locks', /^pay\.ts/), /^you · stale: check/)
  })
})
