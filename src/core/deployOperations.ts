import { parse, type MusterParts } from './acting.js'
import type { DeployCalls, Keeping, ProcessSupervisor } from './deployCalls.js'
import { Deployments } from './deployments.js'
import type { DocumentCalls, DocumentSource } from './documentCalls.js'
import { invalid } from './errors.js'
import * as op from './model/deployOperations.js'
import { lineInput } from './model/operations.js'
import { RunOperations } from './runOperations.js'
import { tell } from './tell.js'

/** Operations on agents whose processes Muster starts. The processes are the supervisor's, who is given by whoever opens the folder. */
export abstract class DeployOperations extends RunOperations implements DeployCalls, DocumentCalls {
  readonly keeping: Keeping
  private source: DocumentSource | undefined

  constructor(parts: MusterParts, private readonly supervisor?: ProcessSupervisor<unknown>) {
    super(parts)
    this.keeping = new Deployments(parts)
  }

  async deploy(agent: op.DeployInput): Promise<op.DeployResult> {
    return this.processes.deploy(this, parse(op.deployInput, agent, 'agent to deploy'))
  }

  async stopAgent(id: string, reason = ''): Promise<op.StopResult> {
    return this.processes.stop(this, id, parse(lineInput, reason, 'reason'))
  }

  async restartAgent(id: string, reason = ''): Promise<op.RestartResult> {
    return this.processes.restart(this, id, parse(lineInput, reason, 'reason'))
  }

  async agentLog(id: string, lines = 100): Promise<op.AgentLogResult> {
    return this.processes.log(this, id, lines)
  }

  async documentSource(): Promise<DocumentSource> {
    const { RecordSource } = await import('./documentSource.js')
    return (this.source ??= new RecordSource(this.parts))
  }

  private get processes(): ProcessSupervisor<unknown> {
    if (!this.supervisor) throw invalid(tell`No process can be started from here.`, tell`Use muster deploy in a terminal, or a trusted workspace.`)
    return this.supervisor
  }
}
