import { isMusterError, type ErrorCode } from '../../../src/core/errors.js'
import { sumOf } from '../../../src/core/ledger/line.js'
import { openFolderLedger, type FolderLedgerOptions, type OpenFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import type { LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { add, testClock, testMachine, type TestEvent, type TestState } from '../../contract/testMachine.js'
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

/** What a file of the disk holds. */
export function bytesOf(disk: SimulatedDisk, path = SEGMENT): Buffer {
  return disk.find(path)!.data
}

/** Adds bytes as another program would. */
export function scribble(disk: SimulatedDisk, text: string | Buffer, path = SEGMENT): void {
  const fs = disk.fs()
  const fd = fs.open(path, 'append')
  fs.append(fd, Buffer.from(text))
  fs.close(fd)
}

/** The next line of the first segment, after a change, with the right sum. */
export function lineAfter(disk: SimulatedDisk, change: (fields: Record<string, unknown>) => Record<string, unknown>): string {
  const last = JSON.parse(bytesOf(disk).toString().trimEnd().split('\n').at(-1)!) as Record<string, unknown>
  const { v, seq, sum, at, up, boot } = last
  const summed = JSON.stringify(change({ v, seq: Number(seq) + 1, prev: sum, d: seq, at, up, boot, kind: 'commit', ops: [] })).slice(0, -1)
  return `${summed},"sum":"${sumOf(summed)}"}\n`
}

/** A disk with a closed ledger of so many commits, each adding 1. */
export async function withLines(count: number, segmentBytes?: number): Promise<SimulatedDisk> {
  const disk = emptyDisk()
  const ledger = await openOn(disk, { segmentBytes })
  for (let i = 0; i < count; i++) await ledger.submit(add(`a:${i}`, 1))
  await ledger.close()
  return disk
}
