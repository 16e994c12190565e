import * as vscode from 'vscode'
import type { World } from '../../core/muster.js'
import { plural, t } from '../l10n.js'
import { csvOf } from './csv.js'

const lists = ['agents', 'locks', 'messages', 'helpRequests', 'decisions', 'tasks', 'errors', 'deliverables'] as const
type Export = Record<(typeof lists)[number], readonly object[]>

/** Everything that is known, with all texts, by lists. */
export function exportOf({ agents, claims, messages, helpRequests, decisions, tasks, errors, deliverables }: World): Export {
  return { agents: agents.map(defined), locks: claims.map(({ token: _token, ...lock }) => lock), messages, helpRequests, decisions, tasks, errors, deliverables }
}

/** Without fields that are hidden by being undefined. */
function defined(thing: object): object {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined))
}

/** Asks where to, and which list where the format holds one only; then writes it. @param at the moment that is shown */
export async function exportWorld(world: World, format: 'csv' | 'json', at: Date): Promise<void> {
  const all = exportOf(world)
  const list = format === 'csv' ? await pickList(all) : undefined
  if (format === 'csv' && list === undefined) return
  const name = `muster-${list ?? 'dashboard'}-${at.toISOString().slice(0, 16).replace(/[T:]/g, '-')}.${format}`
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const uri = await vscode.window.showSaveDialog({ title: t('Export'), defaultUri: folder && vscode.Uri.joinPath(folder, name), filters: format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] } })
  if (!uri) return
  const text = list === undefined ? `${JSON.stringify({ at: at.toISOString(), ...all }, null, 2)}\n` : csvOf(all[list])
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  vscode.window.setStatusBarMessage(`$(check) ${t('Exported {0}', uri.path.split('/').at(-1) ?? '')}`, 4_000)
}

async function pickList(all: Export): Promise<keyof Export | undefined> {
  const titles: Record<keyof Export, string> = { agents: t('Agents'), locks: t('Locks'), messages: t('Messages'), helpRequests: t('Help requests'), decisions: t('Decisions'), tasks: t('Tasks'), errors: t('Errors'), deliverables: t('Deliverables') }
  const items = lists.map((list) => ({ label: titles[list], description: plural(all[list].length, '1 row', '{n} rows'), list }))
  return (await vscode.window.showQuickPick(items, { title: t('Export as CSV'), placeHolder: t('Which list?') }))?.list
}
