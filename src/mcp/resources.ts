import type { Disposable } from '../core/emitter.js'
import type { Change, Muster, World } from '../core/muster.js'
import { LISTED_TEXT, setApart } from './othersText.js'

/** What can be looked at without a tool. Reading changes nothing, and no message counts as seen for it. */
const resources = [
  { name: 'status', title: 'Status', description: 'Who works here, what is locked, what waits' },
  { name: 'agents', title: 'Agents', description: 'Who works here, on what, how far' },
  { name: 'claims', title: 'Locks', description: 'What is locked, by whom, who waits' },
  { name: 'inbox', title: 'Inbox', description: 'Messages to and from this agent' },
  { name: 'decisions', title: 'Decisions', description: 'Decisions and where they stand' },
] as const
export type ResourceName = (typeof resources)[number]['name']

/** Most of a list that is given at once. */
const MOST = 200
/** Changes are told this much later, in ms, so that a burst is told once. */
const COALESCE_MS = 100

export function uriOf(name: ResourceName): string {
  return `muster://${name}`
}

export function nameIn(uri: string): ResourceName | undefined {
  return resources.find(({ name }) => uri === uriOf(name))?.name
}

/** While nobody has used Muster here there is only the status to look at. */
export function listedResources(on: boolean): { uri: string; name: string; title: string; description: string; mimeType: string }[] {
  return resources.filter(({ name }) => on || name === 'status').map(({ name, ...rest }) => ({ uri: uriOf(name), name, ...rest, mimeType: 'application/json' }))
}

/** @param speaking Id of the agent that asks; of several where that is not told, none while nobody has done anything. */
export function contentOf(name: ResourceName, world: World, speaking: readonly string[]): object {
  const agent = speaking.length === 1 ? speaking[0]! : ''
  const list = (key: string, all: readonly object[]): object => setApart({ [key]: all.slice(-MOST), total: all.length }, { longest: LISTED_TEXT })
  switch (name) {
    case 'status':
      return { ...statusOf(world, agent), ...severalOf(world, speaking) }
    case 'agents':
      return list('agents', world.agents)
    case 'claims':
      return list('claims', world.claims.map((claim) => ({ ...claim, mine: claim.heldBy === agent })))
    case 'inbox':
      return { ...list('messages', agent === '' ? [] : world.messages), ...severalOf(world, speaking) }
    case 'decisions':
      return list('decisions', world.decisions)
  }
}

/** Where several conversations speak through this server, a look at a resource does not say which of them it is for. */
function severalOf({ agents }: World, speaking: readonly string[]): object {
  if (speaking.length < 2) return {}
  const conversations = agents.filter(({ id }) => speaking.includes(id)).map(({ id, unread }) => ({ id, unread }))
  return { ...setApart({ conversations }), next: 'Several conversations speak through this server. Read the messages of yours with read_messages.' }
}

function statusOf(world: World, agent: string): object {
  const { agents, claims, decisions, ledger } = world
  const own = agents.find(({ id }) => id === agent)
  return setApart({
    on: true,
    agent: agent === '' ? null : agent,
    unread: own?.unread ?? 0,
    agents: agents.filter(({ kind, presence }) => kind === 'agent' && presence === 'live').length,
    claims: claims.length,
    stale: claims.filter(({ stale }) => stale).length,
    proposed: decisions.filter(({ status }) => status === 'proposed').length,
    ...(ledger.database && { database: ledger.database }),
    // That this connection only looks on is no trouble.
    ...(ledger.readOnly && ledger.readOnly.code !== 'OPENED_READ_ONLY' && { code: ledger.readOnly.code }),
  })
}

/** Which resources an event changes, by the first word of its type. The status counts all of them. */
const changedBy: Readonly<Record<string, readonly ResourceName[]>> = {
  agent: ['agents'],
  session: ['agents', 'claims'],
  claim: ['claims', 'agents'],
  wait: ['claims'],
  message: ['inbox'],
  help: ['inbox'],
  decision: ['decisions'],
}

/** Tells which resources have changed; the last changes of a burst together. */
export function followChanges(muster: Muster, tell: (changed: ReadonlySet<ResourceName>) => void): Disposable {
  const changed = new Set<ResourceName>()
  let timer: NodeJS.Timeout | undefined
  const note = ({ entries }: Change): void => {
    // Only time passed: what is drawn from it may look different, but there is nothing new to tell of.
    if (entries.length === 0) return
    for (const { event } of entries) for (const name of changedBy[event.type.split('.')[0] ?? ''] ?? []) changed.add(name)
    changed.add('status')
    timer ??= setTimeout(() => {
      timer = undefined
      const told = new Set(changed)
      changed.clear()
      tell(told)
    }, COALESCE_MS)
  }
  const subscription = muster.onDidChange(note)
  return {
    dispose() {
      clearTimeout(timer)
      subscription.dispose()
    },
  }
}
