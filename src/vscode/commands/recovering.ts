import * as vscode from 'vscode'
import type { RecoveryAgent } from '../../core/model/agentOperations.js'
import type { Muster } from '../../core/muster.js'
import { asWritten } from '../asWritten.js'
import { plural, t } from '../l10n.js'
import { leftBy, leftPage, stepOf } from '../recoveryText.js'
import { showTerminal } from '../resumed.js'
import { showErrorMessage, showQuickPick, showWarningMessage, type Item } from '../say.js'
import { ago, parts, percent, short } from '../text.js'
import { agentStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, finished, given, pick, refused, TEXT, writable, type Command, type CommandContext } from './context.js'
import { pickAgent } from './messages.js'

/** Goes through what agents left unfinished: one is chosen, then what becomes of its work. */
export const recoverAgents: Command = async (context, argument) => {
  const muster = await writable(context)
  const { incomplete, failed, notIntegrated } = await muster.recoverySummary({ details: true })
  const left = [...incomplete.filter(({ presence }) => presence !== 'live'), ...failed, ...notIntegrated]
  const id = targetOf(argument, 'agent')?.id
  const agent = id === undefined ? await choose(left) : (left.find((one) => one.id === id) ?? finished(id, muster))
  const act = await chooseAct(agent)
  await act(context, muster, agent)
}

type Act = (context: CommandContext, muster: Muster, agent: RecoveryAgent) => Promise<void>

async function choose(agents: readonly RecoveryAgent[]): Promise<RecoveryAgent> {
  return pick(agents, {
    title: t('Recover agents'),
    placeHolder: t('Whose work is to go on?'),
    none: t('No agent has left anything unfinished.'),
    item: (agent) => ({ icon: 'debug-restart', label: agent.name, description: parts(agentStatuses(agent.status), agent.level, percent(agent.progress), ago(agent.seenAt, Date.now())), detail: parts(leftBy(agent), stepOf(agent)) }),
  })
}

interface Choice extends Item {
  act: Act
}

async function chooseAct(agent: RecoveryAgent): Promise<Act> {
  const deployed = agent.deployment !== undefined
  const choices: (Choice | false)[] = [
    agent.step === 'integrate' && { icon: 'check', label: t('Accept What It Delivered'), act: accept },
    agent.step === 'restart' && { icon: 'error', label: t('Show Its Error'), detail: short(agent.error ?? '', 120), act: showError },
    agent.deployment?.background === true && { icon: 'output', label: t('Show Its Log'), act: showLog },
    deployed && { icon: 'debug-restart', label: t('Start It Again'), detail: t('The same command, with its brief and its checkpoint.'), act: restart },
    agent.step !== 'integrate' && { icon: 'arrow-right', label: t('Resume Here'), detail: t('Its locks, its tasks and its checkpoint become yours in this window.'), act: resumeHere },
    agent.step !== 'integrate' && { icon: 'terminal', label: t('Resume in a New Terminal'), detail: t('As {0}, with its brief and its checkpoint on the screen.', short(agent.name, 40)), act: resumeInTerminal },
    agent.step !== 'integrate' && { icon: 'arrow-swap', label: t('Hand to Another Agent…'), act: handToAnother },
    agent.status !== 'done' && { icon: 'pass', label: t('Mark as Done'), act: markDone },
    agent.status !== 'failed' && agent.status !== 'done' && { icon: 'stop', label: t('Mark as Failed…'), act: markFailed },
    { icon: 'note', label: t('Show What It Left'), detail: t('Checkpoint, locks, uncommitted files and last work.'), act: showLeft },
    agent.status !== 'done' && agent.status !== 'failed' && { icon: 'trash', label: t('Clear…'), detail: t('It is forgotten, its locks end and its tasks are open again.'), act: clear },
  ]
  const picked = await showQuickPick(choices.filter((one) => one !== false), { title: short(agent.name), placeHolder: parts(agentStatuses(agent.status), leftBy(agent), stepOf(agent)), ignoreFocusOut: true })
  return given(picked).act
}

const accept: Act = async (_context, muster, agent) => {
  const waiting = (await muster.listDeliverables()).filter((one) => one.agent === agent.id && one.integration === undefined)
  for (const { id } of waiting) {
    const result = await muster.integrate(id, 'accepted')
    if (!result.ok) return refused(result.hint)
  }
  done(plural(waiting.length, '1 deliverable is accepted', '{n} deliverables are accepted'))
}

const showError: Act = async (_context, muster, agent) => {
  const last = (await muster.listErrors({ agent: agent.id })).at(-1)
  if (last) return void (await vscode.commands.executeCommand('muster.openError', { target: { type: 'error', id: last.id } }))
  await showErrorMessage(t('{0} failed: {1}', short(agent.name, 40), short(agent.error ?? '', 200)), { modal: true })
}

const showLog: Act = (_context, _muster, agent) => run('muster.showAgentLog', agent)

const restart: Act = async ({ supervision }, muster, agent) => {
  const result = await muster.restartAgent(agent.id, 'recovered')
  if (!result.ok) return refused(result.hint)
  // One of a terminal begins in another one.
  if (!showTerminal(agent.name, result.run, muster, supervision.supervisor.terminalEnv)) done(t('{0} is at work again', short(agent.name, 40)))
}

const resumeHere: Act = async (context, muster, agent) => {
  const result = await muster.handOff({ from: agent.id, to: muster.agent, message: t('Taken up after {0} had stopped.', agent.name) })
  if (!result.ok) return refused(result.hint)
  done(t('The work of {0} is yours now', short(agent.name, 40)))
  await showLeft(context, muster, agent)
}

const resumeInTerminal: Act = async (_context, muster, agent) => {
  const result = await muster.resumeAgent(agent.id)
  if (!result.ok) return refused(result.hint)
  // Its own name is given, as to no other terminal: who works here goes on for it.
  const terminal = vscode.window.createTerminal({ name: asWritten(agent.name), iconPath: new vscode.ThemeIcon('hubot'), env: { MUSTER_AGENT: agent.id, MUSTER_FOLDER: muster.folder }, cwd: muster.root })
  terminal.show()
  terminal.sendText(['muster', 'startup'].join(' '), true)
  // Its own conversation, where the client can go on with it: typed, for the person to decide.
  if (agent.client === 'claude-code' && /^[0-9a-f-]{36}$/.test(agent.conversation ?? '')) terminal.sendText(['claude', '--resume', agent.conversation].join(' '), false)
}

const handToAnother: Act = async (_context, muster, agent) => {
  const title = t('Hand the work of {0} to…', short(agent.name, 40))
  const to = await pickAgent(muster, title)
  const message = await ask(title, t('What is to be known? This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('message') })
  const result = await muster.handOff({ from: agent.id, to, message })
  if (!result.ok) return refused(result.hint)
  done(t('The work of {0} is handed on', short(agent.name, 40)))
}

const markDone: Act = (_context, _muster, agent) => run('muster.markAgentDone', agent)
const markFailed: Act = (_context, _muster, agent) => run('muster.markAgentFailed', agent)

async function run(command: string, agent: RecoveryAgent): Promise<void> {
  await vscode.commands.executeCommand(command, { target: { type: 'agent', id: agent.id } })
}

const clear: Act = async (_context, muster, agent) => {
  const yes = t('Clear')
  const detail = parts(leftBy(agent), t('What it did stays in the log; files are not touched.'))
  if ((await showWarningMessage(t('Forget {0}?', short(agent.name, 40)), { modal: true, detail }, yes)) !== yes) return
  const result = await muster.clearRecovery(agent.id)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is cleared', short(agent.name, 40)))
}

/** A page of text that nobody has to save. */
const showLeft: Act = async (_context, _muster, agent) => {
  const content = leftPage(agent, agentStatuses(agent.status), (time) => ago(time, Date.now()))
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'plaintext' }), { preview: true })
}
