import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

const STATUS = 'muster.status'

/** The one thing that warns by its colour, and only of what is lost to this window. */
describe('the background of the status bar', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma', settings: { 'muster.notifications.minutes': 0 } }, (opened) => ({ repository, window } = opened))

  const warns = (wanted: boolean): Promise<unknown> => eventually(wanted ? 'a warning' : 'no warning', async () => await window.statusBar.warns(STATUS) === wanted)

  it('does not warn of another\'s stale lock, of unread messages and of what somebody asks for', async () => {
    spawnSync(process.execPath, ['--input-type=module', '-e', `import { open } from ${JSON.stringify(pathToFileURL(library).href)}
      const m = await open({ folder: ${JSON.stringify(repository.folder)}, root: ${JSON.stringify(repository.root)}, agent: 'beta', watch: false })
      await m.claim('src/pay.ts')
      process.kill(process.pid, 'SIGKILL')`])
    await window.statusBar.waitFor(STATUS, /1 stale/)
    await window.editor.open('auth.ts')
    await window.runCommand('Muster: Lock This File')
    await window.statusBar.waitFor(STATUS, /1 yours/)
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'A question'])
    await repository.cli('gamma', ['ask', 'src/auth.ts', '--body', 'One line'])
    await window.statusBar.waitFor(STATUS, /2 unread/)
    assert.equal(await window.statusBar.warns(STATUS), false)
  })

  it('warns while a lock of one\'s own is stale, until one checks in', async () => {
    await window.runCommand('Muster: Keep Lock Longer')
    await window.quickInput.pick('src/auth.ts')
    await window.quickInput.answer('Keep auth.ts longer', '0.02')
    await window.statusBar.waitFor(STATUS, /1 lock of yours is stale: check in to keep it/)
    await warns(true)
    const [first] = await window.quickInput.rowsAfter(() => window.runCommand('Muster: Show Menu'), 'Check In')
    assert.deepEqual([first!.label, first!.description], ['Check In', '1 lock of yours is stale: check in to keep it'])
    await window.screenshot('status bar warns')
    await window.quickInput.dismiss()
    await window.runCommand('Muster: Check In')
    await window.quickInput.answer('Check in on auth.ts', '')
    await window.quickInput.answer('What are you doing?', '')
    await warns(false)
    await eventually('nothing to be said of it', async () => !/yours is stale/.test(await window.statusBar.aria(STATUS)))
  })

  it('warns when a lock of one\'s own was ended by another, until one has read of it', async () => {
    const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
    const bea = await openLibrary({ folder: repository.folder, root: repository.root, agent: 'bea', kind: 'person', watch: false })
    try {
      assert.equal((await bea.forceRelease('src/auth.ts', 'We deploy now')).ok, true)
    } finally {
      await bea.close()
    }
    await window.statusBar.waitFor(STATUS, /1 lock of yours ended without you/)
    await warns(true)
    await window.runCommand('View: Show Muster')
    await window.tree.click('Messages', 'Lock ended: src/auth.ts')
    await warns(false)
    await eventually('nothing to be said of it', async () => !/ended without you/.test(await window.statusBar.aria(STATUS)))
  })
})
