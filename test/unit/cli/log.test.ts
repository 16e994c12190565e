import assert from 'node:assert/strict'
import type { LogEntry } from '../../../src/core/muster.js'
import { run } from './fakeHost.js'
import { logEntry as entry, logOf } from './samples.js'

describe('muster log', () => {
  const entries = [entry(1, 'claim.granted', 'beta', '2026-03-01T10:00:00.000Z'), entry(2, 'claim.ended', 'alpha'), entry(3, 'message.sent', 'beta')]
  const seqs = async (...args: string[]): Promise<number[]> =>
    ((await run(['log', '--json', ...args], { muster: { log: () => logOf(...entries) } })).json['entries'] as LogEntry[]).map(({ seq }) => seq)

  it('is filtered by time, agent and type', async () => {
    assert.deepEqual(await seqs(), [1, 2, 3])
    assert.deepEqual(await seqs('--since', '60'), [2, 3])
    assert.deepEqual(await seqs('--since', '2026-03-01T11:00:00Z'), [2, 3])
    assert.deepEqual(await seqs('--of', 'Beta'), [1, 3])
    assert.deepEqual(await seqs('--agent', 'Beta'), [1, 2, 3], 'who speaks')
    assert.deepEqual(await seqs('--type', 'claim'), [1, 2])
    assert.deepEqual(await seqs('--type', 'claim.granted'), [1])
  })

  it('refuses types that nothing has, and names those there are', async () => {
    for (const [type, expected] of [['nonsense', /claim, wait, message/], ['claims', /Did you mean claim\?/], ['claim.nonsense', /claim.granted, claim.renewed/], ['', /agent, session, claim/], ['cl', /type "cl"/]] as const) {
      const { exit, json } = await run(['log', '--json', '--type', type], { muster: { log: () => logOf(...entries) } })
      assert.equal(exit, 2, type)
      assert.match((json['error'] as { message: string }).message, expected)
    }
    for (const type of ['wait', 'records', 'summary.written']) assert.deepEqual(await seqs('--type', type), [])
  })

  it('follows: each entry once, a line of JSON each, until interrupted', async () => {
    let interrupt = (): void => undefined
    let change: (value: { entries: LogEntry[] }) => void = () => undefined
    async function* history(): AsyncIterable<LogEntry> {
      yield entry(1, 'claim.granted')
      // Arrives while the history is read, and is in both.
      change({ entries: [entry(2, 'claim.ended')] })
      yield entry(2, 'claim.ended')
    }
    const ran = await run(['log', '--follow', '--json'], {
      muster: {
        log: history,
        onDidChange: (listener: typeof change) => {
          change = listener
          setTimeout(() => { change({ entries: [entry(3, 'message.sent')] }); setTimeout(() => interrupt(), 5) }, 5)
          return { dispose: () => undefined }
        },
      },
      host: { onInterrupt: (listener) => { interrupt = listener; return { dispose: () => undefined } } },
    })
    const lines = ran.out.trimEnd().split('\n').map((line) => JSON.parse(line) as LogEntry & { ok: boolean })
    assert.deepEqual(lines.map(({ ok, seq }) => [ok, seq]), [[true, 1], [true, 2], [true, 3]])
    assert.equal(ran.exit, 0)
  })
})
