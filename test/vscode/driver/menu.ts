import type { Locator, Page } from 'playwright-core'
import { eventually } from './eventually.js'

/** How long a menu may take to close, in ms. */
const closeMs = 10_000

/**
 * Presses an entry of an open menu until the menu is closed: a menu ignores the mouse for its first moments, so that the click
 * which opens it chooses nothing.
 * @throws where it closed before anything was pressed, as it does when the focus goes elsewhere
 */
export async function chooseFrom(entry: Locator, label: string): Promise<void> {
  let pressed = false
  await eventually(`the menu to close on "${label}"`, async () => {
    if (await entry.count() === 0) return true
    pressed = true
    await entry.click({ timeout: 1_000 })
    return undefined
  }, closeMs)
  if (!pressed) throw new Error(`The menu closed before "${label}" was pressed.`)
}

/** Closes all menus there are: the next one could not be opened over them. */
export async function closeMenus(page: Page): Promise<void> {
  await eventually('the menus to close', async () => {
    if (await page.locator('.monaco-menu').count() === 0) return true
    await page.keyboard.press('Escape')
    return undefined
  }, closeMs)
}
