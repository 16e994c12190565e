import { NO_SUM } from '../line.js'
import type { FoundLine } from './mainChain.js'

/** Numbers of lines that are lost, both ends included. */
export interface Gap {
  from: number
  to: number
}

/** Where lines are missing in a history, and the line that each gap is before. */
export function gapsBetween(runs: readonly (readonly FoundLine[])[]): (Gap & { before: FoundLine })[] {
  let tip = { seq: 0, leadsOn: NO_SUM }
  return runs.flatMap((run) => {
    const [before, from] = [run[0]!, tip.seq + 1]
    const isGap = before.prev !== tip.leadsOn
    tip = run.at(-1)!
    return isGap ? [{ from, to: before.seq - 1, before }] : []
  })
}

/** For people. */
export function lostEntries(from: number, to: number): string {
  return from === to ? `Entry ${from} is missing or was changed.` : `Entries ${from} to ${to} are missing or were changed.`
}
