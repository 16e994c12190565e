import { hasBlock, putBlock, takeBlock, type Marks } from './blocks.js'
import { MusterError } from '../core/errors.js'
import { named, type FileEdit, type Place } from './plan.js'

const marks: Marks = { begin: '# muster: begin', end: '# muster: end' }

/** The server in Codex's TOML, as lines of our own; and the records as a place its sandboxed shell may write to. */
export function codexConfig({ launcher, folder }: Place, outside: boolean): FileEdit {
  const [command = '', ...args] = launcher
  return {
    files: ['.codex/config.toml'],
    put: (text) => named('.codex/config.toml', () => {
      const others = text === undefined ? '' : takeBlock(text, marks) ?? ''
      if (hasTable(others, 'mcp_servers.muster')) throw new MusterError('INVALID_INPUT', 'A server "muster" is there already, written by hand, so nothing was changed.', { hint: 'Remove it, then connect again.' })
      const lines = ['[mcp_servers.muster]', `command = ${JSON.stringify(command)}`, `args = ${JSON.stringify([...args, 'mcp'])}`]
      // A table can be there once only: where it is, its own list of roots is for a person to extend. The server needs no sandbox.
      if (outside && !hasTable(others, 'sandbox_workspace_write')) lines.push('', '[sandbox_workspace_write]', `writable_roots = ${JSON.stringify([folder])}`)
      return putBlock(text, marks, lines.join('\n'))
    }),
    take: (text) => named('.codex/config.toml', () => (hasBlock(text, marks) ? takeBlock(text, marks) : text)),
  }
}

/** Whether a table is defined, by its header or by dotted keys at the top. */
function hasTable(toml: string, name: string): boolean {
  const path = name.split('.').map((part) => `["']?${part}["']?`).join('[ \\t]*\\.[ \\t]*')
  return new RegExp(`^[ \\t]*\\[[ \\t]*${path}[ \\t]*[\\].]|^[ \\t]*${path}[ \\t]*[.=]`, 'm').test(toml)
}
