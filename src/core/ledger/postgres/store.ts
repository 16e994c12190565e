import { isMusterError, type MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { readOps, Replica } from '../replica.js'
import { encodeLine, parseLine, type Line, type LineKind } from '../line.js'
import { Chain } from '../classify.js'
import type { Clock, Commit, Machine, Stamp } from '../port.js'
import type { LocalSnapshot } from './localSnapshot.js'
import { damaged, isOtherIsolation, missing } from './problems.js'
import type { Query, Row } from './session.js'
import { append, appendInTurn, lineAt, tail } from './statements.js'

/** A line to be appended. */
export interface Own {
  bytes: Buffer
  line: Line
}

interface Head {
  id: string
  seq: number
  sum: string
}

/** Lines that a snapshot saves reading, at the least. */
const WORTH_KEEPING = 1000

/** Lines asked for at once, and the bytes that they should come to at the most. */
const PAGE = { first: 500, most: 20_000, bytes: 4 * 1024 * 1024 }

/** The rows of one ledger, and the replica that is read from them. Rows may come from several queries under way; each is taken once. */
export class Store<S, E> {
  replica: Replica<S, E>
  /** Goes up whenever the state was built anew. */
  generation = 0
  /** The head that is not in the database any more (an older copy, a server that lacked the last commits): to be followed by a `repaired` line. */
  lost: Head | undefined
  /** For people: what happened to the records while they were open. */
  notice: string | undefined

  /** Transactions are others there by default than a line is appended in. */
  private saysIsolation = false
  /** Number of the line behind which this machine has the state. */
  private keptAt = 0

  /** @param snapshot Where the state is kept on this machine, to begin with. */
  constructor(private readonly space: string, private readonly machine: Machine<S, E>, private readonly snapshot?: LocalSnapshot<S, E>) {
    this.replica = new Replica(machine, undefined, undefined, undefined, 'database')
  }

  encode(kind: LineKind, body: string, stamp: Stamp): Own {
    return encodeLine({ ...stamp, prev: this.replica.chain.sum, d: this.replica.chain.seq, kind, body })
  }

  /** Reads the ledger from its beginning. @returns what is wrong with it, where it can be read in part only */
  async load(query: Query): Promise<MusterError | undefined> {
    try {
      await this.beginWithSnapshot(query)
      await readAll(query, this.space, this.replica)
    } catch (error) {
      if (!isMusterError(error)) throw error
      return error
    } finally {
      this.replica.loading = false
    }
    return undefined
  }

  /** There is a state of this ledger on this machine. */
  get isKept(): boolean {
    return this.keptAt > 0
  }

  /** Keeps the state for the next one to open, if that saves them much. @param all also where it saves them little: it is what is shown while the database cannot be reached */
  keep(all = false): void {
    const { seq } = this.replica.chain
    if (this.snapshot === undefined || this.lost !== undefined || seq - this.keptAt < (all ? 1 : WORTH_KEEPING)) return
    this.snapshot.write(this.replica)
    this.keptAt = seq
  }

  /** The state of a line that is in the database now: it was made of this ledger, up to there. */
  private async beginWithSnapshot(query: Query): Promise<void> {
    const base = this.snapshot?.read()
    if (base === undefined) return
    const [row] = await query(lineAt(this.space, base.stamp.seq))
    if (row?.['sum'] !== base.sums.at(-1)?.[1]) return
    this.replica = new Replica(this.machine, undefined, base, undefined, 'database')
    this.keptAt = base.stamp.seq
  }

  /** Begins with what this machine kept, without a look at the database. @returns as of when that is (ms since 1970); undefined where there is nothing */
  beginWithout(): number | undefined {
    const base = this.snapshot?.read()
    if (base === undefined) return undefined
    this.replica = new Replica(this.machine, undefined, base, undefined, 'database')
    this.replica.loading = false
    return this.snapshot!.keptAt()
  }

  /** Takes what others appended. @throws MusterError LEDGER_DAMAGED, DATABASE_UNUSABLE; errors of the client and the server */
  async catchUp(query: Query): Promise<void> {
    for (;;) {
      const from = this.replica.chain.seq
      const { generation } = this
      const rows = await query(tail(this.space, from, PAGE.first + 1))
      if (generation !== this.generation) continue
      if (!this.take(rows, from)) await this.reopen(query)
      else if (rows.length <= PAGE.first) return
    }
  }

  /**
   * Appends a line if it is the next one. A lost race has brought what was first.
   * @param endsTurn It is the end of a transaction under way, instead of one of its own.
   * @returns whether it is in the ledger
   */
  async append(query: Query, own: Own, endsTurn = false): Promise<boolean> {
    const { generation } = this
    const rows = await query(endsTurn ? appendInTurn(this.space, own) : append(this.space, own, this.saysIsolation)).catch((error: unknown) => {
      if (endsTurn || this.saysIsolation || !isOtherIsolation(error)) throw error
      this.saysIsolation = true
      return query(append(this.space, own, true))
    })
    if (generation !== this.generation) return false
    const [first] = rows
    const won = rows.length === 1 && Number(first?.['seq']) === own.line.seq && first?.['sum'] === own.line.sum
    if (won) this.takeLine(own.bytes, own)
    else if (!this.take(rows, own.line.seq - 1)) await this.reopen(query)
    return won
  }

  /** The ledger that lacks our head goes on behind it, so that no number (and no token) is given twice. */
  async settleLoss(query: Query, clock: Clock): Promise<void> {
    while (this.lost !== undefined && this.replica.blocked === undefined) {
      const stamp = { ...this.replica.nextStamp(clock), seq: Math.max(this.lost.seq, this.replica.chain.seq) + 1 }
      if (await this.append(query, this.encode('repaired', '', stamp))) this.lost = undefined
    }
  }

  async read(query: Query, seq: number): Promise<Commit<E> | undefined> {
    const [row] = await query(lineAt(this.space, seq))
    return row === undefined ? undefined : this.commitOf(bytesOf(row))
  }

  /** Commits `from` to the present head, read and verified on the way. */
  async *history(query: Query, from: number): AsyncGenerator<Commit<E>> {
    const to = this.replica.chain.seq
    let chain: Chain | undefined
    for (let at = Math.max(0, from - 1); at < to; ) {
      const rows = await query(tail(this.space, at, PAGE.first + 1))
      // Where numbers were skipped, the line before is not there; the chain begins with the first that is.
      const [first] = rows
      if (Number(first?.['seq']) === at) {
        chain ??= new Chain(at, String(first!['sum']))
        rows.shift()
      }
      if (rows.length === 0) throw damaged(tell`Records are missing in the database.`, { seq: at })
      for (const row of rows) {
        const bytes = bytesOf(row)
        const line = parseLine(bytes, 0, bytes.length - 1)
        chain ??= new Chain((line?.seq ?? 1) - 1, line?.prev)
        if (line === undefined || chain.classify(line) !== 'accept') throw damaged(tell`Record ${String(row['seq'])} in the database is not the one that was written.`, { seq: Number(row['seq']) })
        chain.accept(line)
        at = line.seq
        if (at > to) return
        const commit = this.commitOf(bytes, line)
        if (commit !== undefined) yield commit
      }
    }
  }

  /** @returns false where the row of our head is not there */
  private take(rows: readonly Row[], from: number): boolean {
    const { chain } = this.replica
    for (const row of rows) {
      const seq = Number(row['seq'])
      if (seq <= chain.seq) {
        if (row['sum'] !== chain.sumAt(seq)) return false
      } else {
        if (row === rows[0] && from > 0) return false
        this.takeLine(bytesOf(row))
      }
    }
    if (rows.length === 0 && from > 0) return false
    this.lookForRepair()
    return !this.replica.outdated
  }

  private takeLine(bytes: Buffer, own?: Own): void {
    const before = this.replica.chain.seq
    if (own !== undefined && own.line.seq <= before) return
    takeInto(this.replica, bytes, own)
  }

  /** Somebody else has the ledger go on behind what we know. */
  private lookForRepair(): void {
    if (this.lost !== undefined && this.replica.repairedAt > this.lost.seq) this.lost = undefined
  }

  /** Reads everything anew, and looks for the head that was known. */
  private async reopen(query: Query): Promise<void> {
    const { id, chain } = this.replica
    const known = this.lost !== undefined && this.lost.seq > chain.seq ? this.lost : { id, seq: chain.seq, sum: chain.sum }
    const { generation } = this
    const replica = new Replica(this.machine, known, undefined, undefined, 'database')
    await readAll(query, this.space, replica)
    if (generation !== this.generation) return
    if (replica.chain.seq === 0) throw missing()
    replica.loading = false
    this.replica = replica
    this.generation++
    if (replica.id !== known.id) {
      this.lost = replica.chain.seq >= known.seq ? undefined : known
      this.notice = tell`The records in the database were replaced by others. These are the new ones; what the old ones held is gone.`
    } else if (!replica.found) {
      this.lost = replica.repairedAt > known.seq ? undefined : known
      this.notice = tell`The database went back to an older state of the records (a copy, or a server that lacked the last changes): up to ${known.seq} was known here. What is missing is lost; numbering goes on after it.`
    }
  }

  private commitOf(bytes: Buffer, line = parseLine(bytes, 0, bytes.length - 1)): Commit<E> | undefined {
    if (line?.kind !== 'commit') return undefined
    const stamp: Stamp = { seq: line.seq, at: line.at, up: line.up, boot: line.boot }
    return { stamp, ops: this.machine.parse(readOps(line, bytes, 0, bytes.length - 1), true) }
  }
}

function bytesOf(row: Row): Buffer {
  return Buffer.from(`${row['line']}\n`)
}

/** @throws MusterError LEDGER_DAMAGED: every row is a line that counted when it was written */
function takeInto<S, E>(replica: Replica<S, E>, bytes: Buffer, own?: Own): void {
  const before = replica.chain.seq
  replica.consume(bytes, 0, bytes.length - 1, own)
  if (replica.chain.seq === before) throw damaged(tell`A record in the database is not the one that was written.`, { seq: before + 1 })
}

async function readAll<S, E>(query: Query, space: string, replica: Replica<S, E>): Promise<void> {
  for (let limit = PAGE.first; ; ) {
    const from = replica.chain.seq
    const rows = await query(tail(space, from, limit + 1))
    let bytes = 0
    for (const row of rows) {
      if (Number(row['seq']) <= from) continue
      const line = bytesOf(row)
      bytes += line.length
      takeInto(replica, line)
    }
    if (rows.length <= limit) return
    limit = Math.max(1, Math.min(PAGE.most, Math.floor((PAGE.bytes * rows.length) / bytes)))
  }
}
