import { join } from 'node:path'
import type { Machine } from '../port.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { headerAt, readSnapshot, Unfit, type SnapshotHeader } from './snapshotFile.js'

const NAME = /^repaired-(\d+)-([0-9a-f]{16})\.jsonl$/

/** Name of the file in which a repair puts down the state behind a line: part of the ledger, and kept like it. */
export function putDownName(seq: number, sum: string): string {
  return `repaired-${seq}-${sum}.jsonl`
}

/**
 * The state that a repair has put down. Other versions' too, where this one can make sense of it: the lines it is made from
 * are gone. @throws Unfit, system errors
 */
export function readPutDown<S>(fs: LedgerFs, layout: Layout, machine: Machine<S, unknown>, name: string): S {
  return readSnapshot(fs, join(layout.ledger, name), machine, readPutDownHeader(fs, layout, name)).base.state
}

/** What such a file says of itself. @throws Unfit, system errors */
export function readPutDownHeader(fs: LedgerFs, layout: Layout, name: string): SnapshotHeader {
  const [, seq, sum] = NAME.exec(name) ?? []
  if (seq === undefined || sum === undefined) throw new Unfit('it has no name for such a file')
  return headerAt(fs, join(layout.ledger, name), { seq: Number(seq), sum }, { fold: undefined, ledger: undefined })
}
