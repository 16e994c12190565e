import type { HostedProcess, Deployment } from './model/deployment.js'
import type * as op from './model/deployOperations.js'
import type { DeployCommand, AskCommand, AskRefusal, KeeperCommand, KeeperRefusal, ReportCommand } from './rules/deploy.js'

/** The part of {@link Muster} that is about agents whose processes Muster starts and keeps. */
export interface DeployCalls {
  /**
   * Starts a process for an agent and answers when it runs, or stands in line. It goes on when the caller ends: a small
   * keeper of its own watches it, starts it again as told, and ends it when asked.
   */
  deploy(agent: op.DeployInput): Promise<op.DeployResult>
  /** Asks the process of an agent to end, ends it with all it has started where it does not, and answers when it has. For persons, and those it works for. */
  stopAgent(id: string, reason?: string): Promise<op.StopResult>
  /** Begins an agent again that Muster started, with the same command and its last checkpoint; one that runs is stopped before. */
  restartAgent(id: string, reason?: string): Promise<op.RestartResult>
  /** The last lines of what an agent in the background has written. Default: 100. */
  agentLog(id: string, lines?: number): Promise<op.AgentLogResult>
  /** What keepers of agents tell and ask the records. */
  readonly keeping: Keeping
}

/** For keepers. Each act is one commit, decided anew after a lost race. */
export interface Keeping {
  /** This process, as records name it. */
  readonly here: HostedProcess
  list(): Promise<readonly Deployment[]>
  get(agent: string): Promise<Deployment | undefined>
  /** Whether a process that the records name has certainly ended. */
  hasEnded(process: HostedProcess): boolean
  /** Names of files and folders, as records name them. */
  scopes(labels: readonly string[]): Deployment['scopes']
  make(command: DeployCommand): Promise<{ ok: true; agent: string; number: number } | op.DeployRefusal>
  attend(command: KeeperCommand): Promise<{ ok: true } | KeeperRefusal>
  begin(command: KeeperCommand): Promise<{ ok: true } | KeeperRefusal>
  report(command: ReportCommand): Promise<{ ok: true } | KeeperRefusal>
  /** @param silent also where nobody can tell and it was not heard of */
  lost(agent: string, number: number, silent?: boolean): Promise<{ ok: true }>
  /** Lets go of what its agent holds and no uncommitted change speaks for. */
  letGo(): Promise<void>
  ask(command: AskCommand): Promise<{ ok: true; agent: string; deployment: Deployment } | AskRefusal>
}

/** Starts and ends processes for {@link DeployCalls}; given to the core by whoever opens it. */
export interface ProcessSupervisor<M> {
  deploy(muster: M, agent: op.DeployInput): Promise<op.DeployResult>
  stop(muster: M, id: string, reason: string): Promise<op.StopResult>
  restart(muster: M, id: string, reason: string): Promise<op.RestartResult>
  log(muster: M, id: string, lines: number): Promise<op.AgentLogResult>
}
