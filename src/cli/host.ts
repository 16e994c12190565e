import type { Disposable } from '../core/emitter.js'
import type { IntactLog } from '../core/intactLog.js'
import type { VerifyReport } from '../core/ledger/verify.js'
import type { Muster, OpenOptions } from '../core/muster.js'
import type { MigrateOptions, MigrateReport } from '../core/migrate.js'
import type { RepairOptions, RepairReport } from '../core/repair.js'
import type { AgentProgram } from '../core/system/ancestors.js'
import type { Screen } from './text/ui.js'

/** Where output goes. */
export interface Output extends Screen {
  write(text: string): void
}

/** What the command line needs from the world around it; replaced by a fake in tests. */
export interface Host {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly out: Output
  readonly err: Output
  /** The command line that starts this program again, whatever is on the PATH. */
  readonly program: readonly string[]
  now(): number
  version(): string
  open(options: OpenOptions): Promise<Muster>
  /** The coordination folder a directory belongs to, whether it exists or not. */
  locate(directory: string): Promise<string>
  /** Name of the person at work in a directory. */
  person(directory: string): Promise<string>
  /** The AI agent's program that this command was started by, directly or through its shell. */
  agentProgram(): Promise<AgentProgram | undefined>
  /** Becomes the MCP server, with this command line; resolves when its client has gone. */
  serveTools(): Promise<void>
  /** Becomes the keeper of a deployed agent, which runs in this terminal where there is one; resolves with its exit code. */
  keep(deployment: { folder: string; agent: string; number: number; json: boolean }): Promise<number>
  /** Asks the person at the terminal; missing where nobody sits at one. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  verify(folder: string): Promise<VerifyReport>
  /** What damaged records still tell. */
  intactLog(folder: string): Promise<IntactLog>
  repair(options: RepairOptions): Promise<RepairReport>
  migrate(options: MigrateOptions): Promise<MigrateReport>
  /** Makes the documents of a folder anew from its records; answers how many files that wrote. */
  rebuildDocuments?(folder: string): Promise<number>
  /** Brings the documents of a folder up to date after a command has changed its records. */
  catchUp?(muster: Muster): Promise<void>
  /** Takes in what agents with nothing but a shell wrote, before a command tells how things are. */
  takeIn?(folder: string): Promise<void>
  /** Asks the person at the terminal; undefined where there is none. */
  confirm(question: string): Promise<boolean | undefined>
  /** Ctrl-C, termination, and readers of our output that went away. */
  onInterrupt(listener: () => void): Disposable
  /** While somebody listens, SIGINT and SIGTERM are theirs: they do not end this process. */
  onSignal(listener: (signal: NodeJS.Signals) => void): Disposable
}
