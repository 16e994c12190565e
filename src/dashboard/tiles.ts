import type { Facts, ListName, Lists } from '../protocol/dashboard.js'
import { numberText, plural, t } from '../vscode/l10n.js'
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

export function tilesOf({ agents, locks, help, decisions, errors, messages, runs }: Lists, facts: Facts): Tile[] {
  const here = agents.filter(({ presence }) => presence !== 'gone')
  const left = agents.filter((agent) => agent.left).length
  const silent = here.filter(({ presence }) => presence === 'overdue').length
  const failed = here.filter(({ status }) => status === 'failed').length
  const blocked = here.filter((agent) => agent.blocked).length
  const stale = locks.filter((lock) => lock.stale).length
  const waited = locks.filter(({ waiters }) => waiters !== '').length
  const proposed = decisions.filter(({ status }) => status === 'proposed').length
  const open = errors.filter(({ status }) => status === 'open')
  const grave = open.filter(({ severity }) => gravity[severity] < gravity.medium).length
  const urgent = messages.filter(({ unread, priority }) => unread && priority === 'urgent').length
  const owed = messages.filter((message) => message.owed).length
  const lost = messages.filter((message) => message.loss).length
  const running = runs.filter(({ status }) => status === 'running')
  const hung = running.filter((run) => run.hung).length
  const dead = runs.filter((run) => run.dead).length
  const tiles: Tile[] = [
    { list: 'agents', label: here.length === 1 ? t('Agent here') : t('Agents here'), value: numberText(here.length), detail: parts(failed > 0 && t('{0} failed', failed), blocked > 0 && t('{0} blocked', blocked), silent > 0 && t('{0} not heard from', silent), left > 0 && t('{0} left unfinished', left)) || t('all heard from'), tone: failed > 0 ? 'trouble' : blocked + silent + left > 0 ? 'attention' : 'calm' },
    { list: 'locks', label: locks.length === 1 ? t('Lock') : t('Locks'), value: numberText(locks.length), detail: parts(stale > 0 && t('{0} stale', stale), waited > 0 && t('{0} waited for', waited)) || t('none stale'), tone: stale > 0 ? 'attention' : 'calm' },
    { list: 'decisions', label: proposed === 1 ? t('Decision') : t('Decisions'), value: numberText(proposed), detail: proposed === 0 ? t('none to review') : t('to review'), tone: proposed > 0 ? 'attention' : 'calm' },
    { list: 'help', label: help.length === 1 ? t('Request for help') : t('Requests for help'), value: numberText(help.length), detail: help.length === 0 ? t('nobody is stuck') : help.length === 1 ? t('from {name}', { name: help[0]!.from }) : t('from {name} and {more} more', { name: help[0]!.from, more: help.length - 1 }), tone: help.length > 0 ? 'attention' : 'calm' },
    { list: 'messages', label: facts.unread === 1 ? t('Message') : t('Messages'), value: numberText(facts.unread), detail: parts(t('unread'), lost > 0 && plural(lost, '1 lock lost', '{n} locks lost'), urgent > 0 && t('{0} urgent', urgent), owed > 0 && t('{0} to answer', owed), urgent + owed + lost === 0 && (facts.olderMessages ? facts.messages > 0 && t('more than {0} in all', facts.messages) : t('{0} in all', facts.messages))), tone: urgent + owed + lost > 0 ? 'attention' : 'calm' },
    { list: 'errors', label: open.length === 1 ? t('Open error') : t('Open errors'), value: numberText(open.length), detail: grave > 0 ? t('{0} grave', grave) : open.length > 0 ? t('none grave') : t('nothing is broken'), tone: grave > 0 ? 'trouble' : open.length > 0 ? 'attention' : 'calm' },
    { list: 'tasks', label: facts.tasksWanted === 1 ? t('Task done') : t('Tasks done'), value: facts.tasksWanted === 0 ? '0' : `${numberText(facts.tasksDone)}/${numberText(facts.tasksWanted)}`, detail: facts.tasksWanted === 0 ? t('none planned') : t('{0} to do', facts.tasksWanted - facts.tasksDone), tone: 'calm' },
    ...(runs.length === 0 ? [] : [{ list: 'runs' as const, label: running.length === 1 ? t('Run at work') : t('Runs at work'), value: numberText(running.length), detail: parts(dead > 0 && t('{0} to recover', dead), hung > 0 && t('{0} without progress', hung)) || t('none hangs'), tone: dead + hung > 0 ? ('attention' as const) : ('calm' as const) }]),
  ]
  // Nobody can say that all is well from half of the records.
  return facts.partial ? tiles.map((tile) => (tile.tone === 'calm' ? { ...tile, detail: t('as far as can be read') } : tile)) : tiles
}

const listWords: Record<ListName, () => string> = { agents: () => t('agents'), locks: () => t('locks'), messages: () => t('messages'), help: () => t('requests for help'), decisions: () => t('decisions'), errors: () => t('errors'), tasks: () => t('tasks'), runs: () => t('runs') }

/** The answer in one line, for whoever only wants that, and for screen readers. */
export function verdictOf(tiles: readonly Tile[], facts: Facts): { text: string; tone: Tone } {
  if (facts.trouble !== undefined) return { text: t('Muster needs a look'), tone: 'trouble' }
  const worse = tiles.filter(({ tone }) => tone !== 'calm')
  if (worse.length === 0) return facts.concerns.length > 0 ? { text: t('Muster needs a look'), tone: 'attention' } : { text: t('Everything is all right'), tone: 'calm' }
  const tone = worse.some((tile) => tile.tone === 'trouble') ? 'trouble' : 'attention'
  return { text: t('Needs attention: {0}', worse.map(({ list }) => listWords[list]()).join(', ')), tone }
}
