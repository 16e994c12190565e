import type { DocumentSource } from '../core/documentCalls.js'
import { oneLine } from './formats/lines.js'
import { LineSet } from './lineSet.js'
import { steps, workLine } from './workLines.js'

type Line = readonly [text: string, at: number]

/** What was read so far: of all agents, since the records are gone through once. */
const read = new WeakMap<DocumentSource, { ledger: string; seq: number; logs: Map<string, Line[]> }>()

/** An agent's log as it is recorded. @throws what reading the ledger throws */
export async function recordedLog(source: DocumentSource, agent: string): Promise<LineSet> {
  const before = read.get(source)
  const known = before?.ledger === source.ledger ? before : { ledger: source.ledger, seq: 0, logs: new Map<string, Line[]>() }
  read.set(source, known)
  for await (const one of source.since(known.seq)) {
    known.seq = one.seq
    const said = steps.some((type) => type === one.event.type) ? workLine(one) : undefined
    if (said === undefined) continue
    const lines = known.logs.get(said.agent) ?? []
    known.logs.set(said.agent, lines)
    lines.push([oneLine(said.text), Date.parse(one.at)])
  }
  const set = new LineSet()
  for (const [text, at] of known.logs.get(agent) ?? []) set.add(text, at)
  return set
}
