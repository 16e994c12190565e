import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { Repository, waitUntilOff } from './repository.js'

const STATUS = 'muster.status'

/** Which steps of the walkthrough are done, as the editor shows them. */
async function ticks(window: Window): Promise<Record<string, boolean>> {
  await window.runCommand('Muster: Get Started')
  const boxes = window.page.locator('.getting-started-step [data-done-step-id]')
  await eventually('the four steps', async () => await boxes.count() === 4)
  return boxes.evaluateAll((all) => Object.fromEntries(all.map((box) => [box.getAttribute('data-done-step-id')!.split('#').at(-1)!, box.classList.contains('complete')])) as Record<string, boolean>)
}

describe('one window', () => {
  let repository: Repository
  let window: Window
  // What is to be told is told at once.
  ownWindow({ settings: { 'muster.notifications.minutes': 0 } }, (opened) => ({ repository, window } = opened))

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
      // Once: each click on a step loads its picture anew.
      await eventually(`step ${name}`, async () => {
        if (await steps.nth(index).evaluate((step) => step.classList.contains('expanded'))) return true
        await steps.nth(index).click({ timeout: 5_000 })
        return undefined
      })
      await eventually(`the picture of ${name}`, async () => {
        for (const frame of window.page.frames()) if (await frame.locator(`img[src*="${name}.svg"]`).evaluateAll((images) => images.some((image) => (image as HTMLImageElement).naturalWidth > 0)).catch(() => false)) return true
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
    await eventually('it not to be turned on again', async () => !await window.quickInput.hasCommand('Muster: Turn On Muster Here'))
    await eventually('what to begin with', async () => /^No messages yet\.\s+Send Message$/.test(await window.tree.message('Messages')))
  })

  it('sends and reads messages', async () => {
    await window.runCommand('Muster: Send Message')
    const rows = await window.quickInput.waitForRows('gamma')
    assert.match(rows.find((row) => row.label === 'gamma')!.detail, /1 lock/)
    await window.quickInput.pick('gamma')
    await window.quickInput.answer('What is it about?', 'Totals')
    await window.quickInput.answer('Text.', 'Please round half even.')
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
    await window.tree.waitForRow('Messages', /A question · gamma · (just now|\d+ min ago)/)
    await window.statusBar.waitFor(STATUS, /Maria$/m)
    await window.screenshot('one window message')

    await window.runCommand('Muster: Reply to Message')
    await window.quickInput.pick('A question')
    await window.quickInput.answer('Reply to gamma', 'Yes.')
    await window.tree.waitForRow('Messages', /A question · 2 messages · last by Maria/)
    await window.tree.expand('Messages', 'A question')
    await window.tree.waitForRow('Messages', /A question · gamma · answered/)
    await window.runCommand('Muster: Search Messages')
    await window.quickInput.answer('Words of the subject', 'half even')
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
      await window.quickInput.answer('What is to be decided?', title)
      await window.quickInput.answer('What do you propose?', 'As the title says')
      await window.quickInput.answer('Why?', '')
      await window.quickInput.answer('What else would be possible?', 'Leave it; Ask the customers')
      await window.quickInput.answer('What follows from it?', '')
      await window.quickInput.waitFor('Which files and locks is it about?')
      await window.screenshot('propose about')
      await window.quickInput.confirm()
      await window.quickInput.pick('High impact')
    }
    // The newer one comes on top: rows are clicked when they have taken their places.
    await window.tree.waitForRow('Decisions', /D-2 Drop old browsers · proposed/)
    await window.tree.waitForRow('Decisions', /D-1 Round half even · proposed · Maria · high impact/)
    await window.tree.inlineAction('Decisions', 'D-1', 'Approve Decision')
    await window.quickInput.answer('Approve D-1', '')
    await window.tree.waitForRow('Decisions', /D-1 Round half even · approved · by Maria/)
    await window.runCommand('Muster: Reject Decision')
    await window.quickInput.pick('D-2')
    await window.quickInput.answer('Why not?', 'Too many customers use them')
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
    // A row that is chosen is still that when it opens for who waits.
    await window.tree.click('Locks', ({ label }) => label === 'cart.ts')
    await window.tree.contextMenu('Locks', 'cart.ts', 'Wait for Lock')
    await window.tree.waitForRow('Locks', /^you · waits, is next/)
    await eventually('the row that was chosen', async () => await window.tree.selected('Locks') === 'cart.ts')
    await window.statusBar.waitFor('muster.file', /held by gamma · .* · you are next/)
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    await window.notifications.waitFor('src/cart.ts is yours now.')
    await window.tree.waitForRow('Locks', /cart\.ts · you/)
    await window.notifications.clear()
  })

  it('ticks in the walkthrough what was done, also after a reload', async () => {
    const wanted = { turnOn: true, connect: false, lock: true, look: false }
    await eventually('the ticks', async () => JSON.stringify(await ticks(window)) === JSON.stringify(wanted))
    await window.screenshot('walkthrough ticked')
    await window.editor.close()
    await window.reload(true)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await eventually('the ticks', async () => JSON.stringify(await ticks(window)) === JSON.stringify(wanted))
    await window.editor.close()
  })

  it('is another identity when asked to', async () => {
    await window.quickInput.pickAfter(() => window.statusBar.click(STATUS), /Choose Who This Window Is/)
    await window.quickInput.pick(/New Name/)
    await window.quickInput.answer('A name the others see', 'Night Shift')
    await window.dialog.press('Go On')
    await window.statusBar.waitFor(STATUS, 'Night Shift')
    await window.reload()
    await window.statusBar.waitFor(STATUS, 'Night Shift')
  })
})

describe('a walkthrough that is opened late', () => {
  let window: Window
  ownWindow({}, (opened) => ({ window } = opened))

  it('has ticked what was done before', async () => {
    await window.runCommand('Muster: Turn On Muster Here')
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.editor.open('pay.ts')
    await window.runCommand('Muster: Lock This File')
    await window.tree.waitForRow('Locks', /pay\.ts · you/)
    await window.runCommand('Muster: Open Dashboard')
    await eventually('the ticks', async () => JSON.stringify(await ticks(window)) === JSON.stringify({ turnOn: true, connect: false, lock: true, look: true }))
    await window.screenshot('walkthrough opened late')
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

  function records(): string[] {
    const ledger = join(repository.folder, 'ledger')
    return readdirSync(ledger).map((name) => readFileSync(join(ledger, name), 'utf8'))
  }

  async function openRestricted(): Promise<Window> {
    const window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Restricted Mode')
    await window.runCommand('View: Show Muster')
    return window
  }

  it('is looked at, not written to', async () => {
    const before = records()
    const window = await openRestricted()
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    assert.equal(await window.quickInput.hasCommand('Muster: Lock This File'), false)
    assert.deepEqual(records(), before)
    await window.screenshot('restricted')
  })

  it('takes nothing from its settings and starts nothing in it', async () => {
    const planted = join(repository.root, 'planted.sh')
    const [ran, elsewhere] = [join(repository.root, 'ran'), join(repository.root, 'elsewhere')]
    repository.write('planted.sh', `#!/bin/sh\necho "$0 $*" >> '${ran}'\n`)
    chmodSync(planted, 0o755)
    // What git would start when it is asked anything about the files.
    for (const key of ['core.fsmonitor', 'core.hooksPath', 'diff.external', 'core.pager', 'filter.x.clean']) repository.git('config', key, key === 'core.hooksPath' ? repository.root : planted)
    repository.write('.gitattributes', '* filter=x\n')
    repository.write('.vscode/settings.json', JSON.stringify({
      'muster.folder': elsewhere, 'muster.runs.folder': '/', 'muster.documents.smokeTest': planted, 'muster.documents.agentFiles': true, 'muster.documents.workspaces': ['/*'],
      'muster.deploy.commands': { claude: [planted] }, 'muster.recovery.resume': 'automatically', 'muster.checkpoints.commit': true, 'muster.ledger': 'postgres://x:y@127.0.0.1:1/x',
    }))
    const before = records()
    const window = await openRestricted()
    // The records of the repository, not those that the setting names.
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await window.quickInput.openFile('cart.ts')
    await window.runCommand('Muster: Open Dashboard')
    await eventually('the dashboard', async () => /cart\.ts/.test(await (await window.webview.find('muster-dashboard', '[data-list=locks]')).innerText()))
    assert.deepEqual([existsSync(ran), existsSync(elsewhere)], [false, false], existsSync(ran) ? readFileSync(ran, 'utf8') : '')
    assert.deepEqual(records(), before)
    assert.equal(existsSync(join(repository.root, '.agent_status')), false)
    // The trap works: without Restricted Mode's care, a look at the files starts it.
    repository.git('status', '--short')
    assert.ok(existsSync(ran))
  })
})
