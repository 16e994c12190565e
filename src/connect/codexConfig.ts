import { hasBlock, putBlock, takeBlock, type Marks } from './blocks.js'
import { MusterError } from '../core/errors.js'
import { tell } from '../core/tell.js'
import { named, type FileEdit, type Place } from './plan.js'
import { definedIn } from './tomlKeys.js'

const FILE = '.codex/config.toml'
const marks: Marks = { begin: '# muster: begin', end: '# muster: end' }

/** The server in Codex's TOML, as lines of our own; and the records as a place its sandboxed shell may write to. */
export function codexConfig({ launcher, folder }: Place, outside: boolean): FileEdit {
  const [command = '', ...args] = launcher
  const entry = [`command = ${JSON.stringify(command)}`, `args = ${JSON.stringify([...args, 'mcp'])}`]
  return {
    files: [FILE],
    put: (text) => named(FILE, () => {
      const others = definedIn(othersIn(text))
      if (others.has('mcp_servers', 'muster')) throw new MusterError('INVALID_INPUT', tell`A server "muster" is there already, written by hand, so nothing was changed.`, { hint: tell`Remove it, then connect again.` })
      // A value within braces cannot be added to from elsewhere in the file.
      if (others.isInline('mcp_servers')) throw new MusterError('INVALID_INPUT', tell`The servers are written within braces (mcp_servers = { … }), so nothing was changed.`, { hint: tell`Add this between the braces: muster = { ${entry.join(', ')} }` })
      const lines = ['[mcp_servers.muster]', ...entry]
      if (outside && !others.has('sandbox_workspace_write')) lines.push('', '[sandbox_workspace_write]', `writable_roots = ${JSON.stringify([folder])}`)
      return putBlock(text, marks, lines.join('\n'))
    }),
    take: (text) => named(FILE, () => (hasBlock(text, marks) ? takeBlock(text, marks) : text)),
    // A table can be there once only: where it is, its own list of roots is for a person to extend. The server needs no sandbox.
    notes: (text) => (outside && definedIn(othersIn(text)).has('sandbox_workspace_write') && !othersIn(text).includes(JSON.stringify(folder))
      ? [tell`Your [sandbox_workspace_write] in ${FILE} is left as it is: add ${JSON.stringify(folder)} to its writable_roots, so that muster works in Codex's shell too.`]
      : []),
  }
}

function othersIn(text: string | undefined): string {
  return text === undefined ? '' : takeBlock(text, marks) ?? ''
}
