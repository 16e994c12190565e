import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { writeLedger } from '../../../bench/open.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'

const DASHBOARD = 'muster-dashboard'
/** The timeline begins with the last fifty thousand. */
const COMMITS = 60_000

describe('a repository with a long history', () => {
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    prepare: ({ folder }) => writeLedger(folder, COMMITS, Date.now() - COMMITS * 2_000),
    ready: async (opened) => {
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
      await opened.window.runCommand('Muster: Open Dashboard')
    },
  }, (opened) => ({ window } = opened))

  it('has the newest part of it on the timeline, and the rest at the press of a button', async () => {
    const timeline = (): Promise<Locator> => window.webview.find(DASHBOARD, 'muster-timeline')
    const button = async (name: string): Promise<Locator> => (await timeline()).getByRole('button', { name, exact: true })
    /** How much of what its oldest agent did there is, in all of the time shown. */
    const shown = async (): Promise<number> => {
      await (await button('Show All')).click()
      return eventually('its lane', async () => {
        const [, number = ''] = /the newest 100 of ([\d,]+) in the time shown/.exec(await (await timeline()).locator('.lane-head').innerText()) ?? []
        return Number(number.replaceAll(',', ''))
      })
    }
    // Of its messages, none of which are Maria's, it need not be said that there are more than none.
    const tiles = await window.webview.find(DASHBOARD, '.tiles')
    await eventually('the tile of messages', async () => /0\s+Messages\s+unread\s+0\s+Open errors/.test(await tiles.innerText()))
    const earlier = await button('Show Earlier')
    await earlier.waitFor()
    await (await timeline()).getByRole('combobox').selectOption({ label: 'agent-0' })
    const before = await shown()
    await window.screenshot('timeline newest part')
    await earlier.click()
    await eventually('nothing earlier', async () => await earlier.count() === 0)
    // Its first ten thousand commits, of twenty agents who each did as much.
    const after = await eventually('more of it', async () => {
      const now = await shown()
      return now > before && now
    })
    assert.ok(after >= 1.5 * before, `${before}, ${after}`)
    await window.screenshot('timeline whole')
  })
})
