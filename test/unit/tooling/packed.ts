import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** What `npm pack` makes of the production build, in a project of its own that has it installed and nothing else. */
export interface Packed {
  /** The project; `node_modules/muster` is the package. */
  folder: string
  package: string
  files: { path: string; size: number }[]
  /** Bytes of the compressed package. */
  size: number
  remove(): void
}

export function pack(): Packed {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-package-')))
  const source = join(folder, 'source')
  for (const name of ['package.json', 'package.nls.json', 'package.nls.de.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.npmignore', 'docs', 'l10n', 'media']) cpSync(join(projectRoot, name), join(source, name), { recursive: true })
  // Must not be packed.
  writeFileSync(join(source, 'secret.txt'), 'x')
  run(process.execPath, ['esbuild.config.mjs', '--production', '--outdir', join(source, 'dist')], projectRoot)
  const [packed] = JSON.parse(run(npm, ['pack', '--ignore-scripts', '--json', '--offline'], source)) as [Packed & { filename: string }]
  // What npm does with a package that needs no other.
  run('tar', ['-xzf', packed.filename], source)
  const installed = join(folder, 'node_modules', 'muster')
  mkdirSync(dirname(installed), { recursive: true })
  renameSync(join(source, 'package'), installed)
  rmSync(source, { recursive: true })
  mkdirSync(join(folder, 'node_modules', '@types'))
  symlinkSync(join(projectRoot, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'), 'junction')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  return { folder, package: installed, files: packed.files, size: packed.size, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs a program to its end and answers its output; throws with all of it when it fails. */
export function run(program: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment(), shell: program.endsWith('.cmd') })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}
