import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import type { Muster } from '../../../src/core/muster.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { cli, library, Repository, waitUntilOff } from './repository.js'
import { oneStory } from './story.js'

const STATUS = 'muster.status'

/** What Muster is for, in a real VS Code: two windows on one folder, an agent in a terminal, a program, and a crash. */
describe('two windows on one folder', () => {
  let repository: Repository
  let code: VsCode
  let a: Window
  let b: Window
  let program: Muster | undefined

  before(async () => {
    repository = new Repository()
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0 } })
    a = await code.openWindow(repository.root, { name: 'A' })
  })
  oneStory(() => code)
  after(async () => {
    await program?.close()
    await code?.stop()
    repository?.remove()
  })

  it('gives each window an identity of its own', async () => {
    await a.runCommand('View: Show Muster')
    await waitUntilOff(a)
    await a.runCommand('Muster: Turn On Muster Here')
    await a.statusBar.waitFor(STATUS, 'Maria')
    b = await code.openWindow(repository.root, { name: 'B' })
    await b.statusBar.waitFor(STATUS, 'Maria 2')
    await b.runCommand('View: Show Muster')
    await b.tree.waitForRow('Agents', (row) => row.label === 'Maria 2' && row.description.startsWith('you'))
    await b.tree.waitForRow('Agents', (row) => row.label === 'Maria')
    assert.equal(repository.git('status', '--porcelain'), '', 'git sees nothing of Muster')
  })

  it('says as it is typed that a name is another window\'s', async () => {
    await b.runCommand('Muster: Choose Who This Window Is…')
    await b.quickInput.pick('New Name…')
    await b.quickInput.waitFor('A name the others see')
    await b.quickInput.fill('Maria')
    await b.quickInput.waitForMessage('Maria is in use in another window.')
    await b.quickInput.dismiss()
  })

  it('shows in B what A locks, and refuses it to B with A\'s name', async () => {
    await a.editor.open('auth.ts')
    await a.runCommand('Muster: Lock This File')
    const row = await b.tree.waitForRow('Locks', 'auth.ts')
    assert.match(row.description, /^Maria · /)

    await b.editor.open('auth.ts')
    await b.runCommand('Muster: Lock This File')
    const refusal = await b.notifications.waitFor('Maria has locked src/auth.ts')
    assert.deepEqual(refusal.buttons, ['Ask to Release', 'Wait'])
  })

  it('takes B\'s wish to A, whose release frees the file for B', async () => {
    await b.notifications.clickButton('Maria has locked src/auth.ts', 'Ask to Release')
    await b.quickInput.answer('Ask Maria to release auth.ts', 'I need it for the login fix')
    await a.notifications.waitFor('Maria 2 asks you to release src/auth.ts: I need it for the login fix')
    await a.screenshot('two windows asked')
    await a.notifications.clickButton('asks you to release', 'Release')
    await b.tree.waitForNoRow('Locks', 'auth.ts')
    await b.runCommand('Muster: Lock This File')
    await b.tree.waitForRow('Locks', /auth\.ts · you/)
    await b.notifications.clear()
    await a.notifications.clear()
  })

  it('shows the progress of a check-in in the other window', async () => {
    await a.runCommand('View: Show Muster')
    await b.editor.open('auth.ts')
    await b.runCommand('Muster: Check In')
    await b.quickInput.waitFor('Check in on auth.ts')
    await b.quickInput.fill('120')
    await b.quickInput.waitForMessage('0 to 100')
    await b.quickInput.typeText('60')
    await b.quickInput.answer('What are you doing', 'fixing the login')
    await b.statusBar.waitFor(STATUS, /Maria 2 · 60 %/)
    await a.tree.waitForRow('Locks', /auth\.ts · Maria 2 · 60 %/)
    await a.tree.waitForRow('Agents', /Maria 2 · (now|\d+ min ago) · 60 % · auth\.ts · fixing the login/)
  })

  it('takes in an agent in a terminal and a program', async () => {
    await b.terminal.open()
    await b.terminal.run(`node ${cli} claim src/cart.ts --agent gamma; node ${cli} claim src/auth.ts --agent gamma; echo "refused with $?"; echo "<$MUSTER_WINDOW|$MUSTER_AGENT>"`)
    await b.terminal.waitFor('refused with 1')
    await b.terminal.waitFor('<maria-2|>')
    await a.tree.waitForRow('Locks', /cart\.ts · gamma/)

    const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
    program = await openLibrary({ folder: repository.folder, root: repository.root, agent: 'delta' })
    const mine = await program.claim('src/pay.ts', { note: 'payment retries' })
    assert.equal(mine.ok, true)
    await a.tree.waitForRow('Locks', /pay\.ts · delta/)
    const refused = await program.claim('src/auth.ts')
    assert.ok(!refused.ok)
    assert.deepEqual([refused.heldBy, refused.progress], ['maria-2', 60])
    assert.deepEqual((await repository.cli('gamma', ['claims']))['claims'] instanceof Array, true)
    await a.screenshot('two windows four agents')
    await b.screenshot('two windows terminal')
    await b.runCommand('View: Toggle Terminal')
  })

  it('grants the same file in another working tree, and shows the overlap', async () => {
    const granted = await repository.cli('epsilon', ['claim', 'src/auth.ts'], repository.worktree)
    assert.equal(granted['ok'], true)
    await a.tree.waitForRow('Locks', /auth\.ts · Maria 2 .*also changing on feat-x \(epsilon\)/)
    await a.tree.waitForRow('Locks', /auth\.ts · epsilon .*on feat-x · also changing on main \(Maria 2\)/)
    await a.screenshot('two windows overlap')
    await repository.cli('epsilon', ['release', 'src/auth.ts'], repository.worktree)
    await a.tree.waitForNoRow('Locks', 'epsilon')
  })

  it('shows A as gone after a crash, and its lock as stale', async () => {
    await a.editor.open('README.md')
    await a.runCommand('Muster: Lock This File')
    await b.tree.waitForRow('Locks', /README\.md · Maria · /)
    appendFileSync(join(repository.root, 'README.md'), 'a change that is not committed\n')
    await a.crash()
    await b.tree.waitForRow('Agents', /^Maria · gone/)
    const row = await b.tree.waitForRow('Locks', /README\.md · Maria · gone/)
    assert.equal(row.icon, 'warning')
    await b.statusBar.waitFor(STATUS, '1 stale')
    await b.screenshot('two windows crashed')
  })

  it('lets B take the stale lock over, after saying what is at stake', async () => {
    await b.tree.inlineAction('Locks', 'README.md', 'Take Over Stale Lock')
    const question = await b.dialog.read()
    assert.equal(question.message, 'Take over README.md?')
    assert.match(question.detail, /README\.md/)
    await b.dialog.press('Take Over')
    await b.tree.waitForRow('Locks', /README\.md · you/)
    // And stays so: what its process left behind is collected meanwhile.
    await b.tree.waitForRow('Agents', /Not here now/)
  })

  it('gives A its identity back and tells it what it lost', async () => {
    const again = await code.openWindow(repository.root, { name: 'A again' })
    await again.statusBar.waitFor(STATUS, 'Maria')
    await again.statusBar.waitFor(STATUS, /this window is Maria\./)
    const told = await again.notifications.waitFor('Maria 2 took over README.md, which was yours.')
    assert.deepEqual(told.buttons, ['Show', 'Reply'])
    await b.tree.waitForRow('Agents', (row) => row.label === 'Maria' && !row.description.includes('gone'))
    await again.screenshot('two windows told')

    await again.reload()
    await again.statusBar.waitFor(STATUS, 'Maria')
    await again.statusBar.waitFor(STATUS, /this window is Maria\./)
    assert.deepEqual((await again.notifications.all()).filter(({ source }) => source.includes('Muster')), [], 'told once')
    await eventually('everybody to be there once', async () => (await b.tree.rows('Agents')).filter((row) => row.label.startsWith('Maria')).length === 2)
  })
})
