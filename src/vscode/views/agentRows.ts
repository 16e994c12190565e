import type { AgentView, ClaimView } from '../../core/model/operations.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { rowKinds } from '../contributions.js'
import { inNeed } from '../inNeed.js'
import { numberText, plural, t } from '../l10n.js'
import { leftOver, totalsOf, unfinished } from '../unfinished.js'
import { ago, agoBriefly, byName, duration, firstOf, lockCount, nameOfPath, parts, percent, said, short, until } from '../text.js'
import { agentRoles, agentStatuses } from '../words.js'
import { AgentDetails } from './agentDetails.js'
import { tooltip, type Row } from './row.js'

type Terminals = ReadonlyMap<string, string>

/** Characters of what an agent was asked, so that a side bar as wide as it comes has room for what stands behind it. */
const ABOUT = 20

/** ms without work after which an agent that runs is said to be quiet: by then it should have checked in. */
const QUIET_MS = 15 * 60_000

interface Tree {
  below: ReadonlyMap<string, AgentView[]>
  details: AgentDetails
  /** Whether those who are here work on several branches: one that is everybody's tells nothing. */
  branches: boolean
  sessions: ReadonlyMap<string, World['sessions']>
  /** The host of this window; others' is worth telling. */
  home: string | undefined
  /** Ids of agents that are gone and left something to see to. */
  unfinished: ReadonlySet<string>
  /** Why agents that are here need somebody, by their ids. */
  need: ReturnType<typeof inNeed>
  /** Ids of these and of those above them: they come before others. */
  first: ReadonlySet<string>
}

/**
 * Who is here: me, whoever needs somebody, who left work unfinished, people, then agents below whom they work for. What is wrong
 * with somebody stands first in their row: a side bar may be narrow. Those who left without leaving locks come last, folded.
 * @param terminals Names of this window's terminals, by the agents that work in them.
 */
export function agentRows(world: World, now: number, terminals: Terminals = new Map()): Row[] {
  const here = world.agents.filter((agent) => agent.me || agent.presence !== 'gone' || agent.claims.length > 0)
  const shown = new Set(here)
  const stopped = leftOver(world)
  const waiting = new Set(stopped)
  const away = world.agents.filter((agent) => !shown.has(agent) && !waiting.has(agent))
  const details = new AgentDetails(world, now)
  const ids = new Set(stopped.map(({ id }) => id))
  const branches = new Set(here.flatMap((agent) => branchOf(agent, details) ?? [])).size > 1
  const sessions = sessionsOf(world)
  const home = sessions.get(world.me?.id ?? '')?.[0]?.host
  const need = inNeed(world)
  const tree = { ...treeOf(here), details, branches, sessions, home, unfinished: ids, need, first: withAbove(need, here) }
  const left = stopped.filter((agent) => !shown.has(agent))
  const rows = sorted(tree.top, tree).map((agent) => agentRow(agent, tree, now, terminals))
  if (left.length > 0) rows.splice(tree.top.filter((agent) => rankOf(agent, tree) <= LEFT).length, 0, leftRow(left, world, tree, now))
  return [...rows, ...(away.length === 0 ? [] : [awayRow(away, tree, now)])]
}

function branchOf(agent: AgentView, details: AgentDetails): string | undefined {
  return agent.branch ?? details.current(agent.id)?.branch
}

function sessionsOf({ sessions }: World): Map<string, World['sessions'][number][]> {
  const found = new Map<string, World['sessions'][number][]>()
  for (const session of sessions) addTo(found, session.agent, session)
  return found
}

/** Those above are found with who is below them. */
function withAbove(need: ReadonlyMap<string, unknown>, agents: readonly AgentView[]): Set<string> {
  const parents = need.size === 0 ? undefined : new Map(agents.map(({ id, parent }) => [id, parent]))
  const found = new Set<string>()
  for (const id of need.keys()) for (let one: string | undefined = id; one !== undefined && !found.has(one); one = parents?.get(one)) found.add(one)
  return found
}

/** Place of those who stopped before their work was done: behind me and who cannot go on, before who needs nobody. */
const LEFT = 2

function rankOf(agent: AgentView, { first, unfinished: stopped }: Pick<Tree, 'first' | 'unfinished'>): number {
  if (agent.me) return 0
  if (first.has(agent.id)) return 1
  if (agent.presence === 'gone') return stopped.has(agent.id) ? LEFT : 5
  return agent.kind === 'person' ? 3 : 4
}

function sorted(agents: readonly AgentView[], tree: Pick<Tree, 'first' | 'unfinished'>): AgentView[] {
  return [...agents].sort((a, b) => rankOf(a, tree) - rankOf(b, tree) || byName(a.name, b.name))
}

/** Agents by whom they work for. Those who work for nobody shown, or in a circle for each other, are at the top. */
function treeOf(agents: readonly AgentView[]): { top: AgentView[]; below: Map<string, AgentView[]> } {
  const byId = new Map(agents.map((agent) => [agent.id, agent]))
  const inCircle = (agent: AgentView): boolean => {
    const seen = new Set<string>()
    for (let up = agent.parent; up !== undefined && !seen.has(up); up = byId.get(up)?.parent) {
      if (up === agent.id) return true
      seen.add(up)
    }
    return false
  }
  const top: AgentView[] = []
  const below = new Map<string, AgentView[]>()
  for (const agent of agents) {
    if (agent.parent === undefined || !byId.has(agent.parent) || inCircle(agent)) top.push(agent)
    else addTo(below, agent.parent, agent)
  }
  return { top, below }
}

function agentRow(agent: AgentView, tree: Tree, now: number, terminals: Terminals): Row {
  const below = sorted(tree.below.get(agent.id) ?? [], tree).map((child) => agentRow(child, tree, now, terminals))
  const children = [...below, ...tree.details.of(agent)]
  return {
    ...singleRow(agent, tree, now, terminals.get(agent.id)),
    // Who works for whom is seen at once; details where somebody looks for them.
    ...(children.length > 0 && { children, expanded: below.length > 0 }),
    ...(agent.presence === 'gone' && agent.claims.length > 0 && { more: true }),
  }
}

/** So much of what an agent wrote that its tooltip shows what stands below. */
function told(text = ''): string {
  return short(text, 200)
}

function singleRow(agent: AgentView, { details, branches, sessions, home, unfinished: stopped, need }: Tree, now: number, terminal?: string): Row {
  const current = details.current(agent.id)
  const branch = branchOf(agent, details)
  const gone = agent.presence === 'gone'
  const doing = agent.message ?? agent.currentTask
  // Who is done says no more what kept them.
  const blocker = agent.status === 'done' ? '' : short(agent.blocker ?? '', 40)
  // Agents have names like copilot-2: what tells them apart is what they were first asked, or the terminal they are in.
  const about = short(agent.brief ?? '', ABOUT) || (terminal && short(terminal, ABOUT))
  const host = sessions.get(agent.id)?.[0]?.host
  const why = need.get(agent.id)
  const description = parts(
    agent.me && t('you'),
    gone && t('gone'),
    agent.presence === 'overdue' && t('not heard from'),
    why === 'help' && t('asks for help'),
    why === 'error' && t('has an error'),
    blocker !== '' ? t('blocked: {0}', blocker) : agent.status === 'blocked' && t('blocked'),
    (!gone || stopped.has(agent.id)) && agent.status === 'failed' && t('failed'),
    about,
    // Early, since a narrow side bar cuts the end off. This window is here.
    !agent.me && lastSign(agent, now),
    home !== undefined && host !== undefined && host !== home && t('on {0}', short(host, 20)),
    (!gone || stopped.has(agent.id)) && agent.status === 'done' && t('done'),
    percent(agent.progress),
    holding(agent, current),
    doing !== undefined && doing !== agent.brief && short(doing, 40),
    branches && branch !== undefined && short(branch, 20),
  )
  return {
    id: agent.id,
    label: short(agent.name),
    description,
    ...lookOf(agent, why !== undefined),
    tooltip: tooltip(
      agent.name,
      [t('Is'), parts(agent.me ? t('this window') : agent.kind === 'person' ? t('a person') : t('an agent'), agent.role && agentRoles(agent.role), agent.model, agent.client)],
      [t('Status'), parts(statusOf(agent), percent(agent.progress))],
      [t('Error'), agent.status === 'failed' ? told(agent.error) : undefined],
      [t('Says'), told(agent.message)],
      [t('Was asked'), told(agent.brief)],
      [t('Terminal'), terminal],
      [t('Process'), processOf(agent)],
      [t('Task'), told(agent.currentTask)],
      [t('Next'), told(agent.nextTask)],
      [t('Blocked by'), told(agent.blocker)],
      [t('Waits for'), agent.waitingFor?.join(', ')],
      [t('Expected done'), agent.eta && until(agent.eta, now)],
      [t('Last test'), told(agent.lastTest)],
      [t('Branch'), branch],
      [t('Connected'), (sessions.get(agent.id) ?? []).slice(0, 3).map(({ pid, host, client }) => t('process {0} on {1} ({2})', String(pid), host, client)).join(', ')],
      [t('Locks'), firstOf(agent.claims, 10)],
      [t('Last work'), agent.workedAt && ago(agent.workedAt, now)],
      [t('Seen'), ago(agent.seenAt, now)],
    ),
    spoken: said(agent.name, agent.kind === 'person' ? t('person') : t('agent'), statusOf(agent), description),
    kind: `${kindOf(agent, terminal)}${!agent.me && agent.kind === 'person' ? rowKinds.person : ''}${!agent.me && details.hasStale(agent.id) ? rowKinds.withStale : ''}${agent.status === 'done' || agent.status === 'failed' ? rowKinds.over : ''}${stopped.has(agent.id) ? rowKinds.unfinished : ''}${details.hasFile(agent.id) ? rowKinds.withFile : ''}`,
    target: { type: 'agent', id: agent.id },
    ...(terminal !== undefined && !agent.me && { click: 'muster.showTerminal' }),
  }
}

/** When it last did something, or, where it is gone, was last seen. One that runs, and says and does nothing, may hang or wait for somebody. */
function lastSign({ kind, presence, status, deployment, seenAt, workedAt = seenAt }: AgentView, now: number): string {
  const [since, ms] = presence === 'gone' ? [seenAt, 0] : [workedAt, now - Date.parse(workedAt)]
  const isQuiet = kind === 'agent' && deployment?.phase !== 'queued' && presence === 'live' && status !== 'done' && status !== 'failed' && ms >= QUIET_MS
  return isQuiet ? t('quiet for {0}', duration(ms)) : agoBriefly(since, now)
}

function kindOf({ me, presence, claims, deployment }: AgentView, terminal: string | undefined): string {
  if (me) return rowKinds.me
  if (deployment) return `${deployment.phase === 'ended' ? rowKinds.ended : rowKinds.deployed}${terminal === undefined ? '' : rowKinds.withTerminal}`
  if (presence === 'gone' && claims.length > 0) return rowKinds.goneAgent
  return terminal === undefined ? rowKinds.agent : rowKinds.inTerminal
}

/** `auth.ts`, `auth.ts +2`: what it locked last, and how much more. */
function holding(agent: AgentView, current: ClaimView | undefined): string | undefined {
  const number = agent.claims.length
  if (current === undefined) return number > 0 ? lockCount(number) : undefined
  const name = short(current.kind === 'name' ? current.resource : nameOfPath(current.resource), 24)
  return number > 1 ? `${name} +${number - 1}` : name
}

/** What became of the process that Muster started for it. */
function processOf({ deployment }: AgentView): string | undefined {
  if (!deployment) return undefined
  const { phase, process, kept, exit, restarts, warning } = deployment
  return parts(
    phase === 'queued' && t('stands in line'),
    phase === 'running' && process && t('process {0}', String(process.pid)),
    phase === 'restarting' && t('starts again in a moment'),
    phase === 'ended' && (exit?.known ? (exit.signal === null ? t('ended with code {0}', String(exit.code)) : t('ended by {0}', exit.signal)) : t('ended unseen')),
    phase !== 'ended' && !kept && t('nobody looks after it'),
    restarts > 0 && plural(restarts, 'started again once', 'started again {n} times'),
    exit?.reason,
    warning,
  )
}

function statusOf(agent: AgentView): string {
  if (agent.presence === 'gone') return t('gone')
  const status = agentStatuses(agent.status)
  return agent.presence === 'overdue' ? t('{0}, not heard from', status) : status
}

/** What an agent does, for who cannot tell by the colour. People are people. */
const statusIcons: Record<AgentView['status'], string> = { waiting: 'watch', starting: 'sync', working: 'hubot', blocked: 'stop-circle', failed: 'error', done: 'pass' }

function lookOf(agent: AgentView, needs: boolean): Pick<Row, 'icon' | 'color'> {
  if (agent.presence === 'gone') return { icon: 'circle-slash', color: 'disabledForeground' }
  const icon = agent.kind === 'person' ? 'account' : statusIcons[agent.status]
  if (agent.presence === 'overdue' || agent.status === 'blocked' || (needs && agent.status !== 'failed')) return { icon, color: 'problemsWarningIcon.foreground' }
  if (agent.status === 'failed') return { icon, color: 'problemsErrorIcon.foreground' }
  return agent.status === 'working' ? { icon, color: 'charts.green' } : { icon }
}

/** Those who stopped and hold nothing, which would show them among the others; what they left is below each. */
function leftRow(left: readonly AgentView[], world: World, tree: Tree, now: number): Row {
  const totals = totalsOf(unfinished(world), world)
  return {
    id: '(unfinished)',
    label: t('Left unfinished'),
    description: numberText(left.length),
    icon: 'debug-restart',
    tooltip: tooltip(t('Left unfinished'), [t('Agents'), totals]),
    spoken: said(t('Left unfinished'), totals),
    kind: rowKinds.unfinishedGroup,
    target: { type: 'group' },
    expanded: true,
    children: sorted(left, tree).slice(0, 50).map((agent) => {
      const children = tree.details.of(agent)
      return { ...singleRow(agent, tree, now), ...(children.length > 0 && { children }) }
    }),
  }
}

function awayRow(away: readonly AgentView[], tree: Tree, now: number): Row {
  const latest = [...away].sort((a, b) => b.seenAt.localeCompare(a.seenAt))
  return {
    id: '(away)',
    label: t('Not here now'),
    description: numberText(away.length),
    icon: 'history',
    tooltip: tooltip(t('Not here now'), [t('Hold no locks'), latest.slice(0, 10).map((agent) => agent.name).join(', ')]),
    spoken: t('Not here now, {0}', away.length),
    kind: rowKinds.group,
    target: { type: 'group' },
    children: latest.slice(0, 50).map((agent) => singleRow(agent, tree, now)),
  }
}
