import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { chromiumFlags, prepareChromium } from '../../../scripts/chromium.js'
import { stopOnSignal } from '../../../scripts/processGroup.js'
import { editorCache, projectRoot, testResults } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { installVsix, startVsCodeServer, type Network, type PageOptions, type VsCodeServer } from '../../../scripts/vscodeServer.js'
import { prepareVsCode } from '../../../scripts/vscodeInstall.js'
import { listProcesses } from '../../../src/supervisor/processTree.js'
import { Window } from './window.js'

/** How a VS Code under test is to be started. */
export interface VsCodeOptions {
  /** The extension's folder; the project itself unless told otherwise. */
  readonly extension?: string
  /**
   * `true` installs the extension, so that toasts show. Otherwise it is loaded for development, which gives
   * access to terminals (`window.terminal`) and runs `extensionTestsPath`, but VS Code then suppresses toasts.
   */
  readonly installed?: boolean
  /** A package to install first, by the editor itself, besides the extension. */
  readonly vsix?: string
  /** On: folders ask to be trusted first. */
  readonly workspaceTrust?: boolean
  readonly settings?: Record<string, unknown>
  /** Variables for extension hosts and terminals. */
  readonly env?: NodeJS.ProcessEnv
  /** Where its server runs, if not in the network of the tests; the browser stays in that. */
  readonly network?: Network
}

/** How one window is to be opened. */
export interface WindowOptions {
  /** For screenshots and messages; "window 1" and so on when missing. */
  readonly name?: string
  /** Windows of one profile share the editor's storage as the windows of one desktop VS Code do. */
  readonly profile?: string
  readonly extensionTestsPath?: string
  /** Tag of the language the editor is to believe it speaks. Its own texts stay English: there is no language pack here. */
  readonly language?: string
}

/** What has not been stopped yet; stopped when the tests are interrupted. */
const running = new Set<VsCode>()
let watchesSignals = false

/** A real VS Code, its server and its browser, for one test file. Always `stop()` it. */
export class VsCode {
  readonly windows: Window[] = []
  private readonly profiles = new Map<string, Promise<BrowserContext>>()

  private constructor(
    public server: VsCodeServer,
    private readonly browser: Browser,
    readonly dataDir: string,
    private readonly options: VsCodeOptions,
    private readonly startServer: () => Promise<VsCodeServer>,
  ) {}

  /** Installs what is missing, then starts the server and a headless browser. */
  static async start(options: VsCodeOptions = {}): Promise<VsCode> {
    if (!watchesSignals) stopOnSignal(async () => void (await Promise.allSettled([...running].map((code) => code.stop()))))
    watchesSignals = true
    const paths = await prepareVsCode({ cacheDir: editorCache, log: console.log })
    const executablePath = await prepareChromium(console.log)
    const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'muster-vscode-')))
    const extension = options.extension ?? projectRoot
    if (options.vsix !== undefined) await installVsix(paths, dataDir, options.vsix)
    const startServer = (): Promise<VsCodeServer> => startVsCodeServer({
      paths, dataDir,
      smokeTestDriver: !options.installed,
      workspaceTrust: options.workspaceTrust,
      settings: options.settings,
      ...(options.network && { network: options.network }),
      // Nothing is asked of a gallery of extensions: where names are not resolved, an editor in another language than English waits for it.
      env: { EXTENSIONS_GALLERY: '{}', ...options.env },
      extensions: options.installed ? [extension] : [],
    })
    const server = await startServer()
    try {
      // The browser is ended with the rest, in order.
      const browser = await chromium.launch({ executablePath, args: [...chromiumFlags, ...(options.network ? [`--unsafely-treat-insecure-origin-as-secure=http://${server.authority}`] : [])], handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false })
      const code = new VsCode(server, browser, dataDir, { ...options, extension }, startServer)
      running.add(code)
      return code
    } catch (error) {
      await server.stop()
      removeFolder(dataDir)
      throw error
    }
  }

  /** Opens a window on a folder and waits until the workbench is restored. */
  async openWindow(folder: string, { name = `window ${this.windows.length + 1}`, profile = 'default', extensionTestsPath, language }: WindowOptions = {}): Promise<Window> {
    const context = await this.profile(profile)
    const page: PageOptions = this.options.installed
      ? {}
      : { extensionDevelopmentPath: this.options.extension, ...(extensionTestsPath === undefined ? {} : { extensionTestsPath }) }
    const shown = await this.newPage(context)
    if (language !== undefined) await shown.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`)
    const window = new Window(shown, this.server, { name, hasDriver: !this.options.installed })
    this.windows.push(window)
    await window.open(this.server.url(folder, page))
    return window
  }

  /**
   * For mocha's `afterEach`: when the test failed, writes a screenshot and the console of every open window
   * and the server's output into `test-results/`.
   */
  async saveEvidence(test: Mocha.Test | undefined): Promise<void> {
    if (!test || test.state !== 'failed') return
    const title = fileNameFrom(test.fullTitle())
    mkdirSync(testResults, { recursive: true })
    writeFileSync(join(testResults, `${title}.server.log`), this.server.output())
    for (const window of this.windows) {
      writeFileSync(join(testResults, `${title}.${fileNameFrom(window.name)}.console.log`), window.consoleLines.join('\n'))
      if (!window.isClosed) await window.screenshot(`${title}.${window.name}`).catch((error: unknown) => console.error(String(error)))
    }
  }

  /** Ends windows, browser and server and removes their data. */
  async stop(): Promise<void> {
    running.delete(this)
    // Contexts first: a browser closed under its pages leaves extension hosts waiting for them.
    await Promise.allSettled([...this.profiles.values()].map(async (context) => (await context).close()))
    await this.browser.close()
    await this.server.stop()
    removeFolder(this.dataDir)
  }

  /** As a dead battery does it: server, extension hosts and terminals, windows and these other processes end at once, with no time for anything. */
  async powerOff(others: readonly number[]): Promise<void> {
    const rows = await listProcesses()
    const all = new Set([this.server.pid, ...others])
    for (let size = 0; size < all.size; ) {
      size = all.size
      for (const { pid, parent } of rows) if (all.has(parent)) all.add(pid)
    }
    // Stopped first: none of them sees another one end.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of all) signalTo(pid, signal)
    await Promise.allSettled([...this.profiles.values()].map(async (context) => (await context).close()))
    this.profiles.clear()
    await this.server.stop()
  }

  /** Starts the server again, on what it had written; `openWindow` opens windows of a browser that has forgotten them. */
  async powerOn(): Promise<void> {
    this.server = await this.startServer()
  }

  /** Gives every page a browser window of its own: in a tab behind another one clicks take seconds. */
  private async newPage(context: BrowserContext): Promise<Page> {
    const [first] = context.pages()
    if (!first) return context.newPage()
    const session = await context.newCDPSession(first)
    const { targetInfo } = await session.send('Target.getTargetInfo')
    await session.detach()
    const browserSession = await this.browser.newBrowserCDPSession()
    const opened = context.waitForEvent('page')
    await browserSession.send('Target.createTarget', { url: 'about:blank', newWindow: true, browserContextId: targetInfo.browserContextId })
    await browserSession.detach()
    return opened
  }

  private profile(name: string): Promise<BrowserContext> {
    let context = this.profiles.get(name)
    if (!context) {
      context = this.browser.newContext({ viewport: { width: 1440, height: 1100 }, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] })
      this.profiles.set(name, context)
    }
    return context
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

/** A name for a file from the title of a test. */
function fileNameFrom(title: string): string {
  return title.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 120)
}
