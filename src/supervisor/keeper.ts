import { uptime } from 'node:os'
import type { Deployment, DeploymentExit } from '../core/model/deployment.js'
import type { Muster } from '../core/muster.js'
import { deploymentLasts, type KeeperCommand } from '../core/rules/deploy.js'
import { adoptProcess, startProcess, type AgentProcess, type End } from './agentProcess.js'
import { readCommand, writeCommand, type CommandFile } from './commandFile.js'
import { environmentOf, markOf, promptOf } from './environment.js'
import { placesOf, reasonOf, writePrivate } from './files.js'
import { KeeperReports, NotMine } from './keeperReports.js'
import { AgentLog } from './log.js'
import { endTree, leaderOf, type TreeOptions } from './processTree.js'
import { howItEnded, next } from './restartPolicy.js'
import { expand } from './template.js'
import { Steadfast } from './steadfast.js'

export interface KeeperOptions {
  /** Speaks for the agent, as a command that stays. */
  muster: Muster
  agent: string
  /** Of the deployment. */
  number: number
  /** As handed over; otherwise it is read from its file. */
  command?: CommandFile | undefined
  env: NodeJS.ProcessEnv
  /** In a terminal: what the agent writes goes to stderr. */
  stdoutTaken?: boolean
  log(text: string): void
}

/** Why a process is ended. */
type Stop = { how: 'stop' | 'budget'; why: string } | { how: 'restart' } | { how: 'terminal' }

const POLL_MS = 400
const TAIL = 20

/**
 * Sees to one deployed agent: *queued* until there is room → *starting* → *running* → (*restarting* → *starting* …) → *ended*. It
 * may be killed at any moment; its agent goes on, and another keeper follows it, by its pid and start time.
 */
export class Keeper {
  private readonly own: KeeperCommand
  private readonly reports: KeeperReports
  private command: CommandFile | undefined
  private log: AgentLog | undefined
  private restarts = 0
  private terminalClosed = false
  private readonly records: Steadfast
  private wake: () => void = () => undefined

  constructor(private readonly options: KeeperOptions) {
    const { muster, agent, number } = options
    this.own = { agent, number, keeper: muster.keeping.here }
    this.records = new Steadfast(muster.folder, (text) => options.log(text))
    this.reports = new KeeperReports(muster, this.own, (text) => options.log(text))
  }

  /** Its terminal went away, and takes the agent with it. */
  hangUp(): void {
    this.terminalClosed = true
    this.wake()
  }

  /** Until the agent has come to its end. @returns its exit code, where it has one, for whoever waits in a terminal */
  async run(): Promise<number> {
    try {
      return await this.keep()
    } catch (error) {
      if (error instanceof NotMine) return 0
      throw error
    }
  }

  private async keep(): Promise<number> {
    const { muster, agent, number } = this.options
    this.command = this.options.command ?? (await readCommand(muster.folder, agent, number))
    if (this.options.command) await writeCommand(muster.folder, agent, this.options.command).catch((error: unknown) => this.reports.warn('its command cannot be saved, so it cannot be started again once its keeper is gone', error))
    let deployment = await this.current()
    this.restarts = deployment.restarts
    this.log = deployment.background ? new AgentLog(placesOf(muster.folder, agent).log, this.command?.logBytes ?? 5_000_000, this.command?.logsKept ?? 3) : undefined
    if (deployment.phase === 'queued') {
      if (!(await this.queue())) return this.end({ code: null, signal: null, known: true, tail: [] }, 'failed', await this.stoppedBy())
      deployment = await this.current()
    } else {
      await this.attend()
      await this.reports.files()
    }
    let process = await this.found(deployment)
    for (;;) {
      if (process === undefined) {
        const started = await this.start()
        if (typeof started === 'number') return started
        process = started
      }
      const ended = await this.follow(process)
      const code = await this.after(ended.end, ended.stop, process)
      if (code !== undefined) return code
      process = undefined
    }
  }

  /** Its turn comes; false: it was stopped before. */
  private async queue(): Promise<boolean> {
    for (let told = false; ; await this.pause(POLL_MS)) {
      const answer = await this.records.attempt(() => this.options.muster.keeping.begin(this.own))
      if (answer === undefined) continue
      if (answer.ok) return true
      if (answer.reason === 'STOPPED') return false
      if (answer.reason !== 'FULL') throw new NotMine(answer.hint)
      if (told) continue
      await this.attend()
      await this.reports.files()
      await this.reports.respond()
      told = true
    }
  }

  private async attend(): Promise<void> {
    const answer = await this.options.muster.keeping.attend(this.own)
    if (!answer.ok) throw new NotMine(answer.hint)
  }

  private async current(): Promise<Deployment> {
    const found = await this.options.muster.keeping.get(this.options.agent)
    if (!found || found.made.seq !== this.options.number || found.phase === 'ended') throw new NotMine('it is over')
    return found
  }

  /** The process that another keeper has left, or had just started when it was killed. */
  private async found(deployment: Deployment): Promise<AgentProcess | undefined> {
    const { keeping, folder } = this.options.muster
    const adopt = (process: NonNullable<Deployment['process']>): AgentProcess => adoptProcess(process, (one) => keeping.hasEnded(one))
    if (deployment.phase === 'running' && deployment.process) return adopt(deployment.process)
    if (deployment.phase === 'queued' || deployment.background === false) return undefined
    const mark = markOf(folder, deployment)
    const leader = await leaderOf(mark)
    if (!leader) return undefined
    const process = { ...keeping.here, pid: leader.pid, start: leader.start }
    await this.reports.tell({ changes: { phase: 'running', process }, status: 'working' })
    return adopt(process)
  }

  private async start(): Promise<AgentProcess | number> {
    const { muster, agent, env } = this.options
    const deployment = await this.surely(() => this.current())
    const { command } = this
    if (!command) return this.failToStart('its command is not known any more')
    const places = placesOf(muster.folder, agent)
    await this.surely(() => muster.refresh())
    const brief = promptOf(command.brief, deployment, muster.state().checkpoints.get(agent))
    await writePrivate(places.prompt, brief).catch((error: unknown) => this.reports.warn('its brief cannot be saved', error))
    try {
      const argv = expand(command.command, { agent, model: command.model, brief: brief === '' ? undefined : brief, briefFile: brief === '' ? undefined : places.prompt })
      const process = await startProcess({ argv, cwd: command.cwd, env: environmentOf({ base: env, folder: muster.folder, deployment, window: command.window, own: command.env }), output: this.output() })
      await this.reports.tell({ changes: { phase: 'running', process: { ...muster.keeping.here, pid: process.pid, start: process.start }, restarts: this.restarts }, status: 'working' })
      await this.reports.respond()
      return process
    } catch (error) {
      if (error instanceof NotMine) throw error
      return this.failToStart(reasonOf(error))
    }
  }

  private output(): number | 'ignore' | 'stderr' | undefined {
    if (!this.log) return this.options.stdoutTaken ? 'stderr' : undefined
    try {
      return this.log.open()
    } catch (error) {
      this.reports.warn('its log cannot be written', error)
      return 'ignore'
    }
  }

  private async failToStart(why: string): Promise<number> {
    const reason = `it could not be started: ${why}`
    const code = await this.end({ code: null, signal: null, known: true, reason, tail: [] }, 'failed', reason)
    await this.reports.respond({ code: 'START_FAILED', message: why })
    return code === 0 ? 1 : code
  }

  /** Until the process has ended, by itself or because it has to. */
  private async follow(process: AgentProcess): Promise<{ end: End; stop: Stop | undefined }> {
    let end: { was: End } | undefined
    void process.ended.then((was) => {
      end = { was }
      this.wake()
    })
    for (let saved = performance.now(); ; await this.pause(POLL_MS)) {
      if (end) return { end: end.was, stop: this.terminalClosed ? { how: 'terminal' } : undefined }
      const stop = await this.reasonToStop()
      if (stop) {
        await this.endAll(process)
        return { end: await process.ended, stop }
      }
      this.rotate()
      await this.reports.flush()
      if (performance.now() - saved >= (this.command?.saveSeconds ?? 300) * 1000) {
        saved = performance.now()
        await this.save()
      }
    }
  }

  /** What it has written last, and that somebody sees to it. */
  private async save(): Promise<void> {
    const [lastLine = ''] = (await this.log?.lastLines(1)) ?? []
    await this.reports.tell({ changes: lastLine === '' ? {} : { lastLine } })
  }

  private rotate(): void {
    try {
      this.log?.rotate()
    } catch (error) {
      this.reports.warn('its log cannot be set aside', error)
    }
  }

  private async reasonToStop(): Promise<Stop | undefined> {
    if (this.terminalClosed) return { how: 'terminal' }
    const deployment = await this.records.attempt(() => this.current())
    if (!deployment) return undefined
    if (deployment.asked?.what === 'stop') return { how: 'stop', why: await this.stoppedBy() }
    if (deployment.asked?.what === 'restart') return { how: 'restart' }
    const { budgetMinutes } = deployment
    const lasts = deploymentLasts(deployment, { at: Date.now(), up: uptime() * 1000, boot: this.own.keeper.boot, seq: 0 })
    if (budgetMinutes !== undefined && lasts >= budgetMinutes * 60_000) return { how: 'budget', why: `it was over its budget of ${budgetMinutes} minutes` }
    return undefined
  }

  private surely<T extends object>(read: () => Promise<T>): Promise<T> {
    return this.records.surely(read, () => this.pause(POLL_MS))
  }

  private async stoppedBy(): Promise<string> {
    const { muster, agent } = this.options
    const asked = (await muster.keeping.get(agent))?.asked
    const by = asked && ((await muster.getAgent(asked.by))?.name ?? asked.by)
    return `stopped${by === undefined ? '' : ` by ${by}`}${asked?.reason ? `: ${asked.reason}` : ''}`
  }

  /** Whatever it has started ends with it. */
  private async endAll(process: AgentProcess): Promise<void> {
    const { muster } = this.options
    const all = await this.surely(() => muster.keeping.list())
    const mine = all.find(({ agent }) => agent === this.options.agent)
    const spare = all.flatMap(({ agent, keeper }) => (keeper && agent !== this.options.agent && keeper.boot === this.own.keeper.boot ? [keeper] : []))
    const tree: TreeOptions = { root: process, leads: this.log !== undefined, spare, ...(mine && { mark: markOf(muster.folder, mine) }) }
    await endTree(tree, (mine?.graceSeconds ?? 10) * 1000)
  }

  /** What follows from its end: undefined when it is started again. */
  private async after(end: End, stop: Stop | undefined, process: AgentProcess): Promise<number | undefined> {
    const deployment = await this.surely(() => this.current())
    const tail = (await this.log?.lastLines(TAIL)) ?? []
    const exit: DeploymentExit = { code: end?.code ?? null, signal: end?.signal ?? null, known: end !== undefined, tail }
    if (stop?.how === 'terminal') return this.end({ ...exit, reason: 'its terminal was closed' }, 'lost')
    if (stop && stop.how !== 'restart') return this.end({ ...exit, reason: stop.why }, 'failed', stop.why)
    const first = (this.command?.restartSeconds ?? 2) * 1000
    const then = stop ? ({ do: 'restart', delayMs: 0 } as const) : next({ policy: deployment.restart, exit, restarts: this.restarts, maxRestarts: deployment.maxRestarts, firstDelayMs: first })
    if (then.do === 'end') {
      const error = [howItEnded(exit), then.why, tail.at(-1)].filter((part) => part !== undefined && part !== '').join(' · ')
      return this.end(then.why === undefined ? exit : { ...exit, reason: then.why }, then.ending, then.ending === 'failed' ? error : undefined)
    }
    if (!stop) this.restarts++
    await this.reports.tell({ changes: { phase: 'restarting', exit, restarts: this.restarts } })
    await this.endAll(process)
    for (const until = performance.now() + then.delayMs; performance.now() < until; await this.pause(Math.min(POLL_MS, until - performance.now()))) {
      const asked = await this.reasonToStop()
      if (asked && asked.how !== 'restart') return this.end({ ...exit, ...('why' in asked && { reason: asked.why }) }, asked.how === 'terminal' ? 'lost' : 'failed', 'why' in asked ? asked.why : undefined)
      if (asked) return undefined
    }
    return undefined
  }

  private async end(exit: DeploymentExit, ending: 'done' | 'failed' | 'lost', error?: string): Promise<number> {
    // Before its end is told: whatever an agent does after that shows that it is there.
    if (ending !== 'lost') await this.options.muster.keeping.letGo().catch((error: unknown) => this.options.log(reasonOf(error)))
    const lastLine = exit.tail.findLast((line) => line !== '')
    await this.reports.tell({ changes: { phase: 'ended', exit, ...(lastLine !== undefined && { lastLine }) }, ending, ...(error !== undefined && { error }) })
    while (!(await this.reports.flush())) {
      this.records.failed()
      await this.pause(POLL_MS)
    }
    return exit.code ?? (exit.signal === null ? 0 : 1)
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms))
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
