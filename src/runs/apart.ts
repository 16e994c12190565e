import { knowProcesses } from '../core/system/processes.js'

/* What operations on runs load, and editor, command line, tools and library share: in what ships a file of its own (dist/runs.cjs). */

export { begin } from './begin.js'
export { compare } from './compare.js'
export { plan } from './plan.js'
export { readRuns } from './readRun.js'
export { recover, wouldRecover } from './recover.js'
export { register, unregistered } from './register.js'
export { end, interrupt, reportProgress } from './report.js'
export { logTail } from './setAside.js'
export { inTurn } from './turns.js'
export { validate } from './validate.js'

// A file of its own knows of no process yet, not even of its own, by which it names what it writes.
void knowProcesses([process.pid])
