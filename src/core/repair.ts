import { resolve } from 'node:path'
import { MusterError } from './errors.js'
import { nodeFs } from './ledger/folder/ledgerFs.js'
import { openFolderLedger } from './ledger/folder/openFolderLedger.js'
import { diagnose, repairLedger, type LedgerRepair } from './ledger/repair/repairLedger.js'
import { settle } from './rules/settle.js'
import { machine } from './state/machine.js'
import { systemClock } from './system/clock.js'
import { inDatabase } from './system/databaseFolder.js'
import { livingProcesses } from './system/presenceFiles.js'
import { tell } from './tell.js'

export interface RepairOptions {
  /** The `.muster` folder. */
  folder: string
  /** Only say what is wrong and what would be lost. */
  dryRun?: boolean
  /** Repair although processes that are at work have the folder open: what one of them writes just then may be lost. */
  force?: boolean
}

export interface RepairReport extends LedgerRepair {
  ok: true
  dryRun: boolean
  /** Pids of processes that have the folder open. */
  openIn: number[]
  /** Locks that ended because another one collides with them: of two that are both on record the later one holds. */
  settled: number
}

/**
 * Finds what is wrong with the records in a folder and makes them usable again; a start after a crash never needs it.
 * Nothing is deleted: originals of what is changed are moved to `damaged/` in the folder. A person's act: what cannot be
 * read is left out for good. Windows that have the folder open go on by themselves.
 * @throws MusterError FOLDER_UNUSABLE (no records, or nothing left of them), LEDGER_DAMAGED, LEDGER_NEWER (they cannot be
 * repaired, or not by this version), BUSY (processes have the folder open, `details.pids`; somebody wrote meanwhile)
 */
export async function repairFolder(options: RepairOptions): Promise<RepairReport> {
  const { folder, dryRun = false, force = false } = options
  const path = resolve(folder)
  assertInFolder(path)
  const parts = { fs: nodeFs, machine, clock: systemClock() }
  const openIn = livingProcesses(path)
  if (dryRun) return { ok: true, dryRun, openIn, settled: 0, ...(await diagnose(path, parts)) }
  if (openIn.length > 0 && !force) {
    const report = await diagnose(path, parts)
    if (report.found.length === 0) return { ok: true, dryRun, openIn, settled: 0, ...report }
    throw new MusterError('BUSY', tell`${openIn.length === 1 ? tell`A process has` : tell`${openIn.length} processes have`} the folder open (pid ${openIn.join(', ')}).`, {
      hint: tell`Close the windows and agents that use it and try again, or force it: what they write just then may be lost.`,
      details: { pids: openIn },
    })
  }
  const report = await repairLedger(path, parts)
  const entriesLost = report.lost.length > 0 && report.found.length > 0
  return { ok: true, dryRun, openIn, settled: entriesLost ? await settleClaims(path) : 0, ...report }
}

/** A database keeps what it was given; what somebody changed in it, only its copies know. */
function assertInFolder(folder: string): void {
  if (inDatabase(folder) === undefined) return
  throw new MusterError('DATABASE_UNUSABLE', tell`The records of ${folder} are in a PostgreSQL database, where Muster repairs nothing.`, { hint: tell`muster verify says whether something is wrong with them. If so, restore the database from a copy.` })
}

/** @returns how many claims ended */
async function settleClaims(folder: string): Promise<number> {
  const ledger = await openFolderLedger({ folder, machine, clock: systemClock(), rescanMs: 0, create: false })
  try {
    const answer = await ledger.submit({ key: `/repair.${ledger.status().head}`, by: '', decide: (state, stamp) => ({ events: settle(state, stamp) }) })
    return answer.ok ? answer.events.filter(({ type }) => type === 'claim.ended').length : 0
  } finally {
    await ledger.close()
  }
}
