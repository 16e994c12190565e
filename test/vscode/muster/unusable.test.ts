import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appendNewerLine, snapshot } from '../../unit/cli/folderFiles.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository, waitUntilOff } from './repository.js'

const STATUS = 'muster.status'

describe('records that cannot be used', () => {
  let code: VsCode
  let repository: Repository

  before(async () => { code = await VsCode.start() })
  beforeEach(() => { repository = new Repository() })
  afterEach(async function () {
    await code.saveEvidence(this.currentTest)
    for (const window of code.windows) if (!window.isClosed) await window.close()
    repository.remove()
  })
  after(() => code?.stop())

  const open = async (): Promise<Window> => {
    const window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
    return window
  }

  /** Views and status bar are drawn one after the other. */
  const said = (window: Window, why: RegExp): Promise<unknown> => eventually(`${why} above the agents`, async () => why.test(await window.tree.message('Agents')))

  /** The window shows what is there, and everything that writes says why it does not. */
  const looksOnly = async (window: Window, why: RegExp, brief = why): Promise<void> => {
    await window.statusBar.waitFor(STATUS, 'Muster: read-only')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await window.tree.waitForRow('Agents', (row) => row.label === 'gamma')
    await said(window, brief)
    assert.doesNotMatch(await window.tree.message('Agents'), /turn/i)
    assert.equal(await window.tree.messageFits('Agents'), true)
    await window.editor.open('auth.ts')
    for (const command of ['Lock This File', 'Check In', 'Send Message', 'Propose Decision']) {
      await window.runCommand(`Muster: ${command}`)
      const refusal = await window.notifications.waitFor(why)
      assert.deepEqual(refusal.buttons, ['Try Again', 'Show Log'], command)
      await window.notifications.clear()
    }
  }

  /** Nothing shows but why; asking again says the same. */
  const cannotStart = async (window: Window, why: RegExp): Promise<void> => {
    await window.statusBar.waitFor(STATUS, 'cannot start')
    await said(window, why)
    assert.doesNotMatch(await window.tree.message('Agents'), /turn (it |muster )?on/i)
    await window.runCommand('Muster: Try Again')
    await window.statusBar.waitFor(STATUS, 'cannot start')
    await said(window, why)
  }

  const segment = (): string => join(repository.folder, 'ledger', readdirSync(join(repository.folder, 'ledger')).filter((name) => name.endsWith('.jsonl')).sort().at(-1)!)

  it('of a newer version: shows them, writes nothing, and takes part once they are gone', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    const intact = readFileSync(segment())
    appendNewerLine(segment())
    const before = snapshot(repository.folder)
    const window = await open()
    await looksOnly(window, /newer version of Muster.*update Muster in this window/)
    await window.screenshot('unusable newer')
    assert.deepEqual(snapshot(repository.folder), before)

    writeFileSync(segment(), intact)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
  })

  it('damaged: shows what can be read, and changes nothing', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    await repository.cli('gamma', ['claim', 'src/pay.ts'])
    await repository.cli('gamma', ['claim', 'src/auth.ts'])
    const lines = readFileSync(segment(), 'utf8').split('\n')
    const pay = lines.findIndex((line) => line.includes('src/pay.ts'))
    writeFileSync(segment(), lines.with(pay, 'garbage').join('\n'))
    const before = snapshot(repository.folder)
    const window = await open()
    await looksOnly(window, /records in .*\.muster are damaged.*muster verify/s, /Records are damaged: .*“Muster: What Is Wrong\?” says/)
    await window.runCommand('Muster: What Is Wrong?')
    assert.match((await window.dialog.read()).detail, /00000001\.jsonl: a line after byte \d+/)
    await window.dialog.press('Cancel')
    assert.deepEqual((await window.tree.rows('Locks')).map((row) => row.label), ['cart.ts'])
    await window.screenshot('unusable damaged')
    assert.deepEqual(snapshot(repository.folder), before)
  })

  it('on a disk that cannot be written: shows them, and changes nothing', async function () {
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    const release = makeUnwritable(repository.folder)
    if (release === undefined) return this.skip()
    try {
      const before = snapshot(repository.folder)
      const window = await open()
      await looksOnly(window, /\.muster.* (is on a read-only disk|may not be accessed by this user)/)
      await window.screenshot('unusable disk')
      assert.deepEqual(snapshot(repository.folder), before)
      await window.close()
    } finally {
      release()
    }
  })

  it('with a file in the folder\'s place: says so, leaves it alone, and is off once it is moved away', async () => {
    writeFileSync(repository.folder, 'something else')
    const window = await open()
    await cannotStart(window, /\.muster is a file, not a folder\. Nothing was changed\. Move it away/)
    await window.screenshot('unusable file')
    assert.equal(readFileSync(repository.folder, 'utf8'), 'something else')
    rmSync(repository.folder)
    await window.statusBar.waitForNone(STATUS)
    await waitUntilOff(window)
  })

  it('where no folder can be made: says so, and does not advise to turn it on', async () => {
    const place = process.platform === 'linux' ? '/proc' : '/dev/null'
    repository.write('.vscode/settings.json', JSON.stringify({ 'muster.folder': `${place}/.muster` }))
    const window = await open()
    await window.runCommand('Muster: Turn On Muster Here')
    await window.notifications.waitFor(/\.muster cannot be made/)
    await window.notifications.clear()
    await cannotStart(window, /\.muster cannot be made: .* takes no new files\. Choose a folder on a disk/)
    await window.screenshot('unusable place')
    assert.equal(existsSync(repository.folder), false)
  })
})

/** Takes the right to write from a folder, for root too; undefined where that cannot be done. Answers how to give it back. */
function makeUnwritable(folder: string): (() => void) | undefined {
  if (process.getuid?.() !== 0) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
    for (const file of [folder, ...files]) chmodSync(file, 0o500)
    return () => { for (const file of [folder, ...files]) chmodSync(file, 0o700) }
  }
  try {
    execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const release = (): void => void execFileSync('umount', [folder])
  try {
    execFileSync('mount', ['-o', 'remount,ro,bind', folder], { stdio: 'ignore' })
    return release
  } catch {
    release()
    return undefined
  }
}
