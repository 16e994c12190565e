import type { LogEntry, Muster } from '../../core/muster.js'
import type { TimelinePart, TimelineSpan } from '../../protocol/dashboard.js'
import type { MusterWindow } from '../musterWindow.js'
import { Timeline } from './timeline.js'

/** So many of the last commits are read at first. */
const LATEST = 50_000
/** Entries taken in between two turns of the event loop. */
const SLICE = 2_000

type Tell = (whole: boolean, span: TimelineSpan, part: TimelinePart) => void

/** Reads the log for a timeline, then follows what happens; what comes meanwhile is kept, and told once. */
export class TimelineFeed {
  private timeline = new Timeline()
  private span: TimelineSpan = { from: Date.now(), earlier: false, loading: true }
  private last = 0
  private untaken: LogEntry[] | undefined = []
  private ended = false
  private loading = false
  private readonly subscription: { dispose(): void }

  constructor(private readonly muster: Muster, window: MusterWindow, private readonly tell: Tell) {
    this.subscription = window.onDidHear(({ entries }) => {
      if (this.untaken) return void this.untaken.push(...entries)
      this.take(entries)
      this.tell(false, this.span, this.timeline.take())
    })
  }

  /** @param all from the beginning, however long that is ago. @throws what reading the records throws */
  async load(all: boolean): Promise<void> {
    // Pressed once more meanwhile: what is being read is the answer to that, too.
    if (this.loading) return
    this.loading = true
    if (all) this.tell(false, { ...this.span, loading: true }, this.timeline.take())
    this.untaken ??= []
    this.timeline = new Timeline()
    this.last = 0
    const from = all ? 1 : Math.max(1, this.muster.ledgerStatus().head - LATEST)
    let begin: number | undefined
    let number = 0
    try {
      for await (const entry of this.muster.log({ from })) {
        if (this.ended) return
        begin ??= Date.parse(entry.at)
        this.take([entry])
        if (++number % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      this.loading = false
      if (!this.ended) this.finish(begin, from > 1)
    }
  }

  private finish(begin: number | undefined, earlier: boolean): void {
    const late = this.untaken ?? []
    this.untaken = undefined
    this.take(late)
    this.span = { from: begin ?? Date.now(), earlier, loading: false }
    this.timeline.seed(this.muster.state().claims, this.span.from)
    this.tell(true, this.span, this.timeline.take())
  }

  dispose(): void {
    this.ended = true
    this.subscription.dispose()
  }

  /** A commit's entries come together, from the log as well as live. */
  private take(entries: readonly LogEntry[]): void {
    const known = this.last
    for (const entry of entries) {
      if (entry.seq < known || (entry.seq === known && this.untaken === undefined)) continue
      this.timeline.add(entry)
      this.last = entry.seq
    }
  }
}
