import * as vscode from 'vscode'
import { nameOfPath, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, given, refused, writable, type Command } from './context.js'
import { pickAgent } from './messages.js'

/** Asks one agent for help; the request stays open until somebody closes it. */
export const requestHelp: Command = async (context, argument) => {
  const muster = await writable(context)
  const to = targetOf(argument, 'agent')?.id ?? (await pickAgent(muster, 'Ask for help'))
  const name = nameOf(muster.state().agents, to)
  const subject = await ask(`Ask ${name} for help`, 'With what?', { placeHolder: 'subject' })
  const body = await ask(`Ask ${name} for help`, 'What have you tried? This may stay empty.', { optional: true, placeHolder: 'text' })
  const result = await muster.requestHelp(to, { subject, body })
  if (!result.ok) return refused(result.hint)
  done(`Asked ${name} for help`)
}

/** Passes locks and tasks on, all at once, with the last checkpoint. */
export const handOff: Command = async (context, argument) => {
  const muster = await writable(context)
  const { claims, tasks } = muster.state()
  const mine = claims.filter((claim) => claim.mine)
  const working = tasks.filter((task) => task.mine && task.status === 'started')
  if (mine.length + working.length === 0) return void vscode.window.showInformationMessage('You hold no locks and work on no task, so there is nothing to hand off.')
  const to = targetOf(argument, 'agent')?.id ?? (await pickAgent(muster, 'Hand off to whom?'))
  const name = nameOf(muster.state().agents, to)
  const items = [
    ...mine.map((claim) => ({ label: `$(lock) ${nameOfPath(claim.resource)}`, description: claim.resource, picked: true, claim: claim.resource, task: undefined })),
    ...working.map((task) => ({ label: `$(checklist) ${task.id} ${short(task.title, 60)}`, picked: true, claim: undefined, task: task.id })),
  ]
  const chosen = given(await vscode.window.showQuickPick(items, { title: `Hand off to ${name}`, placeHolder: 'What passes on? Your last checkpoint goes with it.', canPickMany: true, ignoreFocusOut: true }))
  if (chosen.length === 0) return
  const message = await ask(`Hand off to ${name}`, 'What is to be known? This may stay empty.', { optional: true, placeHolder: 'message' })
  const result = await muster.handOff({ to, claims: chosen.flatMap(({ claim }) => claim ?? []), tasks: chosen.flatMap(({ task }) => task ?? []), message })
  if (!result.ok) return refused(result.hint)
  done(`Handed off to ${name}`)
}

/** A note on how to go on, for oneself after a break or for whoever takes over. */
export const saveCheckpoint: Command = async (context) => {
  const muster = await writable(context)
  const title = 'Save a checkpoint'
  const finished = await ask(title, 'What is done? This may stay empty.', { optional: true, placeHolder: 'done' })
  const next = await ask(title, 'What comes next?', { placeHolder: 'next' })
  const verify = await ask(title, 'How can somebody see that it works? This may stay empty.', { optional: true, placeHolder: 'for example, a command to run' })
  await muster.checkpoint({ done: finished, next, verify })
  done('Checkpoint saved')
}

function nameOf(agents: readonly { id: string; name: string }[], id: string): string {
  return short(agents.find((agent) => agent.id === id)?.name ?? id, 40)
}
