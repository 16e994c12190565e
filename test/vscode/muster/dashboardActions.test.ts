import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { server } from '../../multiprocess/mcp/mcpProcess.js'
import { eventually } from '../driver/eventually.js'
import type { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { library, type Repository } from './repository.js'

const DASHBOARD = 'muster-dashboard'
const sweep = join(projectRoot, 'test', 'multiprocess', 'runs', 'sweep.py')
const agentProgram = join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'claude.mjs')
const RUN = '2025-12-30_09-00_long'

/** Every button of the page's rows, pressed by a person; what it does is read from the records and from the page. */
describe('buttons of the dashboard', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  let run: ChildProcess | undefined
  ownWindow({
    agent: 'gamma',
    settings: { 'muster.notifications.minutes': 0 },
    ready: async (opened) => opened.window.runCommand('Muster: Open Dashboard'),
    end: () => void run?.kill('SIGKILL'),
  }, (opened) => ({ repository, code, window } = opened))

  async function text(list: string): Promise<string> {
    return (await (await window.webview.find(DASHBOARD, `[data-list=${list}]`)).innerText()).replaceAll('\u00a0', ' ')
  }
  async function waitFor(list: string, wanted: RegExp): Promise<void> {
    let seen = ''
    await eventually(`${wanted} in ${list}`, async () => wanted.test(seen = await text(list))).catch((error: unknown) => {
      throw new Error(`No ${wanted} in ${list}: ${seen}`, { cause: error })
    })
  }
  /** Presses a button by what a screen reader calls it. */
  async function press(list: string, name: string): Promise<void> {
    await (await window.webview.find(DASHBOARD, `[data-list=${list}]`)).getByRole('button', { name, exact: true }).click()
  }
  /** What the buttons of a list's row say. */
  async function buttonsOf(list: string, row: string): Promise<string[]> {
    return (await window.webview.find(DASHBOARD, `[data-list=${list}] li`)).filter({ hasText: row }).locator('vscode-button').allInnerTexts()
  }
  async function waitForButtons(list: string, row: string, wanted: string[]): Promise<void> {
    let seen: string[] = []
    await eventually(`the buttons ${wanted.join()} of ${row}`, async () => (seen = await buttonsOf(list, row)).join() === wanted.join()).catch((error: unknown) => {
      throw new Error(`${row} has the buttons ${seen.join() || 'none'}`, { cause: error })
    })
  }
  /** One kind of records, as the command line tells somebody of them. */
  async function records<T>(args: readonly string[], field: string, agent = 'gamma'): Promise<T[]> {
    return (await repository.cli(agent, args))[field] as T[]
  }
  const locks = (): Promise<{ resource: string; heldBy: string; progress?: number; message?: string; stale: boolean }[]> => records(['claims'], 'claims')

  it('Message: to an agent', async () => {
    await repository.cli('gamma', ['check-in', '--progress', '10'])
    await waitForButtons('agents', 'gamma', ['Message'])
    assert.deepEqual(await buttonsOf('agents', 'Maria'), [])
    await press('agents', 'Message: gamma')
    await window.quickInput.answer('Message to gamma', 'Cents or euros?')
    await window.quickInput.answer('Text.', 'The invoice wants cents.')
    await window.quickInput.pick('Send')
    const [message] = await eventually('the message', async () => {
      const all = await records<{ subject: string; body: string; from: string }>(['inbox'], 'messages')
      return all.length > 0 && all
    })
    assert.deepEqual([message!.subject, message!.body, message!.from], ['Cents or euros?', 'The invoice wants cents.', 'maria'])
    await waitFor('messages', /Cents or euros\?[\s\S]*to gamma/)
    // One's own needs no answer.
    assert.deepEqual(await buttonsOf('messages', 'Cents or euros?'), [])
  })

  it('Reply: to a message, which is answered then', async () => {
    await repository.cli('gamma', ['send', '--to', 'maria', '--subject', 'Which port?', '--body', '3000 is taken'])
    await waitForButtons('messages', 'Which port?', ['Reply'])
    await press('messages', 'Reply: Which port?')
    await window.quickInput.answer('Reply to gamma', 'Take 3001')
    await eventually('the reply', async () => (await records<{ body: string; kind: string }>(['inbox'], 'messages')).some(({ kind, body }) => kind === 'reply' && body === 'Take 3001'))
    await waitForButtons('messages', '3000 is taken', [])
  })

  it('Reply: to a request for help, and to one of two others by a message to who asks', async () => {
    await repository.cli('gamma', ['help-request', '--to', 'maria', '--subject', 'No key for the sandbox'])
    await waitForButtons('help', 'No key for the sandbox', ['Reply'])
    await press('help', 'Reply: No key for the sandbox')
    await window.quickInput.answer('Reply to gamma', 'In the vault now')
    await eventually('the answer', async () => (await records<{ body: string }>(['inbox'], 'messages')).some(({ body }) => body === 'In the vault now'))
    await repository.cli('beta', ['help-request', '--to', 'gamma', '--subject', 'How do you round?'])
    await waitForButtons('help', 'How do you round?', ['Reply'])
    await press('help', 'Reply: How do you round?')
    await window.quickInput.answer('Message to beta', 'Half even')
    await window.quickInput.answer('Text.', '')
    await window.quickInput.pick('Send')
    await eventually('the message', async () => (await records<{ subject: string; from: string }>(['inbox'], 'messages', 'beta')).some(({ subject, from }) => subject === 'Half even' && from === 'maria'))
  })

  it('Check In and Release: on a lock of one\'s own', async () => {
    await window.editor.open('auth.ts')
    await window.runCommand('Muster: Lock This File')
    await window.runCommand('Muster: Open Dashboard')
    await waitForButtons('locks', 'auth.ts', ['Check In', 'Release'])
    await press('locks', 'Check In: src/auth.ts')
    await window.quickInput.answer('Check in on auth.ts', '40')
    await window.quickInput.answer('What are you doing?', 'Sessions are next')
    await waitFor('locks', /auth\.ts[\s\S]*you · 40 %[\s\S]*Sessions are next/)
    const lock = (await locks()).find(({ resource }) => resource === 'src/auth.ts')
    assert.deepEqual([lock?.heldBy, lock?.progress, lock?.message], ['maria', 40, 'Sessions are next'])
    await window.screenshot('dashboard buttons')
    await press('locks', 'Release: src/auth.ts')
    await waitFor('locks', /Nothing is locked/)
    assert.deepEqual(await locks(), [])
  })

  it('Ask: somebody to release their lock', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts'])
    await waitForButtons('locks', 'cart.ts', ['Ask'])
    await press('locks', 'Ask: src/cart.ts')
    await window.quickInput.answer('Ask gamma to release cart.ts', 'One line only')
    const asked = await eventually('the request', async () => (await records<{ body: string; from: string; about?: { act: string; resource: string } }>(['inbox'], 'messages')).find(({ about }) => about?.act === 'ask'))
    assert.deepEqual([asked.from, asked.about?.resource, asked.body.includes('One line only')], ['maria', 'src/cart.ts', true])
  })

  it('Take Over: a lock that nobody works on any more', async () => {
    // Its process ends with no word.
    spawnSync(process.execPath, ['--input-type=module', '-e', `import { open } from ${JSON.stringify(pathToFileURL(library).href)}
      const m = await open({ folder: ${JSON.stringify(repository.folder)}, root: ${JSON.stringify(repository.root)}, agent: 'beta', watch: false })
      await m.claim('src/pay.ts')
      process.kill(process.pid, 'SIGKILL')`])
    await waitForButtons('locks', 'pay.ts', ['Take Over'])
    await press('locks', 'Take Over: src/pay.ts')
    await waitForButtons('locks', 'pay.ts', ['Check In', 'Release'])
    assert.equal((await locks()).find(({ resource }) => resource === 'src/pay.ts')?.heldBy, 'maria')
    assert.ok((await records<{ about?: { act: string } }>(['inbox'], 'messages', 'beta')).some(({ about }) => about?.act === 'taken'))
  })

  it('Start and Done: a task', async () => {
    interface Task { id: string; status: string; worker?: string; note?: string }
    const task = async (): Promise<Task | undefined> => (await records<Task>(['task', 'list'], 'tasks')).find(({ id }) => id === 'T-1')
    await repository.cli('gamma', ['task', 'add', '--title', 'Totals in cents', '--priority', 'P1'])
    await repository.cli('gamma', ['task', 'add', '--title', 'Ship it', '--priority', 'P1', '--depends-on', 'T-1'])
    await waitForButtons('tasks', 'Totals in cents', ['Start'])
    await waitForButtons('tasks', 'Ship it', [])
    await press('tasks', 'Start: Totals in cents')
    await waitForButtons('tasks', 'Totals in cents', ['Done'])
    assert.deepEqual([(await task())?.status, (await task())?.worker], ['started', 'maria'])
    await press('tasks', 'Done: Totals in cents')
    await window.quickInput.answer('T-1 Totals in cents is done', 'Half even')
    await waitForButtons('tasks', 'Totals in cents', [])
    assert.equal((await task())?.status, 'done')
    await waitForButtons('tasks', 'Ship it', ['Start'])
  })

  it('Resolve: an error, which leaves the list of what is open', async () => {
    await repository.cli('gamma', ['error', 'log', '--message', 'Rounding differs', '--severity', 'high'])
    await waitForButtons('errors', 'Rounding differs', ['Resolve'])
    await press('errors', 'Resolve: Rounding differs')
    await window.quickInput.answer('Resolve E-1: Rounding differs', 'Half even everywhere')
    await waitFor('errors', /No errors of this kind/)
    const [error] = await records<{ status: string; resolved?: { resolution?: string; by?: string } }>(['error', 'list', '--status', 'resolved'], 'errors')
    assert.deepEqual([error?.status, error?.resolved?.by], ['resolved', 'maria'])
    await (await window.webview.find(DASHBOARD, '[data-filter=status]')).selectOption('')
    await waitForButtons('errors', 'Rounding differs', [])
    await waitFor('errors', /Rounding differs\s+resolved/)
  })

  it('Folder and Recover: a run whose program has died', async () => {
    run = spawn('python3', [sweep, join(repository.root, 'experiments', RUN), 'executor_02', '8', '3'], { stdio: 'ignore' })
    await waitFor('runs', /long[\s\S]*38 %[\s\S]*3 of 8/)
    await waitForButtons('runs', 'long', ['Folder'])
    run.kill('SIGKILL')
    await waitForButtons('runs', 'long', ['Folder', 'Recover'])
    await press('runs', 'Folder: long')
    await eventually('the folder in the Explorer', async () => await window.page.locator(`.explorer-folders-view .monaco-list-row.selected[aria-label^="${RUN}"], .explorer-folders-view .monaco-list-row.focused[aria-label^="${RUN}"]`).count() > 0)
    await press('runs', 'Recover: long')
    await waitForButtons('runs', 'long', ['Folder'])
    await eventually('the run to be set aside', () => existsSync(join(repository.root, 'experiments', RUN, '.ERROR')) && !existsSync(join(repository.root, 'experiments', RUN, '.LOCK')))
    await waitFor('runs', /long[\s\S]*resumable from item 4/)
  })

  it('Terminal: of an agent that works in one of this window', async () => {
    await window.terminal.open()
    await window.terminal.run(`env -u MUSTER_PROGRAM node ${agentProgram} ${server}`)
    await window.terminal.waitFor('ready')
    await window.terminal.run('startup {}')
    await window.terminal.waitFor('answer <startup true claude-1>')
    await waitForButtons('agents', 'claude-1', ['Terminal', 'Message'])
    await window.terminal.open()
    assert.doesNotMatch(await window.terminal.text(), /claude-1/)
    await press('agents', 'Terminal: claude-1')
    await window.terminal.waitFor('answer <startup true claude-1>')
    await window.terminal.run('\u0004')
    await waitForButtons('agents', 'claude-1', [])
    await window.runCommand('View: Toggle Panel Visibility')
  })

  it('Show more: the rest of a long list', async () => {
    const rows = async (): Promise<number> => (await window.webview.find(DASHBOARD, '[data-list=tasks] li')).count()
    // T-1 and T-2 are there.
    for (let number = 3; number <= 18; number++) await repository.cli('gamma', ['task', 'add', '--title', `Page ${number}`])
    await eventually('what is left', async () => /Show 3 more\b(?! of)/.test(await text('tasks')))
    assert.equal(await rows(), 15)
    await press('tasks', 'Show 3 more')
    await eventually('all of them', async () => await rows() === 18)
    assert.doesNotMatch(await text('tasks'), /Show \d+ more/)
    await window.screenshot('dashboard all rows')
  })

  it('Turn On: where the records are gone, and Muster is off', async () => {
    await window.close()
    removeFolder(repository.folder)
    window = await code.openWindow(repository.root)
    const main = await window.webview.find(DASHBOARD, 'main')
    await eventually('that it is off', async () => /Muster is off here/.test(await main.innerText()))
    await window.screenshot('dashboard off')
    assert.equal(existsSync(repository.folder), false)
    await main.getByRole('button', { name: 'Turn On' }).click()
    await waitFor('agents', /Maria\s[\s\S]*you/)
    await waitFor('tasks', /No tasks are planned/)
    assert.equal(existsSync(repository.folder), true)
  })
})
