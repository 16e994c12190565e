import { hostname } from 'node:os'
import { Acting } from './acting.js'
import type { Keeping } from './deployCalls.js'
import type { Deployment, HostedProcess } from './model/deployment.js'
import { releaseRule } from './rules/release.js'
import type * as Rules from './rules/deploy.js'
import type { AskCommand, DeployCommand, KeeperCommand, ReportCommand } from './rules/deploy.js'

/** Loaded where there is an agent that Muster started. */
const rules = (): Promise<typeof Rules> => import('./rules/deploy.js')

/** What keepers tell and ask the records; see rules/deploy.ts. */
export class Deployments extends Acting implements Keeping {
  get here(): HostedProcess {
    return { ...this.parts.place(), host: hostname() }
  }

  async list(): Promise<readonly Deployment[]> {
    return [...(await this.parts.ledger.refresh()).deployments.values()]
  }

  async get(agent: string): Promise<Deployment | undefined> {
    return (await this.parts.ledger.refresh()).deployments.get(agent)
  }

  hasEnded(process: HostedProcess): boolean {
    return this.parts.connection.context().hasEnded(process)
  }

  scopes(labels: readonly string[]): Deployment['scopes'] {
    return labels.map((label) => this.resolve(label))
  }

  async make(command: DeployCommand): ReturnType<Keeping['make']> {
    return this.act((await rules()).deployRule, command)
  }

  async attend(command: KeeperCommand): ReturnType<Keeping['attend']> {
    return this.act((await rules()).attendRule, command)
  }

  async begin(command: KeeperCommand): ReturnType<Keeping['begin']> {
    return this.act((await rules()).beginRule, command)
  }

  async report(command: ReportCommand): ReturnType<Keeping['report']> {
    return this.act((await rules()).reportRule, command)
  }

  async lost(agent: string, number: number, silent = false): ReturnType<Keeping['lost']> {
    return this.act((await rules()).lostRule, { agent, number, silent })
  }

  async letGo(): Promise<void> {
    const clean = await this.parts.tree.releaseable(true)
    await Promise.allSettled(clean.map((resource) => this.act(releaseRule, { resource, message: 'its process has ended' })))
  }

  async ask(command: AskCommand): ReturnType<Keeping['ask']> {
    return this.act((await rules()).askRule, command)
  }
}
