import assert from 'node:assert/strict'
import { clientNamed, conversationIn, patienceOf } from '../../../src/mcp/client.js'

describe('clients of the MCP server', () => {
  it('are known by the names they tell', () => {
    const names = ['Visual Studio Code', 'Visual Studio Code - Insiders', 'claude-code', 'codex-mcp-client', 'gemini-cli-mcp-client', 'cursor-vscode', 'opencode', 'GitHub Copilot CLI', 'my-agent-mcp-client', 'Some Tool!', '', '***']
    assert.deepEqual(names.map((name) => clientNamed(name).name), ['copilot', 'copilot', 'claude-code', 'codex', 'gemini-cli', 'cursor', 'opencode', 'copilot-cli', 'my-agent', 'some-tool', 'agent', 'agent'])
    assert.equal(clientNamed(undefined).name, 'agent')
    assert.deepEqual(names.filter((name) => clientNamed(name).isEditor), ['Visual Studio Code', 'Visual Studio Code - Insiders', 'cursor-vscode'])
  })

  it('are chats where an editor started the server, whatever the editor calls itself', () => {
    assert.deepEqual(['code-server', 'VSCodium', 'Visual Studio Code', 'Cursor'].map((name) => clientNamed(name, true)).map(({ name, isEditor }) => [name, isEditor]), [['copilot', true], ['copilot', true], ['copilot', true], ['cursor', true]])
  })

  it('tell in a call which conversation it belongs to', () => {
    assert.equal(conversationIn({ 'vscode.conversationId': 'a', 'vscode.requestId': 'b' }), 'a')
    assert.equal(conversationIn({ threadId: 't', progressToken: 1 }), 't')
    assert.equal(conversationIn({ 'ai.opencode/sessionID': 's' }), 's')
    for (const meta of [undefined, {}, { 'vscode.conversationId': 7 }, { threadId: '' }, { threadId: 'x'.repeat(201) }, { 'claudecode/toolUseId': 'toolu_1' }]) assert.equal(conversationIn(meta), undefined)
  })

  it('are answered before they give up', () => {
    const unknown = clientNamed('somebody')
    assert.ok(patienceOf(unknown, false) < 30)
    assert.ok(patienceOf(unknown, true) < 60)
    assert.ok(patienceOf(clientNamed('Visual Studio Code'), true) > 60)
    assert.ok(patienceOf(clientNamed('Visual Studio Code'), false) < 30)
  })
})
