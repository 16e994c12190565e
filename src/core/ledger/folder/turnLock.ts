import type { Clock } from '../port.js'
import type { LedgerFs } from './ledgerFs.js'

/**
 * Takes turns under contention, so that nobody loses for ever. Fairness only: nothing is wrong if everybody holds it.
 * proper-lockfile 4.1.2 has a take-over race (its issue 121), which is why it guards nothing here.
 */
export interface TurnLock {
  /** Undefined at once if nobody else has the turn; else waits until they have had it, at most 250 ms. */
  yieldToHolder(): Promise<void> | undefined
  /** Tries for at most 250 ms. @returns whether it is held now; either way the caller goes on. */
  acquire(): Promise<boolean>
  release(): Promise<void>
}

/** For tests, simulated disks, and to show that safety does not hang on it. */
export const noTurns: TurnLock = {
  yieldToHolder: () => undefined,
  acquire: () => Promise.resolve(false),
  release: () => Promise.resolve(),
}

/** ms a turn is waited for, by those who want it and by those who let others go first. */
const PATIENCE = 250
const LOOK_EVERY = 5
/** ms; proper-lockfile takes no less than 2 s, and a laptop's hiccup is shorter than 10. */
const STALE = 10_000

/** Told who has the turn, so that the lock of a process that was killed can be known as left behind. */
export interface TurnRecord {
  /** @param inode Of the lock. */
  took(inode: string): void
  left(): void
}

/** @param path Of the lock, a folder that exists while somebody has the turn. */
export function fileTurns(path: string, fs: LedgerFs, clock: Clock, record?: TurnRecord): TurnLock {
  let release: (() => Promise<void>) | undefined
  let waitedFor = ''

  /** The lock as it stands there, by inode and time; '' if none does, or it cannot be seen. */
  function instance(): string {
    try {
      const facts = fs.stat(path)
      return facts === undefined ? '' : `${facts.ino} ${facts.modified}`
    } catch {
      return ''
    }
  }

  async function waitUntilGone(): Promise<void> {
    const end = clock.monotonic() + PATIENCE
    while (clock.monotonic() < end) {
      await clock.sleep(LOOK_EVERY)
      const now = instance()
      if (now === '') return
      waitedFor = now
    }
  }

  return {
    yieldToHolder() {
      if (release !== undefined) return undefined
      const now = instance()
      // A turn that outlasts our patience is not waited for again: its owner may be stopped, or dead.
      if (now === '' || now === waitedFor) return undefined
      waitedFor = now
      return waitUntilGone()
    },

    async acquire() {
      if (release !== undefined) return true
      const lockfile = await load()
      const end = clock.monotonic() + PATIENCE
      while (lockfile !== undefined && clock.monotonic() < end) {
        try {
          release = await lockfile.lock(path, { lockfilePath: path, realpath: false, stale: STALE, onCompromised: () => (release = undefined) })
          record?.took(instance().split(' ')[0] ?? '')
          return true
        } catch {
          await clock.sleep(LOOK_EVERY + Math.random() * LOOK_EVERY)
        }
      }
      return false
    },

    async release() {
      const held = release
      release = undefined
      // It may have been taken over, or its folder be gone.
      await held?.().catch(() => undefined)
      if (held !== undefined) record?.left()
    },
  }
}

/** Only contended processes load it. Where it cannot be, there are no turns. */
async function load(): Promise<typeof import('proper-lockfile') | undefined> {
  try {
    const module = await import('proper-lockfile')
    return module.default ?? module
  } catch {
    return undefined
  }
}
