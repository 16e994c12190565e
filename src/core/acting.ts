import type { z } from 'zod'
import type { Claims } from './claims.js'
import type { Connection } from './connection.js'
import { MusterError } from './errors.js'
import type { Ledger } from './ledger/port.js'
import { retiredMessage } from './lookBack.js'
import type { ProcessPlace } from './model/agent.js'
import type { Event } from './model/events.js'
import type { Message } from './model/message.js'
import { keyInput, resourceInput } from './model/operations.js'
import { resourceLabel, type Resource } from './model/resource.js'
import type { Rule } from './rules/rule.js'
import type { State } from './state/state.js'
import type { UncommittedChange } from './system/git.js'
import { tell } from './tell.js'

export interface MusterParts {
  folder: string
  root: string
  ledger: Ledger<State, Event>
  connection: Connection
  /** This process, as records name it. */
  place: () => ProcessPlace
  claims: Claims
  /** Takes up the identity, once; called before the first operation that writes. Throws in read-only connections. */
  join: () => Promise<void>
  /** Agent to read for while nothing was written yet. */
  reader: string
  tree: {
    resolve(text: string): Resource
    branch(): string | undefined
    /** What its agent holds that no uncommitted change speaks for: under claims that end with its process, where it has one; all of them when its work is `over`. */
    releaseable(over?: boolean): Promise<readonly Resource[]>
    /** Files under them that are not committed. */
    uncommitted(resources: readonly Resource[]): Promise<string[] | 'unknown'>
    /** The same, with what each is compared by. */
    changes(resources: readonly Resource[]): Promise<UncommittedChange[] | 'unknown'>
    /** Whether git is certain that all under them is committed, with nothing there that it ignores. */
    isAllCommitted(resources: readonly Resource[]): Promise<boolean>
    /** When a file of this tree was last changed, in ms of the wall clock; undefined for what is no file, or where git keeps none. */
    editedAt(resource: Resource): number | undefined
    /** Absolute path of a file as people name it, links resolved; call `resolve` first, which refuses what is outside. */
    place(path: string): string
    /** Bytes of a file as people name it; undefined where there is none. */
    size(path: string): number | undefined
  }
  leaseMs: number
  /** ms after its last edit that a lock on a committed file is kept. */
  quietMs: number
  /** What runs beside the connection and ends after it. */
  beside: { close(): Promise<void> }
}

/** What every group of operations needs: who acts, the rules' way to the ledger, and names as they are meant here. */
export abstract class Acting {
  constructor(protected readonly parts: MusterParts) {}

  get agent(): string {
    return this.parts.connection.agent || this.parts.reader
  }

  /** One operation, by the agent this connection speaks for; it takes its identity up first where it has not yet. */
  protected async act<C, R, X>(rule: Rule<C, R, X>, command: C, named?: { operation: string; key: string | undefined }): Promise<R | X> {
    await this.parts.join()
    return this.parts.connection.perform(rule, command, { key: named && this.namedKey(named.operation, named.key) })
  }

  protected resolve(resource: string): Resource {
    return this.parts.tree.resolve(parse(resourceInput, resource, 'resource'))
  }

  /** The resource of a lock. @param tree where it is named as the records do; else what it names is looked up on disk */
  protected locked(resource: string, tree: string | undefined): Resource {
    if (tree === undefined) return this.resolve(resource)
    const label = parse(resourceInput, resource, 'resource')
    const found = [...this.parts.ledger.peek().claims.values()].map((claim) => claim.resource).find((one) => resourceLabel(one) === label && (one.kind === 'name' || one.tree === tree))
    return found ?? { kind: 'file', tree, path: label }
  }

  /** The message, where it has left the state. */
  protected retired(id: string): Promise<Message | undefined> {
    return retiredMessage(this.parts.ledger, this.parts.ledger.peek(), id)
  }

  /** Keys of different operations are different keys. */
  protected namedKey(operation: string, key: string | undefined): string | undefined {
    return key === undefined ? undefined : `${this.agent}/${operation}.${parse(keyInput, key, 'key')}`
  }
}

/**
 * Text is made well-formed: half a surrogate pair could be neither compared nor written as it is.
 * @throws MusterError INVALID_INPUT that names the field
 */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return wellFormed(result.data, what) as z.output<T>
  const issue = result.error.issues[0]
  throw unusable(what, issue?.path.join('.') ?? '', issue?.message ?? 'wrong shape', { issues: result.error.issues })
}

function unusable(what: string, field: string, why: string, details: Record<string, unknown> = {}): MusterError {
  return new MusterError('INVALID_INPUT', tell`Not a usable ${what}${field === '' ? '' : ` (${field})`}: ${why}.`, { hint: tell`See the documentation of the call for its fields.`, details })
}

function wellFormed(value: unknown, what: string, field = ''): unknown {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw unusable(what, field, 'it holds a NUL character')
    return value.replace(/\p{Cs}/gu, '\ufffd')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item, i) => wellFormed(item, what, `${field}[${i}]`))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [wellFormed(name, what, field), wellFormed(one, what, field === '' ? name : `${field}.${name}`)]))
}
