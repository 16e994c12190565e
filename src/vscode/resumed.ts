import * as vscode from 'vscode'
import type { Muster } from '../core/muster.js'
import type { Resumed } from '../supervisor/resume.js'
import { asWritten } from './asWritten.js'
import { plural, t } from './l10n.js'
import { saidBriefly } from './say.js'
import { firstOf, short } from './text.js'

/** Shows the terminals of agents that were gone on with without asking, and says who they are; what did not work is in the log. */
export function tellResumed(resumed: readonly Resumed[], muster: Muster, env: Readonly<Record<string, string>>, log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>): void {
  const names = resumed.flatMap(({ name, result }) => {
    if (!result.ok) {
      log.warn(`${name} was interrupted and could not be started again: ${result.hint}`)
      return []
    }
    log.info(`${name} was interrupted and was started again with its last checkpoint`)
    showTerminal(name, result.run, muster, env)
    return [short(name, 40)]
  })
  if (names.length > 0) saidBriefly('debug-restart', t('{0}: {1}', plural(names.length, '1 agent goes on at its checkpoint', '{n} agents go on at their checkpoints'), firstOf(names, 5)), 15_000)
}

/** @param run what the terminal runs; undefined for an agent in the background */
export function showTerminal(name: string, run: readonly string[] | undefined, muster: Muster, env: Readonly<Record<string, string>>): boolean {
  const [shellPath, ...shellArgs] = run ?? []
  if (shellPath === undefined) return false
  vscode.window.createTerminal({ name: asWritten(short(name, 40)), shellPath, shellArgs, cwd: muster.root, env }).show()
  return true
}
