/** What clients give their hooks, in the form of their documents (docs/hooks.md names them). */

export interface Recorded {
  client: string
  event: string
  moment: string
  input: Record<string, unknown>
  files?: string[]
}

const claude = { session_id: 'abc123', transcript_path: '/home/user/.claude/projects/p/t.jsonl', cwd: '/repo', permission_mode: 'default' }
const codex = { session_id: 'thr_123', transcript_path: null, cwd: '/repo', model: 'gpt-5', permission_mode: 'default', turn_id: 'turn_1' }
const gemini = { session_id: 'g-1', transcript_path: '/tmp/g.json', cwd: '/repo', timestamp: '2026-02-09T10:30:00.000Z' }
const vscodeOfOld = { timestamp: '2026-02-09T10:30:00.000Z', cwd: '/repo', sessionId: 'v-1', transcript_path: '/tmp/v.json' }
const vscode = { timestamp: '2026-02-09T10:30:00.000Z', hook_event_name: 'PreToolUse', session_id: 'v-1', transcript_path: '/tmp/v.json', cwd: '/repo', tool_use_id: 'tool-123' }
const copilotCli = { session_id: 'c-1', timestamp: '2026-02-09T10:30:00.000Z', cwd: '/repo' }
const cursor = { conversation_id: 'cc-1', generation_id: 'gg-1', model: 'm', cursor_version: '2.0.77', workspace_roots: ['/repo'], user_email: null, transcript_path: null }
const patch = '*** Begin Patch\n*** Update File: notes/a.txt\n@@\n+third\n*** Add File: notes/new.txt\n+hello\n*** Delete File: scratch/f1.txt\n*** Update File: old.ts\n*** Move to: src/new name.ts\n@@\n*** End Patch\n'
const patchFiles = ['notes/a.txt', 'notes/new.txt', 'scratch/f1.txt', 'old.ts', 'src/new name.ts']

export const recorded: Recorded[] = [
  { client: 'claude-code', event: 'SessionStart', moment: 'session-start', input: { session_id: 'abc123', transcript_path: '/home/user/t.jsonl', cwd: '/repo', hook_event_name: 'SessionStart', source: 'startup', model: 'claude-sonnet-4-6' } },
  { client: 'claude-code', event: 'UserPromptSubmit', moment: 'prompt', input: { ...claude, hook_event_name: 'UserPromptSubmit', prompt: 'Fix it' } },
  { client: 'claude-code', event: 'PreToolUse', moment: 'before-edit', input: { ...claude, hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: { file_path: '/repo/a.txt', content: 'x' }, tool_use_id: 'toolu_1' }, files: ['/repo/a.txt'] },
  { client: 'claude-code', event: 'PreToolUse', moment: 'before-edit', input: { ...claude, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input: { file_path: '/repo/a.txt', old_string: 'a', new_string: 'b', replace_all: false } }, files: ['/repo/a.txt'] },
  { client: 'claude-code', event: 'PreToolUse', moment: 'before-edit', input: { ...claude, hook_event_name: 'PreToolUse', tool_name: 'MultiEdit', tool_input: { file_path: '/repo/a.txt', edits: [{ old_string: 'a', new_string: 'b' }] } }, files: ['/repo/a.txt'] },
  { client: 'claude-code', event: 'PreToolUse', moment: 'before-edit', input: { ...claude, hook_event_name: 'PreToolUse', tool_name: 'NotebookEdit', tool_input: { notebook_path: '/repo/n.ipynb', new_source: '1' } }, files: ['/repo/n.ipynb'] },
  { client: 'claude-code', event: 'PreToolUse', moment: 'before-edit', input: { ...claude, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'npm test' } }, files: [] },
  { client: 'claude-code', event: 'PostToolUse', moment: 'after-edit', input: { ...claude, hook_event_name: 'PostToolUse', tool_name: 'Write', tool_input: { file_path: '/repo/a.txt', content: 'x' }, tool_response: { filePath: '/repo/a.txt', success: true } }, files: ['/repo/a.txt'] },
  { client: 'claude-code', event: 'Stop', moment: 'stop', input: { ...claude, hook_event_name: 'Stop', stop_hook_active: true, last_assistant_message: 'Done.' } },
  { client: 'claude-code', event: 'SubagentStop', moment: 'subagent-end', input: { ...claude, hook_event_name: 'SubagentStop', stop_hook_active: false, agent_id: 'def456', agent_type: 'Explore', agent_transcript_path: '/x' } },
  { client: 'claude-code', event: 'PreCompact', moment: 'before-compact', input: { ...claude, hook_event_name: 'PreCompact', trigger: 'auto', custom_instructions: '' } },
  { client: 'claude-code', event: 'SessionEnd', moment: 'session-end', input: { ...claude, hook_event_name: 'SessionEnd', reason: 'other' } },

  { client: 'codex', event: 'SessionStart', moment: 'session-start', input: { session_id: 'thr_123', transcript_path: null, cwd: '/repo', hook_event_name: 'SessionStart', model: 'gpt-5', permission_mode: 'default', source: 'startup' } },
  { client: 'codex', event: 'PreToolUse', moment: 'before-edit', input: { ...codex, hook_event_name: 'PreToolUse', tool_name: 'apply_patch', tool_input: { command: patch }, tool_use_id: 'call_1' }, files: patchFiles },
  { client: 'codex', event: 'PreToolUse', moment: 'before-edit', input: { ...codex, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'cat > a.txt' }, tool_use_id: 'call_2' }, files: [] },
  { client: 'codex', event: 'Stop', moment: 'stop', input: { ...codex, hook_event_name: 'Stop', stop_hook_active: false, last_assistant_message: null } },

  { client: 'gemini-cli', event: 'SessionStart', moment: 'session-start', input: { ...gemini, hook_event_name: 'SessionStart', source: 'startup' } },
  { client: 'gemini-cli', event: 'BeforeAgent', moment: 'prompt', input: { ...gemini, hook_event_name: 'BeforeAgent', prompt: 'Fix it' } },
  { client: 'gemini-cli', event: 'BeforeTool', moment: 'before-edit', input: { ...gemini, hook_event_name: 'BeforeTool', tool_name: 'replace', tool_input: { file_path: '/repo/a.txt', old_string: 'a', new_string: 'b' } }, files: ['/repo/a.txt'] },
  { client: 'gemini-cli', event: 'AfterTool', moment: 'after-edit', input: { ...gemini, hook_event_name: 'AfterTool', tool_name: 'write_file', tool_input: { file_path: '/repo/a.txt', content: '' }, tool_response: { llmContent: 'ok' } }, files: ['/repo/a.txt'] },
  { client: 'gemini-cli', event: 'AfterAgent', moment: 'stop', input: { ...gemini, hook_event_name: 'AfterAgent', prompt: 'p', prompt_response: 'r', stop_hook_active: false } },
  { client: 'gemini-cli', event: 'PreCompress', moment: 'before-compact', input: { ...gemini, hook_event_name: 'PreCompress', trigger: 'auto' } },
  { client: 'gemini-cli', event: 'SessionEnd', moment: 'session-end', input: { ...gemini, hook_event_name: 'SessionEnd', reason: 'exit' } },

  { client: 'copilot', event: 'SessionStart', moment: 'session-start', input: { ...vscode, hook_event_name: 'SessionStart', source: 'new' } },
  { client: 'copilot', event: 'SubagentStart', moment: 'subagent-start', input: { ...vscode, hook_event_name: 'SubagentStart', agent_id: 'a-1', agent_type: 'default' } },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'multi_replace_string_in_file', tool_input: { explanation: 'x', replacements: [{ filePath: '/repo/a.ts', oldString: 'a', newString: 'b' }, { filePath: '/repo/b.ts', oldString: 'a', newString: 'b' }, { filePath: '/repo/a.ts', oldString: 'c', newString: 'd' }] } }, files: ['/repo/a.ts', '/repo/b.ts'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'insert_edit_into_file', tool_input: { explanation: 'x', filePath: '/repo/a.ts', code: 'c' } }, files: ['/repo/a.ts'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'edit_notebook_file', tool_input: { filePath: '/repo/n.ipynb', cellId: 'TOP', newCode: '1', editType: 'insert' } }, files: ['/repo/n.ipynb'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'edit_notebook_file', tool_input: { filePath: 'vscode-notebook-cell:///repo/my%20n.ipynb#W0', cellId: 'TOP' } }, files: ['/repo/my n.ipynb'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'edit_notebook_file', tool_input: { filePath: 'untitled:Untitled-1', cellId: 'TOP' } }, files: [] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'create_file', tool_input: { filePath: '/repo/new.ts', content: '' } }, files: ['/repo/new.ts'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscode, tool_name: 'apply_patch', tool_input: { input: patch, explanation: 'x' } }, files: patchFiles },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscodeOfOld, hookEventName: 'PreToolUse', tool_name: 'editFiles', tool_input: { files: ['src/main.ts', 'src/b.ts'] }, tool_use_id: 'tool-123' }, files: ['src/main.ts', 'src/b.ts'] },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...vscodeOfOld, hookEventName: 'PreToolUse', tool_name: 'replace_string_in_file', tool_input: { filePath: '/repo/a.ts' } }, files: ['/repo/a.ts'] },
  { client: 'copilot', event: 'Stop', moment: 'stop', input: { ...vscodeOfOld, hookEventName: 'Stop', stop_hook_active: false } },
  { client: 'copilot', event: 'PreToolUse', moment: 'before-edit', input: { ...copilotCli, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input: { path: '/repo/a.ts' } }, files: ['/repo/a.ts'] },
  { client: 'copilot', event: 'SessionStart', moment: 'session-start', input: { ...copilotCli, hook_event_name: 'SessionStart', source: 'new', initial_prompt: 'Fix it' } },
  { client: 'copilot', event: 'preToolUse', moment: 'before-edit', input: { sessionId: 'c-1', timestamp: 1704614600000, cwd: '/repo', toolName: 'create', toolArgs: '{"path":"/repo/new.ts","file_text":"x"}' }, files: ['/repo/new.ts'] },
  { client: 'copilot', event: 'sessionEnd', moment: 'session-end', input: { sessionId: 'c-1', timestamp: 1704614600000, cwd: '/repo', reason: 'complete' } },

  { client: 'cursor', event: 'sessionStart', moment: 'session-start', input: { ...cursor, hook_event_name: 'sessionStart', session_id: 'cc-1', is_background_agent: false, composer_mode: 'agent' } },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: 'Write', tool_input: { file_path: '/repo/a.ts' }, tool_use_id: 'abc', cwd: '/repo' }, files: ['/repo/a.ts'] },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: 'StrReplace', tool_input: { path: '/repo/a.ts', old_string: 'a', new_string: 'b' }, cwd: '/repo' }, files: ['/repo/a.ts'] },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: 'Delete', tool_input: { file_path: '/repo/a.ts' }, cwd: '/repo' }, files: ['/repo/a.ts'] },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: 'ApplyPatch', tool_input: { patch }, cwd: '/repo' }, files: patchFiles },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: 'EditNotebook', tool_input: { target_notebook: '/repo/n.ipynb', cell_idx: 0, old_string: '', new_string: '1' }, cwd: '/repo' }, files: ['/repo/n.ipynb'] },
  { client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_input: { path: '/repo/a.ts', contents: '' } }, files: ['/repo/a.ts'] },
  ...['Shell', 'Read', 'Grep', 'Task', 'MCP:muster:claim'].map((name): Recorded => ({ client: 'cursor', event: 'preToolUse', moment: 'before-edit', input: { ...cursor, hook_event_name: 'preToolUse', tool_name: name, tool_input: { file_path: '/repo/a.ts', command: 'ls' }, cwd: '/repo' }, files: [] })),
  { client: 'cursor', event: 'beforeSubmitPrompt', moment: 'prompt', input: { ...cursor, hook_event_name: 'beforeSubmitPrompt', prompt: 'Fix it', attachments: [{ type: 'file', file_path: '/repo/a.ts' }] } },
  { client: 'cursor', event: 'postToolUse', moment: 'after-edit', input: { ...cursor, hook_event_name: 'postToolUse', tool_name: 'Write', tool_input: { file_path: '/repo/a.ts', content: 'x' }, tool_output: '{}', tool_use_id: 'abc', cwd: '/repo', duration: 12 }, files: ['/repo/a.ts'] },
  { client: 'cursor', event: 'preCompact', moment: 'before-compact', input: { ...cursor, hook_event_name: 'preCompact', trigger: 'auto', context_usage_percent: 85, context_tokens: 120000, context_window_size: 128000, message_count: 45, messages_to_compact: 30, is_first_compaction: true } },
  { client: 'cursor', event: 'subagentStart', moment: 'subagent-start', input: { ...cursor, hook_event_name: 'subagentStart', subagent_id: 'sub-1', subagent_type: 'explore', task: 'Look around', parent_conversation_id: 'cc-1', is_parallel_worker: false } },
  { client: 'cursor', event: 'subagentStop', moment: 'subagent-end', input: { ...cursor, hook_event_name: 'subagentStop', subagent_type: 'explore', status: 'completed', task: 'Look around', summary: 'Done', modified_files: ['/repo/a.ts'], loop_count: 0 } },
  { client: 'cursor', event: 'sessionEnd', moment: 'session-end', input: { ...cursor, hook_event_name: 'sessionEnd', session_id: 'cc-1', reason: 'completed', duration_ms: 4500, is_background_agent: false, final_status: 'completed' } },
  { client: 'cursor', event: 'afterFileEdit', moment: 'after-edit', input: { ...cursor, hook_event_name: 'afterFileEdit', file_path: '/repo/a.ts', edits: [{ old_string: 'a', new_string: 'b' }] }, files: ['/repo/a.ts'] },
  { client: 'cursor', event: 'stop', moment: 'stop', input: { ...cursor, hook_event_name: 'stop', status: 'completed', loop_count: 0 } },

  { client: 'opencode', event: 'before-edit', moment: 'before-edit', input: { client: 'opencode', event: 'before-edit', session_id: 'ses_1', cwd: '/repo', tool_name: 'apply_patch', tool_input: { patchText: patch } }, files: patchFiles },
]
