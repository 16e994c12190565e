import assert from 'node:assert/strict'
import type { Muster } from '../../../src/core/muster.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository, waitUntilOff } from './repository.js'
import { busyTeam } from './scene.js'

const VIEWS = ['Agents', 'Locks', 'Messages', 'Decisions', 'Work']

describe('lists without a mouse, with a screen reader', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  let team: Muster[] = []

  before(async () => {
    repository = new Repository()
    code = await VsCode.start()
    window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
    await waitUntilOff(window)
    team = await busyTeam(repository)
    await window.tree.waitForRow('Agents', /claude-cart/)
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    for (const m of team) await m.close()
    await code?.stop()
    repository?.remove()
  })

  const press = (...keys: string[]): Promise<void> => keys.reduce((done, key) => done.then(() => window.page.keyboard.press(key)), Promise.resolve())
  /** What has the focus in the workbench, and what a screen reader says of it. */
  const focused = (): Promise<string> => window.page.evaluate(() => {
    const element = document.activeElement
    // A list keeps the focus and names the row that has it.
    const row = element?.getAttribute('aria-activedescendant')
    return (row ? document.getElementById(row)?.getAttribute('aria-label') : element?.getAttribute('aria-label')) ?? ''
  })

  const inView = (view: string): Promise<boolean> => window.page.evaluate((title) => document.activeElement?.closest('.pane')?.querySelector('.pane-header .title')?.textContent?.trim().toLowerCase() === title.toLowerCase() && document.activeElement.closest('.pane-body') !== null, view)

  for (const view of VIEWS) {
    it(`reads out every row of ${view}, reached by keys alone`, async () => {
      await window.runCommand(`Muster: Focus on ${view} View`)
      const rows = await eventually(`rows of ${view}`, async () => {
        const found = await window.tree.rows(view)
        return found.length > 1 && found
      })
      // Signs and colours are said in words.
      for (const { label, aria } of rows) {
        assert.match(aria, /\p{L}{2}/u, `${view}: ${label} has no words`)
        assert.doesNotMatch(aria, /undefined|\[object/, label)
      }
      await eventually('the focus in it', () => inView(view))
      await press('Home')
      /** Which row it is: what is said of it changes with the time. */
      const at = async (): Promise<number> => {
        const said = await focused()
        return (await window.tree.rows(view)).findIndex(({ aria }) => aria === said)
      }
      await eventually('the first row', async () => await at() === 0)
      await press('ArrowDown')
      await eventually('another row', async () => await at() === 1)
    })
  }
})
