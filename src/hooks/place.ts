import { join } from 'node:path'
import { guardMode } from '../core/system/guardMode.js'
import { locateFolder, lookAt } from '../core/system/locate.js'

/** Where a hook is called. */
export interface Place {
  /** The coordination folder; it has records. */
  folder: string
  /** Directory the agent works in. */
  cwd: string
}

/** The folder's setting `closed` counts even where the records in it are missing. */
export function closedWithoutRecords(cwd: string, env: NodeJS.ProcessEnv): Place | undefined {
  try {
    const { folder, exists } = locateFolder(cwd, env)
    return exists && guardMode(folder, env) === 'closed' && !lookAt(join(folder, 'ledger')) ? { folder, cwd } : undefined
  } catch {
    return undefined
  }
}

/** Undefined where Muster is not turned on. */
export function placeOf(cwd: string, env: NodeJS.ProcessEnv): Place | undefined {
  try {
    const { folder } = locateFolder(cwd, env)
    return lookAt(join(folder, 'ledger')) ? { folder, cwd } : undefined
  } catch {
    // A directory that is gone, or may not be looked into: nothing is turned on there.
    return undefined
  }
}
