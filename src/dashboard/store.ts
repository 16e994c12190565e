import { listNames, type Changed, type Facts, type Items, type ListName, type Lists, type Moment, type TimelineSpan, type ToDashboard } from '../protocol/dashboard.js'
import { orders } from './order.js'

// eslint-disable-next-line muster/texts -- no text, but one of the states
const noFacts: Facts = { state: 'opening', name: '', writable: false, decides: false, partial: false, concerns: [], messages: 0, olderMessages: false, unread: 0, tasksDone: 0, tasksWanted: 0 }

/** What the dashboard was told, in the order it is shown. */
export class Store {
  lists: Lists = { agents: [], locks: [], messages: [], help: [], decisions: [], errors: [], tasks: [], runs: [] }
  facts = noFacts
  /** What is looked back at; undefined for the present. */
  moment: Moment | undefined
  span: TimelineSpan = { from: Number.POSITIVE_INFINITY, earlier: false, loading: true }
  /** Nothing was told yet. */
  empty = true
  /** ms that the editor's clock is ahead of the browser's: they may be two machines. */
  ahead = 0

  /** @param now the browser's clock */
  apply(message: Extract<ToDashboard, { type: 'snapshot' | 'update' }>, now: number): void {
    this.empty = false
    this.ahead = message.now - now
    this.facts = message.facts
    this.moment = message.type === 'snapshot' ? message.moment : undefined
    if (message.type === 'snapshot') this.lists = mapLists((name) => sorted(name, message.lists[name]))
    else this.lists = mapLists((name) => changed(name, this.lists[name], message.changed[name]))
  }

  /** The time as the editor has it. */
  now(browser: number): number {
    return browser + this.ahead
  }
}

function mapLists(of: <N extends ListName>(name: N) => readonly Items[N][]): Lists {
  return Object.fromEntries(listNames.map((name) => [name, of(name)])) as unknown as Lists
}

function sorted<N extends ListName>(name: N, items: readonly Items[N][]): readonly Items[N][] {
  return [...items].sort(orders[name])
}

/** What is in order stays so: each item that changed finds its place among the others, without a look at all of them. */
function changed<N extends ListName>(name: N, items: readonly Items[N][], change: Changed[N]): readonly Items[N][] {
  if (change === undefined) return items
  const set = change.set as Items[N][]
  const touched = new Set([...change.gone, ...set.map(({ id }) => id)])
  const list = items.filter(({ id }) => !touched.has(id))
  if (set.length > FEW) return sorted(name, [...list, ...set])
  for (const item of set) list.splice(placeIn(list, item, orders[name]), 0, item)
  return list
}

/** More are put in order with the whole list. */
const FEW = 100

/** Behind everything that comes before it, or is as far. */
function placeIn<T>(list: readonly T[], item: T, order: (a: T, b: T) => number): number {
  let [from, to] = [0, list.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (order(list[middle]!, item) <= 0) from = middle + 1
    else to = middle
  }
  return from
}
