import type { AgentFields } from '../core/model/agent.js'
import { agentIdOf } from '../core/model/agentId.js'
import type { Said } from '../core/model/takenIn.js'
import { sumOf, type TakenRecord } from './account.js'
import { parseDeliverables } from './formats/deliverables.js'
import { beginsWith } from './growing.js'
import type { LineProblem } from './formats/lines.js'
import { parseStatus, type StatusFile } from './formats/status.js'
import { parseWorkLog, renderWorkLine } from './formats/workLog.js'
import type { Ground } from './ground.js'

/** What came of a file; what is noted of it. */
export type FileSaid = Omit<TakenRecord, 'sum'>

/** Whose a file is. */
export interface Whose {
  /** By the folder it is in, or the status beside it. */
  agent?: string | undefined
  tree?: string
  /** Told who a status says it is from. */
  named(agent: string): void
}

/** ms that a line's own time may differ from now before it is kept with the line. */
const NOW = 15 * 60_000

type Take = (ground: Ground, path: string, bytes: Buffer, before: TakenRecord | undefined, whose: Whose) => Promise<FileSaid | undefined>

export const takeStatus: Take = async ({ source }, _path, bytes, _before, whose) => {
  const { file, problems, more } = parseStatus(bytes.toString('utf8'))
  const agent = file.agent ?? whose.agent
  if (agent === undefined) return { problems: [...problems, unnamed] }
  whose.named(agent)
  const known = (await source.records()).agents.find(({ id }) => id === agentIdOf(agent))
  const answer = await source.takeIn({ ...from(agent, whose), fields: fieldsOf(file, known ?? {}) })
  return answer.ok ? { ...(!more && { all: true }), problems } : { problems: [...problems, { line: 1, reason: answer.hint }] }
}

/** Lines behind those that were taken, or that Muster wrote itself. */
export const takeLog: Take = async ({ source, account }, path, bytes, before, whose) => {
  if (whose.agent === undefined) return { problems: [unnamed] }
  const text = bytes.toString('utf8')
  const end = text.lastIndexOf('\n') + 1
  // Somebody is in the middle of the first one.
  if (end === 0) return undefined
  const whole = text.slice(0, end)
  const skip = linesBefore(bytes, before, account.files.get(path)?.grown)
  const { lines, problems } = parseWorkLog(whole)
  const shown = problems.filter(({ line }) => line > skip)
  for (const { line, at, text: said } of lines) {
    if (line <= skip) continue
    const old = at !== undefined && Math.abs(Date.now() - at) > NOW
    const answer = await source.takeIn({ ...from(whose.agent, whose), log: old ? renderWorkLine(new Date(at).toISOString(), said) : said, key: `file.${sumOf(`${path}\n${line}\n${said}`)}` })
    if (!answer.ok) return { problems: [...shown, { line, reason: answer.hint }] }
  }
  const count = whole.split('\n').length - 1
  return { ...(shown.length === 0 && end === text.length && { all: true }), lines: { count, sum: sumOf(whole) }, problems: [...(before?.problems ?? []).filter(({ line }) => line <= skip), ...shown] }
}

export const takeDeliverables: Take = async ({ source }, _path, bytes, _before, whose) => {
  if (whose.agent === undefined) return { problems: [unnamed] }
  const { file, problems, more } = parseDeliverables(bytes.toString('utf8'))
  const answer = await source.takeIn({ ...from(whose.agent, whose), made: file })
  return answer.ok ? { ...(!more && { all: true }), problems } : { problems: [...problems, { line: 1, reason: answer.hint }] }
}

const unnamed: LineProblem = { line: 1, reason: 'Nothing says whose it is. Write AGENT_ID=<name> into .agent_status beside it.' }

function from(agent: string, { tree }: Whose): Pick<Said, 'agent' | 'tree'> {
  return { agent, ...(tree !== undefined && { tree }) }
}

/** How many lines at the beginning are known, where the beginning is as it was. */
function linesBefore(bytes: Buffer, before: TakenRecord | undefined, grown: { size: number; end: string } | undefined): number {
  if (grown !== undefined && beginsWith(grown, bytes)) return newlines(bytes.subarray(0, grown.size))
  const { count = 0, sum = '' } = before?.lines ?? {}
  let end = 0
  for (let n = 0; n < count; n++) end = bytes.indexOf(10, end) + 1
  return count > 0 && sumOf(bytes.subarray(0, end)) === sum ? count : 0
}

function newlines(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte === 10) count++
  return count
}

/** What is said to be nothing takes away only what there is. */
function fieldsOf({ agent: _agent, updatedAt: _updated, ...file }: StatusFile, known: AgentFields): AgentFields {
  return Object.fromEntries(Object.entries(file).filter(([field, value]) => {
    const isNothing = value === '' || (Array.isArray(value) && value.length === 0)
    return !isNothing || known[field as keyof AgentFields] !== undefined
  }))
}
