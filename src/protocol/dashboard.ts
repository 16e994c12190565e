/*
 * What the editor tells the dashboard. Types only: the browser's side is told by nobody but the extension. Times are ms since
 * 1970. Texts by others are as they were written; whoever shows them shows them as text. Things are flat, so that two of
 * them are compared field by field.
 */
import type { DashboardTarget } from './requests.js'

export interface AgentItem {
  id: string
  name: string
  kind: 'person' | 'agent'
  /** This window's. */
  me: boolean
  presence: 'live' | 'overdue' | 'gone'
  status: 'waiting' | 'starting' | 'working' | 'blocked' | 'failed' | 'done'
  /** Percent. */
  progress?: number
  /** What it says of itself: what blocks it, what it does, what it was asked. */
  doing: string
  blocked: boolean
  /** Why it cannot go on, or not well, before somebody looks. */
  need?: 'help' | 'stuck' | 'error'
  /** It stopped before its work was done, or what it did waits for somebody. */
  left: boolean
  role?: 'lead' | 'executor' | 'guide' | 'worker'
  model?: string
  branch?: string
  locks: number
  seen: number
  eta?: number
  /** It works in a terminal of this window. */
  terminal: boolean
}

export interface LockItem {
  id: string
  resource: string
  tree: string
  heldBy: string
  holder: string
  mine: boolean
  stale: boolean
  /** What is wrong with it, in words; '' when nothing is. */
  trouble: string
  /** Since when it is stale. */
  staleSince?: number
  progress?: number
  /** What the holder says. */
  note: string
  branch?: string
  shared: boolean
  /** A file or folder, which can be opened. */
  opens: boolean
  since: number
  expires: number
  eta?: number
  /** Names of those who wait, in their order. */
  waiters: string
}

export interface MessageItem {
  id: string
  title: string
  from: string
  to: string
  /** From this window. */
  mine: boolean
  unread: boolean
  /** How urgently it needs this window's person, as in the side bar: the smaller the sooner. */
  need: number
  /** This window's person owes an answer by some time, be that over. */
  owed: boolean
  /** Tells this window's person, who has not read it, that a lock of theirs was ended by somebody else. */
  loss: boolean
  kind: 'note' | 'help' | 'handoff' | 'reply'
  priority: 'low' | 'normal' | 'high' | 'urgent'
  /** How far it got, in words. */
  state: string
  /** By this window. */
  answered: boolean
  text: string
  sent: number
  /** While an answer is waited for, be it late. */
  deadline?: number
}

export interface DecisionItem {
  id: string
  number: number
  title: string
  text: string
  status: 'proposed' | 'approved' | 'rejected' | 'implemented' | 'superseded'
  impact: 'low' | 'medium' | 'high'
  category: string
  /** Who proposed or reviewed it, and when. */
  by: string
  at: number
}

export interface ErrorItem {
  id: string
  message: string
  agent: string
  kind: 'conflict' | 'dependency' | 'code_error' | 'timeout' | 'other'
  severity: 'low' | 'medium' | 'high' | 'critical'
  status: 'open' | 'resolved'
  count: number
  resource?: string
  at: number
}

export interface TaskItem {
  id: string
  number: number
  title: string
  status: 'open' | 'started' | 'done' | 'cancelled'
  priority: 'P0' | 'P1' | 'P2'
  phase: string
  /** Who works on it or is meant to, in words; '' for nobody. */
  who: string
  mine: boolean
  /** Tasks that have to be over first. */
  after: string
  at: number
}

export interface RunItem {
  id: string
  /** Without the date and the agent. */
  name: string
  status: 'not_started' | 'running' | 'stale' | 'resumable' | 'interrupted' | 'failed' | 'completed'
  /** It says that it runs, and nothing was heard of it for long. */
  hung: boolean
  /** It is locked, and nobody is at work on it. */
  dead: boolean
  /** The status with what can be done, in words. */
  state: string
  agent: string
  /** Percent. */
  progress?: number
  /** `127 of 608`; '' where it does not say. */
  items: string
  /** Expected end, while it runs. */
  eta?: number
  metrics: string
  error: string
  /** When it ended, else when it began. */
  at?: number
}

export interface Items {
  agents: AgentItem
  locks: LockItem
  messages: MessageItem
  /** Open requests for help, whomever they are to. */
  help: MessageItem
  decisions: DecisionItem
  errors: ErrorItem
  tasks: TaskItem
  runs: RunItem
}
export const listNames = ['agents', 'locks', 'messages', 'help', 'decisions', 'errors', 'tasks', 'runs'] as const satisfies readonly (keyof Items)[]
export type ListName = (typeof listNames)[number]
/** Everything that is shown, in no particular order. */
export type Lists = { [N in ListName]: readonly Items[N][] }

/** What is the case besides. */
export interface Facts {
  /** As in the window's state. */
  state: 'nothing' | 'off' | 'opening' | 'on' | 'failed'
  /** Whom this window speaks for. */
  name: string
  /** It may write, and speaks for a person. */
  writable: boolean
  decides: boolean
  /** What keeps Muster from working here, for people. */
  trouble?: string
  /** Not all records can be read: what is shown is not all there is. */
  partial: boolean
  /** What people should know of the records though they can be used. */
  concerns: readonly string[]
  /** Lists show the newest only; so many there are in all. */
  messages: number
  /** Older ones are in the records only. */
  olderMessages: boolean
  unread: number
  tasksDone: number
  tasksWanted: number
}

/** A lock as long as it was held. `to` is missing while it is. */
export interface Bar {
  id: string
  /** Id of the agent in whose lane it is. */
  agent: string
  label: string
  tree: string
  /** A file or folder, which can be opened. */
  opens: boolean
  from: number
  to?: number
  /** How it ended, in words. */
  ended?: string
  /** It began before what is shown. */
  cut?: boolean
  /** While nobody had worked under it for longer than it was meant to last, or its holder was gone. */
  stale?: readonly (readonly [from: number, to: number])[]
}

/** Something that happened in an agent's lane. */
export interface Mark {
  id: string
  agent: string
  at: number
  kind: 'checkIn' | 'message' | 'decision' | 'task' | 'error' | 'conflict'
  text: string
  target?: DashboardTarget
}

export interface TimelinePart {
  bars: readonly Bar[]
  marks: readonly Mark[]
  /** Names of agents that have a lane and are not in the lists. */
  names: Readonly<Record<string, string>>
}

/** `earlier`: something happened before `from` that was not read. */
export interface TimelineSpan {
  from: number
  earlier: boolean
  loading: boolean
}

/** A moment that is looked back at. */
export interface Moment {
  at: number
  /** The last change until then, in words, and when it was. */
  change: string
  changed: number
  /** Its number. */
  seq: number
  first: boolean
  last: boolean
}

export type ToDashboard =
  /** All of it: on arrival, whenever the dashboard is shown again, and for every moment that is looked back at. `now` is the editor's clock. */
  | { type: 'snapshot'; now: number; facts: Facts; lists: Lists; moment?: Moment }
  | { type: 'update'; now: number; facts: Facts; changed: Changed }
  /** `whole`: in place of what was sent before. */
  | { type: 'timeline'; whole: boolean; span: TimelineSpan; part: TimelinePart }
  | { type: 'problem'; text: string }
  /** An answer to `stillThere`. */
  | { type: 'here' }

/** Things that are new or look different, and ids of those that are not there any more. */
export type Changed = { [N in ListName]?: { set: Items[N][]; gone: string[] } }
