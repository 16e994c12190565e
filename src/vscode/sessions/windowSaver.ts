import { hostname } from 'node:os'
import * as vscode from 'vscode'
import type { SaveReason } from '../../core/model/save.js'
import type { SaveResult } from '../../core/model/saveOperations.js'
import type { Muster } from '../../core/muster.js'
import { isTagGone } from '../../core/system/processes.js'
import type { MusterWindow } from '../musterWindow.js'
import { showInformationMessage } from '../say.js'
import type { Settings } from '../settings.js'
import { t } from '../l10n.js'
import { ago } from '../text.js'
import { OpenState } from './openState.js'
import { presentFor } from './present.js'

/** ms after which what was done is saved: what is typed soon, where the cursor is later. */
const SOON = 3_000
const LATER = 15_000

export interface SaverParts {
  window: MusterWindow
  settings: Settings
  /** Remembers what was offered. */
  memory: vscode.Memento
  report: (error: unknown) => void
}

/**
 * Keeps one save up to date while somebody works, and seals it every so many minutes: the next one is a file of its own. A
 * crash thus loses some seconds, and the past does not fill up with them.
 */
export class WindowSaver implements vscode.Disposable {
  readonly open = new OpenState()
  /** The save that is kept up to date, and whose and where it is. */
  private current: { id: string; folder: string; agent: string } | undefined
  /** As it was found: a window in which nothing was done has nothing to save over a former one. */
  private untouched: string | undefined
  private work: Promise<unknown> = Promise.resolve()
  private timer: { at: number; timer: NodeJS.Timeout } | undefined
  private interval: NodeJS.Timeout | undefined
  private ended = false
  private subscriptions: vscode.Disposable | undefined

  constructor(private readonly parts: SaverParts) {}

  async start(): Promise<void> {
    const { muster } = this.parts.window
    if (muster !== undefined) await this.offer(muster).catch(this.parts.report)
    this.untouched = JSON.stringify(await this.open.content(this.rules()))
    if (this.ended) return
    const soon = (): void => this.later(SOON)
    this.subscriptions = vscode.Disposable.from(
      vscode.window.tabGroups.onDidChangeTabs(soon),
      vscode.window.tabGroups.onDidChangeTabGroups(soon),
      vscode.window.onDidOpenTerminal(soon),
      vscode.window.onDidCloseTerminal(soon),
      vscode.window.onDidStartTerminalShellExecution(soon),
      vscode.window.onDidEndTerminalShellExecution(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.isDirty && this.rules().text) soon()
      }),
      vscode.window.onDidChangeTextEditorSelection(() => this.later(LATER)),
      this.parts.settings.onDidChange(['session.saveMinutes', 'session.unsavedText', 'session.unsavedLimitKb'], () => {
        this.repeat()
        soon()
      }),
    )
    this.repeat()
  }

  /** @returns undefined where there are no records, or they may not be written to by themselves */
  save(reason: SaveReason): Promise<SaveResult | undefined> {
    const next = this.work.then(() => this.write(reason))
    this.work = next.catch(() => undefined)
    return next
  }

  /** The window closes: what was done last is saved, and that it closed. */
  async close(): Promise<void> {
    this.dispose()
    await this.save('close').catch(this.parts.report)
  }

  dispose(): void {
    this.ended = true
    clearInterval(this.interval)
    clearTimeout(this.timer?.timer)
    this.subscriptions?.dispose()
    this.open.dispose()
  }

  private repeat(): void {
    clearInterval(this.interval)
    const minutes = this.parts.settings.get('session.saveMinutes')
    if (minutes > 0) this.interval = setInterval(() => void this.save('timer').catch(this.parts.report), minutes * 60_000)
  }

  private later(ms: number): void {
    const at = performance.now() + ms
    if (this.ended || this.parts.settings.get('session.saveMinutes') <= 0 || (this.timer !== undefined && this.timer.at <= at)) return
    clearTimeout(this.timer?.timer)
    this.timer = {
      at,
      timer: setTimeout(() => {
        this.timer = undefined
        void this.save('change').catch(this.parts.report)
      }, ms),
    }
  }

  private async write(reason: SaveReason): Promise<SaveResult | undefined> {
    const { window, settings } = this.parts
    const { muster } = window
    if (muster === undefined || (reason !== 'asked' && (!window.writable || settings.get('session.saveMinutes') <= 0))) return undefined
    if (reason !== 'close') await this.open.lookAtLayout()
    const content = await this.open.content(this.rules())
    if ((reason === 'change' || reason === 'close') && this.untouched === JSON.stringify(content)) return undefined
    this.untouched = undefined
    const replaces = reason !== 'asked' && this.current?.agent === muster.agent && this.current.folder === muster.folder ? this.current.id : undefined
    const result = await muster.saveSession({ content, reason, keep: settings.get('session.keep'), ...(replaces !== undefined && { replaces }) })
    if (reason === 'timer' || reason === 'asked') this.current = undefined
    else if (result.saved) this.current = { id: result.session.id, folder: muster.folder, agent: muster.agent }
    return result
  }

  private rules(): { text: boolean; limit: number } {
    const { settings } = this.parts
    return { text: settings.get('session.unsavedText'), limit: settings.get('session.unsavedLimitKb') * 1024 }
  }

  /** After a crash, once, and only where the editor has not brought everything back itself. */
  private async offer(muster: Muster): Promise<void> {
    const last = (await muster.listSessions()).sessions.find(({ window }) => window !== '' && window === muster.agent)
    const save = last && (await muster.readSession(last.id))
    if (save?.content === undefined) return
    this.open.inherit(save.content.unsaved)
    const { memory } = this.parts
    // Also not what came from elsewhere with the folder.
    if (save.reason === 'close' || save.host !== hostname() || isTagGone(save.process) === false || memory.get(OFFERED) === save.id) return
    const { isWorthOffering, planRestore } = await import('./restorePlan.js')
    if (!isWorthOffering(planRestore(save, await presentFor(save, this.open)))) return
    if (!this.parts.settings.get('notifications.recovery')) return
    await memory.update(OFFERED, save.id)
    const recover = t('Recover…')
    void showInformationMessage(t('This window did not close as it should. What it had open was saved {0}.', ago(save.savedAt, Date.now())), recover).then((answer) => {
      if (answer === recover) void vscode.commands.executeCommand('muster.recoverSession', save.id)
    })
  }
}

const OFFERED = 'session.offered'
