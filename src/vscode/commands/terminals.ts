import * as vscode from 'vscode'
import type { AgentView } from '../../core/model/operations.js'
import { t } from '../l10n.js'
import { showInformationMessage, showWarningMessage } from '../say.js'
import { ago, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { done, given, gone, pick, readable, writable, type Command, type CommandContext } from './context.js'

/** All that is ever typed into a terminal: no text that anybody wrote. Taken for a command by mistake, it is one that does not exist. */
// eslint-disable-next-line muster/texts -- for agents, which read English
const NUDGE = 'Please read your Muster messages now and answer what is open.'

export const showTerminal: Command = async (context, argument) => {
  readable(context)
  const agent = await agentOf(context, argument, t('Show an agent\'s terminal'))
  const terminal = context.terminals.of(agent.id)
  if (!terminal) return left(agent)
  terminal.show()
}

/** Types one fixed line into the terminal of an agent that waits for input, so that it looks at its messages. */
export const nudgeAgent: Command = async (context, argument) => {
  await writable(context)
  const agent = await agentOf(context, argument, t('Nudge an agent'))
  // Its program may have ended since, and left the terminal to the shell.
  const before = await context.terminals.lookAgain(agent.id)
  if (!before) return left(agent)
  before.show(true)
  const name = short(agent.name, 40)
  const detail = t('“{0}” is typed into its terminal. Look there first: where {1} is asking you something, the line would be taken for your answer.', NUDGE, name)
  given(await showWarningMessage(t('Does {0} wait for its next task?', name), { modal: true, detail }, t('Nudge')))
  const terminal = await context.terminals.lookAgain(agent.id)
  if (terminal !== before) return left(agent)
  terminal.sendText(NUDGE, true)
  done(t('Nudged {0}', name))
}

function left(agent: AgentView): void {
  void showInformationMessage(t('{0} is not in a terminal of this window any more.', short(agent.name, 40)))
}

async function agentOf({ window, terminals }: CommandContext, argument: unknown, title: string): Promise<AgentView> {
  const agents = window.world()?.agents ?? []
  const id = targetOf(argument, 'agent')?.id
  if (id !== undefined) return agents.find((agent) => agent.id === id) ?? gone(id)
  return pick(agents.filter((agent) => !agent.me && terminals.of(agent.id) !== undefined), {
    title,
    none: t('No agent works in a terminal of this window.'),
    item: (agent) => ({ label: agent.name, description: terminals.of(agent.id)?.name, detail: parts(short(agent.brief ?? agent.currentTask ?? '', 80), ago(agent.seenAt, Date.now())), iconPath: new vscode.ThemeIcon('terminal') }),
  })
}
