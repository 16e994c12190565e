import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Account, sumOf } from '../../../src/documents/account.js'
import { addingTo, extent, isGrown } from '../../../src/documents/growing.js'
import { Logs } from '../../../src/documents/logs.js'

describe('a log whose writer was cut off in the middle of adding', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-log-'))
    path = join(folder, 'log')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const lines = [{ seq: 1, text: '2026-11-22_10:00:00: one' }, { seq: 3, text: '2026-11-22_10:00:01: Zwö👩‍👧lf' }, { seq: 4, text: '2026-11-22_10:00:02: three' }]
  const textOf = (some: typeof lines): string => some.map(({ text }) => `${text}\n`).join('')

  /** One process's way, from what is noted: `told` is what it is told of. */
  const write = async (told: typeof lines, whole = false): Promise<Account> => {
    const account = new Account(join(folder, 'documents'))
    await account.refresh()
    const logs = new Logs(account, whole, new Set(), {
      isOurs: (of, bytes) => isGrown(account.files.get(of), bytes),
      write: () => Promise.resolve(assert.fail('another file in its place')),
      added: () => undefined,
      keepCut: () => Promise.resolve(assert.fail('nothing was taken out of it')),
    })
    await logs.want('agents', path, { root: 'folder', path: 'log', lines: told, yieldsTo: 'others' })
    await logs.release()
    assert.deepEqual([logs.isBehind, logs.isBusy, logs.needsAll], [false, false, false])
    return account
  }

  for (const [name, begin, ending] of [['its own line', textOf(lines.slice(0, 1)), ''], ['a line of the agent\'s without its end', `${textOf(lines.slice(0, 1))}mine`, '\n']] as const) {
    it(`has the rest of it, once, at whichever byte behind ${name}, and what came behind it meanwhile`, async () => {
      const base = Buffer.from(begin)
      const all = Buffer.from(`${begin}${ending}${textOf(lines.slice(1))}`)
      for (let cut = base.length; cut <= all.length; cut++) {
        for (const told of [lines.slice(1), [...lines.slice(1), { seq: 9, text: '2026-11-22_10:00:09: nine' }]]) {
          rmSync(join(folder, 'documents'), { recursive: true, force: true })
          const account = new Account(join(folder, 'documents'))
          await account.add([{ f: path, record: { of: 'agents', sums: [], grown: { seq: 1, ...extent(base) }, adding: addingTo(base, all, 4) } }])
          writeFileSync(path, all.subarray(0, cut))
          const after = await write(told)
          const expected = `${all.toString()}${textOf(told.slice(2))}`
          assert.equal(readFileSync(path, 'utf8'), expected, `cut at ${cut}`)
          const { grown, adding } = after.files.get(path)!
          assert.deepEqual([grown, adding], [{ seq: told.at(-1)!.seq, ...extent(Buffer.from(expected)) }, undefined])
          await write(told)
          await write([...lines.slice(0, 1), ...told], true)
          assert.equal(readFileSync(path, 'utf8'), expected, 'nothing is added twice')
        }
      }
    })
  }

  it('loses nothing of what somebody wrote behind its torn end', async () => {
    const base = Buffer.from(textOf(lines.slice(0, 1)))
    const all = Buffer.from(textOf(lines))
    for (let cut = base.length; cut < all.length; cut++) {
      rmSync(join(folder, 'documents'), { recursive: true, force: true })
      const account = new Account(join(folder, 'documents'))
      await account.add([{ f: path, record: { of: 'agents', sums: [], grown: { seq: 1, ...extent(base) }, adding: addingTo(base, all, 4) } }])
      const torn = Buffer.concat([all.subarray(0, cut), Buffer.from('mine\n')])
      writeFileSync(path, torn)
      // It was read, and some of it could not be.
      await account.add([{ t: path, taken: { sum: sumOf(torn), lines: { count: 1, sum: '' }, problems: [{ line: 2, reason: 'no line' }] } }])
      await write(lines.slice(1))
      const now = readFileSync(path)
      assert.ok(now.subarray(0, torn.length).equals(torn), `cut at ${cut}`)
      for (const { text } of lines.slice(1)) assert.equal(now.toString().split('\n').filter((line) => line === text).length, 1, `cut at ${cut}: ${now.toString()}`)
    }
  })
})
