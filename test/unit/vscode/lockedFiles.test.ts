import assert from 'node:assert/strict'
import { lockedFiles } from '../../../src/vscode/lockedFiles.js'
import { claim } from './fakes.js'

describe('files that menus know the holder of', () => {
  it('are those that are locked as such, by who holds them', () => {
    const claims = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/b.ts', mine: true }), claim({ resource: 'lib/', kind: 'folder' }), claim({ resource: 'src/*.css', kind: 'glob' }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: '../x', kind: 'file' })]
    assert.deepEqual(lockedFiles(claims, '/repo'), { mine: { '/repo/src/b.ts': true }, held: { '/repo/src/a.ts': true, '/repo/lib': true }, more: false })
  })

  it('are my own and those in editors where there are very many', () => {
    const claims = [claim({ resource: 'mine.ts', mine: true }), ...Array.from({ length: 1_200 }, (_, n) => claim({ resource: `${n}.ts` }))]
    assert.deepEqual(lockedFiles(claims, '/repo', new Set(['/repo/7.ts', '/repo/other.ts'])), { mine: { '/repo/mine.ts': true }, held: { '/repo/7.ts': true }, more: true })
  })
})
