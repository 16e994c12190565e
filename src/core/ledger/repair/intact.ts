import type { Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { parseLine } from '../line.js'
import type { Commit, Machine } from '../port.js'
import { readOps } from '../replica.js'
import { gapsBetween, type Gap } from './gaps.js'
import { mainChain } from './mainChain.js'
import { readSegment, survey } from './survey.js'

/**
 * Every commit of damaged records that can still be read, and where others are missing, in the order of the history. Writes
 * nothing. @throws MusterError FOLDER_UNUSABLE, LEDGER_NEWER (operations this version does not know), system errors
 */
export async function* readIntact<S, E>(fs: LedgerFs, layout: Layout, machine: Pick<Machine<S, E>, 'parse'>): AsyncGenerator<Commit<E> | Gap> {
  const runs = mainChain((await survey(fs, layout)).lines)
  const gaps = new Map(gapsBetween(runs).map(({ before, ...gap }) => [before, gap]))
  let segment = 0
  let bytes: Buffer | undefined
  for (const found of runs.flat()) {
    const gap = gaps.get(found)
    if (gap !== undefined) yield gap
    if (found.segment !== segment) ({ bytes } = readSegment(fs, layout, (segment = found.segment)))
    const line = found.commit && bytes !== undefined ? parseLine(bytes, found.start, found.end) : undefined
    if (line === undefined || bytes === undefined) continue
    const { seq, at, up, boot } = line
    yield { stamp: { seq, at, up, boot }, ops: machine.parse(readOps(line, bytes, found.start, found.end), true) }
  }
}
