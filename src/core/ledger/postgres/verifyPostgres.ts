import { Chain } from '../classify.js'
import { parseLine } from '../line.js'
import type { Clock } from '../port.js'
import { parseAddress } from './address.js'
import { Link } from './link.js'
import { databaseProblem, missing, noSpace } from './problems.js'
import { prepareSchema } from './schema.js'
import { Session } from './session.js'
import { linesBehind } from './statements.js'

export interface PostgresVerification {
  ok: boolean
  ledger: string
  accepted: number
  commits: number
  head: { seq: number; sum: string }
  /** ms since 1970 of the first and last accepted line. */
  firstAt?: number
  lastAt?: number
  problem?: { kind: 'damaged' | 'missing'; message: string }
}

const PAGE = 500

/**
 * Reads all lines of a ledger in a database and checks that each leads to the next. Writes nothing.
 * @throws MusterError INVALID_INPUT, DATABASE_UNUSABLE, LEDGER_NEWER
 */
export async function verifyPostgres({ address: text, space: named, clock }: { address: string; space?: string; clock: Clock }): Promise<PostgresVerification> {
  const address = parseAddress(text)
  const space = address.space ?? named
  if (space === undefined) throw noSpace()
  const link = new Link({
    clock,
    servers: address.servers.length,
    patienceMs: 10_000,
    onChange: () => undefined,
    connect: async (attempt, onEnd, signal) => {
      const session = new Session({ address, server: address.servers[attempt % address.servers.length]!, connectMs: 10_000, statementMs: 60_000, onNotify: () => undefined, onEnd, signal })
      await session.query('select 1').catch(async (error: unknown) => {
        await session.end()
        throw error
      })
      return session
    },
  })
  await link.open()
  try {
    const { query } = await link.use()
    if (!(await prepareSchema(query, false))) throw missing()
    return await walk((from) => query(linesBehind(space, from, PAGE)))
  } catch (error) {
    throw databaseProblem(error)
  } finally {
    await link.close()
  }
}

async function walk(next: (from: number) => ReturnType<Session['query']>): Promise<PostgresVerification> {
  const chain = new Chain()
  const found: PostgresVerification = { ok: true, ledger: '', accepted: 0, commits: 0, head: { seq: 0, sum: chain.sum } }
  for (;;) {
    const rows = await next(chain.seq)
    for (const row of rows) {
      const seq = Number(row['seq'])
      const bytes = Buffer.from(`${row['line']}\n`)
      const line = parseLine(bytes, 0, bytes.length - 1)
      const isNext = line !== undefined && line.seq === seq && line.leadsOn === row['sum'] && chain.classify(line) === 'accept'
      if (!isNext) {
        const problem = line?.seq === seq && seq > chain.seq + 1
          ? { kind: 'missing' as const, message: `Entries ${chain.seq + 1} to ${seq - 1} are missing.` }
          : { kind: 'damaged' as const, message: `Entry ${seq} is not what was written.` }
        return { ...found, ok: false, problem }
      }
      chain.accept(line)
      if (line.kind === 'genesis') found.ledger = (JSON.parse(String(row['line'])) as { ledger?: string }).ledger ?? ''
      found.accepted++
      if (line.kind === 'commit') found.commits++
      found.firstAt ??= line.at
      found.lastAt = line.at
      found.head = { seq: line.seq, sum: line.sum }
    }
    if (rows.length < PAGE) break
  }
  if (found.accepted === 0) throw missing()
  return found
}
