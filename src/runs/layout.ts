/** Names of the files in a run's folder, as other programs expect them. */
export const files = {
  lock: '.LOCK',
  done: '.DONE',
  error: '.ERROR',
  agent: '.AGENT_ID',
  progress: 'logs/progress.txt',
  errors: 'logs/errors.txt',
  output: 'logs/output.txt',
  interrupted: 'logs/interrupted.txt',
  summary: 'results/summary.md',
  metrics: 'results/metrics.json',
  intermediate: 'results/intermediate.jsonl',
  config: 'config.yaml',
  readme: 'README.md',
} as const

export const subfolders = ['code', 'results', 'logs'] as const

/** Beside the run folders. */
export const registryFile = 'REGISTRY.md'
export const stateFile = 'STATE.md'

const STAMPED = /^(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)_(.+)$/

export interface RunFolderName {
  /** `2025-12-29` */
  date: string
  /** ms, by the local clock. */
  at: number
  /** Behind the date and time. */
  rest: string
}

/** Undefined for a folder that is not named as a run's. */
export function parseFolderName(folder: string): RunFolderName | undefined {
  const [, date, hours, minutes, rest] = STAMPED.exec(folder) ?? []
  if (date === undefined || rest === undefined) return undefined
  const at = new Date(`${date}T${hours}:${minutes}:00`).getTime()
  return Number.isNaN(at) ? undefined : { date, at, rest }
}

/** `sweep` of `sweep_executor_01`, where that is the agent's. */
export function withoutAgent(rest: string, agent: string | undefined): string {
  return agent !== undefined && agent !== '' && rest.length > agent.length + 1 && rest.endsWith(`_${agent}`) ? rest.slice(0, -agent.length - 1) : rest
}

/** Local time, as people name folders: `2025-12-29_15-30`. */
export function stampOf(ms: number): string {
  const [date, time] = localTime(ms).split('T')
  return `${date}_${time!.slice(0, 5).replace(':', '-')}`
}

/** Local time without a zone, as the protocol writes it: `2025-12-29T15:30:00`. */
export function localTime(ms: number): string {
  const at = new Date(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** In ms. Without a zone it is the local clock's; seconds since 1970 are read too. */
export function timeOf(text: string): number | undefined {
  const seconds = /^\d{9,11}(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text.replace(/^(\d{4}-\d\d-\d\d)[_ ](\d\d[:-]\d\d)/, (_, date: string, time: string) => `${date}T${time.replace('-', ':')}`).replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(seconds) ? undefined : seconds
}

/** A name as part of a folder's: nothing that a shell or another system would take otherwise. '' where nothing is left. */
export function folderPart(name: string): string {
  return name.normalize('NFC').trim().replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_').replace(/^[._-]+|[._-]+$/g, '').slice(0, 80)
}

/** `sweep` and 3 of `sweep_v3`; without a number, 1. */
export function versionOf(name: string): { base: string; version: number } {
  const [, base, version] = /^(.+)_v(\d{1,6})$/.exec(name) ?? []
  return base === undefined ? { base: name, version: 1 } : { base, version: Number(version) }
}
