import type { RunProblem } from '../core/model/runs.js'
import { countsIn } from './progress.js'
import { files, localTime, timeOf } from './layout.js'

/** What `.LOCK` says, and `.DONE` and `.ERROR` where they are written in the same form. */
export interface Marker {
  agent?: string
  /** ms */
  startedAt?: number
  endedAt?: number
  pid?: number
  /** When the process began, in the system's own unit, and the boot it runs in; of markers that Muster wrote. */
  processStart?: string
  boot?: string
  host?: string
  /** The process that waits for the other one, and ends the run once that has ended. */
  watcher?: number
  watcherStart?: string
  status?: string
  done?: number
  total?: number
  error?: string
}

/** Longest line that is looked at. */
const LONGEST = 4_000
const KEYS = new Set(['AGENT_ID', 'START_TIME', 'END_TIME', 'PID', 'PROCESS_START', 'BOOT', 'HOST', 'STATUS', 'PROGRESS', 'ERROR', 'EXIT_CODE', 'WATCHER_PID', 'WATCHER_START'])

/**
 * Reads KEY=VALUE lines in any order and case, with blanks, quotes and `export`. Lines that are none are told of; where none
 * of them is one, or it is `.ERROR` that has no ERROR, the first is taken for what went wrong; of a Python traceback the last. A
 * lock without a field is told of as damaged all the same.
 */
export function parseMarker(text: string, file: string, problems: RunProblem[]): Marker {
  if (/^\s*Traceback \(/.test(text)) return { error: printable(text.trimEnd().split(/\r\n|\r|\n/).at(-1)!.slice(0, LONGEST)) }
  const marker: Marker = {}
  const strange: { line: number; text: string }[] = []
  const lines = text.split(/\r\n|\r|\n/)
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return
    const [, key = '', sign = '', value = ''] = (line.length > LONGEST ? null : /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*([=:])\s*(.*?)\s*$/.exec(line)) ?? []
    // `KeyError: 'ETH'` is a sentence; `COLOUR=red` is somebody's own field.
    if (!KEYS.has(key.toUpperCase())) return void (sign !== '=' && strange.push({ line: index + 1, text: line.slice(0, LONGEST) }))
    const problem = take(marker, key.toUpperCase(), value.replace(/^(["'])(.*)\1$/, '$2'))
    if (problem !== undefined) problems.push({ file, line: index + 1, reason: problem })
  })
  const [first] = strange
  const said = first?.text ?? ''
  const error = printable(said)
  const isBare = Object.keys(marker).length === 0
  // Whoever marks the end may say it in words, where there are any; a lock without a field is damaged.
  const isInWords = error !== '' && (isBare || (file === files.error && marker.error === undefined))
  if (!isInWords || file === files.lock) for (const { line } of strange.slice(0, 5)) problems.push({ file, line, reason: 'no KEY=VALUE' })
  if (!isInWords) return marker
  return isBare ? { error, ...pidIn(said) } : { ...marker, error }
}

function take(marker: Marker, key: string, value: string): string | undefined {
  if (value === '') return undefined
  switch (key) {
    case 'AGENT_ID':
      marker.agent = printable(value).slice(0, 200)
      return undefined
    case 'START_TIME':
    case 'END_TIME': {
      const at = timeOf(value)
      if (at === undefined) return `${key} is no time`
      marker[key === 'START_TIME' ? 'startedAt' : 'endedAt'] = at
      return undefined
    }
    case 'PID':
    case 'WATCHER_PID': {
      const pid = Number(value)
      if (!Number.isSafeInteger(pid) || pid <= 0) return `${key} is no number of a process`
      marker[key === 'PID' ? 'pid' : 'watcher'] = pid
      return undefined
    }
    case 'PROGRESS':
      Object.assign(marker, countsIn(value))
      return undefined
    default:
      marker[FIELDS[key] ?? 'status'] = printable(value).slice(0, 2_000)
      return undefined
  }
}

const FIELDS: Readonly<Record<string, 'processStart' | 'watcherStart' | 'boot' | 'host' | 'status' | 'error'>> = { PROCESS_START: 'processStart', WATCHER_START: 'watcherStart', BOOT: 'boot', HOST: 'host', STATUS: 'status', ERROR: 'error', EXIT_CODE: 'status' }

/** `Process died. Last PID: 4711` */
function pidIn(text: string): { pid?: number } {
  const [, pid] = /\bPID:?\s*(\d{1,9})\b/i.exec(text) ?? []
  return pid === undefined ? {} : { pid: Number(pid) }
}

/** On one line, without what a reader does not see. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
}

/** In the order that other programs read it by. */
export function formatMarker({ agent, startedAt, endedAt, pid, processStart, watcher, watcherStart, boot, host, status, done, total, error }: Marker & { exitCode?: number }): string {
  const rows: [string, string | number | undefined][] = [
    ['AGENT_ID', agent],
    ['START_TIME', startedAt === undefined ? undefined : localTime(startedAt)],
    ['PID', pid],
    ['STATUS', status],
    ['PROGRESS', done === undefined ? undefined : total === undefined ? done : `${done}/${total}`],
    ['END_TIME', endedAt === undefined ? undefined : localTime(endedAt)],
    ['ERROR', error],
    ['HOST', host],
    ['BOOT', boot],
    ['PROCESS_START', processStart],
    ['WATCHER_PID', watcher],
    ['WATCHER_START', watcherStart],
  ]
  return rows.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}=${printable(String(value))}\n`])).join('')
}
