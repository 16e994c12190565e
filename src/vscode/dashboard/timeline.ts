import type { EventOf } from '../../core/model/events.js'
import { resourceLabel } from '../../core/model/resource.js'
import type { ClaimView } from '../../core/model/operations.js'
import type { LogEntry } from '../../core/muster.js'
import { isWork } from '../../core/state/fold.js'
import type { Bar, Mark, TimelinePart } from '../../protocol/dashboard.js'
import type { DashboardTarget } from '../../protocol/requests.js'
import { t } from '../l10n.js'
import { short } from '../text.js'

/** More of either are not drawn: the oldest go. */
const MOST = 20_000

/** A lock, with what is known of its lease; that of one that began before what was read is not. */
interface Held extends Omit<Bar, 'stale'> {
  stale: [number, number][]
  /** ms without work after which it is stale, and since when that counts. */
  lease: number
  renewed: number
  attached: boolean
}

/** What happened, as bars and marks in the lanes of agents. Fed with the log, entry by entry. */
export class Timeline {
  private readonly held = new Map<string, Held>()
  private readonly heldBy = new Map<string, Set<string>>()
  /** Agent id → its last work; → since when none of its processes is there; → its open sessions. */
  private readonly worked = new Map<string, number>()
  private readonly gone = new Map<string, number>()
  private readonly sessions = new Map<string, string>()
  /** What was not taken yet. */
  private bars = new Map<string, Held>()
  private marks: Mark[] = []
  private names: Record<string, string> = {}
  private number = 0

  add(entry: LogEntry): void {
    const { event, by, at: iso, byName } = entry
    const at = Date.parse(iso)
    if (by !== '') this.names[by] ??= byName
    if (by !== '' && isWork(event)) this.work(by, at)
    switch (event.type) {
      case 'agent.joined':
        this.names[event.agent] = event.identity.name
        return
      case 'agent.checkedIn':
        // What only says that it is still there is no work.
        return event.work ? this.mark(entry, at, event.agent, 'checkIn') : undefined
      case 'session.opened':
        this.sessions.set(event.session, event.agent)
        return this.back(event.agent, at)
      case 'session.closed':
        return this.left(event.session, at)
      case 'claim.granted':
        return this.grant(event, at)
      case 'claim.renewed':
        return this.renew(entry, event, at)
      case 'claim.kept':
        return void this.renewed(event.claim, at)
      case 'claim.ended':
        return this.end(entry, event, at)
      case 'message.sent':
        return this.mark(entry, at, event.fields.from, 'message', { type: 'message', id: event.message })
      case 'decision.proposed':
        return this.mark(entry, at, event.proposer, 'decision', { type: 'decision', id: event.decision })
      case 'decision.reviewed':
      case 'decision.implemented':
      case 'decision.superseded':
        return this.mark(entry, at, event.by, 'decision', { type: 'decision', id: event.decision })
      case 'task.started':
        return this.mark(entry, at, event.agent, 'task', { type: 'task', id: event.task })
      case 'task.closed':
        return this.mark(entry, at, event.by, 'task', { type: 'task', id: event.task })
      case 'error.logged':
        return this.mark(entry, at, event.agent, event.fields.kind === 'conflict' ? 'conflict' : 'error', { type: 'error', id: event.error })
      default:
        return
    }
  }

  /** Locks that are held and began before what was read. */
  seed(claims: readonly ClaimView[], begin: number): void {
    const known = new Set([...this.held.values()].map(({ tree, label, agent }) => `${tree}\n${label}\n${agent}`))
    for (const { tree, resource, kind, heldBy, holderName, since } of claims) {
      const id = `${tree}\n${resource}\n${heldBy}`
      if (known.has(id)) continue
      this.names[heldBy] ??= holderName
      this.begin({ id, agent: heldBy, label: resource, tree, opens: canOpen(kind), from: Math.min(begin, Date.parse(since)), cut: true, stale: [], lease: Number.POSITIVE_INFINITY, renewed: begin, attached: false })
    }
  }

  /** What is new or looks different since this was called last. */
  take(): TimelinePart {
    // What is held still is shown however long it is; of what has ended, the newest.
    const ended = [...this.bars.values()].filter(({ to }) => to !== undefined)
    const over = new Set(ended.slice(0, Math.max(0, ended.length - MOST)))
    const bars = [...this.bars.values()].filter((held) => !over.has(held)).map((held): Bar => ({ id: held.id, agent: held.agent, label: held.label, tree: held.tree, opens: held.opens, from: held.from, to: held.to, ended: held.ended, cut: held.cut, ...(held.stale.length > 0 && { stale: [...held.stale] }) }))
    const marks = this.marks.slice(-MOST)
    const names = Object.fromEntries([...new Set([...bars, ...marks].map(({ agent }) => agent))].map((agent) => [agent, short(this.names[agent] ?? agent, 60)]))
    this.bars = new Map()
    this.marks = []
    return { bars, marks, names }
  }

  private begin(held: Held): void {
    this.held.set(held.id, held)
    this.bars.set(held.id, held)
    const ids = this.heldBy.get(held.agent) ?? new Set()
    this.heldBy.set(held.agent, ids.add(held.id))
  }

  private grant({ claim: id, agent, resource, grant }: EventOf<'claim.granted'>, at: number): void {
    this.begin({ id, agent, label: resourceLabel(resource), tree: resource.kind === 'name' ? '' : resource.tree, opens: canOpen(resource.kind), from: at, stale: [], lease: grant.ttl, renewed: at, attached: grant.attached })
  }

  private renew(entry: LogEntry, event: EventOf<'claim.renewed'>, at: number): void {
    const held = this.renewed(event.claim, at)
    if (held && event.ttl !== undefined) held.lease = event.ttl
    if (event.progress !== undefined || event.message !== undefined) this.mark(entry, at, held?.agent ?? entry.by, 'checkIn', held && targetOf(held))
  }

  private renewed(claim: string, at: number): Held | undefined {
    const held = this.held.get(claim)
    if (held) this.notice(held, at)
    if (held) held.renewed = at
    return held
  }

  private end(entry: LogEntry, { claim, how }: EventOf<'claim.ended'>, at: number): void {
    const held = this.held.get(claim) ?? this.seeded(entry)
    if (!held) return
    this.notice(held, at)
    const gone = held.attached ? this.gone.get(held.agent) : undefined
    if (gone !== undefined) this.stale(held, Math.max(gone, held.from), at)
    held.to = at
    held.ended = endings[how]()
    this.bars.set(held.id, held)
    this.held.delete(held.id)
    this.heldBy.get(held.agent)?.delete(held.id)
    if (how === 'taken' || how === 'forced') this.mark(entry, at, held.agent, 'conflict', targetOf(held))
  }

  /** Where a lock began before what was read, the log names what it is on, and its holder where that was who ended it. */
  private seeded({ by, text }: LogEntry): Held | undefined {
    for (const id of this.heldBy.get(by) ?? []) {
      const held = this.held.get(id)
      if (held?.cut === true && text.includes(` ${short(held.label, 10_000)}`)) return held
    }
    return undefined
  }

  /** Work of an agent renews all its locks; those whose lease had run out before were stale in between. */
  private work(agent: string, at: number): void {
    const last = this.worked.get(agent)
    const ids = this.heldBy.get(agent)
    if (ids !== undefined && last !== undefined && at - last > SHORTEST_LEASE) for (const id of ids) this.notice(this.held.get(id)!, at)
    this.worked.set(agent, at)
  }

  private notice(held: Held, at: number): void {
    const over = Math.max(held.renewed, this.worked.get(held.agent) ?? 0) + held.lease
    if (over < at) this.stale(held, over, at)
  }

  private stale(held: Held, from: number, to: number): void {
    const last = held.stale.at(-1)
    if (last !== undefined && last[1] >= from) last[1] = Math.max(last[1], to)
    else held.stale.push([from, to])
    this.bars.set(held.id, held)
  }

  private left(session: string, at: number): void {
    const agent = this.sessions.get(session)
    this.sessions.delete(session)
    if (agent !== undefined && ![...this.sessions.values()].includes(agent)) this.gone.set(agent, at)
  }

  private back(agent: string, at: number): void {
    const since = this.gone.get(agent)
    this.gone.delete(agent)
    if (since === undefined) return
    for (const id of this.heldBy.get(agent) ?? []) {
      const held = this.held.get(id)!
      if (held.attached) this.stale(held, Math.max(since, held.from), at)
    }
  }

  /** Of one check-in the log has two entries where it is about a lock and about the work: the one about the lock is kept. */
  private mark({ seq, text }: LogEntry, at: number, agent: string, kind: Mark['kind'], target?: DashboardTarget): void {
    const last = this.marks.at(-1)
    if (kind === 'checkIn' && last?.kind === kind && last.agent === agent && last.id.startsWith(`${seq}.`)) this.marks.pop()
    this.marks.push({ id: `${seq}.${this.number++}`, agent, at, kind, text: short(text, 200), target })
  }
}

/** No lease is shorter, in ms: between two acts closer than this nothing is worth a look. */
const SHORTEST_LEASE = 1_000

const endings = { released: () => t('released'), taken: () => t('taken over'), forced: () => t('ended by a person'), handed: () => t('handed on'), lapsed: () => t('let go of') } as const

function canOpen(kind: ClaimView['kind']): boolean {
  return kind !== 'name' && kind !== 'glob'
}

function targetOf({ tree, label, agent, opens }: Held): DashboardTarget | undefined {
  return !opens ? undefined : { type: 'lock', tree, resource: label, heldBy: agent }
}
