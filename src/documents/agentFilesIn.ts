import type { AgentFields } from '../core/model/agent.js'
import { agentIdOf } from '../core/model/agentId.js'
import type { Said } from '../core/model/takenIn.js'
import { tell } from '../core/tell.js'
import { sumOf, type TakenRecord } from './account.js'
import { parseDeliverables } from './formats/deliverables.js'
import { beginsWith } from './growing.js'
import { linesOf, type LineProblem } from './formats/lines.js'
import { parseStatus, type StatusFile } from './formats/status.js'
import { parseWorkLog, renderWorkLine } from './formats/workLog.js'
import type { Ground } from './ground.js'
import { NEAR } from './lineSet.js'
import { recordedLog } from './recordedLog.js'

/** What came of a file; what is noted of it. */
export type FileSaid = Omit<TakenRecord, 'sum'> & {
  /** It is not all taken: to be looked at again, also where it does not change. */
  unfinished?: true
}

/** Whose a file is. */
export interface Whose {
  /** By the folder it is in, or the status beside it. */
  agent?: string | undefined
  tree?: string
  /** ms since 1970: when the file was written. */
  at?: number
  /** Told who a status says it is from. */
  named(agent: string): void
}

/** ms since a log was last written after which a line without its end counts as whole. */
const WHOLE = 10_000

/** ms that a line's own time may differ from now before it is kept with the line: of most lines, by when they are looked at. */
const NOW = 60_000

type Take = (ground: Ground, path: string, bytes: Buffer, before: TakenRecord | undefined, whose: Whose) => Promise<FileSaid | undefined>

export const takeStatus: Take = async ({ source }, _path, bytes, _before, whose) => {
  const { file, problems, more } = parseStatus(bytes.toString('utf8'))
  const agent = file.agent ?? whose.agent
  if (agent === undefined) return { problems: [...problems, unnamed()] }
  whose.named(agent)
  const known = (await source.records()).agents.find(({ id }) => id === agentIdOf(agent))
  const answer = await source.takeIn({ ...from(agent, whose), fields: fieldsOf(file, known ?? {}), ...(file.updatedAt !== undefined && { at: Date.parse(file.updatedAt) }) })
  return answer.ok ? { ...(!more && { all: true }), problems } : { problems: [...problems, { line: 1, reason: answer.hint }] }
}

/** Lines behind those that were taken, or that Muster wrote itself. */
export const takeLog: Take = async ({ source, account }, path, bytes, before, whose) => {
  if (whose.agent === undefined) return { problems: [unnamed()] }
  const text = bytes.toString('utf8')
  const isWhole = whose.at !== undefined && Date.now() - whose.at > WHOLE
  const end = isWhole ? text.length : text.lastIndexOf('\n') + 1
  // Somebody is in the middle of the first one.
  if (end === 0) return undefined
  const whole = text.slice(0, end)
  const { grown } = account.files.get(path) ?? {}
  const ours = grown !== undefined && beginsWith(grown, bytes) ? grown : undefined
  const unread = before?.unread === true
  // Somebody changed what Muster wrote, or nobody could read it for a while: what is recorded of it is found by what it says.
  const broken = unread || (grown !== undefined && ours === undefined)
  const skip = ours && !broken ? lineCount(bytes.subarray(0, ours.size)) : linesBefore(bytes, before)
  const { lines, problems, comments } = parseWorkLog(whole)
  const shown = problems.filter(({ line }) => unread || line > skip)
  const left = broken || lines.some(({ line, stamped }) => line > skip && stamped) ? await recordedLog(source, agentIdOf(whose.agent)) : undefined
  const isKnown = new Set(left && lines.filter(({ line, stamped, at, text: said }) => (broken ? left.take(said, at, NEAR) : line > skip && stamped && left.take(said, at, 0))).map(({ line }) => line))
  const changed = broken && grown !== undefined ? lines.filter(({ line, stamped, at }) => stamped && !isKnown.has(line) && left!.hasAt(at!)).map(({ line }) => line) : []
  shown.push(...changed.filter((line) => line > skip).map((line) => ({ line, reason: tell`This line was changed after it was recorded, which is not taken in. What is recorded stays, and this version of the file is kept beside it when it is made anew.` })))
  const isChanged = changed.length > 0
  // A line is known by what it says, wherever it is moved to; of the same ones, by how many there are. Behind what Muster wrote, where
  // it has other dates than it was taken with, it is known by what it is behind.
  const met = new Map<string, number>()
  for (const { line, at, text: said } of lines) {
    if (ours && !broken && line <= skip) continue
    const name = `${at ?? ''}\n${said}${ours && !broken ? `\n${ours.size} ${ours.end}` : ''}`
    met.set(name, (met.get(name) ?? 0) + 1)
    if (line <= skip || isKnown.has(line) || changed.includes(line)) continue
    const old = at !== undefined && Math.abs(Date.now() - at) > NOW
    const answer = await source.takeIn({ ...from(whose.agent, whose), log: old ? renderWorkLine(new Date(at).toISOString(), said) : said, key: `file.${sumOf(`${path}\n${name}\n${met.get(name)}`)}`, ...(at !== undefined && { at }) })
    if (!answer.ok) return { problems: [...shown, { line, reason: answer.hint }] }
  }
  const count = newlines(whole) + (whole.endsWith('\n') ? 0 : 1)
  // What was told of is in no record, nor are comments.
  const told = [...(before?.problems ?? []).filter(({ line }) => !unread && line <= skip), ...shown]
  return { ...(end < text.length && { unfinished: true }), ...(told.length === 0 && !isChanged && !(broken && comments) && end === text.length && { all: true }), ...(isChanged && { changed: true }), lines: { count, sum: sumOf(whole) }, problems: told }
}

export const takeDeliverables: Take = async ({ source }, _path, bytes, _before, whose) => {
  if (whose.agent === undefined) return { problems: [unnamed()] }
  const { file, problems, more } = parseDeliverables(bytes.toString('utf8'))
  const answer = await source.takeIn({ ...from(whose.agent, whose), made: file })
  return answer.ok ? { ...(!more && { all: true }), problems } : { problems: [...problems, { line: 1, reason: answer.hint }] }
}

const unnamed = (): LineProblem => ({ line: 1, reason: tell`Nothing says whose it is. Write AGENT_ID=<name> into .agent_status beside it.` })

function from(agent: string, { tree, at }: Whose): Pick<Said, 'agent' | 'tree' | 'at'> {
  return { agent, ...(at !== undefined && { at }), ...(tree !== undefined && { tree }) }
}

/** How many lines at the beginning are known, where the beginning is as it was. */
function linesBefore(bytes: Buffer, before: TakenRecord | undefined): number {
  const { count = 0, sum = '' } = before?.lines ?? {}
  let end = 0
  for (let n = 0; n < count; n++) end = bytes.indexOf(10, end) + 1 || bytes.length
  // The last one may have had no end, and have none now, or one of either system.
  const isKnown = count > 0 && ['', '\n', '\r\n'].some((ending) => bytes.subarray(end - ending.length, end).equals(Buffer.from(ending)) && sumOf(bytes.subarray(0, end - ending.length)) === sum)
  return isKnown ? lineCount(bytes.subarray(0, end)) : 0
}

/** Lines as they are numbered: a lone carriage return ends one too. */
function lineCount(bytes: Buffer): number {
  return linesOf(bytes.toString('utf8')).length
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

/** What is said to be nothing takes away only what there is. */
function fieldsOf({ agent: _agent, updatedAt: _updated, ...file }: StatusFile, known: AgentFields): AgentFields {
  return Object.fromEntries(Object.entries(file).filter(([field, value]) => {
    const isNothing = value === '' || (Array.isArray(value) && value.length === 0)
    return !isNothing || known[field as keyof AgentFields] !== undefined
  }))
}
