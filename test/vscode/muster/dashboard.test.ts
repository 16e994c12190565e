import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../src/core/muster.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'
import { busyTeam, hostileTeam } from './scene.js'

const DASHBOARD = 'muster-dashboard'
const PAGE = 'body.muster-document main h1'

describe('dashboard', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma' }, (opened) => ({ repository, window } = opened))

  /** Text of a list, as it is read. */
  async function text(list: string): Promise<string> {
    return (await (await window.webview.find(DASHBOARD, `[data-list=${list}]`)).innerText()).replaceAll('\u00a0', ' ')
  }
  async function waitFor(list: string, wanted: RegExp): Promise<void> {
    let seen = ''
    await eventually(`${wanted} in ${list}`, async () => wanted.test(seen = await text(list))).catch((error: unknown) => {
      throw new Error(`No ${wanted} in ${list}: ${seen}`, { cause: error })
    })
  }
  async function press(list: string, name: string): Promise<void> {
    await (await window.webview.find(DASHBOARD, `[data-list=${list}]`)).getByRole('button', { name }).first().click()
  }

  it('opens from the palette and says that all is right', async () => {
    await window.runCommand('Muster: Open Dashboard')
    await eventually('the verdict', async () => /Everything is all right/.test(await (await window.webview.find(DASHBOARD, '.verdict')).innerText()))
    await waitFor('agents', /gamma/)
    await waitFor('locks', /Nothing is locked/)
    await window.screenshot('dashboard empty dark 1440')
  })

  it('follows what happens: agents, locks, help, errors, tasks, messages', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--minutes', '30', '--note', 'totals'])
    await repository.cli('gamma', ['check-in', 'src/cart.ts', '--progress', '60', '--message', 'Half of the tests'])
    await waitFor('locks', /cart\.ts[\s\S]*gamma · 60 %[\s\S]*Half of the tests/)
    await repository.cli('beta', ['help-request', '--to', 'gamma', '--subject', 'Stuck in rounding'])
    await waitFor('help', /Stuck in rounding[\s\S]*from beta to gamma/)
    await repository.cli('gamma', ['error', 'log', '--message', 'Rounding differs', '--severity', 'high'])
    await waitFor('errors', /Rounding differs[\s\S]*high · gamma/)
    await repository.cli('gamma', ['task', 'add', '--title', 'Totals in cents', '--priority', 'P0', '--phase', 'Checkout'])
    await waitFor('tasks', /Totals in cents[\s\S]*T-1 · P0 · Checkout/)
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'A question', '--body', 'Round how?'])
    await waitFor('messages', /A question[\s\S]*unread · from gamma to Maria/)
    await eventually('the verdict', async () => /^Needs attention: requests for help, errors/.test(await (await window.webview.find(DASHBOARD, '.verdict')).innerText()))
    await window.screenshot('dashboard busy dark 1440')
  })

  it('approves a decision by a click', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even', '--decision', 'As banks do', '--impact', 'high'])
    await waitFor('decisions', /D-1 Round half even[\s\S]*proposed · by Gamma|D-1 Round half even[\s\S]*proposed · by gamma/)
    await press('decisions', 'Approve: D-1')
    await window.quickInput.answer('Approve D-1', '')
    await waitFor('decisions', /approved · by Maria/)
  })

  it('rejects a decision, and leads to what is clicked', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Drop old browsers', '--decision', 'All of them'])
    await waitFor('decisions', /D-2 Drop old browsers/)
    await press('decisions', 'Reject: D-2')
    await window.quickInput.answer('Why not?', 'Too many use them')
    await waitFor('decisions', /rejected · by Maria/)
    for (const [list, title, heading] of [['messages', 'A question', /^A question/], ['decisions', 'D-1 Round half even', /^D-1 Round half even/], ['tasks', 'Totals in cents', /Totals in cents/], ['errors', 'Rounding differs', /^E-1/]] as const) {
      await press(list, title)
      await eventually(`the page of ${title}`, async () => heading.test(await (await window.webview.frame(PAGE)).locator('main h1').innerText()))
      await window.runCommand('Muster: Open Dashboard')
    }
    await press('locks', 'cart.ts')
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')
    await window.runCommand('Muster: Open Dashboard')
    await (await window.webview.find(DASHBOARD, '[data-tile=errors]')).click()
    await eventually('the list of errors to have the focus', async () => (await window.webview.frame(DASHBOARD)).evaluate((name) => document.querySelector(name)?.shadowRoot?.activeElement?.id === 'heading-errors', DASHBOARD))
  })

  it('draws a lane for each agent, and reads the chosen one out as a table', async () => {
    const timeline = await window.webview.find(DASHBOARD, 'muster-timeline')
    await (await window.webview.find(DASHBOARD, 'muster-timeline .scroll')).focus()
    await window.page.keyboard.press('ArrowDown')
    await timeline.getByRole('combobox').selectOption({ label: 'gamma' })
    await eventually('what gamma did', async () => /Check-in[\s\S]*Lock\s+src\/cart\.ts/.test(await timeline.locator('table').innerText()))
    await window.screenshot('dashboard timeline')
    await timeline.locator('table').getByRole('button', { name: 'src/cart.ts' }).last().click()
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')
    await window.editor.close()
  })

  it('shows the past by the slider, and comes back to the present', async () => {
    const time = await window.webview.find(DASHBOARD, '.scrubber')
    await time.getByRole('button', { name: 'Change Before' }).click()
    await eventually('the past', async () => /As it was/.test(await (await window.webview.find(DASHBOARD, '.past')).innerText()))
    for (let step = 0; step < 40 && !/Nothing is locked/.test(await text('locks')); step++) {
      const before = await (await window.webview.find(DASHBOARD, '.past')).innerText()
      await time.getByRole('button', { name: 'Change Before' }).click()
      await eventually('another moment', async () => before !== await (await window.webview.find(DASHBOARD, '.past')).innerText())
    }
    assert.match(await text('locks'), /Nothing is locked/)
    assert.equal(await (await window.webview.find(DASHBOARD, '[data-list=agents]')).getByRole('button', { name: /^Message/ }).count(), 0)
    await window.screenshot('dashboard past')
    await time.getByRole('button', { name: 'Live' }).click()
    await waitFor('locks', /cart\.ts/)
    // By keyboard, to where the slider begins.
    await time.getByRole('slider').focus()
    await window.page.keyboard.press('Home')
    await waitFor('locks', /Nothing is locked/)
    await window.page.keyboard.press('End')
    await waitFor('locks', /cart\.ts/)
  })

  /** A file once it is written to its end: it is made empty. */
  function exported(name: string): string | undefined {
    const path = join(repository.root, name)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return text.endsWith('\n') ? text : undefined
  }

  it('exports what it shows', async () => {
    await (await window.webview.find(DASHBOARD, '.top')).getByRole('button', { name: 'Export CSV' }).click()
    await window.quickInput.pick('Locks')
    await saveAs('locks.csv')
    const csv = await eventually('the file', () => exported('locks.csv'))
    assert.match(csv, /"resource"[^]*\r\n"src\/cart\.ts"/)
    await (await window.webview.find(DASHBOARD, '.top')).getByRole('button', { name: 'Export JSON' }).click()
    await saveAs('all.json')
    const json = await eventually('the file', () => exported('all.json'))
    const all = JSON.parse(json) as { locks: { resource: string }[]; decisions: { id: string }[] }
    assert.deepEqual([all.locks.map(({ resource }) => resource), all.decisions.map(({ id }) => id).sort()], [['src/cart.ts'], ['D-1', 'D-2']])
  })

  it('is not needed to export: the palette does', async () => {
    await window.quickInput.runAndPick('Muster: Export…', 'CSV')
    await window.quickInput.pick('Decisions')
    await saveAs('decisions.csv')
    assert.match(await eventually('the file', () => exported('decisions.csv')), /"D-1"[^]*"D-2"/)
    await window.quickInput.rowsAfter(() => window.runCommand('Muster: Export…'), 'JSON')
    await window.screenshot('export format')
    await window.quickInput.pick('JSON')
    await saveAs('now.json')
    const all = JSON.parse(await eventually('the file', () => exported('now.json'))) as { decisions: { id: string }[] }
    assert.deepEqual(all.decisions.map(({ id }) => id).sort(), ['D-1', 'D-2'])
  })

  it('comes back after a reload, as it was left', async () => {
    await (await window.webview.find(DASHBOARD, '[data-filter=severity]')).selectOption('low')
    await waitFor('errors', /No errors of this kind/)
    await window.reload(true)
    await waitFor('locks', /cart\.ts/)
    await waitFor('errors', /No errors of this kind/)
    await (await window.webview.find(DASHBOARD, '[data-filter=severity]')).selectOption('')
    await waitFor('errors', /Rounding differs/)
  })

  it('shows everything again after it was hidden', async () => {
    await window.editor.open('cart.ts')
    await repository.cli('gamma', ['claim', 'src/pay.ts'])
    await window.runCommand('Muster: Open Dashboard')
    await waitFor('locks', /pay\.ts/)
  })

  it('shows texts of others as text, whatever they are', async () => {
    const team = await hostileTeam(repository)
    try {
      await waitFor('tasks', /T-9/)
      const frame = await window.webview.frame(DASHBOARD)
      const found = await frame.evaluate(() => {
        const seen: string[] = []
        let text = ''
        const visit = (root: Document | ShadowRoot): void => {
          for (const element of Array.from(root.querySelectorAll('*'))) {
            if (element.matches('img, iframe, object, embed, form, base, link, video, details, template, style:not([id^="_"]), a[href], [onerror], [onload], [onclick], [srcdoc], [href^="javascript"], script:not([nonce]):not(#_vscodeApiScript)')) seen.push(element.outerHTML.slice(0, 200))
            if (element.shadowRoot) {
              text += element.shadowRoot.textContent ?? ''
              visit(element.shadowRoot)
            }
          }
        }
        visit(document)
        return { seen, text, hit: 'hit' in globalThis }
      })
      assert.deepEqual([found.seen, found.hit], [[], false])
      assert.ok(found.text.includes('<img src=x onerror=globalThis.hit=1>') && found.text.includes('<script>globalThis.hit=1</script>'))
      await (await window.webview.find(DASHBOARD, 'muster-timeline')).getByRole('combobox').selectOption({ index: 5 })
      await eventually('a hostile lane', async () => /^h\d /.test(await (await window.webview.find(DASHBOARD, 'muster-timeline')).locator('h3').innerText()))
      await window.screenshot('dashboard hostile')
      assert.deepEqual(window.consoleLines.filter((line) => /violates the following Content Security Policy/.test(line) && /evil|inline event|javascript:/.test(line)), [])
      assert.deepEqual(await window.webview.seriousFindings(DASHBOARD), [])
    } finally {
      for (const m of team) await m.close()
    }
  })

  const saveAs = (name: string): Promise<void> => window.quickInput.saveAs('Export', join(repository.root, name), () => exported(name) !== undefined)
})

describe('dashboard in every theme and width', () => {
  let repository: Repository
  let window: Window
  let team: Muster[] = []
  ownWindow({
    agent: 'ana-lead',
    ready: async ({ window: shown }) => {
      await shown.runCommand('Muster: Open Dashboard')
      await shown.runCommand('View: Toggle Primary Side Bar Visibility')
    },
    end: async () => {
      for (const m of team) await m.close()
    },
  }, (opened) => ({ repository, window } = opened))

  async function look(theme: string, width: number, name: string): Promise<void> {
    await window.page.setViewportSize({ width: 1_660, height: 1_500 })
    await window.quickInput.runAndPick('Preferences: Color Theme', theme)
    const kind = theme.includes('High Contrast') ? (theme.includes('Light') ? 'vscode-high-contrast-light' : 'vscode-high-contrast') : theme.includes('Light') ? 'vscode-light' : 'vscode-dark'
    await eventually(`the theme ${theme}`, async () => (await window.webview.frame(DASHBOARD)).evaluate((wanted) => document.body.classList.contains(wanted) || document.body.dataset['vscodeThemeKind'] === wanted, kind))
    await window.page.setViewportSize({ width: width + 60, height: 1500 })
    await eventually(`a width of ${width}`, async () => {
      const shown = await (await window.webview.frame(DASHBOARD)).evaluate(() => [innerWidth, document.documentElement.scrollWidth])
      // Nothing sticks out.
      return Math.abs(shown[0]! - width) < 40 && shown[1]! <= shown[0]!
    })
    await window.screenshot(name)
  }

  const themes = { dark: 'Dark Modern', light: 'Light Modern', contrast: 'Dark High Contrast', 'contrast light': 'Light High Contrast' }

  /** A line in the middle of the records is not what was written. */
  async function damage(): Promise<void> {
    for (const m of team.splice(0)) await m.close()
    const ledger = join(repository.folder, 'ledger')
    const segment = join(ledger, readdirSync(ledger).filter((name) => name.endsWith('.jsonl')).sort().at(-1)!)
    const lines = readFileSync(segment, 'utf8').split('\n')
    writeFileSync(segment, lines.with(lines.findIndex((line) => line.includes('Freeze at 18:00')), 'garbage').join('\n'))
    await window.reload(true)
    await eventually('the verdict', async () => /Muster needs a look/.test(await (await window.webview.find(DASHBOARD, '.verdict')).innerText()))
    await eventually('why', async () => /damaged/.test(await (await window.webview.find(DASHBOARD, '.notice')).innerText()))
  }

  let damaged = false
  for (const state of ['empty', 'busy', 'broken'] as const) {
    for (const [name, theme] of Object.entries(themes)) {
      it(`has no serious finding of axe and nothing that sticks out: ${state}, ${name}`, async () => {
        if (state === 'busy' && team.length === 0) team = await busyTeam(repository)
        if (state === 'broken' && !damaged) await damage()
        damaged = state === 'broken'
        for (const width of [2_000, 800, 320]) await look(theme, width, `dashboard ${state} ${name} ${width}`)
        assert.deepEqual(await window.webview.seriousFindings(DASHBOARD), [])
      })
    }
  }
})
