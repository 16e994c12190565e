import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'
import { hostile } from './scene.js'

const PAGE = 'body.muster-document main h1'

describe('documents', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma' }, (opened) => ({ repository, window } = opened))

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
    await window.quickInput.confirm()
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
    for (const part of ['Totals differ', 'Cut off', 'Old bills stay', 'src/cart.ts', 'src/pay.ts', 'locked by gamma', 'Cents are whole (D-1)']) await eventually(part, async () => (await text()).includes(part))
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

  it('asks by which commits and files a decision was implemented, and leads there from its row too', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Cents are numbers', '--decision', 'No floats'])
    repository.write('src/cents.ts', 'export const cents = 1\n')
    repository.git('add', 'src/cents.ts')
    repository.git('commit', '--quiet', '-m', 'Numbers of cents (D-2)')
    const commit = repository.git('rev-parse', 'HEAD').trim()
    repository.write('src/more.ts', 'export const more = 2\n')
    await window.tree.inlineAction('Decisions', /D-2/, 'Approve Decision')
    await window.quickInput.answer('Approve D-2', '')
    await window.tree.click('Decisions', /D-2/)
    const page = await window.webview.frame(PAGE)
    await page.locator('header button', { hasText: 'Mark as Implemented' }).click()
    const rows = await window.quickInput.waitForRows('src/more.ts')
    assert.deepEqual(rows.filter(({ label }) => /cents/i.test(label)).map(({ label }) => label), ['Numbers of cents (D-2)', 'Cents are whole (D-1)', 'src/cents.ts'])
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'src/more.ts' }).click()
    await window.screenshot('implemented by')
    await window.quickInput.confirm()
    await eventually('what it was done by', async () => /src\/more\.ts[^]*Numbers of cents/.test(await page.locator('main').innerText()))
    assert.deepEqual(await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('data-open'))), ['file', 'commit'])
    await eventually('the button to replace it', async () => (await page.locator('header button', { hasText: 'Replace' }).count()) === 1)
    await window.screenshot('document implemented')

    const link = async (name: string): Promise<void> => {
      assert.match(await window.tree.hover('Decisions', /D-2/), /Reviewed: approved by Maria[^]*Implemented: by Maria/)
      await window.screenshot('decision tooltip')
      await window.tree.followLink('Decisions', /D-2/, name)
    }
    await link(commit.slice(0, 8))
    await eventually('the commit', async () => (await window.editor.activeName()) === `${commit.slice(0, 8)}.diff`)
    await link('src/more.ts')
    await eventually('the file', async () => (await window.editor.activeName()) === 'more.ts')
  })

  it('leads from a task to its files, who has them locked, and the task before it', async () => {
    await repository.cli('gamma', ['task', 'add', '--title', 'Sum in cents'])
    await repository.cli('gamma', ['task', 'add', '--title', 'Show cents', '--resource', 'src/pay.ts', '--depends-on', 'T-1'])
    await window.tree.click('Work', /Show cents/)
    const page = await window.webview.frame(PAGE)
    await eventually('the task', async () => /Show cents/.test(await page.locator('main h1').innerText()))
    assert.match(await page.locator('main').innerText(), /src\/pay\.ts locked by gamma/)
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await window.screenshot('document task')
    await page.locator('main a', { hasText: 'src/pay.ts' }).click()
    await eventually('the file', async () => (await window.editor.activeName()) === 'pay.ts')
    await window.tree.click('Work', /Show cents/)
    await (await window.webview.frame(PAGE)).locator('main a', { hasText: 'T-1' }).click()
    await eventually('the other task', async () => /Sum in cents/.test(await (await window.webview.frame(PAGE)).locator('main h1').innerText()))
    await window.tree.followLink('Work', /Show cents/, 'src/pay.ts')
    await eventually('the file', async () => (await window.editor.activeName()) === 'pay.ts')
  })

  it('shows the formatting of a message, where its links lead, and on request what was written', async () => {
    const body = '## Done\n\nThe **cart** uses `a < b`, it costs $5 and not $6.\nSecond line\n\n```ts\nconst less = 1 < 2 && $x$\n```\n\n3. three\n4. four\n\n| File | State |\n|---|---|\n| a | ok |\n\n[guide](https://example.org/guide?a=1&b=2) https://example.org/plain [cart](src/cart.ts#L3) [https://good.example](https://evil.example/x) [run](command:muster.turnOff) [out](../../etc/passwd) ![picture](https://evil.example/p.png) <b>raw</b>'
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Formatted', '--body', body])
    await window.tree.click('Messages', 'Formatted')
    const page = await window.webview.frame(PAGE)
    const said = page.locator('main .said')
    await eventually('the message', async () => /Formatted/.test(await page.locator('main h1').innerText()) && (await said.count()) === 1)
    assert.deepEqual(await said.locator('h3, strong, th, li').allInnerTexts(), ['Done', 'cart', 'three', 'four', 'File', 'State'])
    assert.deepEqual(await said.locator('code').allInnerTexts(), ['a < b', 'const less = 1 < 2 && $x$\n'])
    assert.equal(await said.locator('ol').getAttribute('start'), '3')
    assert.deepEqual(await said.locator('p').nth(0).innerText(), 'The cart uses a < b, it costs $5 and not $6.\nSecond line')
    assert.equal(await said.locator('p').nth(1).innerText(), 'guide (https://example.org/guide?a=1&b=2) https://example.org/plain cart (src/cart.ts) https://good.example (https://evil.example/x) run (command:muster.turnOff) out (../../etc/passwd) picture (https://evil.example/p.png) <b>raw</b>')
    assert.deepEqual(await said.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))), ['https://example.org/guide?a=1&b=2', 'https://example.org/plain', '#', 'https://evil.example/x', 'https://evil.example/p.png'])
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await window.screenshot('document formatted')
    await said.locator('button', { hasText: 'As Written' }).focus()
    await window.page.keyboard.press('Enter')
    await eventually('the text as it was written', async () => (await said.locator('pre').innerText()) === body)
    await window.screenshot('document as written')
    await window.page.keyboard.press('Enter')
    await said.locator('a', { hasText: 'cart' }).click()
    await eventually('the file', async () => (await window.editor.activeName()) === 'cart.ts')
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
            const allowed = 'h1, h2, h3, p, ul, ol, li, table, thead, tbody, tr, th, td, a[data-open], label, input[type=checkbox][data-step], small, hr, strong, em, br, code, pre, span#markdown-mermaid, div.code-line:empty, .said, .said > div, .said > button, .said :is(h4, h5, s, blockquote, .address, a[href^="https:"])'
            const ours = ['href', 'data-open', 'data-name', 'type', 'data-step', 'data-key', 'checked', 'start']
            const renderers = ['dir', 'class', 'id', 'data-line', 'data-config', 'aria-hidden']
            const attributes = new Set([...ours, ...renderers])
            const elements = Array.from(document.querySelectorAll('main *'))
            // A link among what was said leads where it says, in full and right there.
            const leads = (element: Element): boolean => {
              const href = element.getAttribute('href') ?? '#'
              return href === '#' || (element.closest('.said') !== null && [`${element.textContent}`, `http://${element.textContent}/`, `${element.textContent}/`, element.nextElementSibling?.textContent?.slice(2, -1)].includes(href))
            }
            return {
              other: elements.filter((element) => !element.matches(allowed) || Array.from(element.attributes).some(({ name }) => !attributes.has(name)) || !leads(element)).map(({ outerHTML }) => outerHTML.slice(0, 200)),
              hit: 'hit' in globalThis,
              text: document.querySelector('main')?.textContent ?? '',
            }
          })
          assert.deepEqual([found.other, found.hit], [[], false], row.label)
          assert.ok(found.text.includes('globalThis.hit=1'), row.label)
          await window.screenshot(`document hostile ${view}`)
        }
      }
      // The styles of a picture that the editor's Markdown would make are refused as well; those are no text of others.
      assert.deepEqual(window.consoleLines.filter((line) => /violates the following Content Security Policy/.test(line) && /evil|inline event|javascript:(?! navigations)/.test(line)), [])
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
