import assert from 'node:assert/strict'
import { Chain, REMEMBERED_SUMS } from '../../../src/core/ledger/classify.js'
import { NO_SUM, type Line } from '../../../src/core/ledger/line.js'

function sum(n: number | string): string {
  return String(n).padStart(16, '0')
}

function line(values: Partial<Line>): Line {
  return { v: 1, seq: 1, prev: NO_SUM, d: 0, at: 0, up: 0, boot: '', kind: 'commit', body: 0, sum: sum('f'), leadsOn: values.sum ?? sum('f'), closes: false, ...values }
}

/** Lines 1 to `length`, line n having the sum n. */
function chainOf(length: number): Chain {
  const chain = new Chain()
  for (let seq = 1; seq <= length; seq++) chain.accept(line({ seq, prev: sum(seq - 1), sum: sum(seq) }))
  return chain
}

describe('classification of lines', () => {
  const chain = chainOf(10)
  const cases: [what: string, values: Partial<Line>, expected: string][] = [
    ['the next line', { seq: 11, prev: sum(10), d: 10 }, 'accept'],
    ['the next line of a writer who knows nothing on disk', { seq: 11, prev: sum(10), d: 0 }, 'accept'],
    ['a lost race', { seq: 10, prev: sum(9), d: 9 }, 'void'],
    ['a late line of the same history', { seq: 4, prev: sum(3), d: 3 }, 'void'],
    ['a late line of another history whose predecessor was on disk', { seq: 4, prev: sum('a3'), d: 3 }, 'fork'],
    ['a late line of another history nobody was told of', { seq: 4, prev: sum('a3'), d: 2 }, 'void'],
    ['the next line of another history, on disk', { seq: 11, prev: sum('a'), d: 10 }, 'fork'],
    ['the next line of another history, not on disk', { seq: 11, prev: sum('a'), d: 9 }, 'void'],
    ['a line after a hole, nothing of which was on disk', { seq: 13, prev: sum(12), d: 10 }, 'void'],
    ['a line after a hole in what was on disk', { seq: 13, prev: sum(12), d: 11 }, 'damaged'],
    ['a repair that jumps', { seq: 30, prev: sum(10), d: 0, kind: 'repaired' }, 'accept'],
    ['a repair that jumps and knows more on disk', { seq: 30, prev: sum(10), d: 20, kind: 'repaired' }, 'accept'],
    ['a repair of another history', { seq: 30, prev: sum(9), d: 10, kind: 'repaired' }, 'void'],
    ['a repair that comes late', { seq: 10, prev: sum(10), d: 0, kind: 'repaired' }, 'void'],
    ['a jump that is no repair', { seq: 30, prev: sum(10), d: 0 }, 'void'],
  ]
  for (const [what, values, expected] of cases) it(`${what}: ${expected}`, () => assert.equal(chain.classify(line(values)), expected))

  it('remembers the last 4,096 sums', () => {
    const length = REMEMBERED_SUMS + 50
    const long = chainOf(length)
    assert.equal(long.sumAt(length - REMEMBERED_SUMS), undefined)
    assert.equal(long.sumAt(length - REMEMBERED_SUMS + 1), sum(length - REMEMBERED_SUMS + 1))
    assert.equal(long.sumAt(length + 1), undefined)
    assert.equal(long.classify(line({ seq: 20, prev: sum('other'), d: 19 })), 'void')
  })

  it('knows no sums in the gap of a repair', () => {
    const repaired = chainOf(5)
    repaired.accept(line({ seq: 20, prev: sum(5), sum: sum(20), kind: 'repaired' }))
    assert.equal(repaired.sumAt(12), undefined)
    assert.equal(repaired.classify(line({ seq: 21, prev: sum(20), d: 20 })), 'accept')
    assert.equal(repaired.classify(line({ seq: 6, prev: sum(5), d: 5 })), 'void')
  })
})
