import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFigures, type Results } from '../../../bench/figures.js'
import { projectRoot } from '../../../scripts/projectRoot.js'

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8')
const results = JSON.parse(read('bench', 'results.json')) as Results
const page = read('docs', 'scaling.md')
const valueOf = (name: string): number => results.rows.find((row) => row.name === name)!.value

describe('docs/scaling.md', () => {
  it('has the figures of bench/results.json', () => {
    assert.equal(page, withFigures(page, results))
    for (const size of ['0', '1,000', '10,000', '1,000,000', '16']) assert.ok(page.includes(`\n| ${size} | `), size)
    const other = { ...results, rows: results.rows.map((row) => ({ ...row, value: row.value * 2 })) }
    assert.notEqual(page, withFigures(page, other))
    assert.throws(() => withFigures(page, { ...results, rows: [] }), /has no/)
  })

  it('says in words what they say', () => {
    const claims = (count: number): number => valueOf(`${count} ${count === 1 ? 'process' : 'processes'} contending: claims`)
    const says = (words: string, holds: boolean): void => {
      assert.ok(page.includes(words), words)
      assert.ok(holds, `${words}: the figures say otherwise`)
    }
    says('rise up to about four processes and then fall: 16 make about half of what one makes', claims(4) > claims(1) && claims(4) > claims(8) && claims(16) / claims(1) > 0.35 && claims(16) / claims(1) < 0.65)
    says('each costs a fifth to a third of one alone', [10, 100, 1000].every((size) => {
      const ratio = valueOf(`${size.toLocaleString('en-US')} claims queued at once, each`) / valueOf('1 claims queued at once, each')
      return ratio > 0.15 && ratio < 0.34
    }))
    says('a claim costs the same, or less by chance', valueOf('durable claim, 10,000 held') < 1.2 * valueOf('durable claim, 0 held') && valueOf('durable claim, 10,000 agents') < 1.2 * valueOf('durable claim, 10 agents'))
    const [status, recovery] = [valueOf('status, 10,000 agents') / 10, valueOf('recovery check, 10,000 agents') / 10]
    says(`about ${Math.round(status)} and ${Math.round(recovery)} µs an agent`, true)
    says('a million by snapshot takes less than a tenth of a second', valueOf('open 1,000,000 commits by snapshot') < 100)
    says('at 100,000 entries in less than a second', valueOf('open 100,000 commits by replay') < 1000)
    says('Of 9 to 13 µs an entry', Math.round(1e6 / valueOf('replay of 100,000 commits')) === 9 && Math.round(1e6 / valueOf('replay of 1,000,000 commits')) === 13)
  })
})
