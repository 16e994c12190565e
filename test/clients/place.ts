import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../scripts/runCommand.js'

/** A repository and a home folder of its own for one client. */
export class Place {
  private readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-client-')))
  readonly root = join(this.base, 'repo')
  readonly home = join(this.base, 'home')
  private readonly children: ChildProcess[] = []

  constructor() {
    for (const folder of [this.root, this.home]) mkdirSync(folder)
    execFileSync('git', ['init', '--quiet', this.root])
    execFileSync('git', ['-C', this.root, 'config', 'user.name', 'Ada'])
    this.write('repo/src/a.ts', '')
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.base, path)), { recursive: true })
    writeFileSync(join(this.base, path), text)
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.root, '-c', 'user.email=ada@example.com', ...args], { encoding: 'utf8' })
  }

  /** Nothing of whoever runs the tests. @param bin commands that come first */
  env(bin: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { HOME: _home, XDG_CONFIG_HOME: _config, XDG_DATA_HOME: _data, XDG_CACHE_HOME: _cache, XDG_STATE_HOME: _state, ...rest } = cleanEnvironment()
    const inherited = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^(ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE|OPENCODE)/.test(name)))
    // Servers are to find the client above them; some clients go by PWD.
    return { ...inherited, PWD: this.root, HOME: this.home, USERPROFILE: this.home, PATH: `${bin}:${process.env['PATH']}`, MUSTER_PROGRAM: '', ...extra }
  }

  start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn(program, args, { cwd: this.root, env, stdio: ['pipe', 'pipe', 'pipe'] })
    this.children.push(child)
    return child
  }

  /** Runs a client to its end, without input, and answers all it printed. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = this.start(program, args, env)
    child.stdin!.end()
    const out = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) child[name]!.setEncoding('utf8').on('data', (text: string) => (out[name] += text))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, ...out }
  }

  async remove(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    removeFolder(this.base)
  }
}
