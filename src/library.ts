/** The library: `import { open } from 'muster'`. Everything a front end of your own needs, and nothing else. */
export { openMuster as open } from './core/open.js'
export { repairFolder as repair, type RepairOptions, type RepairReport } from './core/repair.js'
export { MusterError, isMusterError, type ErrorCode } from './core/errors.js'
export type { Muster, OpenOptions, Settings, World, Change, LogEntry, LogOptions, Moment, Past } from './core/muster.js'
export type * from './core/model/operations.js'
export type * from './core/model/workOperations.js'
export type * from './core/model/agentOperations.js'
export type { StartupResult } from './core/model/startup.js'
