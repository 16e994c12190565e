import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as vscode from 'vscode'
import type { ProcessSupervisor } from '../core/deployCalls.js'
import { Emitter } from '../core/emitter.js'
import type { Muster } from '../core/muster.js'
import type { DeployConfig } from '../supervisor/config.js'
import { programOf } from '../supervisor/keeperProcess.js'
import type { Resumed, ResumedBefore } from '../supervisor/resume.js'
import type { Answer } from '../supervisor/runProgram.js'
import type { Setting } from '../supervisor/setting.js'
import { processSupervisor } from '../supervisor/supervisor.js'
import { locale } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import type { Settings } from './settings.js'

/** ms between two looks for requests and for agents whose keeper was killed. */
const LOOK_MS = 3_000

/** How this window deploys agents: with the command line that comes with the extension, and the user's own settings. */
export class Supervisor {
  private readonly program

  constructor(private readonly context: Pick<vscode.ExtensionContext, 'extensionPath' | 'globalStorageUri'>, private readonly settings: Settings, private readonly ledger: (folder: string) => string | undefined) {
    this.program = programOf(join(context.extensionPath, 'dist', 'cli.mjs'))
  }

  /** For whoever works with a coordination folder. */
  processes(folder: string): ProcessSupervisor<Muster> {
    return processSupervisor({ program: this.program, env: () => this.env(folder), config: () => this.config() })
  }

  setting(folder: string): Setting {
    return { program: this.program, env: this.env(folder), config: () => this.config() }
  }

  /**
   * Answer of a command of Muster's command line, in a process of its own, in the language of the editor: for what is seldom done and needs much code.
   * @param folder the coordination folder; `how`: `input`: what is on its standard input; `signal` ends it
   * @throws MusterError as the command tells it; Error where it could not be run
   */
  async run<T extends Answer>(args: readonly string[], cwd: string, folder: string, how: { input?: string; signal?: AbortSignal } = {}): Promise<T> {
    const { runProgram } = await import('../supervisor/runProgram.js')
    const language = locale()
    return runProgram<T>(this.program, language === undefined ? args : [...args, `--language=${language}`], { cwd, env: this.env(folder), ...how })
  }

  /** What keepers need in a terminal, whatever its environment. */
  get terminalEnv(): Readonly<Record<string, string>> {
    return this.program.env ?? {}
  }

  /** @throws MusterError INVALID_INPUT where the settings cannot be used */
  async config(): Promise<DeployConfig> {
    const { parseConfig, withCommand } = await import('../supervisor/config.js')
    return parseConfig({ commands: withCommand(this.settings.ofUser('deploy.commands'), this.settings.ofUser('deploy.command')), pool: this.settings.ofUser('deploy.pool'), total: this.settings.ofUser('deploy.total') }, 'muster.deploy')
  }

  /** Agents find `muster` and its records as the window's terminals do. */
  private env(folder: string): NodeJS.ProcessEnv {
    const ledger = this.ledger(folder)
    return { ...process.env, ...(ledger !== undefined && { MUSTER_LEDGER: ledger }), PATH: `${join(this.context.globalStorageUri.fsPath, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` }
  }
}

const RESUMED = 'muster.resumed'

/** How this window goes on with agents that were interrupted. */
export interface Resuming {
  /** As the user has set it: nobody is asked. */
  automatically(): boolean
  /** Remembers which were, so that each is once. */
  memory: Pick<vscode.Memento, 'get' | 'update'>
  tell(resumed: readonly Resumed[], muster: Muster): void
}

/** While its window may write: takes requests for agents, sees to agents whose keeper was killed, and shows logs. */
export class Supervision implements vscode.Disposable {
  private readonly timer: NodeJS.Timeout
  private readonly shown = new Map<string, { channel: vscode.OutputChannel; abort: AbortController }>()
  private looking = false
  /** As of when no agent's process was to be seen to. */
  private nothing: { muster: Muster; head: number } | undefined
  /** The connection for which it was seen to what was interrupted before the window opened. */
  private resumedFor: Muster | undefined
  private readonly resumed = new Emitter<void>()

  constructor(private readonly window: MusterWindow, readonly supervisor: Supervisor, private readonly resuming: Resuming, private readonly report: (error: unknown) => void) {
    this.timer = setInterval(() => void this.look(), LOOK_MS)
  }

  /** Agents that were interrupted are about to be gone on with, and need nobody yet. */
  get isResuming(): boolean {
    return this.resuming.automatically() && this.resumedFor !== this.window.muster && this.window.writable && vscode.workspace.isTrusted
  }

  /** What could be gone on with is. */
  get onDidResume(): Emitter<void>['event'] {
    return this.resumed.event
  }

  dispose(): void {
    clearInterval(this.timer)
    for (const { channel, abort } of this.shown.values()) {
      abort.abort()
      channel.dispose()
    }
  }

  /** Shows what an agent writes, and goes on with it until it ends. */
  async show(id: string, title: string, lines: readonly string[], file: string): Promise<void> {
    const { followLog } = await import('../supervisor/followLog.js')
    const known = this.shown.get(id)
    known?.abort.abort()
    const [channel, abort] = [known?.channel ?? vscode.window.createOutputChannel(title), new AbortController()]
    this.shown.set(id, { channel, abort })
    channel.replace(lines.map((line) => `${line}\n`).join(''))
    channel.show(true)
    // By the connection of the moment: between two of them nobody can tell, and it is followed on.
    const hasEnded = async (): Promise<boolean> => {
      const { muster } = this.window
      // One that is being closed, or a database that does not answer, tells nothing of it.
      const agent = await muster?.getAgent(id).catch(() => null)
      return muster !== undefined && muster === this.window.muster && agent !== null && (agent?.deployment?.phase ?? 'ended') === 'ended'
    }
    followLog(file, hasEnded, abort.signal, (line) => channel.appendLine(line)).catch(this.report)
  }

  private async look(): Promise<void> {
    const { muster } = this.window
    if (!muster || this.looking || !this.window.writable || !vscode.workspace.isTrusted) return
    this.looking = true
    try {
      await this.resume(muster)
      if (this.hasLost(muster)) await (await import('../supervisor/tend.js')).tend(muster, this.supervisor.setting(muster.folder))
      if (existsSync(join(muster.folder, 'requests'))) await this.takeRequests(muster)
    } catch (error) {
      this.report(error)
    } finally {
      this.looking = false
    }
  }

  /** Whether a keeper has ended before its agent did. Where no agent is deployed there is nothing to look at until something is written. */
  private hasLost(muster: Muster): boolean {
    const { head } = muster.ledgerStatus()
    if (this.nothing?.muster === muster && this.nothing.head === head) return false
    const watched = muster.state().agents.flatMap(({ deployment }) => (deployment && (deployment.lost || deployment.phase !== 'ended') ? deployment : []))
    this.nothing = watched.length === 0 ? { muster, head } : undefined
    return watched.some(({ lost, kept }) => lost || !kept)
  }

  /** Once for each connection, and once for each agent: what is killed again is for a person to look at. */
  private async resume(muster: Muster): Promise<void> {
    if (this.resumedFor === muster) return
    try {
      if (this.resuming.automatically()) await this.resumeAll(muster)
    } finally {
      this.resumedFor = muster
      this.resumed.fire()
    }
  }

  private async resumeAll(muster: Muster): Promise<void> {
    const [{ tend }, { resumeInterrupted }] = await Promise.all([import('../supervisor/tend.js'), import('../supervisor/resume.js')])
    const setting = this.supervisor.setting(muster.folder)
    // First what is to be known of those whose keepers were killed too.
    await tend(muster, setting)
    const { memory, tell } = this.resuming
    const note = (agent: string, number: number): void => void memory.update(RESUMED, { ...memory.get<ResumedBefore>(RESUMED, {}), [agent]: number })
    const resumed = await resumeInterrupted(muster, setting, memory.get<ResumedBefore>(RESUMED, {}), note)
    if (resumed.length > 0) tell(resumed, muster)
  }

  /** Without templates of the user's they are left for somebody who has some. */
  private async takeRequests(muster: Muster): Promise<void> {
    const { commands } = await this.supervisor.config()
    if (Object.keys(commands).length === 0) return
    const { takeRequests } = await import('../supervisor/requests.js')
    await takeRequests(muster, (agent) => muster.deploy(agent))
  }
}
