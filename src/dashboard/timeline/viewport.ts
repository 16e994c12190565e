import { panned, zoomed, type Range } from './scale.js'

const FIRST_MS = 2 * 3_600_000
/** Least time that can be looked at, and a little room at both ends. */
const LEAST_MS = 60_000
const MARGIN_MS = 15_000

/** What part of the timeline is seen, to be kept. */
export interface Seen extends Range {
  follows: boolean
}

/** What part of the timeline is seen. While it follows, its end is the present. */
export class Viewport {
  follows: boolean
  private range: Range | undefined

  /** @param before what was seen when it was left */
  constructor(before?: Seen) {
    this.follows = before?.follows ?? true
    this.range = before && { from: before.from, to: before.to }
  }

  /** Undefined until somebody has looked elsewhere than it begins. */
  get seen(): Seen | undefined {
    return this.range && { ...this.range, follows: this.follows }
  }

  /** All there is. @param begin of what is known */
  bounds(begin: number, now: number): Range {
    return { from: Math.min(begin, now - LEAST_MS) - MARGIN_MS, to: now + MARGIN_MS }
  }

  shown(bounds: Range): Range {
    const { range } = this
    if (range === undefined) return { from: Math.max(bounds.from, bounds.to - FIRST_MS), to: bounds.to }
    return this.follows ? { from: bounds.to - (range.to - range.from), to: bounds.to } : range
  }

  look(range: Range, bounds: Range): void {
    this.range = range
    this.follows = range.to >= bounds.to - 1_000
  }

  /** @param anchor time that stays where it is; the end while it follows, else the middle */
  zoom(factor: number, bounds: Range, anchor?: number): void {
    const range = this.shown(bounds)
    this.look(zoomed(range, factor, anchor ?? (this.follows ? range.to : (range.from + range.to) / 2), bounds), bounds)
  }

  /** @param share of what is seen; infinite for an end */
  pan(share: number, bounds: Range, from = this.shown(bounds)): void {
    const ms = Number.isFinite(share) ? share * (from.to - from.from) : Math.sign(share) * (bounds.to - bounds.from)
    this.look(panned(from, ms, bounds), bounds)
  }
}
