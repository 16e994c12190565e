import * as vscode from 'vscode'
import { isMusterError, type ErrorCode, type MusterError } from '../core/errors.js'

const SHOW_LOG = 'Show Log'
const CHOOSE = 'Choose Another'

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
    const answer = await vscode.window.showErrorMessage(`Muster: "${label}" did not work.`, SHOW_LOG)
    if (answer === SHOW_LOG) log.show()
    return
  }
  const action = actionFor(error.code)
  const answer = await vscode.window.showErrorMessage(sentenceOf(error), ...(action === undefined ? [] : [action]))
  if (answer === SHOW_LOG) log.show()
  if (answer === CHOOSE) await vscode.commands.executeCommand('muster.chooseIdentity')
}

function sentenceOf(error: MusterError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
}

function actionFor(code: ErrorCode): string | undefined {
  if (code === 'INVALID_INPUT' || code === 'OUTSIDE_ROOT' || code === 'TOO_LARGE') return undefined
  return code === 'AGENT_IN_USE' ? CHOOSE : SHOW_LOG
}
