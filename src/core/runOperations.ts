import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { AgentOperations } from './agentOperations.js'
import { parse } from './acting.js'
import { invalid } from './errors.js'
import { agentIdOf } from './model/agentId.js'
import * as op from './model/runs.js'
import { textInput } from './model/operations.js'
import { failureMessage, followRule, isFailureLogged, RUN_TTL, runNote, type Followed, type RunFailure, type RunFolder } from './rules/runs.js'
import { isPerson } from './rules/rule.js'
import { OWN_KEY } from './state/keys.js'
import type { Ground } from '../runs/ground.js'
import type { RunPlace } from '../runs/readRun.js'
import { tell } from './tell.js'

/** A run that failed longer ago is history: whoever turns Muster on beside old runs is not told of each of them, in ms. */
const RECENT = 3 * 24 * 60 * 60_000

/** Operations on runs. What reads and writes their folders is loaded when a run is asked about. */
export abstract class RunOperations extends AgentOperations {
  async listRuns(filter: op.RunFilter = {}): Promise<op.RunsResult> {
    const { runs, status } = parse(op.runFilter, filter, 'filter of runs')
    const { readRuns } = await import('../runs/readRun.js')
    const all = await readRuns(this.placeOf(runs))
    return { ok: true, runs: all.filter((run) => status === undefined || run.status === status) }
  }

  async followRuns(options: op.FollowRunsInput = {}): Promise<op.FollowRunsResult> {
    const { runs: folder, create } = parse(op.followRunsInput, options, 'folder of runs')
    const place = this.placeOf(folder)
    const [{ readRuns }, { register, unregistered }, { inTurn }] = await Promise.all([import('../runs/readRun.js'), import('../runs/register.js'), import('../runs/turns.js')])
    const runs = await readRuns(place)
    const { locked, released } = await this.follow(runs)
    const changed = await unregistered(place, runs, create)
    if (changed.length === 0 && this.unlogged(runs).length === 0) return { ok: true, runs, locked, released, registered: [], warnings: [] }
    const warnings = await inTurn(this.parts.folder, async () => {
      // Once more, now that nobody else writes: a run may have ended meanwhile.
      const now = await readRuns(place)
      await this.logFailures(place, this.unlogged(now))
      if (changed.length === 0) return []
      return register({ place, root: this.parts.root }, await unregistered(place, now))
    })
    return { ok: true, runs, locked, released, registered: changed.map(({ run }) => run), warnings }
  }

  async startRun(name: string, options: op.StartRunInput = {}): Promise<op.StartRunResult> {
    const { runs, pid = process.pid, ...rest } = parse(op.startRunInput, options, 'run')
    const wanted = parse(op.newRunName, name, 'name of a run')
    const ground = await this.ground(runs)
    const { begin } = await import('../runs/begin.js')
    return begin(ground, wanted, { runs, pid, ...rest })
  }

  async reportRun(run: string, progress: op.RunProgressInput = {}): Promise<op.RunResult> {
    const input = parse(op.runProgressInput, progress, 'progress of a run')
    const ground = await this.ground(input.runs)
    const { reportProgress } = await import('../runs/report.js')
    return reportProgress(ground, parse(op.runNameInput, run, 'run'), input)
  }

  async finishRun(run: string, results: op.FinishRunInput = {}): Promise<op.RunResult> {
    const { runs, ...ending } = parse(op.finishRunInput, results, 'results of a run')
    const ground = await this.ground(runs)
    const { end } = await import('../runs/report.js')
    return end(ground, parse(op.runNameInput, run, 'run'), ending)
  }

  async failRun(run: string, error: string, options: op.FailRunInput = {}): Promise<op.RunResult> {
    const { runs, interrupted, metrics } = parse(op.failRunInput, options, 'options of a failed run')
    const why = parse(textInput.trim().min(1), error, 'error')
    const ground = await this.ground(runs)
    const { end, interrupt } = await import('../runs/report.js')
    const name = parse(op.runNameInput, run, 'run')
    return interrupted ? interrupt(ground, name, why) : end(ground, name, { error: why, metrics })
  }

  async recoverRuns(options: op.RecoverRunsInput = {}): Promise<op.RecoverRunsResult> {
    const input = parse(op.recoverRunsInput, options, 'options of recovering')
    const ground = await this.ground(input.runs, !input.dryRun)
    const { recover } = await import('../runs/recover.js')
    return recover(ground, input)
  }

  async planRun(name: string, options: op.PlanRunInput = {}): Promise<op.PlanRunResult> {
    const input = parse(op.planRunInput, options, 'plan of a run')
    const ground = await this.ground(input.runs)
    const { plan } = await import('../runs/plan.js')
    return plan(ground, parse(op.newRunName, name, 'name of a run'), input)
  }

  async validateRun(run: string, options: op.RunsInput = {}): Promise<op.ValidateRunResult> {
    const place = this.placeOf(parse(op.runsInput, options, 'folder of runs').runs)
    const { validate } = await import('../runs/validate.js')
    return validate(place, parse(op.runNameInput, run, 'run'))
  }

  async compareRuns(first: string, second: string, options: op.RunsInput = {}): Promise<op.CompareRunsResult> {
    const place = this.placeOf(parse(op.runsInput, options, 'folder of runs').runs)
    const { compare } = await import('../runs/compare.js')
    return compare(place, parse(op.runNameInput, first, 'run'), parse(op.runNameInput, second, 'run'))
  }

  /** Where runs are. @throws MusterError OUTSIDE_ROOT, INVALID_INPUT */
  protected placeOf(runs: string): RunPlace {
    const resource = this.parts.tree.resolve(join(this.parts.root, runs))
    if (resource.kind === 'name' || resource.kind === 'symbol' || resource.kind === 'glob') throw invalid(tell`${runs} is no folder.`, tell`Name the folder that runs are in.`)
    return { base: join(this.parts.root, resource.path), label: resource.path }
  }

  protected async ground(runs: string, writes = true): Promise<Ground> {
    const place = this.placeOf(runs)
    if (writes) await this.parts.join()
    const state = await this.parts.ledger.refresh()
    return {
      place,
      root: this.parts.root,
      folder: this.parts.folder,
      agent: this.agent,
      isPerson: isPerson(state.agents.get(this.agent)),
      isSame: (name, other) => agentIdOf(name) === agentIdOf(other),
      lock: (path, run) => this.claim(join(this.parts.root, path, '/'), { minutes: RUN_TTL / 60_000, note: runNote(run) }),
      unlock: async (path) => void (await this.release(join(this.parts.root, path, '/'))),
      settle: async (views) => void (await this.follow(views)),
      // It has failed just now, whatever was logged of it before.
      logFailure: (run, why, tail) => this.logFailure(run, { ...this.failureOf(run, why, tail), at: Date.now() }).catch(() => undefined),
    }
  }

  /** Takes down what happened to runs' folders, in the names of their agents. */
  private async follow(runs: readonly op.RunView[]): Promise<Followed> {
    const byAgent = new Map<string, { name: string; runs: RunFolder[] }>()
    for (const run of runs) {
      const id = run.agent === undefined ? '' : agentIdOf(run.agent)
      const over = run.status === 'completed' ? 'done' : run.status === 'failed' && run.locked !== true ? 'failed' : undefined
      // What has stopped is neither: its lock ends by time, or when it is set aside.
      if (id === '' || (over === undefined && (run.status !== 'running' || run.hung === true))) continue
      const resource = this.parts.tree.resolve(join(this.parts.root, run.path, '/'))
      const heardAt = Date.now() - (run.idleMinutes ?? 0) * 60_000
      const known = byAgent.get(id) ?? { name: run.agent!, runs: [] }
      known.runs.push({ resource, run: run.run, heardAt, ...(over && { over }), ...(run.progress !== undefined && { progress: run.progress }) })
      byAgent.set(id, known)
    }
    const all: Followed = { locked: [], released: [] }
    for (const [id, command] of byAgent) {
      const followed = await this.inNameOf(id, command)
      all.locked.push(...followed.locked)
      all.released.push(...followed.released)
    }
    return all
  }

  /** Runs that failed by themselves, lately, and that the errors do not hold. */
  private unlogged(runs: readonly op.RunView[]): op.RunView[] {
    const state = this.parts.ledger.peek()
    return runs.filter((run) => run.status === 'failed' && run.locked !== true && Date.now() - failedAt(run) < RECENT && !isFailureLogged(state, run.run, this.failureOf(run)))
  }

  /** In turn, where those who end a run do all of it: what they log is there. */
  private async logFailures(place: RunPlace, runs: readonly op.RunView[]): Promise<void> {
    if (runs.length === 0) return
    const { logTail } = await import('../runs/setAside.js')
    await this.parts.join()
    for (const run of runs) await this.logFailure(run, this.failureOf(run, run.error, await logTail(join(place.base, run.run))))
  }

  /** In the name of the run's agent, whoever noticed; where it names none, in one's own. */
  private async logFailure(run: op.RunView, failure: RunFailure): Promise<void> {
    const name = run.agent !== undefined && agentIdOf(run.agent) !== '' ? run.agent : (this.parts.ledger.peek().agents.get(this.agent)?.name ?? this.agent)
    await this.inNameOf(agentIdOf(name), { name, runs: [{ resource: this.parts.tree.resolve(join(this.parts.root, run.path, '/')), run: run.run, over: 'failed', heardAt: failure.at, failure }] })
  }

  private failureOf(run: op.RunView, why = 'it does not say why', tail = ''): RunFailure {
    return { fields: { kind: 'other', severity: 'high', message: failureMessage(run.run, why), resource: this.label(join(this.parts.root, run.path, '/')), ...(tail !== '' && { stack: tail }) }, at: failedAt(run) }
  }

  private async inNameOf(agent: string, command: { name: string; runs: RunFolder[] }): Promise<Followed> {
    const { connection, ledger } = this.parts
    const context = connection.context()
    const verdict = followRule.decide(ledger.peek(), command, { ...context, agent })
    // Whoever only looks writes nothing.
    if (!('events' in verdict) || verdict.events.length === 0) return { locked: [], released: [] }
    const answer = await ledger.submit({
      key: `${agent}/${OWN_KEY}${connection.id}.${randomBytes(8).toString('hex')}`,
      by: agent,
      via: `run:${process.pid}@${hostname()}`,
      decide: (state, stamp) => followRule.decide(state, command, { ...connection.context(stamp), agent }),
    })
    return answer.ok ? followRule.answer(answer.events, answer.stamp, answer.state, command, { ...context, agent }) : { locked: [], released: [] }
  }
}

/** In ms of the wall clock. */
function failedAt({ endedAt }: op.RunView): number {
  return endedAt === undefined ? 0 : Date.parse(endedAt)
}
