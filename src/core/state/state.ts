import type { Stamp } from '../ledger/port.js'
import type { Agent, Session } from '../model/agent.js'
import type { Claim, Wait } from '../model/claim.js'
import type { Decision } from '../model/decision.js'
import type { Event } from '../model/events.js'
import type { Message } from '../model/message.js'
import { Table } from './table.js'

/** What an applied operation did, kept so that a retry of it can be answered. */
export interface Applied {
  stamp: Stamp
  events: readonly Event[]
}

/**
 * Everything Muster knows: a fold over the ledger. Records are immutable; a change replaces the record in its table.
 * Tables named `…Of` and `…At` are indexes and follow from the others.
 */
export interface State {
  agents: Table<Agent>
  sessions: Table<Session>
  /** Agent id → ids of its open sessions. */
  sessionsOf: Table<readonly string[]>
  claims: Table<Claim>
  /** Path or name as compared, in any tree → ids of claims placed there (globs at their fixed part). */
  claimsAt: Table<readonly string[]>
  /** Agent id → ids of its claims. */
  claimsOf: Table<readonly string[]>
  waits: Table<Wait>
  messages: Table<Message>
  /** Agent id → ids of messages it has not seen. */
  unreadOf: Table<readonly string[]>
  /** Agent id → ids of the last messages it sent, oldest first: identical ones within ten minutes are one. */
  sentBy: Table<readonly string[]>
  decisions: Table<Decision>
  /** Next numbers of ids, by kind. */
  counters: Table<number>
  /** Connection → highest counter applied. */
  marks: Table<number>
  /** Agent id → names of its last applied named keys, oldest first. */
  named: Table<readonly string[]>
  /** Idempotency key → what it did; the last 256 of each connection and of each agent's named keys. */
  outcomes: Table<Applied>
}

type Tables = { [K in keyof State]: State[K] }

export function createState(): State {
  return {
    agents: new Table(),
    sessions: new Table(),
    sessionsOf: new Table(),
    claims: new Table(),
    claimsAt: new Table(),
    claimsOf: new Table(),
    waits: new Table(),
    messages: new Table(),
    unreadOf: new Table(),
    sentBy: new Table(),
    decisions: new Table(),
    counters: new Table(),
    marks: new Table(),
    named: new Table(),
    outcomes: new Table(),
  }
}

/** A state that reads through to `state` and keeps its changes to itself. */
export function draftOf(state: State): State {
  const draft: Partial<Record<keyof Tables, Table<unknown>>> = {}
  for (const [name, table] of Object.entries(state) as [keyof Tables, Table<unknown>][]) draft[name] = table.overlay()
  return draft as unknown as State
}

/** Appends to a list in an index. */
export function addTo(index: Table<readonly string[]>, key: string, id: string): void {
  index.set(key, [...(index.get(key) ?? []), id])
}

/** Removes from a list in an index, and the list when it is empty. */
export function removeFrom(index: Table<readonly string[]>, key: string, id: string): void {
  const rest = (index.get(key) ?? []).filter((other) => other !== id)
  if (rest.length > 0) index.set(key, rest)
  else index.delete(key)
}
