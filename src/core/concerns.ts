import type { LedgerStatus } from './ledger/port.js'
import { tell } from './tell.js'

/** What people should know of the records though they can be used, a sentence each; the most serious first. */
export function concernsOf({ notice, problems = [], shared, conflictCopies, probe, watchProblem }: LedgerStatus): string[] {
  const concerns: string[] = []
  if (notice !== undefined) concerns.push(notice)
  if (shared !== undefined) concerns.push(tell`Locks here are advice: the folder may be written to by several machines${shared.why === '' ? '' : ` (${shared.why})`}, and two of them can be granted the same file at once. Use a database for locks that hold between machines.`)
  if (conflictCopies !== undefined) {
    const [first = '', ...more] = conflictCopies
    concerns.push(tell`A program that copies folders between machines has put conflict copies beside the records (${first}${more.length === 0 ? '' : tell` and ${more.length} more`}): what another machine wrote into them is not counted. Keep the folder out of that program, and delete them when nothing in them is missed.`)
  }
  concerns.push(...problems, ...(probe?.problems ?? []))
  if (watchProblem !== undefined) concerns.push(tell`There are no file events here (${watchProblem}); what others do is seen a few seconds later.`)
  return concerns
}
