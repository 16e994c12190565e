import type * as op from './model/saveOperations.js'
import type { Save } from './model/save.js'

/** The part of {@link Muster} that is about saved windows. Needs no identity: a window that only looks may be saved too. */
export interface SaveCalls {
  /** Saves what the records and git know, and what a window has open where it says so; not what is as it was saved last. */
  saveSession(input?: op.SaveInput): Promise<op.SaveResult>
  /** All saves, newest first, and what cannot be read as one. */
  listSessions(): Promise<op.SessionList>
  /** One line about each agent, and the newest save. */
  sessionStatus(): Promise<op.SessionStatus>
  /** One save as it was written; undefined where there is none, or it cannot be read. */
  readSession(id: string): Promise<Save | undefined>
  /** Gives the caller the locks back that it held when the window was saved, where nobody else has them now. */
  recoverSession(options?: op.RecoverOptions): Promise<op.RecoverResult>
}
