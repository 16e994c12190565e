import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { MusterError } from '../../errors.js'
import { Layout, look, makeFile } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { folderProblem, missing } from '../folder/problems.js'
import { putDownName } from '../folder/putDown.js'
import { foldName, lastLine, snapshotLines, type LoadedSnapshot } from '../folder/snapshotFile.js'
import { Store } from '../folder/store.js'
import { ensureFolder, writeWhole } from '../folder/wholeFile.js'
import { prune, temporaryIn, writeSnapshot } from '../folder/writeSnapshot.js'
import { encodeLine, NO_SUM } from '../line.js'
import type { Clock, Machine } from '../port.js'
import type { Replica } from '../replica.js'
import { Aside } from './aside.js'
import { surveySnapshots, type FoundSnapshots } from './base.js'
import type { Gap } from './gaps.js'
import { findingsOf, type Finding } from './findings.js'
import { idBeside } from './idBeside.js'
import { mainChain, type FoundLine } from './mainChain.js'
import { planOf, type Plan } from './plan.js'
import { rebuild } from './rebuild.js'
import { readSegment, survey, type Survey } from './survey.js'

/**
 * More lines than a segment holds: how far numbers go on behind the last one that is known. That lines were cut off at the
 * end no file can tell, and none of their numbers may be given twice.
 */
const MARGIN = 131_072
/** A number in the name of a file that nobody vouches for, and that is larger, is none. */
const PLAUSIBLE = 2 ** 40

export interface RepairParts<S, E> {
  fs: LedgerFs
  machine: Machine<S, E>
  clock: Clock
}

export interface LedgerRepair {
  folder: string
  ledger: string
  /** What is wrong; empty where nothing is. */
  found: Finding[]
  /** Numbers of entries that are gone, both ends included. */
  lost: Gap[]
  /** Entries that are there. */
  kept: number
  /** What lost entries up to this one led to is known from a snapshot. */
  knownUpTo?: number
  /** Where the originals of what was changed are, and which. Absent where nothing was done. */
  setAside?: { folder: string; files: string[] }
  /** Number of the last line, the repair's own included. */
  head?: number
}

interface Diagnosis<S, E> {
  layout: Layout
  found: Survey
  runs: readonly (readonly FoundLine[])[]
  plan: Plan
  snapshots: FoundSnapshots<S>
  /** The lines themselves need work, not snapshots only. */
  broken: boolean
  /** With the state behind all that is left; absent where nothing is wrong. */
  rebuilt?: Replica<S, E>
  report: LedgerRepair
}

/**
 * Says what is wrong with the records in a folder, and what a repair would have to leave out. Writes nothing.
 * @throws MusterError FOLDER_UNUSABLE (nothing is left that could be repaired), LEDGER_DAMAGED, LEDGER_NEWER (it cannot be, or not by this version)
 */
export async function diagnose<S, E>(folder: string, parts: RepairParts<S, E>): Promise<LedgerRepair> {
  return (await examine(folder, parts)).report
}

/**
 * Makes of damaged records some that every process can go on with: each gap is bridged by a line that says where the
 * history goes on, what cannot be joined to it is left out, the state is put down as the newest snapshot knew it, and
 * numbers go on behind all that were given. The originals of what is changed are kept in `damaged/`. What a crash leaves of
 * this can be repaired again. @throws MusterError as {@link diagnose}; BUSY: somebody wrote meanwhile
 */
export async function repairLedger<S, E>(folder: string, parts: RepairParts<S, E>): Promise<LedgerRepair> {
  const diagnosis = await examine(folder, parts)
  if (diagnosis.report.found.length === 0) return diagnosis.report
  const { fs, clock } = parts
  const { layout, snapshots, plan } = diagnosis
  const aside = new Aside(fs, layout, clock)
  try {
    if (diagnosis.broken) await rewrite(diagnosis, fs, aside)
    // Those that stood in what was changed have lost their place.
    const { files } = diagnosis.broken ? surveySnapshots(fs, layout, parts.machine, diagnosis.report.ledger, diagnosis.runs) : snapshots
    for (const { problem, name } of files) if (problem !== undefined) aside.move('snapshots', join(layout.snapshots, name))
    for (const number of look(fs, layout).archives) if (diagnosis.broken && (number >= plan.tip.segment || plan.rewrite.has(number))) aside.move('archive', layout.archived(number))
    const head = await goOn(diagnosis, parts)
    const report = { ...diagnosis.report, head, setAside: { folder: aside.folder, files: aside.files } }
    await aside.note(report)
    return report
  } catch (error) {
    throw folderProblem(layout.folder, error)
  }
}

async function examine<S, E>(folder: string, { fs, machine }: RepairParts<S, E>): Promise<Diagnosis<S, E>> {
  const layout = new Layout(folder)
  const contents = look(fs, layout)
  if (contents.segments.length + contents.snapshots.length + contents.archives.length === 0) throw missing(layout.folder)
  const found = await survey(fs, layout)
  const runs = mainChain(found.lines)
  const chain = runs.flat()
  const snapshots = surveySnapshots(fs, layout, machine, found.ledger, runs)
  const ledger = found.ledger || snapshots.base?.header.ledger || idBeside(fs, layout) || randomBytes(12).toString('hex')
  const plan = planOf(found, runs, { ledger, facts: snapshots.base?.header.facts ?? {} })
  if (chain.length === 0) beginBehind(snapshots.base, plan, ledger)
  const ahead = (snapshots.base?.header.seq ?? 0) > plan.tip.seq
  const misses = plan.tip.segment > found.segments.length
  const broken = plan.rewrite.size > 0 || plan.gaps.length > 0 || ahead || misses || hasBeyond(fs, layout, plan)
  const endLost = ahead || misses || (broken && isTorn(fs, layout, found, plan))
  const report: LedgerRepair = { folder: layout.folder, ledger, found: findingsOf(found, chain, plan, snapshots, endLost), lost: plan.gaps, kept: plan.commits }
  const knownUpTo = snapshots.base?.header.seq
  if (knownUpTo !== undefined && (ahead || plan.gaps.some(({ from }) => from <= knownUpTo))) report.knownUpTo = knownUpTo
  if (report.found.length === 0) return { layout, found, runs, plan, snapshots, broken, report }
  return { layout, found, runs, plan, snapshots, broken, report, rebuilt: await rebuild(fs, layout, machine, chain, plan, snapshots.base) }
}

/** No line is left: a snapshot is what goes on. @throws MusterError FOLDER_UNUSABLE */
function beginBehind(snapshot: LoadedSnapshot<unknown> | undefined, plan: Plan, ledger: string): void {
  if (snapshot === undefined) {
    throw new MusterError('FOLDER_UNUSABLE', 'Nothing is left of the records that could be repaired.', { hint: 'Put a copy of the folder back if you have one. Without one, move the folder away and begin anew.' })
  }
  const { seq, sum, at, facts } = snapshot.header
  const body = `,"resume":"${sum}","lost":[1,${seq}],"ledger":${JSON.stringify(ledger)},"facts":${JSON.stringify(facts)}`
  plan.rewrite.set(1, [{ seq, leadsOn: sum, bytes: encodeLine({ seq, prev: NO_SUM, d: 0, at, up: 0, boot: '', kind: 'repaired', body }).bytes }])
  plan.gaps.push({ from: 1, to: seq })
  plan.tip = { seq, sum, segment: 1 }
}

/** Whether there is something in segments behind the last one. */
function hasBeyond(fs: LedgerFs, layout: Layout, plan: Plan): boolean {
  return beyond(fs, layout, plan).length > 0
}

function beyond(fs: LedgerFs, layout: Layout, plan: Plan): number[] {
  return look(fs, layout).segments.filter((number) => number > plan.tip.segment && (fs.stat(layout.segment(number))?.size ?? 0) > 0)
}

/** Whether the last segment ends in something else than lines. */
function isTorn(fs: LedgerFs, layout: Layout, found: Survey, { tip, rewrite }: Plan): boolean {
  const { bytes, source } = readSegment(fs, layout, tip.segment)
  const last = found.lines.findLast((line) => line.segment === tip.segment)
  return source === 'none' || (bytes !== undefined && bytes.length > (last === undefined ? 0 : last.end + 1)) || (rewrite.has(tip.segment) && last === undefined)
}

/** Puts the segments as they were planned in the place of those that are there. */
async function rewrite<S, E>({ layout, plan, found }: Diagnosis<S, E>, fs: LedgerFs, aside: Aside): Promise<void> {
  ensureFolder(fs, layout.ledger)
  for (const [number, lines] of plan.rewrite) {
    const path = layout.segment(number)
    const { bytes: original } = readSegment(fs, layout, number)
    // What was written since the plan was made would be lost.
    if ((original?.length ?? 0) !== (found.segments[number - 1]?.size ?? 0)) {
      throw new MusterError('BUSY', 'Somebody wrote to the records while they were repaired.', { hint: 'Close the windows and agents that use the folder, then try again.' })
    }
    const parts = lines.map(({ bytes, found }) => bytes ?? original!.subarray(found!.start, found!.end + 1))
    if (fs.stat(path) !== undefined) await aside.copy('ledger', path)
    await writeWhole(fs, path, temporaryIn(layout.folder, number), parts)
  }
  for (const number of beyond(fs, layout, plan)) aside.move('ledger', layout.segment(number))
  makeFile(fs, layout.segment(plan.tip.segment), '')
  fs.fsyncFolder(layout.ledger)
}

/** Opens what is there now, as everybody will, and goes on behind it. @returns number of the last line */
async function goOn<S, E>(diagnosis: Diagnosis<S, E>, { fs, machine, clock }: RepairParts<S, E>): Promise<number> {
  const { layout, rebuilt, broken } = diagnosis
  const store = new Store(fs, layout, machine, clock, { readOnly: false, create: false })
  try {
    if (broken && rebuilt !== undefined) {
      const name = await putDown(layout, fs, machine, rebuilt)
      store.load()
      const seq = nextNumber(diagnosis)
      const { failure } = store.append('repaired', `,"state":"${name}"`, { ...store.replica.nextStamp(clock), seq })
      if (store.replica.repairedAt !== seq) throw failure ?? new MusterError('BUSY', 'Somebody wrote to the records while they were repaired.', { hint: 'Run the repair again.' })
    } else store.load()
    await store.flusher.reveal(store.replica.chain.seq)
    await writeSnapshot({ fs, layout, machine, clock, store })
    prune({ fs, layout, machine, clock, store })
    return store.replica.chain.seq
  } finally {
    store.close()
  }
}

/** Writes the state to a file that belongs to the ledger from now on. @returns its name */
async function putDown<S, E>(layout: Layout, fs: LedgerFs, machine: Machine<S, E>, { chain, stamp, state, id, repairedAt, minWriter, facts }: Replica<S, E>): Promise<string> {
  const { seq, sum } = chain
  const { at, up, boot } = stamp
  const header = { fold: foldName(machine), ledger: id, seq, sum, segment: 1, offset: 0, at, up, boot, repairedAt, minWriter, facts }
  const text = [...snapshotLines(header, [[seq, sum]], [], machine.dump(state))].map((line) => `${line}\n`).join('')
  const name = putDownName(seq, sum)
  await writeWhole(fs, join(layout.ledger, name), temporaryIn(layout.folder, seq), [text, lastLine(createHash('sha256').update(text).digest('hex'))])
  return name
}

/** Behind every number that was given, as far as anything tells. */
function nextNumber<S, E>({ found, plan, snapshots, rebuilt }: Diagnosis<S, E>): number {
  const told = [plan.tip.seq, rebuilt?.chain.seq ?? 0, ...snapshots.files.map(({ seq }) => seq).filter((seq) => seq < PLAUSIBLE)]
  let highest = Math.max(...told)
  for (const { seq, d } of found.lines) highest = Math.max(highest, seq, d)
  return highest + 1 + MARGIN
}

