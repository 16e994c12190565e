import assert from 'node:assert/strict'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { alternatives } from '../../../src/core/model/overlap.js'
import { globMatches } from '../../../src/core/model/glob.js'

/** A well-known matcher, told that brackets and the like stand for themselves. */
const matches = (pattern: string, path: string): boolean => pattern !== '' && picomatch.isMatch(path, pattern.replace(/[\\[\]()!+@|]/g, '\\$&'), { dot: true })
/** Of each alternative by itself, as shells have it; and what is below a folder is said of the folder, whatever names it. */
const expected = (pattern: string, path: string): boolean => alternatives(pattern)!.some((one) => matches(one, path) || (one.endsWith('/**') && matches(one.replace(/(\/\*\*)+$/, ''), path)))

const name = fc.constantFrom('a', 'new', 'bx', 'x.ts', 'y.md', '.env', 'a.b.ts', '[id].tsx', '(shop)', '!a', 'a+b', 'a|b', '@x', 'ä', 'a-b', '$x^')
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const part = fc.oneof(name, fc.constantFrom('*', '**', '?', 'n*', '?x', '{a,new}', '{a/new,bx}', '{a,{new,b*}}', '*.ts', 'x.*', '*.{ts,md}', '*b*', '{*,a}', '{x.ts,a/**}', '*.*.ts', '[*', '(*)', '{a,}', '{ä,b*}'))
const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

describe('patterns of paths', () => {
  it('stand for what the matcher that people know has them stand for', () => {
    fc.assert(fc.property(pattern, path, (glob, file) => assert.equal(globMatches(glob, file), expected(glob, file), `${glob} of ${file}`)), { numRuns: 20_000 })
  })

  it('stand for what is documented', () => {
    const all = ['a', 'a/b', 'a/b/c.ts', 'c.ts', '.c.ts', 'b{c', 'b{c}', 'b{1..3}']
    const seen = (glob: string): string => all.filter((file) => globMatches(glob, file)).join(' ')
    assert.equal(seen('**'), all.join(' '))
    assert.equal(seen('*'), 'a c.ts .c.ts b{c b{c} b{1..3}')
    assert.equal(seen('a/**'), 'a a/b a/b/c.ts')
    assert.equal(seen('**/c.ts'), 'a/b/c.ts c.ts')
    assert.equal(seen('a/**/c.ts'), 'a/b/c.ts')
    assert.equal(seen('**/**/*.ts'), 'a/b/c.ts c.ts .c.ts')
    assert.equal(seen('b{c*'), 'b{c b{c}', 'a brace without an end')
    assert.equal(seen('b{1..3}*'), 'b{1..3}', 'no range')
    assert.equal(seen('?.ts'), 'c.ts')
    assert.ok(globMatches('?.ts', '😀.ts'), 'a character is one, however it is kept')
  })

  it('are compared in no time, whatever they are', () => {
    const path = `${'a'.repeat(200)}/${'a/'.repeat(40)}b`
    for (const glob of [`${'**/'.repeat(60)}c`, `${'{a,b}'.repeat(60)}/c`, `${'*'.repeat(100)}/c`]) assert.equal(globMatches(glob, path), false)
  })
})
