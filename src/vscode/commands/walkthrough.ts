import * as vscode from 'vscode'

export const WALKTHROUGH = 'muster.muster#muster.start'

/**
 * Ticks a step of the walkthrough that was done. By itself the editor counts only what happens after it has read the
 * walkthrough, which it does when somebody first opens it.
 */
export async function tick(step: 'turnOn' | 'lock' | 'look'): Promise<void> {
  try {
    await vscode.commands.executeCommand('welcome.markStepComplete', `${WALKTHROUGH}#${step}`)
  } catch {
    // It is kept, and shown once the walkthrough is read: the editor only does not know the step yet.
  }
}
