import { isMusterError, type ErrorCode } from '../core/errors.js'

/** Why a folder cannot be used, or not be written to. */
export interface Problem {
  /** Undefined for what nobody foresaw. */
  code: ErrorCode | undefined
  message: string
  hint: string | undefined
  /** The records are in a database whose address nobody has told this window. */
  wantsAddress?: true
  /** The database may answer, or let this user in, by itself later. */
  mayPass?: true
}

/** What opening threw. */
export function problemOf(error: unknown): Problem {
  const known = isMusterError(error)
  const wantsAddress = known && error.details['wanted'] === 'address'
  // Who is refused again and again may be locked out for good.
  const mayPass = known && error.code === 'DATABASE_UNUSABLE' && !wantsAddress && !String(error.details['sqlstate']).startsWith('28')
  return { code: known ? error.code : undefined, message: error instanceof Error ? error.message : String(error), hint: known ? error.hint : undefined, ...(wantsAddress && { wantsAddress }), ...(mayPass && { mayPass }) }
}
