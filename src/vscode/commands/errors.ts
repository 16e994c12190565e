import * as vscode from 'vscode'
import { severities } from '../../core/model/words.js'
import type { ErrorView } from '../../core/model/workOperations.js'
import type { Muster } from '../../core/muster.js'
import { plural, t } from '../l10n.js'
import { ago, parts, short } from '../text.js'
import { capital, levels } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, gone, pick, readable, refused, TEXT, writable, type Command } from './context.js'

export const logError: Command = async (context) => {
  const muster = await writable(context)
  const heading = t('Log an error')
  const message = await ask(heading, t('What went wrong?'), { most: TEXT, placeHolder: t('the error, as others will look for it') })
  const severity = await pick(['medium', ...severities.filter((one) => one !== 'medium')] as const, { title: heading, placeHolder: t('How bad is it?'), none: '', item: (one) => ({ label: capital(levels(one)) }) })
  const { id, count: times } = await muster.logError({ message, severity })
  done(times > 1 ? t('{0} happened {1} times by now', id, times) : t('Logged {0}', id))
}

export const openError: Command = async (context, argument) => {
  await context.documents.showError(await errorOf(argument, readable(context), t('Read an error'), () => true), context.window)
}

export const resolveError: Command = async (context, argument) => {
  const muster = await writable(context)
  const error = await errorOf(argument, muster, t('Resolve an error'), (one) => one.status === 'open')
  const resolution = await ask(t('Resolve {0}: {1}', error.id, short(error.message, 60)), t('How was it put right? This may stay empty.'), { most: TEXT, optional: true })
  const result = await muster.resolveError(error.id, resolution)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is resolved', error.id))
}

async function errorOf(argument: unknown, muster: Muster, title: string, filter: (error: ErrorView) => boolean): Promise<ErrorView> {
  const { errors } = muster.state()
  const id = targetOf(argument, 'error')?.id
  if (id !== undefined) return errors.find((error) => error.id === id) ?? gone(id)
  return pick(errors.filter(filter).reverse(), {
    title,
    none: t('There is no error for that.'),
    item: (error) => ({ label: `${error.id} ${short(error.message)}`, description: parts(levels(error.severity), error.agentName), detail: parts(plural(error.count, '1 time', '{n} times'), ago(error.lastAt, Date.now()), error.resource), iconPath: new vscode.ThemeIcon('error') }),
  })
}
