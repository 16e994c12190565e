import type { MessageView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { addressOf } from '../resources.js'
import { nameOfPath, short } from '../text.js'
import { mayNarrow, mayRelease } from '../views/messageRows.js'
import { ask, done, refused, several, TEXT, writable, type Command, type CommandContext } from './context.js'
import { tellEnded } from './lockArgument.js'
import { messageOf } from './messages.js'

/** So many files that are not committed are offered as what to keep. */
const OFFERED = 20

/** Answers somebody who asked for a lock that it is still needed, and why. */
export const keepLock: Command = async (context, argument) => {
  const { muster, message, resource } = await requested(context, argument, t('Keep a lock that is asked for'), () => true)
  const who = short(message.fromName, 40)
  const reason = await ask(t('Keep {0}', nameOfPath(resource)), t('Tell {0} why you still need it. This may stay empty.', who), { most: TEXT, optional: true })
  const result = await muster.answerRequest(message.id, 'keep', reason)
  if (!result.ok) return refused(result.hint)
  done(t('Told {0} that you keep {1}', who, nameOfPath(resource)))
}

/** Answers by letting go of all but what is named. */
export const narrowLock: Command = async (context, argument) => {
  const { muster, message, resource, tree } = await requested(context, argument, t('Keep a part of a lock that is asked for'), mayNarrow)
  const address = (part: string): string => addressOf({ resource: part, kind: 'file', tree }, muster.root) ?? part
  // What is not committed is most likely what is still needed.
  const files = (await muster.uncommittedFiles([address(resource)])) ?? []
  const parts = several(await ask(t('Keep a part of {0}', resource), t('Files, folders or symbols that you keep, with semicolons between them. All else in {0} is released.', resource), { value: files.filter((file) => file !== resource).slice(0, OFFERED).join('; ') }))
  const result = await muster.answerRequest(message.id, 'narrow', '', { keep: parts.map(address) })
  if (result.ok) return done(t('Released {0}, but for {1}', nameOfPath(resource), short(parts.join(', '), 100)))
  if (result.reason === 'NOT_HELD') return tellEnded({ tree, resource, heldBy: muster.agent }, muster)
  refused(result.reason === 'NOT_NARROWER' ? t('Only what is within {0} can be kept. Its lock is as it was.', resource) : result.hint)
}

/** The message that asks for a lock, and which lock that is. */
async function requested(context: CommandContext, argument: unknown, title: string, filter: (message: MessageView) => boolean): Promise<{ muster: Muster; message: MessageView; resource: string; tree: string }> {
  const muster = await writable(context)
  const { me } = muster.state()
  const message = await messageOf(argument, muster, title, (one) => mayRelease(one, me) && filter(one))
  return { muster, message, resource: message.about?.resource ?? '', tree: message.about?.tree ?? '' }
}
