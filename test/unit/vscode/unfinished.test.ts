import assert from 'node:assert/strict'
import { alertsOf } from '../../../src/vscode/alert.js'
import { totalsOf, unfinished } from '../../../src/vscode/unfinished.js'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import { agent, world } from './fakes.js'

const now = Date.parse('2026-03-01T12:00:00Z')
const gone = (id: string, fields: object = {}): ReturnType<typeof agent> => agent({ id, name: id, presence: 'gone', unfinished: true, seenAt: '2026-03-01T11:00:00.000Z', ...fields })

describe('agents that left work unfinished', () => {
  const four = ['1', '2', '3', '4'].map((number) => gone(`L2.2.${number}`, { level: 'L2', status: 'working' }))

  it('are those that the records call so', () => {
    assert.deepEqual(unfinished(world({ agents: [agent({ id: 'here', level: 'L2' }), gone('left')] })).map(({ id }) => id), ['left'])
  })

  it('are counted by status and level: "4 incomplete agents: 4 working, 4 L2"', () => {
    assert.equal(totalsOf(four, world({ agents: four })), '4 incomplete agents: 4 working, 4 L2')
    const tree = [gone('lead', { progress: 1 }), gone('sub', { parent: 'lead', status: 'blocked', blocker: 'x' })]
    assert.equal(totalsOf(tree, world({ agents: tree })), '2 incomplete agents: 1 working, 1 blocked, 1 L1, 1 L2')
  })

  it('are told of once when a window opens; those that stop later are not', () => {
    const told = (opened: string, agents = four) => alertsOf(world({ me: agent({ id: 'me', me: true }), agents }), () => true, opened)
    assert.deepEqual(told('2026-03-01T11:30:00.000Z').map(({ text, actions }) => [text, actions]), [['4 incomplete agents: 4 working, 4 L2', ['Review']]])
    assert.deepEqual(told('2026-03-01T10:30:00.000Z'), [])
    assert.equal(told('2026-03-01T11:30:00.000Z')[0]!.id, told('2026-03-01T11:45:00.000Z', [...four].reverse())[0]!.id, 'the same ones are the same news')
    assert.deepEqual(alertsOf(world({ me: agent({ id: 'me', me: true }), agents: four }), (key) => key !== 'notifications.recovery', '2026-03-01T11:30:00.000Z'), [])
  })

  it('stand in a group of their own, where they can be recovered', () => {
    const rows = agentRows(world({ agents: [agent({ id: 'me', me: true }), ...four] }), now)
    const group = rows.find(({ kind }) => kind === 'group.unfinished')
    assert.deepEqual([group?.label, group?.description, group?.children?.map(({ kind }) => kind)], ['Left unfinished', '4', Array(4).fill('agent.other+unfinished')])
  })

  it('stand behind me and who cannot go on, before all who need nobody; also where they hold locks', () => {
    const agents = [agent({ id: 'me', me: true }), agent({ id: 'ann', kind: 'person' }), agent({ id: 'a-works' }), agent({ id: 'z-blocked', status: 'blocked' }), gone('z-holds', { claims: ['a.ts'] }), agent({ id: 'left-lock', presence: 'gone', kind: 'person', claims: ['b.ts'] }), ...four]
    assert.deepEqual(agentRows(world({ agents }), now).map(({ id }) => id), ['me', 'z-blocked', 'z-holds', '(unfinished)', 'ann', 'a-works', 'left-lock'])
  })
})
