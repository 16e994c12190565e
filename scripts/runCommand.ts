import { spawn, spawnSync } from 'node:child_process'

/** Arguments as `spawn` takes them where it goes through a shell, which is so on Windows, for `.cmd` files: it puts blanks between them, and nothing else. */
export function forShell(args: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  return platform === 'win32' ? args.map((arg) => (/[\s&|<>^()"]/.test(arg) ? `"${arg.replaceAll('"', '""')}"` : arg)) : [...args]
}

/** Answers whether a program can be started; on Windows `.cmd` files count too. */
export function isInstalled(program: string, args: readonly string[] = ['--version']): boolean {
  return spawnSync(program, args, { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
}

/**
 * Runs a program to its end with its output kept back; throws an `Error` with the last lines of that
 * output when it fails, so that a long installation is quiet unless it matters.
 */
export async function runQuietly(program: string, args: readonly string[], options: { cwd?: string, env?: NodeJS.ProcessEnv } = {}): Promise<void> {
  const child = spawn(program, forShell(args), { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => { output = (output + text).slice(-20_000) })
  }
  const endWithUs = (): void => void child.kill()
  process.once('exit', endWithUs)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => process.off('exit', endWithUs))
  if (code === 0) return
  const tail = output.trim().split('\n').slice(-15).map((line) => `  | ${line}`).join('\n')
  throw new Error(`\`${program} ${args.join(' ')}\` ended with code ${code}:\n${tail}`)
}

/**
 * The environment for programs that must not notice where they were started from: an npm script (its
 * variables redirect a nested npm), an editor's terminal, a Muster window.
 */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => {
    if (/^npm_config_/i.test(name)) return !/^npm_config_(local_prefix|prefix|global_prefix)$/i.test(name)
    return !/^(npm_|MUSTER_|VSCODE_|ELECTRON_|NODE_OPTIONS$|INIT_CWD$)/i.test(name)
  })
  // Whoever runs this, an agent perhaps: what is started here is not that agent.
  return { ...Object.fromEntries(inherited), MUSTER_PROGRAM: 'none', ...extra }
}
