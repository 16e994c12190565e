import assert from 'node:assert/strict'
import { Emitter } from '../../../src/core/emitter.js'
import type { Event } from '../../../src/core/model/events.js'
import type { Change, LogEntry, Muster } from '../../../src/core/muster.js'
import type { MusterWindow } from '../../../src/vscode/musterWindow.js'
import { Upkeep, type UpkeepParts } from '../../../src/vscode/upkeep.js'
import { ledgerStatus } from './fakes.js'

const entry = (event: Partial<Event> & { type: string }): LogEntry => ({ seq: 1, at: '', by: 'a', byName: 'A', text: '', event: event as Event })
const saved = (agent: string): LogEntry => entry({ type: 'checkpoint.saved', agent } as Partial<Event> & { type: string })
const status = (agent: string, to: string): LogEntry => entry({ type: 'agent.checkedIn', agent, fields: { status: to }, work: true } as never)

describe('what a window does by itself', () => {
  const heard = new Emitter<Change>()
  const tell = (...entries: LogEntry[]): void => heard.fire({ entries, ledger: ledgerStatus })
  let committed: string[]
  let cleaned: object[]
  let warned: string[]
  let settings: Record<string, unknown>
  let trusted: boolean
  let answer: () => Promise<object>
  let upkeep: Upkeep

  beforeEach(() => {
    committed = []
    cleaned = []
    warned = []
    trusted = true
    answer = async () => ({ ok: true })
    settings = { 'checkpoints.commit': true, 'retention.profile': 'production', 'runs.folder': 'experiments' }
    const muster = {
      commitCheckpoint: (agent: string) => (committed.push(agent), answer()),
      cleanUp: async (options: object) => (cleaned.push(options), { total: 1, files: {}, warnings: ['this stays'] }),
    } as unknown as Muster
    const window = { writable: true, muster, onDidHear: heard.event } as unknown as MusterWindow
    upkeep = new Upkeep({ window, settings: { get: (key: string) => settings[key] } as UpkeepParts['settings'], log: { info: () => undefined, warn: (text: string) => warned.push(text), error: () => undefined } as unknown as UpkeepParts['log'], trusted: () => trusted })
  })
  afterEach(() => upkeep.dispose())

  it('commits checkpoints that agents save, and of those that end or are blocked; nothing for other news', async () => {
    tell(saved('a'), status('b', 'done'), status('c', 'blocked'), status('d', 'working'), entry({ type: 'work.logged', agent: 'e' } as never))
    await upkeep.settled
    assert.deepEqual(committed, ['a', 'b', 'c'])
  })

  it('commits nothing that is not switched on, or in Restricted Mode', async () => {
    settings['checkpoints.commit'] = false
    tell(saved('a'))
    settings['checkpoints.commit'] = true
    trusted = false
    tell(saved('a'))
    await upkeep.settled
    assert.deepEqual(committed, [])
  })

  it('commits what comes meanwhile as well, each agent once, and says once what is wrong', async () => {
    answer = async () => {
      if (committed.length === 1) tell(saved('b'), saved('b'))
      return { ok: false, hint: 'no repository' }
    }
    tell(saved('a'))
    await upkeep.settled
    assert.deepEqual([committed, warned], [['a', 'b'], ['no repository']])
  })

  it('cleans up with the profile that is set, and with none where everything is kept', async () => {
    await upkeep.cleanUp()
    settings['retention.profile'] = 'keep'
    await upkeep.cleanUp()
    settings['retention.profile'] = 'archive'
    trusted = false
    await upkeep.cleanUp()
    assert.deepEqual([cleaned, warned], [[{ profile: 'production', runs: 'experiments' }], ['this stays']])
  })
})
