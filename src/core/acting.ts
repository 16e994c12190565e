import type { z } from 'zod'
import type { Claims } from './claims.js'
import type { Connection } from './connection.js'
import { MusterError } from './errors.js'
import type { Ledger } from './ledger/port.js'
import type { Event } from './model/events.js'
import { keyInput, resourceInput } from './model/operations.js'
import type { Resource } from './model/resource.js'
import type { Rule } from './rules/rule.js'
import type { State } from './state/state.js'

export interface MusterParts {
  folder: string
  root: string
  ledger: Ledger<State, Event>
  connection: Connection
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
    /** When a file of this tree was last changed, in ms of the wall clock; undefined for what is no file, or where git keeps none. */
    editedAt(resource: Resource): number | undefined
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

  /** Keys of different operations are different keys. */
  protected namedKey(operation: string, key: string | undefined): string | undefined {
    return key === undefined ? undefined : `${this.agent}/${operation}.${parse(keyInput, key, 'key')}`
  }
}

/** @throws MusterError INVALID_INPUT that names the field */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue && issue.path.length > 0 ? ` (${issue.path.join('.')})` : ''
  throw new MusterError('INVALID_INPUT', `Not a usable ${what}${field}: ${issue?.message ?? 'wrong shape'}.`, { hint: 'See the documentation of the call for its fields.', details: { issues: result.error.issues } })
}
