import assert from 'node:assert/strict'
import type { Deployment } from '../../../src/core/model/deployment.js'
import { interrupted } from '../../../src/supervisor/resume.js'
import { agent } from '../vscode/fakes.js'

const here = { pid: 1, start: '1', boot: 'boot', machine: 'mine', host: 'h' }
const stamp = (seq: number) => ({ seq, at: 0, up: 0, boot: 'boot' })
const unknownEnd = { code: null, signal: null, known: false, reason: 'it and its keeper were killed', tail: [] }
const deployment = (fields: Partial<Deployment> & { agent: string }): Deployment => ({
  by: 'maria', background: true, scopes: [], readOnly: false, restart: 'never', maxRestarts: 3, graceSeconds: 10, pool: { kind: 'other', size: 5, total: 15 },
  made: stamp(7), heard: stamp(9), phase: 'ended', restarts: 0, keeper: here, exit: unknownEnd, ...fields,
})

describe('automatic resume', () => {
  const found = (one: Partial<Deployment>, view: Parameters<typeof agent>[0] = { id: 'a', presence: 'gone' }, before: Record<string, number> = {}): string[] =>
    interrupted([deployment({ agent: 'a', ...one })], [agent({ presence: 'gone', ...view })], here, before).map((each) => each.agent)

  it('takes agents that were killed with their keepers, in the background or a terminal, begun or in line', () => {
    assert.deepEqual([found({}), found({ background: false }), found({ exit: undefined }, { id: 'a', status: 'waiting' })], [['a'], ['a'], ['a']])
  })

  it('leaves what ended by itself, what was stopped, what runs, and what is kept', () => {
    assert.deepEqual([found({ exit: { ...unknownEnd, known: true, code: 1 } }), found({ asked: { by: 'maria', what: 'stop', reason: '', stamp: stamp(8) } }), found({ phase: 'running' }), found({}, { id: 'a', presence: 'live' })], [[], [], [], []])
  })

  it('leaves what is done, failed, or waits for somebody', () => {
    for (const status of ['done', 'failed', 'blocked'] as const) assert.deepEqual(found({}, { id: 'a', status }), [], status)
  })

  it('takes each once: what it began itself and was killed again is for a person', () => {
    assert.deepEqual([found({}, undefined, { a: 7 }), found({}, undefined, { a: 5 }), found({}, undefined, { b: 7 })], [[], ['a'], ['a']])
  })

  it('leaves what was started on another machine, or by nobody knows whom', () => {
    assert.deepEqual([found({ keeper: { ...here, machine: 'another' } }), found({ keeper: undefined })], [[], []])
  })
})
