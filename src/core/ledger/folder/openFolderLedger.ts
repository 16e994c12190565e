import { resolve } from 'node:path'
import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import type { Clock, Ledger, Machine, Probe } from '../port.js'
import { Around } from './conflictCopies.js'
import { LiveLedger } from './liveLedger.js'
import type { FolderStatus } from './parts.js'
import { Layout } from './layout.js'
import { nodeFs, type LedgerFs } from './ledgerFs.js'
import { folderProblem } from './problems.js'
import { SharedMode } from './sharedMode.js'
import { Store } from './store.js'
import { Suspect } from './suspect.js'
import { fileTurns, noTurns, type TurnLock, type TurnRecord } from './turnLock.js'
import { upkeepLimits, type UpkeepLimits } from './upkeep.js'

export interface FolderLedgerOptions<S, E> {
  /** The `.muster` folder. */
  folder: string
  machine: Machine<S, E>
  clock: Clock
  /** Default: the real disk. */
  fs?: LedgerFs
  /** Use file events. Default false. */
  watch?: boolean
  /** ms between regular looks at the folder, in case an event was missed. Default 4,000; 0 for none. Does not keep the process alive. */
  rescanMs?: number
  /** `relaxed` answers before the disk has it: a power loss takes the tail, and tokens may repeat. Default `strict`. */
  durability?: 'strict' | 'relaxed'
  /** Start a ledger where there is none. Default true; false fails with FOLDER_UNUSABLE and `details.missing`. */
  create?: boolean
  /** Never write or create anything. Default false. */
  readOnly?: boolean
  /** Default: proper-lockfile beside the segments, on the real disk. */
  turns?: TurnLock
  /** Bytes after which a segment is followed by the next. Default 16 MiB. */
  segmentBytes?: number
  /** `shared`: several machines write to the folder, or may; said in the ledger if it was not yet, and kept to by all. Default: as the ledger says. */
  mode?: 'shared'
  /** Why it is taken for shared, for people. */
  why?: string
  /** Whether a line's `boot` is of another kernel. Lines of one that come while this process looks on show that the folder is shared. */
  isElsewhere?: (boot: string) => boolean
  /** Told when this process takes and leaves its turn. */
  turnRecord?: TurnRecord
  /** What is known of the folder's disk by now, for the status. */
  probed?: () => Probe | undefined
  /** Commits, and bytes of them, after which a snapshot is written. Default 5,000 and 4 MiB. */
  upkeep?: UpkeepLimits
}

export interface OpenFolderLedger<S, E> extends Ledger<S, E> {
  status(): FolderStatus
}

const RESCAN = 4000
const SEGMENT_BYTES = 16 * 1024 * 1024

/**
 * Opens the ledger in a folder; starts one there if that is allowed. A damaged or newer ledger opens read-only, with
 * `status().readOnly` saying why.
 * @throws MusterError FOLDER_UNUSABLE (also when there is none: `details.missing`), LEDGER_DAMAGED or LEDGER_NEWER where nothing of it can be read
 */
export async function openFolderLedger<S, E>(options: FolderLedgerOptions<S, E>): Promise<OpenFolderLedger<S, E>> {
  const { machine, clock, fs = nodeFs, durability = 'strict', readOnly = false } = options
  const layout = new Layout(resolve(options.folder))
  const store = new Store(fs, layout, machine, clock, { readOnly, create: options.create ?? true })
  let suspect = false
  try {
    store.load()
  } catch (error) {
    if (!(error instanceof Suspect)) throw folderProblem(layout.folder, error)
    suspect = true
  }
  const { blocked, id } = store.replica
  if (id === '') {
    store.close()
    throw new MusterError(blocked?.code ?? 'LEDGER_DAMAGED', blocked?.message ?? tell`The records do not begin with their id.`, { hint: blocked?.hint ?? tell`Update Muster here.` })
  }

  const turns = options.turns ?? (fs === nodeFs && !readOnly ? fileTurns(layout.turnLock, fs, clock, options.turnRecord) : noTurns)
  const around = new Around(fs, layout, options.probed ?? (() => undefined))
  const shared = new SharedMode({
    store, turns, clock, readOnly, rescan: options.rescanMs || RESCAN, isElsewhere: options.isElsewhere,
    why: options.mode === 'shared' ? (options.why ?? 'it was opened so') : undefined,
  })
  const ledger = new LiveLedger({ fs, layout, machine, clock, turns, store, durability, readOnly, segmentBytes: options.segmentBytes ?? SEGMENT_BYTES, upkeep: options.upkeep ?? upkeepLimits, around, shared })
  // Looks at the suspect line once more, and brings a genesis just written to disk: its id goes out with this promise.
  if (suspect || store.created) await ledger.refresh()
  if (options.mode === 'shared' && ledger.status().readOnly === undefined) await shared.declare()
  ledger.follow({ watch: options.watch ?? false, rescan: options.rescanMs ?? RESCAN })
  return ledger
}
