import type { Locator, Page } from 'playwright-core'
import { eventually, matches, type TextMatch } from './eventually.js'

/** Items of the status bar, addressed by the id the extension gave them. */
export class StatusBar {
  constructor(private readonly page: Page) {}

  /** The text of an item, without the names of its icons; `undefined` when it is not shown. */
  async text(id: string): Promise<string | undefined> {
    return (await this.read(id))?.text
  }

  /** What a screen reader says for the item; empty when it is not shown. */
  async aria(id: string): Promise<string> {
    return (await this.read(id))?.aria ?? ''
  }

  /** Waits until the item is shown with a text that matches (visible or spoken) and answers the visible one. */
  async waitFor(id: string, wanted: TextMatch = ''): Promise<string> {
    const item = await eventually(`status item ${id} "${wanted}"`, async () => {
      const seen = await this.read(id)
      return seen && matches(`${seen.text}\n${seen.aria}`, wanted) && seen
    })
    return item.text
  }

  /** Waits until the item is not shown any more. */
  async waitForNone(id: string): Promise<void> {
    await this.item(id).waitFor({ state: 'detached' })
  }

  /** Whether the item warns by its background. */
  async warns(id: string): Promise<boolean> {
    return this.item(id).evaluate((element) => element.classList.contains('warning-kind'))
  }

  /** Notes all that the bar says from now on, some of which shows for seconds only; answers how to read that. */
  async listen(): Promise<() => Promise<string>> {
    const said = await this.page.locator('.part.statusbar').evaluateHandle((bar) => {
      const texts: string[] = []
      new MutationObserver(() => texts.push(bar.textContent ?? '')).observe(bar, { subtree: true, childList: true, characterData: true, attributes: true })
      return texts
    })
    return () => said.evaluate((texts) => texts.join('\n'))
  }

  /** Clicks the item. */
  async click(id: string): Promise<void> {
    await this.item(id).locator('a').first().click()
  }

  /** Both texts at one moment: the item is updated in steps. */
  private async read(id: string): Promise<{ text: string, aria: string } | undefined> {
    const [item] = await this.item(id).evaluateAll((elements) => elements.map((element) => ({
      text: (element as HTMLElement).innerText.trim(), aria: element.getAttribute('aria-label') ?? '',
    })))
    return item
  }

  private item(id: string): Locator {
    return this.page.locator(`.part.statusbar [id$=".${id}"]`).first()
  }
}
