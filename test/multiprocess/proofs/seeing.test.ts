import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { times } from '../../counts.js'
import { stopAfterAll } from '../../postgres/server.js'
import { Cast } from './cast.js'

const ms = (from: bigint, to: bigint): number => Number(to - from) / 1e6

stopAfterAll()

for (const where of ['in a folder', 'in PostgreSQL'] as const) describe(`what others write ${where}`, function () {
  this.timeout(0)
  let cast: Cast

  beforeEach(async () => (cast = await Cast.at(where)))
  afterEach(() => cast.end())

  const rounds = times(3, 20)
  it(`is seen by 5 processes without file events, within one rescan, ${rounds} times`, async () => {
    const options = { watch: false, settings: { rescanSeconds: 1 } }
    const writer = await cast.enter('writer', options)
    const readers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => cast.enter(name, options)))
    const waits: number[] = []
    let last = 0
    for (let round = 0; round < rounds; round++) {
      const { head, at } = await writer.send('a', 1)
      assert.ok(head > last)
      last = head
      for (const seen of await Promise.all(readers.map((reader) => reader.see(head)))) waits.push(ms(at, seen))
    }
    // Looked at once a second, and the rest of what is allowed for a busy machine.
    assert.ok(Math.max(...waits) <= 5000, `seen after ${Math.max(...waits)} ms`)
    assert.ok(Math.max(...waits) > 20, 'something told them')
    if (rounds > 3) console.log(`      after ${Math.round(Math.max(...waits))} ms at most`)
  })

  const changes = times(1500, 15_000)
  const blocked = times(1000, 5000)
  it(`is all seen within one rescan after ${changes} changes while the event loop was blocked for ${blocked} ms`, async () => {
    const reader = await cast.enter('reader')
    const writer = await cast.enter('writer')
    const end = join(cast.root, 'written')
    const going = reader.block(blocked, end)
    const { head: before } = await writer.call('ledgerStatus')
    const { head } = await writer.send('reader', changes, 1)
    assert.ok(head >= before + changes, 'each is an entry of its own')
    writeFileSync(end, '')
    const on = await going
    const seen = await reader.see(head)
    assert.ok(ms(on, seen) <= 5000, `seen after ${ms(on, seen)} ms`)
    assert.equal((await reader.call('getAgent', 'reader'))?.unread, changes)
    const world = await reader.call('ledgerStatus')
    assert.equal(world.readOnly, undefined)
    if (changes > 1500) console.log(`      all seen after ${Math.round(ms(on, seen))} ms`)
  })
})
