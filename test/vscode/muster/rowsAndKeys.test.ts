import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import type { open } from '../../../src/library.js'
import { eventually } from '../driver/eventually.js'
import type { TreeRow } from '../driver/tree.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

const gamma = ({ label }: TreeRow): boolean => label === 'gamma'
const hostile = '<img src=x onerror=globalThis.hit=1> [x](command:workbench.action.quit) $(alert)'

/** The short ways: buttons and menus of rows, keys, the icon's number, and what empty views offer. */
describe('rows, keys and empty views', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma', settings: { 'muster.notifications.minutes': 0 } }, (opened) => ({ repository, window } = opened))

  const keys = async (...chord: string[]): Promise<void> => {
    for (const key of chord) await window.page.keyboard.press(key)
  }
  const inbox = async (): Promise<{ subject: string; kind: string; priority: string; deadline?: string; checklist?: string[] }[]> =>
    ((await repository.cli('gamma', ['inbox', '--peek'])) as { messages: { subject: string; kind: string; priority: string; deadline?: string; checklist?: string[] }[] }).messages

  it('say in every empty view what to begin with', async () => {
    for (const [view, words, button] of [['Locks', 'Nobody holds a lock.', 'Lock This File'], ['Messages', 'No messages yet.', 'Send Message'], ['Decisions', 'No decisions yet.', 'Propose Decision'], ['Work', 'No tasks and no errors.', 'Add Task']] as const) {
      await eventually(`what ${view} offers`, async () => {
        const said = await window.tree.message(view)
        return said.startsWith(words) && said.includes(button)
      })
    }
  })

  it('lock, check in, tell who holds the file, send and show the menu by keys', async () => {
    await window.editor.open('auth.ts')
    await keys('Alt+m', 'l')
    await window.tree.waitForRow('Locks', /auth\.ts · you/)
    await keys('Alt+m', 'c')
    await window.quickInput.answer('Check in on auth.ts', '40')
    await window.quickInput.answer('What are you doing', 'fixing the login')
    await window.tree.waitForRow('Locks', /auth\.ts · you · 40 %/)
    await window.quickInput.rowsAfter(() => keys('Alt+m', 'f'), 'Release')
    await window.quickInput.dismiss()
    await keys('Alt+m', 'm')
    await window.quickInput.waitForRows('gamma')
    await window.quickInput.dismiss()
    await window.quickInput.rowsAfter(() => keys('Alt+m', 'Alt+m'), 'Check In')
    await window.quickInput.dismiss()
  })

  it('send a message from the row of whom it is for, with kind, time to answer and checklist', async () => {
    await window.tree.inlineAction('Agents', gamma, 'Send Message')
    await window.quickInput.answer('What is it about?', 'Release')
    await window.quickInput.answer('Text.', 'Please do these.')
    const chosen = (label: string, description: RegExp): Promise<unknown> => eventually(`${label} to be ${description}`, async () => (await window.quickInput.rows()).some((row) => row.label === label && description.test(row.description)))
    await window.quickInput.pick('Kind')
    await chosen('Kind', /^Asks for help/)
    await window.quickInput.pick('Answer Due')
    await window.quickInput.pick('Within 4 h')
    await chosen('Answer Due', /^Within 4 h/)
    await window.quickInput.pick('About')
    const about = await window.quickInput.waitForRows('src/auth.ts')
    assert.deepEqual(about.map(({ label, description }) => [label, description]), [['src/auth.ts', 'open here · yours'], ['Nothing in particular', '']])
    await window.quickInput.pick('src/auth.ts')
    await chosen('About', /^src\/auth\.ts$/)
    await window.quickInput.pick('Add to Checklist')
    await window.quickInput.answer('What is to be done?', 'tag it')
    await chosen('Send', /^asks for help · answer due within 4 h · 1 point$/)
    await window.quickInput.pick('Send')
    const sent = await eventually('the message', async () => (await inbox()).find(({ subject }) => subject === 'Release'))
    assert.deepEqual([sent.kind, sent.checklist], ['help', ['tag it']])
    const due = Date.parse(sent.deadline ?? '') - Date.now()
    assert.ok(due > 3.9 * 3_600_000 && due <= 4 * 3_600_000, sent.deadline)
  })

  it('open what a message is about from its page', async () => {
    await window.editor.close()
    await window.tree.click('Messages', /^Release/)
    const page = await window.webview.frame('body.muster-document main h1')
    await page.locator('header button', { hasText: 'Open src/auth.ts' }).click()
    await eventually('the file', async () => (await window.editor.activeName()) === 'auth.ts')
  })

  it('count on the icon what is unread and waits for a decision', async () => {
    const count = (): Promise<string> => window.page.locator('.activitybar .action-item').filter({ has: window.page.locator('a.action-label[aria-label^="Muster"]') }).locator('.badge-content').first().innerText({ timeout: 1_000 })
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Just so you know'])
    await eventually('one', async () => await count() === '1')
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even', '--decision', 'As banks do'])
    await eventually('two', async () => await count() === '2')
    await window.tree.click('Messages', 'Just so you know')
    await eventually('one again', async () => await count() === '1')
  })

  it('ask an agent for help and hand it a lock from its row', async () => {
    await window.tree.contextMenu('Agents', gamma, 'Ask for Help')
    await window.quickInput.answer('Ask gamma for help', 'Half even?')
    await window.quickInput.answer('What have you tried?', '')
    await window.tree.waitForRow('Messages', /Half even\?/)
    await window.tree.contextMenu('Agents', gamma, 'Hand Off')
    await window.quickInput.waitFor('What passes on?')
    await window.quickInput.confirm()
    await window.quickInput.answer('What is to be known?', '')
    await window.tree.waitForRow('Locks', /auth\.ts · gamma/)
  })

  it('lock from the editor\'s own menu; check in, release and force-release from the lock\'s row', async () => {
    await window.editor.open('pay.ts')
    await window.editor.menu('Lock This File')
    await window.tree.waitForRow('Locks', /pay\.ts · you/)
    await window.tree.inlineAction('Locks', /pay\.ts · you/, 'Check In')
    await window.quickInput.answer('Check in on pay.ts', '70')
    await window.quickInput.answer('What are you doing', 'retries')
    await window.tree.waitForRow('Locks', /pay\.ts · you · 70 %/)
    await window.tree.inlineAction('Locks', /pay\.ts · you/, 'Release')
    await window.tree.waitForNoRow('Locks', 'pay.ts')
    await window.tree.contextMenu('Locks', /auth\.ts · gamma/, 'Force Release')
    await window.quickInput.answer('is told this reason', 'Needed today')
    await window.tree.waitForNoRow('Locks', 'auth.ts')
    await eventually('gamma to be told', async () => JSON.stringify(await repository.cli('gamma', ['inbox', '--peek'])).includes('Needed today'))
  })

  it('mark agents as done or failed, and never a person', async () => {
    const { open: openLibrary } = (await import(pathToFileURL(library).href)) as { open: typeof open }
    const bea = await openLibrary({ folder: repository.folder, root: repository.root, agent: 'bea', kind: 'person', watch: false })
    const marks = async (label: string): Promise<string[]> => (await window.tree.contextMenuItems('Agents', (row) => row.label === label)).filter((item) => item.startsWith('Mark '))
    try {
      await window.tree.waitForRow('Agents', (row) => row.label === 'bea')
      assert.deepEqual([await marks('gamma'), await marks('bea'), await marks('Maria')], [['Mark Agent as Done', 'Mark Agent as Failed'], [], []])
      await window.runCommand('Muster: Mark Agent as Done')
      assert.deepEqual((await window.quickInput.waitForRows('gamma')).map(({ label }) => label), ['gamma'])
      await window.quickInput.dismiss()
    } finally {
      await bea.close()
    }
  })

  it('tell all there is where the mouse rests, whatever others wrote, as text', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--note', hostile])
    await repository.cli('gamma', ['check-in', '--status', 'blocked', '--blocker', `No key ${hostile}`, '--progress', '30', '--message', hostile])
    await window.tree.waitForRow('Agents', /^gamma.*30 %/)
    for (const [view, row, wanted] of [['Agents', gamma, /Status: blocked · 30 %[^]*Blocked by: No key/], ['Locks', ({ label }: TreeRow) => label === 'cart.ts', /Locked by: gamma[^]*Note/]] as const) {
      const text = await window.tree.hover(view, row)
      assert.match(text, wanted)
      assert.ok(text.includes('<img src=x onerror=globalThis.hit=1> [x](command:workbench.action.quit) $(alert)'), text)
      assert.equal(await window.page.locator('.workbench-hover').locator('img, a, .codicon-alert').count(), 0)
    }
    assert.equal(await window.page.evaluate(() => 'hit' in globalThis), false)
  })

  it('draw no icon of what others wrote in choices and the status bar', async () => {
    const named = '$(trash) evil [x](command:workbench.action.quit)'
    await repository.cli(named, ['claim', 'src/pay.ts', '--note', named])
    await window.tree.waitForRow('Agents', /evil/)
    await window.runCommand('Muster: Send Message')
    const rows = await window.quickInput.waitForRows('evil')
    const shown = (text: string): string => text.replaceAll('\u200b', '')
    assert.ok(rows.some(({ label }) => shown(label) === named), JSON.stringify(rows))
    assert.equal(await window.page.locator('.quick-input-list .monaco-icon-label .codicon-trash').count(), 0)
    await window.screenshot('choice hostile')
    await window.quickInput.pick(/evil/)
    await eventually('the next question', async () => !(await window.quickInput.rows()).some(({ label }) => label.includes('evil')) && (await window.quickInput.ask()).title !== '')
    await window.quickInput.dismiss()
    await window.editor.open('pay.ts')
    await eventually('who holds the file', async () => shown((await window.statusBar.text('muster.file')) ?? '').includes('held by $(trash) evil'))
    const icons = async (item: string): Promise<string[]> => window.page.locator(`.part.statusbar [id$=".${item}"] .codicon`).evaluateAll((all) => all.map((icon) => icon.className))
    assert.deepEqual((await icons('muster.file')).map((icon) => /codicon-lock\b/.test(icon)), [true], 'ours, and no other')
    await window.quickInput.pickAfter(() => window.statusBar.click('muster.status'), /Choose Who This Window Is/)
    await window.quickInput.pick(/New Name/)
    await window.quickInput.typeText('$(flame) Maria')
    await eventually('the name', async () => shown((await window.statusBar.text('muster.status')) ?? '').includes('$(flame) Maria'))
    assert.deepEqual((await icons('muster.status')).map((icon) => /codicon-(account|lock)\b/.test(icon)), [true])
    await window.screenshot('status bar hostile')
  })
})
