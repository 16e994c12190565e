import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { holes } from '../../holes/holes.js'

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8')
const page = read('docs', 'reliability.md')
const rows = page.split('\n').flatMap((line) => {
  const [, number, , shown] = line.split(' | ').length === 4 ? ['', ...line.split(' | ')] : []
  return number !== undefined && /^\| \d+$/.test(number) ? [{ number: Number(number.slice(2)), shown: shown! }] : []
})

describe('docs/reliability.md', () => {
  it('has a row for every line that is shown', () => {
    assert.deepEqual(rows.map(({ number }) => number), [...Array.from({ length: 23 }, (_, i) => i + 1), 24, 25, 26, 27, 33, 28, 29, 30, 31])
  })

  for (const { number, shown } of rows) {
    it(`names tests that are there: ${number}`, () => {
      let source = ''
      let named = 0
      for (const [, file, title] of shown.matchAll(/`([\w/.]+\.test\.ts)`|"([^"]+)"/g)) {
        if (file !== undefined) source = read('test', file)
        // Parts between what a title is put together from.
        else if (source !== '') assert.ok(source.includes(title!), `no test says "${title}"`)
        named++
      }
      assert.ok(named > 0 && shown.includes('.test.ts'), shown)
    })
  }

  it('names commands there are, and how many rules are taken out', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    for (const [, name] of page.matchAll(/npm run ([\w:]+)/g)) assert.ok(name! in scripts, name)
    assert.ok(page.includes(`lists ${holes.length} rules`), String(holes.length))
  })
})
