import { errnoOf, isMusterError, MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import type { Clock } from '../port.js'
import type { ReadOnlyReason } from '../replica.js'
import { look, type Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { folderProblem } from './problems.js'
import type { Store } from './store.js'

/** ms between tries to get out of a read-only state. */
const MEND_EVERY = 1000

/** Whether the ledger can be written, and if not, why, and whether that has passed. */
export class Health<S, E> {
  /** The last attempt to read failed. */
  unusable: ReadOnlyReason | undefined
  /** Out of order until opening anew succeeds. */
  private broken: { reason: ReadOnlyReason; files: string; since: number } | undefined

  constructor(private readonly parts: { fs: LedgerFs; layout: Layout; clock: Clock; store: Store<S, E>; readOnly: boolean }) {}

  get isBroken(): boolean {
    return this.broken !== undefined
  }

  /** Nothing is written from now on until {@link mend} succeeds. */
  breakOff(error: MusterError): MusterError {
    const reason = { code: error.code as ReadOnlyReason['code'], message: error.message, hint: error.hint ?? '' }
    // The same again does not put off the next try to get out of it.
    if (this.broken?.reason.code !== reason.code) this.broken = { reason, files: this.files(), since: this.parts.clock.monotonic() }
    return error
  }

  /** Tries to get out of a state that may have passed: the disk works again, somebody repaired the ledger. */
  async mend(): Promise<void> {
    const { store, clock } = this.parts
    if (this.broken === undefined || clock.monotonic() - this.broken.since < MEND_EVERY) return
    const files = this.files()
    this.broken.since = clock.monotonic()
    if (this.broken.reason.code === 'LEDGER_DAMAGED' && files === this.broken.files) return
    this.broken.files = files
    try {
      store.reopen()
      await store.flusher.reveal(store.replica.chain.seq)
      store.flusher.trustAgain()
      this.broken = undefined
    } catch {
      // As before.
    }
  }

  /** Remembers a failure for {@link reason}. */
  failed(error: unknown): MusterError {
    const problem = isMusterError(error) ? error : folderProblem(this.parts.layout.ledger, error)
    if (problem.code === 'LEDGER_DAMAGED' && this.broken === undefined) return this.breakOff(problem)
    if (problem.code === 'FOLDER_UNUSABLE' && !this.parts.readOnly) this.unusable = { code: problem.code, message: problem.message, hint: problem.hint ?? '' }
    return problem
  }

  reason(): ReadOnlyReason | undefined {
    const problem = this.broken?.reason ?? this.parts.store.replica.blocked ?? this.unusable
    if (problem !== undefined || !this.parts.readOnly) return problem
    return { code: 'OPENED_READ_ONLY', message: tell`These records were opened for reading only.`, hint: tell`Open them for writing to change something.` }
  }

  /** @throws MusterError with the code of {@link reason}. A failed attempt to read does not count: the next one may succeed. */
  assertWritable(): void {
    const reason = this.parts.readOnly ? this.reason() : (this.broken?.reason ?? this.parts.store.replica.blocked)
    if (reason !== undefined) throw new MusterError(reason.code, reason.message, reason)
  }

  /** Differs when somebody has worked on the ledger. */
  private files(): string {
    const { fs, layout } = this.parts
    try {
      const { segments, snapshots } = look(fs, layout)
      const facts = segments.map((number) => fs.stat(layout.segment(number)))
      return JSON.stringify([snapshots, facts.map((file) => [String(file?.ino), file?.size])])
    } catch (error) {
      return errnoOf(error) ?? ''
    }
  }
}
