import assert from 'node:assert/strict'
import type { Event } from '../../../src/core/model/events.js'
import { logEntries } from '../../../src/core/state/logEntry.js'
import { createState } from '../../../src/core/state/state.js'
import { Random } from '../ledger/simulation/random.js'
import { randomHistory } from './randomHistory.js'

const labels = new Map([['c1', 'src/a.ts']])

function textOf(event: Event): string {
  return logEntries({ stamp: { seq: 1, at: 0, up: 0, boot: 'b' }, ops: [{ key: 'k', by: 'alpha', events: [event] }] }, createState(), labels)[0]!.text
}

describe('texts of the log', () => {
  it('speaks of locks to people, as everything else does', () => {
    const ended = (how: 'forced' | 'released' | 'taken'): Event => ({ type: 'claim.ended', claim: 'c1', how, by: 'alpha', message: 'stuck' })
    assert.deepEqual(
      [
        { type: 'claim.granted', claim: 'c1', agent: 'alpha', resource: { kind: 'file', tree: '', path: 'src/a.ts' }, grant: { mode: 'exclusive', attached: true, ttl: 1 } } satisfies Event,
        { type: 'claim.renewed', claim: 'c1', progress: 60 } satisfies Event,
        ended('released'), ended('forced'), ended('taken'),
        { type: 'message.ticked', message: 'm1', agent: 'alpha', step: 2, done: true } satisfies Event,
      ].map(textOf),
      ['alpha locked src/a.ts', 'alpha renewed the lock on src/a.ts at 60 %', 'alpha released src/a.ts: stuck', 'alpha ended the lock on src/a.ts: stuck', 'alpha took over src/a.ts: stuck', 'alpha ticked off step 2 of message m1'],
    )
    for (const { op } of randomHistory(new Random(7), 400)) for (const event of op.events) assert.doesNotMatch(textOf(event), /claim|force-release/, event.type)
  })
})
