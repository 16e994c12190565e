import { agentIdOf } from '../../core/model/agentId.js'
import type { AgentFields } from '../../core/model/agent.js'
import type { AgentStatus } from '../../core/model/words.js'
import { tell } from '../../core/tell.js'
import { linesOf, oneLine, readTime, stampOf, type LineProblem } from './lines.js'

/* `.agent_status`: one KEY=VALUE a line. The word for nothing is None. */

const words: Readonly<Record<AgentStatus, string>> = { waiting: 'WAITING', starting: 'IN_PROGRESS', working: 'IN_PROGRESS', blocked: 'BLOCKED', failed: 'ERROR', done: 'COMPLETE' }

/** Words for a status in files that others write; capitals, with `_` between. */
const meanings: Readonly<Record<string, AgentStatus>> = {
  IN_PROGRESS: 'working', INPROGRESS: 'working', WORKING: 'working', RUNNING: 'working', ACTIVE: 'working',
  COMPLETE: 'done', COMPLETED: 'done', DONE: 'done', FINISHED: 'done',
  BLOCKED: 'blocked', ERROR: 'failed', FAILED: 'failed', WAITING: 'waiting', PENDING: 'waiting', STARTING: 'starting', SPAWNING: 'starting',
}

/** What a status file tells of an agent; times are ISO 8601. */
export interface StatusFile extends Pick<AgentFields, 'status' | 'currentTask' | 'progress' | 'filesModified' | 'nextTask' | 'eta' | 'blocker' | 'error' | 'waitingFor' | 'lastTest'> {
  agent?: string
  updatedAt?: string
}

export function renderStatus(file: StatusFile): string {
  const { status = 'working', waitingFor = [] } = file
  const waited = waitingFor.flatMap(inQuotes)
  const rows: [string, string | undefined][] = [
    ['AGENT_ID', file.agent],
    ['STATUS', status === 'waiting' && waited.length > 0 ? `WAITING (for agents ${listOf(waited, ', ')})` : words[status]],
    ['CURRENT_TASK', file.currentTask],
    ['COMPLETION_PCT', String(Math.round(file.progress ?? 0))],
    ['LAST_UPDATE', stampOf(file.updatedAt)],
    ['FILES_MODIFIED', file.filesModified && listOf(file.filesModified.flatMap(inQuotes), ',')],
    ['NEXT_TASK', file.nextTask],
    ['ESTIMATED_COMPLETION', stampOf(file.eta)],
    ['BLOCKER_DESCRIPTION', status === 'failed' ? (file.error ?? file.blocker) : file.blocker],
    ['LAST_SUCCESSFUL_TEST', file.lastTest],
  ]
  return rows.map(([key, value]) => `${key}=${valueOf(value)}\n`).join('')
}

/** How people say that there is nothing. */
const NONE = /^(none|n\/a|-|)$/i

/** What would be read as something else gets a pair of quotes. */
function valueOf(value: string | undefined): string {
  const line = oneLine(value ?? '')
  return NONE.test(line) ? 'None' : plain(line) === line ? line : `"${line}"`
}

/** A value without its quotes, and without the comment behind it: `# …` after a blank. `#12` is none. */
function plain(value: string): string {
  const quoted = /^(["'`])(.*)\1(?:\s+#.*)?$/s.exec(value)
  return (quoted?.[2] ?? value.replace(/(?:^|\s+)#(?:\s.*)?$/s, '')).trim()
}

/** A value that has no blank before a `#` of its own. */
function withoutComment(value: string): string {
  return value.replace(/\s+#[^)]*$/s, '')
}

const BRACKETS = /^\[([^[\]]*)\]$/s

/** Of a list, also as programs write one: `[a.ts, "b.ts"]`. */
function names(text: string): string[] {
  return single(BRACKETS.exec(text.trim())?.[1] ?? text)
}

/** Up to the next comma; what stands in quotes that end before one may have commas of its own. */
const ITEM = /\s*(?:(["'`])(?:(?!\1).)*\1\s*(?=,|$)|[^,]*)(?:,|$)/gs

function single(text: string): string[] {
  return Array.from(text.matchAll(ITEM), ([item]) => bare(item.replace(/,$/, ''))).filter((name) => name !== '')
}

/** A name that would be read as several, or without a quote of its own, with quotes around it; one that has every kind of quote as it would be read. */
function inQuotes(text: string): string[] {
  const name = bare(text)
  if (!/,|^["'`]/.test(name)) return name === '' ? [] : [name]
  const mark = ['"', "'", '`'].find((quote) => !name.includes(quote))
  return mark === undefined ? single(name) : [`${mark}${name}${mark}`]
}

/** What would be read as a list in brackets has a comma behind it. */
function listOf(items: readonly string[], between: string): string {
  const line = items.join(between)
  return BRACKETS.test(line) ? `${line},` : line
}

function bare(text: string): string {
  const name = oneLine(text)
  const inner = /^(["'`])(.*)\1$/s.exec(name)?.[2]
  return inner === undefined ? name : bare(inner)
}

export interface ReadStatus {
  file: StatusFile
  problems: LineProblem[]
  /** There is more in it than the fields say: comments, keys nobody knows, what could not be read. */
  more: boolean
}

const KEYS = new Set(['AGENT_ID', 'STATUS', 'CURRENT_TASK', 'COMPLETION_PCT', 'LAST_UPDATE', 'FILES_MODIFIED', 'NEXT_TASK', 'ESTIMATED_COMPLETION', 'BLOCKER_DESCRIPTION', 'LAST_SUCCESSFUL_TEST'])
/** Characters of a value that are taken. */
const LONGEST = 2_000

/** Reads it in any order and case, with blanks, quotes, comments and `export`. What has no value is left as it is; None takes it away. */
export function parseStatus(text: string): ReadStatus {
  const read: ReadStatus = { file: {}, problems: [], more: false }
  const problem = (line: number, reason: string): void => void read.problems.push({ line, reason })
  linesOf(text).forEach((line, index) => {
    if (line.trim() === '') return
    const [, key, value = ''] = /^\s*(?:export\s+)?([A-Za-z][\w -]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
    const known = key?.toUpperCase().replace(/[ -]/g, '_')
    if (known === undefined || !KEYS.has(known)) {
      read.more = true
      if (line.trimStart().startsWith('#')) return
      const meant = known && meantBy(known)
      // Keys of its own are an agent's own affair.
      if (known === undefined) problem(index + 1, tell`This is no KEY=VALUE.`)
      else if (meant !== undefined) problem(index + 1, tell`Nobody reads ${known}. Is ${meant} meant?`)
      return
    }
    const why = take(read.file, known, plain(value))
    if (why !== undefined) problem(index + 1, why)
  })
  if (read.file.status === 'failed' && read.file.blocker) read.file.error = read.file.blocker
  if (read.problems.length > 0) read.more = true
  return read
}

/** What may be meant by a key nobody reads: misspelt, cut short, or with more to it. */
function meantBy(key: string): string | undefined {
  const words = key.split('_')
  if (key.length > 40) return undefined
  return [...KEYS].find((known) => known.replaceAll('_', '') === words.join('')) ?? [...KEYS].find((known) => isSlip(key, known)) ?? [...KEYS].find((known) => words.some((word) => word.length > 2 && known.split('_').includes(word)))
}

/** Whether two words differ by a letter or two. */
function isSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 2) return false
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)))
    row = next
  }
  return row[other.length]! <= 2
}

/** @returns what is wrong with it */
function take(file: StatusFile, key: string, value: string): string | undefined {
  const none = NONE.test(value)
  if (value.length > LONGEST && key !== 'FILES_MODIFIED') return tell`${key} is longer than ${LONGEST} characters.`
  switch (key) {
    case 'AGENT_ID':
      if (none) return undefined
      if (agentIdOf(value) === '' || value.length > 200) return tell`AGENT_ID is no name of an agent.`
      file.agent = value
      return undefined
    case 'STATUS':
      return none ? undefined : takeStatus(file, value)
    case 'COMPLETION_PCT': {
      const percent = Number(withoutComment(value).replace(/\s*%$/, ''))
      if (none) return undefined
      if (!(percent >= 0 && percent <= 100)) return tell`COMPLETION_PCT is no percentage from 0 to 100.`
      file.progress = percent
      return undefined
    }
    case 'FILES_MODIFIED':
      file.filesModified = none ? [] : names(value).slice(0, 1_000)
      return undefined
    case 'LAST_UPDATE':
    case 'ESTIMATED_COMPLETION': {
      if (none) return undefined
      const at = readTime(withoutComment(value))
      if (at === undefined) return tell`${key} is no time. Write it as in 2025-06-25_00:45:00.`
      file[key === 'LAST_UPDATE' ? 'updatedAt' : 'eta'] = new Date(at).toISOString()
      return undefined
    }
    default:
      file[texts[key]!] = none ? '' : value
      return undefined
  }
}

const texts: Readonly<Record<string, 'currentTask' | 'nextTask' | 'blocker' | 'lastTest'>> = { CURRENT_TASK: 'currentTask', NEXT_TASK: 'nextTask', BLOCKER_DESCRIPTION: 'blocker', LAST_SUCCESSFUL_TEST: 'lastTest' }

function takeStatus(file: StatusFile, said: string): string | undefined {
  const value = withoutComment(said)
  const [, word = '', whom] = /^([^(]*?)\s*(?:\((?:for\s+)?(?:agents?\s+)?(.*)\))?$/is.exec(value) ?? []
  const meaning = meanings[word.trim().toUpperCase().replace(/[\s-]+/g, '_')]
  if (meaning === undefined) return tell`STATUS is none of IN_PROGRESS, COMPLETE, BLOCKED, ERROR and WAITING.`
  file.status = meaning
  if (meaning === 'waiting' && whom !== undefined) file.waitingFor = names(whom)
  return undefined
}
