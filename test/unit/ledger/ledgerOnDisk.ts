import { isMusterError, type ErrorCode } from '../../../src/core/errors.js'
import { openFolderLedger, type FolderLedgerOptions, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import type { LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'
import { SimulatedDisk, type Fault } from './simulation/simulatedDisk.js'

export const FOLDER = '/disk/repo/.muster'
export const SEGMENT = `${FOLDER}/ledger/00000001.jsonl`

export type FolderLedger = OpenFolderLedger<TestState, TestEvent>

/** A simulated disk with an empty repository on it. */
export function emptyDisk(): SimulatedDisk {
  const disk = new SimulatedDisk()
  disk.fs().mkdir('/disk/repo')
  disk.fs().fsyncFolder('/disk')
  return disk
}

/** Opens the real folder ledger on a simulated disk. Waits take no time. */
export function openOn(disk: SimulatedDisk, options: Partial<FolderLedgerOptions<TestState, TestEvent>> & { fault?: Fault } = {}): Promise<FolderLedger> {
  const { fault, ...rest } = options
  let skipped = 0
  const clock = { ...testClock(), monotonic: () => performance.now() + skipped, sleep: async (ms: number) => void (skipped += ms) }
  return openFolderLedger({ folder: FOLDER, machine: testMachine, clock, fs: disk.fs(fault), rescanMs: 0, ...rest })
}

/** A file system with some calls replaced. */
export function withCalls(fs: LedgerFs, calls: Partial<LedgerFs>): LedgerFs {
  return { ...fs, ...calls }
}

export function code(expected: ErrorCode): (error: unknown) => boolean {
  return (error) => isMusterError(error) && error.code === expected && error.hint !== undefined && error.hint !== ''
}
