import { agentIdOf } from '../core/model/agentId.js'
import { agentStateFile } from '../core/model/agentState.js'
import type { AgentView } from '../core/model/operations.js'
import { isClosed } from '../core/model/agentStatus.js'
import type { DeliverableView } from '../core/model/workOperations.js'
import type { DocumentRecords, RecordedEvent } from '../core/documentCalls.js'
import { renderDeliverables, type Deliverables } from './formats/deliverables.js'
import { oneLine } from './formats/lines.js'
import { renderStatus } from './formats/status.js'
import { renderTakenLine, renderWorkLine } from './formats/workLog.js'
import { steps, workLine } from './workLines.js'
import type { DocumentFacts, DocumentPlace, Producer, WantedDocument, WholeDocument } from './types.js'

export const agentFiles = { status: '.agent_status', log: '.agent_work_log', deliverables: '.agent_deliverables' } as const

/**
 * What each agent is at: `agents/<id>/.agent_status`, `.agent_work_log`, `.agent_deliverables` and `state/<id>.json`, and the
 * first three in the root of its working tree where that is asked for. Whoever writes one of them keeps it.
 */
export const agentDocuments: Producer = {
  name: 'agents',
  follows: steps,
  *documents(records, facts, news) {
    const delivered = deliverablesOf(records)
    const logs = logsOf(news)
    const owners = facts.settings.agentFiles ? ownersOf(records.agents, facts) : new Map<string, { tree: string }>()
    const names = new Map(records.agents.map(({ id, name }) => [id, name]))
    for (const agent of records.agents) {
      if (agent.kind !== 'agent') continue
      const [above, own, tree] = [names.get(agent.parent ?? ''), delivered.get(agent.id) ?? [], owners.get(agent.id)?.tree]
      const shows = [above, tree, ...own.map(({ id }) => id)].join('\n')
      const known = made.get(agent)
      const documents = known?.shows === shows ? known.documents : [...documentsOf(agent, own, above, placesOf(agent.id, owners))]
      if (known?.documents !== documents) made.set(agent, { shows, documents })
      yield* documents
    }
    // Who was cleaned up has no files any more.
    const known = new Set(records.agents.flatMap(({ id, kind }) => (kind === 'agent' ? id : [])))
    for (const [id, lines] of logs) if (known.has(id)) for (const place of placesOf(id, owners)) yield { ...place(agentFiles.log), lines, yieldsTo: 'others' } satisfies WantedDocument
  },
}

/** An agent's documents as they were made last, and what of others they show: most agents have not changed since. */
const made = new WeakMap<AgentView, { shows: string; documents: readonly WholeDocument[] }>()

function* documentsOf(agent: AgentView, own: readonly DeliverableView[], above: string | undefined, places: readonly ((name: string) => DocumentPlace)[]): Generator<WholeDocument> {
  // Texts are not kept: they are asked for once, and never again while nothing changes.
  for (const place of places) {
    yield { ...place(agentFiles.status), get text() { return statusText(agent) }, yieldsTo: 'others' }
    if (own.length > 0) yield { ...place(agentFiles.deliverables), get text() { return renderDeliverables(together(own)) }, yieldsTo: 'others' }
  }
  yield { root: 'folder', path: `state/${agent.id}.json`, get text() { return `${JSON.stringify(agentStateFile(agent, agent.seenAt, above), null, 2)}\n` }, ...(agent.deployment && { missing: true }) }
}

function placesOf(id: string, owners: ReadonlyMap<string, { tree: string }>): ((name: string) => DocumentPlace)[] {
  const root = owners.get(id)
  return [(name) => ({ root: 'folder', path: `agents/${id}/${name}` }), ...(root === undefined ? [] : [(name: string): DocumentPlace => ({ root, path: name })])]
}

/** Known by the name people gave it, where that leads to the same agent. */
function shownName({ name, id }: Pick<AgentView, 'name' | 'id'>): string {
  return agentIdOf(name) === id && oneLine(name) === name ? name : id
}

function statusText(agent: AgentView): string {
  return renderStatus({ ...agent, agent: shownName(agent), updatedAt: agent.seenAt })
}

function deliverablesOf({ deliverables }: DocumentRecords): Map<string, DeliverableView[]> {
  const all = new Map<string, DeliverableView[]>()
  for (const one of deliverables) {
    const own = all.get(one.agent)
    if (own === undefined) all.set(one.agent, [one])
    else own.push(one)
  }
  return all
}

/** All an agent has made, as one list: of a file the last that was said, the rest each once. */
function together(own: readonly DeliverableView[]): Deliverables {
  return {
    files: [...new Map(own.flatMap(({ files }) => files).map((file) => [file.path, file])).values()],
    endpoints: [...new Set(own.flatMap(({ endpoints }) => endpoints))],
    tests: [...new Set(own.flatMap(({ tests }) => tests))],
    integrationReady: own.at(-1)!.integrationReady,
  }
}

function logsOf(news: readonly RecordedEvent[]): Map<string, { seq: number; text: string }[]> {
  const logs = new Map<string, { seq: number; text: string }[]>()
  for (const one of news) {
    const said = workLine(one)
    if (said === undefined) continue
    const lines = logs.get(said.agent) ?? []
    logs.set(said.agent, lines)
    lines.push({ seq: one.seq, text: (one.fromFile ? renderTakenLine : renderWorkLine)(one.at, said.text) })
  }
  return logs
}

/** Those at work in a tree whose root has the files of another one. */
export function secondsOf(agents: readonly AgentView[], facts: OwnerFacts): { agent: AgentView; owner: AgentView; root: string }[] {
  const owners = ownersOf(agents, facts)
  return [...owners].flatMap(([id, { tree: root }]) => {
    const owner = agents.find((one) => one.id === id)!
    return agents.filter((one) => one.kind === 'agent' && one.tree === owner.tree && one.id !== id && !isClosed(one.status)).map((agent) => ({ agent, owner, root }))
  })
}

type OwnerFacts = Pick<DocumentFacts, 'trees' | 'writerIn'>

/**
 * Who has its files in the root of a tree: one agent each. Who wrote them itself, as long as it is at work or they are left
 * as they are; then the first that is
 * not finished, else the first. Nobody, where they are left to a writer
 * who is not in that tree.
 */
export function ownersOf(agents: readonly AgentView[], { trees, writerIn }: OwnerFacts): Map<string, { tree: string }> {
  const owners = new Map<string, { tree: string }>()
  for (const { id, root } of trees) {
    const here = agents.filter((agent) => agent.kind === 'agent' && agent.tree === id)
    const named = writerIn(root)
    const writer = named && agents.find((agent) => agent.id === named.agent)
    const isTheirs = named?.stays === true || (writer !== undefined && !isClosed(writer.status))
    const owner = isTheirs ? here.find((agent) => agent === writer) : (here.find(({ status }) => !isClosed(status)) ?? here.find((agent) => agent === writer) ?? here[0])
    if (owner) owners.set(owner.id, { tree: root })
  }
  return owners
}
