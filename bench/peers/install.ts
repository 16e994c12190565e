import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PEERS } from './peers.js'

/** How long npm may take, in milliseconds. */
const TIME_MS = 300_000

/**
 * Installs the peers into a folder by npm, from its registry, without running what they would run when they are installed:
 * what swarm-mail needs of SQLite comes built.
 * @returns why they cannot be had, or nothing where they are there
 */
export function installPeers(folder: string): string | undefined {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const wanted = PEERS.flatMap(({ name, version }) => (version === undefined ? [] : [`${name}@${version}`]))
  const npm = process.env['npm_execpath']
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  const { status, error, stderr } = spawnSync(program, [...first, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], { cwd: folder, timeout: TIME_MS, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], shell: npm === undefined && process.platform === 'win32' })
  if (status !== 0) return error?.message ?? stderr.trim().split('\n')[0] ?? `npm ended with ${String(status)}`
  for (const { name, version } of PEERS) {
    if (version === undefined) continue
    const found = (JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version
    if (found !== version) return `npm gave ${name} ${found}`
  }
  return undefined
}
