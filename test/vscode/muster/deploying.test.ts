import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const stays = 'console.log("I do " + process.argv[1]); setInterval(() => {}, 1000)'
const commands = { script: [process.execPath, '-e', stays, '{brief}'] }

interface Shown {
  status: string
  deployment?: { phase: string; kept: boolean; process?: { pid: number }; keeper?: { pid: number } }
}

/** Agents that a person deploys from the palette: real processes, which the window may not take with it. */
describe('deploying agents from a window', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  let failed = false

  before(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['startup'])
    await repository.cli('gamma', ['agent', 'complete', 'gamma'])
    // A template of the workspace's is none.
    repository.write('.vscode/settings.json', JSON.stringify({ 'muster.deploy.commands': { evil: ['touch', join(repository.root, 'hit')] } }))
    code = await VsCode.start({ settings: { 'muster.deploy.commands': commands, 'muster.notifications.minutes': 0 } })
    window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Agents', /Maria/)
  })
  // One story: what follows a failed step cannot be judged.
  beforeEach(function () {
    if (failed) this.skip()
  })
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed'
    return code.saveEvidence(this.currentTest)
  })
  after(async () => {
    for (const name of ['script-1', 'seen']) await repository?.cli('maria', ['agent', 'stop', name])
    await code?.stop()
    repository?.remove()
  })

  const shown = async (name: string): Promise<Shown> => ((await repository.cli('maria', ['agent', 'show', name]))['agent'] as Shown | undefined) ?? { status: '' }

  async function deploy(name: string | undefined, where: string): Promise<void> {
    await window.runCommand('Muster: Deploy Agent…')
    const [row, ...others] = await window.quickInput.waitForRows('script')
    assert.ok(row !== undefined && others.length === 0)
    await window.quickInput.pick('script')
    await window.quickInput.waitFor('What is it called?')
    if (name === undefined) await window.quickInput.confirm()
    else await window.quickInput.typeText(name)
    await window.quickInput.waitFor('What is it to do?')
    await window.quickInput.typeText('the login')
    await window.quickInput.pick(where)
  }

  it('starts a process in the background, with a template of the user\'s, and shows what it writes', async () => {
    await deploy(undefined, 'In the Background')
    await window.tree.waitForRow('Agents', /script-1 · the login/)
    await eventually('its process', async () => (await shown('script-1')).deployment?.phase === 'running')
    assert.match(readFileSync(join(repository.folder, 'agents', 'script-1', 'log.txt'), 'utf8'), /I do the login/)
    await window.tree.inlineAction('Agents', 'script-1', 'Show Agent\'s Log')
    await eventually('the log to be shown', async () => (await window.page.locator('.output-view, .panel').allInnerTexts()).some((text) => text.replaceAll('\u00a0', ' ').includes('I do the login')))
    await window.screenshot('deployed')
  })

  it('starts one in a terminal, where it is seen', async () => {
    await deploy('seen', 'In a Terminal')
    const agent = await eventually('its process', async () => {
      const now = await shown('seen')
      return now.deployment?.phase === 'running' && now
    })
    assert.equal(agent.status, 'working')
    await window.tree.waitForRow('Agents', /seen · the login/)
  })

  it('is followed on when the extension host is killed, and when its keeper is', async () => {
    const before = await shown('script-1')
    await window.crash()
    process.kill(before.deployment!.keeper!.pid, 'SIGKILL')
    window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Agents', /script-1 · the login/)
    const after = await eventually('another keeper', async () => {
      const { deployment } = await shown('script-1')
      return deployment?.kept && deployment
    })
    assert.equal(after.process?.pid, before.deployment?.process?.pid)
  })

  it('is stopped by a button of its row, and can be started again there', async () => {
    await window.tree.inlineAction('Agents', 'script-1', 'Stop Agent')
    assert.match((await window.dialog.read()).message, /Stop script-1\?/)
    await window.dialog.press('Stop')
    await eventually('its end', async () => (await shown('script-1')).deployment?.phase === 'ended')
  })
})

describe('deploying agents in a folder that is not trusted', () => {
  let code: VsCode
  let repository: Repository

  before(async () => {
    repository = new Repository()
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    code = await VsCode.start({ workspaceTrust: true, settings: { 'security.workspace.trust.startupPrompt': 'never', 'muster.deploy.commands': commands } })
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('is not offered, and requests are left alone', async () => {
    repository.write('.muster/requests/one.json', JSON.stringify({ agent_id: 'alpha', prompt: 'x' }))
    const window = await code.openWindow(repository.root)
    await window.statusBar.waitFor('muster.status', 'Restricted Mode')
    for (const title of ['Deploy Agent…', 'Stop Agent', 'Restart Agent']) assert.equal(await window.quickInput.hasCommand(`Muster: ${title}`), false, title)
    assert.ok(readFileSync(join(repository.folder, 'requests', 'one.json'), 'utf8').includes('alpha'))
  })
})
