import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'

const files: Record<string, string> = {
  'README.md': '# Parcel desk\n\nA small service that takes parcels in and hands them out.\n',
  'src/server.ts': "import { routes } from './routes.js'\n\nexport function start(port: number): void {\n  console.log(port, Object.keys(routes))\n}\n",
  'src/routes.ts': "import { login } from './auth.js'\nimport { parcels } from './parcels.js'\n\nexport const routes = { login, parcels }\n",
  'src/auth.ts': 'export function login(name: string, code: string): boolean {\n  return name.length > 0 && code.length > 3\n}\n',
  'src/parcels.ts': 'export interface Parcel {\n  id: string\n  shelf: number\n}\n\nexport const parcels: Parcel[] = []\n',
  'test/auth.test.ts': "import assert from 'node:assert/strict'\nimport { login } from '../src/auth.js'\n\nassert.ok(login('ana', '1234'))\n",
  'docs/api.md': '# API\n\n- `login`\n- `parcels`\n',
}

/** Makes the small git repository that the demo's agents work on. @returns its path, in a temporary folder */
export async function prepareDemo(): Promise<string> {
  const repo = join(realpathSync(mkdtempSync(join(tmpdir(), 'muster-demo-'))), 'parcel-desk')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true })
    writeFileSync(join(repo, path), text)
  }
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=Muster demo', '-c', 'user.email=demo@example.invalid', ...args], { cwd: repo, stdio: 'ignore' })
  git('init', '-q', '-b', 'main')
  // The person in the window, whoever is trying it.
  git('config', 'user.name', 'Ana')
  git('config', 'user.email', 'ana@example.invalid')
  git('add', '.')
  git('commit', '-qm', 'A parcel desk')
  return Promise.resolve(repo)
}

/** Names of the agents, and which public interface each of them uses. */
const agents = [
  { name: 'alpha', script: 'demoLibraryAgent.js' },
  { name: 'beta', script: 'demoLibraryAgent.js' },
  { name: 'gamma', script: 'demoShellAgent.js' },
]

/** Starts three agents in processes of their own: two use the library, one the command line. They work until stopped. */
export function startDemo(repo: string): { stop(): Promise<void> } {
  const children = agents.map(({ name, script }) =>
    spawn(process.execPath, [join(projectRoot, 'out', 'scripts', 'demo', script), repo, name], { cwd: repo, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, MUSTER_FOLDER: '' } }),
  )
  return {
    stop: async () => {
      await Promise.all(children.map(end))
      removeFolder(dirname(repo))
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(force)
}
