import type { Facts, ListName, Lists } from '../protocol/dashboard.js'
import { parts } from '../vscode/text.js'
import { gravity } from './order.js'

/** `calm`: nothing to do. `attention`: somebody should look. `trouble`: something is wrong. */
export type Tone = 'calm' | 'attention' | 'trouble'

/** One answer to "is everything all right?". */
export interface Tile {
  list: ListName
  label: string
  value: string
  detail: string
  tone: Tone
}

export function tilesOf({ agents, locks, help, decisions, errors, messages }: Lists, facts: Facts): Tile[] {
  const here = agents.filter(({ presence }) => presence !== 'gone')
  const silent = here.filter(({ presence }) => presence === 'overdue').length
  const failed = here.filter(({ status }) => status === 'failed').length
  const blocked = here.filter((agent) => agent.blocked).length
  const stale = locks.filter((lock) => lock.stale).length
  const waited = locks.filter(({ waiters }) => waiters !== '').length
  const proposed = decisions.filter(({ status }) => status === 'proposed').length
  const open = errors.filter(({ status }) => status === 'open')
  const grave = open.filter(({ severity }) => gravity[severity] < gravity.medium).length
  const urgent = messages.filter(({ unread, priority }) => unread && priority === 'urgent').length
  return [
    { list: 'agents', label: here.length === 1 ? 'Agent here' : 'Agents here', value: String(here.length), detail: parts(failed > 0 && `${failed} failed`, blocked > 0 && `${blocked} blocked`, silent > 0 && `${silent} not heard from`) || 'all heard from', tone: failed > 0 ? 'trouble' : blocked + silent > 0 ? 'attention' : 'calm' },
    { list: 'locks', label: locks.length === 1 ? 'Lock' : 'Locks', value: String(locks.length), detail: parts(stale > 0 && `${stale} stale`, waited > 0 && `${waited} waited for`) || 'none stale', tone: stale > 0 ? 'attention' : 'calm' },
    { list: 'decisions', label: proposed === 1 ? 'Decision to review' : 'Decisions to review', value: String(proposed), detail: proposed === 0 ? 'none waiting' : 'waiting for a person', tone: proposed > 0 ? 'attention' : 'calm' },
    { list: 'help', label: help.length === 1 ? 'Request for help' : 'Requests for help', value: String(help.length), detail: help.length === 0 ? 'nobody is stuck' : `from ${help[0]!.from}${help.length > 1 ? ` and ${help.length - 1} more` : ''}`, tone: help.length > 0 ? 'attention' : 'calm' },
    { list: 'messages', label: facts.unread === 1 ? 'Unread message' : 'Unread messages', value: String(facts.unread), detail: parts(urgent > 0 && `${urgent} urgent`, `${facts.messages} in all`), tone: urgent > 0 ? 'attention' : 'calm' },
    { list: 'errors', label: open.length === 1 ? 'Open error' : 'Open errors', value: String(open.length), detail: grave > 0 ? `${grave} grave` : open.length > 0 ? 'none grave' : 'nothing is broken', tone: grave > 0 ? 'trouble' : open.length > 0 ? 'attention' : 'calm' },
    { list: 'tasks', label: facts.tasksWanted === 1 ? 'Task done' : 'Tasks done', value: facts.tasksWanted === 0 ? '0' : `${facts.tasksDone} of ${facts.tasksWanted}`, detail: facts.tasksWanted === 0 ? 'none planned' : `${facts.tasksWanted - facts.tasksDone} to do`, tone: 'calm' },
  ]
}

/** The answer in one line, for whoever only wants that, and for screen readers. */
export function verdictOf(tiles: readonly Tile[], facts: Facts): { text: string; tone: Tone } {
  if (facts.trouble !== undefined) return { text: 'Muster needs a look', tone: 'trouble' }
  const worse = tiles.filter(({ tone }) => tone !== 'calm')
  if (worse.length === 0) return { text: 'Everything is all right', tone: 'calm' }
  const tone = worse.some((tile) => tile.tone === 'trouble') ? 'trouble' : 'attention'
  return { text: `${worse.length === 1 ? 'One thing needs' : `${worse.length} things need`} attention: ${worse.map(({ list }) => list === 'help' ? 'requests for help' : list).join(', ')}`, tone }
}
