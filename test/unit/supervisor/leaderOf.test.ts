import assert from 'node:assert/strict'
import { leaderOf, type ProcessRow } from '../../../src/supervisor/processTree.js'

const row = (pid: number, parent: number, session: number): ProcessRow => ({ pid, parent, session, group: session, start: String(pid), zombie: false })

describe('the process of an agent whose keeper was killed before it said so', () => {
  const list = async (): Promise<ProcessRow[]> => [row(1, 0, 1), row(20, 1, 20), row(21, 20, 20), row(30, 1, 30)]

  it('is the leader of the session that the mark is in', async () => {
    assert.equal((await leaderOf('A=1', { marked: async () => new Set([21, 20]), list }))?.pid, 20)
    assert.equal(await leaderOf('A=1', { marked: async () => new Set([99]), list }), undefined)
  })

  it('is not looked for where marks cannot be seen, as on Windows, which has no ps', async () => {
    let listed = 0
    const counted = (): Promise<ProcessRow[]> => {
      listed++
      return list()
    }
    assert.equal(await leaderOf('A=1', { marked: async () => new Set(), list: counted }), undefined)
    assert.equal(listed, 0)
  })

  it('is not taken for gone where its mark is there and processes cannot be listed: it would be started twice', async () => {
    const refused = async (): Promise<never> => { throw Object.assign(new Error('too many open files'), { code: 'EMFILE' }) }
    await assert.rejects(leaderOf('A=1', { marked: async () => new Set([20]), list: refused }), { code: 'EMFILE' })
  })
})
