import type { MusterParts } from './acting.js'
import type { Claim } from './model/claim.js'
import { resourceKey } from './model/resource.js'
import { claimsOf } from './rules/conflicts.js'
import { lapseRule } from './rules/lapse.js'
import { isChallenged } from './rules/presence.js'

/** A file counts as edited after it was locked though the disk rounds its times, in ms. */
const COARSE_MS = 20

type Parts = Pick<MusterParts, 'ledger' | 'connection' | 'join' | 'tree' | 'quietMs'>

/**
 * Lets go of what its agent would not miss: locks on files that were edited, committed and then left alone, and locks that
 * somebody doubts and no work speaks for. What holds changes that are not committed stays locked; whoever would take that
 * over is told which. Writes nothing where there is nothing to let go of.
 * @param agent That this connection speaks for, or will once it has joined.
 * @param files Whether to look at files, too.
 */
export async function letGo(parts: Parts, agent: string, files = true): Promise<void> {
  const { connection, ledger, tree } = parts
  const asOf = ledger.status().head
  const own = [...claimsOf(ledger.peek(), agent)]
  const doubted = own.filter((claim) => isDoubted(parts, claim))
  const quiet = files ? own.filter((claim) => !doubted.includes(claim) && isQuiet(parts, claim)) : []
  if (doubted.length + quiet.length === 0) return
  await parts.join()
  const clean = new Set((await tree.releaseable()).map(resourceKey))
  const end = async (claims: readonly Claim[], why: string): Promise<void> => {
    const ids = claims.filter(({ resource }) => clean.has(resourceKey(resource))).map(({ id }) => id)
    if (ids.length > 0) await connection.perform(lapseRule, { claims: ids, asOf, why }, { work: false })
  }
  await end(doubted, 'asked for, and nothing was done under it for long')
  await end(quiet, 'committed, and not edited since')
}

/** Does so in a process that stays, whenever it looks around. */
export function letGoInTime(parts: Parts): void {
  const { connection, quietMs } = parts
  let running = false
  // Files, and git for those that are not committed, are not asked at each look.
  let next = connection.now().up + quietMs
  connection.onDidTick(() => {
    if (running || !connection.attached || !connection.joined) return
    running = true
    const files = connection.now().up >= next
    if (files) next = connection.now().up + quietMs / 10
    // What failed is tried again the next time.
    void letGo(parts, connection.agent, files).catch(() => undefined).finally(() => (running = false))
  })
}

/** Somebody asked whether its holder is there, which is, and has done nothing for as long as the lock lasts. */
function isDoubted({ connection, ledger }: Parts, claim: Claim): boolean {
  return connection.attached && isChallenged(ledger.peek(), claim) && connection.idleMs >= claim.ttl
}

/** Agents only: people lock on purpose, and never by typing. */
function isQuiet({ connection, ledger, tree, quietMs }: Parts, claim: Claim): boolean {
  const now = connection.now().at
  if (now - claim.renewed.at < quietMs || ledger.peek().agents.get(claim.holder)?.kind !== 'agent') return false
  const edited = tree.editedAt(claim.resource)
  return edited !== undefined && edited > claim.granted.at - COARSE_MS && now - edited >= quietMs
}
