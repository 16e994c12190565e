import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository, waitUntilOff } from './repository.js'

const STATUS = 'muster.status'

describe('one window', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    // What is to be told is told at once.
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0 } })
    window = await code.openWindow(repository.root)
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('sleeps until it is turned on: no folder, no status, few commands', async () => {
    await window.runCommand('View: Show Muster')
    await waitUntilOff(window)
    assert.equal(await window.quickInput.hasCommand('Muster: Turn On Muster Here'), true)
    assert.equal(await window.quickInput.hasCommand('Muster: Lock This File'), false)
    assert.equal(await window.statusBar.text(STATUS), undefined)
    assert.equal(existsSync(repository.folder), false)
    await window.screenshot('one window off')
  })

  it('shows how to begin, with pictures', async () => {
    await window.runCommand('Muster: Get Started')
    const steps = window.page.locator('.getting-started-step')
    await eventually('the four steps', async () => await steps.count() === 4)
    for (const [index, name] of ['turnOn', 'connect', 'lock', 'look'].entries()) {
      await eventually(`the picture of ${name}`, async () => {
        await steps.nth(index).click({ timeout: 5_000 })
        for (const frame of window.page.frames()) if (await frame.locator(`img[src*="${name}.svg"]`).evaluateAll((images) => images.some((image) => (image as HTMLImageElement).naturalWidth > 0))) return true
        return undefined
      })
      await window.screenshot(`walkthrough ${name}`)
    }
    await window.editor.close()
  })

  it('wakes by itself when an agent makes its first call', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--note', 'totals'])
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await window.tree.waitForRow('Agents', (row) => row.label === 'gamma')
    assert.equal(await window.quickInput.hasCommand('Muster: Turn On Muster Here'), false)
    assert.match(await window.tree.message('Messages'), /^No messages yet\.\s+Send Message$/)
  })

  it('sends and reads messages', async () => {
    await window.runCommand('Muster: Send Message')
    const rows = await window.quickInput.waitForRows('gamma')
    assert.match(rows.find((row) => row.label === 'gamma')!.detail, /1 lock/)
    await window.quickInput.pick('gamma')
    await window.quickInput.waitFor('What is it about?')
    await window.quickInput.typeText('Totals')
    await window.quickInput.waitFor('Text.')
    await window.quickInput.typeText('Please round half even.')
    await window.quickInput.pick('Importance')
    await window.quickInput.pick('High')
    await window.quickInput.pick('Send')
    await window.tree.waitForRow('Messages', /Totals · to gamma · high · not seen yet/)

    const inbox = (await repository.cli('gamma', ['inbox', '--unread']))['messages'] as { id: string; body: string }[]
    assert.deepEqual(inbox.map((message) => message.body), ['Please round half even.'])
    await window.tree.waitForRow('Messages', /Totals · to gamma · high · seen/)

    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'A question', '--body', 'Is <b>this</b> [fine](https://example.com)?'])
    await window.statusBar.waitFor(STATUS, '1 unread')
    await window.tree.click('Messages', 'A question')
    await window.tree.waitForRow('Messages', /A question · gamma · just now/)
    await window.statusBar.waitFor(STATUS, /Maria$/m)
    await window.screenshot('one window message')

    await window.runCommand('Muster: Reply to Message')
    await window.quickInput.pick('A question')
    await window.quickInput.waitFor('Reply to gamma')
    await window.quickInput.typeText('Yes.')
    await window.tree.waitForRow('Messages', /A question · 2 messages · last by Maria/)
    await window.tree.expand('Messages', 'A question')
    await window.tree.waitForRow('Messages', /A question · gamma · answered/)
    await window.runCommand('Muster: Search Messages')
    await window.quickInput.waitFor('Words of the subject')
    await window.quickInput.typeText('half even')
    assert.deepEqual((await window.quickInput.waitForRows('Totals')).map((row) => row.label), ['Totals'])
    await window.quickInput.pick('Totals')
    assert.deepEqual(((await repository.cli('gamma', ['inbox', '--unread']))['messages'] as { body: string }[]).map((one) => one.body), ['Yes.'])
  })

  it('tells of a call for help, and only of that', async () => {
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Just so you know'])
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Stuck in the totals', '--kind', 'help'])
    await window.notifications.waitFor('gamma asks for help: Stuck in the totals')
    assert.equal((await window.notifications.all()).length, 1)
    await window.notifications.clear()
  })

  it('proposes, approves and rejects decisions', async () => {
    for (const title of ['Round half even', 'Drop old browsers']) {
      await window.runCommand('Muster: Propose Decision')
      await window.quickInput.waitFor('What is to be decided?')
      await window.quickInput.typeText(title)
      await window.quickInput.waitFor('What do you propose?')
      await window.quickInput.typeText('As the title says')
      await window.quickInput.waitFor('Why?')
      await window.quickInput.typeText('')
      await window.quickInput.pick('High impact')
    }
    // The newer one comes on top: rows are clicked when they have taken their places.
    await window.tree.waitForRow('Decisions', /D-2 Drop old browsers · proposed/)
    await window.tree.waitForRow('Decisions', /D-1 Round half even · proposed · Maria · high impact/)
    await window.tree.inlineAction('Decisions', 'D-1', 'Approve Decision')
    await window.quickInput.waitFor('Approve D-1')
    await window.quickInput.typeText('')
    await window.tree.waitForRow('Decisions', /D-1 Round half even · approved · by Maria/)
    await window.runCommand('Muster: Reject Decision')
    await window.quickInput.pick('D-2')
    await window.quickInput.waitFor('Why not?')
    await window.quickInput.typeText('Too many customers use them')
    await window.tree.waitForRow('Decisions', /D-2 Drop old browsers · rejected · by Maria/)
    await window.screenshot('one window decisions')
  })

  it('waits in line, and is told when it is its turn', async () => {
    await window.editor.open('cart.ts')
    await window.runCommand('Muster: Lock This File')
    await window.notifications.clickButton('gamma has locked src/cart.ts', 'Wait')
    await window.notifications.waitFor('You are number 1 in line for cart.ts')
    await window.tree.inlineAction('Locks', /^you/, 'Give Up Place in Line')
    await window.tree.waitForNoRow('Locks', /^you/)
    await window.tree.contextMenu('Locks', 'cart.ts', 'Wait for Lock')
    await window.tree.waitForRow('Locks', /^you · waits, is next/)
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    await window.notifications.waitFor('src/cart.ts is yours now.')
    await window.tree.waitForRow('Locks', /cart\.ts · you/)
    await window.notifications.clear()
  })

  it('is another identity when asked to', async () => {
    await window.statusBar.click(STATUS)
    await window.quickInput.pick(/Choose Who This Window Is/)
    await window.quickInput.pick(/New Name/)
    await window.quickInput.waitFor('A name the others see')
    await window.quickInput.typeText('Night Shift')
    await window.statusBar.waitFor(STATUS, 'Night Shift')
    await window.reload()
    await window.statusBar.waitFor(STATUS, 'Night Shift')
  })
})

describe('a folder that is not trusted', () => {
  let code: VsCode
  let repository: Repository

  before(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    code = await VsCode.start({ workspaceTrust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } })
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('is looked at, not written to', async () => {
    const ledger = join(repository.folder, 'ledger')
    const before = readdirSync(ledger).map((name) => readFileSync(join(ledger, name), 'utf8'))
    const window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Restricted Mode')
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    assert.equal(await window.quickInput.hasCommand('Muster: Lock This File'), false)
    assert.deepEqual(readdirSync(ledger).map((name) => readFileSync(join(ledger, name), 'utf8')), before)
    await window.screenshot('restricted')
  })
})
