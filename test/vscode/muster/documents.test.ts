import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const PAGE = 'body.muster-document main h1'

describe('documents', () => {
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

  async function ticked(id: string): Promise<number[]> {
    const { messages } = (await repository.cli('gamma', ['inbox', '--peek'])) as { messages: { id: string; ticked?: { step: number }[] }[] }
    return messages.find((one) => one.id === id)?.ticked?.map(({ step }) => step) ?? []
  }

  it('ticks a checklist off in the message, by mouse and keyboard, and shows what others ticked', async () => {
    const hostile = '<img src=x onerror=alert(1)> [x](command:workbench.action.quit)'
    const { id } = (await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Release', '--body', 'Please do these.', '--check', 'tag it', '--check', hostile, '--check', 'tell everybody'])) as { id: string }
    await window.tree.waitForRow('Messages', /Release · gamma · 0 of 3 done/)
    await window.tree.click('Messages', 'Release')
    const page = await window.webview.frame(PAGE)
    const boxes = page.locator('main input[type=checkbox]')
    await eventually('three boxes', async () => (await boxes.count()) === 3)
    await boxes.nth(0).click()
    await eventually('the first step', async () => (await ticked(id)).join() === '1')
    await eventually('that it shows', async () => /1 of 3 done/.test(await page.locator('main').innerText()))
    await boxes.nth(1).focus()
    await window.page.keyboard.press('Space')
    await eventually('the second step', async () => (await ticked(id)).join() === '1,2')
    // Ticked anew by its page, the box still has the focus.
    await eventually('the focus', () => page.evaluate(() => (globalThis as unknown as { document: { activeElement?: { getAttribute(name: string): string | null } } }).document.activeElement?.getAttribute('data-step') === '2'))
    await window.page.keyboard.press('Space')
    await eventually('the second step taken back', async () => (await ticked(id)).join() === '1')
    await repository.cli('gamma', ['tick', id, '3'])
    await eventually('what another ticked', async () => boxes.nth(2).isChecked())
    await window.tree.waitForRow('Messages', /Release · gamma · 2 of 3 done/)
    assert.equal(await page.locator('main img').count(), 0)
    assert.equal(await page.locator('main a').count(), 0)
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await window.screenshot('document checklist')
  })

  it('ticks it off from the palette as well', async () => {
    await window.runCommand('Muster: Tick Off Checklist')
    await window.quickInput.pick('Release')
    await window.quickInput.waitFor('What is done?')
    // What is done is chosen already; a click takes it back.
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'tag it' }).click()
    await window.page.keyboard.press('Enter')
    await eventually('what was chosen', async () => (await ticked('m1')).join() === '3')
  })

  it('acknowledges and replies from the message, and opens what it is about', async () => {
    const page = await window.webview.frame(PAGE)
    await page.locator('header button', { hasText: 'Acknowledge' }).click()
    await window.tree.waitForRow('Messages', /Release · gamma · acknowledged/)
    await eventually('the button to go', async () => (await page.locator('header button', { hasText: 'Acknowledge' }).count()) === 0)
    await page.locator('header button', { hasText: 'Reply' }).click()
    await window.quickInput.waitFor('Reply to gamma')
    await window.quickInput.typeText('Done.')
    await window.tree.waitForRow('Messages', /Release · 2 messages · last by Maria/)
  })

  it('leads from a decision to files, locks, commits and what replaced it', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even', '--context', 'Totals differ', '--alternative', 'Cut off', '--consequence', 'Old bills stay', '--resource', 'src/cart.ts'])
    await repository.cli('gamma', ['claim', 'src/pay.ts', '--note', 'for D-1'])
    repository.git('commit', '--allow-empty', '--quiet', '-m', 'Cents are whole (D-1)')
    const commit = repository.git('rev-parse', 'HEAD').trim()
    await window.tree.click('Decisions', /D-1/)
    const page = await window.webview.frame(PAGE)
    await eventually('the decision', async () => /Round half even/.test(await page.locator('main h1').innerText()))
    const text = async (): Promise<string> => page.locator('main').innerText()
    for (const part of ['Totals differ', 'Cut off', 'Old bills stay', 'src/cart.ts', 'src/pay.ts', 'locked by gamma', 'Cents are whole (D-1)']) assert.ok((await text()).includes(part), part)
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await window.screenshot('document decision')

    await page.locator('header button', { hasText: 'Approve' }).click()
    await window.quickInput.waitFor('Approve D-1')
    await window.quickInput.typeText('')
    await repository.cli('gamma', ['decision', 'implement', 'D-1', '--commit', commit.slice(0, 7), '--commit', 'abcdef0', '--resource', 'src/auth.ts'])
    await eventually('what it was done by', async () => /src\/auth\.ts/.test(await text()) && /abcdef0 not in this repository/.test(await text()))
    assert.equal(await page.locator('main a[data-open=commit]').count(), 1)

    await page.locator('main a', { hasText: commit.slice(0, 8) }).click()
    await eventually('the commit', async () => (await window.editor.activeName()) === `${commit.slice(0, 8)}.diff`)
    await window.page.locator('.monaco-editor .view-line', { hasText: 'Cents are whole (D-1)' }).first().waitFor()
    await window.screenshot('document commit')
    await window.tree.click('Decisions', /D-1/)
    await (await window.webview.frame(PAGE)).locator('main a', { hasText: 'src/cart.ts' }).click()
    await eventually('the file', async () => (await window.editor.activeName()) === 'cart.ts')
    await window.tree.click('Decisions', /D-1/)
  })

  it('is there again after a reload', async () => {
    await window.reload(true)
    const page = await window.webview.frame(PAGE)
    await eventually('its text', async () => /Cut off[^]*src\/auth\.ts/.test(await page.locator('main').innerText()))
  })
})
