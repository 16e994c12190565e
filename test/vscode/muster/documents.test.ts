import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { library, Repository } from './repository.js'
import { hostile } from './scene.js'

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

  it('closes a request for help from its page and from its row, with an answer', async () => {
    const help = async (subject: string): Promise<void> => void (await repository.cli('gamma', ['help-request', '--to', 'maria', '--subject', subject]))
    const answers = async (): Promise<string[]> => ((await repository.cli('gamma', ['inbox', '--peek'])) as { messages: { body: string }[] }).messages.map(({ body }) => body)
    await help('Which key?')
    await window.tree.click('Messages', 'Which key?')
    const page = await window.webview.frame(PAGE)
    await page.locator('header button', { hasText: 'Close Help Request' }).click()
    await window.quickInput.waitFor('Close "Which key?"')
    await window.quickInput.typeText('The new one.')
    await eventually('the page to say so', async () => /Closed/.test(await page.locator('main').innerText()) && (await page.locator('header button', { hasText: 'Close Help' }).count()) === 0)
    assert.ok((await answers()).includes('The new one.'))
    await help('Which port?')
    await window.tree.inlineAction('Messages', 'Which port?', 'Close Help Request')
    await window.quickInput.waitFor('Your answer to gamma')
    await window.screenshot('close help request')
    await window.quickInput.typeText('3000')
    await eventually('the other answer', async () => (await answers()).includes('3000'))
    await window.tree.waitForRow('Messages', /Which port\? · 2 messages/)
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

  it('shows texts of others as text, whatever they are, in every part of every document', async () => {
    const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
    const zeta = await openLibrary({ folder: repository.folder, root: repository.root, agent: 'zeta', watch: false })
    const all = hostile.join('\n\n')
    try {
      await zeta.sendMessage({ to: 'maria', subject: `zeta ${hostile[0]}`, body: all, checklist: hostile.slice(0, 20) })
      await zeta.logDecision({ title: `zeta ${hostile[20]}`, context: all, decision: all, alternatives: [...hostile.slice(0, 10)], consequences: [...hostile.slice(10, 20)], category: hostile[5] })
      await zeta.logError({ message: `zeta ${hostile[40]}`, stack: all, resource: 'src/cart.ts' })
      await zeta.addTask({ title: `zeta ${hostile[60]}`, acceptance: hostile.slice(0, 10), phase: hostile[7] })
      for (const view of ['Messages', 'Decisions', 'Work'] as const) {
        for (const row of (await eventually(`what zeta wrote in ${view}`, async () => {
          const found = (await window.tree.rows(view)).filter(({ label }) => label.includes('zeta'))
          return found.length >= (view === 'Work' ? 2 : 1) && found
        }))) {
          await window.tree.click(view, ({ label }) => label === row.label)
          const page = await window.webview.frame(PAGE)
          await eventually(`the page of ${row.label}`, async () => (await page.locator('main').innerText()).includes(row.label.replace(/^[A-Z]-\d+ /, '').slice(0, 25)))
          const found = await page.evaluate(() => {
            const allowed = 'h1, h2, h3, p, ul, ol, li, table, thead, tbody, tr, th, td, a[data-open], label, input[type=checkbox][data-step], small, hr, strong, em, br, code, pre, span#markdown-mermaid'
            const ours = ['href', 'data-open', 'data-name', 'type', 'data-step', 'data-key', 'checked']
            const renderers = ['dir', 'class', 'id', 'data-line', 'data-config', 'aria-hidden']
            const attributes = new Set([...ours, ...renderers])
            const elements = Array.from(document.querySelectorAll('main *'))
            return {
              other: elements.filter((element) => !element.matches(allowed) || Array.from(element.attributes).some(({ name }) => !attributes.has(name)) || (element.getAttribute('href') ?? '#') !== '#').map(({ outerHTML }) => outerHTML.slice(0, 200)),
              hit: 'hit' in globalThis,
              text: document.querySelector('main')?.textContent ?? '',
            }
          })
          assert.deepEqual([found.other, found.hit], [[], false], row.label)
          assert.ok(found.text.includes('globalThis.hit=1'), row.label)
          await window.screenshot(`document hostile ${view}`)
        }
      }
      assert.deepEqual(window.consoleLines.filter((line) => /violates the following Content Security Policy/.test(line) && /evil|inline event|javascript:/.test(line)), [])
      assert.equal(await window.page.evaluate(() => 'hit' in globalThis), false)
    } finally {
      await zeta.close()
    }
    await window.tree.click('Decisions', /D-1/)
  })

  it('is there again after a reload', async () => {
    await window.reload(true)
    const page = await window.webview.frame(PAGE)
    await eventually('its text', async () => /Cut off[^]*src\/auth\.ts/.test(await page.locator('main').innerText()))
  })
})
