import { parse } from './acting.js'
import { agentIdOf } from './model/agentId.js'
import type { Task } from './model/task.js'
import * as op from './model/tickets.js'
import { taskChange, type TaskChange, type TaskResult } from './model/workOperations.js'
import { PlanOperations } from './planOperations.js'
import { unknownAgent } from './rules/agent.js'
import { nameOf } from './rules/rule.js'
import { findTask, responsible } from './state/tasks.js'
import type { TicketCalls } from './ticketCalls.js'
import type { TicketContent } from '../documents/tickets/template.js'
import { tell } from './tell.js'

/** Operations on tickets. What writes their files is loaded when it is used. */
export abstract class TicketOperations extends PlanOperations implements TicketCalls {
  async makeTicket(ticket: op.TicketInput): Promise<op.TicketResult> {
    const { template, scopes, ...rest } = parse(op.ticketInput, ticket, 'ticket')
    const [{ taskOf, ticketRule }, { dropTicket, hasTemplate, writeTicket }] = await Promise.all([import('./rules/ticket.js'), import('../documents/tickets/tickets.js')])
    // Asked before anything is given to anybody.
    if (template !== undefined && !(await hasTemplate(this.parts.root, template))) return noTemplate(template)
    const state = await this.parts.ledger.refresh()
    const before = rest.task === undefined ? undefined : findTask(state, rest.task)
    const former = before && responsible(before)
    // Its ticket may be for another of its tasks.
    const leaves = former !== undefined && taskOf(state, former)?.id === before?.id ? { id: former, name: nameOf(state, former) } : undefined
    const given = await this.act(ticketRule, { ...rest, ...(scopes && { scopes: this.labelsOf(scopes) }) })
    if (!given.ok) return given
    const { worker, name, brief, task } = given
    const written = await writeTicket(this.parts.root, { id: worker, name }, contentOf(task, { name, brief }), template)
    // The task has gone to the other one by now, also where the template went just then.
    if (leaves && leaves.id !== worker) await dropTicket(this.parts.root, leaves)
    if (written === undefined) return noTemplate(template!)
    return { ok: true, worker, task: task.id, scope: task.resources, ...written }
  }

  /** Where a worker has a ticket for the task, that says what the task says, and goes when the task is not its own any more. */
  override async changeTask(id: string, change: TaskChange): Promise<TaskResult> {
    parse(taskChange, change, 'change of a task')
    const before = await this.parts.ledger.refresh()
    const task = findTask(before, id)
    const worker = task && responsible(task)
    if (worker === undefined) return super.changeTask(id, change)
    const [{ rescopeRule, taskOf }, { dropTicket, isTicket, renewTicket, ticketFile }] = await Promise.all([import('./rules/ticket.js'), import('../documents/tickets/tickets.js')])
    const known = { id: worker, name: nameOf(before, worker), brief: before.agents.get(worker)?.brief ?? '' }
    if (taskOf(before, worker)?.id !== task!.id || !(await isTicket(this.parts.root, ticketFile(known)))) return super.changeTask(id, change)
    const changed = await this.changeBy(rescopeRule, id, change)
    const now = changed.ok ? (await this.parts.ledger.refresh()).tasks.get(task!.id) : undefined
    if (now && !now.closed && responsible(now) === worker) await renewTicket(this.parts.root, known, contentOf(task!, known), contentOf(now, known))
    else if (now) await dropTicket(this.parts.root, known)
    return changed
  }

  async listTickets(): Promise<op.TicketView[]> {
    const state = await this.parts.ledger.refresh()
    const [{ isTicket, lastOutput, ticketFile }, { taskOf }] = await Promise.all([import('../documents/tickets/tickets.js'), import('./rules/ticket.js')])
    const ids = new Set([...state.tasks.values()].flatMap((task) => (task.closed || task.resources.length === 0 ? [] : (responsible(task) ?? []))))
    return Promise.all([...ids].flatMap((id) => {
      const task = taskOf(state, id)
      if (!task || task.resources.length === 0 || state.agents.get(id)?.kind === 'person') return []
      const worker = { id, name: nameOf(state, id) }
      const file = ticketFile(worker)
      return [(async () => {
        const output = await lastOutput(this.parts.root, worker)
        return { worker: id, name: worker.name, task: task.id, title: task.title, scope: task.resources, file, found: await isTicket(this.parts.root, file), ...(output !== undefined && { output }) }
      })()]
    }))
  }

  async saveOutput(output: op.OutputInput): Promise<op.OutputResult> {
    const { worker, text } = parse(op.outputInput, output, 'output')
    const state = await this.parts.ledger.refresh()
    const id = agentIdOf(worker)
    if (!state.agents.has(id)) return unknownAgent(worker)
    const [{ logOf }, { saveOutput }] = await Promise.all([import('../documents/tickets/outputs.js'), import('../documents/tickets/tickets.js')])
    const bytes = text === undefined ? await logOf(this.parts.folder, id) : Buffer.from(text)
    if (bytes === undefined) return { ok: false, reason: 'NO_LOG', hint: tell`Muster did not start ${nameOf(state, id)} in the background, so it does not know what it wrote. Say it: muster ticket output ${id} --from FILE` }
    return { ok: true, worker: id, file: await saveOutput(this.parts.root, { id, name: nameOf(state, id) }, bytes, Date.now()), bytes: bytes.length }
  }

  async integrateWorker(integration: op.WorkerIntegration): Promise<op.WorkerIntegrationResult> {
    const { worker, ...rest } = parse(op.workerIntegration, integration, 'integration')
    const id = agentIdOf(worker)
    const [{ dropTicket, lastOutput, writtenAt }, { integrateWorkerRule, taskOf }] = await Promise.all([import('../documents/tickets/tickets.js'), import('./rules/ticket.js')])
    const before = await this.parts.ledger.refresh()
    const known = { id, name: nameOf(before, id) }
    const current = taskOf(before, id)
    const output = await lastOutput(this.parts.root, known)
    const result = await this.act(integrateWorkerRule, { worker, ...rest, output, ...(output !== undefined && { outputAt: await writtenAt(this.parts.root, output) }) })
    // It has nothing more to do with that task. One that it was given since it was decided on before stays.
    if (result.ok && (!current || result.tasks.includes(current.id))) await dropTicket(this.parts.root, known)
    return result
  }
}

function contentOf({ id, title, priority, phase = '', acceptance, resources }: Task, { name, brief }: { name: string; brief: string }): TicketContent {
  return { worker: name, task: id, title, priority, phase, brief, scope: resources, acceptance }
}

function noTemplate(template: string): Extract<op.TicketResult, { ok: false }> {
  return { ok: false, reason: 'NOT_FOUND', hint: tell`There is no docs/worker-ticket-templates/${template}.md. Make it: muster ticket templates ${template}` }
}
