import postgres from 'postgres'
import type { PostgresAddress } from './address.js'

/** Rows of the last statement. Numbers of type bigint come as texts. */
export type Query = (text: string) => Promise<Row[]>
export type Row = Record<string, string | number | boolean | null>

export interface SessionOptions {
  address: PostgresAddress
  server: PostgresAddress['servers'][number]
  /** ms until a connection has to be there, and until a statement has to be answered. */
  connectMs: number
  statementMs: number
  onNotify(): void
  /** Once, when the connection is no more. */
  onEnd(): void
}

/** An option of the client that its types do not list. */
interface Notified {
  onnotify(channel: string, payload: string): void
}

/**
 * One connection to the database, from its beginning to its end: it is never made anew here, so that whoever uses it knows that
 * what they sent was sent once. Statements go out as they are, in one message each (the simple protocol): one way there and
 * back, no prepared statements, nothing that a pooler between could lose.
 */
export class Session {
  private readonly sql: postgres.Sql
  private readonly lost: Promise<never>
  private fail!: (error: Error) => void
  private turns: Promise<unknown> = Promise.resolve()
  private over = false
  private answered = false

  constructor(private readonly options: SessionOptions) {
    this.lost = new Promise((_, reject) => (this.fail = reject))
    this.lost.catch(() => undefined)
    const { address, server, connectMs } = options
    const told: postgres.Options<Record<string, never>> & Notified = {
      ...(server.host.startsWith('/') ? { path: `${server.host}/.s.PGSQL.${server.port}` } : { host: server.host, port: server.port }),
      database: address.database,
      username: address.user,
      password: address.password,
      ssl: address.tls === false ? false : address.tls,
      max: 1,
      prepare: false,
      fetch_types: false,
      connect_timeout: connectMs / 1000,
      idle_timeout: 0,
      max_lifetime: null,
      keep_alive: 10,
      debug: false,
      connection: { application_name: 'muster' },
      onnotice: () => undefined,
      onnotify: () => options.onNotify(),
      onclose: () => this.finish(Object.assign(new Error('The connection was lost.'), { code: 'CONNECTION_CLOSED' })),
    }
    this.sql = postgres(told)
  }

  get ended(): boolean {
    return this.over
  }

  /** Runs statements in one message, as one transaction unless they say otherwise. @throws errors of the client and the server */
  readonly query: Query = async (text) => {
    await this.turns
    return this.send(text)
  }

  /** Runs statements with none of this process's others in between: those of a transaction. */
  alone<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const turn = this.turns.then(() => work((text) => this.send(text)))
    this.turns = turn.catch(() => undefined)
    return turn
  }

  async end(): Promise<void> {
    this.finish(Object.assign(new Error('The connection was closed.'), { code: 'CONNECTION_ENDED' }))
    await this.sql.end({ timeout: 0 })
  }

  private async send(text: string): Promise<Row[]> {
    if (this.over) await this.lost
    const { statementMs, connectMs } = this.options
    const patience = this.answered ? statementMs : connectMs + statementMs
    let timer: NodeJS.Timeout | undefined
    // A connection that hangs is as good as none: whoever waits for a statement must not wait for ever.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = Object.assign(new Error('The database does not answer.'), { code: 'STATEMENT_TIMEOUT' })
        reject(error)
        this.finish(error)
        void this.sql.end({ timeout: 0 }).catch(() => undefined)
      }, patience)
    })
    try {
      const result: unknown = await Promise.race([this.sql.unsafe(text).simple(), this.lost, late])
      this.answered = true
      return lastOf(result as Row[] | Row[][])
    } finally {
      clearTimeout(timer)
    }
  }

  private finish(error: Error): void {
    if (this.over) return
    this.over = true
    this.fail(error)
    this.options.onEnd()
  }
}

/** Several statements give several lists. */
function lastOf(result: Row[] | Row[][]): Row[] {
  const last = result.at(-1)
  return Array.isArray(last) ? last : (result as Row[])
}

/** A text as SQL, whatever it holds and however the server reads backslashes. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new RangeError('PostgreSQL holds no NUL characters.')
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
