import * as crypto from 'node:crypto'

/** Version of the line format this code writes. A line with a higher one is accepted into the chain, but not understood. */
export const PROTOCOL = 1
/** Longest line in bytes, its `\n` included. */
export const MAX_LINE = 512 * 1024
/** Predecessor of the first line. */
export const NO_SUM = '0000000000000000'
/** Bytes of `,"sum":"<16 hex>"}`, the fixed tail of every line, without its `\n`. */
export const TAIL_LENGTH = 26

/** Room to leave in a line for everything but its operations: the longest head and tail come to less than this. */
export const LINE_OVERHEAD = 512

export type LineKind = 'genesis' | 'commit' | 'closed' | 'upgrade' | 'shared' | 'repaired' | 'moved'

/** What the bytes of a line say, read at fixed places. `kind` is '' where a newer version moved it. */
export interface Line {
  v: number
  seq: number
  prev: string
  /** Highest sequence number the writer knew to be on disk. */
  d: number
  at: number
  up: number
  boot: string
  kind: LineKind | (string & {})
  /** Offset from the line's first byte to what follows the kind: `,"ops":[…]` in a commit. */
  body: number
  sum: string
  /** Sum that the line behind this one names: its own, or in the place of lost lines that of the last of them. */
  leadsOn: string
  /** The history goes on in the next segment. */
  closes: boolean
  /** Where the records go on from here. */
  movesTo?: Home
}

/** Where records can be: in a folder of files, or in a database. */
export type Home = 'folder' | 'database'

export interface LineFields {
  seq: number
  prev: string
  d: number
  at: number
  up: number
  boot: string
  kind: LineKind
  /** JSON text between kind and sum, each member with a comma before it; '' for none. */
  body: string
}

/** First 16 hex digits of the SHA-256 of the UTF-8 bytes. */
export function sumOf(data: string | Uint8Array): string {
  // crypto.hash (Node 20.12) takes half the time of createHash for a few hundred bytes.
  const hex = typeof crypto.hash === 'function' ? crypto.hash('sha256', data, 'hex') : crypto.createHash('sha256').update(data).digest('hex')
  return hex.slice(0, 16)
}

/** One line with its `\n`, and what {@link parseLine} would read from it. */
export function encodeLine(fields: LineFields): { bytes: Buffer; line: Line } {
  const at = whole(fields.at)
  const up = whole(fields.up)
  // The byte parser knows no escapes.
  const boot = fields.boot.replace(/[^\x20-\x7e]|["\\]/g, '_').slice(0, 200)
  const head = `{"v":${PROTOCOL},"seq":${fields.seq},"prev":"${fields.prev}","d":${fields.d},"at":${at},"up":${up},"boot":"${boot}","kind":"${fields.kind}"`
  const summed = head + fields.body
  const sum = sumOf(summed)
  const line: Line = { v: PROTOCOL, seq: fields.seq, prev: fields.prev, d: fields.d, at, up, boot, kind: fields.kind, body: head.length, sum, leadsOn: sum, closes: fields.kind === 'closed' }
  const bytes = Buffer.from(`${summed},"sum":"${sum}"}\n`)
  if (fields.kind === 'repaired') readBridge(bytes, 0, line)
  if (fields.kind === 'moved') readMove(bytes, 0, line)
  return { bytes, line }
}

function whole(value: number): number {
  return Math.max(0, Math.round(value))
}

/**
 * Reads the line in `bytes[start, end)` (`end` is where its `\n` stands). This is the only parser of heads and tails:
 * whether a line counts is decided by it and never by JSON, so that two versions of Muster cannot disagree about it.
 * @returns undefined for junk: head or tail not in their places, too long, or a sum that does not fit the bytes.
 */
export function parseLine(bytes: Buffer, start: number, end: number): Line | undefined {
  const tail = end - TAIL_LENGTH
  if (end - start + 1 > MAX_LINE || tail <= start) return undefined
  if (!matches(bytes, tail, SUM) || bytes[end - 2] !== QUOTE || bytes[end - 1] !== CLOSE || !isHex(bytes, tail + 8)) return undefined

  cursor = start
  const v = numberAfter(bytes, V, tail)
  const seq = numberAfter(bytes, SEQ, tail)
  if (v < 1 || seq < 1 || !matches(bytes, cursor, PREV) || !isHex(bytes, cursor + PREV.length)) return undefined
  const prev = bytes.toString('latin1', cursor + PREV.length, cursor + PREV.length + 16)
  cursor += PREV.length + 16
  const d = numberAfter(bytes, D, tail)
  if (d < 0 || cursor > tail) return undefined

  const sum = bytes.toString('latin1', tail + 8, tail + 24)
  if (sumOf(bytes.subarray(start, tail)) !== sum) return undefined
  const line: Line = { v, seq, prev, d, at: 0, up: 0, boot: '', kind: '', body: 0, sum, leadsOn: sum, closes: false }
  readRest(bytes, start, tail, line)
  return line
}

/** The part behind the head that acceptance does not hang on, apart from `repaired`. */
function readRest(bytes: Buffer, start: number, tail: number, line: Line): void {
  const at = numberAfter(bytes, AT, tail)
  const up = numberAfter(bytes, UP, tail)
  if (at < 0 || up < 0 || !matches(bytes, cursor, BOOT)) return
  const boot = cursor + BOOT.length
  const bootEnd = bytes.indexOf(QUOTE, boot)
  if (bootEnd < 0 || !matches(bytes, bootEnd, KIND)) return
  const kind = bootEnd + KIND.length
  const kindEnd = bytes.indexOf(QUOTE, kind)
  if (kindEnd < 0 || kindEnd >= tail) return
  line.at = at
  line.up = up
  line.boot = shared(bytes.toString('latin1', boot, bootEnd))
  line.kind = shared(bytes.toString('latin1', kind, kindEnd))
  line.body = kindEnd + 1 - start
  line.closes = line.kind === 'closed'
  if (line.kind === 'repaired') readBridge(bytes, start, line)
  if (line.kind === 'moved') readMove(bytes, start, line)
}

/** Of a line that stands for lost ones, where the history goes on: behind the line with this sum, in the next segment. */
function readBridge(bytes: Buffer, start: number, line: Line): void {
  let at = start + line.body
  if (matches(bytes, at, RESUME) && isHex(bytes, at + RESUME.length) && bytes[at + RESUME.length + 16] === QUOTE) {
    line.leadsOn = bytes.toString('latin1', at + RESUME.length, at + RESUME.length + 16)
    at += RESUME.length + 17
  }
  line.closes = matches(bytes, at, NEXT)
}

/** Where the records went. What follows in a folder, once they are back, is in the next segment. */
function readMove(bytes: Buffer, start: number, line: Line): void {
  const at = start + line.body
  if (matches(bytes, at, TO_DATABASE)) line.movesTo = 'database'
  else if (matches(bytes, at, TO_FOLDER)) line.movesTo = 'folder'
  line.closes = line.movesTo === 'database'
}

const V = Buffer.from('{"v":')
const SEQ = Buffer.from(',"seq":')
const PREV = Buffer.from(',"prev":"')
const D = Buffer.from('","d":')
const AT = Buffer.from(',"at":')
const UP = Buffer.from(',"up":')
const BOOT = Buffer.from(',"boot":"')
const KIND = Buffer.from('","kind":"')
const SUM = Buffer.from(',"sum":"')
const RESUME = Buffer.from(',"resume":"')
const NEXT = Buffer.from(',"next":')
const TO_DATABASE = Buffer.from(',"to":"database"')
const TO_FOLDER = Buffer.from(',"to":"folder"')
const QUOTE = 0x22
const CLOSE = 0x7d

/** Where the parser is. It never yields, so one is enough. */
let cursor = 0

function matches(bytes: Buffer, at: number, literal: Buffer): boolean {
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false
  return true
}

/** Moves behind `literal` and the whole number after it. -1, and no meaning of the cursor, where they are not there. */
function numberAfter(bytes: Buffer, literal: Buffer, limit: number): number {
  if (!matches(bytes, cursor, literal)) return -1
  const first = cursor + literal.length
  let value = 0
  let at = first
  for (; at < limit; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  cursor = at
  const leadingZero = bytes[first] === 0x30 && at > first + 1
  return at === first || leadingZero || !Number.isSafeInteger(value) ? -1 : value
}

function isHex(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + 16; i++) {
    const byte = bytes[i]!
    if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) return false
  }
  return true
}

/** Boot ids and kinds repeat on every line: one string each keeps a million stamps small. */
const known = new Map<string, string>()

function shared(text: string): string {
  const first = known.get(text)
  if (first !== undefined) return first
  if (known.size > 1000) known.clear()
  known.set(text, text)
  return text
}
