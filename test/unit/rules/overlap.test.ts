import assert from 'node:assert/strict'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { overlaps } from '../../../src/core/model/overlap.js'
import type { PathResource } from '../../../src/core/model/resource.js'

/** Folders have plain names, files an extension. */
const folders = ['a', 'new', 'bx']
const files = ['x.ts', 'y.md']

function pathsOf(depth: number): string[] {
  const below = depth === 0 ? [] : folders.flatMap((folder) => pathsOf(depth - 1).map((path) => `${folder}/${path}`))
  return [...folders, ...files, ...below]
}
/** Everything there may ever be. */
const everything = pathsOf(3)

const patternPart = fc.constantFrom('*', '**', '?', 'n*', '?x', '{a,new}', '{a/new,bx}', '{a,{new,b*}}', '*.ts', 'x.*', '*.{ts,md}', 'a', 'new', 'x.ts')
const glob = fc.array(patternPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')).filter((path) => /[*?{]/.test(path))
const resource: fc.Arbitrary<PathResource> = fc.oneof(
  glob.map((path) => ({ kind: 'glob' as const, tree: '', path })),
  fc.constantFrom(...everything).map((path) => ({ kind: 'file' as const, tree: '', path })),
  fc.array(fc.constantFrom(...folders), { maxLength: 3 }).map((parts) => ({ kind: 'folder' as const, tree: '', path: parts.join('/') })),
)

/** By the words of the documentation, and nothing of the code under test. */
function standsFor({ kind, path: own }: PathResource): (path: string) => boolean {
  if (kind === 'glob') return picomatch(own, { dot: true })
  return (path) => own === '' || path === own || path.startsWith(`${own}/`)
}

describe('two resources', () => {
  it('overlap wherever there can be a file that both stand for', () => {
    fc.assert(
      fc.property(resource, resource, (one, other) => {
        const [inOne, inOther] = [standsFor(one), standsFor(other)]
        const common = everything.find((path) => inOne(path) && inOther(path))
        assert.ok(common === undefined || overlaps(one, other), `${one.path} and ${other.path} both stand for ${common}`)
        assert.equal(overlaps(one, other), overlaps(other, one))
      }),
      { numRuns: 4_000 },
    )
  })

  it('do not overlap where a pattern cannot reach', () => {
    const globs = ['src/*.ts', 'src/**/*.ts', 'src/*/index.ts', 'src/{core/a,cli}/x.ts']
    const seen = globs.map((path) => ['src/a.md', 'src/new', 'src/core', 'lib/new'].filter((file) => overlaps({ kind: 'glob', tree: '', path }, { kind: 'file', tree: '', path: file })))
    assert.deepEqual(seen, [[], ['src/new', 'src/core'], ['src/new', 'src/core'], ['src/core']])
  })

  it('are compared in no time, whatever braces a pattern has', () => {
    const path = `src/${'{a,b}'.repeat(60)}/*.ts`
    assert.equal(overlaps({ kind: 'glob', tree: '', path }, { kind: 'file', tree: '', path: 'src/new' }), true)
    assert.equal(overlaps({ kind: 'glob', tree: '', path }, { kind: 'file', tree: '', path: 'lib/new' }), false)
  })
})
