import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

const FILE = 'muster.file'

describe('a file that somebody else holds', () => {
  let repository: Repository
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    ready: async (opened) => {
      await opened.repository.cli('gamma', ['claim', 'src/cart.ts', '--estimate', '30'])
      await opened.repository.cli('gamma', ['check-in', 'src/cart.ts', '--progress', '60'])
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
    },
  }, (opened) => ({ repository, window } = opened))

  const choose = (what: string): Promise<void> => window.quickInput.pickAfter(() => window.statusBar.click(FILE), what)

  it('says so quietly: a mark in lists, and who, how far and how long in the status bar', async () => {
    await window.editor.open('cart.ts')
    await window.statusBar.waitFor(FILE, /held by gamma · 60 % · \d+ min left/)
    await window.runCommand('View: Show Explorer')
    await badge('ga')
    await window.screenshot('files held')
  })

  it('says so where only a part of it is held', async () => {
    await repository.cli('eps', ['claim', 'src/pay.ts#total'])
    await window.editor.open('pay.ts')
    await window.statusBar.waitFor(FILE, /held by eps · only total · (30|29) min left/)
    await repository.cli('eps', ['release', 'src/pay.ts#total'])
    await window.statusBar.waitForNone(FILE)
    await window.editor.open('cart.ts')
  })

  it('offers to ask and to wait, and is mine when it is my turn', async () => {
    await choose('Ask to Release')
    await window.quickInput.answer('Say why you need it', 'For the totals')
    await choose('Wait')
    await window.notifications.waitFor('You are number 1 in line for cart.ts')
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    await window.notifications.waitFor('src/cart.ts is yours now.')
    await window.statusBar.waitForNone(FILE)
    await badge('me')
    await window.notifications.clear()
  })

  it('offers to take over what nobody works on any more, after saying what is at stake', async () => {
    // Its process ends with no word.
    spawnSync(process.execPath, ['--input-type=module', '-e', `import { open } from ${JSON.stringify(pathToFileURL(library).href)}
      const m = await open({ folder: ${JSON.stringify(repository.folder)}, root: ${JSON.stringify(repository.root)}, agent: 'beta', watch: false })
      await m.claim('src/pay.ts')
      process.kill(process.pid, 'SIGKILL')`])
    repository.write('src/pay.ts', '// half done\n')
    await window.editor.open('pay.ts')
    await window.statusBar.waitFor(FILE, /held by beta · gone, lock is stale/)
    await choose('Take Over')
    assert.match(JSON.stringify(await window.dialog.read()), /Take over .*pay\.ts\?.*src\/pay\.ts/)
    await window.dialog.press('Take Over')
    await window.statusBar.waitForNone(FILE)
    const { claims } = await repository.cli('gamma', ['claims']) as { claims: { resource: string; heldBy: string }[] }
    assert.equal(claims.find(({ resource }) => resource === 'src/pay.ts')?.heldBy, 'maria')
    await window.editor.open('cart.ts')
  })

  it('tells of the same file in another working tree', async () => {
    await repository.cli('delta', ['claim', 'src/cart.ts'], repository.worktree)
    await window.statusBar.waitFor(FILE, /also changing on feat-x \(delta\)/)
    await eventually('the mark to say so', async () => (await window.editor.explorerTooltip('cart.ts')).includes('also changing on feat-x (delta)'))
    await choose('Show Overlaps')
    const rows = await window.quickInput.waitForRows('src/cart.ts')
    assert.match(JSON.stringify(rows), /main \(you\) and feat-x \(delta\)/)
    await window.quickInput.pick('src/cart.ts')
  })

  async function badge(wanted: string): Promise<void> {
    await eventually(`the mark "${wanted}" on cart.ts`, async () => (await window.editor.explorerDecoration('cart.ts')).badge.includes(wanted))
  }
})
