import { hostname } from 'node:os'
import { Acting } from './acting.js'
import type { Keeping } from './deployCalls.js'
import type { Deployment, HostedProcess } from './model/deployment.js'
import { releaseRule } from './rules/release.js'
import { askRule, attendRule, beginRule, deployRule, lostRule, reportRule, type AskCommand, type DeployCommand, type KeeperCommand, type ReportCommand } from './rules/deploy.js'

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

  make(command: DeployCommand): ReturnType<Keeping['make']> {
    return this.act(deployRule, command)
  }

  attend(command: KeeperCommand): ReturnType<Keeping['attend']> {
    return this.act(attendRule, command)
  }

  begin(command: KeeperCommand): ReturnType<Keeping['begin']> {
    return this.act(beginRule, command)
  }

  report(command: ReportCommand): ReturnType<Keeping['report']> {
    return this.act(reportRule, command)
  }

  lost(agent: string, number: number): ReturnType<Keeping['lost']> {
    return this.act(lostRule, { agent, number })
  }

  async letGo(): Promise<void> {
    const clean = await this.parts.tree.releaseable(true)
    await Promise.allSettled(clean.map((resource) => this.act(releaseRule, { resource, message: 'its process has ended' })))
  }

  ask(command: AskCommand): ReturnType<Keeping['ask']> {
    return this.act(askRule, command)
  }
}
