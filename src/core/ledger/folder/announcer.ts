import { Emitter } from '../../emitter.js'
import type { Commit, LedgerStatus } from '../port.js'
import type { FolderStatus } from './parts.js'
import type { Store } from './store.js'

/** Tells listeners what is new since it last told them. */
export class Announcer<S, E> {
  private readonly advance = new Emitter<readonly Commit<E>[]>()
  private readonly statusChange = new Emitter<LedgerStatus>()
  readonly onDidAdvance = this.advance.event
  readonly onDidChangeStatus = this.statusChange.event
  private told: { generation: number; status: string }

  constructor(private readonly store: Store<S, E>, private readonly status: () => FolderStatus) {
    this.told = { generation: store.generation, status: keyOf(status()) }
  }

  /** Never called between reading and writing: listeners may come back to the ledger. */
  announce(): void {
    const { generation } = this.store
    const fresh = this.store.replica.takeFresh()
    const status = this.status()
    const before = this.told
    this.told = { generation, status: keyOf(status) }
    // An empty list says that the state is another one.
    if (fresh.length > 0 || generation !== before.generation) this.advance.fire(fresh)
    if (this.told.status !== before.status) this.statusChange.fire(status)
  }

  dispose(): void {
    this.advance.dispose()
    this.statusChange.dispose()
  }
}

/** Differs when there is something to tell. */
function keyOf({ id, readOnly, notice, problems, watchProblem }: FolderStatus): string {
  return JSON.stringify([id, readOnly, notice, problems, watchProblem])
}
