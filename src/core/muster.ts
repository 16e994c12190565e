import type { Subscribe } from './emitter.js'
import type { AgentKind, AgentRole, AgentStatus } from './model/agent.js'
import type { RequestAnswer } from './model/message.js'
import type { Event } from './model/events.js'
import type * as op from './model/operations.js'
import type { StartupResult } from './model/startup.js'
import type * as work from './model/workOperations.js'
import type { AgentCalls } from './agentCalls.js'
import type { RunCalls } from './runCalls.js'
import type { DeployCalls } from './deployCalls.js'
import type { DocumentCalls } from './documentCalls.js'
import type { PlanCalls } from './planCalls.js'
import type { PlanView } from './model/planOperations.js'
import type { SaveCalls } from './saveCalls.js'
import type { TicketCalls } from './ticketCalls.js'
import type { UpkeepCalls } from './upkeepCalls.js'
import type { WorkCalls } from './workCalls.js'
import type { LedgerStatus } from './ledger/port.js'

/** How to open a coordination folder. */
export interface OpenOptions {
  /** The `.muster` folder. Default: `MUSTER_FOLDER`, else the repository's, found from `root`. */
  folder?: string
  /**
   * Address of a PostgreSQL database that holds the records, for people and agents on several machines
   * (`postgres://user:password@host/database?space=team`). Default: `MUSTER_LEDGER`, else they are in the folder. The folder
   * holds what belongs to this machine either way.
   */
  ledger?: string
  /** Name of the agent to speak for. Default: the person named by git. */
  agent?: string
  /** Default: `agent` where one is named, else `person`. Only a person approves decisions and force-releases locks. */
  kind?: AgentKind
  /** What others may address it by: `role:lead`. */
  role?: AgentRole
  /** Its place in a hierarchy of agents, in the words of whoever runs them. */
  level?: string
  /** Id of the agent it works under. */
  parent?: string
  /** Program that speaks for the agent: `vscode`, `claude-code`, `cli` … */
  client?: string
  /** The model behind the agent, for people to see. */
  model?: string
  /** What it was told to do, in a line or two. A conversation's first one stays. */
  brief?: string
  /** Any directory of the working tree that relative resources are in. Default: the current one where it belongs to the repository, else the folder's own tree. */
  root?: string
  /**
   * true (default): this process stays and holds the identity; its death ends the claims. false: a command that comes and
   * goes; its claims end by lease only.
   */
  attached?: boolean
  /** Take up the most recent free identity of this workspace, or a new one with a free name: what editor windows do. */
  workspace?: string
  /** Id of a window's person to speak for, as a command in that window's terminal does; counts when it is known here and no agent is named. */
  window?: string
  /**
   * The client's id of the conversation to speak for, where no agent is named. One conversation is one agent, however many
   * processes speak for it; a new one gets a free name after its client (`claude-2`).
   */
  conversation?: string
  /** The client's id of a subagent within that conversation: an agent of its own, under the conversation's. */
  subagent?: string
  /**
   * Pid of the agent's program that this process acts for, where no agent is named: a hook, or a command that an agent's
   * shell runs. Tells who speaks where no conversation does. With `attached: false` claims last as long as that process.
   */
  process?: number
  /** Follow what others write (file watch and rescan) and fire onDidChange. Default true for attached. */
  watch?: boolean
  /** Open without writing anything, not even an identity: for looking, and for untrusted workspaces. */
  readOnly?: boolean
  /** Create the folder when it is missing. Default true; never with readOnly. */
  create?: boolean
  /** `shared`: several machines write to the folder though its disk does not look so (a virtual machine's share); claims are advisory then, for all. */
  mode?: 'shared'
  /** Find out what the folder's disk does before answering (`ledgerStatus().probe`); attached connections do it after opening. */
  examine?: boolean
  /** Of this connection; what is left out has its default. */
  settings?: Partial<Settings>
}

export interface Settings {
  /** How long a claim lasts without renewal where the claim itself does not say. Default 30. */
  leaseMinutes: number
  /** How long a living holder has to answer before a stale claim may be taken over. Default 60; 10 at most for leases under 5 minutes. */
  graceSeconds: number
  /** An agent's lock on a file is let go of when the file was edited, is committed, and was left alone for so long. Default 5. */
  quietMinutes: number
  /** Reread the folder this often, in case the file watch missed something. Default 4. */
  rescanSeconds: number
  /**
   * When something written counts as done: `strict` (default) once the disk has it; `relaxed` once the system has it, which a
   * crash of this process survives and a power loss does not. In a folder only; a database decides that itself.
   */
  durability: 'strict' | 'relaxed'
}

/**
 * The only object front ends see. Library, CLI, MCP server and editor all go through it.
 *
 * Resources are written as people write them: `src/a.ts`, `src/`, `src/*.css`, `src/a.ts#Router.handle`, `name:build`,
 * `port:3000`. Times are ISO 8601 in UTC, durations minutes. A refusal by the rules is a value, `{ ok: false, reason, hint }`.
 *
 * Every operation throws MusterError: INVALID_INPUT for arguments that do not fit; FOLDER_UNUSABLE, LEDGER_DAMAGED,
 * OUTCOME_UNKNOWN and CLOSED; those that write also LEDGER_NEWER, NOT_APPLIED, BUSY, TOO_LARGE, IDENTITY_LOST and
 * AGENT_IN_USE; those that take a resource OUTSIDE_ROOT; those that take a key KEY_TOO_OLD.
 */
export interface Muster extends WorkCalls, AgentCalls, PlanCalls, SaveCalls, DeployCalls, RunCalls, DocumentCalls, TicketCalls, UpkeepCalls {
  /** Id of the agent this connection speaks for; '' when opened read-only without naming one. */
  readonly agent: string
  /** The coordination folder, an absolute path. */
  readonly folder: string
  /** Root of the working tree that relative resources are in. */
  readonly root: string

  /** What an agent needs to know when it begins. Leaves messages unread. */
  startup(): Promise<StartupResult>
  /**
   * Locks a resource, or renews the lock held on it already. Refused while somebody else holds what collides with it in the
   * same working tree; with `wait` the caller stands in line then.
   */
  claim(resource: string, options?: op.ClaimOptions): Promise<op.ClaimResult>
  /** Locks several resources: all of them, under one token, or none. */
  claimAll(resources: readonly string[], options?: op.ClaimOptions): Promise<op.ClaimAllResult>
  /**
   * Says how far the caller is and renews its locks. `progress` (percent) and `message` are about the lock on `resource`,
   * about the work as a whole where that is null. Refused when the lock is not held (any more), or not under `token`.
   */
  checkIn(resource: string | null, options?: op.CheckInOptions): Promise<op.CheckInResult>
  /** Lets go of a lock; those who wait for it get it in the same commit. `grantedTo`: their agent ids. */
  release(resource: string, options?: op.ReleaseOptions & op.LockPlace): Promise<op.ReleaseResult>
  /** Ends a lock of somebody else, who is sent the reason. For persons only. */
  forceRelease(resource: string, reason: string, place?: op.LockPlace): Promise<op.ForceReleaseResult>
  /** Sends the holder of a lock a message that asks for it. `to`: agent id of the holder. */
  askForRelease(resource: string, text: string): Promise<op.AskResult>
  /** Answers a request for a lock of mine. `narrow` with `keep` replaces the lock by those parts of it at once. */
  answerRequest(id: string, answer: RequestAnswer, text?: string, options?: op.AnswerOptions): Promise<op.AnswerResult>
  /** A message with the same `key` is sent once, across restarts of the caller. */
  sendMessage(message: op.MessageInput, key?: string): Promise<op.SendResult>
  /** Newest last. Marks what it returns as seen, unless `peek`. */
  readMessages(options?: op.ReadOptions): Promise<op.MessageView[]>
  /** Tells the sender that the caller will act on the message. */
  acknowledge(id: string): Promise<op.MarkResult>
  /** Answers the sender of a message, in its thread. */
  reply(id: string, body: string): Promise<op.SendResult | (op.Refusal & { reason: 'NOT_FOUND' })>
  /** Asks somebody for help; open until it is closed. Once for each `key`, across restarts of the caller. */
  requestHelp(to: string, request: op.HelpInput, key?: string): Promise<op.SendResult>
  /** Ends a request for help, by whoever was asked or by the one who asked; the other side is told. */
  closeHelp(id: string, answer?: string): Promise<op.CloseHelpResult>
  /** Open requests for help to or from me, the most urgent first. */
  listHelpRequests(): Promise<op.MessageView[]>
  /** Proposes a decision to the people, who approve or reject it. Once for each `key`, across restarts of the caller. */
  logDecision(decision: op.DecisionInput, key?: string): Promise<op.DecisionResult>
  /** Approves or rejects a proposed decision, by its id (`D-3`) or number. For persons only. */
  reviewDecision(id: string, verdict: 'approved' | 'rejected', note?: string): Promise<op.DecisionResult>
  /** One agent, by id or name; undefined when there is none. */
  getAgent(id: string): Promise<op.AgentView | undefined>
  /** Everybody who has been here, whether they still are or not (`presence`). */
  listAgents(filter?: { status?: AgentStatus }): Promise<op.AgentView[]>
  /** All locks that are held; `stale` ones may be taken over. */
  listClaims(filter?: { mine?: boolean; stale?: boolean }): Promise<op.ClaimView[]>
  /** All decisions, in the order they were proposed. */
  listDecisions(filter?: { status?: op.DecisionView['status'] }): Promise<op.DecisionView[]>
  /** What happened, oldest first; all of it, or from a number or time on. */
  log(options?: LogOptions): AsyncIterable<LogEntry>
  /**
   * The state as it was at a moment, as everybody could see it then: whether a process was there is not known any more, so only
   * what was told counts. Reads the records from the beginning at first, until `signal` ends it. What it answers is good until
   * it is called again.
   */
  lookBack(moment: Moment, options?: { signal?: AbortSignal }): Promise<Past>
  /** Whether the records can be read and written, without looking at the disk. */
  ledgerStatus(): LedgerStatus

  /** The newest state, all of it on disk: for anything that leaves this process. */
  refresh(): Promise<World>
  /** The newest known state, for drawing: synchronous, lazily computed, may be a moment ahead of the disk. */
  state(): World
  /** Fires after something changed and is on disk: own operations, others', and passing time (a lease running out, a process ending). */
  readonly onDidChange: Subscribe<Change>
  /** Work seen outside the ledger (typing, saving): keeps this agent's claims when somebody doubts that it is there. */
  noteWork(): void
  /** Ends the connection: the identity is free again. */
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /** About to come back within a minute: claims are kept live. */
  reload?: boolean
  /** The conversation this connection acts for is over, though this process only spoke for it: what is clean is let go of. */
  over?: boolean
}

export interface LogOptions {
  /** Sequence number of the first entry wanted. */
  from?: number
  /** Time of the first entry wanted, ISO 8601. */
  since?: string
}

/** The last change until a time (ISO 8601), or the one before or after another. */
export type Moment = { at: string } | { before: number } | { after: number }

export interface Past {
  world: World
  /** Number and time of the change that led to this state. */
  seq: number
  at: string
  first: boolean
  last: boolean
}

/** One happening, for people: `muster log`, notifications. */
export interface LogEntry {
  seq: number
  at: string
  /** Agent id of the one who acted. */
  by: string
  byName: string
  /** The machine it was done on, where that is known. */
  host?: string
  event: Event
  /** `beta locked src/a.ts` */
  text: string
}

export interface Change {
  /** What was added since the last change; empty when only time passed. */
  entries: readonly LogEntry[]
  ledger: LedgerStatus
}

export interface World {
  /** Undefined before joining and in read-only connections. */
  readonly me: op.AgentView | undefined
  readonly agents: readonly op.AgentView[]
  readonly claims: readonly op.ClaimView[]
  /** Those that concern me (to or from), newest last; all of them in read-only connections. */
  readonly messages: readonly op.MessageView[]
  /** Messages that everybody has seen, and that are older, are not in the list any more: searching and asking by id find them. */
  readonly olderMessages: boolean
  readonly decisions: readonly op.DecisionView[]
  readonly tasks: readonly work.TaskView[]
  readonly errors: readonly work.ErrorView[]
  readonly deliverables: readonly work.DeliverableView[]
  /** What is to be reached, and how much of it is. */
  readonly plan: PlanView
  /** The last daily summary of each agent that wrote one, by its id. */
  readonly summaries: ReadonlyMap<string, work.SummaryView>
  /** The last of each agent that saved one, by its id. */
  readonly checkpoints: ReadonlyMap<string, work.CheckpointView>
  /** The last line of each agent's work log, by its id. */
  readonly lastWork: ReadonlyMap<string, { readonly text: string; readonly at: string }>
  /** Processes on this machine that run and speak for agents. */
  readonly processes: readonly { readonly agent: string; readonly pid: number }[]
  /** Processes anywhere that speak for agents and are not known to have ended, with the host they run on. */
  readonly sessions: readonly { readonly agent: string; readonly pid: number; readonly host: string; readonly client: string }[]
  /** Unread messages to me that somebody may have to be told of at once: about a lock, a request for help, urgent; newest last. */
  readonly pressing: readonly op.MessageView[]
  /** Urgent messages of mine, and of agents that work for me, that somebody should have acknowledged by now; oldest first. */
  readonly unacknowledged: readonly op.MessageView[]
  /** Open requests for help, of everybody to anybody; the most urgent first. */
  readonly helpRequests: readonly op.MessageView[]
  /** One message, whomever it concerns; undefined where it is unknown or old and read. */
  message(id: string): op.MessageView | undefined
  readonly ledger: LedgerStatus
}
