import type { Subscribe } from '../core/emitter.js'
import type { Change, Muster, OpenOptions, World } from '../core/muster.js'
import type { Problem } from './problem.js'

/** Where this window's ledger is, or would be. */
export interface Place {
  folder: string
  /** The opened workspace folder; relative resources are in its working tree. */
  root: string
  exists: boolean
  /** The folder says that its records are in a database. */
  inDatabase?: boolean
}

/**
 * What the window is doing. *nothing*: no folder is open. *off*: the repository has no ledger, nothing is written and nothing
 * runs. *opening*. *on*; with `obstacle` it was to take part and could not, so it only looks. *failed*: not even that, or
 * turning it on failed (`place.exists` is false then). With a problem of either kind, it tries again on focus and on request.
 */
export type WindowState =
  | { kind: 'nothing' }
  | { kind: 'off'; place: Place }
  | { kind: 'opening'; place: Place }
  | { kind: 'on'; place: Place; muster: Muster; readOnly: boolean; obstacle?: Problem }
  | { kind: 'failed'; place: Place; problem: Problem }

/** What the window needs from its surroundings. */
export interface Surroundings {
  /** What its repository is called, where the workspace has several. */
  name?(): string | undefined
  /** Looked up anew each time: folders are opened, `.muster` appears. Undefined without a folder. */
  locate(): Place | undefined
  /** False in restricted mode: read, write nothing. */
  trusted(): boolean
  /** Key of this workspace: its windows take up each other's free identities. */
  workspace(): string
  settings(): OpenOptions['settings']
  open(options: OpenOptions): Promise<Muster>
  report(error: unknown): void
}

/** A window on the records of a repository, as views, commands and all else see it. */
export interface MusterWindow {
  /** What the repository is called, where the workspace has several; undefined where nobody has to be told which it is. */
  readonly name: string | undefined
  readonly state: WindowState
  /** The open connection; undefined when there is none. */
  readonly muster: Muster | undefined
  /** Commands can write. */
  readonly writable: boolean
  /** Its folders were closed, and nothing of it is in this window any more. */
  readonly gone?: boolean
  /** Resolves when what was begun (opening, reopening) has come to its end, whichever that is. */
  readonly settled: Promise<void>
  /** Something to draw has changed: the state, or the ledger. Coalesced. */
  readonly onDidChange: Subscribe<WindowState>
  /** Commits of the open ledger, as they come. */
  readonly onDidHear: Subscribe<Change>
  /** The newest state. The same for everybody who draws it, until something changes, so that it is computed once. */
  world(): World | undefined
  /** Looks whether there is something to open or to open otherwise. Safe to call at any time; `again` reopens what is open. */
  refresh(again?: boolean): Promise<void>
  /** Creates the ledger where there is none, and opens it. */
  turnOn(): Promise<void>
  /**
   * Speaks for another identity from now on.
   * @throws MusterError AGENT_IN_USE; the former identity is kept then
   */
  become(agent: string): Promise<void>
}

/** Whether it is worth another try, though nothing has changed here. */
export function mayPass(state: WindowState): boolean {
  return (state.kind === 'failed' ? state.problem : state.kind === 'on' ? state.obstacle : undefined)?.mayPass === true
}

/** Added to the argument of a command: which repository's records it is about, where the workspace has several. */
export function recordsOf({ name, state }: Pick<MusterWindow, 'name' | 'state'>): { folder?: string } {
  return name === undefined || state.kind === 'nothing' ? {} : { folder: state.place.folder }
}
