import { ROLLBACK, type Query, type Session } from './session.js'
import { beginTurn, endsTurn } from './statements.js'

/** Losses before a turn is taken, since whoever is far away would lose for ever; and before giving up. */
export const LOSSES = { beforeTurn: 3, max: 50 }

/** ms for which a turn may hold up everybody else and still be taken without losing first. */
const SHORT = 10

/**
 * When to take a turn. Where many write at the same time, trying first costs each of them three lost races for every commit; so
 * who needed a turn takes the next at once, as long as others wrote in between and turns are short.
 */
export class Turns {
  private crowded = false

  /** Whether the next attempt is to be in a turn, after so many losses. */
  due(losses: number): boolean {
    return this.crowded || losses >= LOSSES.beforeTurn
  }

  /**
   * Does `work` with everybody else held up: in a transaction that begins with its first statement, in one message with it, and
   * that ends with the line that is appended.
   * @param head Number of the newest line that is known.
   */
  async take<T>(session: Session, space: string, head: () => number, work: (query: Query) => Promise<T>): Promise<T> {
    return session.alone(async (query) => {
      const before = head()
      let open: boolean | undefined
      let begun = 0
      try {
        return await work(async (text) => {
          const first = open === undefined
          // Until it is answered: where the line is refused, the commit behind it is skipped, and the turn has to be given up.
          open = true
          const rows = await query(first ? `${beginTurn(space)};${text}` : text)
          open = !endsTurn(text)
          if (first) begun = performance.now()
          if (!open) this.crowded = head() > before && performance.now() - begun < SHORT
          return rows
        })
      } finally {
        if (open === true && !session.ended) await query(ROLLBACK)
      }
    })
  }
}
