import type { Subscribe } from '../emitter.js'
import type { NameRules } from '../names.js'

/**
 * What every ledger adapter offers. A ledger is an ordered, append-only list of commits; all state is a fold over it.
 * An append is a compare-and-swap on the head: decide on the newest state, write, read back, and decide again when
 * somebody else was first. No lock is needed for that. Protocol: docs/ledger.md.
 */
export interface Ledger<S, E> {
  readonly kind: 'folder' | 'memory' | 'postgres'
  /** Id from the genesis commit: tells this ledger from any other, wherever it is copied. */
  readonly id: string
  /** State at the head. May be ahead of the disk: for drawing only. Anything that leaves the process uses {@link refresh}. */
  peek(): S
  /**
   * Reads what others appended and makes sure everything up to the head is on disk ("sync before reveal").
   * @throws MusterError LEDGER_DAMAGED, FOLDER_UNUSABLE, DATABASE_UNUSABLE, OUTCOME_UNKNOWN, CLOSED. A read-only ledger can still be refreshed.
   */
  refresh(): Promise<S>
  /**
   * Decides on the newest state and appends the resulting events as one operation; durable when it resolves.
   * Proposals submitted while another is being written share its successor's line and disk flush.
   * @throws MusterError NOT_APPLIED, BUSY, OUTCOME_UNKNOWN, KEY_TOO_OLD, LEDGER_DAMAGED, LEDGER_NEWER, FOLDER_UNUSABLE, DATABASE_UNUSABLE, TOO_LARGE, CLOSED
   */
  submit<R>(proposal: Proposal<S, E, R>): Promise<Answer<S, E, R>>
  /** It is about to be closed: from now on nobody waits for more than a moment for what does not answer. What was acknowledged stays. */
  hasten?(): void
  /** Reads new lines without forcing them to disk, and fires onDidAdvance; where reading takes its time, later. Cheap when nothing changed: one read. */
  poll(): void
  /**
   * Commits from `from` (default 1) to the head, oldest first, read from storage and verified on the way. With `since`, those
   * from about that time on (ms since 1970): none that is later is left out. Reading begins near the first one.
   */
  history(options?: { from?: number; since?: number }): AsyncIterable<Commit<E>>
  /**
   * The commit with this number, read from storage; undefined where there is none. What the state does not keep is found so.
   * @throws MusterError as {@link refresh}
   */
  read(seq: number): Promise<Commit<E> | undefined>
  status(): LedgerStatus
  /** Newly accepted commits, own ones included, in order, after they are folded. */
  readonly onDidAdvance: Subscribe<readonly Commit<E>[]>
  /** The ledger became read-only, writable again, damaged, replaced … The argument is the new status. */
  readonly onDidChangeStatus: Subscribe<LedgerStatus>
  close(): Promise<void>
}

/** Position and time of a commit, as its line says. `seq` orders; `at` is for people. */
export interface Stamp {
  seq: number
  /** Milliseconds since 1970; never decreases along the ledger, except behind a line whose clock was far ahead of everybody's. */
  at: number
  /** Milliseconds of uptime of the writer's machine, sleep included. Comparable only within one `boot`. */
  up: number
  /** Boot id and pid namespace of the writer. */
  boot: string
}

export interface Op<E> {
  /** Idempotency key: `<connection>:<counter>`, or `<agent>/<name>` for a key a caller chose. */
  key: string
  /** Agent id of the one who acted; `''` where nobody in particular did. */
  by: string
  /** Which process it was, where the key does not say: `<client>:<pid>@<host>`. */
  via?: string
  events: readonly E[]
}

export interface Commit<E> {
  stamp: Stamp
  ops: readonly Op<E>[]
}

export interface Proposal<S, E, R> {
  key: string
  by: string
  via?: string
  /**
   * Pure. Sees the newest state (with earlier proposals of the same batch applied) and the provisional stamp;
   * called again after every lost race. `{ events: [] }` is agreement with nothing to write.
   */
  decide(state: S, stamp: Stamp): Verdict<E, R>
}

/** `later`: cannot share a line with the proposals before it; decided again for the next line. Never for the first of a line. */
export type Verdict<E, R> = { events: readonly E[] } | { refusal: R } | { later: true }

export type Answer<S, E, R> =
  | {
      ok: true
      /** Stamp of the granting commit; the head's when there was nothing to write. */
      stamp: Stamp
      events: readonly E[]
      /** True when this key had been applied by an earlier try. */
      repeated: boolean
      /** State right after the commit (or newer). On disk. */
      state: S
    }
  | { ok: false; refusal: R; state: S }

/** The fold and its book-keeping, as the ledger sees them. Implemented once, in core/state/machine.ts. */
export interface Machine<S, E> {
  create(): S
  /**
   * Checks operations read from a line. `trusted` lines were written before this process opened the ledger and get the
   * cheap check only. Throwing makes the ledger read-only with LEDGER_NEWER; the head still moves.
   */
  parse(ops: unknown, trusted: boolean): readonly Op<E>[]
  /** Applies one operation in place. Total: never throws, has no clock, ignores an op whose key is applied. */
  fold(state: S, op: Op<E>, stamp: Stamp): void
  /** A view of the state whose changes do not touch the original: what proposals of one batch are decided on. */
  draft(state: S): S
  /** Names how this version folds: a state folded under another name is not loaded. No `"` or control characters. */
  readonly foldId: string
  /**
   * The state as texts without newlines. Everything is taken down at once, so that later changes do not show; the texts are
   * made one at a time as they are asked for, so that a large state can be written in slices.
   */
  dump(state: S): Iterable<string>
  /** The state that {@link dump} wrote. @throws any error when the texts are not one whole state */
  load(texts: Iterable<string>): S
  /** What became of an operation with this key: the number of its commit. */
  applied(state: S, key: string): number | 'too-old' | undefined
}

/** A folder that several machines write to: locks in it are advice. */
export interface SharedFolder {
  /** For people. */
  why: string
}

/** What a folder lies on. */
export interface DiskKind {
  /** As the system calls it: `ext4`, `nfs`; a number where the system's name is not known. */
  type: string
  /** Why several machines may be writing to it, or why that cannot be ruled out; for people. */
  shared?: string
}

/** What the disk of a folder was found to do. Absent: it was not found out. */
export interface Probe {
  disk: DiskKind
  /** Nothing may be written here by whoever asks. */
  refused?: boolean
  /** A file is created at most once. */
  exclusive?: boolean
  /** Renaming over a file replaces it. */
  rename?: boolean
  /** Which names are the same file, as the disk has it now; the ledger goes by those recorded in its first line. */
  names?: NameRules
  /** ms that the disk's clock is ahead of ours. */
  clockMs?: number
  /** Changes are told by events. */
  events?: boolean
  tookMs: number
  /** For people. */
  problems: string[]
}

export interface LedgerStatus {
  kind: 'folder' | 'memory' | 'postgres'
  id: string
  /** Last accepted sequence number, and the last one known to be on disk. */
  head: number
  synced: number
  /** Set while nothing can be written. Reading goes on. `since`: the database has not been reached since then (ISO 8601), and what is shown is as of then. */
  readOnly?: { code: 'LEDGER_DAMAGED' | 'LEDGER_NEWER' | 'OUTCOME_UNKNOWN' | 'FOLDER_UNUSABLE' | 'DATABASE_UNUSABLE' | 'OPENED_READ_ONLY'; message: string; hint: string; since?: string }
  /** Lines that are no part of the history: torn or foreign bytes, and lost races or remnants. */
  junk: number
  void: number
  /** For people: the records were deleted, replaced or restored while they were open, and what that means. */
  notice?: string
  /** For people: files that are damaged or cannot be written, though the records are whole without them. */
  problems?: readonly string[]
  /** Why there are no file events (ENOSPC, EMFILE …); the folder is read regularly instead. */
  watchProblem?: string
  segment?: number
  bytes?: number
  /** Which names are the same file, as the first line says; absent in ledgers whose first line does not. */
  names?: NameRules
  /** What the folder's disk was found to do; a while after opening. */
  probe?: Probe
  /** Files that programs which copy folders between machines have put beside ours; never read. Paths from the folder. */
  conflictCopies?: readonly string[]
  /** Several machines write to the folder, or may do so: claims are advisory. */
  shared?: SharedFolder
  /** Where they are, as far as anybody may be told: the servers of the database, and which of the ledgers in it. */
  database?: { host: string; space: string }
}

/** Where an adapter gets time from; simulated in tests. */
export interface Clock {
  /** Wall clock, ms since 1970. */
  now(): number
  /** Uptime of the machine in ms, sleep included. */
  uptime(): number
  /** Boot id + pid namespace. */
  readonly boot: string
  /** Monotonic ms of this process, for measuring waits. */
  monotonic(): number
  /** Resolves after `ms` on the monotonic clock. */
  sleep(ms: number): Promise<void>
}
