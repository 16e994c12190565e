import assert from 'node:assert/strict'
import { LeftBehind } from '../../../src/vscode/leftBehind.js'
import { uncommittedRows } from '../../../src/vscode/views/agentDetails.js'
import { claim } from './fakes.js'

describe('what a gone agent left behind', () => {
  let time = 0
  let asked: (readonly string[])[]
  let answer: string[] | undefined
  const muster = { root: '/repo', uncommittedFiles: (resources: readonly string[]) => (asked.push(resources), Promise.resolve(answer)) }
  const locks = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/', kind: 'folder' }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: 'b.ts', tree: 'feat-x' })]

  beforeEach(() => {
    asked = []
    answer = ['src/a.ts', 'src/c [1].ts [feat-x]']
  })

  it('is asked of git by working tree, and not again at once', async () => {
    const left = new LeftBehind(() => time)
    const files = await left.of(muster, locks)
    assert.deepEqual([...files!], [['', ['src/a.ts', 'src/c [1].ts']], ['feat-x', ['src/a.ts', 'src/c [1].ts']]])
    assert.equal(asked.length, 2)
    assert.ok(!asked.flat().includes('port:3000'))
    await left.of(muster, locks)
    assert.equal(asked.length, 2)
    time += 10_000
    answer = undefined
    assert.equal(await left.of(muster, locks), undefined)
    assert.equal(asked.length, 3)
  })

  it('stands below it, each file to be opened, or that git cannot say', () => {
    const rows = uncommittedRows('bea', new Map([['', ['src/a.ts']], ['feat-x', ['a.ts']]]))
    assert.deepEqual(rows.map(({ label, description, click, target }) => [label, description, click, target]), [
      ['a.ts', 'not committed · src', 'muster.openFile', { type: 'lock', tree: '', resource: 'src/a.ts', heldBy: 'bea' }],
      ['a.ts', 'not committed · feat-x', 'muster.openFile', { type: 'lock', tree: 'feat-x', resource: 'a.ts', heldBy: 'bea' }],
    ])
    assert.equal(new Set(rows.map(({ id }) => id)).size, 2)
    assert.deepEqual(uncommittedRows('bea', undefined).map(({ label }) => label), ['git cannot say what is not committed'])
    assert.deepEqual(uncommittedRows('bea', new Map()), [])
  })
})
