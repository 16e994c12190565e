import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../driver/eventually.js'
import type { Notification } from '../driver/notifications.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const STATUS = 'muster.status'
const PAGE = 'body.muster-document main h1'

describe('what a person is told', () => {
  let code: VsCode
  let repository: Repository

  // Installed: only then does the editor show toasts.
  before(async () => { code = await VsCode.start({ installed: true }) })
  beforeEach(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
  })
  afterEach(async function () {
    await code.saveEvidence(this.currentTest)
    for (const window of code.windows) if (!window.isClosed) await window.close()
    repository.remove()
  })
  after(() => code?.stop())

  const open = async (): Promise<Window> => {
    const window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    return window
  }
  const ours = (all: Notification[]): string[] => all.filter(({ source }) => source.includes('Muster')).map(({ message }) => message)

  it('disturbs once, shows the rest without disturbing, and repeats nothing after a reload', async () => {
    const window = await open()
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Stuck in the totals', '--kind', 'help'])
    await window.notifications.waitForToast('Maria: gamma asks for help: Stuck in the totals')
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'And in the tests', '--kind', 'help'])
    await repository.cli('beta', ['send', '--to', 'maria', '--subject', 'Me too', '--kind', 'help'])
    await window.statusBar.waitFor(STATUS, '3 unread')
    assert.deepEqual(ours(await window.notifications.all()), ['Maria: gamma asks for help: Stuck in the totals'])

    await window.reload()
    await window.statusBar.waitFor(STATUS, '3 unread')
    assert.deepEqual(ours(await window.notifications.all()), [])
    mkdirSync(join(repository.root, '.vscode'))
    writeFileSync(join(repository.root, '.vscode', 'settings.json'), '{ "muster.notifications.minutes": 0 }')
    const [told, ...others] = [await window.notifications.waitFor('2 things need you'), ...(await window.notifications.all()).slice(1)]
    assert.match(told.message, /And in the tests.*Me too/)
    assert.deepEqual(ours(others), [])
    // One is chosen, then what is done about it.
    await window.notifications.clickButton('2 things need you', 'Show')
    await window.quickInput.pick(/And in the tests/)
    await window.quickInput.pick('Reply')
    await window.quickInput.answer('Reply to gamma', 'Look at the rounding')
    await window.statusBar.waitFor(STATUS, '2 unread')
    await eventually('the answer', async () => JSON.stringify(await repository.cli('gamma', ['inbox'])).includes('Look at the rounding'))
  })

  it('says nothing of the kinds that are switched off, and goes on with the others', async () => {
    mkdirSync(join(repository.root, '.vscode'))
    writeFileSync(join(repository.root, '.vscode', 'settings.json'), '{ "muster.notifications.minutes": 0, "muster.notifications.help": false, "muster.notifications.asks": false }')
    const window = await open()
    await window.editor.open('pay.ts')
    await window.runCommand('Muster: Lock This File')
    await window.tree.waitForRow('Locks', /pay\.ts/)
    await repository.cli('gamma', ['help-request', '--to', 'maria', '--subject', 'Stuck in the totals'])
    await repository.cli('gamma', ['ask', 'src/pay.ts', '--body', 'please'])
    await window.statusBar.waitFor(STATUS, '2 unread')
    // Told after both, by the same look at what there is.
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even'])
    await window.notifications.waitForToast('Maria: gamma proposes D-1: Round half even')
    assert.deepEqual(ours(await window.notifications.all()).filter((text) => !/is yours/.test(text)), ['Maria: gamma proposes D-1: Round half even'])
  })

  it('disturbs once for all windows of a repository', async () => {
    const window = await open()
    const other = await code.openWindow(repository.root)
    await other.statusBar.waitFor(STATUS, /Maria.2/i)
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even'])
    await repository.cli('gamma', ['send', '--to', 'all', '--subject', 'Who knows the totals?', '--kind', 'help'])
    for (const one of [window, other]) {
      await one.statusBar.waitFor(STATUS, '1 unread')
      await one.runCommand('View: Show Muster')
      await one.tree.waitForRow('Decisions', /D-1/)
    }
    const told = await eventually('one of them to tell', async () => {
      const all = [...ours(await window.notifications.all()), ...ours(await other.notifications.all())]
      return all.length > 0 && all
    })
    assert.equal(told.length, 1, told.join('; '))
    assert.match(told[0]!, /^Maria.*gamma (proposes D-1|asks for help)/)
  })

  it('does what its buttons say', async () => {
    mkdirSync(join(repository.root, '.vscode'))
    writeFileSync(join(repository.root, '.vscode', 'settings.json'), '{ "muster.notifications.minutes": 0 }')
    const window = await open()
    const read = async (heading: RegExp): Promise<void> => {
      await eventually(`the page of ${heading}`, async () => heading.test(await (await window.webview.frame(PAGE)).locator('main h1').innerText()))
      await window.editor.close()
    }
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Round half even'])
    await window.notifications.clickButton('gamma proposes D-1: Round half even', 'Show')
    await read(/Round half even/)
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Count in cents'])
    await window.notifications.clickButton('gamma proposes D-2: Count in cents', 'Approve')
    await window.quickInput.answer('Approve D-2', 'At last')
    await window.tree.waitForRow('Decisions', /D-2 Count in cents · approved · by Maria/)
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Drop old browsers'])
    await window.notifications.clickButton('gamma proposes D-3: Drop old browsers', 'Reject')
    await window.quickInput.answer('Why not?', 'Too many customers use them')
    await window.tree.waitForRow('Decisions', /D-3 Drop old browsers · rejected · by Maria/)
    const { decisions } = await repository.cli('gamma', ['decision', 'list']) as { decisions: { id: string; status: string; review?: { note: string } }[] }
    assert.deepEqual(decisions.map(({ id, status, review }) => [id, status, review?.note]), [['D-1', 'proposed', undefined], ['D-2', 'approved', 'At last'], ['D-3', 'rejected', 'Too many customers use them']])

    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Stuck in the totals', '--kind', 'help'])
    await window.notifications.clickButton('gamma asks for help: Stuck in the totals', 'Show')
    await read(/Stuck in the totals/)
    await window.tree.contextMenu('Locks', 'cart.ts', 'Wait for Lock')
    await window.tree.waitForRow('Locks', /^you · waits, is next/)
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    await window.notifications.clickButton('src/cart.ts is yours now.', 'Open File')
    await eventually('the file', async () => await window.editor.activeName() === 'cart.ts')
    // Neither has to be read once more.
    await window.statusBar.waitFor(STATUS, /Maria$/m)
  })

  it('says once that the records were replaced by others', async () => {
    const window = await open()
    removeFolder(repository.folder)
    await repository.cli('beta', ['claim', 'src/pay.ts'])
    const told = await window.notifications.waitForToast("Muster's records in this repository were deleted or replaced while this window was open.")
    assert.deepEqual(told.buttons, ['Show Log'])
    await window.screenshot('toasts replaced')
    await window.tree.waitForRow('Locks', /pay\.ts · beta/)
    await window.tree.waitForNoRow('Locks', 'cart.ts')
    await window.statusBar.waitFor(STATUS, 'Maria')
    await repository.cli('beta', ['claim', 'src/auth.ts'])
    await window.tree.waitForRow('Locks', /auth\.ts · beta/)
    assert.equal(ours(await window.notifications.all()).length, 1)
  })

  it('says that the records were replaced by an older copy', async () => {
    const window = await open()
    const ledger = join(repository.folder, 'ledger')
    cpSync(ledger, `${ledger}-copy`, { recursive: true })
    await repository.cli('beta', ['claim', 'src/pay.ts'])
    await window.tree.waitForRow('Locks', /pay\.ts · beta/)
    removeFolder(ledger)
    cpSync(`${ledger}-copy`, ledger, { recursive: true })
    await window.notifications.waitForToast('were replaced by an older copy while this window was open')
    await window.tree.waitForNoRow('Locks', 'pay.ts')
  })
})
