import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Save, SavedGroup } from '../../../src/core/model/save.js'
import { eventually, waitLimitMs } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const STATUS = 'muster.status'
const settings = { 'muster.session.unsavedText': true, 'muster.notifications.minutes': 0, 'workbench.editor.enablePreviewFromQuickOpen': true, 'terminal.integrated.enablePersistentSessions': false }

describe('a session that is recovered', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  const saves = (): Save[] => {
    const folder = join(repository.folder, 'sessions', 'maria')
    if (!existsSync(folder)) return []
    return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().reverse().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Save)
  }
  const groups = (): SavedGroup[] => saves()[0]?.content?.groups ?? []

  before(async () => {
    repository = new Repository()
    repository.write('src/long.ts', Array.from({ length: 300 }, (_, n) => `line ${n + 1}`).join('\n'))
    repository.git('add', '.')
    repository.git('commit', '--quiet', '-m', 'long')
    await repository.cli('gamma', ['claim', 'src/pay.ts'])
    code = await VsCode.start({ settings })
    window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.runCommand('View: Show Muster')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('is saved while somebody works: editors in two groups, positions, pinned and preview, unsaved text, terminals, locks', async () => {
    await window.editor.open('auth.ts')
    await window.runCommand('View: Pin Editor')
    await window.runCommand('Muster: Lock This File')
    await window.tree.waitForRow('Locks', /auth\.ts · you/)
    await window.editor.open('cart.ts')
    await window.editor.typeAtEnd('// typed and not saved\n')
    await window.editor.open('long.ts')
    await window.editor.splitRight('long.ts')
    await window.page.keyboard.press('Control+G')
    await window.quickInput.typeText(':120')
    await window.quickInput.openFile('README.md')
    await eventually('README in the second group', async () => (await window.editor.tabs()).at(-1) === 'README.md')
    await window.editor.waitFor('README.md')
    await window.editor.typeUntitled('only in my head')
    for (const command of ['touch ran-$((40+2))', 'sleep 1000']) {
      await window.terminal.open()
      await window.terminal.run(command)
    }
    await window.terminal.waitFor('sleep 1000')
    const save = await eventually('a save with all of it', () => {
      const [newest] = saves()
      const commands = newest?.content?.terminals.map(({ command }) => command)
      return newest?.content?.unsaved.length === 2 && commands?.includes('sleep 1000') === true && commands.includes('touch ran-$((40+2))') && newest
    })
    const [first, second] = save.content!.groups
    assert.deepEqual(first!.tabs.map(({ label, pinned }) => [label, pinned === true]), [['auth.ts', true], ['cart.ts', false], ['long.ts', false]])
    assert.deepEqual(second!.tabs.map(({ label, preview }) => [label, preview === true]).slice(0, 2), [['long.ts', false], ['README.md', true]])
    assert.equal(second!.tabs.find(({ label }) => label === 'long.ts')!.selections![0]![0], 119)
    assert.deepEqual(save.content!.unsaved.map(({ text }) => text).sort(), ['// src/cart.ts\n// typed and not saved\n', 'only in my head'])
    assert.deepEqual(save.content!.terminals.map(({ name }) => name), ['bash', 'bash'])
    assert.deepEqual(save.claims.filter(({ heldBy }) => heldBy === 'maria').map(({ resource }) => resource), ['src/auth.ts'])
    assert.deepEqual(save.repositories.map(({ branch }) => branch), ['main', 'feat-x'])
    const file = join(repository.folder, 'sessions', 'maria', `${save.id}.json`)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    await window.screenshot('session before')
  })

  it('comes back in a window that knows nothing, after everything was killed', async () => {
    const before = saves()[0]!
    await eventually('the first command to have run', () => existsSync(join(repository.root, 'ran-42')))
    rmSync(join(repository.root, 'ran-42'))
    await window.killExtensionHost()
    await code.stop()
    // Another place for all the editor keeps: it restores nothing itself.
    code = await VsCode.start({ settings })
    window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.notifications.clickButton('This window did not close as it should.', 'Recover…')
    await eventually('all editors', async () => (await window.editor.tabs()).length >= 6)
    const made = await eventually('the same editors', () => {
      const labels = (list: readonly SavedGroup[]): string => JSON.stringify(list.map(({ tabs }) => tabs.filter(({ uri }) => uri?.startsWith('file:')).map(({ label, pinned, preview }) => [label, pinned === true, preview === true])))
      return labels(groups()) === labels(before.content!.groups) && saves()[0]!.id !== before.id && saves()[0]!.content!.unsaved.length === 2 && saves()[0]
    })
    const second = made.content!.groups[1]!.tabs
    assert.equal(second.find(({ label }) => label === 'long.ts')!.selections![0]![0], 119)
    assert.deepEqual(made.content!.unsaved.map(({ text }) => text).sort(), before.content!.unsaved.map(({ text }) => text).sort())
    assert.equal(readFileSync(join(repository.root, 'src/cart.ts'), 'utf8'), '// src/cart.ts\n', 'the file itself is not touched')
    const claims = (list: Save): unknown => list.claims.filter(({ heldBy }) => heldBy === 'maria').map(({ resource, token }) => [resource, token])
    assert.deepEqual(claims(made), claims(before))
    await window.screenshot('session after')
  })

  it('types the last commands into new terminals, and runs none', async () => {
    const terminals = await eventually('two terminals', () => {
      const list = saves()[0]?.content?.terminals ?? []
      return list.length === 2 && list
    })
    assert.deepEqual(terminals.map(({ cwd }) => cwd?.endsWith('/shop')), [true, true])
    await window.terminal.waitFor(/[#$] sleep 1000$/)
    await window.screenshot('session terminals')
    assert.equal(existsSync(join(repository.root, 'ran-42')), false)
  })

  it('does nothing more when it is all there', async () => {
    await window.runCommand('Muster: Save Session')
    await window.runCommand('Muster: Recover Session…')
    const rows = await window.quickInput.waitForRows(/ago|just now/)
    assert.match(rows[0]!.description, /this window/)
    assert.match(rows[0]!.detail, /editors in 2 groups · 2 unsaved texts · 2 terminals · 2 locks · feat-x, main|editors in 2 groups · 2 unsaved texts · 2 terminals · 2 locks · main, feat-x/)
    await window.screenshot('session list')
    const tabs = await window.editor.tabs()
    await window.quickInput.pick(/ago|just now/)
    await window.statusBar.waitFor(STATUS, 'Maria')
    assert.deepEqual(await window.editor.tabs(), tabs)
  })
})

describe('a session with newer text', () => {
  let repository: Repository
  let code: VsCode

  before(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['claim', 'src/pay.ts'])
    code = await VsCode.start({ settings })
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  /** A window that is still loading takes the focus, and with it a list away: then it is opened once more, as a person would. */
  const recover = async (window: Window, told: RegExp): Promise<void> => {
    await eventually('the recovery', async () => {
      await window.runCommand('Muster: Recover Session…')
      await window.quickInput.pick(/ago|just now/)
      return window.notifications.waitFor(told)
    })
  }

  const isSaved = (text: string): boolean => {
    const folder = join(repository.folder, 'sessions', 'maria')
    return existsSync(folder) && readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').includes(text))
  }

  it('shows both side by side, and keeps the newer', async () => {
    let window = await code.openWindow(repository.root, { profile: 'one' })
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.editor.open('auth.ts')
    await window.runCommand('Muster: Lock This File')
    await window.editor.typeAtEnd('// mine, not saved\n')
    await eventually('the text in a save', () => isSaved('mine, not saved'))
    await window.crash()
    // What the editor keeps of unsaved text by itself, and would bring back before anybody asks.
    for (const name of readdirSync(code.dataDir, { recursive: true, encoding: 'utf8' })) if (basename(name) === 'Backups') removeFolder(join(code.dataDir, name))
    repository.write('src/auth.ts', '// newer, by somebody else\n')
    window = await code.openWindow(repository.root, { profile: 'two' })
    await window.statusBar.waitFor(STATUS, 'Maria')
    await recover(window, /Recovered, except for one thing: auth\.ts: there is newer text/)
    await window.notifications.clickButton(/Recovered, except for one thing: auth\.ts: there is newer text/, 'Show Report')
    await eventually('the report', async () => /auth\.ts: there is newer text/.test(await window.editor.visibleText()))
    await window.screenshot('session report')
    assert.ok((await window.editor.tabs()).length >= 2)
    await window.runCommand('View: Close Editor')
    await eventually('both texts', async () => {
      const text = await window.page.locator('.part.editor .monaco-diff-editor').first().innerText()
      return text.includes('mine,') && text.includes('newer,')
    })
    await window.screenshot('session side by side')
    assert.equal(readFileSync(join(repository.root, 'src/auth.ts'), 'utf8'), '// newer, by somebody else\n')
    await window.close()
  })

  it('shows both, also where the editor itself brings the older back, and says who has a lock now', async () => {
    let window = await code.openWindow(repository.root, { profile: 'three' })
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.editor.open('cart.ts')
    await window.runCommand('Muster: Lock This File')
    await window.editor.typeAtEnd('// mine, and unsaved\n')
    await eventually('the text in a save', () => isSaved('mine, and unsaved'))
    // The page stays, and another host becomes this window.
    await window.killExtensionHost()
    await window.reload()
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.crash()
    repository.write('src/cart.ts', '// newer, by beta\n')
    // Closing a page may be a reload, whose locks wait for a minute.
    await eventually('beta to have the lock', async () => (await repository.cli('beta', ['claim', 'src/cart.ts', '--take-over', '--force']))['ok'] === true, 60_000 + waitLimitMs)
    window = await code.openWindow(repository.root, { profile: 'three' })
    await window.statusBar.waitFor(STATUS, 'Maria')
    await recover(window, /Recovered, except for 2 things/)
    await window.notifications.clickButton(/Recovered, except for 2 things/, 'Show Report')
    await eventually('the report', async () => /cart\.ts: beta has locked it since\.[^]*cart\.ts: there is newer text/.test(await window.editor.visibleText()))
    await window.runCommand('View: Close Editor')
    await eventually('both texts', async () => {
      const text = await window.page.locator('.part.editor .monaco-diff-editor').first().innerText()
      return text.includes('mine,') && text.includes('newer,')
    })
    await window.screenshot('session newer file')
    assert.equal(readFileSync(join(repository.root, 'src/cart.ts'), 'utf8'), '// newer, by beta\n')
  })
})
