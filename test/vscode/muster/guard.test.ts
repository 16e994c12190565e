import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const FILE = 'muster.file'

describe('editing what somebody else holds, where the guard blocks', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    repository.write('src/shop.json', '{\n  "cart": {\n    "rounding": "even"\n  },\n  "pay": {}\n}\n')
    code = await VsCode.start({ settings: { 'muster.guard': 'block', 'muster.notifications.minutes': 0, 'files.autoSave': 'off' } })
    window = await code.openWindow(repository.root)
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    await window.statusBar.waitFor('muster.status', 'Maria')
    await window.runCommand('View: Show Muster')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('keeps the file from being edited until somebody decides to, and notes the save as a conflict', async () => {
    await window.editor.open('cart.ts')
    await window.statusBar.waitFor(FILE, /held by gamma/)
    await eventually('the file to be read-only', () => window.editor.isReadonly())
    await window.statusBar.click(FILE)
    await window.quickInput.pick('Edit Anyway')
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

  it('locks what the cursor is in, and leaves the rest of the file to others', async () => {
    await window.editor.open('shop.json')
    await window.editor.goToLine(3)
    await window.runCommand('Muster: Lock Function or Class at Cursor')
    await window.tree.waitForRow('Locks', /shop\.json#cart/)
    assert.equal((await repository.cli('gamma', ['claim', 'src/shop.json#pay']))['ok'], true)
    assert.equal((await repository.cli('gamma', ['claim', 'src/shop.json#cart']))['heldBy'], 'maria')
  })
})
