import assert from 'node:assert/strict'
import { MusterError } from '../../../src/core/errors.js'
import type { OpenOptions } from '../../../src/core/muster.js'
import { mayPass, type Place, type Surroundings } from '../../../src/vscode/musterWindow.js'
import { RepositoryWindow } from '../../../src/vscode/repositoryWindow.js'
import { FakeMuster, ledgerStatus, world } from './fakes.js'

/** Surroundings of which tests change what is there. */
class Around implements Surroundings {
  place: Place | undefined = { folder: '/repo/.muster', root: '/repo', exists: false }
  isTrusted = true
  failure: Error | undefined
  /** Fails for those who want to take part only. */
  obstacle: Error | undefined
  readonly opened: FakeMuster[] = []
  readonly reports: unknown[] = []
  readonly locate = (): Place | undefined => this.place
  readonly trusted = (): boolean => this.isTrusted
  readonly workspace = (): string => 'local:/repo'
  readonly settings = (): OpenOptions['settings'] => ({ leaseMinutes: 30 })
  readonly report = (error: unknown): void => void this.reports.push(error)
  readonly open: Surroundings['open'] = (options) => {
    const failure = this.failure ?? (options.readOnly ? undefined : this.obstacle)
    if (failure) return Promise.reject(failure)
    const muster = new FakeMuster(options)
    this.opened.push(muster)
    return Promise.resolve(muster.asMuster())
  }
}

describe('the window\'s connection', () => {
  let around: Around
  let window: RepositoryWindow

  beforeEach(() => {
    around = new Around()
    window = new RepositoryWindow(around)
  })
  afterEach(() => window.close(false))

  const appear = (): void => {
    around.place = { ...around.place!, exists: true }
  }

  it('knows at once what it will do, and opens nothing before it is told to', () => {
    assert.equal(window.state.kind, 'off')
    appear()
    assert.equal(new RepositoryWindow(around).state.kind, 'opening')
    around.place = undefined
    assert.equal(new RepositoryWindow(around).state.kind, 'nothing')
    assert.equal(around.opened.length, 0)
  })

  it('has what shows computed once for all who draw it, until something changes', async () => {
    appear()
    await window.refresh()
    const [muster] = around.opened
    const first = window.world()
    muster!.shown = world()
    await Promise.resolve()
    assert.equal(window.world(), first)
    muster!.changes.fire({ entries: [], ledger: ledgerStatus })
    assert.equal(window.world(), muster!.shown)
    muster!.shown = world()
    muster!.status = { ...ledgerStatus, head: 2 }
    assert.equal(window.world(), muster!.shown, 'also before it is told of')
    await window.become('Ada')
    assert.equal(window.world(), around.opened[1]!.shown)
  })

  it('stays off, opening nothing, until the folder is there', async () => {
    await window.refresh()
    assert.equal(window.state.kind, 'off')
    assert.equal(around.opened.length, 0)
    appear()
    await window.refresh()
    assert.equal(window.state.kind, 'on')
    assert.equal(window.writable, true)
  })

  it('is not opened again where it only looks at a database that the folder does not name, and is when it does', async () => {
    appear()
    around.isTrusted = false
    await window.refresh()
    around.opened[0]!.status = { ...ledgerStatus, kind: 'postgres' }
    await window.refresh()
    await window.refresh()
    assert.equal(around.opened.length, 1)
    around.place = { ...around.place!, inDatabase: true }
    await window.refresh()
    assert.equal(around.opened.length, 2)
    await window.refresh()
    assert.equal(around.opened.length, 2)
    around.place = { ...around.place, inDatabase: false }
    await window.refresh()
    assert.equal(around.opened.length, 3)
  })

  it('is worth another try by itself where a database may answer later, not where it refuses the password', async () => {
    appear()
    const unusable = (details: Record<string, unknown>): MusterError => new MusterError('DATABASE_UNUSABLE', `no ${JSON.stringify(details)}`, { hint: 'h', details })
    for (const [details, again] of [[{ offline: true }, true], [{ sqlstate: '53300' }, true], [{ sqlstate: '28P01' }, false], [{ sqlstate: '28000' }, false], [{ wanted: 'address' }, false]] as const) {
      for (const only of ['failure', 'obstacle'] as const) {
        around.failure = around.obstacle = undefined
        around[only] = unusable(details)
        await window.refresh(true)
        assert.equal(window.state.kind, only === 'failure' ? 'failed' : 'on')
        assert.equal(mayPass(window.state), again, `${only} ${JSON.stringify(details)}`)
      }
    }
    around.failure = around.obstacle = undefined
    await window.refresh(true)
    assert.equal(mayPass(window.state), false)
  })

  it('opens as a person of this workspace who stays', async () => {
    await window.turnOn()
    const { folder, root, kind, client, workspace, attached, watch, agent, readOnly } = around.opened[0]!.options
    assert.deepEqual({ folder, root, kind, client, workspace, attached, watch, agent, readOnly },
      { folder: '/repo/.muster', root: '/repo', kind: 'person', client: 'vscode', workspace: 'local:/repo', attached: true, watch: true, agent: undefined, readOnly: false })
  })

  it('does not turn on without trust, and only looks at what is there', async () => {
    around.isTrusted = false
    await window.turnOn()
    assert.equal(around.opened.length, 0)
    appear()
    await window.refresh()
    assert.deepEqual([around.opened[0]!.options.readOnly, around.opened[0]!.options.create], [true, false])
    assert.equal(window.writable, false)
    around.isTrusted = true
    await window.refresh()
    assert.equal(window.writable, true)
    assert.equal(around.opened[0]!.closed, 'reload')
  })

  it('opens once, however often it is asked', async () => {
    appear()
    await Promise.all([window.refresh(), window.refresh(), window.turnOn()])
    await window.refresh()
    assert.ok(around.opened.length <= 2)
    assert.equal(around.opened.filter((muster) => muster.closed === 'no').length, 1)
  })

  it('says why the folder cannot be used, and tries again when asked', async () => {
    appear()
    around.failure = new MusterError('FOLDER_UNUSABLE', 'It is a file.', { hint: 'Move it.' })
    await window.refresh()
    assert.deepEqual(window.state, { kind: 'failed', place: around.place, problem: { code: 'FOLDER_UNUSABLE', message: 'It is a file.', hint: 'Move it.' } })
    around.failure = undefined
    await window.refresh()
    assert.equal(window.state.kind, 'on')
  })

  describe('where it cannot take part', () => {
    beforeEach(() => {
      appear()
      around.obstacle = new MusterError('LEDGER_NEWER', 'Too new.', { hint: 'Update.' })
    })

    it('looks, and says why it does no more', async () => {
      await window.refresh()
      assert.ok(window.state.kind === 'on')
      assert.deepEqual([window.state.readOnly, window.state.obstacle?.code, window.writable], [true, 'LEDGER_NEWER', false])
      assert.deepEqual([around.opened.length, around.opened[0]!.options.readOnly, around.opened[0]!.options.create], [1, true, false])
    })

    it('tries again on focus without losing what shows, and takes part once it can', async () => {
      await window.refresh()
      const looking = window.muster
      await window.refresh()
      assert.equal(window.muster, looking, 'the same connection')
      around.obstacle = undefined
      await window.refresh()
      assert.deepEqual([window.writable, around.opened[0]!.closed !== 'no', around.opened.length], [true, true, 2])
    })

    it('tries again by itself when the records have been repaired', async () => {
      await window.refresh()
      around.obstacle = undefined
      around.opened[0]!.status = { ...ledgerStatus, readOnly: { code: 'OPENED_READ_ONLY', message: '', hint: '' } }
      around.opened[0]!.changes.fire({ entries: [], ledger: ledgerStatus })
      await window.refresh()
      assert.equal(window.writable, true)
    })

    it('says what kept it from taking part when it cannot look either', async () => {
      around.failure = new MusterError('FOLDER_UNUSABLE', 'It is a file.')
      await window.refresh()
      assert.ok(window.state.kind === 'failed')
      assert.equal(window.state.problem.message, 'It is a file.')
    })
  })

  it('does not say that it is off where turning it on failed, and turns it on when asked to try again', async () => {
    around.failure = new MusterError('FOLDER_UNUSABLE', 'It cannot be made.')
    await window.turnOn()
    assert.equal(window.state.kind, 'failed')
    await window.refresh()
    assert.equal(window.state.kind, 'failed')
    around.failure = undefined
    await window.refresh(true)
    assert.equal(window.state.kind, 'on')
  })

  it('is off again where what could not be used was taken away', async () => {
    appear()
    around.failure = new MusterError('FOLDER_UNUSABLE', 'It is a file.')
    await window.refresh()
    around.place = { ...around.place!, exists: false }
    await window.refresh()
    assert.equal(window.state.kind, 'off')
  })

  it('is not writable while the ledger is not', async () => {
    appear()
    await window.refresh()
    around.opened[0]!.status = { ...ledgerStatus, readOnly: { code: 'LEDGER_NEWER', message: '', hint: '' } }
    assert.equal(window.writable, false)
  })

  it('takes its identity up again when the records were replaced by some that do not know it', async () => {
    appear()
    await window.refresh()
    const [muster] = around.opened
    muster!.changes.fire({ entries: [], ledger: ledgerStatus })
    assert.equal(muster!.checkIns, 0)
    muster!.shown = world({ agents: [] })
    for (let i = 0; i < 3; i++) muster!.changes.fire({ entries: [], ledger: ledgerStatus })
    assert.equal(muster!.checkIns, 1)
  })

  it('becomes somebody else, and stays who it was where that fails', async () => {
    appear()
    await window.refresh()
    await window.become('Ada')
    assert.equal(window.muster!.agent, 'Ada')
    assert.equal(around.opened[0]!.closed, 'for good')
    around.failure = new MusterError('AGENT_IN_USE', 'in use')
    await assert.rejects(window.become('Bea'), { code: 'AGENT_IN_USE' })
    assert.equal(window.muster!.agent, 'Ada')
    assert.equal(around.opened[1]!.closed, 'no')
  })

  it('passes changes on together, and none after it was closed', async () => {
    appear()
    await window.refresh()
    await new Promise((resolve) => setTimeout(resolve, 80))
    let drawn = 0
    window.onDidChange(() => drawn++)
    for (let i = 0; i < 5; i++) around.opened[0]!.changes.fire({ entries: [], ledger: ledgerStatus })
    await new Promise((resolve) => setTimeout(resolve, 120))
    assert.equal(drawn, 1)
    around.opened[0]!.changes.fire({ entries: [], ledger: ledgerStatus })
    await window.close(true)
    await new Promise((resolve) => setTimeout(resolve, 120))
    assert.equal(drawn, 1)
    assert.equal(around.opened[0]!.closed, 'reload')
  })

  it('rests after a change that took long to tell, and tells what came meanwhile', async () => {
    appear()
    await window.refresh()
    const told: { began: number; took: number }[] = []
    const twice = new Promise<void>((resolve) => void window.onDidChange(() => {
      const began = performance.now()
      while (performance.now() < began + 60);
      told.push({ began, took: performance.now() - began })
      if (told.length === 1) around.opened[0]!.changes.fire({ entries: [], ledger: ledgerStatus })
      else resolve()
    }))
    await twice
    const [first, second] = told
    // Timers may be a millisecond early.
    assert.ok(second!.began - first!.began >= 4 * first!.took - 2, JSON.stringify(told))
  })

  it('closes a connection that opens after the window has gone', async () => {
    appear()
    const opening = window.refresh()
    await window.close(true)
    await opening
    assert.ok(around.opened.every((muster) => muster.closed !== 'no'))
    assert.equal(window.muster, undefined)
  })
})
