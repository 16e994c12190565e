import { join } from 'node:path'

/** A program that the editor starts as an MCP server, on stdin and stdout. */
export interface ServerDefinition {
  command: string
  args: string[]
  /** Values replace the editor's own; null removes one. */
  env: Record<string, string | null>
  cwd: string
}

export interface ServerParts {
  /** The extension's own folder. */
  extension: string
  /** The opened workspace folder, and the coordination folder it has or would have. */
  root: string
  folder: string
  /** Agent id of the window's person, where it is known. */
  window: string | undefined
  tools: 'few' | 'all'
  /** The editor's own Node: its program, and whether that is Electron. */
  program: string
  electron: boolean
}

/**
 * The MCP server of a window. Told where it works and under whom; never who it is: the editor itself may have been started
 * from an agent's terminal, so that agent's variables are taken out.
 */
export function serverDefinition({ extension, root, folder, window, tools, program, electron }: ServerParts): ServerDefinition {
  return {
    command: program,
    args: [join(extension, 'dist', 'mcp.mjs'), '--editor', ...(tools === 'all' ? ['--tools', 'all'] : [])],
    env: { MUSTER_FOLDER: folder, MUSTER_WINDOW: window ?? null, MUSTER_AGENT: null, MUSTER_PROGRAM: null, ELECTRON_RUN_AS_NODE: electron ? '1' : null },
    cwd: root,
  }
}
