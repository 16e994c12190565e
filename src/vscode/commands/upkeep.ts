import * as vscode from 'vscode'
import type { CleanUpResult } from '../../core/model/upkeep.js'
import { retentionDays, retentionProfiles, type RetentionProfile } from '../../core/model/words.js'
import { cancellable } from '../cancellable.js'
import { plural, t } from '../l10n.js'
import { cleanedText } from '../cleanedText.js'
import { showInformationMessage, showWarningMessage } from '../say.js'
import { parts } from '../text.js'
import { done, pick, writable, type Command } from './context.js'

/** Shows what would go, and cleans up when the person says so. */
export const cleanUp: Command = async (context) => {
  const muster = await writable(context)
  const runs = context.runs.folder()
  const set = context.profile(context.window)
  const profile = await pick([...retentionProfiles].filter((one) => one !== 'keep').sort((a, b) => Number(b === set) - Number(a === set)), {
    title: t('Clean up'), placeHolder: t('What is over and older than …'), none: '',
    item: (one) => ({ label: nameOf(one), description: one === set ? t('as set') : one, ...(one === 'archive' && { detail: t('Files are compressed and not removed.') }) }),
  })
  const would = await cancellable(t('Looking for what is over'), (signal) => muster.cleanUp({ profile, runs, dryRun: true, signal }))
  if (would.stopped) throw new vscode.CancellationError()
  if (!hasAny(would)) return void showInformationMessage(t('Nothing that is over is older than {0}.', nameOf(profile)), { modal: true, detail: cleanedText(would) })
  const yes = t('Clean Up')
  const detail = [cleanedText(would), t('What happened stays in the log. Nothing unread, unfinished or uncommitted goes.')].join('\n\n')
  if ((await showWarningMessage(t('Clean up?'), { modal: true, detail }, yes)) !== yes) return
  const did = await cancellable(t('Cleaning up'), (signal) => muster.cleanUp({ profile, runs, signal }))
  const text = cleanedText(did).replaceAll('\n', ' · ')
  done(did.stopped ? parts(t('Stopped before all was cleaned up'), text) : text)
}

function nameOf(profile: RetentionProfile): string {
  return plural(retentionDays[profile] ?? 0, '1 day', '{n} days')
}

function hasAny({ total, files }: CleanUpResult): boolean {
  return total > 0 || Object.values(files).some(({ count }) => count > 0)
}
