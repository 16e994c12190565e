import * as vscode from 'vscode'
import type { MusterWindow } from './musterWindow.js'

/**
 * What a person's command in a terminal of the window does to files that others hold is noted as saving them is. Nothing is
 * looked at before a command has ended, and nothing where nobody else has locked anything.
 */
export function noteTerminalCommands(window: MusterWindow, report: (error: unknown) => void): vscode.Disposable {
  const began = new WeakMap<vscode.TerminalShellExecution, number>()
  return vscode.Disposable.from(
    vscode.window.onDidStartTerminalShellExecution(({ execution }) => began.set(execution, Date.now())),
    vscode.window.onDidEndTerminalShellExecution(({ terminal, execution }) => {
      if (window.writable && window.world()?.claims.some(({ mine }) => !mine)) import('./terminalConflicts.js').then(({ noteConflicts }) => noteConflicts(window, terminal, execution, began.get(execution))).catch(report)
    }),
  )
}
