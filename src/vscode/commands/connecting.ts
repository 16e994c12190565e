import * as vscode from 'vscode'
import { titles, type Change, type Connectable, type Place } from '../../connect/plan.js'
import { treeOf } from '../../core/system/locate.js'
import type { HookFile } from '../../guard/gitHooks.js'
import { t } from '../l10n.js'
import { done, given, refused, type Command, type CommandContext } from './context.js'
import { choose, review } from './review.js'
import { showInformationMessage, showQuickPick } from '../say.js'

/** Shows what connecting an AI client would change, asks, and writes it; or takes it out again. Worked out by `muster connect`, in a process of its own. */
export const connectAgent: Command = async (context) => {
  const place = await placeToWrite(context)
  const run = (...args: string[]): Promise<Answer> => context.supervision.supervisor.run<Answer>(['connect', ...args, '--folder', place.folder, ...place.launcher.flatMap((word) => ['--command', word])], place.root, place.folder)
  const items = run().then(({ clients = [] }) => clients.map(({ client, connected }) => ({ label: titles[client], description: connected ? t('connected') : '', client })))
  const { client, description } = given(await showQuickPick(items, { title: t('Connect an AI agent'), placeHolder: t('Which one works in this folder?'), ignoreFocusOut: true }))
  const remove = description !== '' && (await choose(t('{0} is connected', titles[client]), [t('Bring Up to Date'), t('Disconnect')])) === t('Disconnect')
  const what = remove ? [client, '--remove'] : [client]
  const { changes = [], notes = [], plan = '' } = await run(...what, '--dry-run')
  const name = client === 'generic' ? 'AGENTS.md' : titles[client]
  if (changes.length === 0) return void showInformationMessage(remove ? t('Nothing of Muster is in the files of {0}.', name) : t('{0} is connected already, as it should be.', name))
  const written = await review(remove ? t('Muster: Disconnect {0}', name) : t('Muster: Connect {0}', name), changes, () => run(...what, '--yes', '--plan', plan))
  if (!written.ok) return refused(written.hint ?? '')
  if (remove) return done(t('{0} is not connected any more', name))
  await tellConnected(context, client, notes)
}

/** What `muster connect` answers: without a client, for a dry run, and after writing. */
interface Answer {
  ok: boolean
  hint?: string
  clients?: readonly { client: Connectable; connected: boolean }[]
  changes?: readonly Change[]
  notes?: readonly string[]
  plan?: string
}

async function tellConnected({ window }: CommandContext, client: Connectable, notes: readonly string[]): Promise<void> {
  const off = window.state.kind === 'off'
  const text = [client === 'generic' ? t('Agents that read AGENTS.md are connected.') : t('{0} is connected.', titles[client]), ...notes].join(' ')
  const answer = await showInformationMessage(text, ...(off ? [t('Turn On Muster Here')] : []))
  if (answer !== undefined) await vscode.commands.executeCommand('muster.turnOn')
}

/** Puts the guard into the repository's hooks, or takes it out, by `muster guard`. */
export const installGitGuard: Command = async (context) => {
  const { root, folder, launcher } = await placeToWrite(context)
  const run = (...args: string[]): Promise<{ ok: boolean; hint?: string; hooks?: readonly HookFile[] }> => context.supervision.supervisor.run(['guard', ...args], root, folder)
  const { hooks = [] } = await run('install', '--dry-run')
  if (hooks.every(({ state }) => state !== 'absent')) {
    if ((await choose(t('The git guard is installed'), [t('Bring Up to Date'), t('Remove')])) === t('Remove')) {
      await run('remove')
      return done(t('The git guard is gone'))
    }
  } else {
    const everywhere = hooks.some((file) => file.everywhere) ? `\n\n${t('core.hooksPath is set for all repositories of yours: the guard would run in each of them, and do nothing where Muster is not turned on.')}` : ''
    const detail = t('A commit, merge or push of files that somebody else has locked in this working tree is refused; MUSTER_GUARD=off before the git command lets it through.\n\nA few lines go into:\n{0}\n\nHooks that are there are kept and called. This command takes the lines out again.', hooks.map(({ path }) => path).join('\n'))
    given(await showInformationMessage(t('Install the git guard?'), { modal: true, detail: `${detail}${everywhere}` }, t('Install')))
  }
  const installed = await run('install', '--yes', ...launcher.flatMap((word) => ['--command', word]))
  if (!installed.ok) return refused(installed.hint ?? '')
  done(t('The git guard is installed'))
}

/** The working tree of this window. @throws CancellationError after telling why nothing can be written */
async function placeToWrite({ window, launcher }: CommandContext): Promise<Place> {
  const { state } = window
  if (state.kind === 'nothing') {
    void showInformationMessage(t('Open a folder first: agents are connected in a folder or repository.'))
    throw new vscode.CancellationError()
  }
  if (!vscode.workspace.isTrusted) {
    const answer = await showInformationMessage(t('Muster writes nothing in Restricted Mode.'), t('Manage Workspace Trust'))
    if (answer !== undefined) await vscode.commands.executeCommand('workbench.trust.manage')
    throw new vscode.CancellationError()
  }
  const { root, folder } = state.place
  return { root: treeOf(root)?.root ?? root, folder, launcher: launcher(), platform: process.platform }
}
