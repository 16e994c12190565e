import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { serverDefinition } from '../../../src/vscode/serverDefinition.js'
import { connectTo, server, type Connected, type Structured } from '../../multiprocess/mcp/mcpProcess.js'
import { Jobs } from './jobs.js'
import { Repository, waitUntilOff } from './repository.js'
import { oneStory } from './story.js'

const STATUS = 'muster.status'
const agentProgram = join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'claude.mjs')

/** Agents that work in a window: its chats, which the editor gives Muster's tools without any file, and programs in its terminals. */
describe('agents in a window', () => {
  let repository: Repository
  let jobs: Jobs
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    jobs = new Jobs()
    code = await VsCode.start({ settings: { 'chat.disableAIFeatures': false }, env: jobs.env })
    window = await code.openWindow(repository.root, { extensionTestsPath: jobs.runner })
  })
  oneStory(() => code)
  after(async () => {
    await code?.stop()
    repository?.remove()
    jobs?.remove()
  })

  it('has the MCP server without any file, and it writes nothing until it is used', async () => {
    await window.runCommand('View: Show Muster')
    await waitUntilOff(window)
    const rows = await window.quickInput.rowsAfter(() => window.runCommand('MCP: List Servers'), 'Muster')
    assert.match(rows.map(({ label, description }) => `${label} ${description}`).join('\n'), /Muster/)
    await window.quickInput.dismiss()
    const tools = (await jobs.ask({ job: 'start' })).filter((name) => name.includes('muster'))
    assert.deepEqual(tools.map((name) => name.replace(/^mcp_muster_/, '')).sort(), ['check_in', 'claim', 'log_decision', 'log_error', 'read_messages', 'release', 'send_message', 'startup'])
    assert.equal(existsSync(repository.folder), false)
  })

  it('turns Muster on with the first call of a chat', async () => {
    assert.match((await jobs.ask({ job: 'call', tool: 'mcp_muster_startup', input: { task: 'fix the login' } })).join('\n'), /"id":"copilot-1"/)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.tree.waitForRow('Agents', /^copilot-1 · fix the login/)
    // It was there before the person whose window it is in.
    assert.match((await jobs.ask({ job: 'call', tool: 'mcp_muster_claim', input: { resources: ['src/auth.ts'] } })).join('\n'), /"ok":true/)
    const row = await window.tree.waitForRow('Agents', ({ label, level }) => label === 'copilot-1' && level === 2)
    assert.match(row.description, /^fix the login · (now|\d+ min ago) · auth\.ts/)
    await window.tree.waitForRow('Locks', /auth\.ts · copilot-1/)
  })

  it('puts muster on the PATH of its terminals, run by the editor\'s Node where there is none', async () => {
    // In a window that runs code of a test the editor asks no questions.
    await window.close()
    window = await code.openWindow(repository.root)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.runCommand('View: Show Muster')
    await window.terminal.open()
    await window.terminal.run('muster claim src/auth.ts; echo "claimed with $?"')
    await window.terminal.waitFor('claimed with 0')
    await window.tree.waitForRow('Locks', /auth\.ts · you/)
    // All there is but node; the shim is found first.
    const bin = join(jobs.folder, 'bin')
    mkdirSync(bin)
    for (const program of ['sh', 'git', 'bash']) symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(bin, program))
    await window.terminal.run(`M=$(dirname $(command -v muster)); PATH=$M:${bin} muster --help > ${jobs.folder}/help.txt; echo "helped with $?"`)
    await window.terminal.waitFor('helped with 0')
    assert.match(readFileSync(join(jobs.folder, 'help.txt'), 'utf8'), /Serve AI agents as an MCP server/)
  })

  it('has two programs in two terminals and two chats as four agents that conflict with each other', async () => {
    await window.runCommand('Terminal: Rename...')
    await window.quickInput.typeText('night shift')
    await window.terminal.run(`env -u MUSTER_PROGRAM node ${agentProgram} ${server}`)
    await window.terminal.waitFor('ready')
    await window.terminal.run('startup {}')
    await window.terminal.waitFor('answer <startup true claude-1>')
    // Asked for nothing yet, it goes by its terminal.
    await window.tree.waitForRow('Agents', ({ label, description, level }) => label === 'claude-1' && level === 2 && description.startsWith('night shift'))
    await window.terminal.open()
    await window.terminal.run(`env -u MUSTER_PROGRAM node ${agentProgram} ${server}`)
    await window.terminal.waitFor('ready')
    await window.terminal.run('startup {}')
    await window.terminal.waitFor('answer <startup true claude-2>')
    await window.terminal.run('hook UserPromptSubmit {"prompt":"fix the cart"}')
    await window.terminal.waitFor('answer <UserPromptSubmit 0>')
    await window.tree.waitForRow('Agents', /^claude-2 · fix the cart/)
    await window.terminal.run('hook PreToolUse {"agent_id":"a-1","agent_type":"default","tool_name":"Edit","tool_input":{"file_path":"src/list.ts"}}')
    await window.terminal.waitFor('answer <PreToolUse 0>')
    await window.tree.waitForRow('Locks', /list\.ts/)
    await eventually('its subagent beneath it', async () => {
      const rows = await window.tree.rows('Agents')
      const at = rows.findIndex(({ label }) => label === 'claude-2')
      return rows.slice(at, at + 2).map(({ level }) => level).join() === '2,3'
    })

    // What the editor starts, with what it tells of its chats.
    const definition = serverDefinition({ extension: projectRoot, root: repository.root, folder: repository.folder, window: 'maria', tools: 'few', program: process.execPath, electron: false })
    const chats = await connectTo(definition, 'Visual Studio Code')
    try {
      const [one, two] = [chats.chat('chat-1'), chats.chat('chat-2')]
      assert.deepEqual([(await idOf(one)), (await idOf(two))], ['copilot-2', 'copilot-3'])
      await window.terminal.run('claim {"resources":["src/cart.ts"]}')
      await window.terminal.waitFor('answer <claim true >')
      assert.equal((await one.call('claim', { resources: ['src/cart.ts'] }))['heldBy'], 'claude-2')
      assert.equal((await one.call('claim', { resources: ['src/pay.ts'] })).ok, true)
      assert.equal((await two.call('claim', { resources: ['src/pay.ts'] }))['heldBy'], 'copilot-2')
      await window.terminal.run('claim {"resources":["src/pay.ts"]}')
      await window.terminal.waitFor('answer <claim false copilot-2>')
      await window.tree.waitForRow('Agents', ({ label, level }) => label === 'copilot-3' && level === 2)
      await window.screenshot('agents four')
    } finally {
      await chats.close()
    }
  })

  it('shows the terminal of an agent at a click, and nudges it with one fixed line', async () => {
    await repository.cli('gamma', ['send', '--to', 'claude-1', '--subject', 'rm -rf /', '--body', 'rm -rf /'])
    // The chats have left and gamma has come: the list stays as it is now.
    await window.tree.waitForRow('Agents', 'gamma')
    await window.tree.waitForRow('Agents', ({ label, description }) => label === 'Not here now' && description === '3')
    await window.tree.click('Agents', 'claude-1')
    await window.terminal.waitFor('answer <startup true claude-1>')
    await window.runCommand('Muster: Show Terminal')
    await window.quickInput.pick('claude-2')
    await window.terminal.waitFor('answer <startup true claude-2>')
    await window.tree.click('Agents', 'claude-1')
    await window.terminal.waitFor('answer <startup true claude-1>')
    await window.tree.contextMenu('Agents', 'claude-1', 'Nudge Agent')
    const question = await window.dialog.read()
    assert.equal(question.message, 'Does claude-1 wait for its next task?')
    await window.dialog.press('Nudge')
    const shown = await window.terminal.waitFor('heard <')
    assert.match(shown, /heard <Please read your Muster messages now and answer what is open\.>/)
    assert.doesNotMatch(shown, /rm -rf/)
    await window.terminal.run('\u0004')
    // It left nothing behind.
    await window.tree.waitForNoRow('Agents', 'claude-1')
    await window.tree.waitForRow('Agents', /^Not here now/)
  })
})

const idOf = async (chat: Connected): Promise<unknown> => ((await chat.call('startup'))['agent'] as Structured)['id']
