import type { Page } from 'playwright-core'
import { eventually, matches, type TextMatch } from './eventually.js'
import type { QuickInput } from './quickInput.js'
import './workbenchDriver.js'

const active = '.terminal-wrapper.active'

/** The integrated terminal; needs VS Code's smoke test driver (an extension under development). */
export class Terminal {
  constructor(private readonly page: Page, private readonly quickInput: QuickInput) {}

  /** Opens a new terminal and waits until its shell shows a prompt. */
  async open(): Promise<void> {
    await this.page.locator('.terminal-wrapper').evaluateAll((all) => all.forEach((one) => one.setAttribute('data-earlier', '')))
    await this.quickInput.runCommand('Terminal: Create New Terminal')
    // It is there before it is shown: until then the earlier one, with a prompt of its own, is the active one.
    await eventually('a new terminal', async () => await this.page.locator(`${active}:not([data-earlier])`).count() > 0)
    await eventually('a shell prompt', async () => (await this.text()).trim() !== '')
  }

  /** Types a line and Enter into the active terminal. */
  async run(line: string): Promise<void> {
    await this.page.evaluate(async ([selector, text]) => {
      if (!globalThis.driver) throw new Error('Terminals need VS Code started with its smoke test driver.')
      await globalThis.driver.writeInTerminal(selector!, text!)
    }, [active, `${line}\n`])
  }

  /** What the active terminal holds, lines joined as they were wrapped. */
  async text(): Promise<string> {
    const lines = await this.page.evaluate(async (selector) => {
      if (!globalThis.driver) throw new Error('Terminals need VS Code started with its smoke test driver.')
      return globalThis.driver.getTerminalBuffer(selector)
    }, active)
    return lines.join('\n').trimEnd()
  }

  /** Waits until the active terminal's text matches and answers it. */
  async waitFor(wanted: TextMatch): Promise<string> {
    return eventually(`"${wanted}" in the terminal`, async () => {
      const text = await this.text()
      return matches(text, wanted) && text
    })
  }
}
