import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

/** What the window's person holds. */
async function held(repository: Repository): Promise<string[]> {
  const { claims } = (await repository.cli('maria', ['claims'])) as { claims: { resource: string; heldBy: string }[] }
  return claims.filter(({ heldBy }) => heldBy === 'maria').map(({ resource }) => resource)
}

/** What can be done about files where they are listed: in the Explorer, on tabs, and in the Locks view. */
describe('files in menus and lists', () => {
  let repository: Repository
  let window: Window
  ownWindow({
    settings: { 'muster.notifications.minutes': 0 },
    prepare: (made) => {
      for (const file of ['src/api/v1/orders.ts', 'docs/deep/guide.md', 'web/deep/form.css', 'lib/deep/util.ts']) made.write(file, `// ${file}\n`)
      made.git('add', '.')
      made.git('commit', '--quiet', '-m', 'more')
    },
    ready: async (opened) => {
      for (const resource of ['src/cart.ts', 'src/api/v1/orders.ts', 'name:build']) await opened.repository.cli('gamma', ['claim', resource])
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
    },
  }, (opened) => ({ repository, window } = opened))

  /** Waits until a menu is this, since the editor learns of locks a moment after the records. */
  async function offers(menu: () => Promise<string[]>, ...wanted: string[]): Promise<void> {
    let seen: string[] = []
    await eventually(`the menu ${wanted.join()}`, async () => (seen = await menu()).join() === wanted.join()).catch((error: unknown) => {
      throw new Error(`The menu is ${seen.join()}`, { cause: error })
    })
  }

  it('lock all selected files at once, or none', async () => {
    await window.editor.open('auth.ts')
    await window.runCommand('View: Show Explorer')
    await window.editor.explorerMenu(['auth.ts', 'cart.ts'], 'Muster', 'Lock This File')
    await window.notifications.waitFor('None of the 2 was locked. gamma has locked src/cart.ts')
    await window.notifications.clear()
    await window.editor.explorerMenu(['auth.ts', 'pay.ts'], 'Muster', 'Lock This File')
    await eventually('both to be locked', async () => (await held(repository)).sort().join() === 'src/auth.ts,src/pay.ts')
  })

  it('offer what fits: by whom the file is held', async () => {
    await offers(() => window.editor.explorerMenu(['auth.ts'], 'Muster'), 'Release Lock', 'Who Holds This File?')
    await offers(() => window.editor.explorerMenu(['cart.ts'], 'Muster'), 'Lock This File', 'Who Holds This File?', 'Wait for Lock', 'Ask to Release')
    await offers(() => window.editor.explorerMenu(['src'], 'Muster'), 'Lock This Folder', 'Who Holds This Folder?')
    await window.quickInput.rowsAfter(() => window.editor.explorerMenu(['src'], 'Muster', 'Who Holds This Folder?'), 'src/cart.ts')
    await window.quickInput.waitFor('Held in src')
    await window.quickInput.dismiss()
    await window.editor.explorerMenu(['src'], 'Muster', 'Lock This Folder')
    await window.notifications.waitFor('gamma has locked src/')
    await window.notifications.clear()
    await window.editor.open('auth.ts')
    await offers(() => window.editor.tabMenu('Muster'), 'Release Lock', 'Who Holds This File?')
    const inText = async (): Promise<string[]> => (await window.editor.menuItems()).filter((label) => ['Lock This File', 'Release Lock', 'Who Holds This File?'].includes(label))
    await offers(inText, 'Release Lock', 'Who Holds This File?')
    await window.editor.open('cart.ts')
    await offers(inText, 'Lock This File', 'Who Holds This File?')
    await window.editor.open('auth.ts')
    await window.quickInput.rowsAfter(() => window.editor.tabMenu('Muster', 'Who Holds This File?'), 'Release')
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

  it('offer the same below a locked folder, and where a pattern is locked', async () => {
    for (const resource of ['docs/', 'web/**/*.css']) await repository.cli('gamma', ['claim', resource])
    await window.editor.open('guide.md')
    await window.runCommand('View: Show Explorer')
    const menus = ['Lock This File', 'Who Holds This File?', 'Wait for Lock', 'Ask to Release']
    await offers(() => window.editor.explorerMenu(['guide.md'], 'Muster'), ...menus)
    await offers(() => window.editor.tabMenu('Muster'), ...menus)
    await window.screenshot('files below a locked folder')
    await window.editor.tabMenu('Muster', 'Wait for Lock')
    await window.notifications.waitFor('You are number 1 in line for guide.md')
    await repository.cli('gamma', ['release', 'docs/'])
    await window.notifications.waitFor('docs/deep/guide.md is yours now.')
    await window.notifications.clear()
    await eventually('its own lock in its menu', async () => (await window.editor.tabMenu('Muster'))[0] === 'Release Lock')
    await window.editor.open('form.css')
    await window.editor.menu('Ask to Release')
    await window.quickInput.answer('Say why you need it', 'For the form')
    await eventually('gamma to be asked for the pattern', async () => JSON.stringify(await repository.cli('gamma', ['inbox'])).includes('web/**/*.css'))
  })

  it('offer to take over what is stale, from a file below', async () => {
    const { expiresAt } = (await repository.cli('delta', ['claim', 'lib/', '--minutes', '0.02'])) as { expiresAt: string }
    await window.editor.open('util.ts')
    // A short lock has ten seconds of grace.
    await eventually('the time its holder has to come back', () => Date.now() > Date.parse(expiresAt) + 11_000)
    await eventually('that it may be taken over', async () => (await window.editor.tabMenu('Muster')).includes('Take Over Stale Lock'))
    await window.editor.tabMenu('Muster', 'Take Over Stale Lock')
    assert.match((await window.dialog.read()).detail, /util\.ts is only a part of it/)
    await window.dialog.press('Take Over')
    await eventually('the folder to be theirs', async () => (await held(repository)).includes('lib/'))
    await eventually('no more of it in its menu', async () => !(await window.editor.tabMenu('Muster')).some((entry) => /Wait|Ask|Take/.test(entry)))
  })
})
