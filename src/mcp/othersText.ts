/*
 * What a model gets of a result. Text that other agents wrote may try to instruct it, so such text is only ever found below
 * one key, `untrusted`, cleaned of what a reader does not see. What is left in the open cannot hold a sentence: numbers,
 * ids, known words, times. Which fields those are is listed here; everything else counts as text of others.
 */

export const MARK = 'untrusted'

/** Longest text of others that is passed on whole, in characters, where many are listed. */
export const LISTED_TEXT = 4_000

const ids = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:-]{0,79}$/u
const words = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/
const times = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

const shapes: ReadonlyMap<string, RegExp> = new Map([
  ...named(ids, 'id', 'to', 'from', 'agent', 'heldBy', 'wasHeldBy', 'tookOverFrom', 'holders', 'parent', 'proposer', 'by', 'thread', 'replyTo', 'reply', 'worker', 'assignee', 'task',
    'replacement', 'recipients', 'unknown', 'waiters', 'grantedTo', 'dependsOn', 'blockedBy', 'tasks', 'acknowledged', 'ticked'),
  ...named(words, 'kind', 'status', 'mode', 'presence', 'priority', 'role', 'impact', 'reason', 'severity', 'act', 'answer', 'verdict', 'code', 'process'),
  ...named(times, 'since', 'at', 'expiresAt', 'eta', 'sentAt', 'deadline', 'seenAt', 'workedAt', 'joinedAt', 'proposedAt', 'savedAt', 'addedAt', 'startedAt', 'changedAt', 'firstAt', 'lastAt', 'deliveredAt', 'writtenAt', 'endedAt'),
])

/** Identify a conversation to its client; no business of others. */
const kept = new Set(['conversation', 'workspace'])
const fieldName = /^[a-z][A-Za-z]{0,29}$/

export interface Setting {
  /** What the caller itself named in this call: not text of others where it comes back as a resource. */
  said?: ReadonlySet<string>
  /** Longest text, in characters. */
  longest?: number
}

type Fields = Record<string, unknown>

/** A result as plain JSON in which all text of others is below `untrusted`. */
export function setApart(result: object, setting: Setting = {}): Fields {
  const open: Fields = {}
  const apart: Fields = {}
  for (const [key, value] of Object.entries(result)) {
    if (value === undefined || value === '' || kept.has(key) || !fieldName.test(key) || key === MARK) continue
    if (isOpen(key, value, setting)) open[key] = value
    else if (isListOfRecords(value)) open[key] = value.map((one) => setApart(one, setting))
    else if (key === 'delivery' && isRecord(value)) open[key] = Object.fromEntries(Object.entries(value).filter(([agent, step]) => isId(agent) && typeof step === 'string' && words.test(step)))
    else if (isRecord(value)) open[key] = setApart(value, setting)
    else apart[key] = cleaned(value, setting.longest)
  }
  return Object.keys(apart).length === 0 ? open : { ...open, [MARK]: apart }
}

/** Whether anything in it was set apart. */
export function hasOthersText(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOthersText)
  return isRecord(value) && (MARK in value || Object.values(value).some(hasOthersText))
}

/**
 * Text without control characters (but line feeds and tabs), without characters that change the direction of text, and
 * without those that show nothing: variation selectors, joiners, fillers, tags, private use.
 */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
}

/** Text of ours around names of theirs, where it cannot be told apart: on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim()
}

function isOpen(key: string, value: unknown, { said }: Setting): boolean {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return true
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return true
  if (key === 'resource' && typeof value === 'string') return said?.has(value) === true && value === cleanText(value)
  const shape = shapes.get(key)
  if (shape === undefined) return false
  const fits = (one: unknown): boolean => typeof one === 'string' && shape.test(one) && one === cleanText(one)
  return Array.isArray(value) ? value.every(fits) : fits(value)
}

function isId(text: string): boolean {
  return ids.test(text) && text === cleanText(text)
}

function cleaned(value: unknown, longest = Infinity): unknown {
  if (typeof value === 'string') {
    const text = cleanText(value)
    return text.length <= longest ? text : `${text.slice(0, longest)} … (${text.length - longest} more characters)`
  }
  if (Array.isArray(value)) return value.map((one) => cleaned(one, longest))
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [cleanText(key), cleaned(one, longest)]))
  return typeof value === 'object' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOfRecords(value: unknown): value is Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord)
}

function named(shape: RegExp, ...keys: string[]): [string, RegExp][] {
  return keys.map((key) => [key, shape])
}
