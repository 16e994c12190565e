import type { AgentItem, Bar, Mark, TimelinePart, TimelineSpan } from '../../protocol/dashboard.js'
import { t } from '../../vscode/l10n.js'
import { byName } from '../../vscode/text.js'

/** Rows of bars in a lane; what overlaps more than so many others shares the last. */
export const ROWS = 4

export interface Lane {
  agent: string
  name: string
  /** By their beginning. */
  bars: readonly PlacedBar[]
  /** By their time. */
  marks: readonly Mark[]
  /** Of bars, 1 at the least. */
  rows: number
}

export interface PlacedBar extends Bar {
  row: number
}

/** Lanes of agents, put together from what is told; a lane is laid out when something in it has changed, and looked at. */
export class Lanes {
  span: TimelineSpan = { from: 0, earlier: false, loading: true }
  private bars = new Map<string, Map<string, Bar>>()
  private marks = new Map<string, Mark[]>()
  private names = new Map<string, string>()
  private laidOut = new Map<string, Lane>()

  apply(part: TimelinePart, span: TimelineSpan, whole: boolean): void {
    if (whole) [this.bars, this.marks, this.names, this.laidOut] = [new Map(), new Map(), new Map(), new Map()]
    this.span = span
    for (const [agent, name] of Object.entries(part.names)) this.names.set(agent, name)
    for (const bar of part.bars) {
      const lane = this.bars.get(bar.agent) ?? new Map<string, Bar>()
      this.bars.set(bar.agent, lane.set(bar.id, bar))
      this.laidOut.delete(bar.agent)
    }
    for (const mark of part.marks) {
      const lane = this.marks.get(mark.agent)
      if (lane) lane.push(mark)
      else this.marks.set(mark.agent, [mark])
      this.laidOut.delete(mark.agent)
    }
  }

  /** Ids of agents with a lane: those that are here, in the order of the list, then others of whom something is known. */
  order(agents: readonly AgentItem[]): string[] {
    const listed = agents.filter(({ id, me, presence }) => me || presence !== 'gone' || this.knows(id)).map(({ id }) => id)
    const known = new Set(listed)
    const others = [...new Set([...this.bars.keys(), ...this.marks.keys()])].filter((id) => !known.has(id))
    return [...listed, ...others.sort((a, b) => byName(this.nameOf(a), this.nameOf(b)))]
  }

  lane(agent: string, name = this.nameOf(agent)): Lane {
    const known = this.laidOut.get(agent)
    if (known?.name === name) return known
    const bars = [...(this.bars.get(agent)?.values() ?? [])].sort((a, b) => a.from - b.from)
    const laid = placed(bars)
    const lane = { agent, name, bars: laid, marks: this.marks.get(agent) ?? [], rows: 1 + laid.reduce((most, { row }) => Math.max(most, row), 0) }
    this.laidOut.set(agent, lane)
    return lane
  }

  nameOf(agent: string): string {
    return this.names.get(agent) ?? agent
  }

  /** Of the locks that are known, so many. */
  get locks(): number {
    let number = 0
    for (const lane of this.bars.values()) number += lane.size
    return number
  }

  private knows(agent: string): boolean {
    return this.bars.has(agent) || this.marks.has(agent)
  }
}

/** Each bar in the first row that is free when it begins. */
export function placed(bars: readonly Bar[]): PlacedBar[] {
  const free: number[] = []
  return bars.map((bar) => {
    let row = free.findIndex((until) => until <= bar.from)
    if (row === -1) row = Math.min(free.length, ROWS - 1)
    free[row] = Math.max(free[row] ?? 0, bar.to ?? Number.POSITIVE_INFINITY)
    return { ...bar, row }
  })
}

/** One line of a lane's table. */
export interface Happening {
  id: string
  at: number
  /** Of a lock: until when; undefined while it is held. */
  to?: number
  text: string
  kind: Mark['kind'] | 'lock'
  target?: Mark['target']
}

/** What happened in a lane between two times, the newest first. */
export function happenings({ bars, marks }: Lane, from: number, to: number): Happening[] {
  const locks = bars.filter((bar) => bar.from <= to && (bar.to ?? to) >= from).map((bar): Happening => ({
    id: bar.id,
    at: bar.from,
    to: bar.to,
    text: [bar.label, ...(bar.ended === undefined ? [] : [bar.ended]), ...(bar.stale ? [t('was stale')] : [])].join(', '),
    kind: 'lock',
    ...(bar.opens && { target: { type: 'lock' as const, tree: bar.tree, resource: bar.label, heldBy: bar.agent } }),
  }))
  const others = marks.filter(({ at }) => at >= from && at <= to).map(({ id, at, text, kind, target }): Happening => ({ id, at, text, kind, target }))
  return [...locks, ...others].sort((a, b) => b.at - a.at)
}
