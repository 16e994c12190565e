import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

const DASHBOARD = 'muster-dashboard'
const PAGE = 'body.muster-document main h1'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Lets an agent work some time ago, by a clock that is set back, and end with no word. */
function longAgo({ folder, root }: Repository, agent: string, minutes: number, work: string): void {
  const options = JSON.stringify({ folder, root, agent, watch: false })
  const { stderr, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', `
    const clock = Date.now
    let back = ${minutes * MINUTE}
    Date.now = () => clock() - back
    const { open } = await import(${JSON.stringify(pathToFileURL(library).href)})
    const m = await open(${options})
    const later = (minutes) => (back -= minutes * ${MINUTE})
    ${work}
    process.kill(process.pid, 'SIGKILL')`], { encoding: 'utf8' })
  assert.equal(signal, 'SIGKILL', stderr)
}

/** Three hours of work, of which two agents have left traces: seen by the timeline, chosen by filters, looked back at. */
describe('time on the dashboard', () => {
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    prepare: (made) => {
      longAgo(made, 'gamma', 180, `
        await m.claim('src/cart.ts', { minutes: 30, estimatedMinutes: 25 })
        await m.logError({ message: 'Rounding differs', kind: 'code_error', severity: 'high' })
        later(10)
        await m.checkIn('src/cart.ts', { progress: 60, message: 'Half of the tests' })
        await m.sendMessage({ to: 'maria', subject: 'Which rounding?', body: 'Half even?', deadlineMinutes: 60 })`)
      longAgo(made, 'beta', 90, `
        await m.logError({ message: 'The sandbox answers 504', kind: 'timeout', severity: 'medium' })
        await m.logError({ message: 'A formatter was faster', kind: 'conflict', severity: 'medium' })
        await m.resolveError('E-2', 'It is back')
        later(30)
        await m.logError({ message: 'No such module', kind: 'dependency', severity: 'high' })`)
    },
    ready: async (opened) => {
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
      await opened.window.runCommand('Muster: Open Dashboard')
    },
  }, (opened) => ({ window } = opened))

  const find = (selector: string): Promise<Locator> => window.webview.find(DASHBOARD, selector)
  async function text(list: string): Promise<string> {
    return (await (await find(`[data-list=${list}]`)).innerText()).replaceAll('\u00a0', ' ')
  }
  async function waitFor(list: string, wanted: RegExp): Promise<void> {
    let seen = ''
    await eventually(`${wanted} in ${list}`, async () => wanted.test(seen = await text(list))).catch((error: unknown) => {
      throw new Error(`No ${wanted} in ${list}: ${seen}`, { cause: error })
    })
  }

  /** What part of time the timeline shows, as a screen reader is told: its ends in ms of the day, and its width. */
  async function range(): Promise<{ from: number; to: number; width: number }> {
    const label = await (await find('muster-timeline .scroll')).getAttribute('aria-label') ?? ''
    const [from, to] = /^Timeline from (.+?) to (.+?): /.exec(label)!.slice(1).map((end) => {
      const [hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d)$/.exec(end)!.slice(1).map(Number)
      return ((hours! * 60 + minutes!) * 60 + seconds!) * 1_000
    }) as [number, number]
    return { from, to, width: (to - from + DAY) % DAY }
  }
  type Range = Awaited<ReturnType<typeof range>>
  /** Waits until what is shown is about so wide, and begins about so much later than before. */
  async function shows(what: string, before: Range, times: number, moved?: number): Promise<Range> {
    let now = before
    return eventually(what, async () => {
      now = await range()
      const shift = (now.from - before.from + 1.5 * DAY) % DAY - DAY / 2
      const near = (is: number, wanted: number): boolean => Math.abs(is - wanted) <= 0.02 * before.width + 2_500
      return near(now.width, before.width * times) && (moved === undefined || near(shift, moved)) && now
    }).catch((error: unknown) => {
      throw new Error(`${what}: ${JSON.stringify({ before, now })}`, { cause: error })
    })
  }
  const tool = async (name: string): Promise<Locator> => (await find('muster-timeline')).getByRole('button', { name, exact: true })
  const follows = async (): Promise<boolean> => await (await tool('Follow')).getAttribute('aria-pressed') === 'true'
  /** All of time, in sight of the mouse. */
  async function all(): Promise<{ whole: Range; left: number; top: number; right: number; bottom: number }> {
    await (await tool('Show All')).click()
    const whole = await eventually('all of time', async () => {
      const shown = await range()
      return shown.width > 180 * MINUTE && shown
    })
    // What is under the mouse is looked up in what was drawn last.
    await (await window.webview.frame(DASHBOARD)).evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    const scroller = await find('muster-timeline .scroll')
    await scroller.scrollIntoViewIfNeeded()
    const { x, y, width, height } = (await scroller.boundingBox())!
    return { whole, left: x, top: y, right: x + width, bottom: y + height }
  }
  /** Moves the mouse to what is told by these words, and answers where that is. */
  async function point(wanted: RegExp): Promise<{ x: number; y: number }> {
    const { left, top, right, bottom } = await all()
    const tip = await find('muster-timeline .tip')
    const told: string[] = []
    for (let y = top + 24 + 15; y < bottom; y += 30) {
      for (let x = left + 170; x < right; x += 3) {
        await window.page.mouse.move(x, y)
        const words = await tip.evaluate((shown: HTMLElement) => (shown.hidden ? '' : shown.innerText))
        if (wanted.test(words)) return { x, y }
        if (words !== told.at(-1)) told.push(words)
      }
    }
    throw new Error(`Nowhere is ${wanted}: ${told.join(' | ')}`)
  }

  it('zooms the timeline by buttons, keys and the wheel, and shows all again', async () => {
    const { whole, left, right, top } = await all()
    assert.equal(await follows(), true)
    await (await tool('Zoom In')).click()
    // While it follows, the present stays where it is.
    let seen = await shows('a third less by the button', whole, 2 / 3, whole.width / 3)
    await (await tool('Zoom Out')).click()
    seen = await shows('all by the button', seen, 1.5)
    await (await find('muster-timeline .scroll')).focus()
    await window.page.keyboard.press('+')
    seen = await shows('a third less by +', seen, 2 / 3)
    await window.page.keyboard.press('=')
    seen = await shows('a third less by =', seen, 2 / 3)
    await window.page.keyboard.press('-')
    seen = await shows('half as much again by -', seen, 1.5)
    await window.page.keyboard.press('0')
    seen = await shows('all by 0', seen, 1.5, -seen.width / 2)
    const gutter = Math.round(Math.min(160, Math.max(92, (right - left) * 0.18)))
    await window.page.mouse.move(left + gutter + (right - left - gutter) / 4, top + 40)
    await window.page.keyboard.down('Control')
    await window.page.mouse.wheel(0, -300 * Math.log(2))
    await window.page.keyboard.up('Control')
    // What is under the mouse stays there.
    seen = await shows('half of it by the wheel', seen, 0.5, seen.width / 8)
    assert.equal(await follows(), false)
    await window.screenshot('dashboard timeline zoomed')
    await (await tool('Show All')).click()
    await shows('all by its button', seen, 2)
  })

  it('moves the timeline by dragging, buttons, keys and the wheel, and follows the present again', async () => {
    const { left, right, top } = await all()
    const gutter = Math.round(Math.min(160, Math.max(92, (right - left) * 0.18)))
    await (await tool('Zoom In')).click()
    await (await tool('Zoom In')).click()
    const near = await eventually('less than half', async () => {
      const shown = await range()
      return shown.width < 90 * MINUTE && shown
    })
    const middle = (left + gutter + right) / 2
    await window.page.mouse.move(middle, top + 40)
    await window.page.mouse.down()
    await window.page.mouse.move(middle + 50, top + 40)
    await window.page.mouse.move(middle + 100, top + 40)
    await window.page.mouse.up()
    let seen = await shows('what was before, by dragging it here', near, 1, (-100 / (right - left - gutter)) * near.width)
    assert.equal(await follows(), false)
    await (await tool('Move Back in Time')).click()
    seen = await shows('half of it back, by the button', seen, 1, -seen.width / 2)
    await (await tool('Move On in Time')).click()
    seen = await shows('half of it on, by the button', seen, 1, seen.width / 2)
    await (await find('muster-timeline .scroll')).focus()
    await window.page.keyboard.press('ArrowLeft')
    seen = await shows('a little back, by the arrow', seen, 1, -0.15 * seen.width)
    await window.page.keyboard.press('ArrowRight')
    seen = await shows('a little on, by the arrow', seen, 1, 0.15 * seen.width)
    await window.page.mouse.move(middle, top + 40)
    await window.page.mouse.wheel(-50, 0)
    seen = await shows('back, by the wheel across', seen, 1, (-50 / (right - left - gutter)) * seen.width)
    await (await find('muster-timeline .scroll')).focus()
    await window.page.keyboard.press('Home')
    await eventually('the beginning', async () => {
      const now = await range()
      return (seen.from - now.from + DAY) % DAY > 20 * MINUTE && Math.abs(now.width - seen.width) < 5_000
    })
    assert.equal(await follows(), false)
    await window.page.keyboard.press('End')
    await eventually('to follow by End', follows)
    await window.page.keyboard.press('ArrowLeft')
    await eventually('not to follow', async () => !await follows())
    await (await tool('Follow')).click()
    await eventually('to follow by its button', follows)
  })

  it('leads from a bar to its file, from a mark to its message and error, and from a name to its lane', async () => {
    const bar = await point(/src\/cart\.ts · from .*held · stale/)
    await window.screenshot('dashboard timeline pointed at')
    await window.page.mouse.click(bar.x, bar.y)
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')
    await window.runCommand('Muster: Open Dashboard')
    for (const [words, heading] of [[/Which rounding\?/, /^Which rounding\?/], [/No such module/, /^E-4/]] as const) {
      const mark = await point(words)
      await window.page.mouse.click(mark.x, mark.y)
      await eventually(`the page of ${words}`, async () => heading.test(await (await window.webview.frame(PAGE)).locator('main h1').innerText()))
      await window.runCommand('Muster: Open Dashboard')
    }
    const { left } = await all()
    const { y } = await point(/No such module/)
    await window.page.mouse.click(left + 20, y)
    await eventually('beta\'s lane', async () => await (await find('muster-timeline h3')).innerText() === 'beta')
    await (await find('muster-timeline .scroll')).focus()
    await window.page.keyboard.press('Escape')
    const noLane = (): Promise<unknown> => eventually('no lane', async () => await (await find('muster-timeline h3')).count() === 0)
    await noLane()
    const choice = (await find('muster-timeline')).getByRole('combobox')
    await choice.selectOption({ label: 'beta' })
    await (await find('muster-timeline .lane')).getByRole('button', { name: 'Close' }).click()
    await noLane()
    assert.equal(await choice.inputValue(), '')
    await choice.selectOption({ label: 'gamma' })
    await eventually('gamma\'s lane', async () => await (await find('muster-timeline h3')).innerText() === 'gamma')
    await choice.selectOption({ label: 'none chosen' })
    await noLane()
  })

  it('filters errors by agent, type and state, each with the others, and keeps that over a reload', async () => {
    const choose = async (field: string, value: string): Promise<void> => void await (await find(`[data-filter=${field}]`)).selectOption(value)
    const shown = async (): Promise<string[]> => (await find('[data-list=errors] li .title')).allInnerTexts()
    async function waitForErrors(...wanted: string[]): Promise<void> {
      let seen: string[] = []
      await eventually(`the errors ${wanted.join()}`, async () => {
        seen = (await shown()).map((title) => title.replace(/^(open|resolved):\s*/, '').trim())
        return seen.join() === wanted.join()
      }).catch((error: unknown) => {
        throw new Error(`The errors are ${seen.join()}`, { cause: error })
      })
    }
    await waitForErrors('No such module', 'Rounding differs', 'A formatter was faster')
    await choose('status', '')
    await waitForErrors('No such module', 'Rounding differs', 'A formatter was faster', 'The sandbox answers 504')
    await choose('agent', 'beta')
    await waitForErrors('No such module', 'A formatter was faster', 'The sandbox answers 504')
    await choose('kind', 'timeout')
    await waitForErrors('The sandbox answers 504')
    await choose('status', 'open')
    await waitFor('errors', /No errors of this kind/)
    await choose('status', 'resolved')
    await waitForErrors('The sandbox answers 504')
    await window.screenshot('dashboard filters')
    await window.reload(true)
    await waitForErrors('The sandbox answers 504')
    const fields = ['agent', 'severity', 'kind', 'status']
    assert.deepEqual(await Promise.all(fields.map(async (field) => (await find(`[data-filter=${field}]`)).inputValue())), ['beta', '', 'timeout', 'resolved'])
    for (const field of ['agent', 'kind', 'status']) await choose(field, '')
    await choose('agent', 'gamma')
    await waitForErrors('Rounding differs')
    await choose('kind', 'dependency')
    await waitFor('errors', /No errors of this kind/)
    for (const field of ['agent', 'kind']) await choose(field, '')
    await waitForErrors('No such module', 'Rounding differs', 'A formatter was faster', 'The sandbox answers 504')
  })

  it('shows the past as old as it was then: ages, what is left, and what is late', async () => {
    await waitFor('locks', /cart\.ts[\s\S]*gamma · gone, lock is stale · 60 % · [23] h late/)
    await waitFor('errors', /Rounding differs[\s\S]*gamma · 3 h ago/)
    await waitFor('messages', /Which rounding\?[\s\S]*[23] h ago/)
    const scrubber = await find('.scrubber')
    const notice = async (): Promise<string> => (await find('.past')).innerText()
    // As it was when gamma asked, ten minutes after it began.
    await scrubber.getByRole('button', { name: 'Change Before' }).click()
    for (let step = 0; step < 60; step++) {
      const before = await eventually('the past', async () => (await notice()).includes('As it was') && notice())
      if (before.includes('Which rounding?')) break
      await scrubber.getByRole('button', { name: 'Change Before' }).click()
      await eventually('another moment', async () => before !== await notice())
    }
    assert.match(await notice(), /Which rounding\?/)
    await waitFor('locks', /cart\.ts[\s\S]*gamma · 60 % · done in 15 min[\s\S]*Half of the tests/)
    assert.doesNotMatch(await text('locks'), /stale|late/)
    await waitFor('agents', /gamma\s[\s\S]*working · [\s\S]*just now/)
    await waitFor('errors', /Rounding differs[\s\S]*gamma · 10 min ago/)
    await waitFor('messages', /Which rounding\?[\s\S]*from gamma to \S+[\s\S]*answer due in 60 min · just now|Which rounding\?[\s\S]*answer due in 1 h · just now/)
    for (const list of ['agents', 'locks', 'errors', 'messages']) assert.equal(await (await find(`[data-list=${list}] .buttons vscode-button`)).count(), 0, list)
    await window.screenshot('dashboard past ages')
    // Half an hour after it began, between two changes: the lock is older, and work on it late.
    const slider = scrubber.getByRole('slider')
    const { whole } = await all()
    await slider.fill(String(Math.round(Number(await slider.getAttribute('max')) * 30 * MINUTE / whole.width)))
    await waitFor('locks', /cart\.ts[\s\S]*gamma · [\s\S]*60 % · [45] min late/)
    await waitFor('errors', /Rounding differs[\s\S]*gamma · (29|30) min ago/)
    await scrubber.getByRole('button', { name: 'Live' }).click()
    await waitFor('errors', /Rounding differs[\s\S]*gamma · 3 h ago/)
  })
})
