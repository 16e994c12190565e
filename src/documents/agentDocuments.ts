import { agentIdOf } from '../core/model/agentId.js'
import { agentStateFile } from '../core/model/agentState.js'
import type { AgentView } from '../core/model/operations.js'
import { isClosed } from '../core/model/agentStatus.js'
import type { DocumentRecords, RecordedEvent } from '../core/documentCalls.js'
import { renderDeliverables, type Deliverables } from './formats/deliverables.js'
import { oneLine } from './formats/lines.js'
import { renderStatus } from './formats/status.js'
import { renderWorkLine } from './formats/workLog.js'
import type { DocumentFacts, DocumentPlace, Producer, WantedDocument } from './types.js'

export const agentFiles = { status: '.agent_status', log: '.agent_work_log', deliverables: '.agent_deliverables' } as const

/**
 * What each agent is at: `agents/<id>/.agent_status`, `.agent_work_log`, `.agent_deliverables` and `state/<id>.json`, and the
 * first three in the root of its working tree where that is asked for. Whoever writes one of them keeps it.
 */
export const agentDocuments: Producer = {
  name: 'agents',
  follows: ['work.logged'],
  *documents(records, facts, news) {
    const made = deliverablesOf(records)
    const logs = logsOf(news)
    const owners = facts.settings.agentFiles ? ownersOf(records.agents, facts) : new Map<string, DocumentPlace['root']>()
    const names = new Map(records.agents.map(({ id, name }) => [id, name]))
    for (const agent of records.agents) {
      if (agent.kind !== 'agent') continue
      const texts: [string, string | undefined][] = [[agentFiles.status, statusText(agent)], [agentFiles.deliverables, made.get(agent.id)]]
      for (const place of placesOf(agent.id, owners)) {
        for (const [name, text] of texts) if (text !== undefined) yield { ...place(name), text, yieldsTo: 'others' }
      }
      yield { root: 'folder', path: `state/${agent.id}.json`, text: `${JSON.stringify(agentStateFile(agent, agent.seenAt, names.get(agent.parent ?? '')), null, 2)}\n`, ...(agent.deployment && { missing: true }) }
    }
    // Who was cleaned up has no files any more.
    const known = new Set(records.agents.map(({ id }) => id))
    for (const [id, lines] of logs) if (known.has(id)) for (const place of placesOf(id, owners)) yield { ...place(agentFiles.log), lines, yieldsTo: 'others' } satisfies WantedDocument
  },
}

function placesOf(id: string, owners: ReadonlyMap<string, DocumentPlace['root']>): ((name: string) => DocumentPlace)[] {
  const root = owners.get(id)
  return [(name) => ({ root: 'folder', path: `agents/${id}/${name}` }), ...(root === undefined ? [] : [(name: string): DocumentPlace => ({ root, path: name })])]
}

/** Known by the name people gave it, where that leads to the same agent. */
export function shownName({ name, id }: Pick<AgentView, 'name' | 'id'>): string {
  return agentIdOf(name) === id && oneLine(name) === name ? name : id
}

function statusText(agent: AgentView): string {
  return renderStatus({ ...agent, agent: shownName(agent), updatedAt: agent.seenAt })
}

/** All an agent has made, as one list: of a file the last that was said, the rest each once. */
function deliverablesOf(records: DocumentRecords): Map<string, string> {
  const all = new Map<string, Deliverables>()
  for (const { agent, files, endpoints, tests, integrationReady } of records.deliverables) {
    const known = all.get(agent)
    const byPath = new Map([...(known?.files ?? []), ...files].map((file) => [file.path, file]))
    all.set(agent, {
      files: [...byPath.values()],
      endpoints: [...new Set([...(known?.endpoints ?? []), ...endpoints])],
      tests: [...new Set([...(known?.tests ?? []), ...tests])],
      integrationReady,
    })
  }
  return new Map([...all].map(([agent, one]) => [agent, renderDeliverables(one)]))
}

function logsOf(news: readonly RecordedEvent[]): Map<string, { seq: number; text: string }[]> {
  const logs = new Map<string, { seq: number; text: string }[]>()
  for (const { seq, at, event } of news) {
    if (event.type !== 'work.logged') continue
    const lines = logs.get(event.agent) ?? []
    logs.set(event.agent, lines)
    lines.push({ seq, text: renderWorkLine(at, event.text) })
  }
  return logs
}

/** Who has its files in the root of a tree: one agent each, the first that is not finished, else the first. */
export function ownersOf(agents: readonly AgentView[], { trees }: Pick<DocumentFacts, 'trees'>): Map<string, { tree: string }> {
  const owners = new Map<string, { tree: string }>()
  for (const { id, root } of trees) {
    const here = agents.filter((agent) => agent.kind === 'agent' && agent.tree === id)
    const owner = here.find(({ status }) => !isClosed(status)) ?? here[0]
    if (owner) owners.set(owner.id, { tree: root })
  }
  return owners
}
