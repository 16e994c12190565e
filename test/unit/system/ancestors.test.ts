import assert from 'node:assert/strict'
import { agentProgramAbove, processesIn } from '../../../src/core/system/ancestors.js'

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

  it('is found in the listing of Windows, past the numbers of processes that have ended', () => {
    const look = processesIn([
      '4 0 0 System',
      '100 4 638000000000000100 C:\\Windows\\explorer.exe',
      '200 100 638000000000000200 "C:\\Program Files\\nodejs\\node.exe" --no-warnings "C:\\Users\\Ada L\\node_modules\\@anthropic-ai\\claude-code\\cli.js" --resume',
      '300 200 638000000000000300 "C:\\Windows\\System32\\cmd.exe" /d /s /c "muster claim a.ts"',
      '400 300 638000000000000400 node  cli.mjs claim a.ts',
      '500 200 638000000000000150 powershell.exe',
      '600 500 638000000000000600 node cli.mjs',
      '700 100 638000000000000700 codex.exe',
      '800 700 638000000000000800 cmd.exe',
      '',
    ].join('\r\n'))
    assert.deepEqual(look(300)?.command.slice(0, 2), ['C:\\Windows\\System32\\cmd.exe', '/d'])
    assert.deepEqual(agentProgramAbove(400, look), { pid: 200, client: 'claude-code' })
    assert.deepEqual(agentProgramAbove(800, look), { pid: 700, client: 'codex' })
    assert.equal(agentProgramAbove(600, look), undefined, 'began before what has the number of its parent now')
    assert.equal(agentProgramAbove(999, look), undefined)
  })

  it('is looked up among real processes', () => {
    assert.doesNotThrow(() => agentProgramAbove(process.pid))
  })
})
