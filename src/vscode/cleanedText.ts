import type { CleanUpResult } from '../core/model/upkeep.js'
import { fileKinds, type FileKind } from '../core/model/words.js'
import { plural, t } from './l10n.js'
import { firstOf } from './text.js'

const recordWords: Readonly<Record<keyof CleanUpResult['removed'], (n: number) => string>> = {
  agents: (n) => plural(n, '1 agent', '{n} agents'),
  messages: (n) => plural(n, '1 message', '{n} messages'),
  tasks: (n) => plural(n, '1 task', '{n} tasks'),
  errors: (n) => plural(n, '1 error', '{n} errors'),
  deliverables: (n) => plural(n, '1 deliverable', '{n} deliverables'),
}

const fileWords: Readonly<Record<FileKind, (n: number) => string>> = {
  agents: (n) => plural(n, '1 file of agents', '{n} files of agents'),
  saves: (n) => plural(n, '1 saved session', '{n} saved sessions'),
  runs: (n) => plural(n, '1 log of runs', '{n} logs of runs'),
  requests: (n) => plural(n, '1 answered request', '{n} answered requests'),
}

/** What goes or went, a line each for records, files, agents that stay, and what could not be done. */
export function cleanedText({ removed, files, archived, kept, warnings }: CleanUpResult): string {
  const records = (Object.keys(recordWords) as (keyof typeof recordWords)[]).flatMap((kind) => (removed[kind].length > 0 ? [recordWords[kind](removed[kind].length)] : []))
  const gone = fileKinds.flatMap((kind) => (files[kind].count > 0 ? [fileWords[kind](files[kind].count)] : []))
  const bytes = fileKinds.reduce((sum, kind) => sum + files[kind].bytes, 0)
  return [
    ...(records.length > 0 ? [t('Off the lists: {0}', records.join(', '))] : []),
    ...(gone.length > 0 ? [archived ? t('Files, compressed: {0} ({1} kB)', gone.join(', '), Math.ceil(bytes / 1000)) : t('Files: {0} ({1} kB)', gone.join(', '), Math.ceil(bytes / 1000))] : []),
    ...(kept.length > 0 ? [t('Kept, with changes that are not committed: {0}', firstOf(kept, 5))] : []),
    ...warnings.slice(0, 5),
  ].join('\n')
}
