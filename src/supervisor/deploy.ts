import { agentIdOf } from '../core/model/agentId.js'
import { isMusterError, MusterError } from '../core/errors.js'
import type { Deployment } from '../core/model/deployment.js'
import type { AgentLogResult, DeployInput, DeployRefusal, DeployResult, RestartResult, StopResult } from '../core/model/deployOperations.js'
import type { Muster } from '../core/muster.js'
import { unseenEnd } from '../core/rules/presence.js'
import { tell } from '../core/tell.js'
import { readCommand, writeCommand, type CommandFile } from './commandFile.js'
import { kindOf, poolOf, templateNamed, type ChosenCommand, type DeployConfig } from './config.js'
import { makeFolder, placesOf, readSmall, reasonOf, writePrivate } from './files.js'
import { keeperArgs, startKeeper } from './keeperProcess.js'
import { endLeftOver, leftOver } from './leftOver.js'
import { lastLines } from './log.js'
import { patience } from './patience.js'
import type { Setting } from './setting.js'
import { tendOne } from './tend.js'
import { expand } from './template.js'

const POLL_MS = 50
/** ms that files which cannot be written are waited for. */
const WRITTEN_MS = 2_000
const DEFAULT_RESTARTS = 3

/** Writes the agent down and starts its keeper; answers when its process runs, stands in line, or could not be started. */
export async function deploy(muster: Muster, input: DeployInput, setting: Setting): Promise<DeployResult> {
  const config = await setting.config()
  const chosen = chosenBy(input, config)
  if (!chosen) return noTemplate(input, config)
  // Before anything is written: what the command lacks.
  expand(chosen.command, { agent: 'a', model: input.model, brief: input.brief, briefFile: input.brief })
  const taken = await stillThere(muster, input.name)
  if (taken) return taken
  const { name, brief, model, role, level, parent, estimatedMinutes, load, metadata, background = true } = input
  const identity = { parent: parent ?? muster.agent, ...defined({ brief, model, role, level, estimatedMinutes, load, metadata }) }
  const made = await muster.keeping.make({
    name,
    identity,
    fields: {
      by: muster.agent,
      background,
      scopes: muster.keeping.scopes(input.scopes ?? []),
      readOnly: input.readOnly ?? false,
      restart: input.restart ?? 'never',
      maxRestarts: input.maxRestarts ?? DEFAULT_RESTARTS,
      graceSeconds: config.graceSeconds,
      pool: poolOf(input.kind ?? chosen.kind, config),
      ...defined({ template: chosen.template, budgetMinutes: input.budgetMinutes }),
    },
  })
  if (!made.ok) return made
  const { logBytes, logsKept, restartSeconds, saveSeconds } = config
  const command: CommandFile = {
    number: made.number, command: chosen.command, cwd: input.cwd ?? muster.root, env: { ...chosen.env, ...input.env }, logBytes, logsKept, restartSeconds, saveSeconds,
    ...defined({ brief, model, window: windowOf(muster) }),
  }
  return begin(muster, made.agent, command, background, setting)
}

/** An agent whose process was killed may have left some of its own: two generations of it would be at the same files. */
async function stillThere(muster: Muster, name: string): Promise<DeployResult | undefined> {
  const former = await muster.keeping.get(agentIdOf(name))
  if (!former || ![former.keeper, former.process].every((one) => one === undefined || muster.keeping.hasEnded(one))) return undefined
  const left = await leftOver(muster, former)
  if (left.length === 0) return undefined
  return { ok: false, reason: 'AGENT_IN_USE', heldBy: former.agent, hint: tell`What ${name} had started still runs (pid ${left.map(({ pid }) => pid).join(', ')}). End it first: muster agent stop ${former.agent}` }
}

async function begin(muster: Muster, agent: string, command: CommandFile, background: boolean, setting: Setting): Promise<DeployResult> {
  const places = placesOf(muster.folder, agent, (await muster.getAgent(agent))?.name)
  const warnings: string[] = []
  const { number } = command
  const attempt = async (what: string, act: () => Promise<void>): Promise<boolean> => act().then(() => true, (error: unknown) => {
    warnings.push(`${what}: ${reasonOf(error)}`)
    return false
  })
  await attempt('its brief cannot be saved', async () => {
    await makeFolder(places.home)
    await writePrivate(places.prompt, command.brief ?? '')
  })
  const kept = await attempt('its command cannot be saved', () => writeCommand(muster.folder, agent, command))
  if (!background) {
    if (!kept) {
      await muster.keeping.lost(agent, number)
      return { ok: false, reason: 'START_FAILED', warnings, hint: tell`Its command cannot be handed to a terminal: ${warnings.at(-1)}. Make room in ${muster.folder}, or run it in the background.` }
    }
    const { argv } = setting.program
    return { ok: true, agent, number, status: 'waiting', state: places.state, warnings, run: [...argv, ...keeperArgs({ folder: muster.folder, agent, number })] }
  }
  const keeper = await startKeeper({ program: setting.program, folder: muster.folder, agent, number, cwd: command.cwd, command, env: setting.env })
  return started(muster, agent, number, keeper.ended, warnings, places.response)
}

async function started(muster: Muster, agent: string, number: number, ended: Promise<void>, warnings: string[], response: string): Promise<DeployResult> {
  let over = false
  void ended.then(() => (over = true))
  for (;;) {
    // First whether it is there: what it told before it ended counts.
    const gone = over
    const deployment = await muster.keeping.get(agent)
    const mine = deployment?.made.seq === number ? deployment : undefined
    if (!mine) return answer(muster, agent, mine, warnings)
    if (hasAnswer(mine)) {
      await untilWritten(response, mine)
      return answer(muster, agent, mine, warnings)
    }
    if (gone) {
      await muster.failAgent(agent, 'its keeper could not be started')
      return { ok: false, reason: 'START_FAILED', warnings, hint: tell`Its keeper ended at once. ${placesOf(muster.folder, agent).keeperLog} may say why.` }
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** The keeper writes its files after the records; whoever is told of them should find them. Where they cannot be written, nobody waits for long. */
async function untilWritten(response: string, { made, process }: Deployment): Promise<void> {
  for (const end = Date.now() + WRITTEN_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    const told = await readSmall(response).then((text) => JSON.parse(text) as { ok?: unknown; pid?: unknown; responded_at?: unknown } | null).catch(() => undefined)
    if (told && Date.parse(String(told.responded_at)) >= made.at && (told.ok === false || told.pid === process?.pid)) return
  }
}

/** It runs, has ended, or stands in line with a keeper that waits. */
function hasAnswer({ phase, keeper }: Deployment): boolean {
  return phase === 'running' || phase === 'restarting' || phase === 'ended' || (phase === 'queued' && keeper !== undefined)
}

async function answer(muster: Muster, agent: string, deployment: Deployment | undefined, before: readonly string[]): Promise<DeployResult> {
  const warnings = [...before, ...(deployment?.warning === undefined ? [] : [deployment.warning])]
  const { exit } = deployment ?? {}
  const view = await muster.getAgent(agent)
  if (!deployment || !view || (exit && deployment.began === undefined)) {
    return { ok: false, reason: 'START_FAILED', ...(warnings.length > 0 && { warnings }), hint: tell`${exit?.reason ?? tell`It was removed before it began`}. Correct the command and deploy it again.` }
  }
  return {
    ok: true, agent, number: deployment.made.seq, status: view.status, state: placesOf(muster.folder, agent, view.name).state, warnings,
    ...defined({ pid: deployment.process?.pid, keeper: deployment.keeper?.pid, startedAt: view.deployment?.ranAt }),
  }
}

/** Asks, and waits until its keeper has ended it; where that was killed or does not answer, another one is started for it. */
export async function stop(muster: Muster, id: string, reason: string, setting: Setting): Promise<StopResult> {
  const asked = await muster.keeping.ask({ agent: id, what: 'stop', reason })
  if (!asked.ok) return asked.reason === 'NOT_RUNNING' ? ((await stopLeftOver(muster, agentIdOf(id), reason)) ?? asked) : asked
  const { agent, deployment: { made } } = asked
  const worthWaiting = patience(muster.keeping.here)
  for (;;) {
    const deployment = await muster.keeping.get(agent)
    const status = (await muster.getAgent(agent))?.status ?? 'failed'
    if (!deployment || deployment.made.seq !== made.seq || deployment.phase === 'ended') {
      const left = deployment?.made.seq === made.seq && deployment.exit?.reason === unseenEnd.reason ? await stopLeftOver(muster, agent, reason) : undefined
      return left ?? { ok: true, agent, status, phase: 'ended', ...(deployment?.exit && deployment.made.seq === made.seq && { exit: deployment.exit }) }
    }
    const { keeper } = deployment
    if (keeper && keeper.boot !== muster.keeping.here.boot) {
      // Its machine was restarted, or is out of reach for long: whoever stops it decides that it is over.
      await muster.keeping.lost(agent, made.seq, true)
      if ((await muster.keeping.get(agent))?.phase === 'ended') continue
      return { ok: true, agent, status, phase: deployment.phase, pending: true }
    }
    if (!worthWaiting(deployment)) return { ok: true, agent, status, phase: deployment.phase, pending: true }
    await tendOne(muster, deployment, setting)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS * 2))
  }
}

/** Its process and keeper are gone; what they have left is ended all the same. Undefined where that is nothing. */
async function stopLeftOver(muster: Muster, agent: string, reason: string): Promise<StopResult | undefined> {
  const deployment = await muster.keeping.get(agent)
  if (!deployment) return undefined
  await muster.keeping.lost(agent, deployment.made.seq)
  const left = await endLeftOver(muster, deployment)
  // As any other that is stopped: nothing begins it again without being asked to.
  if (left.length > 0) await muster.failAgent(agent, `stopped after it was killed${reason === '' ? '' : `: ${reason}`}`)
  const [now, view] = [await muster.keeping.get(agent), await muster.getAgent(agent)]
  return left.length === 0 ? undefined : { ok: true, agent, status: view?.status ?? 'failed', phase: 'ended', left: left.map(({ pid }) => pid), ...(now?.exit && { exit: now.exit }) }
}

/** One that runs is asked to end and to begin again; one that has ended is deployed anew, as before. */
export async function restart(muster: Muster, id: string, reason: string, setting: Setting): Promise<RestartResult> {
  const agent = agentIdOf(id)
  const asked = await muster.keeping.ask({ agent, what: 'restart', reason })
  if (asked.ok) return began(muster, asked.deployment, setting)
  if (asked.reason !== 'NOT_RUNNING') return { ...asked, reason: asked.reason }
  return (await again(muster, agent, setting)) ?? { ok: false, reason: 'NOT_FOUND', hint: tell`Nobody here is called ${id}.` }
}

/**
 * Deploys an agent that has ended once more, as before. Whoever else does so at the same time is refused.
 * @param number of the deployment that is meant; undefined where that is not the last one any more, or none is
 */
export async function again(muster: Muster, agent: string, setting: Setting, number?: number): Promise<DeployResult | Extract<RestartResult, { ok: false }> | undefined> {
  const [former, view, command] = [await muster.keeping.get(agent), await muster.getAgent(agent), await readCommand(muster.folder, agent)]
  if (!former || !view || (number !== undefined && former.made.seq !== number)) return undefined
  if (!command) return { ok: false, reason: 'NO_COMMAND', hint: tell`The command of ${view.name} is not known any more. Deploy it again with its command: muster deploy --name ${agent} -- COMMAND` }
  await endLeftOver(muster, former)
  // A recovery, where it had not come to its end; it counts once it has a process.
  if (view.status !== 'done' && former.exit?.known !== true) await muster.resumeAgent(agent)
  const { background, scopes, readOnly, restart: policy, maxRestarts, budgetMinutes, graceSeconds, pool, template } = former
  const made = await muster.keeping.make({ name: agent, identity: { parent: view.parent ?? muster.agent }, fields: { by: muster.agent, background, scopes, readOnly, restart: policy, maxRestarts, graceSeconds, pool, ...defined({ budgetMinutes, template }) } })
  if (!made.ok) return made
  return begin(muster, agent, { ...command, number: made.number }, background, setting)
}

async function began(muster: Muster, before: Deployment, setting: Setting): Promise<DeployResult> {
  const worthWaiting = patience(muster.keeping.here)
  for (;;) {
    const deployment = await muster.keeping.get(before.agent)
    const again = deployment?.phase === 'running' && !(deployment.process?.pid === before.process?.pid && deployment.process?.start === before.process?.start)
    if (!deployment || deployment.made.seq !== before.made.seq || again || deployment.phase === 'ended' || deployment.phase === 'queued') return answer(muster, before.agent, deployment, [])
    if (!worthWaiting(deployment)) return { ok: false, reason: 'START_FAILED', hint: tell`It was asked to end, and what looks after it does not answer (process ${deployment.keeper?.pid ?? '?'}). End that process, then: muster agent restart ${before.agent}` }
    await tendOne(muster, deployment, setting)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS * 2))
  }
}

export async function readLog(muster: Muster, id: string, lines: number): Promise<AgentLogResult> {
  const agent = await muster.getAgent(id)
  if (!agent) return { ok: false, reason: 'NOT_FOUND', hint: tell`Nobody here is called ${id}.` }
  if (!agent.deployment) return { ok: false, reason: 'NOT_DEPLOYED', hint: tell`${agent.name} was not started by Muster.` }
  if (!agent.deployment.background) return { ok: false, reason: 'NO_LOG', hint: tell`${agent.name} runs in a terminal; what it writes is there.` }
  const file = placesOf(muster.folder, agent.id).log
  return { ok: true, agent: agent.id, file, lines: await lastLines(file, lines) }
}

/** Whoever names a command wants no template; whoever names a template gets the user's. */
function chosenBy({ command, template }: DeployInput, config: DeployConfig): ChosenCommand | undefined {
  if (command && template !== undefined) throw new MusterError('INVALID_INPUT', tell`Both a command and a template are given.`, { hint: tell`Give one of them.` })
  return command ? { command, kind: kindOf(command), env: {} } : templateNamed(config, template)
}

function noTemplate({ template }: DeployInput, { commands }: DeployConfig): DeployRefusal {
  const names = Object.keys(commands)
  const there = names.length === 0 ? tell`There are none yet: set muster.deploy.commands in your user settings, or give a command.` : tell`There are: ${names.join(', ')}.`
  return { ok: false, reason: 'NO_TEMPLATE', hint: tell`${template === undefined ? tell`No command template is named.` : tell`There is no command template "${template}".`} ${there}` }
}

/** The person whose window this is for, or who deploys. */
function windowOf(muster: Muster): string | undefined {
  const me = muster.state().me
  return me?.kind === 'person' ? me.id : me?.parent
}

export function errorOf(error: unknown): { code: string; message: string; hint?: string | undefined } {
  return isMusterError(error) ? { code: error.code, message: error.message, hint: error.hint } : { code: 'UNEXPECTED', message: reasonOf(error) }
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
