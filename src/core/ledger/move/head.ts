import type { Home, Line } from '../line.js'

/** The last line of a history, or one that it goes through. */
export interface Head {
  seq: number
  sum: string
  /** What a line says that moved the records. */
  moved?: Moving
}

interface Moving {
  to: Home | undefined
  /** The mark of the place. */
  into: string
}

/** What a line says that moved the records. @param text The line itself. */
export function movedOf(text: string, { movesTo }: Line): Moving {
  const { into } = JSON.parse(text) as { into?: unknown }
  return { to: movesTo, into: typeof into === 'string' ? into : '' }
}
