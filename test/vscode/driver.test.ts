import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/projectRoot.js'
import { removeFolder } from '../../scripts/removeFolder.js'
import { eventually } from './driver/eventually.js'
import { VsCode } from './driver/vsCode.js'
import type { Window } from './driver/window.js'

const probe = join(projectRoot, 'test', 'vscode', 'fixture', 'probe-extension')

/** Guards what the driver relies on in VS Code's pages, with an extension that shows one of everything. */
describe('driver of the editor tests', () => {
  let folder: string

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-driver-')))
    writeFileSync(join(folder, 'a.txt'), 'first line\n')
    writeFileSync(join(folder, '.gitignore'), 'deactivated.txt\n')
    execFileSync('git', ['init', '--quiet', folder])
  })
  after(() => removeFolder(folder))

  describe('with an extension under development', () => {
    let code: VsCode
    let one: Window
    let two: Window

    before(async () => {
      code = await VsCode.start({ extension: probe })
      one = await code.openWindow(folder)
      two = await code.openWindow(folder)
    })
    afterEach(function () { return code.saveEvidence(this.currentTest) })
    after(() => code?.stop())

    it('shows two windows on one folder, each with an extension host of its own', async () => {
      await one.statusBar.waitFor('count', 'Probe 0')
      await two.statusBar.waitFor('count', 'Probe 0')
      assert.notEqual(one.extensionHost(), two.extensionHost())
      for (const window of [one, two]) {
        await window.openView('Probe')
        await window.tree.waitForRow('Rows', `pid ${window.extensionHost()}`)
      }
    })

    it('runs a command through the palette in one window only, and refuses one that is missing', async () => {
      await one.runCommand('Probe: Count')
      await one.statusBar.waitFor('count', 'Probe 1')
      await one.statusBar.waitFor('count', 'Probe counted 1')
      assert.equal(await two.statusBar.text('count'), 'Probe 0')
      assert.equal(await one.quickInput.hasCommand('Probe: Greet'), true)
      assert.equal(await one.quickInput.hasCommand('Probe: Gre'), false)
    })

    it('reads and uses the rows of a tree', async () => {
      const rows = await one.tree.rows('Rows')
      assert.deepEqual(rows.map((row) => row.label.split(' ')[0]), ['counted', 'branch', 'victim'])
      assert.deepEqual(rows.map((row) => row.icon), ['beaker', 'folder', 'lock'])
      assert.deepEqual(rows.map((row) => row.expanded), [undefined, false, undefined])
      await one.tree.expand('Rows', 'branch')
      assert.equal((await one.tree.waitForRow('Rows', 'leaf')).level, 2)
      assert.match(await one.tree.hover('Rows', 'victim'), /A row to be removed/)
      await eventually('what an empty view says', async () => await one.tree.message('Empty') === 'Nothing here yet.')
    })

    it('presses buttons of rows and views and chooses from context menus', async () => {
      await one.tree.titleAction('Rows', 'Count')
      await one.statusBar.waitFor('count', 'Probe 2')
      await one.tree.inlineAction('Rows', 'victim', 'Remove')
      await one.tree.waitForNoRow('Rows', 'victim')
      await two.tree.contextMenu('Rows', 'victim', 'Remove')
      await two.tree.waitForNoRow('Rows', 'victim')
    })

    it('answers questions, messages and modal questions', async () => {
      await one.statusBar.click('count')
      await one.quickInput.waitFor('Which greeting?')
      assert.equal((await one.quickInput.waitForRows('Bye')).length, 2)
      await one.quickInput.pick('Bye')
      await one.quickInput.answer('Who?', '')
      await one.quickInput.waitForMessage('A name is needed')
      await one.quickInput.typeText('Ada')
      const message = await one.notifications.waitFor('Bye, Ada')
      assert.deepEqual(message.buttons, ['Again', 'Enough'])
      await one.notifications.clickButton('Bye, Ada', 'Enough')
      assert.equal((await one.dialog.read()).message, 'You said Enough')
      await one.dialog.press('Fine')
    })

    it('edits and saves a file and sees its decoration', async () => {
      await one.editor.open('a.txt')
      await one.editor.typeAtEnd('second line\n')
      await one.editor.save()
      assert.equal(readFileSync(join(folder, 'a.txt'), 'utf8'), 'first line\nsecond line\n')
      await eventually('what was typed', async () => (await one.editor.visibleText()).includes('second line'))
      await one.openView('Explorer')
      await eventually('the badge', async () => (await one.editor.explorerDecoration('a.txt')).badge.includes('P'))
      await one.editor.close()
    })

    it('runs a line in the terminal, with the variables of the extension', async () => {
      await one.terminal.open()
      await one.terminal.run('echo "<$PROBE>"')
      await one.terminal.waitFor('<from the extension>')
    })

    it('kills the extension host of one window; the other lives', async () => {
      const other = two.extensionHost()
      const killed = await one.killExtensionHost()
      assert.notEqual(killed, other)
      await two.runCommand('Probe: Count')
      await two.statusBar.waitFor('count', /Probe \d/)
      assert.equal(two.extensionHost(), other)
    })

    it('reloads a window into a new extension host', async () => {
      const before = one.extensionHost()
      await one.reload()
      await one.statusBar.waitFor('count', /Probe \d/)
      assert.notEqual(one.extensionHost(), before)
      assert.ok(one.extensionHost())
    })

    it('closes a window as a person does: the extension is deactivated', async () => {
      const host = two.extensionHost()
      await two.close()
      await eventually('deactivate to have run', () => existsSync(join(folder, 'deactivated.txt'))
        && readFileSync(join(folder, 'deactivated.txt'), 'utf8').split('\n').includes(String(host)))
    })
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`leaves no process and no file behind when it is ended by ${signal}`, async () => {
      const temporary = join(folder, `tmp-${signal}`)
      mkdirSync(temporary)
      const env = { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary }
      const child = spawn(process.execPath, [join(projectRoot, 'out', 'test', 'vscode', 'driver', 'leftOpen.js'), folder], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve))
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
      const [, ...pids] = await eventually('the window', () => /^open (\d+) (\d+)$/m.exec(output) ?? undefined)
      child.kill(signal)
      assert.equal(await ended, signal === 'SIGINT' ? 130 : 143)
      assert.deepEqual(readdirSync(temporary), [])
      for (const pid of pids) {
        // Whoever takes in what others leave behind may not have come by yet.
        await eventually(`the end of ${pid}`, () => {
          assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
          return true
        })
      }
    })
  }

  describe('with the extension installed', () => {
    let code: VsCode

    before(async () => { code = await VsCode.start({ extension: probe, installed: true, workspaceTrust: false }) })
    afterEach(function () { return code.saveEvidence(this.currentTest) })
    after(() => code?.stop())

    it('shows toasts', async () => {
      const window = await code.openWindow(folder)
      await window.statusBar.waitFor('count', 'Probe')
      await window.runCommand('Probe: Greet')
      await window.quickInput.pick('Hello')
      await window.quickInput.typeText('Bob')
      const toast = await window.notifications.waitForToast('Hello, Bob')
      assert.deepEqual(toast.buttons, ['Again', 'Enough'])
      assert.match(toast.source, /probe/i)
      await window.screenshot('driver toast')
      await window.notifications.clickButton('Hello, Bob', 'Again')
      assert.equal((await window.dialog.read()).message, 'You said Again')
      await window.dialog.press('Fine')
    })
  })
})
