import assert from 'node:assert/strict'
import type { Query, Session } from '../../../src/core/ledger/postgres/session.js'
import { endsTurn } from '../../../src/core/ledger/postgres/statements.js'
import { Turns } from '../../../src/core/ledger/postgres/turn.js'

describe('a turn to write in a database', () => {
  const END = 'select 1;commit'

  /** A session whose server refuses what `refused` says, and keeps the transaction until it is given up. */
  function sessionOf(sent: string[], refused: (text: string) => boolean): Session {
    const query = (text: string): Promise<never[]> => {
      sent.push(text)
      return refused(text) ? Promise.reject(new Error('the disk is full')) : Promise.resolve([])
    }
    return { ended: false, alone: (work: (query: Query) => Promise<unknown>) => work(query as unknown as Query) } as unknown as Session
  }

  it('is given up where its last statement is refused: the commit behind that one is never done', async () => {
    assert.ok(endsTurn(END), 'the end of a turn')
    const sent: string[] = []
    const work = async (query: Query): Promise<void> => {
      await query('select 1')
      await query(END)
    }
    await assert.rejects(new Turns().take(sessionOf(sent, (text) => text === END), 'space', () => 1, work), /disk is full/)
    assert.equal(sent.at(-1), 'rollback')
    sent.length = 0
    await new Turns().take(sessionOf(sent, () => false), 'space', () => 1, work)
    assert.equal(sent.at(-1), END)
  })
})
