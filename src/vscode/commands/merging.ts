import { readFileSync } from 'node:fs'
import { basename, relative, sep } from 'node:path'
import * as vscode from 'vscode'
import type { Merge } from '../../core/model/documentUpdate.js'
import { endMerge, openMerges } from '../../core/system/merges.js'
import { t } from '../l10n.js'
import { openedAs } from '../resources.js'
import { showQuickPick, type Item } from '../say.js'
import { ago, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { done, given, pick, writable, type Command, type CommandContext } from './context.js'

/** Goes through documents that two changed at once: the one that was written, and the other's version beside it. */
export const mergeVersions: Command = async (context, argument) => {
  const muster = await writable(context)
  const merges = openMerges(muster.folder)
  const about = targetOf(argument, 'error')
  const backup = about && (await muster.listErrors()).find(({ id }) => id === about.id)?.message
  const name = (file: string): string => relative(muster.root, file).split(sep).join('/')
  const merge = merges.find((one) => backup !== undefined && backup.endsWith(` ${name(one.backup)}`)) ?? (await pick(merges, {
    title: t('Merge versions'), placeHolder: t('Which document?'), none: t('No document has a second version that waits to be merged.'),
    item: (one) => ({ icon: 'git-merge', label: name(one.file), description: parts(one.agent, ago(one.at, Date.now())), detail: name(one.backup) }),
  }))
  await given(await showQuickPick(choicesFor(merge, muster.agent), { title: short(name(merge.file)), placeHolder: t('{0} wrote another version of it.', short(merge.agent, 40)), ignoreFocusOut: true })).act(context, muster.folder, merge)
}

type Act = (context: CommandContext, folder: string, merge: Merge) => Promise<void>

interface Choice extends Item {
  act: Act
}

function choicesFor({ file, agent, base }: Merge, me: string): Choice[] {
  const theirs = agent === me ? t('Keep {0} as It Is', basename(file)) : t('Keep {0}, Without {1}\'s Version', basename(file), short(agent, 40))
  return [
    { icon: 'git-merge', label: t('Merge…'), detail: base === undefined ? t('What both were made from is not known: they are compared.') : t('In the merge editor, with what both were made from.'), act: openMergeEditor },
    { icon: 'discard', label: theirs, detail: t('The other version is removed.'), act: keepTheirs },
    { icon: 'split-horizontal', label: t('Open Both'), act: openBoth },
    { icon: 'check', label: t('It Is Merged'), detail: t('The other version is removed.'), act: keepTheirs },
  ]
}

/** The merge editor is the editor's own and opened as its source control does; where it is missing, both are compared. */
const openMergeEditor: Act = async (context, folder, merge) => {
  const { file, backup, base, agent } = merge
  const commands = base === undefined ? [] : await vscode.commands.getCommands(false)
  if (base === undefined || !commands.includes('_open.mergeEditor')) await openBoth(context, folder, merge)
  else {
    const output = uriOf(context, file)
    await vscode.commands.executeCommand('_open.mergeEditor', {
      base: await context.saves.page(basename(file), base),
      input1: { uri: uriOf(context, backup), title: t('{0}\'s version', short(agent, 40)) },
      input2: { uri: await context.saves.page(basename(file), readFileSync(file, 'utf8')), title: t('As it is') },
      output,
    })
  }
  context.merging.await({ ...merge, file: uriOf(context, file).fsPath }, () => finish(context, folder, merge))
}

const openBoth: Act = async (context, _folder, { file, backup, agent }) => {
  await vscode.commands.executeCommand('vscode.diff', uriOf(context, backup), uriOf(context, file), t('{0} ({1} ↔ now)', basename(file), short(agent, 40)), { preview: false })
}

const keepTheirs: Act = (context, folder, merge) => finish(context, folder, merge)

async function finish(context: CommandContext, folder: string, merge: Merge): Promise<void> {
  endMerge(folder, merge)
  const backup = uriOf(context, merge.backup).fsPath
  for (const tab of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) if (shows(tab, backup)) await vscode.window.tabGroups.close(tab)
  done(t('{0} is merged', short(basename(merge.file), 40)))
}

function uriOf({ window }: CommandContext, file: string): vscode.Uri {
  return vscode.Uri.file(openedAs(window)(file))
}

/** Its editors would show a file that is not there any more. */
function shows({ input }: vscode.Tab, backup: string): boolean {
  const uri = input instanceof vscode.TabInputTextDiff ? input.original : input instanceof vscode.TabInputText ? input.uri : undefined
  return uri?.scheme === 'file' && uri.fsPath === backup
}
