import * as vscode from 'vscode'
import type { Muster } from '../../core/muster.js'
import { droppable } from '../cancellable.js'
import { plural, t } from '../l10n.js'
import { saidBriefly, showQuickPick } from '../say.js'
import type { Exported } from './exportable.js'
import type { ErrorsShown } from '../../protocol/requests.js'

/**
 * Asks for what was not given, and where to; then writes it. Whoever cancels has no file, or the one that was there before.
 * @param shown of the errors, where a person looks at some of them
 */
export async function exportWorld(muster: Muster, all: Exported, format: 'csv' | 'json', shown?: ErrorsShown): Promise<void> {
  const picked = format === 'csv' ? await pickList(all, shown) : undefined
  if (format === 'csv' && picked === undefined) return
  const list = picked?.list
  const exported = picked?.errors ? { ...all, lists: { ...all.lists, errors: picked.errors } } : all
  const name = `muster-${list ?? 'dashboard'}-${exported.at.toISOString().slice(0, 16).replace(/[T:]/g, '-')}.${format}`
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  const uri = await vscode.window.showSaveDialog({ title: t('Export'), defaultUri: folder && vscode.Uri.joinPath(folder, name), filters: format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] } })
  if (!uri) return
  const text = await droppable(t('Exporting'), async (signal) => (await import('./exported.js')).exportedText(muster, exported, list, signal))
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  saidBriefly('check', t('Exported {0}', uri.path.split('/').at(-1) ?? ''))
}

/** Asks as what. @returns undefined when it was dismissed */
export async function pickFormat(): Promise<'csv' | 'json' | undefined> {
  const items = [{ label: 'CSV', detail: t('One list, for spreadsheets'), format: 'csv' }, { label: 'JSON', detail: t('Everything, for programs'), format: 'json' }] as const
  return (await showQuickPick(items, { title: t('Export'), placeHolder: t('As what?') }))?.format
}

async function pickList({ lists: { agents, locks, messages, helpRequests, decisions, tasks, errors, deliverables, runs } }: Exported, shown?: ErrorsShown) {
  const items: { label: string; description: string; list: keyof Exported['lists']; errors?: typeof errors }[] = ([['agents', t('Agents'), agents], ['locks', t('Locks'), locks], ['messages', t('Messages'), messages], ['helpRequests', t('Help requests'), helpRequests], ['decisions', t('Decisions'), decisions], ['tasks', t('Tasks'), tasks], ['errors', t('Errors'), errors], ['deliverables', t('Deliverables'), deliverables], ['runs', t('Runs'), runs]] as const)
    .map(([list, label, all]) => ({ label, description: plural(all.length, '1 row', '{n} rows'), list }))
  const filtered = shown ? errors.filter((error) => [[shown.agent, error.agentName], [shown.severity, error.severity], [shown.kind, error.kind], [shown.status, error.status]].every(([wanted, is]) => wanted === '' || wanted === is)) : errors
  if (filtered.length < errors.length) items.splice(items.findIndex(({ list }) => list === 'errors'), 0, { label: t('Errors as filtered'), description: plural(filtered.length, '1 row', '{n} rows'), list: 'errors', errors: filtered })
  return showQuickPick(items, { title: t('Export as CSV'), placeHolder: t('Which list?') })
}
