import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alertOf, alertOfMany, replacedAlert, type Alert } from '../../../src/vscode/alert.js'
import { Toasts, type ToldBefore } from '../../../src/vscode/toasts.js'
import { Told } from '../../../src/vscode/told.js'
import { ledgerStatus, message } from './fakes.js'

const MINUTE = 60_000

/** Surroundings of toasts with a clock that tests move. */
class Desk {
  time = 1_000
  pending: Alert[] = []
  told: ToldBefore | undefined = new Told(undefined, (error) => assert.fail(String(error)))
  readonly shown: string[][] = []
  private timers: { at: number; act: () => void }[] = []
  readonly toasts = new Toasts({
    pending: () => this.pending,
    told: () => this.told,
    show: (alerts) => void this.shown.push(alerts.map(({ id }) => id)),
    every: () => 5 * MINUTE,
    now: () => this.time,
    later: (ms, act) => {
      const timer = { at: this.time + ms, act }
      this.timers.push(timer)
      return () => void (this.timers = this.timers.filter((one) => one !== timer))
    },
  })

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
    assert.equal(alertOfMany([alerts[0]!]), alerts[0])
    const many = alertOfMany(alerts)
    assert.equal(many.text, '4 things need you: • Bea asks you to release src/a.ts: text • Bea took over b.ts, which was yours. • Bea asks for help: Hello • and 1 more')
    assert.deepEqual([many.severity, many.actions], ['warning', ['Show']])
  })

  it('tell that the records were replaced, and by what', () => {
    assert.equal(replacedAlert('one', { ...ledgerStatus, id: 'one' }), undefined)
    assert.match(replacedAlert('one', { ...ledgerStatus, id: 'one', notice: 'x' })!.text, /older copy.*check your locks/)
    assert.match(replacedAlert('one', { ...ledgerStatus, id: 'two', notice: 'x' })!.text, /deleted or replaced/)
    assert.notEqual(replacedAlert('one', { ...ledgerStatus, id: 'two', notice: 'x' })!.id, replacedAlert('one', { ...ledgerStatus, id: 'three', notice: 'x' })!.id)
  })

  describe('what an identity was told', () => {
    let folder: string
    const reports: unknown[] = []
    const told = (name: string): Told => new Told(join(folder, 'told', `${name}.json`), (error) => reports.push(error))

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'muster-told-'))
      reports.length = 0
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    it('is known after a reload, and to no other identity of the workspace', () => {
      const [maria, ada] = [told('maria'), told('ada')]
      maria.add(['1', '2'])
      ada.add(['3'])
      maria.add(['4'])
      assert.deepEqual(['1', '2', '3', '4'].map((id) => told('maria').has(id)), [true, true, false, true])
      assert.deepEqual(['1', '2', '3', '4'].map((id) => told('ada').has(id)), [false, false, true, false])
      assert.deepEqual(readdirSync(join(folder, 'told')).sort(), ['ada.json', 'maria.json'])
      assert.deepEqual(reports, [])
    })

    it('is forgotten from the oldest on', () => {
      told('maria').add(Array.from({ length: 600 }, (_, index) => String(index)))
      assert.deepEqual([told('maria').has('99'), told('maria').has('100')], [false, true])
    })

    it('lives on in the window where the file cannot be read or written', () => {
      writeFileSync(join(folder, 'told'), 'a file')
      const maria = told('maria')
      maria.add(['1'])
      assert.equal(maria.has('1'), true)
      assert.ok(reports.length > 0)
      assert.equal(readFileSync(join(folder, 'told'), 'utf8'), 'a file')
    })

    it('begins anew where the file holds something else', () => {
      told('maria').add(['1'])
      writeFileSync(join(folder, 'told', 'maria.json'), '{"a":1}')
      assert.equal(told('maria').has('1'), false)
      assert.equal(reports.length, 1)
    })
  })
})
