import type { MusterParts } from './acting.js'
import type { Claim } from './model/claim.js'
import { abandonedBefore, inheritRule } from './rules/inherit.js'
import { sessionsOf } from './rules/presence.js'

/** What was tried without effect is tried again after so long, in ms: asking git costs a process. */
const PAUSE_MS = 30_000
/** After a crash of everything, who was there before has so long to come back, in ms. */
const PATIENCE_MS = 60_000

type Parts = Pick<MusterParts, 'ledger' | 'tree'> & { connection: Pick<MusterParts['connection'], 'attached' | 'joined' | 'mayChallenge' | 'now' | 'context' | 'perform' | 'onDidTick'> }

/**
 * In a process that stays: what its agent waits for, and whoever held it has left behind clean, goes to the first in line, as
 * if it had been released. Without it nobody would be served before somebody commits; where anything may be at stake, it waits
 * for a person.
 */
export function inheritInTime({ connection, ledger, tree }: Parts): void {
  if (!connection.attached) return
  const begun = connection.now().up
  const { isGone } = connection.context()
  /** Sessions whose process had ended before this one began. */
  const before = new Set([...ledger.peek().sessions.values()].filter((session) => isGone(session)).map(({ id }) => id))
  let running = false
  /** When each group of claims may be tried. */
  let next = new Map<string, number>()

  /** Its holder was there while this process was, and its processes have ended on this machine. */
  const sawItEnd = ({ holder }: Claim): boolean => {
    const sessions = sessionsOf(ledger.peek(), holder)
    return sessions.length > 0 && sessions.every((session) => !before.has(session.id) && connection.context().isGone(session))
  }
  const look = async (): Promise<void> => {
    const now = connection.now().up
    const found = abandonedBefore(ledger.peek(), connection.context())
    // Those who stand behind try later and less often: as a rule, the first in line has been served by then.
    next = new Map(found.map(({ key, ahead }) => [key, next.get(key) ?? now + ahead * PAUSE_MS]))
    for (const { key, claims, ahead } of found) {
      if (now < next.get(key)! || (now - begun < PATIENCE_MS && !claims.every(sawItEnd))) continue
      next.set(key, now + (ahead + 1) * PAUSE_MS)
      if (await tree.isAllCommitted(claims.map(({ resource }) => resource))) await connection.perform(inheritRule, { key }, { work: false })
    }
  }
  connection.onDidTick(() => {
    // Right after a pause of our own, others need time to come back too.
    if (running || !connection.joined || !connection.mayChallenge) return
    running = true
    // What failed is tried again.
    void look().catch(() => undefined).finally(() => (running = false))
  })
}
