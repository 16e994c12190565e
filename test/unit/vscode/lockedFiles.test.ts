import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockedFiles } from '../../../src/vscode/lockedFiles.js'
import type { MusterWindow } from '../../../src/vscode/musterWindow.js'
import { openedAs } from '../../../src/vscode/resources.js'
import { claim } from './fakes.js'

describe('files that menus know the holder of', () => {
  it('are those that are locked as such, by who holds them', () => {
    const claims = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/c.ts', presence: 'gone' }), claim({ resource: 'src/d.ts', presence: 'gone', mine: true }), claim({ resource: 'src/b.ts', mine: true }), claim({ resource: 'lib/', kind: 'folder' }), claim({ resource: 'src/*.css', kind: 'glob' }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: '../x', kind: 'file' })]
    assert.deepEqual(lockedFiles(claims, '/repo'), { mine: { '/repo/src/b.ts': true, '/repo/src/d.ts': true }, held: { '/repo/src/a.ts': true, '/repo/src/c.ts': true, '/repo/lib': true }, stale: { '/repo/src/c.ts': true }, more: false })
  })

  it('are named as their folder was opened, also through a link', function () {
    if (process.platform === 'win32') this.skip()
    const [root, links] = ['root', 'links'].map((name) => realpathSync(mkdtempSync(join(tmpdir(), `muster-${name}-`)))) as [string, string]
    const link = join(links, 'link')
    symlinkSync(root, link)
    const named = openedAs({ state: { kind: 'on', place: { root: link } } } as MusterWindow)
    const shown = (path: string): string[] => [named(path)]
    const claims = [claim({ resource: 'a.ts' }), claim({ resource: 'lib/', kind: 'folder', mine: true })]
    assert.deepEqual(lockedFiles(claims, root, new Set(), shown), { mine: { [join(link, 'lib')]: true }, held: { [join(link, 'a.ts')]: true }, stale: {}, more: false })
    const many = Array.from({ length: 1_200 }, (_, n) => claim({ resource: `${n}.ts` }))
    assert.deepEqual(lockedFiles(many, root, new Set([join(link, '7.ts')]), shown).held, { [join(link, '7.ts')]: true })
    assert.equal(openedAs({ state: { kind: 'nothing' } } as MusterWindow)(root), root)
    for (const folder of [root, links]) rmSync(folder, { recursive: true })
  })

  it('are my own and those in editors where there are very many', () => {
    const claims = [claim({ resource: 'mine.ts', mine: true }), ...Array.from({ length: 1_200 }, (_, n) => claim({ resource: `${n}.ts` }))]
    assert.deepEqual(lockedFiles(claims, '/repo', new Set(['/repo/7.ts', '/repo/other.ts'])), { mine: { '/repo/mine.ts': true }, held: { '/repo/7.ts': true }, stale: {}, more: true })
  })
})
