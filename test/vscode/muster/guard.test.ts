import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

const FILE = 'muster.file'

describe('editing what somebody else holds, where the guard blocks', () => {
  let repository: Repository
  let window: Window
  ownWindow({
    settings: { 'muster.guard': 'block', 'muster.notifications.minutes': 0, 'files.autoSave': 'off' },
    prepare: (made) => made.write('src/shop.json', '{\n  "cart": {\n    "rounding": "even"\n  },\n  "pay": {}\n}\n'),
    ready: async (opened) => {
      await opened.repository.cli('gamma', ['claim', 'src/cart.ts'])
      await opened.window.statusBar.waitFor('muster.status', 'Maria')
      await opened.window.runCommand('View: Show Muster')
    },
  }, (opened) => ({ repository, window } = opened))

  it('keeps the file from being edited until somebody decides to, and notes the save as a conflict', async () => {
    await window.editor.open('cart.ts')
    await window.statusBar.waitFor(FILE, /held by gamma/)
    await eventually('the file to be read-only', () => window.editor.isReadonly())
    await window.quickInput.pickAfter(() => window.statusBar.click(FILE), 'Edit Anyway')
    await eventually('the file to be writable', async () => !await window.editor.isReadonly())
    await window.editor.typeAtEnd('// urgent')
    await window.editor.save()
    await window.tree.waitForRow('Work', /Maria saved src\/cart\.ts while gamma held it · .*Maria/)
    const { errors } = await repository.cli('maria', ['error', 'list']) as { errors: { kind: string; resource: string }[] }
    assert.deepEqual(errors.map(({ kind, resource }) => [kind, resource]), [['conflict', 'src/cart.ts']])
  })

  it('closes a file that is locked while it is open, and opens it again when it is free', async () => {
    await window.editor.open('pay.ts')
    assert.equal(await window.editor.isReadonly(), false)
    await repository.cli('gamma', ['claim', 'src/pay.ts'])
    await eventually('the file to be read-only', () => window.editor.isReadonly())
    await window.screenshot('guard blocks')
    await repository.cli('gamma', ['release', 'src/pay.ts'])
    await eventually('the file to be writable', async () => !await window.editor.isReadonly())
    await window.editor.typeAtEnd('// mine')
    await window.editor.save()
    const { errors } = await repository.cli('maria', ['error', 'list']) as { errors: object[] }
    assert.equal(errors.length, 1)
  })

  it('knows no better after a crash than what holds then: read-only while it is held, writable when it became free', async () => {
    await window.editor.open('README.md')
    await repository.cli('gamma', ['claim', 'README.md'])
    await eventually('the file to be read-only', () => window.editor.isReadonly())
    await window.killExtensionHost()
    await window.reload()
    // A reload like a crash may be too soon for the editor to remember what was open.
    await window.editor.open('README.md')
    await eventually('the file to be read-only again', () => window.editor.isReadonly())
    await window.killExtensionHost()
    await repository.cli('gamma', ['release', 'README.md'])
    await window.reload()
    await window.statusBar.waitFor('muster.status', 'Maria')
    await window.editor.open('README.md')
    await eventually('the file to be writable', async () => !await window.editor.isReadonly())
    await window.editor.typeAtEnd('free')
    await window.editor.save()
  })

  it('knows notebooks as it knows files: read-only while another holds it, told of while unsaved, and a conflict when it is saved all the same', async () => {
    const notebook = { cells: [{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['total = 1'] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }
    repository.write('src/study.ipynb', JSON.stringify(notebook))
    await repository.cli('gamma', ['claim', 'src/study.ipynb'])
    // Its cells are editors of their own, which come when one is edited.
    await window.quickInput.openFile('study.ipynb')
    await window.statusBar.waitFor(FILE, /held by gamma/)
    const cell = window.page.locator('.notebookOverlay .cell-list-container .code-cell-row .cell-editor-container').first()
    const write = async (text: string): Promise<string> => {
      await cell.click()
      await window.page.keyboard.type(text)
      return cell.innerText()
    }
    await eventually('the notebook to be read-only', async () => {
      if (!(await write('x')).includes('x')) return true
      await window.page.keyboard.press('Control+z')
      return false
    })
    await window.screenshot('guard notebook')
    await window.quickInput.pickAfter(() => window.statusBar.click(FILE), 'Edit Anyway')
    await eventually('the notebook to be writable', async () => (await write('mine')).includes('mine'))
    await repository.cli('gamma', ['release', 'src/study.ipynb'])
    await eventually('the agent to be told', async () => JSON.stringify(await repository.cli('gamma', ['claim', 'src/study.ipynb'])).includes('unsaved'))
    await window.runCommand('File: Save')
    await window.tree.waitForRow('Work', /Maria saved src\/study\.ipynb while gamma held it/)
    await repository.cli('gamma', ['release', 'src/study.ipynb'])
    await window.editor.close()
  })

  it('tells an agent that locks a file of unsaved changes in it, until they are saved', async () => {
    await window.editor.open('auth.ts')
    await window.editor.typeAtEnd('// not saved')
    const overlaps = async (): Promise<string> => JSON.stringify((await repository.cli('delta', ['claim', 'src/auth.ts']))['overlaps'])
    await eventually('delta to be told', async () => (await overlaps()).includes('Maria has unsaved changes in it'))
    // What is not saved stays the person's to save.
    assert.equal(await window.editor.isReadonly(), false)
    await repository.cli('delta', ['release', 'src/auth.ts'])
    await window.editor.save()
    await eventually('nothing to be told', async () => await overlaps() === '[]')
    await repository.cli('delta', ['release', 'src/auth.ts'])
  })

  it('notes a command in a terminal that says which held file it writes, or has git put it back', async () => {
    const conflicts = async (): Promise<string[]> => {
      const { errors } = await repository.cli('gamma', ['error', 'list', '--kind', 'conflict']) as { errors: { message: string }[] }
      return errors.map(({ message }) => message).filter((message) => message.includes('shell command')).sort()
    }
    repository.write('src/list.ts', 'one\n')
    repository.git('add', '.')
    repository.git('commit', '--quiet', '-m', 'a list')
    await repository.cli('gamma', ['claim', 'src/pay.ts', 'src/list.ts'])
    await window.tree.waitForRow('Locks', /list\.ts · gamma/)
    await window.terminal.open()
    await window.terminal.run('echo "// from a shell" >> src/pay.ts')
    await window.tree.waitForRow('Work', /Maria changed src\/pay\.ts by a shell command while gamma held it/)
    repository.write('src/list.ts', 'work of gamma\n')
    await window.terminal.run('cat src/list.ts && git checkout -- src/list.ts')
    await window.tree.waitForRow('Work', /Maria changed src\/list\.ts by a shell command while gamma held it/)
    await window.screenshot('guard terminal')
    // It reads what its holder writes meanwhile, and writes what nobody else holds.
    repository.write('src/list.ts', 'more of it\n')
    await window.terminal.run('cat src/list.ts; echo x > notes.txt; echo "all $((1 + 1))"')
    await window.terminal.waitFor('all 2')
    await window.terminal.run("sed -i 's/shell/terminal/' src/pay.ts")
    await window.tree.waitForRow('Work', /src\/pay\.ts by a shell command .*2 times/)
    assert.deepEqual(await conflicts(), ['src/list.ts', 'src/pay.ts'].map((file) => `Maria changed ${file} by a shell command while gamma held it`))
    await repository.cli('gamma', ['release', 'src/pay.ts'])
    await repository.cli('gamma', ['release', 'src/list.ts'])
  })

  it('locks what the cursor is in, and leaves the rest of the file to others', async () => {
    await window.editor.open('shop.json')
    await window.editor.goToLine(3)
    // A language server may start late: until then nobody knows what the cursor is in. What is locked already is just said to be.
    await eventually('the lock', async () => {
      if ((await window.tree.rows('Locks')).some(({ label }) => label.includes('shop.json#cart'))) return true
      await window.runCommand('Muster: Lock Function or Class at Cursor')
      return false
    })
    assert.equal((await repository.cli('gamma', ['claim', 'src/shop.json#pay']))['ok'], true)
    assert.equal((await repository.cli('gamma', ['claim', 'src/shop.json#cart']))['heldBy'], 'maria')
  })
})
