import { errnoOf, isMusterError, MusterError } from '../../errors.js'

/** A server answered an SQL statement with an error, so what the statement did was undone. */
export function isServerError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && error.name === 'PostgresError' && 'code' in error
}

/** The database cannot be asked now; that may pass. */
const PASSING = /^(08|57P|53300|25006|25P03)/

/** Somebody else was first, or was waited for too long: nothing was done, and the next try may succeed. */
export function isLostRace(error: unknown): boolean {
  return isServerError(error) && /^(40001|40P01|55P03|57014)$/.test(error.code)
}

/** The connection is gone, or of no use any more: what was sent may or may not have been done. */
export function endsConnection(error: unknown): boolean {
  return isServerError(error) ? PASSING.test(error.code) : !isMusterError(error) && errnoOf(error) !== undefined
}

const REFUSED: Record<string, readonly [what: string, hint: string]> = {
  '28P01': ['does not accept the password', 'Check user and password in the address.'],
  '28000': ['does not let this user in', 'Check the user in the address, and whether the server wants TLS (sslmode).'],
  '3D000': ['is not there', 'Check the name of the database in the address.'],
  '42501': ['does not let this user do that', 'Grant the rights that docs/postgres.md lists.'],
  '53300': ['has no connection left', 'Close programs that use it, raise max_connections, or put a pooler in front of it.'],
  '53100': ['has no disk space left', 'Free some disk space on its server, then try again.'],
  MU001: ['is taking in records of a folder, not all of which are there yet', 'Try again when they are. Was the move broken off: muster migrate --to goes on with it, muster migrate --from undoes it, where that folder is.'],
  MU002: ['was told that this move is given up', 'Run the command again.'],
  MU003: ['holds something else than what was sent', 'Nothing was moved. muster migrate --from takes back what arrived; then try again.'],
  '25006': ['can only be read: its server is a copy that follows another', 'Use the address of the server that takes changes.'],
}
const SYSTEM: Record<string, string> = {
  ECONNREFUSED: 'nobody answers there',
  ENOTFOUND: 'its server is not known by that name',
  EAI_AGAIN: 'names of servers cannot be looked up now',
  ETIMEDOUT: 'it does not answer in time',
  CONNECT_TIMEOUT: 'it does not answer in time',
  STATEMENT_TIMEOUT: 'it does not answer in time',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
}

/**
 * What went wrong, as people can be told: texts of the client and the server are not passed on, since they may hold the
 * address. @returns DATABASE_UNUSABLE; a MusterError stays as it is
 */
export function databaseProblem(error: unknown): MusterError {
  if (isMusterError(error)) return error
  const code = errnoOf(error) ?? ''
  if (isServerError(error)) {
    const [what, hint] = REFUSED[code] ?? [`refused that (SQLSTATE ${code})`, 'The log of its server says more.']
    return new MusterError('DATABASE_UNUSABLE', `The database ${what}.`, { hint, details: { sqlstate: code } })
  }
  const why = SYSTEM[code] ?? (code.startsWith('CONNECTION_') ? 'the connection was lost' : /CERT|TLS|SSL|SIGNATURE/i.test(code) ? 'its certificate is not trusted, or it speaks no TLS' : 'it cannot be reached')
  return new MusterError('DATABASE_UNUSABLE', `The database cannot be used now: ${why}.`, {
    hint: 'What was known last is shown; nothing can be changed until it answers. Check the network and the server; it is tried again by itself.',
    details: { errno: code, offline: true },
  })
}

/** The line is certainly not in the database and never will be. */
export function notApplied(error: unknown): MusterError {
  const problem = databaseProblem(error)
  return new MusterError('NOT_APPLIED', `The change was not made. ${problem.message}`, { hint: problem.hint, details: problem.details })
}

/** The connection was lost while a line was on its way: it may or may not be in the database. */
export function outcomeUnknown(keys: readonly string[]): MusterError {
  return new MusterError('OUTCOME_UNKNOWN', 'The database did not confirm the change before the connection to it was lost.', {
    hint: 'Retry with the same key when it answers again: what was applied is not applied twice.',
    details: { keys },
  })
}

export function damaged(message: string, details: Record<string, unknown> = {}): MusterError {
  return new MusterError('LEDGER_DAMAGED', message, { hint: 'Nothing is written any more. Restore the database from a copy, or ask whoever changed its tables.', details })
}

/** Several ledgers are in one database. */
export function noSpace(): MusterError {
  return new MusterError('INVALID_INPUT', 'The address of the database does not say which team or project it is for.', { hint: 'Add ?space=NAME to it; everybody who works together uses the same name.' })
}

/** There is no ledger, and none may be made. `details.missing` is true. */
export function missing(): MusterError {
  return new MusterError('DATABASE_UNUSABLE', 'The database holds no records of Muster for this project.', { hint: 'Check the address, and the space that it names; the first agent that starts work makes the records.', details: { missing: true } })
}
