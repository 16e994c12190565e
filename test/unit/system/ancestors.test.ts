import assert from 'node:assert/strict'
import { agentProgramAbove } from '../../../src/core/system/ancestors.js'

/** A chain of processes, the first one the caller, each the child of the next. */
function above(...commands: string[][]): string | undefined {
  const program = agentProgramAbove(101, (pid) => {
    const command = commands[pid - 101]
    return command && { parent: pid - 100 === commands.length ? 1 : pid + 1, command }
  })
  return program && `${program.client} ${program.pid - 100}`
}

describe('the agent program above a process', () => {
  it('is the nearest one', () => {
    assert.equal(above(['node', 'cli.mjs'], ['/bin/bash', '-c', 'muster claim a'], ['claude'], ['zsh'], ['codex']), 'claude-code 3')
    assert.equal(above(['node'], ['bash'], ['/opt/homebrew/bin/codex', 'exec']), 'codex 3')
  })

  it('is known by the script or package an interpreter runs', () => {
    assert.equal(above(['node'], ['node', '--no-warnings', '/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js']), 'claude-code 2')
    assert.equal(above(['node'], ['/usr/bin/node', '/usr/bin/gemini']), 'gemini-cli 2')
    assert.equal(above(['node'], ['python3.12', '/home/x/.venv/bin/aider', '--yes']), 'aider 2')
    assert.equal(above(['node'], ['C:\\Program Files\\nodejs\\node.exe', 'C:\\x\\node_modules\\opencode\\bin\\run.js']), 'opencode 2')
  })

  it('is nobody in a person’s terminal, however the arguments and folders are called', () => {
    assert.equal(above(['node'], ['zsh'], ['/usr/bin/code', '/home/x/claude']), undefined)
    assert.equal(above(['node'], ['node', '/home/x/claude/server/index.js'], ['vim', 'codex']), undefined)
    assert.equal(above(['node'], ['constructor'], ['node', 'toString']), undefined)
    assert.equal(above(['node']), undefined)
  })

  it('does not mistake the caller for its own agent', () => {
    assert.equal(above(['claude'], ['bash']), undefined)
  })

  it('is looked up among real processes', () => {
    assert.doesNotThrow(() => agentProgramAbove(process.pid))
  })
})
