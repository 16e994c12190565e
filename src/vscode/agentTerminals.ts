import * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import { descentOf } from '../core/system/descent.js'
import type { MusterWindow } from './musterWindow.js'

/** ms after which a terminal is taken for one without a process: some never tell. */
const NO_PROCESS = 2_000

/** Which agents work in which terminal of this window: one of their processes descends from the terminal's shell. */
export class AgentTerminals implements vscode.Disposable {
  private found: ReadonlyMap<string, vscode.Terminal> = new Map()
  private readonly changed: Emitter<void>
  private readonly subscription: vscode.Disposable
  private looking: Promise<void> | undefined
  private lookedAt = ''
  private due = false

  constructor(private readonly window: MusterWindow, private readonly report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    const look = (): void => void this.look()
    this.subscription = vscode.Disposable.from(window.onDidChange(look), vscode.window.onDidOpenTerminal(look), vscode.window.onDidCloseTerminal(look))
  }

  /** Which agent is in which terminal has changed. */
  get onDidChange(): Emitter<void>['event'] {
    return this.changed.event
  }

  of(agent: string): vscode.Terminal | undefined {
    return this.found.get(agent)
  }

  /** Names of terminals by agent id. */
  names(): ReadonlyMap<string, string> {
    return new Map([...this.found].map(([agent, terminal]) => [agent, terminal.name]))
  }

  /** Looks anew whatever it looked at last: processes end without a word. */
  async lookAgain(agent: string): Promise<vscode.Terminal | undefined> {
    await this.looking
    this.lookedAt = ''
    await this.look()
    return this.of(agent)
  }

  dispose(): void {
    this.subscription.dispose()
    this.changed.dispose()
  }

  private look(): Promise<void> {
    this.due = true
    this.looking ??= this.findWhileDue().catch(this.report).finally(() => (this.looking = undefined))
    return this.looking
  }

  private async findWhileDue(): Promise<void> {
    while (this.due) {
      this.due = false
      await this.find()
    }
  }

  private async find(): Promise<void> {
    const processes = this.window.world()?.processes ?? []
    const terminals = vscode.window.terminals
    const pids = await Promise.all(terminals.map((terminal) => Promise.race([terminal.processId, new Promise<undefined>((resolve) => setTimeout(resolve, NO_PROCESS))])))
    const looked = JSON.stringify([processes, pids])
    if (looked === this.lookedAt) return
    this.lookedAt = looked
    const byShell = new Map(terminals.flatMap((terminal, index) => (pids[index] === undefined ? [] : [[pids[index], terminal] as const])))
    const descent = byShell.size === 0 ? new Map<number, number[]>() : await descentOf(processes.map(({ pid }) => pid))
    const found = new Map<string, vscode.Terminal>()
    for (const { agent, pid } of processes) {
      const shell = descent.get(pid)?.find((one) => byShell.has(one))
      if (shell !== undefined) found.set(agent, byShell.get(shell)!)
    }
    const same = found.size === this.found.size && [...found].every(([agent, terminal]) => this.found.get(agent) === terminal)
    this.found = found
    if (!same) this.changed.fire()
  }
}
