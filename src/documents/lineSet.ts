import { ownDate } from './formats/workLog.js'

/** ms that the time of a line and when it was recorded may differ, where it was recorded without a time of its own. */
export const NEAR = 61_000

/** Lines of a log by what they say, each to be found as often as it is there. */
export class LineSet {
  private readonly left = new Map<string, (number | undefined)[]>()

  /** @param when ms; undefined where the line tells none */
  add(said: string, when: number | undefined): void {
    const { at, text } = ownDate(said) ?? { at: when, text: said }
    const time = at === undefined ? undefined : second(at)
    const times = this.left.get(text)
    if (times === undefined) this.left.set(text, [time])
    else times.push(time)
  }

  /** Whether one of those that are left says so, of about then; it is one less afterwards. @param within ms */
  take(said: string, when: number | undefined, within: number): boolean {
    const { at, text } = ownDate(said) ?? { at: when, text: said }
    const times = this.left.get(text) ?? []
    const exact = times.findIndex((time) => at === undefined || time === undefined || time === second(at))
    const found = exact >= 0 ? exact : times.findIndex((time) => Math.abs(time! - at!) <= within)
    if (found >= 0) times.splice(found, 1)
    return found >= 0
  }

  /** Whether one of those that are left is of this second. */
  hasAt(at: number): boolean {
    return [...this.left.values()].some((times) => times.includes(second(at)))
  }
}

function second(at: number): number {
  return Math.floor(at / 1_000) * 1_000
}
