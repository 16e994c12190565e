import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'
import { cleanEnvironment } from './runCommand.js'

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const vsce = join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce')

/** What the extension's page in the editor says: for people who have it installed, and no clone. */
const PAGE_IN_EDITOR = 'EXTENSION.md'
/** What packages are made from, besides the bundles. What goes into which is said in `.npmignore` and `.vscodeignore`. */
const sources = ['package.json', 'package.nls.json', 'package.nls.de.json', 'README.md', PAGE_IN_EDITOR, 'CHANGELOG.md', 'LICENSE', '.npmignore', '.vscodeignore', 'docs', 'l10n', 'media']

/** What `npm pack` says of what it made. */
export interface Tarball {
  /** Name of the file, in the folder it was made in. */
  filename: string
  files: { path: string; size: number }[]
  /** Bytes of the compressed package. */
  size: number
}

/**
 * Puts into a folder what packages are made from, with the production build: the project's own `dist/` stays as it is. Links of
 * pages to what no package holds, the tests above all, become their words.
 */
export function stage(folder: string): void {
  for (const name of sources) cpSync(join(projectRoot, name), join(folder, name), { recursive: true })
  for (const page of ['README.md', PAGE_IN_EDITOR, 'CHANGELOG.md', ...readdirSync(join(folder, 'docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))]) {
    const text = readFileSync(join(folder, page), 'utf8')
    writeFileSync(join(folder, page), text.replace(/(?<!!)\[([^\][]*)\]\((?!https?:|#)([^)#]*)[^)]*\)/g, (link, words: string, to: string) => (existsSync(join(folder, dirname(page), to)) ? link : words)))
  }
  run(process.execPath, ['esbuild.config.mjs', '--production', '--outdir', join(folder, 'dist')], projectRoot)
}

/** Makes the package for npm in a staged folder. */
export function makeTarball(folder: string): Tarball {
  const [tarball] = JSON.parse(run(npm, ['pack', '--ignore-scripts', '--json', '--offline'], folder)) as [Tarball]
  return tarball
}

/**
 * Makes the package for the editor from a staged folder, and answers its path. The package does not hold the pages of `docs/` and
 * their pictures: links lead to the repository that the manifest names. As long as it names none, links become their words, and
 * pictures are left out: the editor shows them from an address only, neither from a path nor out of the page itself.
 */
export function makeVsix(folder: string, out: string): string {
  const source = join(folder, '.vsix')
  mkdirSync(source)
  for (const name of [...sources, 'dist']) cpSync(join(folder, name), join(source, name), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; repository?: unknown }
  // Everything is built; and what builds and tests it is of no use to the editor.
  const shipped = Object.fromEntries(Object.entries(manifest).filter(([key]) => !['scripts', 'devDependencies', 'overrides', 'private', 'bin', 'exports'].includes(key)))
  writeFileSync(join(source, 'package.json'), JSON.stringify(shipped, null, 2))
  for (const [page, from] of [['README.md', PAGE_IN_EDITOR], ['CHANGELOG.md', 'CHANGELOG.md']] as const) {
    const text = readFileSync(join(folder, from), 'utf8')
    writeFileSync(join(source, page), manifest.repository ? text : withoutLinks(text))
  }
  const file = join(out, `${manifest.name}-${manifest.version}.vsix`)
  const links = manifest.repository ? [] : ['--allow-missing-repository', '--no-rewrite-relative-links']
  try {
    run(process.execPath, [vsce, 'package', '--no-dependencies', ...links, '--out', file], source)
  } finally {
    removeFolder(source)
  }
  return file
}

function withoutLinks(markdown: string): string {
  return markdown
    .replace(/!\[[^\][]*\]\((?!https?:)[^)]*\)\n*/g, '')
    .replace(/\[([^\][]*)\]\((?!https?:|#)[^)]*\)/g, '$1')
}

/** Runs a program to its end and answers its output; throws with all of it when it fails. */
export function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment(env), shell: program.endsWith('.cmd') })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}
