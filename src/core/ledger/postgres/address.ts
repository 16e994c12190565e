import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { errnoOf, MusterError } from '../../errors.js'
import { tell } from '../../tell.js'

/** A PostgreSQL database as an address names it. Holds the password: never shown, never logged. */
export interface PostgresAddress {
  /** Servers that stand in for each other, tried one after the other. A host that begins with `/` is the folder of a Unix socket. */
  readonly servers: readonly { readonly host: string; readonly port: number }[]
  readonly database: string
  readonly user: string
  readonly password: string
  readonly tls: ConnectionOptions | false
  /** Which of the ledgers in the database. */
  readonly space: string | undefined
}

const SPACE = /^[^\p{Cc}]{1,200}$/u
const FORM = 'postgres://user:password@host:5432/database?space=team'

/**
 * Reads `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=…&space=…`. Whatever does not run on this
 * machine is spoken to by TLS only, and has to show that it is who it is said to be, unless `sslmode` says otherwise (`disable`,
 * `require`, `verify-ca`, `verify-full`).
 * @throws MusterError INVALID_INPUT, which repeats nothing of the address
 */
export function parseAddress(text: string): PostgresAddress {
  const match = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text.trim())
  if (match === null) throw wrong(tell`is not one of a PostgreSQL database`)
  const [, who = '', hosts = '', database = '', query = ''] = match
  const options = new URLSearchParams(query)
  const [user = '', ...password] = who.split(':')
  const servers = (options.get('host') ?? (hosts === '' ? 'localhost' : decoded(hosts))).split(',').map(serverOf)
  const name = decoded(user) || process.env['PGUSER'] || 'postgres'
  const space = options.get('space') ?? undefined
  if (space !== undefined && !SPACE.test(space)) throw wrong(tell`names a space that cannot be: 1 to 200 letters`)
  return {
    servers,
    user: name,
    password: decoded(password.join(':')) || (process.env['PGPASSWORD'] ?? ''),
    database: decoded(database) || name,
    tls: tlsOf(options.get('sslmode'), options.get('sslrootcert'), servers.every(({ host }) => isHere(host))),
    space,
  }
}

function serverOf(text: string): PostgresAddress['servers'][number] {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === '') throw wrong(tell`names no server`)
  return { host, port: port === undefined ? 5432 : Number(port) }
}

/** Whether a host is this machine, so that nobody listens in between. */
export function isHere(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function tlsOf(mode: string | null, rootCertificate: string | null, here: boolean): PostgresAddress['tls'] {
  const ca = rootCertificate === null || rootCertificate === 'system' ? undefined : certificate(rootCertificate)
  switch (mode ?? (rootCertificate !== null || !here ? 'verify-full' : 'disable')) {
    case 'disable':
      return false
    case 'require':
      return { rejectUnauthorized: false }
    case 'verify-ca':
      // Anybody has a certificate that is signed by one of those whom everybody trusts.
      if (ca === undefined) throw wrong(tell`has sslmode=verify-ca without the file of those who may have signed (sslrootcert=FILE)`)
      return { ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
    case 'verify-full':
      // Said, since a variable of Node's can switch it off for whoever says nothing.
      return { ca, rejectUnauthorized: true }
    default:
      throw wrong(tell`has an sslmode that is not known: disable, require, verify-ca or verify-full`)
  }
}

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Without the cause, which repeats the path.
    throw new MusterError('INVALID_INPUT', tell`The file of certificates that sslrootcert names cannot be read.`, { hint: tell`Give the path of a file in PEM form.`, details: { errno: errnoOf(error) } })
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong(tell`has a % that is not followed by two digits`)
  }
}

function wrong(what: string): MusterError {
  return new MusterError('INVALID_INPUT', tell`The address of the database ${what}.`, { hint: tell`It looks like this: ${FORM}` })
}
