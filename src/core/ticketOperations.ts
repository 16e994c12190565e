import { parse } from './acting.js'
import { agentIdOf } from './model/agentId.js'
import * as op from './model/tickets.js'
import { PlanOperations } from './planOperations.js'
import { unknownAgent } from './rules/agent.js'
import { nameOf } from './rules/rule.js'
import { responsible } from './state/tasks.js'
import type { TicketCalls } from './ticketCalls.js'

/** Operations on tickets. What writes their files is loaded when it is used. */
export abstract class TicketOperations extends PlanOperations implements TicketCalls {
  async makeTicket(ticket: op.TicketInput): Promise<op.TicketResult> {
    const { template, scopes, ...rest } = parse(op.ticketInput, ticket, 'ticket')
    const { ticketRule } = await import('./rules/ticket.js')
    const given = await this.act(ticketRule, { ...rest, ...(scopes && { scopes: this.labelsOf(scopes) }) })
    if (!given.ok) return given
    const { worker, name, brief, task } = given
    const { writeTicket } = await import('../documents/tickets/tickets.js')
    const { id, title, priority, phase = '', acceptance, resources } = task
    const written = await writeTicket(this.parts.root, { id: worker, name }, { worker: name, task: id, title, priority, phase, brief, scope: resources, acceptance }, template)
    if (written === undefined) return { ok: false, reason: 'NOT_FOUND', hint: `There is no docs/worker-ticket-templates/${template}.md. Make it: muster ticket templates ${template}` }
    return { ok: true, worker, task: id, scope: resources, ...written }
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
    if (bytes === undefined) return { ok: false, reason: 'NO_LOG', hint: `Muster did not start ${nameOf(state, id)} in the background, so it does not know what it wrote. Say it: muster ticket output ${id} --from FILE` }
    return { ok: true, worker: id, file: await saveOutput(this.parts.root, { id, name: nameOf(state, id) }, bytes, Date.now()), bytes: bytes.length }
  }

  async integrateWorker(integration: op.WorkerIntegration): Promise<op.WorkerIntegrationResult> {
    const { worker, ...rest } = parse(op.workerIntegration, integration, 'integration')
    const id = agentIdOf(worker)
    const [{ lastOutput }, { integrateWorkerRule }] = await Promise.all([import('../documents/tickets/tickets.js'), import('./rules/ticket.js')])
    const output = await lastOutput(this.parts.root, { id, name: nameOf(await this.parts.ledger.refresh(), id) })
    return this.act(integrateWorkerRule, { worker, ...rest, output })
  }
}
