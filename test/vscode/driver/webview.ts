import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame, Locator, Page } from 'playwright-core'
import { eventually } from './eventually.js'

interface Finding { id: string; impact: string; help: string; nodes: string[] }

/** The page of the webview panel that shows: an iframe within an iframe of the workbench. */
export class Webview {
  constructor(private readonly page: Page) {}

  /** Waits for the page that has this element. */
  frame(element: string): Promise<Frame> {
    return eventually(`a webview with ${element}`, async () => {
      for (const frame of this.page.frames()) {
        if (frame.isDetached() || !frame.url().includes('fake.html')) continue
        if (await frame.locator(element).count() > 0 && await frame.locator(element).first().isVisible()) return frame
      }
      return undefined
    })
  }

  /** An element of the page, also in open shadow trees. */
  async find(element: string, selector: string): Promise<Locator> {
    return (await this.frame(element)).locator(`${element} ${selector}`)
  }

  /** What axe finds that is serious or critical. */
  async seriousFindings(element: string): Promise<Finding[]> {
    const frame = await this.frame(element)
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // Evaluated by the debugger, which the page's own policy does not bind.
    await frame.evaluate(axe)
    return frame.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(context: Document, options: object): Promise<{ violations: { id: string; impact: string; help: string; nodes: { html: string; failureSummary: string }[] }[] }> } }
      const { violations } = await axe.run(document, { resultTypes: ['violations'] })
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 200)} — ${failureSummary}`) }))
    })
  }
}
