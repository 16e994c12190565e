import { openMuster } from './core/open.js'
import type { Muster, OpenOptions } from './core/muster.js'
import { ownProgram } from './supervisor/ownProgram.js'
import { processSupervisor } from './supervisor/supervisor.js'

/* The library: `import { open } from 'muster'`. Everything a front end of your own needs, and nothing else. */

/**
 * Opens a coordination folder and, for attached connections, takes up an identity in it.
 * @throws MusterError FOLDER_UNUSABLE, AGENT_IN_USE, LEDGER_DAMAGED, INVALID_INPUT
 */
export async function open(options: OpenOptions = {}): Promise<Muster> {
  return openMuster(options, processSupervisor({ program: ownProgram }))
}

export { repairFolder as repair, type RepairOptions, type RepairReport } from './core/repair.js'
export { migrate, type MigrateOptions, type MigrateReport } from './core/migrate.js'
export type { MoveStep } from './core/ledger/move/move.js'
export { MusterError, isMusterError, type ErrorCode } from './core/errors.js'
export type { Muster, OpenOptions, Settings, World, Change, LogEntry, LogOptions, Moment, Past } from './core/muster.js'
export type * from './core/model/operations.js'
export type * from './core/model/workOperations.js'
export type * from './core/model/agentOperations.js'
export type * from './core/model/planOperations.js'
export type * from './core/model/tickets.js'
export type { UpdateOptions, UpdateResult } from './core/model/documentUpdate.js'
export type * from './core/model/runs.js'
export type * from './core/model/deployOperations.js'
export type { StartupResult } from './core/model/startup.js'
export type * from './core/model/saveOperations.js'
export type { Save, WindowContent } from './core/model/save.js'
