import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumFlags, prepareChromium } from '../../scripts/chromium.js'
import { projectRoot } from '../../scripts/projectRoot.js'
import { factsOf } from '../../src/vscode/dashboard/facts.js'
import { listsOf } from '../../src/vscode/dashboard/lists.js'
import { agent, claim, FakeMuster, minutesAgo, now, world } from '../unit/vscode/fakes.js'
import { eventually } from './driver/eventually.js'

const shown = world({
  agents: [agent({ id: 'me', kind: 'person', me: true }), agent({ id: 'bea', name: 'Bea' })],
  claims: Array.from({ length: 60 }, (_, index) => claim({ resource: `src/${index}.ts`, since: minutesAgo(index + 1) })),
})
const muster = new FakeMuster({})
muster.shown = shown
const facts = factsOf({ kind: 'on', place: { folder: '/f', root: '/r', exists: true }, muster: muster.asMuster(), readOnly: false }, true, shown)
const moment = { at: Date.parse(minutesAgo(30)), changed: Date.parse(minutesAgo(30)), seq: 7, change: 'Bea locked src/30.ts', first: false, last: false }
const snapshot = { type: 'snapshot', now, facts, lists: listsOf(shown) }
const timeline = { type: 'timeline', whole: true, span: { from: now - 5 * 3_600_000, earlier: false, loading: false }, part: { bars: [], marks: [], names: {} } }

interface Told { said: unknown[]; state: unknown }

describe('the dashboard\'s page, made anew', function () {
  this.timeout(300_000)
  let browser: Browser
  let page: Page

  before(async () => {
    browser = await chromium.launch({ executablePath: await prepareChromium(console.log), args: chromiumFlags })
  })
  after(() => browser?.close())

  /** As the editor makes it: with what the page before it had kept. */
  async function open(state: unknown): Promise<void> {
    await page?.close()
    page = await browser.newPage({ viewport: { width: 900, height: 600 } })
    await page.setContent('<!DOCTYPE html><html lang="en"><head><title>Muster</title></head><body class="vscode-dark"><muster-dashboard></muster-dashboard></body></html>')
    await page.evaluate((before) => {
      const told: Told = { said: [], state: before }
      Object.assign(globalThis, { told, acquireVsCodeApi: () => ({ postMessage: (message: unknown) => told.said.push(message), getState: () => told.state, setState: (after: unknown) => (told.state = after) }) })
    }, state)
    await page.addScriptTag({ content: readFileSync(join(projectRoot, 'dist', 'dashboard.js'), 'utf8') })
    await eventually('that it asks', async () => (await told()).said.length > 0)
  }
  const told = (): Promise<Told> => page.evaluate(() => JSON.parse(JSON.stringify((globalThis as unknown as { told: Told }).told)) as Told)
  const tell = (...messages: unknown[]): Promise<void> => page.evaluate((all) => all.forEach((one) => window.postMessage(one, '*')), messages)
  const scrolled = (): Promise<number> => page.evaluate(() => window.scrollY)
  const rows = (): Promise<number> => page.locator('[data-list=locks] li').count()
  const range = async (): Promise<string> => /from (.*?):? \d+ agents/.exec(await page.locator('muster-timeline .scroll').getAttribute('aria-label') ?? '')?.[1] ?? ''

  it('shows what it showed: the moment, the rows, the part of the timeline and the place', async () => {
    await open(undefined)
    assert.deepEqual((await told()).said, [{ type: 'ready' }])
    await tell(timeline, { ...snapshot, moment })
    await page.locator('[data-list=locks] .more').click()
    await eventually('all rows', async () => await rows() === 60)
    for (const name of ['Zoom In', 'Zoom In', 'Move Back in Time']) await page.getByRole('button', { name }).click()
    const seen = await range()
    await page.evaluate(() => window.scrollTo(0, 500))
    await eventually('the place to be kept', async () => ((await told()).state as { top?: number }).top === 500)
    const { state } = await told()

    await open(state)
    assert.deepEqual((await told()).said, [{ type: 'ready', past: { at: moment.at, seq: 7 } }])
    await tell({ ...snapshot, moment }, timeline)
    await eventually('the place it was at', async () => await scrolled() === 500)
    assert.deepEqual([await rows(), await range()], [60, seen])
    assert.notEqual(seen, '')
  })

  it('does not hold on to its place once somebody goes elsewhere, and forgets the past with a look at the present', async () => {
    const { state } = await told()
    await open(state)
    await tell(snapshot)
    await eventually('the place it was at', async () => await scrolled() === 500)
    await page.mouse.wheel(0, -2_000)
    await eventually('the top', async () => await scrolled() === 0)
    await tell(timeline, { ...snapshot, now: now + 1 })
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    assert.equal(await scrolled(), 0)
    await open((await told()).state)
    assert.deepEqual((await told()).said, [{ type: 'ready' }])
  })

  it('says of no list that there is nothing where not all records can be read', async () => {
    const nobody = world()
    await open(undefined)
    await tell({ type: 'snapshot', now, facts, lists: listsOf(nobody) })
    await eventually('what there is not', async () => /Nobody is asking for help/.test(await page.locator('[data-list=help]').innerText()))
    await tell({ type: 'snapshot', now, facts: { ...facts, partial: true }, lists: listsOf(nobody) })
    await eventually('the limits of that', async () => /as far as can be read/.test(await page.locator('[data-list=help]').innerText()))
    const said = await page.locator('p.none').allInnerTexts()
    assert.deepEqual([said.length, new Set(said)], [6, new Set(['Nothing, as far as can be read.'])])
  })
})
