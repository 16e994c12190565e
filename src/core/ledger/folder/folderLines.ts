import { tell } from '../../tell.js'
import { Chain } from '../classify.js'
import { parseLine, type Line } from '../line.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { damaged } from './problems.js'
import { isMissing, SegmentWalk } from './segmentWalk.js'

export interface ReadLine {
  line: Line
  /** With its `\n`. */
  bytes: Buffer
}

/** Lines looked at in one go. */
const STEP = 500

/** The lines of a folder that count, one after the other, archived ones included; goes on where more have come. */
export class FolderLines {
  private readonly chain = new Chain()
  private readonly walk: SegmentWalk
  private waiting: ReadLine[] = []

  constructor(fs: LedgerFs, layout: Layout) {
    this.walk = new SegmentWalk(fs, layout)
  }

  /** Hands over lines up to `to`; none where it was reached. @throws MusterError LEDGER_DAMAGED; system errors */
  next(to: number): ReadLine[] {
    while (this.waiting.length === 0 && this.chain.seq < to && this.step());
    const [behind] = [this.waiting.findIndex(({ line }) => line.seq > to)]
    return this.waiting.splice(0, behind < 0 ? this.waiting.length : behind)
  }

  close(): void {
    this.walk.close()
  }

  private step(): boolean {
    try {
      return this.walk.step(STEP, (bytes, start, end, segment, offset) => {
        const line = parseLine(bytes, start, end)
        if (line === undefined) return false
        const place = this.chain.classify(line)
        if (place === 'fork' || place === 'damaged') throw damaged(tell`The records break in segment ${segment} at byte ${offset}.`, { segment, offset, seq: this.chain.seq })
        if (place === 'void') return false
        this.chain.accept(line)
        this.waiting.push({ line, bytes: Buffer.from(bytes.subarray(start, end + 1)) })
        return line.closes
      }) || this.waiting.length > 0
    } catch (error) {
      // Nothing follows what is in a database now.
      if (isMissing(error) && this.chain.movedTo === 'database') return false
      throw error
    }
  }
}
