import { isMusterError } from '../core/errors.js'
import type { AgentView } from '../core/model/operations.js'
import type { Muster } from '../core/muster.js'
import type { KeeperCommand, ReportCommand } from '../core/rules/deploy.js'
import { placesOf, reasonOf } from './files.js'
import { statusWords } from '../core/model/agentState.js'
import { saveResponse, saveStatus } from './status.js'

type Report = Omit<ReportCommand, keyof KeeperCommand>

/** Another keeper sees to it, or it is over: nothing of it is touched any more. */
export class NotMine extends Error {}

/**
 * What a keeper tells: to the records, and to files for scripts. What cannot be written now is kept and written later; the agent
 * goes on meanwhile, and the reason is told as soon as that can be.
 */
export class KeeperReports {
  private pending: Report | undefined
  private warning: string | undefined
  private flushing: Promise<boolean> = Promise.resolve(true)

  constructor(private readonly muster: Muster, private readonly own: KeeperCommand, private readonly log: (text: string) => void) {}

  /** Written at once where that can be. @throws NotMine */
  async tell(report: Report): Promise<void> {
    this.pending = merged(this.pending, report)
    await this.flush()
  }

  /** Something it could not do; told with the next report. */
  warn(what: string, error: unknown): void {
    const text = `${what}: ${reasonOf(error)}`
    if (this.warning === text) return
    this.warning = text
    this.log(text)
    this.pending = merged(this.pending, { changes: { warning: text } })
  }

  /** Whether everything is written. @throws NotMine */
  flush(): Promise<boolean> {
    // One at a time: what is told later must not be written before.
    return (this.flushing = this.flushing.then(() => this.write()))
  }

  private async write(): Promise<boolean> {
    const report = this.pending
    if (!report) return true
    this.pending = undefined
    try {
      const answer = await this.muster.keeping.report({ ...this.own, ...report })
      if (!answer.ok) throw new NotMine(answer.hint)
    } catch (error) {
      if (error instanceof NotMine) throw error
      this.pending = merged(report, this.pending ?? { changes: {} })
      const text = isMusterError(error) ? `${error.code}: ${error.message}` : reasonOf(error)
      this.log(`the records cannot be written: ${text}`)
      return false
    }
    await this.files()
    return true
  }

  /** The files that tell scripts how it is. */
  async files(): Promise<void> {
    const view = (id: string): Promise<AgentView | undefined> => this.muster.getAgent(id).catch(() => undefined)
    const agent = await view(this.own.agent)
    const above = agent?.parent === undefined ? undefined : await view(agent.parent)
    if (agent) await saveStatus(this.muster.folder, agent, above?.name).catch((error: unknown) => this.warn('its status cannot be saved', error))
  }

  /** Answers whoever asked for it by a file. */
  async respond(error?: { code: string; message: string }): Promise<void> {
    const agent = await this.muster.getAgent(this.own.agent).catch(() => undefined)
    if (!agent) return
    const { deployment } = agent
    const places = placesOf(this.muster.folder, agent.id, agent.name)
    const response = {
      ok: error === undefined,
      agent_id: places.named,
      status: error === undefined ? statusWords[agent.status] : 'error',
      pid: deployment?.process?.pid,
      state_file: places.state,
      started_at: deployment?.ranAt,
      error,
      ...(this.warning !== undefined && { warnings: [this.warning] }),
    }
    await saveResponse(places.response, response).catch((why: unknown) => this.warn('its response cannot be written', why))
  }
}

function merged(first: Report | undefined, second: Report): Report {
  return { ...first, ...second, changes: { ...first?.changes, ...second.changes } }
}
