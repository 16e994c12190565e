import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ProcessGroup } from './processGroup.js'
import { removeFolder } from './removeFolder.js'
import { cleanEnvironment, runQuietly } from './runCommand.js'
import type { VsCodePaths } from './vscodeInstall.js'

/** Quiet and the same everywhere; callers' settings win. */
const defaultSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  // The headless browser asks for no contrast, and VS Code would take a high contrast theme that was chosen for a mistake.
  'window.autoDetectHighContrast': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  // As on the desktop; in the browser VS Code saves by itself after a second.
  'files.autoSave': 'off',
}
const graceSeconds = 60
const startLimitMs = 120_000

/** How to start a VS Code server. */
export interface ServerOptions {
  readonly paths: VsCodePaths
  /** Settings, logs, extensions and state; created when missing, owned by the caller. */
  readonly dataDir: string
  /** Makes pages honour `extensionDevelopmentPath` and gives them `window.driver`, but suppresses toasts. */
  readonly smokeTestDriver?: boolean
  /** On: folders ask to be trusted first (Restricted Mode). Off by default. */
  readonly workspaceTrust?: boolean
  readonly settings?: Record<string, unknown>
  /** Folders of extensions to install, without packaging and without copying. Only effective for a fresh `dataDir`. */
  readonly extensions?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Where it runs, if not in the network of this process: what a command is begun with to run there, and the address that it listens at. */
  readonly network?: Network
}

export interface Network {
  readonly enter: readonly [string, ...string[]]
  readonly host: string
}

/** What a page is to be opened with; see `VsCodeServer.url`. */
export interface PageOptions {
  /** Needs `smokeTestDriver`. */
  readonly extensionDevelopmentPath?: string
  /** A module that exports `run()`, called inside the extension host. Needs `extensionDevelopmentPath`. */
  readonly extensionTestsPath?: string
}

/** A running VS Code server; every page opened from `url` is a window with an extension host of its own. */
export interface VsCodeServer {
  readonly port: number
  /** Host and port. */
  readonly authority: string
  readonly pid: number
  readonly exited: Promise<unknown>
  /** The address of a window on a folder or a workspace file (an absolute path). */
  url(folder: string, options?: PageOptions): string
  /** Process ids of the extension hosts started for one connection, oldest first; `token` as in the page's web socket address. */
  extensionHostsOf(token: string): number[]
  /** Everything the server printed. */
  output(): string
  /** Ends the server with its extension hosts and terminals. */
  stop(): Promise<void>
}

/** Starts VS Code's own server on a free port of this machine and answers when it listens. */
export async function startVsCodeServer(options: ServerOptions): Promise<VsCodeServer> {
  writeSettings(options)
  linkExtensions(options)
  const temporary = temporaryFolder()
  const host = options.network?.host ?? '127.0.0.1'
  const [program, ...enter] = [...(options.network?.enter ?? []), options.paths.node] as [string, ...string[]]
  const group = new ProcessGroup(program, [
    ...enter,
    options.paths.serverMain,
    '--host', host, '--port', '0', '--without-connection-token', '--accept-server-license-terms',
    '--server-data-dir', options.dataDir, '--disable-telemetry',
    // A page that is gone leaves its extension host behind, which holds the window's identity: three hours by default.
    '--reconnection-grace-time', String(graceSeconds),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
  ], { env: { ...cleanEnvironment(options.env), ...temporary.env }, stdio: ['ignore', 'pipe', 'pipe'] })

  let output = ''
  const port = new Promise<number>((resolve, reject) => {
    for (const stream of [group.child.stdout, group.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const found = /Web UI available at http:\/\/[^\s:]+:(\d+)/.exec(output)?.[1]
        if (found) resolve(Number(found))
      })
    }
    void group.exited.then(({ code, signal, error }) => {
      reject(new Error(`VS Code's server ended at once (${error?.message ?? signal ?? `code ${code}`}):\n${output}`))
    })
    setTimeout(() => reject(new Error(`VS Code's server did not start within ${startLimitMs / 1000} s:\n${output}`)), startLimitMs).unref()
  })
  try {
    return serverOn(`${host}:${await port}`, group, () => output, () => group.stop().finally(temporary.remove))
  } catch (error) {
    await group.stop().finally(temporary.remove)
    throw error
  }
}

/** Installs a packaged extension as a person does by `code --install-extension`; the data folder is created when missing. */
export async function installVsix({ node, serverMain }: VsCodePaths, dataDir: string, file: string): Promise<void> {
  const temporary = temporaryFolder()
  try {
    await runQuietly(node, [serverMain, '--accept-server-license-terms', '--server-data-dir', dataDir, '--install-extension', file], { env: cleanEnvironment({ EXTENSIONS_GALLERY: '{}', ...temporary.env }) })
  } finally {
    temporary.remove()
  }
}

/** VS Code leaves sockets and more in the folder for temporary files; it gets one of its own, so that all of it can be removed. */
function temporaryFolder(): { env: NodeJS.ProcessEnv, remove: () => void } {
  // The path of a socket has about 100 characters, of which the folders of macOS take half.
  const folder = realpathSync(mkdtempSync(join(process.platform === 'darwin' ? '/tmp' : tmpdir(), 'muster-tmp-')))
  const remove = (): void => {
    process.off('exit', remove)
    removeFolder(folder)
  }
  // A last resort for a caller that crashes.
  process.once('exit', remove)
  return { env: { TMPDIR: folder, TMP: folder, TEMP: folder, XDG_RUNTIME_DIR: undefined }, remove }
}

function serverOn(authority: string, group: ProcessGroup, output: () => string, stop: () => Promise<void>): VsCodeServer {
  return {
    port: Number(authority.split(':')[1]),
    authority,
    pid: group.child.pid!,
    exited: group.exited,
    output,
    url(folder, page = {}) {
      const payload = Object.entries(page).map(([key, path]) => [key, `vscode-remote://${authority}${encodeURI(path)}`])
      const query = new URLSearchParams({ [folder.endsWith('.code-workspace') ? 'workspace' : 'folder']: folder })
      if (payload.length > 0) query.set('payload', JSON.stringify(payload))
      return `http://${authority}/?${query.toString()}`
    },
    extensionHostsOf(token) {
      // The server names a connection by the first eight characters of its token.
      const line = new RegExp(`\\[${token.slice(0, 8)}\\]\\[ExtensionHostConnection\\] <(\\d+)> Launched`, 'g')
      return [...output().matchAll(line)].map((match) => Number(match[1]))
    },
    stop,
  }
}

function writeSettings({ dataDir, settings }: ServerOptions): void {
  const all = { ...defaultSettings, ...settings }
  // What belongs to a machine is read where the extensions run, and nowhere else.
  const machine = Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith('muster.deploy.') || key.startsWith('muster.recovery.')))
  for (const [place, values] of [['User', all], ['Machine', machine]] as const) {
    const folder = join(dataDir, 'data', place)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'settings.json'), `${JSON.stringify(values, null, 2)}\n`)
  }
}

/** On a fresh data folder the server takes up whatever lies in its extensions folder, links included. */
function linkExtensions({ dataDir, extensions = [] }: ServerOptions): void {
  for (const extension of extensions) {
    const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as { publisher?: string, name?: string, version?: string }
    const folder = join(dataDir, 'extensions')
    mkdirSync(folder, { recursive: true })
    const link = join(folder, `${manifest.publisher}.${manifest.name ?? basename(extension)}-${manifest.version}`)
    if (!existsSync(link)) symlinkSync(extension, link, 'junction')
  }
}
