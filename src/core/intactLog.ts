import { resolve } from 'node:path'
import { Layout } from './ledger/folder/layout.js'
import { nodeFs } from './ledger/folder/ledgerFs.js'
import { folderProblem } from './ledger/folder/problems.js'
import type { Gap } from './ledger/repair/gaps.js'
import { readIntact } from './ledger/repair/intact.js'
import type { LogEntry } from './muster.js'
import { ClaimLabels, logEntries } from './state/logEntry.js'
import { machine } from './state/machine.js'

export interface IntactLog {
  entries: LogEntry[]
  /** Numbers of what cannot be read any more, both ends included. */
  gaps: Gap[]
}

/**
 * What damaged records still tell, in words, before and behind what is missing. Writes nothing.
 * @throws MusterError FOLDER_UNUSABLE, LEDGER_NEWER
 */
export async function intactLog(folder: string): Promise<IntactLog> {
  const log: IntactLog = { entries: [], gaps: [] }
  const labels = new ClaimLabels()
  // Names of agents and the like, as far as what is left tells them.
  const state = machine.create()
  try {
    for await (const part of readIntact(nodeFs, new Layout(resolve(folder)), machine)) {
      if ('from' in part) {
        log.gaps.push(part)
        continue
      }
      labels.note(part)
      for (const op of part.ops) machine.fold(state, op, part.stamp)
      for (const entry of logEntries(part, state, labels.labels)) log.entries.push(entry)
    }
  } catch (error) {
    throw folderProblem(folder, error)
  }
  return log
}
