import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

describe('connecting agents', () => {
  let repository: Repository
  let window: Window
  ownWindow({
    prepare: (made) => made.write('.mcp.json', '{\n  // ours\n  "mcpServers": { "db": { "command": "db-mcp" } }\n}\n'),
  }, (opened) => ({ repository, window } = opened))
  const read = (file: string): string => readFileSync(join(repository.root, file), 'utf8')
  const exists = (file: string): boolean => existsSync(join(repository.root, file))

  it('shows the exact change, asks, writes it, and takes it out again', async () => {
    await window.runCommand('Muster: Connect an AI Agent…')
    await window.quickInput.pick('Claude Code')
    const rows = await window.quickInput.waitForRows('Write 3 Files')
    assert.deepEqual(rows.map((row) => row.label), ['Write 3 Files', 'Cancel'])
    assert.match((await window.quickInput.ask()).placeholder, /^\.mcp\.json, \.claude\/settings\.local\.json \(new\), AGENTS\.md \(new\)$/)
    await window.screenshot('connect claude code')
    await window.quickInput.pick('Cancel')
    await eventually('the comparison to be closed', async () => (await window.editor.tabs()).length === 0)
    assert.equal(read('.mcp.json'), '{\n  // ours\n  "mcpServers": { "db": { "command": "db-mcp" } }\n}\n')
    assert.ok(!exists('.claude'))

    await window.runCommand('Muster: Connect an AI Agent…')
    await window.quickInput.pick('Claude Code')
    await window.quickInput.pick('Write 3 Files')
    await eventually('the files', () => ['AGENTS.md', '.claude/settings.local.json'].every(exists) && read('.mcp.json').includes('"muster"'))
    assert.match(read('.mcp.json'), /\/\/ ours\n {2}"mcpServers": \{ "db": \{ "command": "db-mcp" \}, "muster": /)
    assert.match(read('.claude/settings.local.json'), / hook PreToolUse --client claude-code"/)

    await window.runCommand('Muster: Connect an AI Agent…')
    const [first] = await window.quickInput.waitForRows('Claude Code')
    assert.deepEqual([first?.label, first?.description], ['Claude Code', 'connected'])
    await window.quickInput.pick('Claude Code')
    await window.quickInput.pick('Disconnect')
    await window.quickInput.pick('Write 3 Files')
    await eventually('the files to go', () => !exists('AGENTS.md') && !exists('.claude') && !read('.mcp.json').includes('"muster"'))
    assert.equal(read('.mcp.json'), '{\n  // ours\n  "mcpServers": { "db": { "command": "db-mcp" } }\n}\n')
    assert.ok(!exists('.claude'))
  })

  it('installs the git guard after asking, and removes it', async () => {
    await window.runCommand('Muster: Turn On Muster Here')
    await window.runCommand('Muster: Install Git Guard…')
    const { message, detail } = await window.dialog.read()
    assert.equal(message, 'Install the git guard?')
    assert.match(detail, /\.git\/hooks\/pre-commit/)
    await window.dialog.press('Install')
    await eventually('the hooks', () => ['pre-commit', 'pre-push'].every((hook) => exists(`.git/hooks/${hook}`)))
    assert.match(read('.git/hooks/pre-commit'), /# >>> muster guard/)
    await window.runCommand('Muster: Install Git Guard…')
    await window.quickInput.pick('Remove')
    await eventually('the hooks to go', () => !exists('.git/hooks/pre-commit'))
  })
})
