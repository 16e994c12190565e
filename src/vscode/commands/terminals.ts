import * as vscode from 'vscode'
import type { AgentView } from '../../core/model/operations.js'
import { ago, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { done, given, pick, readable, writable, type Command, type CommandContext } from './context.js'

/** All that is ever typed into a terminal: no text that anybody wrote. Taken for a command by mistake, it is one that does not exist. */
const NUDGE = 'Please read your Muster messages now and answer what is open.'

export const showTerminal: Command = async (context, argument) => {
  readable(context)
  const agent = await agentOf(context, argument, 'Show an agent\'s terminal')
  const terminal = context.terminals.of(agent.id)
  if (!terminal) return gone(agent)
  terminal.show()
}

/** Types one fixed line into the terminal of an agent that waits for input, so that it looks at its messages. */
export const nudgeAgent: Command = async (context, argument) => {
  await writable(context)
  const agent = await agentOf(context, argument, 'Nudge an agent')
  // Its program may have ended since, and left the terminal to the shell.
  const before = await context.terminals.lookAgain(agent.id)
  if (!before) return gone(agent)
  before.show(true)
  const name = short(agent.name, 40)
  const detail = `“${NUDGE}” is typed into its terminal. Look there first: where ${name} is asking you something, the line would be taken for your answer.`
  given(await vscode.window.showWarningMessage(`Does ${name} wait for its next task?`, { modal: true, detail }, 'Nudge'))
  const terminal = await context.terminals.lookAgain(agent.id)
  if (terminal !== before) return gone(agent)
  terminal.sendText(NUDGE, true)
  done(`Nudged ${name}`)
}

function gone(agent: AgentView): void {
  void vscode.window.showInformationMessage(`${short(agent.name, 40)} is not in a terminal of this window any more.`)
}

async function agentOf({ window, terminals }: CommandContext, argument: unknown, title: string): Promise<AgentView> {
  const agents = window.world()?.agents ?? []
  const id = targetOf(argument, 'agent')?.id
  const clicked = agents.find((agent) => agent.id === id)
  if (clicked) return clicked
  return pick(agents.filter((agent) => !agent.me && terminals.of(agent.id) !== undefined), {
    title,
    none: 'No agent works in a terminal of this window.',
    item: (agent) => ({ label: agent.name, description: terminals.of(agent.id)?.name, detail: parts(short(agent.brief ?? agent.currentTask ?? '', 80), ago(agent.seenAt, Date.now())), iconPath: new vscode.ThemeIcon('terminal') }),
  })
}
