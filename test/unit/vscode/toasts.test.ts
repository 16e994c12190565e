import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { alertOf, alertOfMany, alertsOf, pendingAlerts, replacedAlert, type Alert } from '../../../src/vscode/alert.js'
import { settingKeys } from '../../../src/vscode/contributions.js'
import { Toasts, type ToldBefore } from '../../../src/vscode/toasts.js'
import { ToldLog } from '../../../src/vscode/toldLog.js'
import { agent, claim, decision, ledgerStatus, message, minutesAgo, world } from './fakes.js'

const MINUTE = 60_000

/** Surroundings of toasts with a clock that tests move. */
class Desk {
  time = Date.parse('2026-03-01T12:00:00Z')
  pending: Alert[] = []
  minutes = 5
  told: ToldBefore | undefined
  readonly shown: string[][] = []
  private timers: { at: number; act: () => void }[] = []
  readonly toasts = new Toasts({
    pending: () => this.pending,
    told: () => this.told,
    show: (alerts) => void this.shown.push(alerts.map(({ id }) => id)),
    every: () => this.minutes * MINUTE,
    now: () => this.time,
    later: (ms, act) => {
      const timer = { at: this.time + ms, act }
      this.timers.push(timer)
      return () => void (this.timers = this.timers.filter((one) => one !== timer))
    },
  })

  /** @param name of the file that windows share */
  constructor(name?: string) {
    this.told = new ToldLog(name, () => this.time, (error) => assert.fail(String(error)))
  }

  /** Something comes, and the window is drawn. */
  come(...messages: readonly Parameters<typeof message>[0][]): void {
    this.pending.push(...messages.map((fields) => alertOf(message(fields), () => true)!))
    this.toasts.look()
  }

  done(id: string): void {
    this.pending = this.pending.filter((alert) => alert.id !== id)
    this.toasts.look()
  }

  pass(ms: number): void {
    const until = this.time + ms
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.time = next.at
      this.timers = this.timers.filter((one) => one !== next)
      next.act()
    }
    this.time = until
  }

  get waiting(): number {
    return this.timers.length
  }

  private next(until: number): { at: number; act: () => void } | undefined {
    return this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  }
}

const ask = (id: string, resource = `src/${id}.ts`, from = 'bea') => ({ id, from, about: { act: 'ask', resource } } as const)
const help = (id: string) => ({ id, kind: 'help' } as const)

describe('toasts', () => {
  let desk: Desk

  beforeEach(() => { desk = new Desk() })
  afterEach(() => desk.toasts.dispose())

  it('come at once when there was none for a while', () => {
    desk.come(help('1'))
    assert.deepEqual(desk.shown, [['1']])
    desk.pass(5 * MINUTE)
    desk.come(help('2'))
    assert.deepEqual(desk.shown, [['1'], ['2']])
  })

  it('are at most one in five minutes, and one for all that came meanwhile', () => {
    desk.come(help('1'))
    desk.pass(MINUTE)
    desk.come(help('2'))
    desk.pass(MINUTE)
    desk.come(ask('3'), help('4'))
    desk.pass(3 * MINUTE - 1)
    assert.deepEqual(desk.shown, [['1']])
    desk.pass(1)
    assert.deepEqual(desk.shown, [['1'], ['2', '3', '4']])
    desk.pass(60 * MINUTE)
    assert.equal(desk.shown.length, 2)
  })

  it('are never more than one in five minutes, whatever comes', () => {
    for (let second = 0; second < 3600; second++) {
      desk.come(help(`m${second}`))
      desk.pass(1000)
    }
    // At the beginning, and after each of twelve times five minutes.
    assert.equal(desk.shown.length, 13)
    assert.equal(new Set(desk.shown.flat()).size, desk.shown.flat().length, 'nothing twice')
    assert.ok(desk.waiting <= 1)
  })

  it('do not tell what was dealt with meanwhile', () => {
    desk.come(help('1'), help('2'))
    desk.pass(MINUTE)
    desk.come(ask('3'))
    desk.done('3')
    desk.pass(10 * MINUTE)
    assert.deepEqual(desk.shown, [['1', '2']])
  })

  it('tell nothing twice, however often the window is drawn', () => {
    desk.come(help('1'))
    for (let i = 0; i < 20; i++) {
      desk.pass(MINUTE)
      desk.toasts.look()
    }
    assert.equal(desk.shown.length, 1)
  })

  it('tell of the same wish once while it is open, and again when it comes back later', () => {
    desk.come(ask('1', 'src/a.ts'))
    desk.pass(10 * MINUTE)
    desk.come(ask('2', 'src/a.ts'))
    desk.pass(10 * MINUTE)
    desk.done('1')
    desk.pass(10 * MINUTE)
    assert.deepEqual(desk.shown, [['1']])
    desk.done('2')
    desk.come(ask('3', 'src/a.ts'), ask('4', 'src/a.ts', 'cy'))
    assert.deepEqual(desk.shown, [['1'], ['3', '4']])
  })

  it('wait until the window speaks for somebody', () => {
    const { told } = desk
    desk.told = undefined
    desk.come(help('1'))
    assert.deepEqual(desk.shown, [])
    desk.told = told
    desk.toasts.look()
    assert.deepEqual(desk.shown, [['1']])
  })

  it('end with the window', () => {
    desk.come(help('1'))
    desk.come(help('2'))
    desk.toasts.dispose()
    desk.pass(10 * MINUTE)
    assert.deepEqual([desk.shown.length, desk.waiting], [1, 0])
  })

  it('say one thing in full and several in one sentence', () => {
    const alerts = [ask('a'), { id: 'b', about: { act: 'taken', resource: 'b.ts' } } as const, help('c'), help('d')].map((fields) => alertOf(message(fields), () => true)!)
    assert.deepEqual(alertOfMany([alerts[0]!], 'Maria'), { ...alerts[0], text: 'Maria: Bea asks you to release src/a.ts: text' })
    const many = alertOfMany(alerts, 'Maria')
    assert.equal(many.text, 'Maria: 4 things need you: • Bea asks you to release src/a.ts: text • Bea took over b.ts, which was yours. • Bea asks for help: Hello • and 1 more')
    assert.deepEqual([many.severity, many.actions], ['warning', ['Show']])
  })

  it('tell that the records were replaced, and by what', () => {
    assert.equal(replacedAlert('one', { ...ledgerStatus, id: 'one' }), undefined)
    assert.match(replacedAlert('one', { ...ledgerStatus, id: 'one', notice: 'x' })!.text, /older copy.*check your locks/)
    assert.match(replacedAlert('one', { ...ledgerStatus, id: 'two', notice: 'x' })!.text, /deleted or replaced/)
    assert.notEqual(replacedAlert('one', { ...ledgerStatus, id: 'two', notice: 'x' })!.id, replacedAlert('one', { ...ledgerStatus, id: 'three', notice: 'x' })!.id)
  })

  it('are told of anew once the set time is another', () => {
    desk.come(help('1'))
    desk.come(help('2'))
    assert.equal(desk.waiting, 1)
    desk.minutes = 0
    desk.toasts.lookAgain()
    assert.deepEqual([desk.shown, desk.waiting], [[['1'], ['2']], 0])
  })

  it('tell of agents that were left once each, together: those that remain are no news, one more is', () => {
    const left = (...ids: string[]): Alert[] => alertsOf(world({ agents: [agent({ id: 'me', me: true }), ...ids.map((id) => agent({ id, presence: 'gone', unfinished: true, seenAt: minutesAgo(60) }))] }), () => true, minutesAgo(30))
    for (const ids of [['a', 'b', 'c', 'd'], ['b', 'c', 'd'], ['d'], ['b', 'd']]) {
      desk.pending = left(...ids)
      desk.toasts.look()
      desk.pass(6 * MINUTE)
    }
    assert.equal(desk.shown.length, 1)
    desk.pending = left('d', 'e')
    desk.toasts.look()
    assert.equal(desk.shown.length, 2)
  })

  it('make nobody wait longer because a clock was set back', () => {
    desk.come(help('1'))
    desk.time -= 24 * 60 * MINUTE
    desk.come(help('2'))
    desk.come(help('3'))
    desk.pass(5 * MINUTE)
    assert.deepEqual(desk.shown, [['1'], ['2'], ['3']])
  })

  describe('of several windows', () => {
    let folder: string
    let windows: [Desk, Desk]
    const file = (month = '2026-03'): string => join(folder, 'told', `a-${month}.jsonl`)
    const together = (act: (window: Desk) => void): void => windows.forEach(act)

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'muster-told-'))
      windows = [new Desk(join(folder, 'told', 'a')), new Desk(join(folder, 'told', 'a'))]
    })
    afterEach(() => {
      together(({ toasts }) => toasts.dispose())
      removeFolder(folder)
    })

    it('are at most one in five minutes, whichever window it is', () => {
      const [one, other] = windows
      one.come(help('1'))
      other.come(help('2'))
      together((window) => window.pass(5 * MINUTE - 1))
      assert.deepEqual([one.shown, other.shown], [[['1']], []])
      together((window) => window.pass(1))
      assert.deepEqual([one.shown, other.shown], [[['1']], [['2']]])
    })

    it('tell the same thing in one window only, also after a reload', () => {
      const [one, other] = windows
      one.come(help('1'))
      other.come(help('1'))
      const reloaded = new Desk(join(folder, 'told', 'a'))
      reloaded.come(help('1'))
      together((window) => window.pass(60 * MINUTE))
      reloaded.pass(60 * MINUTE)
      assert.deepEqual([one.shown, other.shown, reloaded.shown], [[['1']], [], []])
    })

    it('are one where two windows look at the same moment', () => {
      const [one, other] = windows
      const told = other.told!
      // The first takes the toast after the other has read that it is free.
      other.told = { ...told, note: (ids) => told.note(ids), take: (ids, since) => told.take(ids, since), read: () => {
        const sofar = told.read()
        one.come(help('1'))
        return sofar
      } }
      other.come(help('2'))
      assert.deepEqual([one.shown, other.shown], [[['1']], []])
      together((window) => window.pass(5 * MINUTE))
      assert.deepEqual(other.shown, [['2']])
    })

    it('go on behind what a killed window left half written, and behind anything else', () => {
      const [one, other] = windows
      mkdirSync(join(folder, 'told'))
      writeFileSync(file(), '{"toast":1,"by":"x"\nnull\n[]\n{"toast":"1","by":"x","at":1,"ids":[]}\n')
      one.come(help('1'))
      appendFileSync(file(), '{"toast":2,"by":"x","at"')
      other.pass(5 * MINUTE)
      other.come(help('1'), help('2'))
      assert.deepEqual([one.shown, other.shown], [[['1']], [['2']]])
    })

    it('know what was told last month, and forget what was before', () => {
      const [one] = windows
      mkdirSync(join(folder, 'told'))
      const line = (id: string): string => `${JSON.stringify({ toast: 1, by: 'x', at: 1, ids: [id] })}\n`
      writeFileSync(file('2026-02'), line('old'))
      writeFileSync(file('2026-01'), line('older'))
      writeFileSync(join(folder, 'told', 'b-2025-12.jsonl'), line('other records'))
      one.come(help('old'), help('older'))
      assert.deepEqual(one.shown, [['older']])
      assert.deepEqual(readdirSync(join(folder, 'told')).sort(), ['a-2026-02.jsonl', 'a-2026-03.jsonl'])
    })

    it('count for one window where the file cannot be used', () => {
      writeFileSync(join(folder, 'told'), 'a file')
      const [one] = windows
      const reports: unknown[] = []
      one.told = new ToldLog(join(folder, 'told', 'a'), () => one.time, (error) => reports.push(error))
      one.come(help('1'))
      one.come(help('2'))
      one.pass(4 * MINUTE)
      assert.deepEqual(one.shown, [['1']])
      one.pass(MINUTE)
      assert.deepEqual(one.shown, [['1'], ['2']])
      assert.ok(reports.length > 0)
      assert.equal(readFileSync(join(folder, 'told'), 'utf8'), 'a file')
    })
  })

  describe('are about', () => {
    const me = agent({ id: 'me', kind: 'person', me: true, unread: 9, claims: ['src/a.ts'] })
    const bea = agent({ id: 'bea', name: 'Bea' })
    const mine = claim({ resource: 'src/a.ts', heldBy: 'me', mine: true })
    const texts = (fields: Parameters<typeof world>[0], wanted = (_key: string): boolean => true): string[] => alertsOf(world({ agents: [me, bea], ...fields }), wanted).map(({ text }) => text)

    it('what needs this person: a wait, a request, help, an approval, an urgent message that is due', () => {
      assert.deepEqual(texts({ claims: [{ ...mine, waiters: ['bea'] }] }), ['Bea waits for src/a.ts, which you hold.'])
      assert.deepEqual(texts({ decisions: [decision({ number: 1 }), decision({ number: 2, proposer: 'me' }), decision({ number: 3, status: 'approved' })] }), ['Bea proposes D-1: Use tabs'])
      const urgent = { priority: 'urgent', deadline: minutesAgo(-10) } as const
      assert.deepEqual(texts({ messages: [message({ id: '1', ...urgent }), message({ id: '2', priority: 'urgent' }), message({ id: '3', deadline: urgent.deadline }), message({ id: '4', ...urgent, status: 'expired' })] }), ['Urgent, from Bea: Hello'])
    })

    it('nothing that is dealt with, nor what others hold or are asked', () => {
      const closed = { by: 'me', byName: 'Me', at: minutesAgo(1) }
      assert.deepEqual(texts({ messages: [message(ask('1', 'src/gone.ts')), message({ ...help('2'), closed })], claims: [claim({ resource: 'src/b.ts', waiters: ['cy'] })] }), [])
      assert.deepEqual(alertsOf(world({ agents: [bea], decisions: [decision({ number: 1 })] }), () => true), [])
    })

    it('a wish once, whether it waits or asks', () => {
      const waits = { ...mine, waiters: ['bea'] }
      desk.pending = alertsOf(world({ agents: [me, bea], claims: [waits], messages: [message(ask('1', 'src/a.ts'))] }), () => true)
      desk.toasts.look()
      desk.pass(60 * MINUTE)
      assert.deepEqual(desk.shown.map(({ length }) => length), [1])
    })

    it('nothing of a lock that came and is not held any more', () => {
      const came = message({ id: '1', about: { act: 'granted', resource: 'src/a.ts' } })
      assert.deepEqual(texts({ claims: [mine], messages: [came] }), ['src/a.ts is yours now.'])
      assert.deepEqual(texts({ messages: [came] }), [])
      assert.deepEqual(texts({ claims: [claim({ resource: 'src/a.ts', heldBy: 'bea' })], messages: [came] }), [])
    })

    it('nothing that is switched off', () => {
      const all = { claims: [{ ...mine, waiters: ['bea'] }, claim({ resource: 'x', heldBy: 'me', mine: true })], decisions: [decision({ number: 1 })], messages: [message(ask('1', 'src/a.ts')), message(help('2')), message({ id: '3', about: { act: 'granted', resource: 'x' } }), message({ id: '4', about: { act: 'taken', resource: 'x' } }), message({ id: '5', priority: 'urgent', deadline: minutesAgo(-5) })], unacknowledged: [message({ id: '6', from: 'me' })] }
      assert.equal(texts(all).length, 8)
      assert.deepEqual(texts(all, () => false), [])
      const left = agent({ id: 'cy', name: 'Cy', status: 'working', presence: 'gone', seenAt: minutesAgo(60), unfinished: true })
      const beside = { opened: { id: 'before', at: minutesAgo(1) }, status: { ...ledgerStatus, id: 'now', notice: 'other records' }, kept: [{ file: '/r/STATUS.md', kept: '/r/STATUS.kept.md' }] }
      const pending = (wanted: (key: string) => boolean): string[] => pendingAlerts(world({ agents: [me, bea, left], ...all }), wanted, beside).map(({ text }) => text)
      assert.equal(pending(() => true).length, 11)
      // Every switch there is takes out one kind and no other.
      for (const key of settingKeys.filter((one) => one.startsWith('notifications.') && one !== 'notifications.minutes')) assert.equal(pending((one) => one !== key).length, 10, key)
      for (const key of ['asks', 'waiting', 'lost', 'granted', 'help', 'approvals', 'urgent', 'unacknowledged'] as const) assert.equal(texts(all, (one) => one !== `notifications.${key}`).length, 7, key)
    })
  })
})
