/** Where a window keeps things: the editor's `Memento`. */
interface Memory {
  get<T>(key: string, defaultValue: T): T
  update(key: string, value: unknown): Thenable<void>
}

const KEY = 'guard.closed'

/**
 * Files that a window has made read-only, remembered before it does: where its extension host ends without a word, the editor
 * keeps them so, and the next start has to undo it.
 */
export class ClosedFiles {
  private readonly closed = new Set<string>()
  /** Left by an earlier start: the editor may have them read-only, or, after a reload, not. */
  private readonly doubtful: Set<string>

  constructor(private readonly memory: Memory) {
    this.doubtful = new Set(memory.get<readonly string[]>(KEY, []))
  }

  has(file: string): boolean {
    return this.closed.has(file)
  }

  /** Whether it has to be set anew, whatever is known. */
  isDoubtful(file: string): boolean {
    return this.doubtful.has(file)
  }

  /** To be called before the editor is told. */
  async set(file: string, closed: boolean): Promise<void> {
    if (closed) this.closed.add(file)
    else this.closed.delete(file)
    this.doubtful.delete(file)
    const known = [...this.closed, ...this.doubtful]
    await this.memory.update(KEY, known.length === 0 ? undefined : known)
  }
}
