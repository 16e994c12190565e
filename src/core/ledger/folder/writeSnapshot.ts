import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Machine } from '../port.js'
import { look, type Layout, type SnapshotName } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { foldName, lastLine, MAX_SNAPSHOT, readHeader, snapshotLines, Unfit, type SnapshotHeader } from './snapshotFile.js'
import type { Store } from './store.js'
import { ensureFolder, removeFile, writeWhole } from './wholeFile.js'

/** Snapshots that are kept: should the newest turn out damaged, the one before it is there. */
export const KEPT_SNAPSHOTS = 2
/** ms after which a temporary file was left behind by a process that is no more. */
const LEFT_BEHIND = 10 * 60_000
/** ms for which a temporary file says that somebody else is at it. */
const AT_WORK = 60_000

const TEMPORARY = /^(\d+)-[0-9a-f]+\.tmp$/

/** What the upkeep of a ledger works with. */
export interface UpkeepParts<S, E> {
  fs: LedgerFs
  layout: Layout
  machine: Machine<S, E>
  clock: Clock
  store: Store<S, E>
}

/** A path in `folder` that nobody else uses. */
export function temporaryIn(folder: string, number: number): string {
  return join(folder, `${number}-${randomBytes(6).toString('hex')}.tmp`)
}

/**
 * Writes the state of now to a snapshot. Taken down at once; brought to disk while the ledger goes on.
 * @returns its number, or undefined when the ledger was opened anew meanwhile @throws system errors
 */
export async function writeSnapshot<S, E>({ fs, layout, machine, store }: UpkeepParts<S, E>): Promise<number | undefined> {
  const { reading, generation } = store
  const { replica, end } = reading
  const { seq, sum } = replica.chain
  const { at, up, boot } = replica.stamp
  const header = { fold: foldName(machine), ledger: replica.id, seq, sum, segment: end.segment, offset: end.offset, at, up, boot, repairedAt: replica.repairedAt, minWriter: replica.minWriter, facts: replica.facts }
  const lines = snapshotLines(header, replica.chain.remembered(), reading.places.all().slice(), machine.dump(replica.state))
  const { bytes } = replica
  // A snapshot of what a power loss could take back would be of a history that never was.
  await store.flusher.reveal(seq)
  if (store.generation !== generation) return undefined
  ensureFolder(fs, layout.snapshots)
  await writeWhole(fs, layout.snapshot(seq, sum), temporaryIn(layout.snapshots, seq), withChecksum(lines))
  if (store.generation === generation) reading.snapshot = { seq, bytes }
  return seq
}

function* withChecksum(lines: Iterable<string>): Generator<string> {
  const sha256 = createHash('sha256')
  let size = 0
  for (const line of lines) {
    const text = line + '\n'
    sha256.update(text)
    // As readers count it.
    size += Buffer.byteLength(text)
    if (size > MAX_SNAPSHOT) throw new Error('the state is too large for a snapshot')
    yield text
  }
  yield lastLine(sha256.digest('hex'))
}

/** A snapshot that others can begin with, as far as its beginning tells. */
export interface Fit extends SnapshotName {
  header: SnapshotHeader
}

/** The snapshots of this ledger and version, newest first, and what else there is of no use. @throws system errors, MusterError */
export function listSnapshots<S, E>({ fs, layout, machine, store }: UpkeepParts<S, E>): { fit: Fit[]; unfit: SnapshotName[] } {
  const fit: Fit[] = []
  const unfit: SnapshotName[] = []
  const expected = { fold: foldName(machine), ledger: store.replica.id }
  for (const file of look(fs, layout).snapshots) {
    try {
      fit.push({ ...file, header: readHeader(fs, layout, file, expected) })
    } catch (error) {
      // Another version's snapshot is of use to another version, until it is older than all of ours.
      if (error instanceof Unfit && !error.harmless) unfit.push(file)
      else if (fit.length >= KEPT_SNAPSHOTS) unfit.push(file)
    }
  }
  return { fit, unfit }
}

/** Removes what is not needed any more: older snapshots, unusable ones, and files that dead processes left. */
export function prune<S, E>(parts: UpkeepParts<S, E>): void {
  const { fs, layout, clock } = parts
  const { fit, unfit } = listSnapshots(parts)
  for (const { name } of [...fit.slice(KEPT_SNAPSHOTS), ...unfit]) removeFile(fs, join(layout.snapshots, name))
  for (const { path, age } of temporaryFiles(fs, layout.snapshots, clock)) if (Math.abs(age) > LEFT_BEHIND) removeFile(fs, path)
}

/** Whether another process is writing a snapshot just now, going by its file. */
export function isBeingWritten({ fs, layout, clock }: UpkeepParts<unknown, unknown>): boolean {
  return temporaryFiles(fs, layout.snapshots, clock).some(({ age }) => Math.abs(age) < AT_WORK)
}

/** Files that are being written in a folder, or were. @param age ms by the wall clock */
export function temporaryFiles(fs: LedgerFs, folder: string, clock: Clock): { path: string; age: number }[] {
  if (fs.stat(folder) === undefined) return []
  return fs
    .readdir(folder)
    .filter((name) => TEMPORARY.test(name))
    .flatMap((name) => {
      const path = join(folder, name)
      const facts = fs.stat(path)
      return facts === undefined ? [] : [{ path, age: clock.now() - Number(facts.modified / 1_000_000n) }]
    })
}
