import assert from 'node:assert/strict'
import { Emitter } from '../../../src/core/emitter.js'
import type { ClaimView } from '../../../src/core/model/operations.js'
import type * as Marks from '../../../src/vscode/fileMarks.js'
import type { WindowState } from '../../../src/vscode/musterWindow.js'
import type { Repositories } from '../../../src/vscode/repositories.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Screen, Uri, withEditor } from './editor.js'
import { claim, world } from './fakes.js'

/** Below a locked folder, and under a pattern, nobody could list all files: those that are shown are enough for menus. */
describe('files that the editor shows', () => {
  let claims: ClaimView[]
  let locks: Marks.FileLocks
  let told: number
  const changed = new Emitter<WindowState>((error) => assert.fail(String(error)))
  const update = (now: ClaimView[]): void => {
    claims = now
    changed.fire({} as WindowState)
  }
  const show = (file: string): void => void locks.shown(Uri.file(file) as never)
  const held = (): [string, boolean][] => [...locks.held].sort()

  beforeEach(async () => {
    const { FileLocks } = await withEditor<typeof Marks>('fileMarks.ts', new Screen())
    const window = { muster: { root: '/repo' }, state: { kind: 'on', place: { root: '/repo' } }, world: () => world({ claims }), onDidChange: changed.event }
    const folder = { opened: '/repo', window }
    const repositories = { folders: [folder], folderOf: (file: string) => (file.startsWith('/repo/') ? folder : undefined), onDidChange: () => ({ dispose: () => undefined }), each: (make: (one: typeof window) => unknown) => make(window) }
    locks = new FileLocks(repositories as unknown as Repositories)
    told = 0
    locks.onDidShow(() => told++)
    update([claim({ resource: 'docs/', kind: 'folder' }), claim({ resource: 'web/**/*.css', kind: 'glob', presence: 'gone' }), claim({ resource: 'src/', kind: 'folder', mine: true })])
  })
  afterEach(() => locks.dispose())

  it('are known to menus where others hold what is around them, and whether that may be taken over', async () => {
    for (const file of ['docs/a/b.md', 'web/x/y.css', 'web/x/y.ts', 'src/a.ts', '../elsewhere.ts']) show(`/repo/${file}`)
    assert.deepEqual(held(), [['/repo/docs/a/b.md', false], ['/repo/web/x/y.css', true]])
    await eventually('menus to be told', () => told === 1)
  })

  it('are said to be waited for, with the place in line, where that is so', async () => {
    const { statusText } = await withEditor<typeof Marks>('fileMarks.ts', new Screen())
    const said = (place?: number): string | undefined => statusText({ mine: undefined, others: [claim({ resource: 'docs/a.md', presence: 'gone', waiters: ['me'], ...(place !== undefined && { place }) })], elsewhere: [] })?.text
    assert.deepEqual([1, 2].map((place) => said(place)?.split(' · ').at(-1)), ['you are next', 'you are number 2'])
    assert.doesNotMatch(said()!, /you are/)
  })

  it('are known also when what git compares one with is shown beside it', () => {
    show('/repo/docs/a/b.md')
    assert.equal(locks.shown({ scheme: 'git', fsPath: '/repo/docs/a/b.md' } as never), undefined)
    assert.deepEqual(held(), [['/repo/docs/a/b.md', false]])
  })

  it('are known as long as it is so', () => {
    show('/repo/docs/a/b.md')
    show('/repo/web/x/y.css')
    update([claim({ resource: 'docs/', kind: 'folder', presence: 'gone' })])
    assert.deepEqual(held(), [['/repo/docs/a/b.md', true]])
    update([])
    assert.deepEqual(held(), [])
  })

  it('are known as far as menus can bear: those that were shown last', () => {
    for (let n = 0; n < 600; n++) show(`/repo/docs/${n}.md`)
    assert.equal(locks.held.size, 500)
    assert.deepEqual([...locks.held.keys()].at(-1), '/repo/docs/599.md')
    assert.equal(locks.held.has('/repo/docs/99.md'), false)
  })
})
