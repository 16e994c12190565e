import assert from 'node:assert/strict'
import { Repository } from './repository.js'

describe('muster: requests between agents', function () {
  this.timeout(600_000)
  let repo: Repository

  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  it('asks for a lock, answers, and goes on', async () => {
    await repo.json('claim', 'src', '--agent', 'alpha')
    const asked = await repo.json('ask', 'src/b.ts', '--body', 'hotfix', '--agent', 'beta')
    assert.deepEqual(asked.json['asked'], [{ id: asked.json['id'], to: 'alpha' }])
    const id = String(asked.json['id'])
    assert.equal((await repo.json('answer', id, 'release', '--agent', 'gamma')).json['reason'], 'NOT_FOUND')
    const wrong = await repo.muster('answer', id, 'relase', '--agent', 'alpha')
    assert.deepEqual([wrong.exit, /Did you mean release\?/.test(wrong.err)], [2, true])
    const narrowed = await repo.json('answer', id, 'narrow', '--keep', 'src/a.ts', '--body', 'only a', '--agent', 'alpha')
    assert.deepEqual([narrowed.json['released'], (narrowed.json['kept'] as { resource: string }[]).map(({ resource }) => resource)], [true, ['src/a.ts']])
    assert.equal((await repo.json('claim', 'src/b.ts', '--agent', 'beta')).exit, 0)
    assert.equal((await repo.json('answer', id, 'keep', '--agent', 'alpha')).json['reason'], 'WRONG_STATUS')
    const inbox = (await repo.json('inbox', '--unread', '--agent', 'beta')).json['messages'] as { about?: { act: string; answer?: string } }[]
    assert.deepEqual(inbox.map(({ about }) => about?.answer), ['narrow'])
  })

  it('asks for help, lists it first, and closes it', async () => {
    await repo.json('startup', '--agent', 'gamma')
    const asked = await repo.json('help-request', '--to', 'gamma', '--subject', 'ghost data', '--priority', 'high', '--agent', 'alpha')
    const id = String(asked.json['id'])
    await repo.json('inbox', '--agent', 'gamma')
    const started = (await repo.json('startup', '--agent', 'gamma')).json
    assert.deepEqual((started['helpRequests'] as { id: string }[]).map((request) => request.id), [id])
    assert.match((await repo.muster('startup', '--agent', 'gamma')).out, /Help is asked for\n.*alpha/)
    assert.deepEqual(((await repo.json('help-request', '--list', '--agent', 'alpha')).json['helpRequests'] as { id: string }[]).length, 1)
    assert.equal((await repo.json('help-request', '--close', id, '--answer', 'in data/', '--agent', 'gamma')).exit, 0)
    assert.equal((await repo.json('help-request', '--close', id, '--agent', 'gamma')).json['reason'], 'WRONG_STATUS')
    assert.deepEqual((await repo.json('help-request', '--list', '--agent', 'alpha')).json['helpRequests'], [])
    assert.deepEqual([(await repo.muster('help-request')).exit, (await repo.muster('help-request', '--list', '--to', 'x')).exit], [2, 2])
  })

  it('gives the times of verify as everywhere else', async () => {
    await repo.json('startup', '--agent', 'alpha')
    const { firstAt, lastAt } = (await repo.json('verify')).json
    for (const time of [firstAt, lastAt]) assert.equal(new Date(String(time)).toISOString(), time)
  })
})
