import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame } from 'playwright-core'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

const PAGE = 'body.muster-document main h1'

/** What no story of another file comes by. That every command is run somewhere is test/unit/tooling/editorCommands.test.ts's. */
describe('commands of the palette and of rows', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma', settings: { 'muster.notifications.minutes': 0 } }, (opened) => ({ repository, window } = opened))

  /** Waits for the page that is headed so. */
  async function page(heading: RegExp): Promise<Frame> {
    return eventually(`a page headed ${heading}`, async () => {
      const frame = await window.webview.frame(PAGE)
      return heading.test(await frame.locator('main h1').innerText()) && frame
    })
  }

  it('messages, decisions, tasks and errors are read by palette', async () => {
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Totals', '--body', 'Half even?'])
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even', '--decision', 'As banks do'])
    await repository.cli('gamma', ['task', 'add', '--title', 'Whole cents', '--acceptance', 'no floats are left'])
    await repository.cli('gamma', ['error', 'log', '--message', 'Totals differ', '--stack', 'at sum (cart.ts:4)'])
    await window.tree.waitForRow('Work', /Totals differ/)
    for (const [command, row, heading, said] of [
      ['Read Message', 'Totals', /^Totals/, 'Half even?'],
      ['Read Decision', 'D-1 Round half even', /^D-1 Round half even/, 'As banks do'],
      ['Read Task', 'T-1 Whole cents', /Whole cents/, 'no floats are left'],
      ['Read Error', 'E-1 Totals differ', /^E-1/, 'at sum (cart.ts:4)'],
    ] as const) {
      await window.runCommand(`Muster: ${command}`)
      await window.quickInput.pick(row)
      const shown = await page(heading)
      assert.ok((await shown.locator('main').innerText()).includes(said), `${said} on the page of ${row}`)
    }
    // Read is seen, and not yet acknowledged.
    await window.tree.waitForRow('Messages', /^Totals · gamma · (just now|\d+ min ago)/)
    await window.runCommand('Muster: Acknowledge Message')
    await window.quickInput.pick('Totals')
    await window.tree.waitForRow('Messages', /Totals · gamma · acknowledged/)
  })

  it('rows of tasks, errors and decisions are read by their menus', async () => {
    for (const [view, row, entry, heading] of [
      ['Work', /Whole cents/, 'Read Task', /Whole cents/],
      ['Work', /Totals differ/, 'Read Error', /^E-1/],
      ['Decisions', /Round half even/, 'Read Decision', /^D-1/],
      ['Messages', /^Totals/, 'Read Message', /^Totals/],
    ] as const) {
      await window.tree.contextMenu(view, row, entry)
      await page(heading)
    }
  })

  it('a message leads to the file that it is about from its row, and the button above Agents asks about the person\'s own work', async () => {
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Look here', '--body', 'Line 4', '--about', 'src/cart.ts'])
    await window.tree.waitForRow('Messages', /^Look here/)
    await window.tree.contextMenu('Messages', /^Look here/, 'Open Its File')
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')
    await window.tree.titleAction('Agents', 'Check In')
    await window.quickInput.waitFor(/^Check in$/m)
    await window.quickInput.dismiss()
  })

  it('a lock is extended, looked at and opened from its row, and the list is flat again at a click', async () => {
    await window.editor.open('pay.ts')
    await window.runCommand('Muster: Lock This File')
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--note', 'totals'])
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    const mine = async (): Promise<{ resource: string; expiresAt: string } | undefined> =>
      ((await repository.cli('gamma', ['claims'])) as { claims: { resource: string; expiresAt: string }[] }).claims.find(({ resource }) => resource === 'src/pay.ts')
    await window.tree.contextMenu('Locks', /pay\.ts · you/, 'Keep Lock Longer')
    await window.quickInput.typeText('90')
    await eventually('90 minutes', async () => Date.parse((await mine())?.expiresAt ?? '') > Date.now() + 80 * 60_000)
    await window.tree.waitForRow('Locks', /^pay\.ts · you · (90|8\d) min left/)

    await window.tree.contextMenu('Locks', /cart\.ts/, 'Show Lock Details')
    await window.quickInput.waitFor(/src\/cart\.ts: .*gamma/)
    assert.match((await window.quickInput.ask()).placeholder, /totals/)
    await window.quickInput.dismiss()
    await window.tree.contextMenu('Locks', /cart\.ts/, 'Open Locked File')
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')

    await window.tree.titleAction('Locks', 'Show Locks by Folder')
    await window.tree.waitForRow('Locks', ({ label, level }) => label === 'src' && level === 1)
    await window.tree.titleAction('Locks', 'Show Locks as a List')
    await window.tree.waitForRow('Locks', ({ label, level }) => label === 'cart.ts' && level === 1)
    await window.tree.waitForNoRow('Locks', ({ label }) => label === 'src')
  })

  it('a lock that is asked for is kept, as a whole or in part, from the message and its row', async () => {
    // What was answered is a thread of two.
    const unanswered = ({ label, description }: { label: string; description: string }): boolean => label.startsWith('Please release') && !/answered|messages/.test(description)
    const asks = async (body: string): Promise<void> => {
      await repository.cli('gamma', ['ask', 'src/pay.ts', '--body', body])
      await window.tree.waitForRow('Messages', unanswered)
    }
    const inbox = async (): Promise<string> => JSON.stringify(await repository.cli('gamma', ['inbox', '--peek']))
    await asks('for the hotfix')
    await window.runCommand('Muster: Keep Requested Lock…')
    await window.quickInput.pick(/Please release/)
    await window.quickInput.answer('Tell gamma why you still need it', 'until noon')
    await eventually('gamma to be told', async () => (await inbox()).includes('until noon'))

    await asks('once more')
    const offered = await window.tree.contextMenuItems('Messages', unanswered)
    assert.deepEqual(['Release Lock', 'Keep Requested Lock…', 'Narrow Requested Lock…', 'Reply to Message'].filter((item) => !offered.includes(item)), [])
    await window.tree.click('Messages', unanswered)
    const shown = await page(/^Please release/)
    assert.deepEqual((await shown.locator('header button').allInnerTexts()).slice(0, 4), ['Release', 'Keep It…', 'Narrow…', 'Reply'])
    await window.screenshot('message that asks for a lock')
    await window.tree.contextMenu('Messages', unanswered, 'Narrow Requested Lock')
    await window.quickInput.answer('Files, folders or symbols that you keep', 'src/pay.ts#retry')
    await window.tree.waitForRow('Locks', /^pay\.ts#retry · you/)
    await window.tree.waitForNoRow('Locks', ({ label }) => label === 'pay.ts')
  })

  it('an agent is marked as failed, with what went wrong for whoever goes on', async () => {
    await repository.cli('delta', ['check-in', '--status', 'working', '--progress', '40'])
    await window.tree.waitForRow('Agents', /^delta/)
    await window.runCommand('Muster: Mark Agent as Failed')
    await window.quickInput.pick('delta')
    await window.quickInput.waitFor('What went wrong?')
    await window.quickInput.confirm()
    await window.quickInput.waitForMessage('This cannot be empty.')
    await window.quickInput.typeText('Ran out of credit')
    await window.tree.waitForRow('Agents', /^delta.*failed/)
    const { agent } = (await repository.cli('gamma', ['agent', 'show', 'delta'])) as { agent: { status: string; error: string } }
    assert.deepEqual([agent.status, agent.error], ['failed', 'Ran out of credit'])
  })

  it('a run is started with a name and a command, and its folder and log are opened', async () => {
    await window.runCommand('Muster: Start Run…')
    await window.quickInput.waitFor('What is it called?')
    await window.quickInput.fill('no spaces')
    await window.quickInput.waitForMessage('Letters, digits, dots and dashes')
    await window.quickInput.typeText('sweep')
    await window.quickInput.answer('Which command does the work?', '')
    await window.tree.waitForRow('Work', /^sweep · .*running/)
    const runs = join(repository.root, 'experiments')
    const folder = readdirSync(runs).find((name) => name.endsWith('_sweep'))!
    assert.ok(existsSync(join(runs, folder, '.LOCK')))

    await window.runCommand('Muster: Start Run…')
    await window.quickInput.answer('What is it called?', 'sums')
    await window.quickInput.answer('Which command does the work?', 'echo $((40+2)) sums')
    const log = (): string => {
      const name = existsSync(runs) ? readdirSync(runs).find((one) => one.endsWith('_sums')) : undefined
      const file = join(runs, name ?? '', 'logs', 'output.txt')
      return name !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : ''
    }
    await eventually('what the command wrote', () => log().includes('42 sums'))
    await window.tree.expand('Work', (row) => row.label === 'Completed runs')
    await window.tree.waitForRow('Work', /^sums · completed/)
    await window.tree.inlineAction('Work', /^sums/, 'Open Run Log')
    await eventually('its log', async () => (await window.editor.visibleText()).includes('42 sums'))
    await window.runCommand('Muster: Open Run Log')
    await window.quickInput.pick('sweep')
    await eventually('what there is of the other', async () => await window.editor.activeName() === '.LOCK')
    await window.runCommand('Muster: Open Run Folder')
    await window.quickInput.pick('sweep')
    await window.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${folder}"]`).waitFor()
    await window.runCommand('View: Show Muster')
    await window.tree.contextMenu('Work', /^sweep/, 'Open Run Folder')
    await window.page.locator(`.explorer-folders-view .monaco-list-row.selected[aria-label^="${folder}"]`).waitFor()
  })

  it('the window is somebody else by palette, and its settings and log are found', async () => {
    await window.runCommand('Muster: Choose Who This Window Is…')
    await window.quickInput.pick('New Name…')
    await window.quickInput.answer('A name the others see', 'Olga')
    const { message, detail } = await window.dialog.read()
    assert.match(`${message}${detail}`, /^Maria holds 2 locks\. When this window becomes somebody else, those on files without changes are released; the others stay with Maria/)
    await window.screenshot('becoming somebody else')
    await window.dialog.press('Go On')
    await window.statusBar.waitFor('muster.status', 'Olga')
    await window.runCommand('Muster: Open Settings')
    await eventually('Muster\'s settings', async () => (await window.page.locator('.settings-editor .setting-item-category').allInnerTexts()).some((text) => /Muster/.test(text)))
    await window.screenshot('settings')
    await window.runCommand('Muster: Show Log')
    await eventually('the log', async () => (await window.page.locator('.part.panel .output-view-actions-container, .part.panel .title-actions, .part.panel select, .part.panel').allInnerTexts()).some((text) => /Muster/.test(text)))
  })
})
