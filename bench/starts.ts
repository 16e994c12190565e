import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../scripts/projectRoot.js'
import { cleanEnvironment } from '../scripts/runCommand.js'
import { percentile, type Row } from './measure.js'

const ROUNDS = 40

/** What a hook costs an agent on every edit, and a command whoever waits for it: a process of the shipped command line, above a process of Node that does nothing. */
export async function benchStarts(base: string): Promise<Row[]> {
  const dist = join(base, 'dist')
  execFileSync(process.execPath, ['esbuild.config.mjs', '--production', '--outdir', dist], { cwd: projectRoot, stdio: 'ignore' })
  // What is compiled is kept for the next start, here as at home.
  const { MUSTER_PROGRAM: _none, NODE_OPTIONS: _flags, ...clean } = cleanEnvironment()
  const env = { ...clean, XDG_CACHE_HOME: join(base, 'cache') }
  const on = repository(join(base, 'hooked'))
  const off = repository(join(base, 'quiet'))
  const cli = (...args: string[]): string[] => [join(dist, 'cli.mjs'), ...args]
  // Beside other locks, as in use.
  execFileSync(process.execPath, cli('claim', ...Array.from({ length: 100 }, (_, index) => `lib/${index}.ts`), '--agent', 'ada'), { cwd: on, stdio: 'ignore', env })
  const hook = (root: string, event: string, tool: string, fields: object): Start => ({ args: cli('hook', event), input: JSON.stringify({ session_id: 's', transcript_path: '/t', cwd: root, permission_mode: 'default', hook_event_name: event, tool_name: tool, tool_input: fields }), silent: true })
  const command = (...args: string[]): Start => ({ args: cli(...args) })
  let file = 0
  const empty = 'an empty process'
  const variants: Record<string, { start: () => Start; goal: number }> = {
    [empty]: { start: () => ({ args: ['-e', '0'] }), goal: 0 },
    'a hook where Muster is off': { start: () => hook(off, 'PreToolUse', 'Write', { file_path: join(off, 'a.ts') }), goal: 40 },
    'a hook before an edit of a file not locked yet': { start: () => hook(on, 'PreToolUse', 'Write', { file_path: join(on, `src/${file++}.ts`) }), goal: 40 },
    'a hook before an edit of a file locked already': { start: () => hook(on, 'PreToolUse', 'Write', { file_path: join(on, 'src/0.ts') }), goal: 40 },
    'a hook after an edit': { start: () => hook(on, 'PostToolUse', 'Write', { file_path: join(on, 'src/0.ts') }), goal: 40 },
    'muster --version': { start: () => command('--version'), goal: 60 },
    'muster help': { start: () => command('help'), goal: 60 },
    'muster claims': { start: () => command('claims'), goal: 60 },
    'muster claim': { start: () => command('claim', `doc/${file++}.md`, '--agent', 'ada'), goal: 60 },
    'muster check-in': { start: () => command('check-in', '--agent', 'ada'), goal: 60 },
    'muster send': { start: () => command('send', '--to', 'ada', '--subject', 'hello', '--agent', 'bob'), goal: 60 },
    'muster startup': { start: () => command('startup', '--agent', 'ada'), goal: 60 },
    'muster status': { start: () => command('status'), goal: 60 },
  }
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, { start }] of Object.entries(variants)) {
      const { args, input = '', silent = false } = start()
      const begun = process.hrtime.bigint()
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, env, cwd: on, encoding: 'utf8' })
      const time = Number(process.hrtime.bigint() - begun) / 1e6
      if (status !== 0 || (silent && stdout !== '')) throw new Error(`${name}: ${status} ${stdout}${stderr}`)
      if (round >= 0) times[name]!.push(time)
    }
  }
  const none = times[empty]!
  return Object.entries(times).filter(([name]) => name !== empty).map(([name, all]) => {
    // By pairs: what slows the machine slows both.
    const above = percentile(all.map((time, round) => time - none[round]!), 50)
    const { goal } = variants[name]!
    return { name: `${name}, above an empty Node process, p50`, value: above, unit: 'ms', ratio: percentile(all, 50) / percentile(none, 50), of: `${empty} (${Math.round(percentile(none, 50))} ms)`, goal: `≤ ${goal} ms`, met: above <= goal }
  })
}

interface Start {
  args: string[]
  input?: string
  /** Anything it says is an error. */
  silent?: boolean
}

function repository(root: string): string {
  mkdirSync(join(root, 'src'), { recursive: true })
  execFileSync('git', ['init', '--quiet', root])
  writeFileSync(join(root, 'a.ts'), '')
  return root
}
