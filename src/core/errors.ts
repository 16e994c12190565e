/** Every code a {@link MusterError} can carry. Callers act on codes, never on message text. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'OUTSIDE_ROOT'
  | 'AGENT_IN_USE'
  | 'IDENTITY_LOST'
  | 'FOLDER_UNUSABLE'
  | 'DATABASE_UNUSABLE'
  | 'OPENED_READ_ONLY'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_NEWER'
  | 'NOT_APPLIED'
  | 'OUTCOME_UNKNOWN'
  | 'KEY_TOO_OLD'
  | 'BUSY'
  | 'TOO_LARGE'
  | 'CLOSED'

export interface MusterErrorOptions {
  /** One sentence that says what to do next. */
  hint?: string
  details?: Record<string, unknown>
  cause?: unknown
}

/**
 * Broken input, folders and ledgers. Refusals by the rules are not errors but values (`{ ok: false, … }`).
 */
export class MusterError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message: string, options: MusterErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'MusterError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }
}

/** Broken input. @param hint what to do next */
export function invalid(message: string, hint: string): MusterError {
  return new MusterError('INVALID_INPUT', message, { hint })
}

/** True for a MusterError of any bundle: bundles do not share the class, so the brand is the name and a code. */
export function isMusterError(error: unknown): error is MusterError {
  return error instanceof Error && error.name === 'MusterError' && 'code' in error
}

/** The `errno` code of a failed system call (`ENOENT`, …), if that is what this is. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
