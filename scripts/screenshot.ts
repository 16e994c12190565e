import { mkdirSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { chromiumFlags, prepareChromium } from './chromium.js'

/** What to take pictures of. */
export interface ScreenshotOptions {
  readonly address: string
  readonly windows: number
  /** The first window's picture; the others get `-2`, `-3` … before the extension. */
  readonly file: string
  readonly waitSeconds: number
  /** A file to open in each window. */
  readonly open?: string | undefined
  readonly log: (line: string) => void
}

/** Opens windows in a headless browser, shows Muster's views in each, waits, and saves what they look like. */
export async function takeScreenshots({ address, windows, file, waitSeconds, open, log }: ScreenshotOptions): Promise<void> {
  const browser = await chromium.launch({ executablePath: await prepareChromium(log), args: chromiumFlags })
  try {
    const pages: Page[] = []
    for (let number = 1; number <= windows; number += 1) {
      // A context each: a page in a tab behind another one is drawn too slowly to be used.
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
      pages.push(await openPage(await context.newPage(), address))
    }
    if (open !== undefined) for (const page of pages) await openFile(page, open)
    log(`Waiting ${waitSeconds} s before the picture …`)
    await sleep(waitSeconds * 1000)
    mkdirSync(dirname(file), { recursive: true })
    for (const [index, page] of pages.entries()) {
      const target = index === 0 ? file : `${file.slice(0, -extname(file).length)}-${index + 1}${extname(file)}`
      await page.screenshot({ path: target })
      log(`Saved ${target}`)
    }
    for (const page of pages) await page.context().close()
  } finally {
    await browser.close()
  }
}

async function openPage(page: Page, address: string): Promise<Page> {
  await page.goto(address, { waitUntil: 'domcontentloaded' })
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 120_000 })
  const muster = page.locator('.activitybar a.action-label[aria-label^="Muster"]').first()
  // A picture without Muster tells more than none.
  await muster.click({ timeout: 30_000 }).catch(() => console.error('Muster did not appear in the activity bar.'))
  await widenSideBar(page)
  return page
}

/** Makes room for what rows say, as people do; the mouse rests where it shows no tooltip. */
async function widenSideBar(page: Page): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox()
  if (box === null) return
  const edge = box.x + box.width
  await page.mouse.move(edge, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(edge + 130, box.y + box.height / 2, { steps: 5 })
  await page.mouse.up()
  await page.mouse.move(1000, 600)
}

async function openFile(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Control+P')
  const input = page.locator('.quick-input-widget input').first()
  await input.fill(file)
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor()
  await page.keyboard.press('Enter')
  await page.mouse.move(1000, 600)
}
