import * as vscode from 'vscode'
import { severities } from '../../core/model/words.js'
import type { ErrorView } from '../../core/model/workOperations.js'
import type { Muster } from '../../core/muster.js'
import { ago, count, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, readable, refused, writable, type Command } from './context.js'

export const logError: Command = async (context) => {
  const muster = await writable(context)
  const heading = 'Log an error'
  const message = await ask(heading, 'What went wrong?', { placeHolder: 'the error, as others will look for it' })
  const severity = await pick(['medium', ...severities.filter((one) => one !== 'medium')] as const, { title: heading, placeHolder: 'How bad is it?', none: '', item: (one) => ({ label: `${one[0]!.toUpperCase()}${one.slice(1)}` }) })
  const { id, count: times } = await muster.logError({ message, severity })
  done(times > 1 ? `${id} happened ${count(times, 'time')} by now` : `Logged ${id}`)
}

export const openError: Command = async (context, argument) => {
  await context.documents.showError(await errorOf(argument, readable(context), 'Read an error', () => true))
}

export const resolveError: Command = async (context, argument) => {
  const muster = await writable(context)
  const error = await errorOf(argument, muster, 'Resolve an error', (one) => one.status === 'open')
  const resolution = await ask(`Resolve ${error.id}: ${short(error.message, 60)}`, 'How was it put right? This may stay empty.', { optional: true })
  const result = await muster.resolveError(error.id, resolution)
  if (!result.ok) return refused(result.hint)
  done(`${error.id} is resolved`)
}

async function errorOf(argument: unknown, muster: Muster, title: string, filter: (error: ErrorView) => boolean): Promise<ErrorView> {
  const { errors } = muster.state()
  const id = targetOf(argument, 'error')?.id
  const clicked = id === undefined ? undefined : errors.find((error) => error.id === id)
  if (clicked) return clicked
  return pick(errors.filter(filter).reverse(), {
    title,
    none: 'There is no error for that.',
    item: (error) => ({ label: `${error.id} ${short(error.message)}`, description: parts(error.severity, error.agentName), detail: parts(count(error.count, 'time'), ago(error.lastAt, Date.now()), error.resource), iconPath: new vscode.ThemeIcon('error') }),
  })
}
