import { join } from 'node:path'
import { ensureFolder } from '../runs/durable.js'

/** ms after which the turn of a writer that was killed is over. */
const STALE = 10_000

export interface Turn {
  /** Somebody has taken it over: this process was stopped for too long. */
  readonly lost: boolean
  release(): Promise<void>
}

/**
 * Has one process at a time write documents. Fairness, and less work: nothing is lost where two do. Undefined while somebody
 * else has the turn. @throws what the file system throws
 */
export async function takeTurn(folder: string): Promise<Turn | undefined> {
  await ensureFolder(join(folder, 'documents'))
  const path = join(folder, 'documents', 'writer.lock')
  const module = await import('proper-lockfile')
  const { lock } = module.default ?? module
  const turn = { lost: false }
  try {
    const release = await lock(path, { lockfilePath: path, realpath: false, stale: STALE, onCompromised: () => (turn.lost = true) })
    return {
      get lost() {
        return turn.lost
      },
      // It may have been taken over, or its folder be gone.
      release: () => release().catch(() => undefined),
    }
  } catch {
    return undefined
  }
}
