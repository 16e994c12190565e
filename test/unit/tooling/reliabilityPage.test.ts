import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { holes } from '../../holes/holes.js'

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8')
const page = read('docs', 'reliability.md')
const rows = page.split('\n').flatMap((line) => {
  const [, number, , shown] = line.split(' | ').length === 4 ? ['', ...line.split(' | ')] : []
  return number !== undefined && /^\| \d+$/.test(number) ? [{ number: Number(number.slice(2)), shown: shown! }] : []
})

/** Each file is there, is linked to by its own name, and has a test with each title; parts of titles are what they are put together from. */
function namesTests(shown: string): void {
  let source = ''
  let named = 0
  for (const [, file, address, title] of shown.matchAll(/`([\w/.]+\.test\.ts)`(?:\]\(([^)]*)\))?|"([^"]+)"/g)) {
    if (file !== undefined) {
      source = read('test', file)
      assert.equal(address, `../test/${file}`)
    } else if (source !== '') assert.ok(source.includes(title!), `no test says "${title}"`)
    named++
  }
  assert.ok(named > 0 && shown.includes('.test.ts'), shown)
}

describe('docs/reliability.md', () => {
  it('has a row for every line that is shown', () => {
    assert.deepEqual(rows.map(({ number }) => number), [...Array.from({ length: 23 }, (_, i) => i + 1), 24, 25, 26, 27, 33, 28, 29, 30, 31, 32, 34])
  })

  for (const { number, shown } of rows) {
    it(`names tests that are there: ${number}`, () => namesTests(shown))
  }

  it('names commands there are, and how many rules are taken out', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    for (const [, name] of page.matchAll(/npm run ([\w:]+)/g)) assert.ok(name! in scripts, name)
    assert.ok(page.includes(`lists ${holes.length} rules`), String(holes.length))
  })
})

describe('docs/security.md', () => {
  const security = read('docs', 'security.md')
  const boundaries = security.slice(security.indexOf('## At each boundary'), security.indexOf('## What is not defended')).split('\n').filter((line) => line.startsWith('| ')).slice(2)

  it('names tests that are there, at each boundary', () => {
    assert.ok(boundaries.length >= 15, String(boundaries.length))
    for (const line of boundaries) namesTests(line.split(' | ').at(-1)!)
  })
})

describe('README.md and docs', () => {
  it('link to pages, parts of pages and pictures that are there', () => {
    for (const path of ['README.md', 'EXTENSION.md', ...readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]) {
      for (const [, address] of read(path).replace(/```.*?```/gs, '').matchAll(/\]\((?!https?:|command:)([^)\s]+)\)/g)) {
        const [file, part] = address!.split('#') as [string, string | undefined]
        const target = file === '' ? path : join(dirname(path), file)
        assert.ok(existsSync(join(projectRoot, target)), `${path}: ${address}`)
        const headings = part === undefined ? [] : [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
        assert.ok(part === undefined || headings.includes(part), `${path}: ${address}`)
      }
    }
  })
})
