import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Bench } from '../../multiprocess/mcp/mcpProcess.js'
import { Repository, waitUntilOff } from './repository.js'

const STATUS = 'muster.status'
const server = join(projectRoot, 'dist', 'mcp.mjs')
const agentProgram = join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'claude.mjs')

/** Agents that work in a window: its chats, which the editor gives Muster's tools without any file, and programs in its terminals. */
describe('agents in a window', () => {
  let repository: Repository
  let jobs: string
  let code: VsCode
  let window: Window
  let failed = false

  before(async () => {
    repository = new Repository()
    jobs = realpathSync(mkdtempSync(join(tmpdir(), 'muster-jobs-')))
    code = await VsCode.start({ settings: { 'chat.disableAIFeatures': false }, env: { TOOL_JOBS: jobs } })
    window = await code.openWindow(repository.root, { extensionTestsPath: join(projectRoot, 'test', 'vscode', 'fixture', 'tools', 'run.cjs') })
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
    await code?.stop()
    repository?.remove()
    rmSync(jobs, { recursive: true, force: true })
  })

  let lastJob = 0
  /** Has the window do what a chat does. */
  function ask(job: object): Promise<string[]> {
    const file = join(jobs, `${++lastJob}`)
    writeFileSync(`${file}.tmp`, JSON.stringify(job))
    renameSync(`${file}.tmp`, `${file}.job`)
    return eventually('the answer to a job', () => {
      if (!existsSync(`${file}.done`)) return undefined
      const { result, error } = JSON.parse(readFileSync(`${file}.done`, 'utf8')) as { result?: string[]; error?: string }
      if (error !== undefined) throw new Error(error)
      return result
    })
  }

  it('has the MCP server without any file, and it writes nothing until it is used', async () => {
    await window.runCommand('View: Show Muster')
    await waitUntilOff(window)
    await window.runCommand('MCP: List Servers')
    const rows = await window.quickInput.waitForRows('Muster')
    assert.match(rows.map(({ label, description }) => `${label} ${description}`).join('\n'), /Muster/)
    await window.quickInput.dismiss()
    const tools = (await ask({ job: 'start' })).filter((name) => name.includes('muster'))
    assert.deepEqual(tools.map((name) => name.replace(/^mcp_muster_/, '')).sort(), ['check_in', 'claim', 'log_decision', 'log_error', 'read_messages', 'release', 'send_message', 'startup'])
    assert.equal(existsSync(repository.folder), false)
  })

  it('turns Muster on with the first call of a chat', async () => {
    const answer = ask({ job: 'call', tool: 'mcp_muster_startup', input: { task: 'fix the login' } })
    await window.screenshot('agents asked')
    await window.dialog.press('Allow')
    assert.match((await answer).join('\n'), /"id":"copilot-1"/)
    await window.statusBar.waitFor(STATUS, 'Maria')
    await window.tree.waitForRow('Agents', /^copilot-1 · fix the login/)
  })
})
