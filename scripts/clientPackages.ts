import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from './removeFolder.js'
import { cleanEnvironment, runQuietly } from './runCommand.js'

/** MCP clients that nobody here wrote, each of which runs without an account. */
export const clientPackages = {
  inspector: '@modelcontextprotocol/inspector@2.12.0',
  conformance: '@modelcontextprotocol/conformance@0.1.16',
  claude: '@anthropic-ai/claude-code@2.1.329',
  codex: '@openai/codex@0.169.0',
  gemini: '@google/gemini-cli@0.61.0',
  opencode: 'opencode-ai@1.18.33',
} as const
export type ClientName = keyof typeof clientPackages

/** Outside the project: they are large. `MUSTER_CLIENTS` names another folder. */
const cache = process.env['MUSTER_CLIENTS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'muster', 'clients')

/**
 * Makes sure that a client is there and answers the folder of its commands. Installed in a folder of its own that gets its
 * name when it is whole, so that an interrupted installation is begun anew.
 */
export async function prepareClient(name: ClientName, log: (line: string) => void): Promise<string> {
  const wanted = clientPackages[name]
  const folder = join(cache, wanted.replace(/[^a-z0-9.]+/gi, '-').replace(/^-/, ''))
  const bin = join(folder, 'node_modules', '.bin')
  if (existsSync(bin)) return bin
  mkdirSync(cache, { recursive: true })
  log(`Installing ${wanted} in ${cache} (once)`)
  const unfinished = mkdtempSync(join(cache, 'unfinished-'))
  try {
    await runQuietly(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', unfinished, wanted], { cwd: unfinished, env: cleanEnvironment() })
    renameSync(unfinished, folder)
  } catch (error) {
    // Another run may have been quicker.
    if (!existsSync(bin)) throw error
  } finally {
    removeFolder(unfinished)
  }
  return bin
}
