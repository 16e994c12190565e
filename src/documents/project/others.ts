import type { DecisionView } from '../../core/model/operations.js'
import type { canonical } from './check.js'
import type { ProjectRecords } from './records.js'
import { inline } from './text.js'

/** The heading of an entry, or its number, which comes later. */
const ENTRY = /^## \d{4}-\d\d-\d\d:(.*)$|^\*\*Number:\*\* (D-\d+)$/gm

/**
 * Whether a tree's documents were written from other records: a clone has the files and not the ledger they were made from. They
 * say more than anybody here knows.
 * @param text What Muster's part of a file says, as it was written; '' where there is none, or somebody changed it
 */
export function isOfOthers({ decisions, tasks }: Pick<ProjectRecords, 'tasks'> & { decisions: readonly Pick<DecisionView, 'id' | 'title' | 'corrected'>[] }, text: (path: (typeof canonical)[number]) => string): boolean {
  const known = new Map(decisions.map((decision) => [decision.id, decision]))
  let title = ''
  for (const [, heading = '', number] of text('DECISIONS.md').matchAll(ENTRY)) {
    if (number === undefined) title = heading.trim()
    else if (!isIn(known.get(number), title)) return true
  }
  if (decisions.length + tasks.length === 0) return /^- \[.\] T-\d+ /m.test(text('STATUS.md'))
  // One that is open was never cleared away.
  const last = Math.max(0, ...tasks.map(({ number }) => number))
  return [...text('STATUS.md').matchAll(/^- \[ \] T-(\d+) /gm)].some(([, number]) => Number(number) > last)
}

/** A title that was put right since may be in the file as it was. */
function isIn(decision: Pick<DecisionView, 'title' | 'corrected'> | undefined, title: string): boolean {
  return decision !== undefined && (decision.corrected !== undefined || inline(decision.title).trim() === title)
}
