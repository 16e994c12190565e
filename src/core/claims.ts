import type { Connection } from './connection.js'
import type { Clock, Ledger } from './ledger/port.js'
import type { Claim, GrantFields, Priority } from './model/claim.js'
import type { Event } from './model/events.js'
import type { ClaimRefusal } from './model/operations.js'
import type { Resource } from './model/resource.js'
import { cancelWaitRule, claimRule, placeInQueue, type ClaimAnswer, type ClaimCommand } from './rules/claim.js'
import { challengeRule } from './rules/challenge.js'
import { checkInRule } from './rules/release.js'
import type { State } from './state/state.js'
import { duration } from './state/text.js'

/** While waiting, look this often whether anything changed (ms); a watcher's event is only ever earlier. */
const WAIT_POLL_MS = 200

export interface ClaimRequest {
  resources: readonly Resource[]
  grant: GrantFields
  priority: Priority
  wait: boolean
  /** ms to wait for the grant; undefined: answer at once, in line. */
  timeoutMs: number | undefined
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
    private readonly dirtyFiles: (resources: readonly Resource[]) => Promise<string[]>,
  ) {}

  async claim(request: ClaimRequest): Promise<ClaimAnswer | ClaimRefusal> {
    const command: ClaimCommand = { ...request, dirtyFiles: request.takeOver ? await this.dirtyFiles(request.resources) : [] }
    let result = await this.connection.perform(claimRule, command, request.key)
    if (isRefusal(result) && result.reason === 'CHALLENGED') result = await this.challenge(command, result, request.signal)
    if (!isRefusal(result) && result.claims.length === 0) result = this.queued(command)
    if (isRefusal(result) && result.reason === 'QUEUED' && request.wait && request.timeoutMs !== undefined) result = await this.waitForGrant(command, result, request.timeoutMs, request.signal)
    return result
  }

  /** Asks the silent holders, gives them the grace period, and takes over if none of them answered. */
  private async challenge(command: ClaimCommand, refusal: ClaimRefusal, signal: AbortSignal | undefined): Promise<ClaimAnswer | ClaimRefusal> {
    if (!this.connection.mayChallenge) return { ...refusal, hint: 'This process was itself stopped a moment ago, so the holder gets time to come back first. Try again in a minute.' }
    const { claims } = await this.connection.perform(challengeRule, { resources: command.resources })
    this.connection.challenged(claims)
    const grace = Math.max(0, ...claims.map((id) => this.graceOf(this.ledger.peek().claims.get(id))))
    for (let waited = 0; waited < grace; waited += WAIT_POLL_MS) {
      if (signal?.aborted) return refusal
      await this.clock.sleep(Math.min(WAIT_POLL_MS, grace - waited))
      this.ledger.poll()
      const answered = claims.some((id) => this.ledger.peek().claims.get(id)?.challenge === undefined)
      if (answered) break
    }
    return this.connection.perform(claimRule, command)
  }

  private graceOf(claim: Claim | undefined): number {
    return claim ? this.connection.graceMs(claim) + 1 : 0
  }

  private queued(command: ClaimCommand): ClaimRefusal {
    return claimRule.queued(this.ledger.peek(), command, this.connection.context())
  }

  /** Waits in line until the resources are granted, the time is over or the caller gives up; leaves the line in the latter cases. */
  private async waitForGrant(command: ClaimCommand, refusal: ClaimRefusal, timeoutMs: number, signal: AbortSignal | undefined): Promise<ClaimAnswer | ClaimRefusal> {
    const started = this.clock.monotonic()
    let shown = started
    for (;;) {
      await this.clock.sleep(WAIT_POLL_MS)
      this.ledger.poll()
      const place = placeInQueue(this.ledger.peek(), this.connection.context(), command)
      const now = this.clock.monotonic()
      // No longer in line: granted, or dropped as dead while this machine slept. Claiming again settles which.
      if (place === 0) {
        const result = await this.connection.perform(claimRule, command)
        if (!isRefusal(result) && result.claims.length > 0) return result
      }
      if (signal?.aborted || now - started >= timeoutMs) return this.leaveLine(command, refusal, now - started)
      if (now - shown >= command.grant.ttl / 3) {
        shown = now
        await this.connection.perform(checkInRule, { resource: null, fields: {}, work: false })
      }
    }
  }

  private async leaveLine(command: ClaimCommand, refusal: ClaimRefusal, waitedMs: number): Promise<ClaimAnswer | ClaimRefusal> {
    const { cancelled } = await this.connection.perform(cancelWaitRule, { resources: command.resources })
    // Granted at the last moment.
    if (!cancelled) return this.connection.perform(claimRule, { ...command, wait: false })
    return { ...refusal, reason: 'HELD', queued: undefined, hint: `Still held after waiting ${duration(waitedMs)}. Ask the holder to release it, or work on something else.` }
  }
}

function isRefusal(result: ClaimAnswer | ClaimRefusal): result is ClaimRefusal {
  return 'ok' in result
}
