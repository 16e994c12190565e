import type { DeploymentExit, DeploymentPhase, HostedProcess, RestartPolicy } from './deployment.js'

/** What is shown of an agent whose process Muster started. */
export interface DeploymentView {
  number: number
  phase: DeploymentPhase
  background: boolean
  template?: string
  kind: string
  readOnly: boolean
  scopes: string[]
  restart: RestartPolicy
  restarts: number
  maxRestarts: number
  budgetMinutes?: number
  by: string
  madeAt: string
  beganAt?: string
  endedAt?: string
  /** Whether somebody sees to it: its keeper runs, or cannot be asked from here. */
  kept: boolean
  keeper?: HostedProcess
  process?: HostedProcess
  exit?: DeploymentExit
  lastLine?: string
  warning?: string
  asked?: { what: 'stop' | 'restart'; by: string; reason: string }
}
