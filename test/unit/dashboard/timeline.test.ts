import assert from 'node:assert/strict'
import type { Bar, TimelinePart } from '../../../src/protocol/dashboard.js'
import type { Event } from '../../../src/core/model/events.js'
import { AXIS, draw, hitAt, LANE, xOf, type Palette, type Picture } from '../../../src/dashboard/timeline/draw.js'
import { happenings, Lanes, placed, ROWS } from '../../../src/dashboard/timeline/lanes.js'
import { panned, ticksOf, zoomed } from '../../../src/dashboard/timeline/scale.js'
import { Viewport } from '../../../src/dashboard/timeline/viewport.js'
import type { LogEntry, Muster } from '../../../src/core/muster.js'
import { Timeline } from '../../../src/vscode/dashboard/timeline.js'
import { TimelineFeed } from '../../../src/vscode/dashboard/timelineFeed.js'
import type { MusterWindow } from '../../../src/vscode/musterWindow.js'
import { agent, claim, now, world } from '../vscode/fakes.js'
import { listsOf } from '../../../src/vscode/dashboard/lists.js'

const MINUTE = 60_000
const grant = { mode: 'exclusive' as const, attached: true, ttl: 10 * MINUTE }
const granted = (id: string, by: string, path: string): Event => ({ type: 'claim.granted', claim: id, agent: by, resource: { kind: 'file', tree: '', path }, grant })

/** A timeline of what happened so many minutes after the beginning. */
function timelineOf(events: readonly [minute: number, by: string, event: Event][], timeline = new Timeline()): TimelinePart {
  events.forEach(([minute, by, event], seq) => timeline.add({ seq, at: new Date(minute * MINUTE).toISOString(), by, byName: by.toUpperCase(), event, text: `${by} ${event.type} ${'claim' in event ? 'src/old.ts' : ''}` }))
  return timeline.take()
}
const minutes = (bar: Bar | undefined): unknown => bar && { from: bar.from / MINUTE, to: bar.to === undefined ? undefined : bar.to / MINUTE, stale: bar.stale?.map((span) => span.map((at) => at / MINUTE)) }

describe('the timeline', () => {
  it('has a bar for each lock, from when it was granted to when it ended, and how', () => {
    const { bars, names } = timelineOf([[1, 'bea', granted('c1', 'bea', 'a.ts')], [3, 'bea', { type: 'claim.ended', claim: 'c1', how: 'released', by: 'bea' }], [4, 'bea', granted('c2', 'bea', 'b.ts')]])
    assert.deepEqual(bars.map(({ label, ended }) => [label, ended]), [['a.ts', 'released'], ['b.ts', undefined]])
    assert.deepEqual(bars.map(minutes), [{ from: 1, to: 3, stale: undefined }, { from: 4, to: undefined, stale: undefined }])
    assert.deepEqual(names, { bea: 'BEA' })
  })

  it('leads to files and folders, not to names and patterns', () => {
    const { bars } = timelineOf((['file', 'folder', 'glob'] as const).map((kind, index) => [0, 'bea', { ...granted(`c${index}`, 'bea', 'a'), resource: { kind, tree: '', path: `${index}` } } as Event]))
    assert.deepEqual(bars.map(({ opens }) => opens), [true, true, false])
    assert.equal(timelineOf([[0, 'bea', { ...granted('n', 'bea', ''), resource: { kind: 'name', name: 'port:3000' } } as Event]]).bars[0]!.opens, false)
  })

  it('never leaves out a lock that is still held, however many came after it', () => {
    const events: [number, string, Event][] = [[0, 'bea', granted('held', 'bea', 'held.ts')]]
    for (let n = 0; n < 20_100; n++) events.push([1, 'bea', granted(`c${n}`, 'bea', 'a.ts')], [2, 'bea', { type: 'claim.ended', claim: `c${n}`, how: 'released', by: 'bea' }])
    const { bars } = timelineOf(events)
    assert.equal(bars.length, 20_001)
    assert.deepEqual([bars[0]?.id, bars[1]?.id], ['held', 'c100'])
  })

  it('is read once, however often it is asked for earlier', async () => {
    let reading = 0
    const told: boolean[] = []
    async function* log(): AsyncGenerator<LogEntry> {
      reading++
      for (let seq = 1; seq <= 3; seq++) {
        await new Promise((resolve) => setImmediate(resolve))
        yield { seq, at: new Date(seq * MINUTE).toISOString(), by: 'bea', byName: 'Bea', event: granted(`c${seq}`, 'bea', 'a.ts'), text: '' }
      }
    }
    const muster = { log, ledgerStatus: () => ({ head: 3 }), state: () => world() } as unknown as Muster
    const parts: TimelinePart[] = []
    const feed = new TimelineFeed(muster, { onDidHear: () => ({ dispose: () => undefined }) } as unknown as MusterWindow, (whole, span, part) => {
      told.push(span.loading)
      if (whole) parts.push(part)
    })
    await feed.load(false)
    await Promise.all([feed.load(true), feed.load(true)])
    assert.equal(reading, 2)
    assert.deepEqual(told, [false, true, false], 'it says when it begins and when it is there')
    assert.deepEqual(parts.map(({ bars }) => bars.length), [3, 3])
    feed.dispose()
  })

  it('tells only what is new', () => {
    const timeline = new Timeline()
    timelineOf([[1, 'bea', granted('c1', 'bea', 'a.ts')], [1, 'bea', granted('c2', 'bea', 'b.ts')]], timeline)
    assert.deepEqual(timelineOf([[2, 'bea', { type: 'claim.ended', claim: 'c2', how: 'released', by: 'bea' }]], timeline).bars.map(({ id }) => id), ['c2'])
  })

  it('shows when a lock was stale: nobody worked for longer than its lease, until somebody did', () => {
    const { bars } = timelineOf([[0, 'bea', granted('c1', 'bea', 'a.ts')], [4, 'bea', { type: 'work.logged', agent: 'bea', text: '' }], [30, 'bea', { type: 'claim.kept', claim: 'c1' }], [35, 'bea', { type: 'work.logged', agent: 'bea', text: '' }], [60, 'cy', { type: 'claim.ended', claim: 'c1', how: 'taken', by: 'cy' }]])
    assert.deepEqual(minutes(bars[0]), { from: 0, to: 60, stale: [[14, 30], [45, 60]] })
  })

  it('shows when its holder was gone', () => {
    const opened = (id: string): Event => ({ type: 'session.opened', session: id, agent: 'bea', fields: { pid: 1, start: '', boot: '', machine: '', host: '', client: '', ttl: 1 } })
    const { bars } = timelineOf([[0, 'bea', opened('s1')], [1, 'bea', granted('c1', 'bea', 'a.ts')], [3, '', { type: 'session.closed', session: 's1' }], [6, 'bea', opened('s2')]])
    assert.deepEqual(minutes(bars[0]), { from: 1, to: undefined, stale: [[3, 6]] })
  })

  it('marks check-ins once, messages, decisions, tasks, errors and conflicts, each with what it leads to', () => {
    const error = (kind: 'conflict' | 'other'): Event => ({ type: 'error.logged', error: 'E-1', number: 1, agent: 'bea', fields: { kind, message: '', severity: 'low' } })
    const timeline = new Timeline()
    timeline.add({ seq: 1, at: new Date(0).toISOString(), by: 'bea', byName: 'Bea', event: granted('c1', 'bea', 'a.ts'), text: '' })
    for (const event of [{ type: 'agent.checkedIn', agent: 'bea', fields: {}, work: true }, { type: 'claim.renewed', claim: 'c1', progress: 5 }] as const) timeline.add({ seq: 2, at: new Date(1).toISOString(), by: 'bea', byName: 'Bea', event, text: 'at 5 %' })
    timelineOf([], timeline)
    const { marks } = timelineOf([
      [1, 'bea', { type: 'agent.checkedIn', agent: 'bea', fields: {}, work: true }],
      // That it is still there is nothing it did.
      [1.5, 'bea', { type: 'agent.checkedIn', agent: 'bea', fields: {}, work: false }],
      [2, 'bea', { type: 'message.sent', message: 'm1', fields: { from: 'bea', to: 'all', recipients: [], kind: 'note', subject: '', body: '', priority: 'normal', thread: 'm1' } }],
      [3, 'bea', { type: 'decision.reviewed', decision: 'D-1', by: 'bea', verdict: 'approved', note: '' }],
      [4, 'bea', { type: 'task.started', task: 'T-1', agent: 'bea' }],
      [5, 'bea', error('other')],
      [6, 'bea', error('conflict')],
      [7, 'cy', { type: 'claim.ended', claim: 'c1', how: 'forced', by: 'cy' }],
    ], timeline)
    assert.deepEqual(marks.map(({ kind, agent: lane, target }) => [kind, lane, target?.type]), [
      ['checkIn', 'bea', undefined], ['message', 'bea', 'message'], ['decision', 'bea', 'decision'], ['task', 'bea', 'task'], ['error', 'bea', 'error'], ['conflict', 'bea', 'error'], ['conflict', 'bea', 'lock'],
    ])
  })

  it('has one mark for a check-in that is about a lock as well', () => {
    const timeline = new Timeline()
    const entry = { seq: 3, at: new Date(0).toISOString(), by: 'bea', byName: 'Bea', text: '' }
    timeline.add({ ...entry, seq: 1, event: granted('c1', 'bea', 'a.ts') })
    timeline.add({ ...entry, event: { type: 'agent.checkedIn', agent: 'bea', fields: { progress: 5 }, work: true } })
    timeline.add({ ...entry, event: { type: 'claim.renewed', claim: 'c1', progress: 5 } })
    assert.deepEqual(timeline.take().marks.map(({ target }) => target?.type), ['lock'])
  })

  it('shows locks that were held before what was read, and ends them', () => {
    const timeline = new Timeline()
    timeline.seed([claim({ resource: 'src/old.ts' }), claim({ resource: 'src/other.ts' })], now)
    assert.deepEqual(timeline.take().bars.map(({ label, cut }) => [label, cut]), [['src/old.ts', true], ['src/other.ts', true]])
    const { bars } = timelineOf([[now / MINUTE + 1, 'bea', { type: 'claim.ended', claim: 'unknown', how: 'released', by: 'bea' }]], timeline)
    assert.deepEqual(bars.map(({ label, ended }) => [label, ended]), [['src/old.ts', 'released']])
  })
})

const bar = (from: number, to?: number, id = `${from}`, agentId = 'bea'): Bar => ({ id, agent: agentId, label: `f${id}`, tree: '', opens: true, from, to })

describe('lanes', () => {
  it('put a bar into the first row that is free', () => {
    assert.deepEqual(placed([bar(0, 10), bar(5, 20), bar(10, 12), bar(13), bar(14, 15), bar(16), bar(17), bar(18)]).map(({ row }) => row), [0, 1, 0, 0, 2, 2, 3, ROWS - 1])
  })

  it('are those of who is here, as listed, then of others known, and of nobody else', () => {
    const lanes = new Lanes()
    lanes.apply({ bars: [bar(0, 1, 'a', 'gone'), bar(0, 1, 'b', 'left')], marks: [], names: { gone: 'Gone', left: 'Left' } }, lanes.span, true)
    const { agents } = listsOf(world({ agents: [agent({ id: 'me', me: true }), agent({ id: 'left', presence: 'gone' }), agent({ id: 'silent', presence: 'gone' })] }))
    assert.deepEqual(lanes.order(agents), ['me', 'left', 'gone'])
  })

  it('follow what changes, and begin anew where they are told all', () => {
    const lanes = new Lanes()
    lanes.apply({ bars: [bar(0)], marks: [{ id: 'm', agent: 'bea', at: 3, kind: 'message', text: 'hi' }], names: { bea: 'Bea' } }, lanes.span, true)
    assert.deepEqual(happenings(lanes.lane('bea'), 0, 10).map(({ kind, to }) => [kind, to]), [['message', undefined], ['lock', undefined]])
    lanes.apply({ bars: [{ ...bar(0), to: 2, ended: 'released' }], marks: [], names: {} }, lanes.span, false)
    assert.deepEqual(happenings(lanes.lane('bea'), 0, 10).map(({ text }) => text), ['hi', 'f0, released'])
    assert.deepEqual(happenings(lanes.lane('bea'), 2.5, 10).map(({ kind }) => kind), ['message'])
    lanes.apply({ bars: [], marks: [], names: {} }, lanes.span, true)
    assert.equal(lanes.locks, 0)
  })

  it('tell what is under the pointer', () => {
    const lanes = new Lanes()
    lanes.apply({ bars: [bar(0, 50), bar(60, 100)], marks: [{ id: 'm', agent: 'bea', at: 30, kind: 'message', text: 'hi' }], names: {} }, lanes.span, true)
    const picture: Picture = { width: 200, height: 100, scrolled: 0, gutter: 100, range: { from: 0, to: 100 }, now: 100, moment: undefined, lanes: 1, lane: () => lanes.lane('bea'), staleSince: () => undefined, selected: undefined }
    const middle = AXIS + LANE / 2
    assert.equal(xOf(picture, 50), 150)
    assert.equal(hitAt(picture, 131, middle)?.mark?.id, 'm')
    assert.equal(hitAt(picture, 110, middle)?.bar?.id, '0')
    assert.equal(hitAt(picture, 155, middle)?.bar, undefined)
    assert.equal(hitAt(picture, 170, middle)?.bar?.id, '60')
    assert.deepEqual([hitAt(picture, 20, middle)?.lane.agent, hitAt(picture, 170, AXIS + LANE + 1), hitAt(picture, 170, 3)], ['bea', undefined, undefined])
  })

  it('show a check-in right after whatever else happened, and one of those that fall together', () => {
    const lanes = new Lanes()
    const mark = (id: string, kind: 'checkIn' | 'message', at: number) => ({ id, agent: 'bea', at, kind, text: '' })
    lanes.apply({ bars: [], marks: [mark('a', 'message', 30), mark('b', 'checkIn', 30.1), mark('c', 'checkIn', 30.2), mark('d', 'message', 30.3), mark('e', 'checkIn', 60)], names: {} }, lanes.span, true)
    const picture: Picture = { width: 200, height: 100, scrolled: 0, gutter: 100, range: { from: 0, to: 100 }, now: 100, moment: undefined, lanes: 1, lane: () => lanes.lane('bea'), staleSince: () => undefined, selected: undefined }
    const drawn: unknown[] = []
    const note = { fillRect: (x: number, y: number, width: number) => width === 1 && y === AXIS + 3 && drawn.push(['tick', x]), arc: (x: number) => drawn.push(['message', Math.round(x)]), measureText: () => ({ width: 10 }) }
    draw(new Proxy(note, { get: (known, name) => Reflect.get(known, name) as unknown ?? (() => undefined) }) as unknown as CanvasRenderingContext2D, picture, { contrast: '' } as Palette)
    assert.deepEqual(drawn, [['message', 130], ['tick', 130], ['message', 130], ['tick', 160]])
  })
})

describe('the scale of time', () => {
  const bounds = { from: 0, to: 1_000 * MINUTE }

  it('zooms about a place, and never beyond its ends', () => {
    assert.deepEqual(zoomed({ from: 100 * MINUTE, to: 200 * MINUTE }, 0.5, 150 * MINUTE, bounds), { from: 125 * MINUTE, to: 175 * MINUTE })
    assert.deepEqual(zoomed({ from: 100 * MINUTE, to: 200 * MINUTE }, 1_000, 150 * MINUTE, bounds), bounds)
    const closest = zoomed({ from: 100 * MINUTE, to: 200 * MINUTE }, 1e-9, 150 * MINUTE, bounds)
    assert.equal(closest.to - closest.from, 10_000)
    assert.deepEqual(panned({ from: 0, to: MINUTE }, -5, bounds), { from: 0, to: MINUTE })
    assert.deepEqual(panned({ from: 0, to: MINUTE }, 1e12, bounds), { from: 999 * MINUTE, to: 1_000 * MINUTE })
  })

  it('has round times that have room, whatever the zoom', () => {
    for (const width of [MINUTE, 60 * MINUTE, 1_440 * MINUTE, 1e6 * MINUTE, 1e8 * MINUTE]) {
      const ticks = ticksOf({ from: now, to: now + width }, 800)
      assert.ok(ticks.length >= 1 && ticks.length <= 11, `${width}: ${ticks.length}`)
      assert.ok(ticks.every(({ at, label }) => at >= now && at <= now + width && label !== ''))
    }
  })

  it('is what it was when it was left, and still follows where it did', () => {
    const [left, later] = [new Viewport().bounds(0, 100 * MINUTE), new Viewport().bounds(0, 160 * MINUTE)]
    const [still, followed, untouched] = [new Viewport(), new Viewport(), new Viewport()]
    still.look({ from: 10 * MINUTE, to: 20 * MINUTE }, left)
    followed.zoom(0.5, left)
    assert.deepEqual(new Viewport(still.seen).shown(later), { from: 10 * MINUTE, to: 20 * MINUTE })
    const again = new Viewport(followed.seen)
    assert.deepEqual([again.follows, again.shown(later), untouched.seen], [true, followed.shown(later), undefined])
  })

  it('follows the present until somebody looks elsewhere', () => {
    const viewport = new Viewport()
    const later = { from: 0, to: bounds.to + MINUTE }
    assert.deepEqual(viewport.shown(later).to, later.to)
    viewport.pan(-1, later)
    const seen = viewport.shown(later)
    assert.deepEqual([viewport.follows, viewport.shown({ from: 0, to: later.to + MINUTE })], [false, seen])
    viewport.pan(Infinity, later)
    assert.deepEqual([viewport.follows, viewport.shown(later).to], [true, later.to])
    viewport.zoom(0.5, later)
    assert.equal(viewport.shown(later).to, later.to)
    viewport.pan(-Infinity, later)
    assert.equal(viewport.shown(later).from, 0)
  })
})
