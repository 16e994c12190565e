import assert from 'node:assert/strict'
import { lockedFiles } from '../../../src/vscode/lockedFiles.js'
import { claim } from './fakes.js'

describe('files that menus know the holder of', () => {
  it('are those that are locked as such, by who holds them', () => {
    const claims = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/b.ts', mine: true }), claim({ resource: 'lib/', kind: 'folder' }), claim({ resource: 'src/*.css', kind: 'glob' }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: '../x', kind: 'file' })]
    assert.deepEqual(lockedFiles(claims, '/repo'), { mine: { '/repo/src/b.ts': true }, held: { '/repo/src/a.ts': true, '/repo/lib': true }, many: false })
  })

  it('are not listed where there are very many', () => {
    const claims = Array.from({ length: 1001 }, (_, n) => claim({ resource: `${n}.ts` }))
    assert.deepEqual(lockedFiles(claims, '/repo'), { mine: {}, held: {}, many: true })
  })
})
