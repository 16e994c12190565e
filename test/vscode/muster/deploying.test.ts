import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { Repository } from './repository.js'

const stays = 'console.log("I do " + process.argv[1]); setInterval(() => {}, 1000)'
const stubborn = 'process.on("SIGTERM", () => {}); console.log("I stay"); setInterval(() => {}, 1000)'
const commands = { script: [process.execPath, '-e', stays, '{brief}'], stubborn: [process.execPath, '-e', stubborn] }

interface Shown {
  status: string
  deployment?: { phase: string; kept: boolean; process?: { pid: number }; keeper?: { pid: number } }
}

/** Agents that a person deploys from the palette: real processes, which the window may not take with it. */
describe('deploying agents from a window', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  ownWindow({
    story: true,
    settings: { 'muster.deploy.commands': commands, 'muster.notifications.minutes': 0 },
    prepare: async (made) => {
      await made.cli('gamma', ['startup'])
      await made.cli('gamma', ['agent', 'complete', 'gamma'])
      // A template of the workspace's is none.
      made.write('.vscode/settings.json', JSON.stringify({ 'muster.deploy.commands': { evil: ['touch', join(made.root, 'hit')] } }))
    },
    ready: async (opened) => {
      await opened.window.runCommand('View: Show Muster')
      await opened.window.tree.waitForRow('Agents', /Maria/)
    },
    end: async (opened) => {
      for (const name of ['script-1', 'seen', 'slow']) await opened.repository.cli('maria', ['agent', 'stop', name])
    },
  }, (opened) => ({ repository, code, window } = opened))

  const shown = async (name: string): Promise<Shown> => ((await repository.cli('maria', ['agent', 'show', name]))['agent'] as Shown | undefined) ?? { status: '' }

  async function deploy(name: string | undefined, where: string, template = 'script'): Promise<void> {
    await window.runCommand('Muster: Deploy Agent…')
    const rows = await window.quickInput.waitForRows('script')
    assert.deepEqual(rows.map(({ label }) => label), Object.keys(commands))
    await window.quickInput.pick(template)
    await window.quickInput.waitFor('What is it called?')
    if (name === undefined) await window.quickInput.confirm()
    else await window.quickInput.typeText(name)
    await window.quickInput.answer('What is it to do?', 'the login')
    await window.quickInput.pick(where)
  }

  it('starts a process in the background, with a template of the user\'s, and shows what it writes', async () => {
    await deploy(undefined, 'In the Background')
    await window.tree.waitForRow('Agents', /script-1 · the login/)
    await eventually('its process', async () => (await shown('script-1')).deployment?.phase === 'running')
    await eventually('what it writes', () => readFileSync(join(repository.folder, 'agents', 'script-1', 'log.txt'), 'utf8').includes('I do the login'))
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
    await eventually('where it runs', async () => /Terminal: /.test(await window.tree.hover('Agents', /^seen/)))
    await window.tree.contextMenu('Agents', /^seen/, 'Show Terminal')
    await window.terminal.waitFor('I do the login')
    await window.tree.contextMenu('Agents', /^seen/, 'Nudge Agent')
    assert.match((await window.dialog.read()).message, /Does seen wait for its next task\?/)
    await window.screenshot('nudge deployed')
    await window.dialog.press('Cancel')
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
      return deployment?.kept && deployment.keeper?.pid !== before.deployment!.keeper!.pid && deployment
    })
    assert.equal(after.process?.pid, before.deployment?.process?.pid)
  })

  it('is stopped even if nobody waits for it: cancelling ends only the waiting', async () => {
    await deploy('slow', 'In the Background', 'stubborn')
    const pid = await eventually('its process', async () => (await shown('slow')).deployment?.process?.pid)
    await eventually('it not to end when it is asked to', () => readFileSync(join(repository.folder, 'agents', 'slow', 'log.txt'), 'utf8').includes('I stay'))
    // It is told of for as long as it is given to end.
    await window.notifications.open()
    await window.tree.inlineAction('Agents', 'slow', 'Stop Agent')
    await window.dialog.press('Stop')
    const title = 'Stopping slow. It is stopped even if you cancel the waiting.'
    assert.deepEqual((await window.notifications.waitFor(title)).buttons, ['Cancel'])
    await window.notifications.clickButton(title, 'Cancel')
    await eventually('the waiting to be over', async () => (await window.notifications.all()).every(({ message }) => message !== title))
    await window.notifications.close()
    await eventually('its end', async () => (await shown('slow')).deployment?.phase === 'ended')
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
  })

  it('is stopped by a button of its row, and can be started again there', async () => {
    await window.tree.inlineAction('Agents', 'script-1', 'Stop Agent')
    assert.match((await window.dialog.read()).message, /Stop script-1\?/)
    const pid = (await shown('script-1')).deployment?.process?.pid
    await window.dialog.press('Stop')
    await eventually('its end', async () => (await shown('script-1')).deployment?.phase === 'ended')
    await window.tree.inlineAction('Agents', 'script-1', 'Restart Agent')
    await eventually('another process', async () => {
      const { deployment } = await shown('script-1')
      return deployment?.phase === 'running' && deployment.process?.pid !== undefined && deployment.process.pid !== pid
    })
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
