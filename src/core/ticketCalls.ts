import type * as op from './model/tickets.js'

/** The part of {@link Muster} that is about tickets: what a worker is to do, as a file in `.taskers`, and what became of what it wrote. */
export interface TicketCalls {
  /** Gives a worker its task and scope, and writes its ticket from a template. Refused where another worker has some of that scope. */
  makeTicket(ticket: op.TicketInput): Promise<op.TicketResult>
  /** Tasks that are meant for agents, with the files of their tickets, whether those are there or lost. */
  listTickets(): Promise<op.TicketView[]>
  /** Saves what a worker wrote below `.taskers/runs`; by default what its process has written, where Muster started it. */
  saveOutput(output: op.OutputInput): Promise<op.OutputResult>
  /** Says what became of all that a worker delivered, or of its output. Its task is over then, or open for others again. */
  integrateWorker(integration: op.WorkerIntegration): Promise<op.WorkerIntegrationResult>
}
