import * as vscode from 'vscode'
import { isMusterError, type ErrorCode, type MusterError } from '../core/errors.js'
import { t } from './l10n.js'
import { showErrorMessage } from './say.js'
import { translated } from './translated.js'

/** Runs what a person asked for and tells them when it cannot be done. Cancelled is silent. */
export async function run(label: string, log: vscode.LogOutputChannel, act: () => Promise<void> | void): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (error instanceof vscode.CancellationError) return
    log.error(`${label}:`, error instanceof Error ? error : String(error))
    await tell(label, log, error)
  }
}

async function tell(label: string, log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  if (!isMusterError(error)) {
    const answer = await showErrorMessage(t('Muster: "{0}" did not work.', label), t('Show Log'))
    if (answer !== undefined) log.show()
    return
  }
  const action = actionFor(error.code, log)
  const answer = await showErrorMessage(sentenceOf(error), ...(action === undefined ? [] : [action]))
  await answer?.act()
}

function sentenceOf(error: MusterError): string {
  return [error.message, error.hint ?? ''].map(translated).join(' ').trim()
}

/** A button, with what it does. */
interface Action extends vscode.MessageItem {
  act(): Thenable<unknown> | void
}

function actionFor(code: ErrorCode, log: vscode.LogOutputChannel): Action | undefined {
  if (code === 'INVALID_INPUT' || code === 'OUTSIDE_ROOT' || code === 'TOO_LARGE') return undefined
  if (code === 'AGENT_IN_USE') return { title: t('Choose Another'), act: () => vscode.commands.executeCommand('muster.chooseIdentity') }
  return { title: t('Show Log'), act: () => log.show() }
}
