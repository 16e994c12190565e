import { t } from '../l10n.js'
import { showInformationMessage, showQuickPick } from '../say.js'
import { nameOfPath, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, given, refused, TEXT, writable, type Command } from './context.js'
import { isOpenHelp, titleOf } from '../views/messageRows.js'
import { addressOfLock } from './lockArgument.js'
import { messageOf, pickAgent } from './messages.js'

/** Asks one agent for help; the request stays open until somebody closes it. */
export const requestHelp: Command = async (context, argument) => {
  const muster = await writable(context)
  const to = targetOf(argument, 'agent')?.id ?? (await pickAgent(muster, t('Ask for help')))
  const name = nameOf(muster.state().agents, to)
  const subject = await ask(t('Ask {0} for help', name), t('With what?'), { placeHolder: t('subject') })
  const body = await ask(t('Ask {0} for help', name), t('What have you tried? This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('text') })
  const result = await muster.requestHelp(to, { subject, body })
  if (!result.ok) return refused(result.hint)
  done(t('Asked {0} for help', name))
}

/** Says that a request for help is over, with what there is to say; the other side reads it. */
export const closeHelp: Command = async (context, argument) => {
  const muster = await writable(context)
  const request = await messageOf(argument, muster, t('Close a request for help'), isOpenHelp)
  const mine = request.from === muster.agent
  const answer = await ask(t('Close "{0}"', titleOf(request)), mine ? t('What helped? Whoever was asked reads this. It may stay empty.') : t('Your answer to {0}. It may stay empty.', short(request.fromName, 40)), { most: TEXT, optional: true, placeHolder: t('your answer') })
  const result = await muster.closeHelp(request.id, answer)
  if (!result.ok) return refused(result.hint)
  done(t('Closed "{0}"', titleOf(request)))
}

/** Passes locks and tasks on, all at once, with the last checkpoint. */
export const handOff: Command = async (context, argument) => {
  const muster = await writable(context)
  const { claims, tasks } = muster.state()
  const mine = claims.filter((claim) => claim.mine)
  const working = tasks.filter((task) => task.mine && task.status === 'started')
  if (mine.length + working.length === 0) return void showInformationMessage(t('You hold no locks and work on no task, so there is nothing to hand off.'))
  const to = targetOf(argument, 'agent')?.id ?? (await pickAgent(muster, t('Hand off to whom?')))
  const name = nameOf(muster.state().agents, to)
  const items = [
    ...mine.map((claim) => ({ icon: 'lock', label: nameOfPath(claim.resource), description: claim.resource, picked: true, claim, task: undefined })),
    ...working.map((task) => ({ icon: 'checklist', label: `${task.id} ${short(task.title, 60)}`, picked: true, claim: undefined, task: task.id })),
  ]
  const chosen = given(await showQuickPick(items, { title: t('Hand off to {0}', name), placeHolder: t('What passes on? Your last checkpoint goes with it.'), canPickMany: true, ignoreFocusOut: true }))
  if (chosen.length === 0) return
  const message = await ask(t('Hand off to {0}', name), t('What is to be known? This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('message') })
  const result = await muster.handOff({ to, claims: chosen.flatMap(({ claim }) => (claim ? addressOfLock(claim, muster) : [])), tasks: chosen.flatMap(({ task }) => task ?? []), message })
  if (!result.ok) return refused(result.hint)
  done(t('Handed off to {0}', name))
}

/** A note on how to go on, for oneself after a break or for whoever takes over. */
export const saveCheckpoint: Command = async (context) => {
  const muster = await writable(context)
  const title = t('Save a checkpoint')
  const finished = await ask(title, t('What is done? This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('done') })
  const next = await ask(title, t('What comes next?'), { most: TEXT, placeHolder: t('next') })
  const verify = await ask(title, t('How can somebody see that it works? This may stay empty.'), { most: TEXT, optional: true, placeHolder: t('for example, a command to run') })
  await muster.checkpoint({ done: finished, next, verify })
  done(t('Checkpoint saved'))
}

function nameOf(agents: readonly { id: string; name: string }[], id: string): string {
  return short(agents.find((agent) => agent.id === id)?.name ?? id, 40)
}
