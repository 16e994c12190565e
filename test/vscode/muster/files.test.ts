import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const FILE = 'muster.file'

describe('a file that somebody else holds', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0 } })
    window = await code.openWindow(repository.root)
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--estimate', '30'])
    await repository.cli('gamma', ['check-in', 'src/cart.ts', '--progress', '60'])
    await window.statusBar.waitFor('muster.status', 'Maria')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('says so quietly: a mark in lists, and who, how far and how long in the status bar', async () => {
    await window.editor.open('cart.ts')
    await window.statusBar.waitFor(FILE, /held by gamma · 60 % · \d+ min left/)
    await window.runCommand('View: Show Explorer')
    await badge('ga')
    await window.screenshot('files held')
  })

  it('offers to ask and to wait, and is mine when it is my turn', async () => {
    await window.statusBar.click(FILE)
    await window.quickInput.pick('Ask to Release')
    await window.quickInput.waitFor('Say why you need it')
    await window.quickInput.typeText('For the totals')
    await window.statusBar.click(FILE)
    await window.quickInput.pick('Wait')
    await window.notifications.waitFor('You are number 1 in line for cart.ts')
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    await window.notifications.waitFor('src/cart.ts is yours now.')
    await window.statusBar.waitForNone(FILE)
    await badge('me')
    await window.notifications.clear()
  })

  it('tells of the same file in another working tree', async () => {
    await repository.cli('delta', ['claim', 'src/cart.ts'], repository.worktree)
    await window.statusBar.waitFor(FILE, /also changing on feat-x \(delta\)/)
    await eventually('the mark to say so', async () => (await window.editor.explorerTooltip('cart.ts')).includes('also changing on feat-x (delta)'))
    await window.statusBar.click(FILE)
    await window.quickInput.pick('Show Overlaps')
    const rows = await window.quickInput.waitForRows('src/cart.ts')
    assert.match(JSON.stringify(rows), /main \(you\) and feat-x \(delta\)/)
    await window.quickInput.pick('src/cart.ts')
  })

  async function badge(wanted: string): Promise<void> {
    await eventually(`the mark "${wanted}" on cart.ts`, async () => (await window.editor.explorerDecoration('cart.ts')).badge.includes(wanted))
  }
})
