import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMuster } from '../../../src/core/open.js'
import type { WindowContent } from '../../../src/core/model/save.js'
import { Repository } from './repository.js'

const content: WindowContent = {
  folders: [],
  groups: [{ column: 1, tabs: [{ kind: 'text', label: 'a.ts', uri: 'file:///x/src/a.ts' }] }],
  unsaved: [{ uri: 'file:///x/src/a.ts', text: 'a secret' }],
  omitted: [],
  terminals: [{ name: 'build', cwd: '/x', command: 'npm test' }],
}

/** The recovery workflow of the agent state protocol, step by step, with the commands in place of its script. */
describe('the session recovery workflow', function () {
  this.timeout(600_000)
  let repo: Repository
  const folder = (): string => join(repo.root, '.muster')

  before(async () => {
    repo = new Repository()
    const agent = (name: string, ...args: string[]): Promise<unknown> => repo.json('check-in', '--agent', name, ...args)
    await agent('Agent 1', '--status', 'working')
    await repo.json('claim', 'src/a.ts', '--agent', 'agent-2', '--note', 'OKX')
    await repo.json('claim', 'name:build', '--agent', 'agent-2')
    await repo.json('claim', 'src/c.ts', '--agent', 'agent-2')
    await agent('Agent 1', '--status', 'done', '--message', '6 markets implemented')
    await agent('Agent-2', '--status', 'working', '--task', 'OKX', '--progress', '60')
    await agent('Agent 3', '--status', 'blocked', '--blocker', 'Gate.io API issues')
    await agent('Agent 4', '--status', 'waiting', '--waiting-for', 'agent-2', '--waiting-for', 'agent-3')
  })
  after(() => repo.remove())

  it('Prevention 1: auto-save session state, every 10 minutes from cron, with no window open', async () => {
    assert.match((await repo.muster('session', 'status')).out, /Nothing was saved yet/)
    assert.equal((await repo.json('session', 'recover', '--dry-run')).json['reason'], 'NOT_FOUND')
    const saved = (await repo.json('session', 'save')).json
    assert.equal(saved['saved'], true)
    assert.equal((await repo.json('session', 'save')).json['saved'], false, 'nothing has changed')
    const { sessions } = (await repo.json('session', 'list')).json as { sessions: Record<string, unknown>[] }
    assert.deepEqual(sessions.map(({ window, agents, claims, editors }) => [window, agents, claims, editors]), [['', 4, 3, 0]])
    assert.deepEqual((sessions[0]!['repositories'] as object[]).map((one) => Object.keys(one)), [['root', 'branch']])
  })

  it('Step 1: check that a session exists', async () => {
    const { out } = await repo.muster('session', 'status')
    assert.match(out, /^✅ Agent 1: done \(6 markets implemented\)$/m)
    assert.match(out, /^❓ agent-2: working \(OKX, 60 %/m)
    assert.match(out, /^❌ Agent 3: blocked \(Gate\.io API issues/m)
    assert.match(out, /^⏳ Agent 4: waiting \(for agent-2 and agent-3/m)
    assert.match(out, /Last saved .*: 4 agents, 3 locks\. To recover: muster session recover/)
    const { agents, last } = (await repo.json('session', 'status')).json as { agents: { id: string; status: string; waitingFor: string[] }[]; last: { agents: number } }
    assert.deepEqual([agents.map(({ status }) => status), agents[3]!.waitingFor, last.agents], [['done', 'working', 'blocked', 'waiting'], ['agent-2', 'agent-3'], 4])
  })

  it('Step 2: recover the session: locks with their tokens; those that are lost are named with who has them', async () => {
    const before = (await repo.json('claims')).json['claims'] as { resource: string; token: number }[]
    await repo.json('release', 'src/a.ts', '--agent', 'agent-2')
    await repo.json('release', 'src/c.ts', '--agent', 'agent-2')
    await repo.json('claim', 'src/c.ts', '--agent', 'other')
    const { out } = await repo.muster('session', 'recover', '--dry-run', '--agent', 'agent-2')
    assert.match(out, /src\/a\.ts: free, would be locked anew\n[^]*build: yours all along[^]*src\/c\.ts: not yours any more\. other holds it now/)
    const result = (await repo.json('session', 'recover', '--agent', 'agent-2')).json as { claims: { resource: string; token: number; how: string }[]; refused: { resource: string; heldBy: string; token: number }[] }
    const token = (resource: string): number => before.find((one) => one.resource === resource)!.token
    assert.deepEqual(result.claims.map(({ resource, how }) => [resource, how]).sort(), [['name:build', 'kept'], ['src/a.ts', 'anew']])
    assert.equal(result.claims.find(({ how }) => how === 'kept')!.token, token('name:build'))
    assert.ok(result.claims.find(({ how }) => how === 'anew')!.token > token('src/a.ts'))
    assert.deepEqual(result.refused.map(({ resource, heldBy }) => [resource, heldBy]), [['src/c.ts', 'other']])
    assert.deepEqual(((await repo.json('session', 'recover', '--agent', 'agent-2')).json['claims'] as { how: string }[]).map(({ how }) => how).sort(), ['kept', 'kept'], 'again, it changes nothing')
  })

  it('Step 3: assess agent states', async () => {
    const { agents } = (await repo.json('session', 'status')).json as { agents: { name: string; sign: string; summary: string }[] }
    assert.deepEqual(agents.filter(({ name }) => name !== 'other').map(({ sign, summary }) => [sign, summary]), [['✅', '6 markets implemented'], ['❓', 'OKX, 60 %'], ['❌', 'Gate.io API issues'], ['⏳', '']])
  })

  it('Step 4: resume work: what is in progress goes on, what is done is not begun again', async () => {
    assert.match((await repo.muster('recovery', 'resume', 'agent-2')).out, /Go on as agent-2[^]*Locks: .*src\/a\.ts/)
    assert.equal((await repo.json('recovery', 'resume', 'agent-1')).json['reason'], 'WRONG_STATUS')
  })

  it('Recovery instructions: list, status, recover, of a window too; what was typed there is in its file only', async () => {
    const muster = await openMuster({ folder: folder(), root: repo.root, agent: 'ada', kind: 'person' })
    await muster.claim('README.md')
    const { session } = await muster.saveSession({ content, reason: 'asked' })
    assert.deepEqual((await muster.readSession(session.id))?.content, content)
    await muster.close()
    const listed = await repo.muster('session', 'list')
    assert.match(listed.out, new RegExp(`${session.id} .*ada +1 editor, 1 unsaved text, 1 terminal, \\d agents, \\d locks`))
    const recovered = await repo.muster('session', 'recover', session.id)
    assert.match(recovered.out, /Editors: a\.ts\nUnsaved text: a\.ts\nTerminals: build\n.*Muster: Recover Session…/)
    const told = JSON.stringify([listed, recovered, (await repo.json('session', 'list')).json, (await repo.json('session', 'recover', session.id)).json, (await repo.muster('log')).out])
    assert.equal(told.includes('a secret'), false)
    assert.equal((await repo.json('session', 'recover', '20200101T000000000Z-000000')).json['reason'], 'NOT_FOUND')
  })

  it('tells of files that are no saves, and leaves them', async () => {
    const place = join(folder(), 'sessions', '+outside')
    writeFileSync(join(place, '20200101T000000000Z-000000.json'), '{"version":1,')
    assert.match((await repo.muster('session', 'list')).out, /Left alone, since it is damaged: .*20200101T000000000Z-000000\.json/)
    assert.deepEqual(((await repo.json('session', 'list')).json['damaged'] as { problem: string }[]).map(({ problem }) => problem), ['it is damaged'])
    assert.ok(readdirSync(place).includes('20200101T000000000Z-000000.json'))
  })
})
