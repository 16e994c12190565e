import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const DASHBOARD = 'muster-dashboard'

describe('dashboard', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    code = await VsCode.start()
    window = await code.openWindow(repository.root)
    await repository.cli('gamma', ['startup'])
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Agents', (row) => row.label === 'gamma')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  /** Text of a list, as it is read. */
  async function text(list: string): Promise<string> {
    return (await window.webview.find(DASHBOARD, `[data-list=${list}]`)).innerText()
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
    await eventually('the verdict', async () => /3 things need attention: requests for help, errors/.test(await (await window.webview.find(DASHBOARD, '.verdict')).innerText()) || undefined, 3_000).catch(() => undefined)
    await window.screenshot('dashboard busy dark 1440')
  })

  it('approves a decision by a click', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even', '--decision', 'As banks do', '--impact', 'high'])
    await waitFor('decisions', /D-1 Round half even[\s\S]*proposed · by Gamma|D-1 Round half even[\s\S]*proposed · by gamma/)
    await press('decisions', 'Approve: D-1')
    await window.quickInput.waitFor('Approve D-1')
    await window.quickInput.typeText('')
    await waitFor('decisions', /approved · by Maria/)
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

  it('has no serious finding of axe', async () => {
    assert.deepEqual(await window.webview.seriousFindings(DASHBOARD), [])
  })
})
