import type * as z from 'zod'
import type { Op, Stamp } from '../../../src/core/ledger/port.js'
import { eventSchema, type Event } from '../../../src/core/model/events.js'
import type { Random } from '../ledger/simulation/random.js'

/** Ids are drawn from few, so that events meet the records of earlier ones. */
const pools: Record<string, readonly string[]> = {
  claim: ids('c', 12),
  wait: ids('w', 6),
  message: ids('m', 12),
  replyTo: ids('m', 12),
  thread: ids('m', 12),
  decision: ids('D-', 5),
  replacement: ids('D-', 5),
  task: ids('T-', 5),
  tasks: ids('T-', 5),
  dependsOn: ids('T-', 5),
  messages: ids('m', 12),
  error: ids('E-', 5),
  errors: ids('E-', 5),
  deliverable: ids('V-', 5),
  deliverables: ids('V-', 5),
  session: ids('s', 5),
  path: ['', 'src', 'src/a.ts', 'src/b', 'src/b/c.ts', 'ü "quoted"\n', '__proto__'],
  tree: ['', 'feature'],
}
const others = ['ann', 'bob', 'constructor', '__proto__', 'x']

function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`)
}

interface Definition {
  type: string
  shape?: Record<string, z.ZodType>
  options?: readonly z.ZodType[]
  entries?: Record<string, string>
  values?: readonly unknown[]
  element?: z.ZodType
  innerType?: z.ZodType
  valueType?: z.ZodType
}

/** Any value the schema allows. Follows the schemas, so that events that are added are in it without a word. */
function valueOf(schema: z.ZodType, name: string, random: Random): unknown {
  const def = schema._zod.def as unknown as Definition
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  switch (def.type) {
    case 'object': {
      const entries = Object.entries(def.shape!).map(([field, inner]) => [field, valueOf(inner, field, random)] as const)
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
    }
    case 'union':
      return valueOf(pick(def.options!), name, random)
    case 'literal':
      return pick(def.values!)
    case 'enum':
      return pick(Object.values(def.entries!))
    case 'array':
      return Array.from({ length: 1 + random.below(3) }, () => valueOf(def.element!, name, random))
    case 'record':
      return { [pick(others)]: valueOf(def.valueType!, name, random) }
    case 'optional':
    case 'nullable':
    case 'default':
      return random.chance(0.5) ? valueOf(def.innerType!, name, random) : undefined
    case 'null':
      return null
    case 'string':
      return pick(pools[name] ?? others)
    case 'number':
      return 1 + random.below(90)
    case 'boolean':
      return random.chance(0.5)
    default:
      throw new Error(`events hold a ${def.type} now (${name}): say here what it may be`)
  }
}

/** Commits of random events in a plausible frame: sequence numbers grow, most keys are new, some connections and some commands. */
export function* randomHistory(random: Random, commits: number): Generator<{ op: Op<Event>; stamp: Stamp }> {
  const counters = new Map<string, number>()
  let seq = 0
  let at = 1_700_000_000_000
  for (let i = 0; i < commits; i++) {
    seq += 1 + random.below(2)
    at += random.below(60_000)
    const connection = `s${1 + random.below(5)}`
    const agent = others[random.below(others.length)]!
    const counter = (counters.get(connection) ?? 0) + (random.chance(0.1) ? 0 : 1 + random.below(3))
    counters.set(connection, counter)
    const key = random.chance(0.5) ? `${connection}:${counter}` : `${agent}/${random.chance(0.5) ? '~' : ''}${random.below(40)}`
    const events = Array.from({ length: 1 + random.below(3) }, () => JSON.parse(JSON.stringify(valueOf(eventSchema, '', random))) as Event)
    yield { op: { key, by: agent, events }, stamp: { seq, at, up: at - 1_600_000_000_000, boot: random.chance(0.9) ? 'boot/1' : 'boot/2' } }
  }
}
