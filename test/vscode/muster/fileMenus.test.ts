import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

/** What can be done about files where they are listed: in the Explorer, on tabs, and in the Locks view. */
describe('files in menus and lists', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    repository.write('src/api/v1/orders.ts', '// orders\n')
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0 } })
    window = await code.openWindow(repository.root)
    for (const resource of ['src/cart.ts', 'src/api/v1/orders.ts', 'name:build']) await repository.cli('gamma', ['claim', resource])
    await window.statusBar.waitFor('muster.status', 'Maria')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('lock all selected files at once, or none', async () => {
    await window.editor.open('auth.ts')
    await window.runCommand('View: Show Explorer')
    await window.editor.explorerMenu(['auth.ts', 'cart.ts'], 'Muster', 'Lock This File')
    await window.notifications.waitFor('None of the 2 was locked. gamma has locked src/cart.ts')
    await window.notifications.clear()
    await window.editor.explorerMenu(['auth.ts', 'pay.ts'], 'Muster', 'Lock This File')
    const held = async (): Promise<string[]> => ((await repository.cli('maria', ['claims'])) as { claims: { resource: string; heldBy: string }[] }).claims.filter(({ heldBy }) => heldBy === 'maria').map(({ resource }) => resource)
    await eventually('both to be locked', async () => (await held()).sort().join() === 'src/auth.ts,src/pay.ts')
  })

  it('offer what fits: by whom the file is held', async () => {
    assert.deepEqual(await window.editor.explorerMenu(['auth.ts'], 'Muster'), ['Release Lock', 'Who Holds This File?'])
    assert.deepEqual(await window.editor.explorerMenu(['cart.ts'], 'Muster'), ['Lock This File', 'Who Holds This File?', 'Wait for Lock', 'Ask to Release'])
    await window.editor.open('auth.ts')
    assert.deepEqual(await window.editor.tabMenu('Muster'), ['Release Lock', 'Who Holds This File?'])
    await window.editor.tabMenu('Muster', 'Who Holds This File?')
    await window.quickInput.waitForRows('Release')
    await window.screenshot('files own lock')
    await window.quickInput.pick('Release')
    await eventually('the lock to end', async () => (await window.editor.tabMenu('Muster')).includes('Lock This File'))
  })

  it('stand in their folders in the Locks view; a name tells what it is, a file is shown in the Explorer', async () => {
    await window.runCommand('View: Show Muster')
    await window.tree.titleAction('Locks', 'Show Locks by Folder')
    await window.tree.waitForRow('Locks', ({ label, level }) => label === 'src' && level === 1)
    await window.tree.waitForRow('Locks', ({ label, level }) => label === 'api/v1' && level === 2)
    await window.tree.waitForRow('Locks', ({ label, level }) => label === 'orders.ts' && level === 3)
    await window.screenshot('locks by folder')
    await window.tree.click('Locks', 'name:build')
    await window.quickInput.waitForRows('Ask to Release')
    await window.quickInput.dismiss()
    await window.tree.contextMenu('Locks', 'orders.ts', 'Reveal in Explorer View')
    await window.page.locator('.explorer-folders-view .monaco-list-row[aria-label^="orders.ts"]').waitFor()
  })
})
