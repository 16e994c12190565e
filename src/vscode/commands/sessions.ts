import { isMusterError } from '../../core/errors.js'
import type { Save } from '../../core/model/save.js'
import type { SavedSession } from '../../core/model/saveOperations.js'
import type { Muster } from '../../core/muster.js'
import { locale, plural, t } from '../l10n.js'
import type { Missing } from '../sessions/restorePlan.js'
import { inOrder } from '../sessions/saved.js'
import type { Restored } from '../sessions/restore.js'
import { showWarningMessage } from '../say.js'
import { troubleOf } from '../statusText.js'
import { ago, firstOf, lockCount, parts, short } from '../text.js'
import { translated } from '../translated.js'
import { done, pick, readable, type Command, type CommandContext } from './context.js'

export const saveSession: Command = async (context) => {
  readable(context)
  const result = await context.saves.save()
  if (result === undefined) return
  done(result.saved ? t('Saved: {0}', contents(result.session)) : t('Nothing has changed since the last save'))
}

/** Brings back what a window had: identity and locks, editors, unsaved text and terminals. Tells at the end what could not be. */
export const recoverSession: Command = async (context, argument) => {
  const muster = readable(context)
  const { sessions, damaged } = await muster.listSessions()
  for (const { path, problem } of damaged) context.log.warn(`${path}: ${problem}`)
  const session = sessions.find(({ id }) => id === argument) ?? (await choose(sessions, muster.agent))
  const save = await muster.readSession(session.id)
  if (save === undefined) return void showWarningMessage(t('This save cannot be read any more.'))
  const lost = await takeUp(context, save)
  const restored = await context.saves.restore(save)
  await tell(context, session, restored, [...lost, ...restored.missing.map((one) => t('{0}: {1}', short(one.what, 60), one.why === 'failed' ? one.words : reasonOf(one)))])
}

function choose(sessions: readonly SavedSession[], me: string): Promise<SavedSession> {
  const mine = (one: SavedSession): boolean => one.window !== '' && one.window === me
  return pick(inOrder(sessions, me), {
    title: t('Recover a session'),
    placeHolder: t('What is open stays open, and nothing newer is overwritten.'),
    none: t('Nothing was saved yet.'),
    item: (one) => ({
      icon: 'history',
      label: ago(one.savedAt, Date.now()),
      description: parts(new Date(one.savedAt).toLocaleString(locale()), mine(one) ? t('this window') : one.window === '' ? t('no window') : one.window, one.reason === 'close' && t('when it closed')),
      detail: contents(one),
    }),
  })
}

function contents({ editors, groups, unsaved, terminals, claims, repositories }: SavedSession): string {
  const open = groups > 1 ? t('{0} editors in {1} groups', editors, groups) : editors > 0 && plural(editors, '1 editor', '{n} editors')
  return parts(open, unsaved > 0 && plural(unsaved, '1 unsaved text', '{n} unsaved texts'), terminals > 0 && plural(terminals, '1 terminal', '{n} terminals'), claims > 0 && lockCount(claims), firstOf(repositories.flatMap(({ branch }) => branch ?? []), 3)) || t('nothing open')
}

/** Identity and locks, as far as they can be had. Answers what cannot. */
async function takeUp(context: CommandContext, save: Save): Promise<string[]> {
  const { window } = context
  if (save.agent === undefined) return []
  const held = save.claims.filter(({ heldBy }) => heldBy === save.agent)
  if (!window.writable) return held.length === 0 ? [] : [t('{0}: {1}', lockCount(held.length), troubleOf(window.state) ?? '')]
  const name = save.agents.find(({ id }) => id === save.agent)?.name ?? save.agent
  const who = await become(context, save.agent, name)
  const muster = window.muster as Muster
  const result = await muster.recoverSession({ id: save.id })
  if (!result.ok) return [...who, translated(result.hint)]
  return [...who, ...result.refused.map(({ resource, holderName, hint }) => (holderName === undefined ? t('{0}: {1}', resource, translated(hint)) : t('{0}: {1} has locked it since.', resource, holderName)))]
}

/** An identity that holds something is not given up for another. */
async function become({ window }: CommandContext, agent: string, name: string): Promise<string[]> {
  const me = window.world()?.me
  if (me === undefined || me.id === agent) return []
  if (me.claims.length > 0) return [t('{0}: this window stays {1}, which holds {2}.', name, me.name, lockCount(me.claims.length))]
  try {
    await window.become(name)
    return []
  } catch (error) {
    if (!isMusterError(error) || error.code !== 'AGENT_IN_USE') throw error
    return [t('{0}: another window is {0} now; this one stays {1}.', name, me.name)]
  }
}

async function tell(context: CommandContext, session: SavedSession, { done: count }: Restored, missing: readonly string[]): Promise<void> {
  if (missing.length === 0) return done(count === 0 ? t('Everything is there already') : t('Recovered what was open {0}', ago(session.savedAt, Date.now())))
  const report = t('Show Report')
  const answer = await showWarningMessage(plural(missing.length, 'Recovered, except for one thing: {first}', 'Recovered, except for {n} things: {first} …', { first: missing[0]! }), report)
  if (answer !== report) return
  const title = t('Recovered from the save of {0}. Not as it was:', new Date(session.savedAt).toLocaleString(locale()))
  await context.saves.show(t('Recovery'), [title, '', ...missing.map((line) => `- ${line}`), ''].join('\n'))
}

function reasonOf({ why }: Missing): string {
  switch (why) {
    case 'gone':
      return t('the file is not there any more.')
    case 'page':
      return t('a page like this can only be opened where it comes from.')
    case 'unknown':
      return t('the editor does not say what this shows.')
    case 'newer':
      return t('there is newer text; both are shown side by side.')
    case 'fileGone':
      return t('the file is not there any more; its text is in a new editor.')
    case 'off':
      return t('its unsaved text was not saved, since that is switched off.')
    case 'limit':
      return t('its unsaved text was not saved, since it was too long.')
    case 'lines':
      return t('its last command has several lines and was not typed.')
    case 'restricted':
      return t('in Restricted Mode no command is typed.')
    case 'folderGone':
      return t('its folder is not there any more.')
  }
}
