import { fileURLToPath } from 'node:url'
import { fieldsOf, isFields, textIn, type Fields } from './json.js'

/** Tools that write files, as the clients' documents name them (docs/hooks.md), in lower case. */
const writers = new Set([
  // Claude Code; Copilot CLI reports its own under these names
  'write', 'edit', 'multiedit', 'notebookedit',
  // Codex, opencode, Copilot CLI
  'apply_patch', 'patch',
  // Gemini CLI
  'write_file', 'replace',
  // Copilot CLI
  'create', 'str_replace_editor',
  // VS Code: its tools' own names, and those they are referred to by
  'create_file', 'createfile', 'replace_string_in_file', 'replacestring', 'multi_replace_string_in_file', 'multireplacestring', 'insert_edit_into_file', 'insertedit',
  'edit_notebook_file', 'editnotebook', 'applypatch', 'edit_files', 'editfiles', 'deletefile',
  // Cursor; its documents have Write and Delete, its agents' tools are also called by the others
  'delete', 'strreplace', 'searchreplace', 'search_replace', 'editnotebook', 'edit_file',
])

/** Tools that run a command in a shell, likewise. */
const shells = new Set(['bash', 'shell', 'local_shell', 'exec_command', 'run_shell_command', 'run_in_terminal', 'runinterminal', 'run_terminal_cmd', 'powershell'])

/** The command that a call of a tool runs in a shell; undefined for other tools. */
export function shellOf(tool: string, given: unknown): string | undefined {
  if (!shells.has(tool.toLowerCase())) return undefined
  const input = fieldsOf(given)
  const words = input['command']
  // `["bash", "-lc", "…"]`: the last word is the command.
  if (Array.isArray(words)) return words.every((word) => typeof word === 'string') && /^-\w*c$/.test(words[1] ?? '') ? words[2] : undefined
  return textIn(input, 'command', 'cmd')
}

const pathFields = ['file_path', 'filePath', 'notebook_path', 'notebookPath', 'path', 'target_file', 'target_notebook']
const listFields = ['files', 'edits', 'file_paths', 'filePaths', 'replacements']
const patchFields = ['command', 'input', 'patchText', 'patch']

/** Where a call does not name its tool, as some versions of Cursor do not: what only tools that write are given. */
const contentFields = ['content', 'contents', 'old_string', 'new_string', 'edits']

/** Paths, as written, that a call of a tool is going to write; none where it writes no files, or does not say which. */
export function filesOf(tool: string, given: unknown): string[] {
  const name = tool.toLowerCase()
  const input = fieldsOf(given)
  if (name === '' ? !contentFields.some((field) => field in input) : !writers.has(name)) return []
  if (name === 'apply_patch' || name === 'applypatch' || name === 'patch') return patched(typeof given === 'string' ? given : textIn(input, ...patchFields) ?? '')
  // One tool for looking and editing.
  if (name === 'str_replace_editor' && input['command'] === 'view') return []
  return [...new Set([...pathsIn(input), ...listFields.flatMap((field) => listed(input[field]))])]
}

function pathsIn(fields: Fields): string[] {
  const path = textIn(fields, ...pathFields)
  return path === undefined ? [] : plainPaths(path)
}

/** VS Code's tools may be given an address in place of a path; of what has no file yet there is none. */
function plainPaths(path: string): string[] {
  if (/^untitled:/.test(path)) return []
  if (!/^(file|vscode-notebook-cell):\/\//.test(path)) return [path]
  try {
    return [fileURLToPath(`file${path.slice(path.indexOf(':')).replace(/[?#].*$/, '')}`)]
  } catch {
    return [path]
  }
}

function listed(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => (typeof item === 'string' && item !== '' ? plainPaths(item) : isFields(item) ? pathsIn(item) : []))
}

/** Files that a patch in the format of `apply_patch` adds, changes, deletes or moves to. */
function patched(patch: string): string[] {
  const files = [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$/gm)].map(([, path = '']) => path)
  return [...new Set(files)]
}
