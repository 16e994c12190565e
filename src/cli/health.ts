import type { LedgerStatus } from '../core/ledger/port.js'

/** Why the ledger cannot be written to, other than that we opened it for reading only. */
export function problemOf({ readOnly }: LedgerStatus): LedgerStatus['readOnly'] {
  return readOnly?.code === 'OPENED_READ_ONLY' ? undefined : readOnly
}

/** The status as it is for others, without our having opened it for reading only. */
export function shownStatus(status: LedgerStatus): LedgerStatus {
  const { readOnly: _readOnly, ...rest } = status
  const problem = problemOf(status)
  return problem === undefined ? rest : { ...rest, readOnly: problem }
}
