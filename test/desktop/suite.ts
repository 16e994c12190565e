import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as vscode from 'vscode'

/** Upper bound of a wait, in milliseconds: passing means broken. */
const waitMs = 120_000

const root = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open')
const extension = (): vscode.Extension<unknown> => vscode.extensions.getExtension('muster.muster') ?? assert.fail('Muster is not there')

async function eventually<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + waitMs; Date.now() < end; await sleep(100)) {
    const answer = await probe()
    if (answer !== undefined && answer !== false) return answer
  }
  throw new Error(`Waited ${waitMs / 1000} s for ${what}.`)
}

/** The command line as an agent starts it, by the editor's own Node. */
function muster(...args: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_')))
  const env = { ...own, MUSTER_PROGRAM: 'none', ELECTRON_RUN_AS_NODE: '1' }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(extension().extensionPath, 'dist', 'cli.mjs'), ...args, '--agent', 'beta', '--json'], { cwd: root(), env }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      if (stdout === '') reject(new Error(`muster ${args.join(' ')}: ${stderr}`, { cause: error }))
      else resolve({ code, answer: JSON.parse(stdout) as Record<string, unknown> })
    })
  })
}

const steps: Record<string, () => Promise<void>> = {
  async 'starts with the window, and writes nothing'() {
    await eventually('Muster to start', () => extension().isActive)
    assert.equal(existsSync(join(root(), '.muster')), false)
  },
  async 'has every command that its manifest names'() {
    const there = new Set(await vscode.commands.getCommands(true))
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } }
    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((command) => !there.has(command)), [])
  },
  async 'is turned on'() {
    await vscode.commands.executeCommand('muster.turnOn')
    await eventually('the records', () => existsSync(join(root(), '.muster', 'ledger')))
  },
  async 'locks the file of the active editor, and an agent is refused'() {
    await vscode.window.showTextDocument(vscode.Uri.file(join(root(), 'a.txt')))
    await vscode.commands.executeCommand('muster.claim')
    const { code, answer } = await eventually('the lock', async () => {
      const refused = await muster('claim', 'a.txt')
      if (refused.code === 1) return refused
      await muster('release', 'a.txt')
      return undefined
    })
    assert.deepEqual([code, answer['ok'], answer['reason']], [1, false, 'HELD'])
  },
  async 'lets go of it, and the agent has it'() {
    await vscode.commands.executeCommand('muster.release', vscode.Uri.file(join(root(), 'a.txt')))
    await eventually('the agent\'s lock', async () => (await muster('claim', 'a.txt')).answer['ok'] === true)
  },
  async 'shows its dashboard'() {
    await vscode.commands.executeCommand('muster.openDashboard')
    await eventually('its tab', () => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('muster.dashboard'))))
  },
}

/** What the editor calls in its extension host. Writes each step into the file that MUSTER_SMOKE_RESULT names, and at last `ended`; throws at the first that fails. */
export async function run(): Promise<void> {
  const lines = [`VS Code ${vscode.version} on ${process.platform}`]
  const note = (line: string): void => {
    lines.push(line)
    console.log(line)
    const file = process.env['MUSTER_SMOKE_RESULT']
    if (file) writeFileSync(file, `${lines.join('\n')}\n`)
  }
  try {
    for (const [name, step] of Object.entries(steps)) {
      await step()
      note(`passed: ${name}`)
    }
    note('ended')
  } catch (error) {
    note(`failed: ${error instanceof Error ? error.stack : String(error)}`)
    throw error
  }
}
