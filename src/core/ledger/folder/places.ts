/** An accepted line and where it ends: reading can go on behind it, and the chain with it. */
export interface Place {
  seq: number
  sum: string
  segment: number
  /** Bytes from the beginning of the segment, before compression where it is archived. */
  offset: number
}

/** Accepted lines between two places that are remembered. */
const EVERY = 1024

/** Where in the files some of the lines are, so that one of a million is found without reading all of them. */
export class Places {
  private readonly list: Place[]

  constructor(known: readonly Place[] = []) {
    this.list = [...known]
  }

  /** Told of every accepted line, remembers few. */
  note(seq: number, sum: string, segment: number, offset: number): void {
    const last = this.list.at(-1)
    if (last === undefined ? seq >= EVERY : seq - last.seq >= EVERY) this.list.push({ seq, sum, segment, offset })
  }

  /** The last place remembered before line `seq`; undefined where reading has to start at the beginning. */
  before(seq: number): Place | undefined {
    let [low, high] = [0, this.list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.list[middle]!.seq < seq) low = middle + 1
      else high = middle
    }
    return this.list[low - 1]
  }

  /**
   * The last place whose line is earlier than a time, by halves; undefined where reading has to start at the beginning.
   * @param timeOf Of the line that ends at a place, in ms; undefined where it cannot be read.
   */
  beforeTime(time: number, timeOf: (place: Place) => number | undefined): Place | undefined {
    let [low, high] = [0, this.list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((timeOf(this.list[middle]!) ?? Infinity) < time) low = middle + 1
      else high = middle
    }
    return this.list[low - 1]
  }

  all(): readonly Place[] {
    return this.list
  }
}
