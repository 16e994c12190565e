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
    says('each costs about a third of one alone, or less', [10, 100, 1000].every((size) => {
      const ratio = valueOf(`${size.toLocaleString('en-US')} claims queued at once, each`) / valueOf('1 claims queued at once, each')
      return ratio < 0.4
    }))
    says('a claim costs the same, or less by chance', valueOf('durable claim, 10,000 held') < 1.2 * valueOf('durable claim, 0 held') && valueOf('durable claim, 10,000 agents') < 1.2 * valueOf('durable claim, 10 agents'))
    says('a few µs an agent', ['status', 'recovery check'].every((what) => valueOf(`${what}, 10,000 agents`) / 10 < 5))
    says('a million by snapshot takes less than a tenth of a second', valueOf('open 1,000,000 commits by snapshot') < 100)
    says('100,000 entries take a second or two', valueOf('open 100,000 commits by replay') < 2500)
    says('about as many as one space takes from many clients at once (the commits in all of 16 to 64 clients above)', [16, 32, 64].every((count) => valueOf(`PostgreSQL, ${count} clients: commits`) > 100 && valueOf(`PostgreSQL, ${count} clients: commits`) < 800))
  })
})
