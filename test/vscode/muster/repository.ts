import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'

const run = promisify(execFile)

/** The command line as it ships. */
export const cli = join(projectRoot, 'dist', 'cli.mjs')
/** The library as it ships. */
export const library = join(projectRoot, 'dist', 'index.mjs')

/** A small git repository of a person named Maria, with a second working tree on branch `feat-x`. */
export class Repository {
  private readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-repo-')))
  readonly root = join(this.base, 'shop')
  readonly worktree = join(this.base, 'shop-feat-x')

  constructor() {
    mkdirSync(this.root)
    this.git('init', '--quiet', '--initial-branch=main')
    this.git('config', 'user.name', 'Maria')
    this.git('config', 'user.email', 'maria@example.com')
    for (const file of ['src/auth.ts', 'src/cart.ts', 'src/pay.ts', 'README.md']) this.write(file, `// ${file}\n`)
    this.git('add', '.')
    this.git('commit', '--quiet', '-m', 'first')
    this.git('worktree', 'add', '--quiet', '-b', 'feat-x', this.worktree)
  }

  get folder(): string {
    return join(this.root, '.muster')
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true })
    writeFileSync(join(this.root, file), text)
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8' })
  }

  /** Runs the command line with `--json` and answers what it printed, refusals included. */
  async cli(agent: string, args: readonly string[], cwd = this.root): Promise<Record<string, unknown>> {
    const env = { ...process.env, MUSTER_FOLDER: undefined, MUSTER_AGENT: undefined, MUSTER_WINDOW: undefined }
    // What stands behind `--` is somebody else's.
    const own = args.includes('--') ? args.indexOf('--') : args.length
    const { stdout } = await run(process.execPath, [cli, ...args.slice(0, own), '--agent', agent, '--json', ...args.slice(own)], { cwd, env }).catch((error: unknown) => {
      if (typeof error === 'object' && error !== null && 'stdout' in error && error.stdout !== '') return error as { stdout: string }
      throw error
    })
    return JSON.parse(stdout) as Record<string, unknown>
  }

  remove(): void {
    removeFolder(this.base)
  }
}

/** Waits until the extension runs and shows, in its open view, that it is off. */
export async function waitUntilOff(window: Window): Promise<void> {
  await eventually('the view to say that Muster is off', async () => (await window.tree.message('Agents')).includes('Muster is off in this repository'))
}
