import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as vscode from 'vscode'
import type { RunView } from '../../core/model/runs.js'
import { plural, t } from '../l10n.js'
import { openedAs } from '../resources.js'
import { showInformationMessage, showWarningMessage } from '../say.js'
import { parts } from '../text.js'
import { runStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, gone, pick, readable, refused, writable, type Command, type CommandContext } from './context.js'

/** What a run's log is read from: what it printed, what went wrong, how far it was. */
const LOGS = ['logs/output.txt', 'logs/errors.txt', 'logs/interrupted.txt', 'logs/progress.txt', '.ERROR', '.LOCK', 'README.md']

export const startRun: Command = async (context) => {
  const muster = await writable(context)
  const heading = t('Start a run')
  const name = await ask(heading, t('What is it called? The date is put before it.'), { placeHolder: t('name'), check: (text) => (/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(text.trim()) ? undefined : t('Letters, digits, dots and dashes, please.')) })
  const command = await ask(heading, t('Which command does the work? Empty makes only the folder and its lock.'), { optional: true, placeHolder: t('for example: python sweep.py') })
  if (command !== '') {
    const terminal = vscode.window.createTerminal({ name, cwd: muster.root })
    terminal.show(true)
    return terminal.sendText(['muster', 'run', 'exec', '--name', name, '--', command].join(' '))
  }
  const result = await muster.startRun(name, { runs: context.runs.folder() })
  if (!result.ok) return refused(result.hint)
  await context.runs.look()
  done(t('{0} has begun', result.run.run))
}

export const openRunFolder: Command = async (context, argument) => {
  const run = await runOf(context, argument, t('Open the folder of a run'), () => true)
  await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(openedAs(context.window)(join(readable(context).root, run.path))))
}

export const openRunLog: Command = async (context, argument) => {
  const run = await runOf(context, argument, t('Open the log of a run'), () => true)
  const folder = join(readable(context).root, run.path)
  const log = LOGS.map((file) => join(folder, file)).find((path) => existsSync(path))
  if (log === undefined) return void showInformationMessage(t('{0} has no log yet.', run.run))
  await vscode.window.showTextDocument(vscode.Uri.file(openedAs(context.window)(log)), { preview: true })
}

export const recoverRun: Command = async (context, argument) => {
  const muster = await writable(context)
  const run = await runOf(context, argument, t('Recover a run'), (one) => one.locked === true && one.status !== 'running')
  const result = await muster.recoverRuns({ runs: context.runs.folder(), run: run.run })
  if (!result.ok) return refused(result.hint)
  await context.runs.look()
  const [recovered] = result.recovered
  for (const warning of result.warnings) void showWarningMessage(warning)
  done(recovered?.resumeFrom === undefined ? t('{0} is marked as failed', run.run) : t('{0} is marked as failed; it can be resumed from item {1}', run.run, recovered.resumeFrom))
}

async function runOf({ runs }: CommandContext, argument: unknown, title: string, filter: (run: RunView) => boolean): Promise<RunView> {
  const id = targetOf(argument, 'run')?.id
  if (id !== undefined) return runs.list.find(({ run }) => run === id) ?? gone(id)
  return pick([...runs.list].filter(filter).reverse(), {
    title,
    none: t('There is no run for that.'),
    item: (run) => ({ label: run.name, description: parts(runStatuses(run.status), run.agent), detail: parts(run.run, run.problems.length > 0 && plural(run.problems.length, '1 damaged file', '{n} damaged files')), iconPath: new vscode.ThemeIcon('beaker') }),
  })
}
