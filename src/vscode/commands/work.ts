import { t } from '../l10n.js'
import { nameOfPath } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, refused, writable, type Command } from './context.js'
import { addressOfLock, fileOf, locksOn, tellEnded, unlocked } from './lockArgument.js'
import { progressProblem } from '../progress.js'

/** Progress and a line of text, for the clicked lock, the active file's, or the person's work as a whole. */
export const checkIn: Command = async (context, argument) => {
  const muster = await writable(context)
  const mine = muster.state().claims.filter((claim) => claim.mine)
  const target = targetOf(argument, 'lock')
  const file = fileOf(argument)
  const lock = target ? (mine.find((claim) => claim.resource === target.resource && claim.tree === target.tree) ?? unlocked(target, muster)) : locksOn(mine, file, muster.root)[0]
  const address = lock ? addressOfLock(lock, muster) : null
  const title = lock ? t('Check in on {0}', nameOfPath(lock.resource)) : t('Check in')
  const known = lock?.progress ?? muster.state().me?.progress
  const progress = await ask(title, t('How far are you, in percent? Empty leaves it as it is.'), { value: known === undefined ? '' : String(known), optional: true, placeHolder: t('0 to 100'), check: progressProblem })
  const message = await ask(title, t('What are you doing? Empty leaves it as it is.'), { optional: true, placeHolder: t('one line for the others') })
  const result = await muster.checkIn(address, {
    ...(progress !== '' && { progress: Number(progress.replace('%', '')) }),
    ...(message !== '' && { message }),
    status: 'working',
  })
  if (!result.ok) return lock && result.reason !== 'WRONG_STATUS' ? tellEnded(lock, muster) : refused(result.hint)
  const waiting = result.waiters.length
  done(waiting > 0 ? t('Checked in; {0} waiting for your locks', waiting) : t('Checked in'))
}
