import type * as vscode from 'vscode'
import type { LogEntry, Muster } from '../core/muster.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'

const FIRST_MS = 60_000
const EVERY_MS = 24 * 60 * 60_000

export interface UpkeepParts {
  window: MusterWindow
  settings: Pick<Settings, 'get'>
  log: Pick<vscode.LogOutputChannel, 'info' | 'warn' | 'error'>
  trusted(): boolean
}

/** What a window does by itself where its settings say so: cleans up once a day, and commits agents' checkpoints. */
export class Upkeep implements vscode.Disposable {
  private timer: NodeJS.Timeout
  private readonly subscription: { dispose(): unknown }
  /** Agents whose files are to be committed, one after another. */
  private readonly waiting = new Set<string>()
  private committing: Promise<void> | undefined
  /** What went wrong was said. */
  private readonly told = new Set<string>()

  constructor(private readonly parts: UpkeepParts) {
    this.timer = setTimeout(() => void this.daily(), FIRST_MS)
    this.subscription = parts.window.onDidHear(({ entries }) => this.hear(entries))
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.subscription.dispose()
  }

  /** Resolves when what is to be committed by now is. */
  get settled(): Promise<void> {
    return this.committing ?? Promise.resolve()
  }

  private async daily(): Promise<void> {
    await this.cleanUp()
    this.timer = setTimeout(() => void this.daily(), EVERY_MS)
  }

  /** With the profile that is set. */
  async cleanUp(): Promise<void> {
    const { settings, log } = this.parts
    const [muster, profile] = [this.muster(), settings.get('retention.profile')]
    if (!muster || profile === 'keep') return
    try {
      const { total, files, warnings } = await muster.cleanUp({ profile, runs: settings.get('runs.folder') })
      const count = Object.values(files).reduce((sum, one) => sum + one.count, 0)
      if (total + count > 0) log.info(`Cleaned up with the profile "${profile}": ${total} records, ${count} files`)
      for (const warning of warnings) log.warn(warning)
    } catch (error) {
      log.error(error instanceof Error ? error : String(error))
    }
  }

  private hear(entries: readonly LogEntry[]): void {
    if (!this.parts.settings.get('checkpoints.commit') || !this.muster()) return
    for (const agent of entries.flatMap(checkpointOf)) this.waiting.add(agent)
    if (this.waiting.size > 0) this.committing ??= this.commit().finally(() => (this.committing = undefined))
  }

  private async commit(): Promise<void> {
    for (const agent of this.waiting) {
      this.waiting.delete(agent)
      try {
        const result = await this.muster()?.commitCheckpoint(agent)
        if (result?.ok === false) this.tell(result.hint)
      } catch (error) {
        this.tell(error instanceof Error ? error.message : String(error))
      }
    }
  }

  private tell(problem: string): void {
    if (this.told.has(problem)) return
    this.told.add(problem)
    this.parts.log.warn(problem)
  }

  private muster(): Muster | undefined {
    const { window, trusted } = this.parts
    return window.writable && trusted() ? window.muster : undefined
  }
}

/** Whose checkpoint it is: one that was saved, or an agent that says it is done, failed or blocked. */
function checkpointOf({ event }: LogEntry): string[] {
  if (event.type === 'checkpoint.saved') return [event.agent]
  const status = event.type === 'agent.checkedIn' ? event.fields.status : undefined
  return event.type === 'agent.checkedIn' && (status === 'done' || status === 'failed' || status === 'blocked') ? [event.agent] : []
}
