import assert from 'node:assert/strict'
import type { RunView } from '../../../src/core/model/runs.js'
import { damageOf, newRegistry, unregisteredIn, withRows } from '../../../src/runs/registry.js'
import { withRunItems } from '../../../src/runs/stateDocument.js'

const run = (name: string, more: Partial<RunView> = {}): RunView => ({ run: `2025-12-29_15-30_${name}`, path: `experiments/2025-12-29_15-30_${name}`, name, date: '2025-12-29', status: 'running', words: 'running', agent: 'executor_01', problems: [], ...more })

describe('REGISTRY.md', () => {
  it('has one row a run, replaced in its place', () => {
    const first = newRegistry([run('a'), run('b')])
    const text = withRows(first, [run('a', { status: 'completed', metrics: { sharpe: 1.31, 'a|b': 'x\ny' } })])
    assert.equal(text, `# Runs

| Date | Run | Status | Agent | Metrics |
| --- | --- | --- | --- | --- |
| 2025-12-29 | 2025-12-29_15-30_a | ✅ Complete | executor_01 | sharpe=1.31, a\\|b=x y |
| 2025-12-29 | 2025-12-29_15-30_b | 🔄 Running | executor_01 |  |
`)
    assert.equal(withRows(text, [run('a', { status: 'completed', metrics: { sharpe: 1.31, 'a|b': 'x\ny' } })]), text)
    assert.match(withRows(text, [run('b', { status: 'resumable', resumeFrom: 128 })]), /_b \| ❌ Failed, resumable from item 128 \|/)
  })

  it('keeps other text, other rows, links, columns of theirs, and CRLF', () => {
    const theirs = `# Our experiments\r\n\r\nRead this first.\r\n\r\n| Date | Experiment | Status | Metrics |\r\n|------|-----------|--------|---------|\r\n| 2025-12-28 | 2025-12-28_10-00_old | ✅ Complete | sharpe 0.9 |\r\n| 2025-12-29 | [2025-12-29_15-30_a](a/) | 🔄 Running | |\r\n\r\n## Notes\r\n\r\n| x | y |\r\n|---|---|\r\n`
    const text = withRows(theirs, [run('a', { status: 'completed', metrics: { n: 1 } }), run('b')])
    assert.equal(text, theirs.replace('| 2025-12-29 | [2025-12-29_15-30_a](a/) | 🔄 Running | |\r\n', '| 2025-12-29 | [2025-12-29_15-30_a](a/) | ✅ Complete | n=1 |\r\n| 2025-12-29 | 2025-12-29_15-30_b | 🔄 Running |  |\r\n'))
    assert.deepEqual(unregisteredIn(text, [run('a', { status: 'completed', metrics: { n: 1 } }), run('b', { status: 'failed' })]).map(({ name }) => name), ['b'])
  })

  it('does not take a longer name for a run, and drops a row that two wrote at once', () => {
    const text = newRegistry([run('a'), run('a_v2')])
    const row = text.split('\n').find((line) => line.includes('_a |'))!
    const twice = `${text}${row}\n`
    assert.equal(withRows(twice, [run('a')]), text)
    assert.equal(unregisteredIn(twice, [run('a')]).length, 1)
  })

  it('makes a table of its own where there is none', () => {
    assert.match(withRows('Just text', [run('a')]), /^Just text\n\n\| Date \| Run .*\n\| --- .*\n\| 2025-12-29 \| 2025-12-29_15-30_a \| 🔄 Running \| executor_01 \|  \|\n$/)
  })

  it('knows when it is damaged', () => {
    const good = Buffer.from(newRegistry([run('a')]))
    assert.equal(damageOf(good), undefined)
    assert.match(damageOf(Buffer.concat([good, Buffer.from([0])]))!, /NUL/)
    assert.match(damageOf(Buffer.concat([good, Buffer.from([0xc3, 0x28])]))!, /UTF-8/)
    assert.match(damageOf(Buffer.from(`<<<<<<< HEAD\n${good.toString()}=======\n>>>>>>> x\n`))!, /merge/)
    assert.match(damageOf(Buffer.from(`${good.toString()}| 2025-12-29 | 2025-12-2`))!, /line 6 is half a row/)
  })
})

describe('STATE.md', () => {
  const text = '# State\n\n## 🔄 In Progress\n\n- [ ] write the docs\n- [ ] 2025-12-29_15-30_a: the sweep\n\n## ✅ Done\n\n- setup\n\n## Next\n\n- 2025-12-29_15-30_a again\n'
  it('moves an item from In Progress to Done, as it was written', () => {
    assert.equal(withRunItems(text, [run('a', { status: 'completed' })]), text.replace('- [ ] 2025-12-29_15-30_a: the sweep\n', '').replace('- setup\n', '- setup\n- [x] 2025-12-29_15-30_a: the sweep\n'))
  })

  it('adds what has begun, once, and takes away what has failed', () => {
    const begun = withRunItems(text, [run('b')])
    assert.match(begun, /the sweep\n- 2025-12-29_15-30_b \(executor_01\)\n\n## ✅ Done/)
    assert.equal(withRunItems(begun, [run('b')]), begun)
    assert.equal(withRunItems(begun, [run('b', { status: 'failed' })]), text)
    assert.equal(withRunItems(text, [run('c', { status: 'failed' })]), text)
  })

  it('makes the sections where they are missing', () => {
    assert.equal(withRunItems('# State\n', [run('a', { status: 'completed' })]), '# State\n\n## Done\n\n- 2025-12-29_15-30_a (executor_01)\n')
  })
})
