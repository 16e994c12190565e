import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desktopUnavailable, openDesktopWindow } from './desktop.js'
import { readStartOptions, startUsage, type StartOptions } from './options.js'
import { stopOnSignal } from './processGroup.js'
import { editorCache, projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'
import { takeScreenshots } from './screenshot.js'
import { linkTypeScript, prepareVsCode } from './vscodeInstall.js'
import { startVsCodeServer } from './vscodeServer.js'

/** What `scripts/demo.ts` gives: a repository to watch and agents that work in it. */
interface Demo {
  prepareDemo(): Promise<string>
  startDemo(repository: string): { stop(): Promise<void> }
}

/** What to undo at the end, newest last. */
const cleanUps: (() => Promise<void> | void)[] = []

async function stopEverything(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    try {
      await cleanUp()
    } catch (error) {
      console.error(`Cleaning up: ${String(error)}`)
    }
  }
}

function scratchFolder(prefix: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  cleanUps.push(() => removeFolder(folder))
  return folder
}

function git(repository: string, ...args: string[]): void {
  execFileSync('git', ['-C', repository, '-c', 'user.name=Muster', '-c', 'user.email=muster@localhost', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** A repository to play with, small enough to be understood at a glance. */
function makeScratchRepository(): string {
  const repository = scratchFolder('muster-try-')
  writeFileSync(join(repository, 'README.md'), '# A place to try Muster\n\nRun "Muster: Turn On Muster Here" from the command palette (F1).\n')
  writeFileSync(join(repository, 'greeting.ts'), "export function greeting(name: string): string {\n  return `Hello, ${name}`\n}\n")
  writeFileSync(join(repository, 'main.ts'), "import { greeting } from './greeting'\n\nconsole.log(greeting('world'))\n")
  git(repository, 'init', '--quiet', '--initial-branch=main')
  git(repository, 'add', '.')
  git(repository, 'commit', '--quiet', '--message', 'A place to try Muster')
  return repository
}

async function chooseFolder(options: StartOptions): Promise<string> {
  if (options.folder !== undefined) return realpathSync(options.folder)
  if (!options.demo) return makeScratchRepository()
  // A name in a variable: the demo is loaded only when asked for.
  const script = './demo.js'
  const demo = await import(script) as Demo
  const repository = await demo.prepareDemo()
  const agents = demo.startDemo(repository)
  cleanUps.push(async () => {
    await agents.stop()
    removeFolder(repository)
  })
  return repository
}

async function openInBrowser(options: StartOptions): Promise<void> {
  const paths = await prepareVsCode({ cacheDir: editorCache, log: console.log })
  linkTypeScript(paths)
  const folder = await chooseFolder(options)
  const server = await startVsCodeServer({
    paths,
    dataDir: scratchFolder('muster-vscode-'),
    // Installed rather than under development: only then does VS Code show Muster's toasts.
    extensions: [projectRoot],
    settings: { 'chat.disableAIFeatures': false },
  })
  cleanUps.push(() => server.stop())
  void server.exited.then(() => {
    if (cleanUps.length === 0) return
    console.error('VS Code ended by itself.')
    void stopEverything().finally(() => process.exit(1))
  })
  const address = server.url(folder)
  if (options.screenshot !== undefined) {
    await takeScreenshots({ address, windows: options.windows, file: options.screenshot, waitSeconds: options.wait, open: options.demo ? 'src/auth.ts' : undefined, log: console.log })
    return
  }
  console.log(`\nVS Code with Muster is running on ${folder}`)
  for (let number = 1; number <= options.windows; number += 1) console.log(`  window ${number}: ${address}`)
  if (options.windows > 1) console.log('Each browser tab or window opened on the address is a VS Code window of its own.')
  console.log('Press Ctrl-C to stop.')
}

async function openOnDesktop(options: StartOptions): Promise<void> {
  const folder = await chooseFolder(options)
  // One VS Code focuses a window that is already on the folder, so every window gets a VS Code of its own.
  for (let number = 1; number <= options.windows; number += 1) {
    const window = openDesktopWindow({ folder, extension: projectRoot, userDataDir: scratchFolder('muster-code-') })
    cleanUps.push(() => window.stop())
  }
  console.log(`\nVS Code with Muster is open on ${folder} (${options.windows === 1 ? 'one window' : `${options.windows} windows`}), apart from your own windows and settings.`)
  console.log('Press Ctrl-C to close it.')
}

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2))
  if (!options) {
    console.log(startUsage)
    return
  }
  if (options.folder !== undefined && !statSync(options.folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${options.folder} is not a folder.`)
  }
  stopOnSignal(async () => {
    console.log('\nStopping …')
    await stopEverything()
  })
  console.log('Building Muster …')
  const { status, signal } = spawnSync(process.execPath, ['esbuild.config.mjs'], { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] })
  // Stopped: the signal that ended it is waiting for this process, too.
  if (signal !== null) return
  if (status !== 0) throw new Error('Muster could not be built.')
  const obstacle = options.browser ? 'as asked for' : desktopUnavailable()
  if (obstacle !== undefined) console.log(`Opening VS Code in the browser (${obstacle}).`)
  await (obstacle === undefined ? openOnDesktop(options) : openInBrowser(options))
  if (options.screenshot !== undefined) await stopEverything()
  // Without this a desktop start would end here: VS Code's launcher returns at once.
  else setInterval(() => undefined, 2 ** 30)
}

main().catch(async (error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message)
  await stopEverything()
  process.exit(1)
})
