import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../../scripts/projectRoot.js'
import { removeFolder } from '../../scripts/removeFolder.js'

/** What the smoke tests run in: a small repository, the tests as the editor loads them, and a file for what they came to. */
export interface Place {
  readonly repository: string
  /** The module whose `run()` the editor calls. */
  readonly suite: string
  readonly result: string
  /** Short: the path of a socket is made of it. */
  readonly userData: string
  remove(): void
}

export async function makePlace(): Promise<Place> {
  const base = realpathSync(mkdtempSync(join(process.platform === 'darwin' ? '/tmp' : tmpdir(), 'muster-smoke-')))
  const repository = join(base, 'repo')
  execFileSync('git', ['init', '--quiet', repository])
  execFileSync('git', ['-C', repository, 'config', 'user.name', 'Maria'])
  writeFileSync(join(repository, 'a.txt'), 'first line\n')
  const suite = join(base, 'suite.cjs')
  // The oldest editor loads CommonJS only.
  await build({ entryPoints: [join(projectRoot, 'test', 'desktop', 'suite.ts')], bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], outfile: suite, logLevel: 'warning' })
  return { repository, suite, result: join(base, 'result.txt'), userData: join(base, 'u'), remove: () => removeFolder(base) }
}
