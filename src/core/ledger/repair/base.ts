import { join } from 'node:path'
import { look, type Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { foldName, headerAt, openBehind, readSnapshot, snapshotProblem, Unfit, type LoadedSnapshot } from '../folder/snapshotFile.js'
import { NO_SUM } from '../line.js'
import type { Machine } from '../port.js'
import type { FoundLine } from './mainChain.js'

export interface FoundSnapshot {
  name: string
  seq: number
  sum: string
  /** Why nobody can begin with it; undefined for one that can be gone on with. */
  problem?: string
}

export interface FoundSnapshots<S> {
  files: FoundSnapshot[]
  /** The newest state that belongs to the history, wherever the ledger has its line: what lost lines said is in it. */
  base?: LoadedSnapshot<S>
}

/**
 * Looks through the snapshots, with the lines of the history they have to belong to. Where lines are missing, one of another
 * version is better than none. @throws MusterError FOLDER_UNUSABLE, system errors
 */
export function surveySnapshots<S>(fs: LedgerFs, layout: Layout, machine: Machine<S, unknown>, ledger: string, runs: readonly (readonly FoundLine[])[]): FoundSnapshots<S> {
  const chain = runs.flat()
  const isWhole = runs.length === 1 && chain[0]!.prev === NO_SUM
  const found: FoundSnapshots<S> = { files: [] }
  let other: LoadedSnapshot<S> | undefined
  for (const { name, seq, sum } of look(fs, layout).snapshots) {
    const file: FoundSnapshot = { name, seq, sum }
    found.files.push(file)
    try {
      const path = join(layout.snapshots, name)
      const header = headerAt(fs, path, { seq, sum }, { fold: undefined, ledger: ledger || undefined })
      const isOurs = header.fold === foldName(machine)
      if (isWhole && !isOurs) {
        file.problem = snapshotProblem(fs, layout, file, ledger)
        continue
      }
      const snapshot = readSnapshot(fs, path, machine, header)
      if (!belongs(snapshot, chain)) throw new Unfit('it belongs to another history')
      if (isOurs) found.base ??= snapshot
      else other ??= snapshot
      openBehind(fs, layout, header, 'read').close()
    } catch (error) {
      if (!(error instanceof Unfit && error.harmless)) file.problem = error instanceof Error ? error.message : String(error)
    }
  }
  found.base ??= other
  return found
}

/** The last line that both know is the same. Sums before it then are, too: each is of the line before. */
function belongs({ base }: LoadedSnapshot<unknown>, chain: readonly FoundLine[]): boolean {
  const sums = new Map(base.sums)
  const known = chain.findLast((line) => sums.has(line.seq))
  return known === undefined || sums.get(known.seq) === known.leadsOn
}
