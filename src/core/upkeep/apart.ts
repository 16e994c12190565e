import { knowProcesses } from '../system/processes.js'

/* What cleaning up loads, and editor, command line, tools and library share: in what ships a file of its own (dist/upkeep.cjs). */

export { findOld, noFiles, removeOld, totalsOf } from './cleanUp.js'

// A file of its own knows of no process yet, not even of its own, by which it names what it writes.
void knowProcesses([process.pid])
