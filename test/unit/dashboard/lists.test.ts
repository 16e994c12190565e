import assert from 'node:assert/strict'
import type { RunView } from '../../../src/core/model/runs.js'
import type { Facts, Lists, RunItem } from '../../../src/protocol/dashboard.js'
import { dashboardRequest } from '../../../src/protocol/requests.js'
import { everyError, filteredErrors } from '../../../src/dashboard/order.js'
import { Store } from '../../../src/dashboard/store.js'
import { tilesOf, verdictOf } from '../../../src/dashboard/tiles.js'
import { changesBetween } from '../../../src/vscode/dashboard/changes.js'
import { factsOf } from '../../../src/vscode/dashboard/facts.js'
import { listsOf } from '../../../src/vscode/dashboard/lists.js'
import { agent, claim, decision, error, FakeMuster, message, minutesAgo, now, task, world } from '../vscode/fakes.js'

const place = { folder: '/f', root: '/r', exists: true }
const busy = world({
  agents: [agent({ id: 'me', kind: 'person', me: true, unread: 1 }), agent({ id: 'bea', name: 'Bea', progress: 40, message: 'tests', claims: ['src/a.ts'] }), agent({ id: 'old', presence: 'gone' })],
  claims: [claim({ resource: 'src/b.ts', since: minutesAgo(1) }), claim({ resource: 'src/a.ts', presence: 'gone', waiters: ['me'], eta: minutesAgo(-10) })],
  messages: [message({ id: 'm1', body: 'x'.repeat(900) })],
  helpRequests: [message({ id: 'm2', kind: 'help', to: 'old', unread: false })],
  decisions: [decision({ number: 1, status: 'approved' }), decision({ number: 2 })],
  errors: [error({ number: 1, severity: 'low' }), error({ number: 2, severity: 'critical', agentName: 'Cy' }), error({ number: 3, status: 'resolved' })],
  tasks: [task({ number: 1, status: 'done' }), task({ number: 2, blockedBy: ['T-3'] }), task({ number: 3, status: 'started', workerName: 'Bea' })],
})
const factsFor = (shown = busy): Facts => {
  const muster = new FakeMuster({})
  muster.shown = shown
  return factsOf({ kind: 'on', place, muster: muster.asMuster(), readOnly: false }, true, shown)
}
function store(lists: Lists, facts = factsFor()): Store {
  const made = new Store()
  made.apply({ type: 'snapshot', now, facts, lists }, now - 5_000)
  return made
}

describe('the dashboard\'s lists', () => {
  it('are flat, short, and in the words of the views', () => {
    const lists = listsOf(busy, new Map([['bea', 'zsh']]))
    for (const item of Object.values(lists).flat()) for (const value of Object.values(item)) assert.notEqual(typeof value, 'object')
    const stale = lists.locks.find(({ resource }) => resource === 'src/a.ts')!
    assert.deepEqual([stale.trouble, stale.stale, stale.waiters, stale.eta! - now], ['gone, lock is stale', true, 'me', 600_000])
    const branches = (...names: string[]): unknown[] => listsOf(world({ claims: names.map((branch, n) => claim({ resource: `${n}.ts`, branch })) })).locks.map(({ branch }) => branch)
    assert.deepEqual([branches('main', 'main'), branches('main', 'feat-x')], [[undefined, undefined], ['main', 'feat-x']])
    assert.ok(lists.messages[0]!.text.length <= 300)
    assert.deepEqual(lists.agents.map(({ terminal }) => terminal), [false, true, false])
    assert.equal(lists.help[0]!.to, 'old')
  })

  it('are ordered by what needs somebody first', () => {
    const { lists } = store(listsOf(busy))
    assert.deepEqual(lists.agents.map(({ id }) => id), ['me', 'bea', 'old'])
    assert.deepEqual(lists.locks.map(({ resource }) => resource), ['src/a.ts', 'src/b.ts'])
    assert.deepEqual(lists.decisions.map(({ id }) => id), ['D-2', 'D-1'])
    assert.deepEqual(lists.errors.map(({ id }) => id), ['E-2', 'E-1', 'E-3'])
    assert.deepEqual(lists.tasks.map(({ id }) => id), ['T-3', 'T-2', 'T-1'])
    const needing = { agents: [agent({ id: 'me', me: true }), agent({ id: 'al' }), agent({ id: 'bea', kind: 'person' }), agent({ id: 'cy', blocker: 'no key' }), agent({ id: 'di' }), agent({ id: 'ed' })], helpRequests: [message({ id: 'm1', from: 'di', kind: 'help' })], errors: [error({ number: 1, agent: 'ed' })] }
    assert.deepEqual(store(listsOf(world(needing))).lists.agents.map(({ id, need }) => [id, need]), [['me', undefined], ['cy', 'stuck'], ['di', 'help'], ['ed', 'error'], ['bea', undefined], ['al', undefined]])
  })

  it('show whom somebody has to see to though it is gone', () => {
    const agents = [agent({ id: 'me', me: true }), agent({ id: 'ed', presence: 'gone' }), agent({ id: 'cy', presence: 'gone', unfinished: true }), agent({ id: 'di', presence: 'gone', status: 'failed' })]
    const { lists } = store(listsOf(world({ agents })))
    assert.deepEqual(lists.agents.map(({ id, left }) => [id, left]), [['me', false], ['cy', true], ['di', true], ['ed', false]])
    const tiles = tilesOf(lists, factsFor())
    assert.deepEqual([tiles[0]!.value, tiles[0]!.detail, tiles[0]!.tone], ['1', '2 left unfinished', 'attention'])
    assert.match(verdictOf(tiles.slice(0, 1), factsFor()).text, /^Needs attention: agents$/)
  })

  it('are counted as people write large numbers', () => {
    const lists = listsOf(busy)
    const tiles = tilesOf({ ...lists, locks: Array.from({ length: 10_000 }, () => lists.locks[1]!) }, { ...factsFor(), messages: 100_000, tasksWanted: 20_000 })
    const tile = (list: string): string => tiles.filter((one) => one.list === list).map(({ value, detail }) => `${value} ${detail}`)[0]!
    assert.match(tile('locks'), /^10,000 10,000 stale · 10,000 waited for$/)
    assert.match(tile('messages'), /100,000 in all/)
    assert.match(tile('tasks'), /^1\/20,000 /)
  })

  it('are kept up to date by what changed alone', () => {
    const before = listsOf(busy)
    assert.equal(changesBetween(before, listsOf(busy)), undefined)
    const after = listsOf(world({ ...busy, claims: [claim({ resource: 'src/b.ts', since: minutesAgo(1), progress: 5 }), claim({ resource: 'src/c.ts', since: minutesAgo(0) })], me: busy.me }))
    const changed = changesBetween(before, after)!
    assert.deepEqual(Object.keys(changed), ['locks'])
    assert.deepEqual([changed.locks!.set.map(({ resource }) => resource), changed.locks!.gone.length], [['src/b.ts', 'src/c.ts'], 1])
    const shown = store(before)
    shown.apply({ type: 'update', now, facts: factsFor(), changed }, now)
    assert.deepEqual(shown.lists.locks, store(after).lists.locks)
    assert.deepEqual(shown.lists.agents, store(before).lists.agents)
  })

  it('find the place of what changed without comparing everything anew', () => {
    const claims = Array.from({ length: 5_000 }, (_, index) => claim({ resource: `src/${index}.ts`, since: minutesAgo(Math.floor(index / 500)) }))
    const before = listsOf(world({ claims }))
    const after = { ...before, locks: before.locks.map((lock, index) => (index % 1_000 === 7 ? { ...lock, waiters: 'Bea' } : lock)).slice(2) }
    let looks = 0
    const counted = { ...before, locks: before.locks.map((lock) => Object.defineProperty({ ...lock }, 'since', { get: () => (looks++, lock.since), enumerable: true })) }
    const shown = store(counted)
    looks = 0
    shown.apply({ type: 'update', now, facts: factsFor(), changed: changesBetween(before, after)! }, now)
    assert.ok(looks < 200, `${looks} looks`)
    assert.deepEqual(shown.lists.locks.map(({ id, waiters }) => [id, waiters]), store(after).lists.locks.map(({ id, waiters }) => [id, waiters]))
  })

  it('go by the clock of the editor', () => assert.equal(store(listsOf(busy)).now(now), now + 5_000))

  it('show the newest messages and every unread one', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => message({ id: `m${index}`, unread: index < 3 }))
    const { messages } = listsOf(world({ messages: many }))
    assert.deepEqual([messages.length, messages[0]!.id, messages.at(-1)!.id], [303, 'm0', 'm1999'])
  })

  it('say until when an answer is due while one is waited for, and no longer', () => {
    const deadline = minutesAgo(120)
    const closed = { by: 'bea', byName: 'Bea', at: minutesAgo(1) }
    const { messages } = listsOf(world({ messages: [message({ id: 'late', deadline, status: 'expired' }), message({ id: 'seen', deadline: minutesAgo(-5), status: 'seen' }), message({ id: 'answered', deadline, status: 'answered' }), message({ id: 'closed', deadline, status: 'seen', closed })] }))
    assert.deepEqual(messages.map((one) => one.deadline), [Date.parse(deadline), now + 300_000, undefined, undefined])
  })

  it('show messages as the side bar does: help, what is to be answered by some time, urgent ones, what is late, what is unread', () => {
    const seen = { unread: false, status: 'seen' } as const
    const people = { agents: [agent({ id: 'me', kind: 'person', me: true })] } as const
    const some = [
      message({ id: 'help', ...seen, kind: 'help' }), message({ id: 'late', unread: false, status: 'expired', deadline: minutesAgo(120) }), message({ id: 'due', ...seen, deadline: minutesAgo(-5) }),
      message({ id: 'unread' }), message({ id: 'urgent', priority: 'urgent' }), message({ id: 'sent', ...seen, from: 'me', deadline: minutesAgo(-5) }), message({ id: 'read', ...seen }),
    ]
    const lists = listsOf(world({ ...people, messages: some }))
    assert.deepEqual(store(lists).lists.messages.map(({ id }) => id).slice(0, 5), ['help', 'due', 'urgent', 'late', 'unread'])
    const tile = tilesOf(lists, factsFor()).find(({ list }) => list === 'messages')!
    assert.deepEqual([tile.detail, tile.tone], ['unread · 1 urgent · 2 to answer', 'attention'])
    const many = Array.from({ length: 400 }, (_, index) => message({ id: `m${index}`, ...seen, ...(index === 0 && { deadline: minutesAgo(120), status: 'expired' as const }) }))
    assert.equal(listsOf(world({ ...people, messages: many })).messages[0]!.id, 'm0')
  })

  it('do not say that all is right to who lost a lock and has not read of it', () => {
    const me = agent({ id: 'me', kind: 'person', me: true, unread: 1 })
    const tile = (unread: boolean): unknown => {
      const shown = world({ agents: [me], messages: [message({ id: '1', to: 'me', recipients: ['me'], unread, about: { act: 'forced', resource: 'a.ts' } })] })
      const tiles = tilesOf(listsOf(shown), factsFor(shown))
      return [tiles.find(({ list }) => list === 'messages')!.detail, verdictOf(tiles, factsFor(shown)).text]
    }
    assert.deepEqual(tile(true), ['unread · 1 lock lost', 'Needs attention: messages'])
    assert.deepEqual(tile(false), ['unread · 1 in all', 'Everything is all right'])
  })

  it('show who left work unfinished behind who cannot go on, and before the others', () => {
    const shown = store(listsOf(world({ agents: [agent({ id: 'zz', presence: 'gone', unfinished: true }), agent({ id: 'bea', kind: 'person' }), agent({ id: 'gamma' }), agent({ id: 'me', me: true, kind: 'person' }), agent({ id: 'stuck', status: 'blocked', blocker: 'x' })] })))
    assert.deepEqual(shown.lists.agents.map(({ id }) => id), ['me', 'stuck', 'zz', 'bea', 'gamma'])
  })

  it('filter errors by agent, severity, type and state', () => {
    const { errors } = store(listsOf(busy)).lists
    const ids = (filter: Partial<typeof everyError>): string[] => filteredErrors(errors, { ...everyError, ...filter }).map(({ id }) => id)
    assert.deepEqual(ids({}), ['E-2', 'E-1'])
    assert.deepEqual(ids({ status: '' }), ['E-2', 'E-1', 'E-3'])
    assert.deepEqual(ids({ severity: 'low' }), ['E-1'])
    assert.deepEqual(ids({ agent: 'Cy' }), ['E-2'])
    assert.deepEqual(ids({ kind: 'conflict' }), [])
  })
})

describe('the dashboard\'s runs', () => {
  const run = (fields: Partial<RunView> & { run: string; status: RunView['status'] }): RunView => ({ path: `experiments/${fields.run}`, name: fields.run.slice(17), date: '2026-03-01', words: '', problems: [], ...fields })
  const runs = [
    run({ run: '2026-03-01_10-00_done', status: 'completed', endedAt: minutesAgo(30), progress: 100, metrics: { sharpe: 1.3 } }),
    run({ run: '2026-03-01_11-00_sweep', status: 'running', locked: true, agent: 'executor_01', done: 127, total: 608, progress: 20.9, eta: minutesAgo(-60), startedAt: minutesAgo(20) }),
    run({ run: '2026-03-01_11-30_long', status: 'resumable', locked: true, done: 3, total: 8, progress: 37.5, resumeFrom: 4, error: 'killed', startedAt: minutesAgo(25) }),
    run({ run: '2026-03-01_11-40_still', status: 'running', locked: true, hung: true, idleMinutes: 90 }),
  ]
  const shown = store(listsOf(world(), new Map(), runs)).lists.runs

  it('have what died first, and say how far they are and when they will be done', () => {
    assert.deepEqual(shown.map(({ name }) => name), ['long', 'still', 'sweep', 'done'])
    const [long, still, sweep, done] = shown as [RunItem, RunItem, RunItem, RunItem]
    assert.deepEqual([long.dead, long.state, long.error, still.hung, still.dead], [true, 'failed · resumable from item 4', 'killed', true, false])
    assert.deepEqual([sweep.progress, sweep.items, sweep.agent, sweep.eta], [20.9, '127 of 608', 'executor_01', now + 60 * 60_000])
    assert.deepEqual([done.metrics, done.at, done.eta], ['sharpe=1.3', now - 30 * 60_000, undefined])
  })

  it('are no change while only the expected end moves by seconds', () => {
    const later = runs.map((one) => ({ ...one, ...(one.eta !== undefined && { eta: new Date(Date.parse(one.eta) + 5_000).toISOString() }) }))
    assert.equal(changesBetween(listsOf(world(), new Map(), runs), listsOf(world(), new Map(), later)), undefined)
  })

  it('have a tile that tells what needs somebody, where there are any', () => {
    const tile = (some: readonly RunView[]) => tilesOf(listsOf(world(), new Map(), some), factsFor()).find(({ list }) => list === 'runs')
    assert.deepEqual([tile([]), tile(runs)?.value, tile(runs)?.detail, tile(runs)?.tone], [undefined, '2', '1 to recover · 1 without progress', 'attention'])
    assert.deepEqual([tile(runs.slice(1, 2))?.detail, tile(runs.slice(1, 2))?.tone], ['none hangs', 'calm'])
  })
})

describe('the dashboard\'s tiles', () => {
  it('say what needs attention', () => {
    const tiles = tilesOf(store(listsOf(busy)).lists, factsFor())
    assert.deepEqual(tiles.map(({ list, value, detail, tone }) => [list, value, detail, tone]), [
      ['agents', '2', 'all heard from', 'calm'],
      ['locks', '2', '1 stale · 1 waited for', 'attention'],
      ['decisions', '1', 'to review', 'attention'],
      ['help', '1', 'from Bea', 'attention'],
      ['messages', '1', 'unread · 1 in all', 'calm'],
      ['errors', '2', '1 grave', 'trouble'],
      ['tasks', '1/3', '2 to do', 'calm'],
    ])
    assert.deepEqual(verdictOf(tiles, factsFor()), { text: 'Needs attention: locks, decisions, requests for help, errors', tone: 'trouble' })
  })

  it('count the same unread messages before this person joined', () => {
    const before = world({ agents: [agent({ id: 'bea' })], messages: [message({ id: 'm1', priority: 'urgent' }), message({ id: 'm2', unread: false, status: 'seen' })] })
    const tile = tilesOf(listsOf(before), factsFor(before)).find(({ list }) => list === 'messages')!
    assert.deepEqual([before.me, tile.value, tile.detail], [undefined, '1', 'unread · 1 urgent'])
  })

  it('say that all is right where it is, and not where Muster itself is in trouble', () => {
    const quiet = world()
    const tiles = tilesOf(store(listsOf(quiet)).lists, factsFor(quiet))
    assert.deepEqual(verdictOf(tiles, factsFor(quiet)), { text: 'Everything is all right', tone: 'calm' })
    assert.equal(verdictOf(tiles, { ...factsFor(quiet), trouble: 'No.' }).tone, 'trouble')
    assert.deepEqual(verdictOf(tiles, { ...factsFor(quiet), concerns: ['The records were replaced.'] }), { text: 'Muster needs a look', tone: 'attention' })
    const partial = tilesOf(listsOf(quiet), { ...factsFor(quiet), partial: true })
    assert.ok(partial.every(({ tone, detail }) => tone !== 'calm' || detail === 'as far as can be read'), JSON.stringify(partial))
  })
})

describe('what the dashboard may ask', () => {
  it('is a short list, and nothing beside it', () => {
    const ok = (request: unknown): boolean => dashboardRequest.safeParse(request).success
    assert.ok(ok({ type: 'ready' }))
    assert.ok(ok({ type: 'act', act: 'muster.openDecision', target: { type: 'decision', id: 'D-1' } }))
    assert.ok(!ok({ type: 'act', act: 'workbench.action.terminal.sendSequence', target: { type: 'decision', id: 'D-1' } }))
    assert.ok(!ok({ type: 'act', act: 'muster.forceRelease', target: { type: 'lock', tree: '', resource: 'a', heldBy: 'b' } }))
    assert.ok(!ok({ type: 'act', act: 'muster.openFile', target: { type: 'file', path: '/etc/passwd' } }))
    assert.ok(!ok({ type: 'ready', more: 1 }))
    assert.ok(!ok('ready'))
  })
})
