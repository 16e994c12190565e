import assert from 'node:assert/strict'
import { printAnswer, reachesModel } from '../../../src/hooks/answer.js'
import { readCall, type HookCall } from '../../../src/hooks/call.js'
import { briefOf } from '../../../src/hooks/session.js'
import { filesOf } from '../../../src/hooks/tools.js'
import { recorded } from './inputs.js'

const call = (client: string, event: string): HookCall => {
  const found = recorded.find((one) => one.client === client && one.event === event)
  assert.ok(found, `${client} ${event}`)
  return readCall(found.input, event, undefined)!
}
const printed = (client: string, event: string, answer: Parameters<typeof printAnswer>[1]): unknown => JSON.parse(printAnswer(call(client, event), answer))

describe('a hook reads its call', () => {
  for (const { client, event, moment, input, files = [] } of recorded) {
    it(`${client} ${event} ${String(input['tool_name'] ?? input['toolName'] ?? '')}`, () => {
      const read = readCall(input, event, undefined)
      assert.ok(read)
      assert.equal(read.client, client)
      assert.equal(read.moment, moment)
      assert.equal(read.event, event)
      assert.deepEqual(read.files, files)
      assert.equal(read.cwd, '/repo')
      assert.equal(read.conversation, input['conversation_id'] ?? input['session_id'] ?? input['sessionId'])
    })
  }

  it('sees a subagent, and an agent that goes on because of a hook', () => {
    assert.equal(call('claude-code', 'SubagentStop').subagent, 'def456')
    assert.equal(call('claude-code', 'Stop').goingOn, true)
    assert.equal(call('codex', 'Stop').goingOn, false)
    assert.equal(readCall({ conversation_id: 'c', generation_id: 'g', hook_event_name: 'stop', loop_count: 1 }, 'stop', undefined)?.goingOn, true)
  })

  it('takes the client named on the command line, unless only another one sends such fields', () => {
    const end = { session_id: 's', transcript_path: null, cwd: '/repo', hook_event_name: 'SessionEnd', reason: 'other' }
    assert.equal(readCall(end, 'SessionEnd', 'codex')?.client, 'codex')
    assert.equal(readCall(end, 'SessionEnd', undefined)?.client, 'claude-code')
    assert.equal(readCall(end, 'SessionEnd', 'nobody')?.client, 'claude-code')
    assert.equal(readCall(recorded.find(({ client }) => client === 'cursor')!.input, 'x', 'codex')?.client, 'cursor')
    const start = { timestamp: '2026-02-09T10:30:00.000Z', hook_event_name: 'SessionStart', session_id: 'v-1', transcript_path: '/tmp/v.json' }
    assert.equal(readCall(start, 'SessionStart', 'copilot')?.client, 'copilot')
    for (const client of ['claude-code', 'codex', 'gemini-cli', 'copilot']) {
      for (const { client: sender, event, input } of recorded) {
        // Copilot runs what was written for Claude Code.
        const expected = sender === 'copilot' && client === 'claude-code' ? sender : client
        if (sender !== 'cursor' && sender !== 'opencode') assert.equal(readCall(input, event, client)?.client, expected, `${sender} ${event}`)
      }
    }
  })

  it('leaves alone what means nothing here', () => {
    for (const event of ['Notification', 'constructor', '', '__proto__', 'PermissionRequest']) assert.equal(readCall({ session_id: 's', hook_event_name: event }, event, undefined), undefined)
  })

  it('finds no files where a tool writes none, or says nothing of them', () => {
    assert.deepEqual(filesOf('Read', { file_path: '/a' }), [])
    assert.deepEqual(filesOf('str_replace_editor', { command: 'view', path: '/a' }), [])
    assert.deepEqual(filesOf('str_replace_editor', { command: 'str_replace', path: '/a' }), ['/a'])
    for (const input of [undefined, null, 7, 'text', '{broken', [], { file_path: 3 }, { files: [{}, 4, ''] }]) assert.deepEqual(filesOf('Write', input), [], JSON.stringify(input))
    assert.deepEqual(filesOf('apply_patch', '*** Begin Patch\r\n*** Add File: a b.txt\r\n+x\r\n*** End Patch'), ['a b.txt'])
  })

  it('makes a brief of the first line of a prompt', () => {
    assert.equal(briefOf('\n  Fix the login\nand more'), 'Fix the login')
    assert.equal(briefOf('x'.repeat(100))?.length, 60)
    assert.equal(briefOf('a\u202e\u200bb\u0007c'), 'ab c')
    assert.equal(briefOf('\n \n'), undefined)
  })
})

describe('a hook answers in the form of its client', () => {
  const deny = { deny: 'no' }
  it('refusing an edit', () => {
    const inner = { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'no' }
    assert.deepEqual(printed('claude-code', 'PreToolUse', deny), { hookSpecificOutput: inner })
    assert.deepEqual(printed('codex', 'PreToolUse', deny), { hookSpecificOutput: inner })
    assert.deepEqual(printed('gemini-cli', 'BeforeTool', deny), { decision: 'deny', reason: 'no' })
    assert.deepEqual(printed('copilot', 'PreToolUse', deny), { permissionDecision: 'deny', permissionDecisionReason: 'no', hookSpecificOutput: inner })
    const { permission, agent_message, decision, reason } = printed('cursor', 'preToolUse', deny) as Record<string, unknown>
    assert.deepEqual({ permission, agent_message, decision, reason }, { permission: 'deny', agent_message: 'no', decision: 'deny', reason: 'no' })
    assert.deepEqual(printed('opencode', 'before-edit', deny), deny)
  })

  it('giving the model something to read', () => {
    const context = { context: 'read' }
    assert.deepEqual(printed('claude-code', 'PostToolUse', context), { hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: 'read' } })
    assert.deepEqual(printed('gemini-cli', 'AfterTool', context), { hookSpecificOutput: { hookEventName: 'AfterTool', additionalContext: 'read' } })
    assert.deepEqual(printed('cursor', 'sessionStart', context), { additional_context: 'read' })
    assert.deepEqual(printed('copilot', 'SessionStart', context), { additionalContext: 'read', hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'read' } })
  })

  it('making it go on', () => {
    const goOn = { goOn: 'more' }
    assert.deepEqual(printed('claude-code', 'Stop', goOn), { decision: 'block', reason: 'more' })
    assert.deepEqual(printed('gemini-cli', 'AfterAgent', goOn), { decision: 'deny', reason: 'more' })
    assert.deepEqual(printed('cursor', 'stop', goOn), { followup_message: 'more' })
    assert.deepEqual(printed('copilot', 'Stop', goOn), { decision: 'block', reason: 'more', hookSpecificOutput: { hookEventName: 'Stop', decision: 'block', reason: 'more' } })
  })

  it('saying nothing with nothing', () => {
    for (const { client, event } of recorded) assert.equal(printAnswer(call(client, event), {}), '')
  })

  it('knowing where the model does not read it', () => {
    assert.equal(reachesModel({ client: 'copilot', moment: 'prompt', event: 'UserPromptSubmit' }), false)
    assert.equal(reachesModel({ client: 'cursor', moment: 'after-edit', event: 'afterFileEdit' }), false)
    assert.equal(reachesModel({ client: 'claude-code', moment: 'before-compact', event: 'PreCompact' }), false)
    assert.equal(reachesModel({ client: 'claude-code', moment: 'prompt', event: 'UserPromptSubmit' }), true)
  })
})
