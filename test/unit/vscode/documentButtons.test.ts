import assert from 'node:assert/strict'
import { buttonsOf } from '../../../src/vscode/documentButtons.js'
import { agent, decision, error, message, minutesAgo, task } from './fakes.js'

const me = agent({ id: 'me', kind: 'person', me: true })
const labels = (buttons: readonly { label: string }[]): string[] => buttons.map(({ label }) => label)

describe('buttons of documents', () => {
  it('let go of a lock that somebody asks for, until that is answered', () => {
    const ask = { id: '1', about: { act: 'ask', resource: 'src/a.ts' } } as const
    const holder = { ...me, claims: ['src/a.ts'] }
    assert.deepEqual(labels(buttonsOf.message(message(ask), holder)), ['Release', 'Keep It…', 'Narrow…', 'Reply', 'Acknowledge', 'Open src/a.ts'])
    assert.deepEqual(labels(buttonsOf.message(message({ ...ask, about: { act: 'ask', resource: 'name:build' } }), { ...me, claims: ['name:build'] })), ['Release', 'Keep It…', 'Reply', 'Acknowledge'], 'nothing is a part of a name')
    for (const label of ['Release', 'Keep It…', 'Narrow…']) assert.ok(!labels(buttonsOf.message(message({ ...ask, status: 'answered' }), holder)).includes(label))
    assert.ok(!labels(buttonsOf.message(message(ask), me)).includes('Release'), 'let go of already')
  })

  it('acknowledge what has expired too, and open what the sender named', () => {
    const late = { id: '1', status: 'expired', about: { resource: 'src/b.ts', tree: '' } } as const
    assert.deepEqual(labels(buttonsOf.message(message(late), me)), ['Reply', 'Acknowledge', 'Open src/b.ts'])
    assert.deepEqual(labels(buttonsOf.message(message({ ...late, status: 'acknowledged', about: { resource: 'name:build' } }), me)), ['Reply'])
  })

  it('open the file that an error is in, and replace what is implemented, as rows do', () => {
    assert.deepEqual(labels(buttonsOf.error(error({ number: 1, resource: 'src/a.ts' }), me)), ['Resolve', 'Open src/a.ts'])
    assert.deepEqual(labels(buttonsOf.error(error({ number: 1, resource: 'name:build' }), me)), ['Resolve'])
    assert.deepEqual(buttonsOf.decision(decision({ number: 1, status: 'implemented' }), me), [{ label: 'Replace', act: 'muster.supersedeDecision', quiet: true }])
    assert.deepEqual(buttonsOf.decision(decision({ number: 1, status: 'superseded' }), me), [])
  })

  it('complete what another works on only where somebody looks for that', () => {
    assert.deepEqual(buttonsOf.task(task({ number: 1, status: 'started', mine: true }), me), [{ label: 'Complete', act: 'muster.completeTask' }])
    assert.deepEqual(buttonsOf.task(task({ number: 1, status: 'started' }), me), [{ label: 'Complete', act: 'muster.completeTask', quiet: true }])
  })

  it('close a request for help, for whoever was asked and for the one who asked, while it is open', () => {
    const help = { id: '1', kind: 'help' } as const
    assert.deepEqual(labels(buttonsOf.message(message(help), me)), ['Reply', 'Acknowledge', 'Close Help Request…'])
    assert.deepEqual(labels(buttonsOf.message(message({ ...help, from: 'me', to: 'bea', recipients: ['bea'], status: undefined }), me)), ['Close Help Request…'])
    for (const other of [message({ id: '1' }), message({ ...help, closed: { by: 'bea', byName: 'Bea', at: minutesAgo(1) } })]) assert.ok(!labels(buttonsOf.message(other, me)).includes('Close Help Request…'))
    assert.deepEqual(buttonsOf.message(message({ ...help, recipients: ['cy'] }), me), [])
    assert.deepEqual(buttonsOf.message(message(help), undefined), [])
  })
})
