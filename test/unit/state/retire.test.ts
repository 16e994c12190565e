import assert from 'node:assert/strict'
import type { Stamp } from '../../../src/core/ledger/port.js'
import type { Event } from '../../../src/core/model/events.js'
import { machine } from '../../../src/core/state/machine.js'
import { hasRetired, kept } from '../../../src/core/state/retire.js'

const DAY = 24 * 60 * 60_000

/** A state that events are played into, a commit each. */
class Played {
  readonly state = machine.create()
  at = 1_700_000_000_000
  seq = 0

  stamp(): Stamp {
    return { seq: ++this.seq, at: this.at, up: 0, boot: 'b' }
  }

  play(by: string, ...events: Event[]): void {
    const stamp = this.stamp()
    machine.fold(this.state, { key: `${by}/k${stamp.seq}`, by, events }, stamp)
  }

  join(agent: string, kind: 'agent' | 'person' = 'agent'): void {
    this.play(agent, { type: 'agent.joined', agent, identity: { name: agent, kind } })
  }

  send(id: string, to: string, body = ''): void {
    this.play('ann', { type: 'message.sent', message: id, fields: { from: 'ann', to, recipients: [to], kind: 'note', subject: id, body, priority: 'normal', thread: id } })
  }

  see(id: string, agent: string): void {
    this.play(agent, { type: 'message.marked', message: id, agent, status: 'seen' })
  }

  /** Until the state was looked through again. */
  settle(): void {
    for (let i = 0; i < 1100; i++) this.play('ann', { type: 'agent.checkedIn', agent: 'ann', fields: {}, work: true })
  }
}

describe('what leaves the state', () => {
  it('are messages that were seen, oldest first, and never one that was not', () => {
    const played = new Played()
    played.join('ann')
    for (let i = 1; i <= 3000; i++) {
      played.send(`m${i}`, i % 10 === 0 ? 'away' : 'bob', 'x'.repeat(1000))
      if (i % 10 !== 0) played.see(`m${i}`, 'bob')
    }
    played.settle()
    const { state } = played
    assert.equal(state.messages.has('m1'), false)
    assert.equal(state.messages.get('m2999')?.body.length, 1000)
    assert.equal(state.messages.get('m2700')?.cut, undefined)
    assert.equal(state.messages.get('m2799')?.body.length, 200)
    assert.equal(state.messages.get('m2799')?.cut, true)
    assert.equal([...state.unreadOf.ids('away')].length, 300)
    assert.ok([...state.unreadOf.ids('away')].every((id) => state.messages.get(id)?.body.length === 1000))
    assert.equal(state.messages.size, 300 + kept.messages)
    assert.equal(hasRetired(state), true)
    // What was read just now stays, however old it is.
    played.see('m10', 'away')
    played.settle()
    assert.equal(state.messages.has('m10'), true)
    played.at += 91 * DAY
    played.settle()
    assert.equal(state.messages.size, 299 + kept.messages, 'not by one look: its clock may be wrong')
    played.settle()
    assert.equal(state.messages.size, kept.messages)
    assert.equal([...state.unreadOf.ids('away')].filter((id) => !state.messages.has(id)).length, 0)
  })

  it('are no messages to which an answer is due, read or not, before that time is over', () => {
    const played = new Played()
    played.join('ann')
    const due = (id: string, deadlineMinutes: number): void => played.play('ann', { type: 'message.sent', message: id, fields: { from: 'ann', to: 'bob', recipients: ['bob'], kind: 'note', subject: id, body: '', priority: 'normal', thread: id, deadlineMinutes } })
    for (const id of ['tonight', 'answered']) due(id, 240)
    due('soon', 1)
    for (const id of ['tonight', 'answered', 'soon']) played.see(id, 'bob')
    played.play('bob', { type: 'message.marked', message: 'answered', agent: 'bob', status: 'answered' })
    played.at += 60 * 60_000
    for (let i = 1; i <= 1_300; i++) {
      played.send(`m${i}`, 'bob')
      played.see(`m${i}`, 'bob')
    }
    played.settle()
    played.settle()
    assert.deepEqual(['tonight', 'answered', 'soon'].filter((id) => played.state.messages.has(id)), ['tonight'])
    played.at += DAY
    played.settle()
    played.settle()
    assert.equal(played.state.messages.has('tonight'), false)
  })

  it('is nothing because the clock of one line was years ahead', () => {
    const played = new Played()
    played.join('ann')
    played.join('away')
    played.play('away', { type: 'agent.checkedIn', agent: 'away', fields: { status: 'working', progress: 40 }, work: true })
    for (let i = 1; i <= 600; i++) played.send(`m${i}`, 'away')
    for (let round = 0; round < 3; round++) {
      // The line at which it is looked through, and no other.
      while ((played.seq + 1) % 64 !== 0 || played.seq + 1 - (played.state.counters.get('swept') ?? 0) < 1024) played.play('ann', { type: 'agent.checkedIn', agent: 'ann', fields: {}, work: true })
      played.at += round === 1 ? 45 * 365 * DAY : 0
      played.play('ann', { type: 'agent.checkedIn', agent: 'ann', fields: {}, work: true })
      played.at -= round === 1 ? 45 * 365 * DAY : 0
    }
    assert.equal([...played.state.unreadOf.ids('away')].length, 600)
    assert.equal(played.state.messages.size, 600)
  })

  it('is no agent with something to go on with, as long as there are not very many of them', () => {
    const played = new Played()
    played.join('ann', 'person')
    for (let i = 0; i < kept.endedAgents + 100; i++) {
      played.join(`a${i}`)
      played.play(`a${i}`, { type: 'agent.checkedIn', agent: `a${i}`, fields: i % 2 === 0 ? { status: 'working', progress: 40 } : { status: 'working' }, work: true })
    }
    for (let i = 0; i < kept.endedAgents + 100; i++) {
      played.join(`b${i}`)
      played.play(`b${i}`, { type: 'agent.checkedIn', agent: `b${i}`, fields: { status: 'done' }, work: true })
    }
    played.at += 8 * DAY
    for (let i = 0; i < 3; i++) played.settle()
    const { agents } = played.state
    assert.equal([...agents.values()].filter(({ id }) => /^a\d*[02468]$/.test(id)).length, (kept.endedAgents + 100) / 2)
    assert.equal([...agents.values()].filter(({ id }) => /^b|^a\d*[13579]$/.test(id)).length, kept.endedAgents)
  })

  it('are agents that have ended, and what was kept for them', () => {
    const played = new Played()
    played.join('ann', 'person')
    for (let i = 0; i < 1000; i++) {
      played.join(`a${i}`)
      if (i === 5) played.play('a5', { type: 'claim.granted', claim: 'c1', agent: 'a5', resource: { kind: 'name', name: 'x' }, grant: { mode: 'exclusive', attached: false, ttl: 1000 } })
      played.play(`a${i}`, { type: 'agent.checkedIn', agent: `a${i}`, fields: { status: 'done' }, work: true })
    }
    played.settle()
    const { state } = played
    assert.equal(state.agents.size, kept.endedAgents + 2)
    assert.ok(state.agents.has('ann') && state.agents.has('a5') && state.agents.has('a999'))
    for (const table of [state.seen, state.worked, state.rings]) assert.equal(table.size, kept.endedAgents + 2)
    // Of ann, who is still here, as many as are remembered.
    assert.ok(state.outcomes.size < 1024 + 1000, String(state.outcomes.size))
  })

  it('are texts of decisions long decided, and decisions that are not in force', () => {
    const played = new Played()
    played.join('ann', 'person')
    for (let i = 1; i <= 2000; i++) {
      const decision = `D-${i}`
      played.play('ann', { type: 'decision.proposed', decision, number: i, proposer: 'ann', fields: { category: 'c', title: `t${i}`, context: 'x'.repeat(1000), decision: 'yes', alternatives: ['no'], consequences: [], impact: 'low' } })
      if (i !== 7) played.play('ann', { type: 'decision.reviewed', decision, by: 'ann', verdict: i % 2 === 0 ? 'approved' : 'rejected', note: '' })
    }
    played.settle()
    const { state } = played
    assert.equal(state.decisions.get('D-7')?.context.length, 1000)
    assert.deepEqual([state.decisions.has('D-3'), state.decisions.get('D-4')?.cut, state.decisions.get('D-2000')?.cut], [false, true, undefined])
    assert.equal(machine.load([...machine.dump(state)]).decisions.size, state.decisions.size)
  })

  it('are tasks, errors and deliverables closed longest ago, and never open ones', () => {
    const played = new Played()
    played.join('ann', 'person')
    for (let i = 1; i <= 1500; i++) {
      played.play('ann', { type: 'task.added', task: `T-${i}`, number: i, by: 'ann', fields: { title: 't', resources: [], priority: 'P1', assignee: 'ann', dependsOn: [], acceptance: [] } })
      played.play('ann', { type: 'error.logged', error: `E-${i}`, number: i, agent: 'ann', fields: { kind: 'other', message: `e${i}`, severity: 'low' } } as Event)
      played.play('ann', { type: 'deliverable.added', deliverable: `V-${i}`, number: i, agent: 'ann', fields: { title: 'd', files: [], endpoints: [], tests: [], integrationReady: true, notes: '' } })
      if (i % 100 === 0) continue
      played.play('ann', { type: 'task.closed', task: `T-${i}`, by: 'ann', how: 'done', note: '' })
      played.play('ann', { type: 'error.resolved', error: `E-${i}`, by: 'ann', resolution: '' })
      played.play('ann', { type: 'deliverable.integrated', deliverable: `V-${i}`, by: 'ann', verdict: 'accepted', note: '' })
    }
    played.settle()
    const { state } = played
    assert.deepEqual([state.tasks.size, state.errors.size, state.deliverables.size], [kept.tasks + 15, kept.errors + 15, kept.deliverables + 15])
    assert.ok(state.tasks.has('T-100') && state.errors.has('E-100') && state.deliverables.has('V-100'))
    assert.deepEqual([state.tasks.has('T-1'), state.tasks.has('T-1499'), [...state.tasksOf.ids('ann')].length, [...state.errorsOf.ids('ann')].length], [false, true, 15, 15])
  })

  it('are the notes of agents that have left', () => {
    const played = new Played()
    played.join('ann', 'person')
    for (let i = 0; i < 1000; i++) {
      played.join(`a${i}`)
      played.play(`a${i}`, { type: 'checkpoint.saved', agent: `a${i}`, fields: { done: '', next: '', files: [], verify: '', notes: '' } }, { type: 'work.logged', agent: `a${i}`, text: 'x' })
      played.play(`a${i}`, { type: 'agent.checkedIn', agent: `a${i}`, fields: { status: 'done' }, work: true })
    }
    played.settle()
    assert.deepEqual([played.state.checkpoints.size, played.state.workLogs.size], [kept.endedAgents, kept.endedAgents])
  })
})
