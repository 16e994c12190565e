import { agentIdOf } from '../../core/model/agentId.js'
import type { AgentFields } from '../../core/model/agent.js'
import type { AgentStatus } from '../../core/model/words.js'
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
  const waited = waitingFor.flatMap(names)
  const rows: [string, string | undefined][] = [
    ['AGENT_ID', file.agent],
    ['STATUS', status === 'waiting' && waited.length > 0 ? `WAITING (for agents ${waited.join(', ')})` : words[status]],
    ['CURRENT_TASK', file.currentTask],
    ['COMPLETION_PCT', String(Math.round(file.progress ?? 0))],
    ['LAST_UPDATE', stampOf(file.updatedAt)],
    ['FILES_MODIFIED', file.filesModified?.flatMap(names).join(',')],
    ['NEXT_TASK', file.nextTask],
    ['ESTIMATED_COMPLETION', stampOf(file.eta)],
    ['BLOCKER_DESCRIPTION', status === 'failed' ? (file.error ?? file.blocker) : file.blocker],
    ['LAST_SUCCESSFUL_TEST', file.lastTest],
  ]
  return rows.map(([key, value]) => `${key}=${valueOf(value)}\n`).join('')
}

/** How people say that there is nothing. */
const NONE = /^(none|n\/a|-|)$/i

/** What reads itself as a value in quotes gets another pair of them. */
function valueOf(value: string | undefined): string {
  const line = oneLine(value ?? '')
  return NONE.test(line) ? 'None' : /^(["']).*\1$/s.test(line) && line.length > 1 ? `"${line}"` : line
}

function names(text: string): string[] {
  return text.split(',').map(oneLine).filter((name) => name !== '')
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
      if (key === undefined && !line.trimStart().startsWith('#')) problem(index + 1, 'This is no KEY=VALUE.')
      return
    }
    const why = take(read.file, known, value.replace(/^(["'])(.*)\1$/, '$2').trim())
    if (why !== undefined) problem(index + 1, why)
  })
  if (read.file.status === 'failed' && read.file.blocker) read.file.error = read.file.blocker
  if (read.problems.length > 0) read.more = true
  return read
}

/** @returns what is wrong with it */
function take(file: StatusFile, key: string, value: string): string | undefined {
  const none = NONE.test(value)
  if (value.length > LONGEST && key !== 'FILES_MODIFIED') return `${key} is longer than ${LONGEST} characters.`
  switch (key) {
    case 'AGENT_ID':
      if (none) return undefined
      if (agentIdOf(value) === '' || value.length > 200) return 'AGENT_ID is no name of an agent.'
      file.agent = value
      return undefined
    case 'STATUS':
      return none ? undefined : takeStatus(file, value)
    case 'COMPLETION_PCT': {
      const percent = Number(value.replace(/\s*%$/, ''))
      if (none) return undefined
      if (!(percent >= 0 && percent <= 100)) return 'COMPLETION_PCT is no percentage from 0 to 100.'
      file.progress = percent
      return undefined
    }
    case 'FILES_MODIFIED':
      file.filesModified = none ? [] : names(value).slice(0, 1_000)
      return undefined
    case 'LAST_UPDATE':
    case 'ESTIMATED_COMPLETION': {
      if (none) return undefined
      const at = readTime(value)
      if (at === undefined) return `${key} is no time. Write it as in 2025-06-25_00:45:00.`
      file[key === 'LAST_UPDATE' ? 'updatedAt' : 'eta'] = new Date(at).toISOString()
      return undefined
    }
    default:
      file[texts[key]!] = none ? '' : value
      return undefined
  }
}

const texts: Readonly<Record<string, 'currentTask' | 'nextTask' | 'blocker' | 'lastTest'>> = { CURRENT_TASK: 'currentTask', NEXT_TASK: 'nextTask', BLOCKER_DESCRIPTION: 'blocker', LAST_SUCCESSFUL_TEST: 'lastTest' }

function takeStatus(file: StatusFile, value: string): string | undefined {
  const [, word = '', whom] = /^([^(]*?)\s*(?:\((?:for\s+)?(?:agents?\s+)?(.*)\))?$/is.exec(value) ?? []
  const meaning = meanings[word.trim().toUpperCase().replace(/[\s-]+/g, '_')]
  if (meaning === undefined) return `STATUS is none of IN_PROGRESS, COMPLETE, BLOCKED, ERROR and WAITING.`
  file.status = meaning
  if (meaning === 'waiting' && whom !== undefined) file.waitingFor = names(whom)
  return undefined
}
