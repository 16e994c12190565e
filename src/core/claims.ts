import type { Connection } from './connection.js'
import type { Disposable } from './emitter.js'
import type { Clock, Ledger } from './ledger/port.js'
import type { ProcessPlace } from './model/agent.js'
import type { GrantFields, Priority } from './model/claim.js'
import type { Event } from './model/events.js'
import type { ClaimRefusal } from './model/operations.js'
import type { Resource } from './model/resource.js'
import { claimRule, type ClaimAnswer, type ClaimCommand } from './rules/claim.js'
import { challengeRule } from './rules/challenge.js'
import { claimInMode, conflictingClaims } from './rules/conflicts.js'
import { mayBeUnsaved } from './rules/inherit.js'
import { claimPresence } from './rules/presence.js'
import { cancelWaitRule, lineKey, renewWaitRule, sweepRule, waitsOf } from './rules/queue.js'
import type { State } from './state/state.js'
import { duration } from './state/text.js'
import { tell } from './tell.js'

/** While waiting, look this often whether anything changed, in ms. */
const WAIT_POLL_MS = 200
/** Who stands in line shows this often that it still does, in ms; its place is lost after three times as long. */
const WAIT_RENEW_MS = 30_000
/** A step this much late, in ms, means that this process was stopped: others need time to come back too. */
const PAUSE_MS = 3_000

export interface ClaimTask {
  resources: readonly Resource[]
  grant: GrantFields
  priority: Priority
  wait: boolean
  /** ms to wait for the grant; undefined: answer at once, in line. */
  timeoutMs: number | undefined
  /** The caller comes back: when that time is over, keep the place in line, and do not wait longer for a silent holder either. */
  keepPlace: boolean
  takeOver: boolean
  force: boolean
  signal: AbortSignal | undefined
  key: string | undefined
}

/** Claiming as it passes in time: asking a silent holder before taking over, and waiting in line. */
export class Claims {
  constructor(
    private readonly connection: Connection,
    private readonly ledger: Ledger<State, Event>,
    private readonly clock: Clock,
    private readonly dirtyFiles: (resources: readonly Resource[], ignored?: boolean) => Promise<string[] | 'unknown'>,
    private readonly process: () => ProcessPlace,
  ) {}

  async claim(task: ClaimTask): Promise<ClaimAnswer | ClaimRefusal> {
    const standsBy = task.wait && task.timeoutMs !== undefined
    const blind: ClaimCommand = { ...task, dirtyFiles: [], ...(standsBy && { patience: 3 * WAIT_RENEW_MS }), ...(standsBy && !task.keepPlace && { process: this.process() }) }
    // Without a needless await: calls made one after the other are decided in that order.
    const command = task.takeOver ? await this.looked(blind) : blind
    const place = standsBy ? new PlaceInLine(this.ledger, this.connection.agent, command.resources) : undefined
    try {
      let result = await this.connection.perform(claimRule, command, { key: task.key })
      if (isRefusal(result) && result.reason === 'CHALLENGED') result = await this.challenge(command, result, task)
      if (isRefusal(result) && result.reason === 'QUEUED' && place) result = await this.waitForGrant(command, result, task, place)
      return result
    } finally {
      place?.dispose()
    }
  }

  /** The command with what is at stake in the claims it would take over. @param unasked nobody said to take over: what git ignores is at stake, too */
  private async looked(command: ClaimCommand, unasked = false): Promise<ClaimCommand> {
    const state = await this.ledger.refresh()
    const taken = command.resources.flatMap((resource) => conflictingClaims(state, this.connection.agent, resource, command.grant.mode))
    return { ...command, dirtyFiles: await this.dirtyFiles(taken.map((claim) => claim.resource), unasked) }
  }

  /** Asks the silent holders, gives them the grace period, and takes over if none of them answered. Asked again, it goes on. */
  private async challenge(command: ClaimCommand, refusal: ClaimRefusal, { keepPlace, timeoutMs, signal }: ClaimTask): Promise<ClaimAnswer | ClaimRefusal> {
    const over = this.clock.monotonic() + (keepPlace ? (timeoutMs ?? Infinity) : Infinity)
    if (!this.connection.mayChallenge) return { ...refusal, hint: tell`This process was itself stopped a moment ago, so the holder gets time to come back first. Try again in a minute.` }
    const { claims } = await this.connection.perform(challengeRule, { resources: command.resources })
    const ids = new Set(claims.map((claim) => claim.id))
    const grace = Math.max(0, ...claims.map((claim) => this.connection.graceMs(claim) + 1))
    let since = this.connection.watchChallenges(claims, true)
    for (let last = Math.max(since, this.clock.monotonic()); last - since < grace; ) {
      if (signal?.aborted || last >= over) return refusal
      await this.clock.sleep(Math.min(WAIT_POLL_MS, grace - (last - since)))
      const now = this.clock.monotonic()
      if (now - last > WAIT_POLL_MS + PAUSE_MS) since = this.connection.watchChallenges(claims)
      last = Math.max(now, since)
      const state = await this.ledger.refresh()
      if ([...ids].some((id) => state.claims.get(id)?.challenge === undefined)) break
    }
    return this.connection.perform(claimRule, await this.looked(command))
  }

  /** Waits in line until the resources are granted, the time is over or the caller gives up; leaves the line in the latter cases. */
  private async waitForGrant(command: ClaimCommand, refusal: ClaimRefusal, { timeoutMs = 0, keepPlace, signal }: ClaimTask, place: PlaceInLine): Promise<ClaimAnswer | ClaimRefusal> {
    const started = this.clock.monotonic()
    // Who comes back shows at once that it does.
    let shown = keepPlace ? -Infinity : started
    let swept = started
    for (;;) {
      await this.clock.sleep(WAIT_POLL_MS)
      this.ledger.poll()
      if (place.givenUp) return { ...refusal, reason: 'HELD', queued: undefined, hint: tell`Your place in line was given up meanwhile. Ask the holder to release it, or work on something else.` }
      const now = this.clock.monotonic()
      const over = now - started >= timeoutMs
      if (signal?.aborted || (over && !keepPlace)) return this.leaveLine(command, refusal, now - started)
      if (over) return this.stayInLine(command)
      const result = await this.takeUp(command, now - swept >= 10 * WAIT_POLL_MS)
      if (result) return result
      if (now - swept >= 10 * WAIT_POLL_MS) swept = now
      if (now - shown >= WAIT_RENEW_MS) {
        shown = now
        await this.connection.perform(renewWaitRule, { resources: command.resources })
      }
    }
  }

  /** Claims what was granted meanwhile, or what nobody is left to release; undefined while there is something to wait for. */
  private async takeUp(command: ClaimCommand, look: boolean): Promise<ClaimAnswer | undefined> {
    const state = this.ledger.peek()
    const granted = command.resources.every((resource) => claimInMode(state, this.connection.agent, resource, command.grant.mode))
    const abandoned = look && !granted && this.isAbandoned(state, command)
    if (look && !granted) await this.connection.perform(sweepRule, {})
    // Its place was lost meanwhile: another process had stood by for it, or this one was stopped for long.
    const lost = look && !granted && waitsOf(state, this.connection.agent, command.resources).length === 0
    if (!granted && !abandoned && !lost) return undefined
    const looked = abandoned ? await this.looked({ ...command, takeOver: true }, !command.takeOver) : command
    // A person may take over changes, but only one who was asked.
    const atStake = looked.dirtyFiles.length > 0 && !command.takeOver && !command.force
    if (atStake && !lost) return undefined
    const result = await this.connection.perform(claimRule, atStake ? command : looked)
    return isRefusal(result) ? undefined : result
  }

  /** Whether everybody in the way is gone for good: a waiter need not be told to take over what is left behind clean. */
  private isAbandoned(state: State, command: ClaimCommand): boolean {
    const context = this.connection.context()
    const holders = command.resources.flatMap((resource) => conflictingClaims(state, this.connection.agent, resource, command.grant.mode))
    return holders.length > 0 && holders.every((claim) => claimPresence(state, claim, context) === 'gone' && !mayBeUnsaved(state, claim, context))
  }

  /** Answers where one stands; the place is kept for as long as a process that stands by need not show itself. */
  private async stayInLine(command: ClaimCommand): Promise<ClaimAnswer | ClaimRefusal> {
    await this.connection.perform(renewWaitRule, { resources: command.resources })
    return this.connection.perform(claimRule, command)
  }

  private async leaveLine(command: ClaimCommand, refusal: ClaimRefusal, waitedMs: number): Promise<ClaimAnswer | ClaimRefusal> {
    const { cancelled } = await this.connection.perform(cancelWaitRule, { resources: command.resources })
    // Granted at the last moment.
    if (!cancelled) return this.connection.perform(claimRule, { ...command, wait: false })
    return { ...refusal, reason: 'HELD', queued: undefined, hint: tell`Still held after waiting ${duration(waitedMs)}. Ask the holder to release it, or work on something else.` }
  }
}

/** Follows one agent's place in line: the agent may give it up in another process than the one that stands by for it. */
class PlaceInLine {
  givenUp = false
  private readonly subscription: Disposable

  constructor(ledger: Ledger<State, Event>, agent: string, resources: readonly Resource[]) {
    const line = lineKey(resources)
    const places = new Set(waitsOf(ledger.peek(), agent, resources).map(({ id }) => id))
    this.subscription = ledger.onDidAdvance((commits) => {
      for (const event of commits.flatMap(({ ops }) => ops.flatMap(({ events }) => events))) {
        if (event.type === 'wait.queued' && event.agent === agent && lineKey(event.resources) === line) places.add(event.wait)
        if (event.type === 'wait.ended' && event.how === 'withdrawn' && places.has(event.wait)) this.givenUp = true
      }
    })
  }

  dispose(): void {
    this.subscription.dispose()
  }
}

function isRefusal(result: ClaimAnswer | ClaimRefusal): result is ClaimRefusal {
  return 'ok' in result
}
