import type { FoundSnapshots } from './base.js'
import { lostEntries } from './gaps.js'
import type { FoundLine } from './mainChain.js'
import type { Plan } from './plan.js'
import type { Survey } from './survey.js'

/** One thing that is wrong with the records, for people and programs. */
export interface Finding {
  /** `entries`: numbers are missing or were changed. `foreign`: lines of another history. `file`: one is missing or unreadable. `end`: what came last is lost. */
  kind: 'entries' | 'foreign' | 'file' | 'snapshot' | 'end'
  message: string
  /** Path from the folder. */
  file?: string
  /** Numbers of entries that are gone, both included. */
  from?: number
  to?: number
}

export function findingsOf(found: Survey, chain: readonly FoundLine[], plan: Plan, snapshots: FoundSnapshots<unknown>, endLost: boolean): Finding[] {
  const findings: Finding[] = []
  for (const { number, problem } of found.segments) {
    if (problem !== undefined && number <= plan.tip.segment) findings.push({ kind: 'file', message: `Part ${number} of the records ${problem}.`, file: pathOf(number) })
  }
  const last = found.segments.length
  if (plan.tip.segment > last) findings.push({ kind: 'file', message: `Part ${plan.tip.segment} of the records is missing.`, file: pathOf(plan.tip.segment) })
  for (const { from, to } of plan.gaps) {
    const before = chain.find(({ seq }) => seq > to)
    findings.push({ kind: 'entries', message: lostEntries(from, to), from, to, ...(before && { file: pathOf(before.segment) }) })
  }
  for (const [segment, count] of foreignLines(found, chain)) {
    findings.push({ kind: 'foreign', message: `${count} ${count === 1 ? 'line belongs' : 'lines belong'} to another history than the others.`, file: pathOf(segment) })
  }
  for (const { name, problem } of snapshots.files) if (problem !== undefined) findings.push({ kind: 'snapshot', message: `A snapshot cannot be used: ${problem}.`, file: `snapshots/${name}` })
  if (endLost) findings.push({ kind: 'end', message: `What came after entry ${plan.tip.seq} may be lost.` })
  return findings
}

export function pathOf(segment: number): string {
  return `ledger/${String(segment).padStart(8, '0')}.jsonl`
}

/** Lines, by segment, whose writers were sure of another predecessor than any the history has. Lost races are none. */
function foreignLines(found: Survey, chain: readonly FoundLine[]): Map<number, number> {
  const members = new Set(chain)
  const sums = new Set(chain.map((line) => line.leadsOn))
  for (const { prev } of chain) sums.add(prev)
  const counts = new Map<number, number>()
  for (const line of found.lines) if (!members.has(line) && line.d === line.seq - 1 && line.seq > 1 && !sums.has(line.prev)) counts.set(line.segment, (counts.get(line.segment) ?? 0) + 1)
  return counts
}
