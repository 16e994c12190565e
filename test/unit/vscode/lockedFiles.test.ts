import assert from 'node:assert/strict'
import { lockedFiles } from '../../../src/vscode/lockedFiles.js'
import { claim } from './fakes.js'

describe('files that menus know the holder of', () => {
  it('are those that are locked as such, by who holds them', () => {
    const claims = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/b.ts', mine: true }), claim({ resource: 'lib/', kind: 'folder' }), claim({ resource: 'src/*.css', kind: 'glob' }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: '../x', kind: 'file' })]
    assert.deepEqual(lockedFiles(claims, '/repo'), { mine: { '/repo/src/b.ts': true }, held: { '/repo/src/a.ts': true, '/repo/lib': true }, more: false })
  })

  it('are those of editors and the newest where there are very many, and always my own', () => {
    const claims = [claim({ resource: 'mine.ts', mine: true, token: 1 }), ...Array.from({ length: 1_200 }, (_, n) => claim({ resource: `${n}.ts`, token: n + 2 }))]
    const { mine, held, more } = lockedFiles(claims, '/repo', new Set(['/repo/7.ts', '/repo/other.ts']))
    assert.deepEqual(mine, { '/repo/mine.ts': true })
    assert.equal(Object.keys(held).length, 1_000)
    assert.deepEqual(['7', '1199', '201', '200'].map((name) => `/repo/${name}.ts` in held), [true, true, true, false])
    assert.equal(more, true)
  })
})
