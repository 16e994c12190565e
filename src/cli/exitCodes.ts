import type { ErrorCode } from '../core/errors.js'

/** Scripts rely on these. */
export const exitCodes = {
  done: 0,
  /** Somebody else holds it, it was not found, a check failed; waiting for it was stopped by Ctrl-C. */
  refused: 1,
  usage: 2,
  /** The folder or its ledger cannot be used. */
  unusable: 3,
} as const

const byErrorCode = {
  INVALID_INPUT: exitCodes.usage,
  OUTSIDE_ROOT: exitCodes.usage,
  TOO_LARGE: exitCodes.usage,
  IDENTITY_LOST: exitCodes.refused,
  AGENT_IN_USE: exitCodes.refused,
  KEY_TOO_OLD: exitCodes.refused,
  FOLDER_UNUSABLE: exitCodes.unusable,
  DATABASE_UNUSABLE: exitCodes.unusable,
  OPENED_READ_ONLY: exitCodes.unusable,
  LEDGER_DAMAGED: exitCodes.unusable,
  LEDGER_NEWER: exitCodes.unusable,
  NOT_APPLIED: exitCodes.unusable,
  OUTCOME_UNKNOWN: exitCodes.unusable,
  BUSY: exitCodes.unusable,
  CLOSED: exitCodes.unusable,
} as const satisfies Record<ErrorCode, number>

/** Exit code for a thrown error's code; codes of newer versions count as unusable. */
export function exitCodeOf(code: string): number {
  return (byErrorCode as Readonly<Record<string, number>>)[code] ?? exitCodes.unusable
}
