import * as vscode from 'vscode'
import { agentIdOf } from '../../core/model/agentId.js'
import type { DeployResult, RestartResult } from '../../core/model/deployOperations.js'
import type { AgentView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { awaited } from '../cancellable.js'
import { t } from '../l10n.js'
import { showTerminal } from '../resumed.js'
import { showInformationMessage, showQuickPick, showWarningMessage } from '../say.js'
import { short } from '../text.js'
import { translated } from '../translated.js'
import { targetOf } from '../views/row.js'
import { ask, done, given, gone, pick, readable, refused, TEXT, writable, type Command, type CommandContext } from './context.js'

/** Asks for a template of the user's, a name, what it is to do, and where it is to run. */
export const deployAgent: Command = async (context) => {
  const muster = await writable(context)
  const { commands } = await context.supervision.supervisor.config()
  const title = t('Deploy an agent')
  if (Object.keys(commands).length === 0) return noTemplates()
  const template = await pick(Object.keys(commands), { title, placeHolder: t('With which of your commands?'), none: '', item: (name) => ({ label: name, detail: short(JSON.stringify(commands[name]), 120) }) })
  const text = JSON.stringify(commands[template])
  const name = await ask(title, t('What is it called?'), { value: freeName(muster, template), check: (typed) => nameProblem(typed, muster) })
  const brief = await ask(title, t('What is it to do?'), { most: TEXT, optional: !text.includes('"{brief'), placeHolder: t('its brief') })
  const model = text.includes('{model}') ? await ask(title, t('With which model?'), { optional: true, placeHolder: t('its own choice') }) : ''
  const places = [
    { label: t('In the Background'), detail: t('It goes on without this window; its log is kept.'), background: true },
    { label: t('In a Terminal'), detail: t('You see it and can type into it.'), background: false },
  ]
  const { background } = given(await showQuickPick(places, { title, placeHolder: t('Where?'), ignoreFocusOut: true }))
  const result = await muster.deploy({ name, template, background, ...(brief !== '' && { brief }), ...(model !== '' && { model }) })
  tell(result, name, context, muster)
}

export const stopAgent: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await deployedAgent(context, argument, t('Stop an agent'), ({ deployment }) => deployment?.phase !== 'ended')
  const name = short(agent.name, 40)
  given(await showWarningMessage(t('Stop {0}?', name), { modal: true, detail: t('It is asked to end, and ended with everything it has started after some seconds.') }, t('Stop')))
  const result = await awaited(t('Stopping {0}. It is stopped even if you cancel the waiting.', name), muster.stopAgent(agent.id))
  if (!result.ok) return refused(result.hint)
  done(result.pending ? t('{0} was asked to stop', name) : t('Stopped {0}', name))
}

export const restartAgent: Command = async (context, argument) => {
  const muster = await writable(context)
  const agent = await deployedAgent(context, argument, t('Restart an agent'), () => true)
  const result = await awaited(t('Starting {0}. It is started even if you cancel the waiting.', short(agent.name, 40)), muster.restartAgent(agent.id))
  tell(result, agent.name, context, muster)
}

export const showAgentLog: Command = async (context, argument) => {
  const muster = readable(context)
  const agent = await deployedAgent(context, argument, t('Show an agent\'s log'), ({ deployment }) => deployment?.background === true)
  const terminal = context.terminals.of(agent.id)
  if (agent.deployment?.background === false && terminal) return terminal.show()
  const result = await muster.agentLog(agent.id, 1_000)
  if (!result.ok) return refused(result.hint)
  await context.supervision.show(agent.id, t('Agent {0}', short(agent.name, 40)), result.lines, result.file)
}

function tell(result: DeployResult | RestartResult, name: string, { supervision }: CommandContext, muster: Muster): void {
  if (!result.ok) return refused(result.hint)
  if (!showTerminal(name, result.run, muster, supervision.supervisor.terminalEnv)) done(result.pid === undefined ? t('{0} waits for room', short(name, 40)) : t('{0} runs', short(name, 40)))
  if (result.warnings.length > 0) void showWarningMessage(t('{0} runs, but {1}', short(name, 40), result.warnings.map(translated).join('; ')))
}

async function noTemplates(): Promise<void> {
  const answer = await showInformationMessage(t('First say how agents are started: muster.deploy.commands in your user settings.'), t('Open Settings'))
  if (answer !== undefined) await vscode.commands.executeCommand('workbench.action.openSettings', 'muster.deploy.commands')
}

/** `claude-1`, or the next one that nobody is called. */
/** Why nobody can be called so, as typed: who is at work keeps their name. */
function nameProblem(typed: string, muster: Muster): string | undefined {
  const id = agentIdOf(typed)
  if (typed.trim() !== '' && id === '') return t('Use letters and digits.')
  const { agents, sessions } = muster.state()
  const known = agents.find((agent) => agent.id === id)
  return known && (known.kind === 'person' || sessions.some(({ agent }) => agent === id)) ? t('{0} is here already. Choose another name.', short(known.name, 40)) : undefined
}

function freeName(muster: Muster, template: string): string {
  const taken = new Set(muster.state().agents.map(({ id }) => id))
  for (let number = 1; ; number++) if (!taken.has(agentIdOf(`${template}-${number}`))) return `${template}-${number}`
}

async function deployedAgent({ window }: CommandContext, argument: unknown, title: string, fits: (agent: AgentView) => boolean): Promise<AgentView> {
  const agents = (window.world()?.agents ?? []).filter(({ deployment }) => deployment !== undefined)
  const id = targetOf(argument, 'agent')?.id
  if (id !== undefined) return agents.find((agent) => agent.id === id) ?? gone(id)
  return pick(agents.filter(fits), { title, none: t('There is no such agent that Muster started.'), item: (agent) => ({ label: agent.name, description: agent.deployment?.template, detail: short(agent.brief ?? '', 80) }) })
}
