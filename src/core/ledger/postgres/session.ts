import type { Socket } from 'node:net'
import postgres from 'postgres'
import type { PostgresAddress } from './address.js'
import { dial } from './dial.js'

/** Rows of the last statement. Numbers of type bigint come as texts. @param statementMs until it has to be answered; default: the session's */
export type Query = (text: string, statementMs?: number) => Promise<Row[]>
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
  /** Ends it, also while it is being made. */
  signal?: AbortSignal
}

/** In which the time for an answer is counted. */
const STEPS = 10
/** Of the time for an answer, what the server has for it: it gives up first, so that it is known then that nothing was done. */
const FOR_THE_SERVER = 0.8
/** The one statement that a transaction takes after an error. */
export const ROLLBACK = 'rollback'
/** How appending begins: every commit waits for it, and its function limits by itself what it waits for. */
export const APPEND = 'select seq, sum, line from muster.append('

/** Options of the client that its types do not list. */
interface Unlisted {
  onnotify(channel: string, payload: string): void
  socket(): Promise<Socket>
  target_session_attrs: undefined
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
  private readonly dialling = new AbortController()
  private dialled = false
  private answered = false
  /** Messages that were sent, and answers that came. */
  private sent = 0
  private came = 0
  /** The process of the server, as it was told when the connection was made. */
  private process: number | undefined

  constructor(private readonly options: SessionOptions) {
    this.lost = new Promise((_, reject) => (this.fail = reject))
    this.lost.catch(() => undefined)
    const { address, connectMs } = options
    const told: Omit<postgres.Options<Record<string, never>>, 'target_session_attrs'> & Unlisted = {
      socket: () => this.dialOnce(),
      // Not those of the environment, which say nothing of where this goes: of several, the client would wait for the others.
      host: 'localhost',
      target_session_attrs: undefined,
      database: address.database,
      username: address.user,
      password: address.password,
      ssl: false,
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
    this.sql = postgres(told as postgres.Options<Record<string, never>>)
    options.signal?.addEventListener('abort', this.giveUp, { once: true })
  }

  get ended(): boolean {
    return this.over
  }

  /** The message that waits for its answer, by its number; undefined where none does. */
  get unanswered(): number | undefined {
    return this.sent === this.came ? undefined : this.came
  }

  /** Runs statements in one message, as one transaction unless they say otherwise. @throws errors of the client and the server */
  readonly query: Query = async (text, statementMs) => {
    await this.turns
    return this.send(text, statementMs)
  }

  /** Whether this speaks with one process of the server all the time; a pooler gives out a number of its own for it. */
  async isDirect(): Promise<boolean> {
    const [row] = await this.query('select pg_backend_pid() as pid')
    return row?.['pid'] === this.process
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

  /**
   * The client would send TLS's first message to servers that have just said that they do not speak it; it would come again and
   * again to one that hangs up before it has answered, and go on talking where it was ended meanwhile.
   */
  private async dialOnce(): Promise<Socket> {
    const { address, server, connectMs } = this.options
    if (this.dialled || this.over) throw Object.assign(new Error('The connection was lost.'), { code: 'ECONNRESET' })
    this.dialled = true
    const socket = await dial(server, address.tls, connectMs, this.dialling.signal)
    if (!this.over) return socket
    socket.destroy()
    throw Object.assign(new Error('The connection was closed.'), { code: 'CONNECTION_ENDED' })
  }

  private async send(text: string, statementMs = this.options.statementMs): Promise<Row[]> {
    if (this.over) await this.lost
    const { connectMs } = this.options
    const patience = this.answered ? statementMs : connectMs + statementMs
    let timer: NodeJS.Timeout | undefined
    // A connection that hangs is as good as none: whoever waits for a statement must not wait for ever. Counted in steps: while
    // this process was stopped, or had no time, the answer may have come, and is read after one step of all that time.
    const late = new Promise<never>((_, reject) => {
      let steps = 0
      timer = setInterval(() => {
        if (++steps < STEPS) return
        const error = Object.assign(new Error('The database does not answer.'), { code: 'STATEMENT_TIMEOUT' })
        reject(error)
        this.finish(error)
        void this.sql.end({ timeout: 0 }).catch(() => undefined)
      }, patience / STEPS)
    })
    this.sent++
    try {
      const result: unknown = await Promise.race([this.sql.unsafe(text === ROLLBACK || text.startsWith(APPEND) ? text : limited(text, statementMs)).simple(), this.lost, late])
      this.answered = true
      const rows = lastOf(result as Row[] | Row[][])
      this.process = (rows as unknown as postgres.RowList<Row[]>).state.pid
      return rows
    } finally {
      this.came++
      clearInterval(timer)
    }
  }

  private readonly giveUp = (): void => void this.end().catch(() => undefined)

  private finish(error: Error): void {
    if (this.over) return
    this.over = true
    this.options.signal?.removeEventListener('abort', this.giveUp)
    this.dialling.abort()
    this.fail(error)
    this.options.onEnd()
  }
}

/**
 * With a limit for each statement that the server keeps to: it waits for no lock, and holds none, on behalf of somebody who has
 * gone. For this transaction only, since the next on this connection may be somebody else's, behind a pooler that takes no
 * settings at the beginning either.
 */
function limited(text: string, ms: number): string {
  return `set local statement_timeout = ${Math.max(1, Math.round(ms * FOR_THE_SERVER))};${text}`
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
