import assert from 'node:assert/strict'
import type * as Terminals from '../../../src/vscode/agentTerminals.js'
import { Screen, withEditor } from './editor.js'

describe('terminals of agents', () => {
  it('are known also beside one that never says which process it has', async () => {
    const screen = new Screen()
    const silent = (): unknown => ({ dispose: () => undefined })
    const shell = { name: 'shell', processId: Promise.resolve(process.ppid) }
    Object.assign(screen.window, { terminals: [{ name: 'custom', processId: new Promise(() => undefined) }, shell], onDidOpenTerminal: silent, onDidCloseTerminal: silent })
    const { AgentTerminals } = await withEditor<typeof Terminals>('agentTerminals.ts', screen)
    const window = { onDidChange: silent, world: () => ({ processes: [{ agent: 'bea', pid: process.pid }] }) }
    const terminals = new AgentTerminals(window as unknown as ConstructorParameters<typeof AgentTerminals>[0], (error) => assert.fail(String(error)))
    assert.equal(await terminals.lookAgain('bea'), shell)
    terminals.dispose()
  })
})
