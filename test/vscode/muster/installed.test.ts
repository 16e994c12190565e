import assert from 'node:assert/strict'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { makeVsix, stage } from '../../../scripts/packaging.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Jobs } from './jobs.js'
import { Repository } from './repository.js'

const STATUS = 'muster.status'

/** What people install: the package, put in by the editor itself, and nothing of the project around it. */
describe('the package, installed', () => {
  let folder: string
  let repository: Repository
  let jobs: Jobs
  let code: VsCode
  let window: Window
  let place: string

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-vsix-')))
    stage(join(folder, 'source'))
    const vsix = makeVsix(join(folder, 'source'), folder)
    removeFolder(join(folder, 'source'))
    repository = new Repository()
    jobs = new Jobs()
    // Under development is only another extension: a window that has one can be asked for its terminals and tools.
    code = await VsCode.start({ vsix, extension: join(projectRoot, 'test', 'vscode', 'fixture', 'probe-extension'), settings: { 'chat.disableAIFeatures': false }, env: jobs.env })
    window = await code.openWindow(repository.root, { extensionTestsPath: jobs.runner })
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
    jobs?.remove()
    removeFolder(folder)
  })

  it('is where the editor keeps extensions, whole, and knows of no other place', async () => {
    [place = ''] = await jobs.ask({ job: 'place', id: 'muster.muster' })
    assert.ok(realpathSync(place).startsWith(`${code.dataDir}${sep}`), place)
    for (const name of readdirSync(place, { recursive: true, encoding: 'utf8' })) {
      const file = join(place, name)
      assert.equal(lstatSync(file).isSymbolicLink(), false, file)
      if (lstatSync(file).isFile()) assert.equal(readFileSync(file, 'utf8').includes(projectRoot), false, file)
    }
  })

  it('is turned on, locks a file, and shows it on the dashboard', async () => {
    await window.runCommand('Muster: Turn On Muster Here')
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.runCommand('View: Show Muster')
    await window.editor.open('pay.ts')
    await window.runCommand('Muster: Lock This File')
    await window.tree.waitForRow('Locks', /pay\.ts · you/)
    await window.runCommand('Muster: Open Dashboard')
    await eventually('the lock on the dashboard', async () => /pay\.ts/.test(await (await window.webview.find('muster-dashboard', '[data-list=locks]')).innerText()))
    await window.screenshot('package installed')
  })

  it('gives chats its tools', async () => {
    const tools = await jobs.ask({ job: 'start' })
    assert.ok(tools.includes('mcp_muster_claim'), tools.join())
    assert.match((await jobs.ask({ job: 'call', tool: 'mcp_muster_claim', input: { resources: ['src/auth.ts'] } })).join('\n'), /"ok":true/)
    await window.tree.waitForRow('Locks', /auth\.ts · copilot-1/)
  })

  it('is a command in terminals', async () => {
    // In a window that runs code of a test the editor asks no questions.
    await window.close()
    window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Maria')
    const answers = join(folder, 'answers')
    mkdirSync(answers)
    await window.terminal.open()
    await window.terminal.run(`cat "$(command -v muster)" > ${answers}/shim; muster claim src/cart.ts > ${answers}/claim; muster status > ${answers}/status; echo "ended with $?"`)
    await window.terminal.waitFor('ended with 0')
    const read = (name: string): string => readFileSync(join(answers, name), 'utf8')
    assert.match(read('status'), /src\/cart\.ts/)
    assert.ok(read('shim').includes(place), read('shim'))
    // The editor itself, whose Node.js may be called, is kept in the project's folder.
    assert.equal(read('shim').replaceAll(join(projectRoot, '.vscode-test'), '').includes(projectRoot), false, read('shim'))
  })
})
