import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { testResults } from '../../../scripts/projectRoot.js'
import type { VsCodeServer } from '../../../scripts/vscodeServer.js'
import { Dialog } from './dialog.js'
import { Editor } from './editor.js'
import { eventually, waitLimitMs } from './eventually.js'
import { Notifications } from './notifications.js'
import { QuickInput } from './quickInput.js'
import { StatusBar } from './statusBar.js'
import { Terminal } from './terminal.js'
import { Tree } from './tree.js'
import { Webview } from './webview.js'
import './workbenchDriver.js'

/** One window of VS Code, driven as a person would. Every method waits for what it needs. */
export class Window {
  readonly name: string
  readonly quickInput: QuickInput
  readonly tree: Tree
  readonly statusBar: StatusBar
  readonly notifications: Notifications
  readonly dialog: Dialog
  readonly editor: Editor
  readonly terminal: Terminal
  readonly webview: Webview
  /** What the page wrote to its console so far. */
  readonly consoleLines: string[] = []
  private readonly connections: string[] = []
  private hostsBeforeLoading = 0

  constructor(readonly page: Page, private readonly server: VsCodeServer, private readonly options: { name: string, hasDriver: boolean }) {
    this.name = options.name
    this.quickInput = new QuickInput(page)
    this.tree = new Tree(page)
    this.statusBar = new StatusBar(page)
    this.notifications = new Notifications(page, this.quickInput)
    this.dialog = new Dialog(page)
    this.editor = new Editor(page, this.quickInput)
    this.terminal = new Terminal(page, this.quickInput)
    this.webview = new Webview(page)
    page.setDefaultTimeout(waitLimitMs)
    page.on('console', (message) => this.consoleLines.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => this.consoleLines.push(`pageerror: ${error.stack ?? error.message}`))
    page.on('websocket', (socket) => {
      const token = new URL(socket.url()).searchParams.get('reconnectionToken')
      if (token && !this.connections.includes(token)) this.connections.push(token)
    })
    // A page that asks before it is left would never close; VS Code does so while it still saves.
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined))
  }

  get isClosed(): boolean {
    return this.page.isClosed()
  }

  /** Goes to an address and waits until the workbench is restored and the extension host runs. */
  async open(address: string): Promise<void> {
    await this.page.goto(address, { waitUntil: 'domcontentloaded' })
    await this.waitUntilReady()
  }

  /** Waits until the editors and views of the last time are back and an extension host was started. */
  async waitUntilReady(): Promise<void> {
    const before = this.hostsBeforeLoading
    if (this.options.hasDriver) {
      await this.page.waitForFunction(() => globalThis.driver !== undefined)
      await this.page.evaluate(() => globalThis.driver?.whenWorkbenchRestored())
    } else {
      await this.page.waitForFunction(() => performance.getEntriesByName('code/didStartWorkbench').length > 0)
    }
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor()
    await eventually(`an extension host of ${this.name}`, () => this.allExtensionHosts().length > before)
  }

  /** Runs a command by its full title ("Category: Title") through the command palette. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title)
  }

  /** Shows a view container of the activity bar by its title. */
  async openView(container: string): Promise<void> {
    const action = this.page.locator(`.activitybar a.action-label[aria-label^="${container}"]`).first()
    const selected = this.page.locator('.activitybar .action-item.checked').filter({ has: action })
    await action.waitFor()
    // A click on the container that is already open would close it.
    if (await selected.count() === 0) await action.click()
    await this.page.locator('.sidebar .composite.title').filter({ hasText: new RegExp(container, 'i') }).waitFor()
  }

  /** Drags the border of the side bar until it is so wide, in pixels. */
  async narrowSideBar(width: number): Promise<void> {
    const sideBar = this.page.locator('.part.sidebar')
    const size = async (): Promise<{ x: number; y: number; width: number; height: number }> => (await sideBar.boundingBox()) ?? noSideBar(this.name)
    const before = await size()
    const height = before.y + before.height / 2
    await this.page.mouse.move(before.x + before.width, height)
    await this.page.mouse.down()
    await this.page.mouse.move(before.x + width, height, { steps: 5 })
    await this.page.mouse.up()
    await this.page.mouse.move(before.x + before.width, 0)
    await eventually(`a side bar of ${width} px`, async () => Math.abs((await size()).width - width) <= 5)
  }

  /** The process id of this window's extension host; `undefined` when it has been killed. */
  extensionHost(): number | undefined {
    return this.allExtensionHosts().filter(isRunning).at(-1)
  }

  /** Kills the extension host as a crash would (SIGKILL) and waits until it is gone; answers its process id. */
  async killExtensionHost(): Promise<number> {
    const pid = await eventually(`an extension host of ${this.name}`, () => this.extensionHost())
    process.kill(pid, 'SIGKILL')
    await eventually(`the end of extension host ${pid}`, () => !isRunning(pid))
    return pid
  }

  /** The window and its extension host end with no word (SIGKILL), as when the whole editor crashes. */
  async crash(): Promise<void> {
    process.kill(await eventually(`an extension host of ${this.name}`, () => this.extensionHost()), 'SIGKILL')
    await this.page.close()
    // A page that is still open starts another one.
    await eventually(`the end of the extension hosts of ${this.name}`, () => {
      const left = this.allExtensionHosts().filter(isRunning)
      for (const pid of left) process.kill(pid, 'SIGKILL')
      return left.length === 0
    })
  }

  /** Reloads the window; its extension host is replaced by a new one. @param saving as by command, with all that editors keep; else as a crash would */
  async reload(saving = false): Promise<void> {
    this.hostsBeforeLoading = this.allExtensionHosts().length
    if (saving) await Promise.all([this.page.waitForEvent('domcontentloaded'), this.runCommand('Developer: Reload Window')])
    else await this.page.reload({ waitUntil: 'domcontentloaded' })
    await this.waitUntilReady()
  }

  /** Closes the window as a person does: extensions are deactivated, and the extension host ends. */
  async close(): Promise<void> {
    const pid = this.extensionHost()
    // Leaving the page runs the editor's shutdown; closing a page outright does not.
    await this.page.goto('about:blank')
    await this.page.close()
    if (pid !== undefined) await eventually(`the end of extension host ${pid}`, () => !isRunning(pid))
  }

  /** Saves what the window shows to `test-results/NAME.png` and answers the file's path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(testResults, { recursive: true })
    const file = join(testResults, `${name.replace(/[^A-Za-z0-9.]+/g, '-')}.png`)
    await this.page.screenshot({ path: file })
    return file
  }

  private allExtensionHosts(): number[] {
    return this.connections.flatMap((token) => this.server.extensionHostsOf(token))
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function noSideBar(window: string): never {
  throw new Error(`${window} shows no side bar.`)
}
