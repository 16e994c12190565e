import assert from 'node:assert/strict'
import fc from 'fast-check'
import { diffLines } from '../../../src/connect/diff.js'

const shown = (before: string, after: string): string[] => diffLines(before, after).map(({ sign, text }) => sign + text)

describe('the difference that is shown', () => {
  it('has the lines that come and go, and little around them', () => {
    assert.deepEqual(shown('a\nb\nc\nd\ne\nf\ng\n', 'a\nb\nc\nd\nX\nf\ng\n'), [' …', ' c', ' d', '-e', '+X', ' f', ' g'])
    assert.deepEqual(shown('', 'a\nb\n'), ['+a', '+b'])
    assert.deepEqual(shown('a\n', ''), ['-a'])
    assert.deepEqual(shown('same\n', 'same\n'), [])
    assert.deepEqual(shown('{\r\n}\r\n', '{\r\n  1\r\n}\r\n'), [' {', '+  1', ' }'])
  })

  it('has every line that is in one text only', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    fc.assert(fc.property(text, text, (old, now) => {
      const lines = diffLines(old.map((line) => `${line}\n`).join(''), now.map((line) => `${line}\n`).join(''))
      const count = (sign: string): number => lines.filter((line) => line.sign === sign).length
      assert.equal(count('+') - count('-'), now.length - old.length)
    }))
  })
})
