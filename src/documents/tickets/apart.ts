import { knowProcesses } from '../../core/system/processes.js'

/* What operations on tickets load, and editor, command line, tools and library share: in what ships a file of its own (dist/tickets.cjs). */

export { logOf } from './outputs.js'
export { isTicket, lastOutput, saveOutput, ticketFile, writeTicket } from './tickets.js'

// A file of its own knows of no process yet, not even of its own, by which it names what it writes.
void knowProcesses([process.pid])
