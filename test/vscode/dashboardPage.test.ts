import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumFlags, prepareChromium } from '../../scripts/chromium.js'
import { projectRoot } from '../../scripts/projectRoot.js'
import { factsOf } from '../../src/vscode/dashboard/facts.js'
import { listsOf } from '../../src/vscode/dashboard/lists.js'
import { agent, claim, decision, error, FakeMuster, message, minutesAgo, now, task, world } from '../unit/vscode/fakes.js'
import { eventually } from './driver/eventually.js'

const shown = world({
  agents: [agent({ id: 'me', kind: 'person', me: true, unread: 1 }), agent({ id: 'bea', name: 'Bea', progress: 40, message: 'tests', claims: ['src/a.ts'] }), agent({ id: 'old', presence: 'gone' })],
  claims: [claim({ resource: 'src/b.ts', since: minutesAgo(1) }), claim({ resource: 'src/a.ts', presence: 'gone', waiters: ['me'] })],
  messages: [message({ id: 'm1', body: 'text' })],
  helpRequests: [message({ id: 'm2', kind: 'help', to: 'old', unread: false })],
  decisions: [decision({ number: 1, status: 'approved' }), decision({ number: 2 })],
  errors: [error({ number: 1, severity: 'low' }), error({ number: 2, severity: 'critical', agentName: 'Cy' })],
  tasks: [task({ number: 1, status: 'done' }), task({ number: 3, status: 'started', workerName: 'Bea' })],
})

/** What the editor sets in its theme with the highest contrast, of what the page uses for borders and focus. */
const contrast = ':root { --vscode-foreground: #fff; --vscode-editor-background: #000; --vscode-contrastBorder: #6fc3df; --vscode-focusBorder: #f38518; --vscode-button-background: #000; --vscode-button-foreground: #fff } body { background: #000 }'

/** The dashboard's page in a browser, as the bundle has it, told by the functions that the editor tells it by. */
describe('the dashboard\'s page, without a mouse and without motion', function () {
  this.timeout(300_000)
  let browser: Browser
  let page: Page

  const muster = new FakeMuster({})
  muster.shown = shown
  const facts = factsOf({ kind: 'on', place: { folder: '/f', root: '/r', exists: true }, muster: muster.asMuster(), readOnly: false }, true, shown)
  const snapshot = { type: 'snapshot', now, facts, lists: listsOf(shown) }

  before(async () => {
    browser = await chromium.launch({ executablePath: await prepareChromium(console.log), args: chromiumFlags })
    page = await open()
  })
  after(() => browser?.close())

  /** @param ready before anything is on the page */
  async function open(ready = (_page: Page): Promise<void> => Promise.resolve()): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } })
    await ready(page)
    await page.setContent(`<!DOCTYPE html><html lang="en"><head><title>Muster</title><style>${contrast}</style></head><body class="vscode-high-contrast"><muster-dashboard></muster-dashboard></body></html>`)
    await page.evaluate(() => {
      const said: unknown[] = []
      Object.assign(globalThis, { said, acquireVsCodeApi: () => ({ postMessage: (message: unknown) => said.push(message), getState: () => undefined, setState: () => undefined }) })
    })
    await page.addScriptTag({ content: readFileSync(join(projectRoot, 'dist', 'dashboard.js'), 'utf8') })
    await eventually('that it asks', async () => (await asked(page)).includes('"ready"'))
    await tell(page, snapshot)
    await page.locator('[data-list=locks] li').first().waitFor()
    return page
  }

  /** What the page has asked the editor for, by the kinds of requests. */
  const asked = (of = page): Promise<string> => of.evaluate(() => JSON.stringify((globalThis as unknown as { said: unknown[] }).said))
  const tell = (to: Page, message: unknown): Promise<void> => to.evaluate((one) => window.postMessage(one, '*'), message)

  it('says as of when it is while the editor does not answer, and is live again once it does', async () => {
    const silent = await open((one) => one.clock.install({ time: now }))
    const questions = async (): Promise<number> => (await asked(silent)).split('"stillThere"').length - 1
    const time = silent.locator('.scrubber .time')
    const live = silent.getByRole('button', { name: 'Live', exact: true })
    const later = async (): Promise<void> => {
      const before = await questions()
      await silent.clock.fastForward(15_000)
      await eventually('the question', async () => await questions() > before)
    }
    await later()
    await tell(silent, { type: 'here' })
    await later()
    assert.deepEqual([await time.innerText(), await live.count()], ['Now', 1], 'it was answered')
    await later()
    await eventually('what is said', async () => /^As of .+\. The editor does not answer: reload the window\.$/.test(await time.innerText()))
    assert.equal(await live.count(), 0)
    assert.equal(await silent.locator('.verdict').innerText(), await time.innerText())
    // What is shown does not age as if it were known.
    const known = await silent.locator('[data-list=locks]').innerText()
    await silent.clock.fastForward(10 * 60_000)
    assert.equal(await silent.locator('[data-list=locks]').innerText(), known)
    await tell(silent, { type: 'here' })
    await eventually('the present', async () => await time.innerText() === 'Now')
    assert.equal(await live.count(), 1)
    assert.notEqual(await silent.locator('[data-list=locks]').innerText(), known)
    await silent.close()
  })

  it('leaves no dot alone in its line, however long what is before it', async () => {
    const alone = (): Promise<string[]> => page.evaluate(() => Array.from(document.querySelector('muster-dashboard')!.shadowRoot!.querySelectorAll('[data-list=locks] .detail')).flatMap((detail) => {
      const lines = new Map<string, string>()
      const walker = document.createTreeWalker(detail, NodeFilter.SHOW_TEXT)
      const range = document.createRange()
      while (walker.nextNode()) {
        const text = walker.currentNode.textContent!
        for (let at = 0; at < text.length; at++) {
          range.setStart(walker.currentNode, at)
          range.setEnd(walker.currentNode, at + 1)
          const { top, width } = range.getBoundingClientRect()
          if (width > 0) lines.set(String(Math.round(top)), (lines.get(String(Math.round(top))) ?? '') + text[at]!)
        }
      }
      return [...lines.values()].filter((line) => line.trim() === '·')
    }))
    for (let length = 10; length < 130; length += 15) {
      const locks = Array.from({ length: 15 }, (_, index) => ({ ...snapshot.lists.locks[0]!, id: String(index), resource: `${length}-${index}.ts`, holder: 'x'.repeat(length + index), note: '' }))
      await tell(page, { ...snapshot, lists: { ...snapshot.lists, locks } })
      await page.locator('[data-list=locks] li', { hasText: `${length}-14.ts` }).waitFor()
      assert.deepEqual(await alone(), [], `about ${length} letters`)
    }
    await tell(page, snapshot)
    await page.locator('[data-list=locks] li', { hasText: 'b.ts' }).waitFor()
  })

  it('has every control reached by Tab, with a name, and shows where the focus is', async () => {
    const controls = await page.evaluate(() => {
      const found: string[] = []
      const visit = (root: Document | ShadowRoot): void => {
        for (const element of Array.from(root.querySelectorAll<HTMLElement>('*'))) {
          if (element.matches('button:enabled, vscode-button:not([disabled]), select, input:enabled, [role=application]') && element.getClientRects().length > 0) {
            element.dataset['control'] = String(found.length)
            found.push(`${element.outerHTML.slice(0, 160)}`)
          } else if (element.shadowRoot) visit(element.shadowRoot)
        }
      }
      visit(document)
      return found
    })
    assert.ok(controls.length > 15, String(controls.length))
    const reached = new Set<number>()
    for (let presses = 0; presses < controls.length * 2 + 20; presses++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        let element = document.activeElement as HTMLElement | null
        while (element?.shadowRoot?.activeElement && !element.dataset['control']) element = element.shadowRoot.activeElement as HTMLElement
        if (!element?.dataset['control']) return undefined
        const drawn = [element, ...Array.from(element.shadowRoot?.querySelectorAll<HTMLElement>('*') ?? [])].some((part) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(part)
          return outlineStyle !== 'none' && outlineWidth !== '0px'
        })
        return { control: Number(element.dataset['control']), name: (element.getAttribute('aria-label') ?? (element as HTMLInputElement).labels?.[0]?.innerText ?? element.innerText).trim(), drawn }
      })
      if (at === undefined) continue
      assert.ok(at.name.length > 0, `no name: ${controls[at.control]}`)
      assert.ok(at.drawn, `no focus to be seen: ${controls[at.control]}`)
      reached.add(at.control)
    }
    assert.deepEqual(controls.filter((_, index) => !reached.has(index)), [])
  })

  it('does by Enter what a click does: approves, and opens what a tile counts', async () => {
    const before = (await asked()).length
    await page.getByRole('button', { name: /^Approve: D-2/ }).focus()
    await page.keyboard.press('Enter')
    await eventually('the request', async () => /approveDecision[^]*2/.test((await asked()).slice(before)))
    await page.locator('.tile').first().focus()
    await page.keyboard.press('Enter')
    await eventually('the focus on its list', () => page.evaluate(() => document.querySelector('muster-dashboard')!.shadowRoot!.activeElement?.localName === 'h2'))
  })

  it('reads out every list by its heading, and the verdict by itself', async () => {
    const unnamed = await page.evaluate(() => Array.from(document.querySelector('muster-dashboard')!.shadowRoot!.querySelectorAll('section')).filter((section) => {
      const heading = section.getAttribute('aria-labelledby')
      return !heading || !section.querySelector(`#${heading}`)?.textContent?.trim()
    }).length)
    assert.equal(unnamed, 0)
    assert.match(await page.locator('.verdict[role=status]').innerText(), /\w/)
  })

  it('moves nothing for who wants no motion', async () => {
    const moving = (): Promise<string[]> => page.evaluate(() => {
      const found: string[] = []
      const visit = (root: Document | ShadowRoot): void => {
        for (const element of Array.from(root.querySelectorAll('*'))) {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element)
          if (transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0.001) || animationName !== 'none' || scrollBehavior === 'smooth') found.push(`${element.localName}.${element.className}`)
          if (element.shadowRoot) visit(element.shadowRoot)
        }
      }
      visit(document)
      return found
    })
    await page.emulateMedia({ reducedMotion: 'reduce' })
    assert.deepEqual(await moving(), [])
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    assert.ok((await moving()).length > 0)
  })

  it('shows in high contrast where things end, by borders', async () => {
    for (const forced of ['none', 'active'] as const) {
      await page.emulateMedia({ forcedColors: forced })
      const plain = await page.evaluate(() => Array.from(document.querySelector('muster-dashboard')!.shadowRoot!.querySelectorAll('.card, .tile')).filter((element) => {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(element)
        return borderTopStyle === 'none' || borderTopWidth === '0px' || borderTopColor === 'rgba(0, 0, 0, 0)'
      }).map(({ className }) => className))
      assert.deepEqual(plain, [], `forced colors: ${forced}`)
    }
  })
})
