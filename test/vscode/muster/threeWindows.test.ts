import { eventually, waitLimitMs } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'
import { oneStory } from './story.js'

const STATUS = 'muster.status'
const names = ['Maria', 'Maria 2', 'Maria 3'] as const

/** Whom a window lists, itself first. */
async function listed(window: Window): Promise<string[]> {
  return (await window.tree.rows('Agents')).filter(({ label, description }) => label.startsWith('Maria') && !description.includes('gone')).map(({ label }) => label).sort()
}

/** One folder, three windows, a person in each: everybody sees everybody, and what one holds is said in both others. */
describe('three windows on one folder', () => {
  let repository: Repository
  let code: VsCode
  const windows: Window[] = []

  before(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['startup'])
    await repository.cli('gamma', ['agent', 'complete', 'gamma'])
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0 } })
  })
  oneStory(() => code)
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('are three identities, and each shows the other two', async () => {
    for (const name of names) {
      const window = await code.openWindow(repository.root, { name })
      windows.push(window)
      await window.statusBar.waitFor(STATUS, name)
      await window.runCommand('View: Show Muster')
    }
    for (const [index, window] of windows.entries()) {
      await eventually(`all three in the window of ${names[index]!}`, async () => (await listed(window)).join() === names.join())
      await window.tree.waitForRow('Agents', (row) => row.label === names[index] && row.description.startsWith('you'))
    }
  })

  it('say in both others what the third has locked, and refuse it to both with its name', async () => {
    const [a, b, c] = windows as [Window, Window, Window]
    await c.editor.open('auth.ts')
    await c.runCommand('Muster: Lock This File')
    await c.tree.waitForRow('Locks', /auth\.ts · you/)
    for (const window of [a, b]) {
      await window.tree.waitForRow('Locks', /auth\.ts · Maria 3/)
      await window.editor.open('auth.ts')
      await window.statusBar.waitFor('muster.file', /held by Maria 3/)
      await window.runCommand('Muster: Lock This File')
    }
    await a.notifications.clickButton('Maria 3 has locked src/auth.ts', 'Wait')
    await a.notifications.waitFor('You are number 1 in line for auth.ts')
    await b.notifications.clickButton('Maria 3 has locked src/auth.ts', 'Wait')
    await b.notifications.waitFor('You are number 2 in line for auth.ts')
    await c.tree.waitForRow('Locks', /auth\.ts · you .*2 waiting/)
    await b.screenshot('three windows')
  })

  it('go on as two when one of them is closed', async () => {
    const [a, b, c] = windows as [Window, Window, Window]
    await c.close()
    // Nobody can tell a window that is closed from one that is reloaded, so for a minute it may come back.
    for (const window of [a, b]) await eventually('the two that are left', async () => (await listed(window)).join() === 'Maria,Maria 2', 60_000 + waitLimitMs)
    // Nothing was left uncommitted, so nobody has to do anything for it to go to the first in line.
    await a.tree.waitForRow('Locks', /auth\.ts · you · 1 waiting/)
    await a.notifications.waitFor('src/auth.ts is yours now.')
    await b.tree.waitForRow('Locks', /auth\.ts · Maria · 1 waiting/)
    await b.statusBar.waitFor('muster.file', /held by Maria(?! 3)/)
    await a.screenshot('three windows one closed')
  })

  it('give the one that waits what another had locked, when that one crashes', async () => {
    const [a, b] = windows as [Window, Window, Window]
    await a.crash()
    await b.tree.waitForRow('Locks', /auth\.ts · you/)
    await b.notifications.waitFor('src/auth.ts is yours now.')
    await b.statusBar.waitForNone('muster.file')
    await b.screenshot('three windows one crashed')
  })
})
