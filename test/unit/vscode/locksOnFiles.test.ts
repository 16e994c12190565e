import assert from 'node:assert/strict'
import { heldText, isFamily, LocksOnFiles, markOf, pathIn } from '../../../src/vscode/locksOnFiles.js'
import { clockTime } from '../../../src/vscode/text.js'
import { agent, claim, minutesAgo, now } from './fakes.js'

describe('locks on files', () => {
  const on = (path: string, ...claims: ReturnType<typeof claim>[]): string[] => {
    const found = new LocksOnFiles(claims, '').on(path)
    return found === undefined ? [] : [...(found.mine ? [`mine ${found.mine.resource}`] : []), ...found.others.map((one) => `other ${one.resource}`), ...found.elsewhere.map((one) => `elsewhere ${one.resource}`)]
  }

  it('are those on the file, in it, and on folders and patterns around it', () => {
    assert.deepEqual(on('src/a.ts', claim({ resource: 'src/a.ts' })), ['other src/a.ts'])
    assert.deepEqual(on('src/a.ts', claim({ resource: 'src/a.ts#run', kind: 'symbol' })), ['other src/a.ts#run'])
    assert.deepEqual(on('src/core/a.ts', claim({ resource: 'src/', kind: 'folder' })), ['other src/'])
    assert.deepEqual(on('src/core/a.ts', claim({ resource: 'src/**/*.ts', kind: 'glob' })), ['other src/**/*.ts'])
    assert.deepEqual(on('src/core/a.css', claim({ resource: 'src/**/*.ts', kind: 'glob' })), [])
    assert.deepEqual(on('src', claim({ resource: 'src/', kind: 'folder' })), ['other src/'])
    assert.deepEqual(on('src', claim({ resource: 'src/a.ts' }), claim({ resource: 'src/*.ts', kind: 'glob' })), [])
    assert.deepEqual(on('a.ts', claim({ resource: 'name:a.ts', kind: 'name' })), [])
    assert.deepEqual(on('a.ts', claim({ resource: './', kind: 'folder' })), ['other ./'])
  })

  it('are mine, others\', or others\' in another working tree', () => {
    assert.deepEqual(on('a.ts', claim({ resource: 'a.ts', mine: true, heldBy: 'me' }), claim({ resource: 'a.ts', tree: 'wt', heldBy: 'bea' }), claim({ resource: 'a.ts', tree: 'wt2', mine: true, heldBy: 'me' })), ['mine a.ts', 'elsewhere a.ts'])
  })

  it('are found below a folder too, where they are on files, parts of them or folders of this working tree', () => {
    const claims = [claim({ resource: 'src/a.ts' }), claim({ resource: 'src/deep/', kind: 'folder' }), claim({ resource: 'src/b.ts', tree: 'wt' }), claim({ resource: 'src2/a.ts' }), claim({ resource: 'src/c.ts#run', kind: 'symbol' }), claim({ resource: 'name:src/x', kind: 'name' })]
    assert.deepEqual(new LocksOnFiles(claims, '').below('src'), ['src/a.ts', 'src/deep', 'src/c.ts'])
  })

  it('say how far and how long, and of which part of a file they are', () => {
    assert.equal(heldText(claim({ resource: 'a.ts#run', kind: 'symbol' }), now), 'held by Bea · only run · 28 min left')
    assert.equal(heldText(claim({ resource: 'a.ts', progress: 60, eta: minutesAgo(-12) }), now), 'held by Bea · 60 % · 12 min left')
    assert.equal(heldText(claim({ resource: 'a.ts', eta: minutesAgo(3) }), now), 'held by Bea · 3 min late')
    assert.equal(heldText(claim({ resource: 'a.ts', presence: 'gone' }), now), 'held by Bea · gone, lock is stale · for 2 min')
  })

  it('mark a file with two characters at most', () => {
    const mark = (...claims: ReturnType<typeof claim>[]): unknown => {
      const found = new LocksOnFiles(claims, '').on('a.ts')
      const { badge, color, tooltip } = (found && markOf(found, now)) ?? {}
      return [badge, color, tooltip]
    }
    assert.deepEqual(mark(claim({ resource: 'a.ts' })), ['Be', 'charts.blue', `Locked by Bea · since ${clockTime(minutesAgo(2), now)}`])
    assert.deepEqual(mark(claim({ resource: 'a.ts', mode: 'shared' }), claim({ resource: 'a.ts', mode: 'shared', heldBy: 'me', mine: true })), ['Be', 'charts.blue', `Locked by you · Locked by Bea · since ${clockTime(minutesAgo(2), now)}`])
    assert.deepEqual(mark(claim({ resource: 'a.ts', mine: true })), ['me', 'charts.green', 'Locked by you'])
    assert.deepEqual(mark(claim({ resource: 'a.ts', holderName: 'claude-2', presence: 'gone' })), ['c2', 'problemsWarningIcon.foreground', `Locked by claude-2 · gone, lock is stale · since ${clockTime(minutesAgo(2), now)}`])
    assert.deepEqual(mark(claim({ resource: 'a.ts', mine: true }), claim({ resource: 'a.ts', tree: 'wt', branch: 'feat-x' })), ['me', 'problemsWarningIcon.foreground', 'Locked by you · also changing on feat-x (Bea)'])
    assert.deepEqual(mark(claim({ resource: 'a.ts', holderName: 'Cy' }), claim({ resource: 'a.ts', tree: 'wt', branch: 'feat-x' })), ['Cy', 'problemsWarningIcon.foreground', `Locked by Cy · since ${clockTime(minutesAgo(2), now)} · also changing on feat-x (Bea)`])
    for (const name of ['', '\u202e', '😀😀😀', 'ﬀ', ' a']) assert.ok([...(mark(claim({ resource: 'a.ts', holderName: name })) as string[])[0]!].length <= 2, name)
  })

  it('tell which files look different, also for locks in other working trees, and that any may where folders are concerned', () => {
    let locks = new LocksOnFiles([], '')
    const changes = {
      update(claims: ReturnType<typeof claim>[]): readonly string[] | undefined {
        const before = locks
        locks = new LocksOnFiles(claims, '')
        return locks.changesSince(before)
      },
    }
    assert.deepEqual(changes.update([claim({ resource: 'a.ts' }), claim({ resource: 'b.ts#run', kind: 'symbol' }), claim({ resource: 'port:3000', kind: 'name' })]), ['a.ts', 'b.ts'])
    assert.deepEqual(changes.update([claim({ resource: 'a.ts' }), claim({ resource: 'b.ts#run', kind: 'symbol' })]), [])
    assert.deepEqual(changes.update([claim({ resource: 'a.ts', progress: 5 }), claim({ resource: 'a.ts', tree: 'wt' })]), ['a.ts', 'b.ts'])
    assert.deepEqual(changes.update([claim({ resource: 'a.ts', progress: 5 }), claim({ resource: 'src/', kind: 'folder' })]), undefined)
    assert.deepEqual(changes.update([claim({ resource: 'c.ts' }), claim({ resource: 'src/', kind: 'folder' })]), ['c.ts', 'a.ts'])
    assert.deepEqual(changes.update([]), undefined)
    const many = (count: number, progress?: number): ReturnType<typeof claim>[] => Array.from({ length: count }, (_, index) => claim({ resource: `${index}.ts`, ...(progress !== undefined && { progress }) }))
    assert.equal(changes.update(many(200))?.length, 200)
    assert.equal(changes.update(many(201, 5)), undefined)
    assert.deepEqual(changes.update(many(201, 5)), [])
  })

  it('are looked up by path from the root, and not outside', () => {
    assert.equal(pathIn('/repo', '/repo/src/a.ts'), 'src/a.ts')
    assert.equal(pathIn('/repo', '/repo/..a'), '..a')
    assert.equal(pathIn('/repo', '/other/a.ts'), undefined)
    assert.equal(pathIn('/repo', '/repo'), undefined)
  })

  it('are family\'s where an agent works for this window, however far below, and nobody else\'s', () => {
    const agents = [{ id: 'maria' }, { id: 'chat', parent: 'maria' }, { id: 'sub', parent: 'chat' }, { id: 'bea' }, { id: 'theirs', parent: 'bea' }, { id: 'round', parent: 'about' }, { id: 'about', parent: 'round' }].map((one) => agent(one))
    const world = { agents, me: agents[0] }
    assert.deepEqual(agents.map(({ id }) => isFamily(world, id)), [false, true, true, false, false, false, false])
    assert.equal(isFamily({ agents, me: undefined }, 'chat'), false)
    // A window within another's: an agent's own editor.
    assert.equal(isFamily({ agents, me: agents[1] }, 'maria'), true)
  })
})
