import type { CleanUpResult, FileKind } from '../../core/model/upkeep.js'
import { list } from '../../core/state/text.js'
import { lines, oneLine, say } from '../text/escape.js'

const fileWords: Readonly<Record<FileKind, string>> = { agents: 'of agents', saves: 'of saved sessions', runs: 'of runs', requests: 'of answered requests' }

export function cleanedText(result: CleanUpResult): string {
  const { dryRun, keepDays, archived, kept, warnings } = result
  const notes = [...(kept.length > 0 ? [say`${list(kept)} ${kept.length === 1 ? 'stays' : 'stay'}: changed files are not committed.`] : []), ...warnings.map(oneLine)]
  if (keepDays === undefined) return 'Everything is kept, which is the default. To clean up, say what may go: muster clean-up --profile default (older than 7 days), or --keep-days N.'
  const [records, files] = [recordsOf(result), filesOf(result)]
  if (records.length === 0 && files.length === 0) return [say`Nothing closed is older than ${keepDays} ${keepDays === 1 ? 'day' : 'days'}.`, ...notes].join('\n')
  return [
    ...(records.length > 0 ? [say`${dryRun ? 'Would clean up' : 'Cleaned up'} ${list(records)}.`, ...namesOf(result)] : []),
    ...(files.length > 0 ? [`${dryRun ? 'Would ' : ''}${archived ? (dryRun ? 'compress' : 'Compressed') : dryRun ? 'remove' : 'Removed'} files: ${list(files)}.`] : []),
    ...notes.map((note) => lines(note)),
  ].join('\n')
}

/** "2 agents", "1 task" */
function recordsOf({ removed }: CleanUpResult): string[] {
  return Object.entries(removed).flatMap(([kind, ids]) => (ids.length > 0 ? [`${ids.length} ${ids.length === 1 ? kind.slice(0, -1) : kind}`] : []))
}

/** More of one kind are not named; JSON has all. */
const NAMED = 20

/** Which they are, a line each kind; of messages their number says enough. */
function namesOf({ removed: { agents, tasks, errors, deliverables } }: CleanUpResult): string[] {
  return Object.entries({ Agents: agents, Tasks: tasks, Errors: errors, Deliverables: deliverables }).flatMap(([title, ids]) =>
    ids.length > 0 ? [`  ${say`${title}: ${ids.slice(0, NAMED).join(', ')}`}${ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''}`] : [])
}

function filesOf({ files }: CleanUpResult): string[] {
  return (Object.keys(fileWords) as FileKind[]).flatMap((kind) => (files[kind].count > 0 ? [`${files[kind].count} ${fileWords[kind]} (${size(files[kind].bytes)})`] : []))
}

export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
