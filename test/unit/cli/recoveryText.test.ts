import assert from 'node:assert/strict'
import { agentText } from '../../../src/cli/views/agents.js'
import { recoveryListText, recoveryText } from '../../../src/cli/views/recovery.js'
import type { Ui } from '../../../src/cli/text/ui.js'
import type { DeploymentExit, DeploymentView } from '../../../src/core/model/deployment.js'
import type { RecoveryAgent } from '../../../src/core/model/agentOperations.js'
import { unseenEnd } from '../../../src/core/rules/presence.js'

const ui: Ui = { width: 200, now: Date.parse('2026-01-02T00:00:00Z'), paint: (_tone, text) => text }
const time = '2026-01-01T00:00:00.000Z'
const process = { pid: 1, start: '1', boot: 'b', machine: 'here', host: 'h' }

function agent(id: string, status: RecoveryAgent['status'], deployment: Partial<DeploymentView>, more: Partial<RecoveryAgent> = {}): RecoveryAgent {
  const view: DeploymentView = { number: 1, phase: 'ended', background: true, kind: 'other', readOnly: false, scopes: [], restart: 'never', restarts: 0, maxRestarts: 3, by: 'ada', madeAt: time, kept: false, keeper: process, ...deployment }
  const known = { id, name: id, kind: 'agent', status, presence: 'gone', level: 'L1', claims: [], unread: 0, me: false, joinedAt: time, seenAt: time, changedAt: time, step: status === 'failed' ? 'restart' : 'resume', deployment: view, ...more }
  return known as unknown as RecoveryAgent
}

const saw = (code: number | null, reason?: string): DeploymentExit => ({ code, signal: null, known: code !== null, tail: [], ...(reason !== undefined && { reason }) })

function check(incomplete: RecoveryAgent[], failed: RecoveryAgent[] = []): string {
  return recoveryText({ ok: true, total: incomplete.length, gone: incomplete.length, atWork: 0, byCommands: 0, byStatus: {}, byLevel: {}, incomplete, failed, notIntegrated: [], recoveries: { found: 0, resumed: 0, succeeded: 0, cleared: 0 } }, ui, 'here')
}

describe('what is said of agents that ended', () => {
  it('killed together with what looked after them are those only of whom nobody saw the end', () => {
    const text = check([agent('both', 'working', { exit: unseenEnd }), agent('early', 'waiting', {}), agent('alone', 'blocked', { exit: saw(0) }), agent('followed', 'working', { exit: saw(null) })])
    assert.match(text, /Killed together with what looked after them: both and early\./)
  })

  it('started again by a window are those only that one does start', () => {
    const text = check([
      agent('both', 'working', { exit: unseenEnd }),
      agent('followed', 'working', { exit: saw(null) }),
      agent('stuck', 'blocked', { exit: unseenEnd }),
      agent('asked', 'working', { exit: unseenEnd, asked: { what: 'stop', by: 'ada', reason: '' } }),
      agent('elsewhere', 'working', { exit: unseenEnd, keeper: { ...process, machine: 'there' } }),
    ])
    assert.match(text, /A window of the editor starts again by itself, once, [^:]*: both and followed; nothing else does/)
    assert.doesNotMatch(check([agent('stuck', 'blocked', { exit: unseenEnd })]), /by itself/)
    assert.doesNotMatch(check([agent('alone', 'blocked', { exit: saw(0) })]), /Killed|by itself/)
  })

  it('stopped by a person is no failure: by whom, and how it is started again', () => {
    const stop = { what: 'stop', by: 'maria', reason: 'enough' } as const
    const told = (error: string, deployment: Partial<DeploymentView>): string => recoveryListText({ incomplete: [], failed: [agent('alpha', 'failed', deployment, { error })], notIntegrated: [], total: 0, atWork: 0, byCommands: 0 }, ui)
    assert.match(told('stopped by maria: enough', { asked: stop, exit: saw(143) }), /Next step: +it was stopped by maria: enough; to start it again: muster recovery resume alpha/)
    const stopped = [agent('alpha', 'failed', { asked: stop, exit: saw(143) }, { error: 'stopped by maria' }), agent('beta', 'failed', { exit: saw(3) }, { error: 'code 3' })]
    assert.match(check([], stopped), /\nFailed: beta\nStopped: alpha$/)
    assert.match(told('code 3', { exit: saw(3) }), /look at the error \("code 3"\)/)
  })

  it('its level is shown', () => {
    assert.match(agentText({ ok: true, agent: agent('alpha', 'working', {}, { level: 'L2' }) }, ui), /\n {2}Level +L2\n/)
  })
})
