import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'
import { oneStory } from './story.js'

const STATUS = 'muster.status'
const FILE = 'muster.file'

/** A workspace file with two repositories, and a second working tree of the first: every file's locks are its own repository's. */
describe('a workspace of several repositories', () => {
  let shop: Repository
  let api: Repository
  let web: Repository
  let workspace: string
  let file: string
  let code: VsCode
  let window: Window

  /** The folders of the workspace, as its file says; the editor follows it. */
  const open = (...more: { path: string; name: string }[]): void => writeFileSync(file, JSON.stringify({ folders: [{ path: shop.root }, { path: api.root, name: 'api' }, { path: shop.worktree }, ...more] }))

  before(async () => {
    ;[shop, api, web] = [new Repository(), new Repository(), new Repository()]
    api.write('src/routes.ts', '// routes\n')
    for (const file of ['src/login.ts', 'src/basket.ts']) shop.write(file, `// ${file}\n`)
    workspace = realpathSync(mkdtempSync(join(tmpdir(), 'muster-workspace-')))
    file = join(workspace, 'both.code-workspace')
    mkdirSync(join(shop.worktree, 'src'), { recursive: true })
    for (const name of ['feature', 'draft']) writeFileSync(join(shop.worktree, 'src', `${name}.ts`), `// ${name}\n`)
    open()
    await shop.cli('beta', ['claim', 'src/login.ts', '--note', 'login'])
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0, 'muster.guard': 'block' } })
    window = await code.openWindow(file, { name: 'both' })
  })
  oneStory(() => code)
  after(async () => {
    await code?.stop()
    shop?.remove()
    api?.remove()
    web?.remove()
    if (workspace !== undefined) removeFolder(workspace)
  })

  it('shows the first that has records, and says which it is', async () => {
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Locks', /login\.ts · beta/)
    await window.statusBar.waitFor(STATUS, /^Maria.* · shop$/m)
    await window.statusBar.waitFor(STATUS, /^Repository: shop\. /m)
  })

  it('wakes the other when an agent makes its first call there, and shows it when it is chosen', async () => {
    await api.cli('gamma', ['claim', 'src/routes.ts', '--note', 'paths'])
    await eventually('Maria to be in api', async () => ((await api.cli('gamma', ['agent', 'list']))['agents'] as { name: string }[]).some(({ name }) => name === 'Maria'))
    assert.match(await window.statusBar.waitFor(STATUS, 'Maria'), /· shop$/, 'what shows stays')
    await window.tree.titleAction('Agents', 'Choose Repository')
    await window.quickInput.waitFor('Which repository?')
    await window.screenshot('several repositories choice')
    await window.quickInput.pick('api')
    await window.tree.waitForRow('Locks', /routes\.ts · gamma/)
    await window.tree.waitForNoRow('Locks', 'login.ts')
    assert.match(await window.statusBar.waitFor(STATUS, '· api'), /^Maria/)
    await window.screenshot('several repositories api')
  })

  it('marks, closes and locks every file in its own repository, whichever is shown', async () => {
    await window.editor.open('login.ts')
    await window.statusBar.waitFor(FILE, /held by beta/)
    await eventually('the file to be read-only', () => window.editor.isReadonly())
    await window.editor.open('routes.ts')
    await window.statusBar.waitFor(FILE, /held by gamma/)
    await window.editor.open('basket.ts')
    await window.runCommand('Muster: Lock This File')
    const claims = async (): Promise<{ resource: string; holderName: string }[]> => (await shop.cli('beta', ['claims']))['claims'] as { resource: string; holderName: string }[]
    await eventually('the lock in shop', async () => (await claims()).some(({ resource, holderName }) => resource === 'src/basket.ts' && holderName === 'Maria'))
    assert.deepEqual(((await api.cli('gamma', ['claims']))['claims'] as { resource: string }[]).map(({ resource }) => resource), ['src/routes.ts'])
    await window.tree.waitForNoRow('Locks', 'basket.ts')
  })

  it('offers what can be done about a file where its repository is not shown', async () => {
    await window.editor.open('login.ts')
    await window.statusBar.waitFor(FILE, /held by beta/)
    await window.quickInput.rowsAfter(() => window.statusBar.click(FILE), 'Ask to Release')
    await window.quickInput.waitFor(/login\.ts: held by beta/)
    await window.quickInput.pick('Ask to Release')
    await window.quickInput.answer('Ask beta to release login.ts', 'for the login')
    await eventually('beta to be asked, in shop', async () => JSON.stringify((await shop.cli('beta', ['inbox', '--unread']))['messages']).includes('for the login'))
  })

  it('tells of a message in the other, in the status bar and by a notification whose button shows its repository', async () => {
    await shop.cli('beta', ['help-request', '--to', 'maria', '--subject', 'Which login?', '--body', 'There are two.'])
    await window.statusBar.waitFor(STATUS, /· api · 1 unread in shop/)
    await window.notifications.waitFor('Maria · shop: beta asks for help: Which login?')
    await window.screenshot('several repositories unread')
    const [first] = await window.quickInput.rowsAfter(() => window.statusBar.click(STATUS), 'Choose Repository')
    assert.deepEqual([first?.label, first?.description], ['Choose Repository', 'api · 1 unread in shop'], 'it leads there')
    await window.screenshot('several repositories menu')
    await window.quickInput.dismiss()
    await window.notifications.clickButton('beta asks for help', 'Show')
    await window.statusBar.waitFor(STATUS, /· shop/)
    await window.tree.waitForRow('Messages', 'Which login?')
    await window.tree.waitForRow('Locks', /basket\.ts · you/)
  })

  it('takes both working trees of one repository as one', async () => {
    await shop.cli('epsilon', ['claim', 'src/feature.ts'], shop.worktree)
    await window.tree.waitForRow('Locks', /feature\.ts · epsilon .*on feat-x/)
    await window.editor.open('feature.ts')
    await window.statusBar.waitFor(FILE, /held by epsilon/)
    await eventually('the file to be read-only', () => window.editor.isReadonly())
  })

  it('tells an agent of unsaved changes in the other working tree, and nothing where it locks the same path in the first', async () => {
    await window.editor.open('draft.ts')
    await window.editor.typeAtEnd('// not saved')
    const overlaps = async (cwd: string): Promise<string> => {
      const { overlaps } = await shop.cli('zeta', ['claim', 'src/draft.ts'], cwd)
      await shop.cli('zeta', ['release', 'src/draft.ts'], cwd)
      return JSON.stringify(overlaps)
    }
    await eventually('zeta to be told', async () => (await overlaps(shop.worktree)).includes('Maria has unsaved changes in it'))
    assert.equal(await overlaps(shop.root), '[]')
    await window.editor.save()
    await eventually('nothing to be told', async () => await overlaps(shop.worktree) === '[]')
  })

  it('says in the status bar that a decision waits in the other', async () => {
    await api.cli('gamma', ['decision', 'propose', '--title', 'Short paths', '--decision', 'At most three parts'])
    await window.statusBar.waitFor(STATUS, /· shop .*1 to decide in api/)
    await window.screenshot('several repositories decision')
  })

  it('is changed by the palette too', async () => {
    await window.runCommand('Muster: Choose Repository…')
    await window.quickInput.pick('api')
    await window.tree.waitForRow('Locks', /routes\.ts · gamma/)
    await window.statusBar.waitFor(STATUS, /· api/)
  })

  it('gives each folder\'s terminals the records of its repository', async () => {
    await window.quickInput.runAndPick('Terminal: Create New Terminal', 'api')
    await window.terminal.waitFor(/[$#]/)
    await window.terminal.run('echo "<$MUSTER_FOLDER>"')
    await window.terminal.waitFor(`<${api.folder}>`)
  })

  it('has one more when a folder is added, and goes back to another when that is closed', async () => {
    await web.cli('delta', ['claim', 'src/page.ts'])
    open({ path: web.root, name: 'web' })
    await eventually('Maria to be in web', async () => ((await web.cli('delta', ['agent', 'list']))['agents'] as { name: string }[]).some(({ name }) => name === 'Maria'))
    await window.runCommand('Muster: Choose Repository…')
    await window.quickInput.pick('web')
    await window.tree.waitForRow('Locks', /page\.ts · delta/)
    await window.statusBar.waitFor(STATUS, /· web/)
    open()
    await window.tree.waitForRow('Locks', /login\.ts · beta/)
    await window.statusBar.waitFor(STATUS, /· shop/)
  })
})
