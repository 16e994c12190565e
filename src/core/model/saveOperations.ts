import * as z from 'zod'
import type { AgentStatus } from './agent.js'
import type { AgentView, Refusal } from './operations.js'
import { saveReasons, windowContent, type SaveReason } from './save.js'

/* Inputs and results of operations on saved windows. */

/** So many saves of a window are kept where nobody says. */
const KEEP = 20

export const saveInput = z.strictObject({
  /** What the window has open; without it, what the records and git know. */
  content: windowContent.optional(),
  reason: z.enum(saveReasons).default('command'),
  /** Older saves of the same window are removed. */
  keep: z.number().int().min(1).max(10_000).default(KEEP),
  /** Id of a save that this one takes the place of. */
  replaces: z.string().max(100).optional(),
})
export type SaveInput = z.input<typeof saveInput>

export interface SavedSession {
  id: string
  /** Agent id of whoever's window it was; '' for one saved by a command. */
  window: string
  savedAt: string
  reason: SaveReason
  editors: number
  groups: number
  unsaved: number
  /** Files whose unsaved text is not in it. */
  omitted: number
  terminals: number
  agents: number
  claims: number
  repositories: { root: string; branch?: string; head?: string }[]
}

/** A file that cannot be read as a save. It is left where it is. */
export interface DamagedSession {
  id: string
  window: string
  path: string
  problem: string
}

/** `saved` is false where nothing had changed since the save that is told of. */
export interface SaveResult {
  ok: true
  saved: boolean
  session: SavedSession
  path: string
}

export interface SessionList {
  ok: true
  /** Newest first. */
  sessions: SavedSession[]
  damaged: DamagedSession[]
}

/** One line about an agent. */
export interface AgentLine {
  id: string
  name: string
  sign: string
  status: AgentStatus
  presence: AgentView['presence']
  summary: string
  waitingFor: string[]
}

export interface SessionStatus {
  ok: true
  agents: AgentLine[]
  /** The newest save. */
  last?: SavedSession
}

export const recoverOptions = z.strictObject({
  /** Of the save; default: the newest of the caller's window, else the newest. */
  id: z.string().max(100).optional(),
  /** Only say what would be given back. */
  dryRun: z.boolean().default(false),
})
export type RecoverOptions = z.input<typeof recoverOptions>

/** `kept`: it was held all along. `anew`: nobody held it. */
export interface ReturnedClaim {
  resource: string
  token: number
  how: 'kept' | 'anew'
}

export interface UnreturnedClaim {
  resource: string
  /** Its token when it was saved. */
  token: number
  /** Who holds it now. */
  heldBy?: string
  holderName?: string
  hint: string
}

export type RecoverResult =
  | {
    ok: true
    dryRun: boolean
    session: SavedSession
    /** Whose window it was. */
    agent?: string
    claims: ReturnedClaim[]
    refused: UnreturnedClaim[]
    /** What the window had open, which only a window can bring back. */
    open: { editors: string[]; unsaved: string[]; terminals: string[] }
    next: string
  }
  | (Refusal & { reason: 'NOT_FOUND' })
