import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../scripts/projectRoot.js'
import { cleanEnvironment } from '../scripts/runCommand.js'
import { percentile, type Row } from './measure.js'

const ROUNDS = 40

/** What a hook costs an agent on every edit: a process of the shipped command line, above a process of Node that does nothing. */
export async function benchHooks(base: string): Promise<Row[]> {
  const dist = join(base, 'dist')
  execFileSync(process.execPath, ['esbuild.config.mjs', '--production', '--outdir', dist], { cwd: projectRoot, stdio: 'ignore' })
  const on = repository(join(base, 'hooked'))
  const off = repository(join(base, 'quiet'))
  // Beside other locks, as in use.
  const muster = (...args: string[]): void => void execFileSync(process.execPath, [join(dist, 'cli.mjs'), ...args, '--agent', 'ada'], { cwd: on, stdio: 'ignore', env: cleanEnvironment() })
  muster('claim', ...Array.from({ length: 100 }, (_, index) => `lib/${index}.ts`))
  const hook = (root: string, event: string, tool: string, fields: object): [string[], string] =>
    [[join(dist, 'cli.mjs'), 'hook', event], JSON.stringify({ session_id: 's', transcript_path: '/t', cwd: root, permission_mode: 'default', hook_event_name: event, tool_name: tool, tool_input: fields })]
  let file = 0
  const variants: Record<string, () => [string[], string]> = {
    empty: () => [['-e', '0'], ''],
    'a hook where Muster is off': () => hook(off, 'PreToolUse', 'Write', { file_path: join(off, 'a.ts') }),
    'a hook before an edit of a file not locked yet': () => hook(on, 'PreToolUse', 'Write', { file_path: join(on, `src/${file++}.ts`) }),
    'a hook before an edit of a file locked already': () => hook(on, 'PreToolUse', 'Write', { file_path: join(on, 'src/0.ts') }),
    'a hook after an edit': () => hook(on, 'PostToolUse', 'Write', { file_path: join(on, 'src/0.ts') }),
  }
  const { MUSTER_PROGRAM: _none, ...env } = cleanEnvironment()
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, variant] of Object.entries(variants)) {
      const [args, input] = variant()
      const start = process.hrtime.bigint()
      const { status, stdout } = spawnSync(process.execPath, args, { input, env, encoding: 'utf8' })
      if (status !== 0 || stdout !== '') throw new Error(`${name}: ${status} ${stdout}`)
      if (round >= 0) times[name]!.push(Number(process.hrtime.bigint() - start) / 1e6)
    }
  }
  const empty = percentile(times['empty']!, 50)
  return Object.entries(times).filter(([name]) => name !== 'empty').map(([name, all]) => {
    // By pairs: what slows the machine slows both.
    const above = percentile(all.map((time, round) => time - times['empty']![round]!), 50)
    return { name: `${name}, above an empty Node process, p50`, value: above, unit: 'ms', ratio: percentile(all, 50) / empty, of: `an empty process (${Math.round(empty)} ms)`, goal: '≤ 40 ms', met: above <= 40 }
  })
}

function repository(root: string): string {
  mkdirSync(join(root, 'src'), { recursive: true })
  execFileSync('git', ['init', '--quiet', root])
  writeFileSync(join(root, 'a.ts'), '')
  return root
}
