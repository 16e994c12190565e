import { errnoOf, invalid, isMusterError, MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import type { ReadOnlyReason } from '../replica.js'

/** A server answered an SQL statement with an error, so what the statement did was undone. */
export function isServerError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && error.name === 'PostgresError' && 'code' in error
}

/** The database cannot be asked now; that may pass. */
const PASSING = /^(08|57P|53300|25006|25P0[23])/

/** The database lets nobody in for now. */
const AWAY = /^(57P0[123]|53300)$/

/** Somebody else was first, or was waited for too long: nothing was done, and the next try may succeed. */
export function isLostRace(error: unknown): boolean {
  return isServerError(error) && /^(40001|40P01|55P03|57014)$/.test(error.code)
}

/** The server gave up what it was asked, at the limit that it was given with it, or because somebody told it to: nothing was done. */
export function isGivenUp(error: unknown): boolean {
  return isServerError(error) && error.code === '57014'
}

/** A lock was waited for too long. */
export function isHeldUp(error: unknown): boolean {
  return isServerError(error) && error.code === '55P03'
}

/** The line was not looked at: the transaction would have seen one moment only. */
export function isOtherIsolation(error: unknown): boolean {
  return isServerError(error) && error.code === '25001'
}

/** The connection is gone, or of no use any more: what was sent may or may not have been done. */
export function endsConnection(error: unknown): boolean {
  return isServerError(error) ? PASSING.test(error.code) : !isMusterError(error) && errnoOf(error) !== undefined
}

const heldUp = (): readonly [what: string, hint: string] => [tell`did not get to it in time`, tell`Something else keeps its tables locked, or it has too much to do. Try again; its owner sees in pg_stat_activity what is under way.`]
const refusedBy = (): Record<string, readonly [what: string, hint: string]> => ({
  '28P01': [tell`does not accept the password`, tell`Check user and password in the address.`],
  '28000': [tell`does not let this user in`, tell`Check the user in the address, and whether the server wants TLS (sslmode).`],
  '3D000': [tell`is not there`, tell`Check the name of the database in the address.`],
  '42501': [tell`does not let this user do that`, tell`Grant the rights that docs/postgres.md lists.`],
  '57P01': [tell`is being shut down`, tell`It is tried again by itself.`],
  '57P02': [tell`is starting again after it was killed`, tell`It is tried again by itself.`],
  '57P03': [tell`is just starting or shutting down`, tell`It is tried again by itself.`],
  '53300': [tell`has no connection left`, tell`Close programs that use it, raise max_connections, or put a pooler in front of it.`],
  '55P03': heldUp(),
  '57014': heldUp(),
  '53100': [tell`has no disk space left`, tell`Free some disk space on its server, then try again.`],
  MU001: [tell`is taking in records of a folder, not all of which are there yet`, tell`Try again when they are. Was the move broken off: muster migrate --to goes on with it, muster migrate --from undoes it, where that folder is.`],
  MU002: [tell`was told that this move is given up`, tell`Run the command again.`],
  MU003: [tell`holds something else than what was sent`, tell`Nothing was moved. muster migrate --from takes back what arrived; then try again.`],
  '25006': [tell`can only be read: its server is a copy that follows another`, tell`Use the address of the server that takes changes.`],
})
const unreachedBy = (): Record<string, string> => ({
  ECONNREFUSED: tell`nobody answers there`,
  ENOTFOUND: tell`its server is not known by that name`,
  EAI_AGAIN: tell`names of servers cannot be looked up now`,
  ETIMEDOUT: tell`it does not answer in time`,
  CONNECT_TIMEOUT: tell`it does not answer in time`,
  STATEMENT_TIMEOUT: tell`it does not answer in time`,
  ECONNRESET: tell`the connection was lost`,
  EPIPE: tell`the connection was lost`,
})

const untrusted = (): readonly [what: string, hint: string] => [
  tell`the certificate of its server is signed by nobody that this machine trusts`,
  tell`Name the file of certificates to trust in the address: sslrootcert=FILE (services offer theirs for download). sslmode=require would take any certificate, also that of somebody on the way who pretends to be the server.`,
]
/** What speaks against a server that answered: it stays so until somebody does something. */
const untrustedBy = (): Record<string, readonly [what: string, hint: string]> => ({
  NO_TLS: [tell`its server offers no encryption (TLS)`, tell`Nothing was sent to it. Have TLS switched on there. Only where nobody can listen on the way, as in a tunnel: add sslmode=disable to the address.`],
  ERR_TLS_CERT_ALTNAME_INVALID: [tell`the certificate of its server is for another name`, tell`Nothing was sent to it. Use the name that the certificate is for. sslmode=verify-ca with sslrootcert=FILE looks only at who signed it.`],
  CERT_HAS_EXPIRED: [tell`the certificate of its server is out of date`, tell`Have it renewed there. Is the clock of this machine right?`],
  CERT_NOT_YET_VALID: [tell`the certificate of its server is not valid yet`, tell`Is the clock of this machine right?`],
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted(),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted(),
  CERT_SIGNATURE_FAILURE: untrusted(),
})

/**
 * What went wrong, as people can be told: texts of the client and the server are not passed on, since they may hold the
 * address. @returns DATABASE_UNUSABLE; a MusterError stays as it is
 */
export function databaseProblem(error: unknown): MusterError {
  if (isMusterError(error)) return error
  const code = errnoOf(error) ?? ''
  if (isServerError(error)) {
    const [what, hint] = refusedBy()[code] ?? [tell`refused that (SQLSTATE ${code})`, tell`The log of its server says more.`]
    return new MusterError('DATABASE_UNUSABLE', tell`The database ${what}.`, { hint, details: { sqlstate: code, ...(AWAY.test(code) && { offline: true }) } })
  }
  const refused = untrustedBy()[code]
  if (refused !== undefined) return new MusterError('DATABASE_UNUSABLE', tell`The database is not used: ${refused[0]}.`, { hint: refused[1], details: { errno: code } })
  const why = unreachedBy()[code] ?? (code.startsWith('CONNECTION_') ? tell`the connection was lost` : /CERT|TLS|SSL|SIGNATURE/i.test(code) ? tell`its encryption (TLS) is not one that this machine takes` : tell`it cannot be reached`)
  return new MusterError('DATABASE_UNUSABLE', tell`The database cannot be used now: ${why}.`, {
    hint: tell`Nothing can be changed until it answers. Check the network and the server. Windows show what was known last, and try again by themselves; start a command again.`,
    details: { errno: code, offline: true },
  })
}

/** What keeps people from writing. */
export function readOnlyBy({ code, message, hint = '' }: MusterError): ReadOnlyReason {
  return { code: code as ReadOnlyReason['code'], message, hint }
}

/** The connection was lost, and there is no other one yet. */
export function connectionLost(): MusterError {
  return databaseProblem(Object.assign(new Error(), { code: 'CONNECTION_CLOSED' }))
}

/** The database cannot be reached, as far as is known for now. */
export function isOffline(error: unknown): boolean {
  return isMusterError(error) && error.details['offline'] === true
}

/** The line is certainly not in the database and never will be. */
export function notApplied(error: unknown): MusterError {
  const problem = databaseProblem(error)
  return new MusterError('NOT_APPLIED', tell`The change was not made. ${problem.message}`, { hint: problem.hint, details: problem.details })
}

/** The connection was lost while a line was on its way: it may or may not be in the database. */
export function outcomeUnknown(keys: readonly string[]): MusterError {
  return new MusterError('OUTCOME_UNKNOWN', tell`The database did not confirm the change before the connection to it was lost.`, {
    hint: tell`When it answers again, look whether the change is there (muster log --since 10, or the views) before making it again. A program calls again with the same key: what was applied is not applied twice.`,
    details: { keys },
  })
}

export function damaged(message: string, details: Record<string, unknown> = {}): MusterError {
  return new MusterError('LEDGER_DAMAGED', message, { hint: tell`Nothing is written any more. Restore the database from a copy, or ask whoever changed its tables.`, details })
}

/** Several ledgers are in one database. */
export function noSpace(): MusterError {
  return invalid(tell`The address of the database does not say which team or project it is for.`, tell`Add ?space=NAME to it; everybody who works together uses the same name.`)
}

/** That is what the database answered: nothing of ours is in it. */
export function isMissing(error: unknown): boolean {
  return isMusterError(error) && error.details['missing'] === true
}

/** There is no ledger, and none may be made. `details.missing` is true. */
export function missing(): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The database holds no records of Muster for this project.`, { hint: tell`Check the address, and the space that it names; the first agent that starts work makes the records.`, details: { missing: true } })
}
