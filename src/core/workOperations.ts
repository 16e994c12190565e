import { Acting, parse } from './acting.js'
import { checkpointsOf } from './checkpointHistory.js'
import { isMusterError } from './errors.js'
import { agentIdOf } from './model/agentId.js'
import { updateOptions, type UpdateOptions, type UpdateResult } from './model/documentUpdate.js'
import { implementationInput, lineInput, resourceInput, textInput, tickInput, type ClaimOptions, type ClaimResult, type DecisionResult, type ImplementationInput, type ReleaseOptions, type ReleaseResult, type StopWaitingResult, type TickInput, type TickResult } from './model/operations.js'
import type { IntegrationVerdict } from './model/words.js'
import { resourceLabel } from './model/resource.js'
import * as op from './model/workOperations.js'
import { tickRule } from './rules/checklist.js'
import { implementRule, supersedeRule } from './rules/decision.js'
import { logErrorRule, resolveErrorRule } from './rules/errorLog.js'
import { stopWaitingRule } from './rules/queue.js'
import { checkpointRule, deliverRule, integrateRule, logWorkRule, summaryRule } from './rules/report.js'
import { addTaskRule, changeTaskRule, completeTaskRule, nextTask, startTaskRule } from './rules/task.js'
import { deliverableView, errorView, taskView } from './state/workViews.js'

/** Operations on work itself: tasks, errors, what agents report, and passing all that on. */
export abstract class WorkOperations extends Acting {
  abstract claim(resource: string, options?: ClaimOptions): Promise<ClaimResult>
  abstract release(resource: string, options?: ReleaseOptions): Promise<ReleaseResult>

  async addTask(task: op.TaskInput, key?: string): Promise<op.TaskResult> {
    const fields = parse(op.taskInput, task, 'task')
    const resources = this.labelsOf(fields.resources)
    return this.act(addTaskRule, { ...fields, resources }, { operation: 'task', key })
  }

  async changeTask(id: string, change: op.TaskChange): Promise<op.TaskResult> {
    return this.changeBy(changeTaskRule, id, change)
  }

  protected async changeBy(rule: typeof changeTaskRule, id: string, change: op.TaskChange): Promise<op.TaskResult> {
    const { status, note, resources, ...fields } = parse(op.taskChange, change, 'change of a task')
    const labels = resources && this.labelsOf(resources)
    return this.act(rule, { task: id, fields: { ...defined(fields), ...(labels && { resources: labels }) }, status, note })
  }

  async uncommittedFiles(resources: readonly string[]): Promise<string[] | undefined> {
    const files = await this.parts.tree.uncommitted(resources.map((resource) => this.resolve(resource)))
    return files === 'unknown' ? undefined : files
  }

  async nextTask(): Promise<op.NextTaskResult> {
    const state = await this.parts.ledger.refresh()
    return nextTask(state, { ...this.parts.connection.context(), agent: this.agent })
  }

  async startTask(id: string): Promise<op.TaskResult> {
    return this.act(startTaskRule, { task: id })
  }

  async completeTask(id: string, note = ''): Promise<op.TaskResult> {
    return this.act(completeTaskRule, { task: id, note: parse(textInput, note, 'note') })
  }

  async listTasks(filter: op.TaskFilter = {}): Promise<op.TaskView[]> {
    const { status, phase, mine } = parse(op.taskFilter, filter, 'filter of tasks')
    const state = await this.parts.ledger.refresh()
    return [...state.tasks.values()]
      .map((task) => taskView(state, task, this.agent))
      .filter((task) => (status === undefined || task.status === status) && (phase === undefined || task.phase === phase) && (mine === undefined || task.mine === mine))
  }

  async logError(error: op.ErrorInput, key?: string): Promise<op.LogErrorResult> {
    const { resource, ...fields } = parse(op.errorInput, error, 'error')
    return this.act(logErrorRule, { ...fields, ...(resource !== undefined && { resource: this.label(resource) }) }, { operation: 'error', key })
  }

  async resolveError(id: string, resolution = ''): Promise<op.ResolveErrorResult> {
    return this.act(resolveErrorRule, { error: id, resolution: parse(textInput, resolution, 'resolution') })
  }

  async listErrors(filter: op.ErrorFilter = {}): Promise<op.ErrorView[]> {
    const { agent, kind, severity, status } = parse(op.errorFilter, filter, 'filter of errors')
    const state = await this.parts.ledger.refresh()
    return [...state.errors.values()]
      .map((error) => errorView(state, error))
      .filter((error) => (agent === undefined || error.agent === agentIdOf(agent)) && (kind === undefined || error.kind === kind)
        && (severity === undefined || error.severity === severity) && (status === undefined || error.status === status))
  }

  async checkpoint(note: op.CheckpointInput): Promise<op.SavedResult> {
    const fields = parse(op.checkpointInput, note, 'checkpoint')
    return this.act(checkpointRule, { ...fields, files: fields.files.map((file) => this.label(file)) })
  }

  async listCheckpoints(filter: op.CheckpointFilter = {}): Promise<op.CheckpointView[]> {
    const { agent, limit } = parse(op.checkpointFilter, filter, 'filter of checkpoints')
    return checkpointsOf(this.parts.ledger, agent === undefined ? this.agent : agentIdOf(agent), limit)
  }

  async logWork(text: string, key?: string): Promise<op.SavedResult> {
    return this.act(logWorkRule, { text: parse(lineInput.min(1), text, 'text') }, { operation: 'work', key })
  }

  async deliver(deliverable: op.DeliverableInput, key?: string): Promise<op.DeliverResult> {
    const fields = parse(op.deliverableInput, deliverable, 'deliverable')
    const files = fields.files.map((file) => {
      const size = ('size' in file ? file.size : undefined) ?? this.parts.tree.size(file.path)
      return { ...file, path: this.label(file.path), ...(size !== undefined && { size }) }
    })
    return this.act(deliverRule, { ...fields, files }, { operation: 'deliver', key })
  }

  async integrate(id: string, verdict: IntegrationVerdict, note = ''): Promise<op.IntegrateResult> {
    return this.act(integrateRule, { deliverable: id, verdict: parse(op.integrationVerdict, verdict, 'verdict'), note: parse(textInput, note, 'note') })
  }

  async updateDocument(path: string, edit: (text: string) => string | Promise<string>, options: UpdateOptions = {}): Promise<UpdateResult> {
    const parsed = parse(updateOptions, options, 'options of an update')
    await this.parts.join()
    const { updateDocument } = await import('./documentUpdates.js')
    return updateDocument(this.parts, this, parse(resourceInput, path, 'path'), edit, parsed)
  }

  async listDeliverables(): Promise<op.DeliverableView[]> {
    const state = await this.parts.ledger.refresh()
    return [...state.deliverables.values()].map((deliverable) => deliverableView(state, deliverable))
  }

  async writeDailySummary(summary: op.SummaryInput, key?: string): Promise<op.SummaryResult> {
    return this.act(summaryRule, parse(op.summaryInput, summary, 'summary'), { operation: 'summary', key })
  }

  async stopWaiting(resource: string): Promise<StopWaitingResult> {
    return this.act(stopWaitingRule, { resource: this.resolve(resource) })
  }

  async handOff(handOff: op.HandOffInput, key?: string): Promise<op.HandOffResult> {
    const { claims, from, ...rest } = parse(op.handOffInput, handOff, 'hand-off')
    const command = { ...rest, claims: claims?.map((resource) => this.resolve(resource)) }
    if (from !== undefined) {
      const { handOverRule } = await import('./rules/handOver.js')
      return this.act(handOverRule, { ...command, from }, { operation: 'handoff', key })
    }
    const { handOffRule } = await import('./rules/handOff.js')
    return this.act(handOffRule, command, { operation: 'handoff', key })
  }

  async tickChecklist(id: string, steps: TickInput): Promise<TickResult> {
    return this.act(tickRule, { message: id, ...parse(tickInput, steps, 'steps'), retired: await this.retired(id) })
  }

  async implementDecision(id: string, how: ImplementationInput = {}): Promise<DecisionResult> {
    const { commits, resources } = parse(implementationInput, how, 'implementation')
    return this.act(implementRule, { decision: id, commits: commits.map((commit) => commit.toLowerCase()), resources: this.labelsOf(resources) })
  }

  async supersedeDecision(id: string, by: string): Promise<DecisionResult> {
    return this.act(supersedeRule, { decision: id, by })
  }

  /** As people write them, each once. @throws MusterError OUTSIDE_ROOT */
  protected labelsOf(resources: readonly string[]): string[] {
    return [...new Set(resources.map((resource) => resourceLabel(this.resolve(resource))))]
  }

  /** As people write it, from the root of the tree; what lies outside of it stays as it was written. */
  protected label(resource: string): string {
    try {
      return resourceLabel(this.resolve(resource))
    } catch (error) {
      if (isMusterError(error) && error.code === 'OUTSIDE_ROOT') return resource
      throw error
    }
  }
}

export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
