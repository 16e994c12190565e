import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { openMuster } from '../../../src/core/open.js'
import { openMerges } from '../../../src/core/system/merges.js'
import { readDocument, replaceDocument, saveBackup } from '../../../src/core/system/sharedFile.js'
import type { Muster } from '../../../src/core/muster.js'
import { posixOnly } from '../posixOnly.js'

describe('a document edited by several', () => {
  let root: string
  let path: string
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-document-')))
    path = join(root, 'STATE.md')
    writeFileSync(path, 'one\n')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  posixOnly('is replaced while it is as it was read, with its permissions, and nothing is left beside it', () => {
    chmodSync(path, 0o640)
    assert.equal(replaceDocument(path, 'one\n', 'two\n'), true)
    assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(root)], ['two\n', 0o640, ['STATE.md']])
  })

  it('is left alone when it changed, appeared or went away meanwhile', () => {
    assert.equal(replaceDocument(path, 'zero\n', 'two\n'), false)
    assert.equal(replaceDocument(path, undefined, 'two\n'), false)
    assert.equal(readFileSync(path, 'utf8'), 'one\n')
    rmSync(path)
    assert.equal(replaceDocument(path, 'one\n', 'two\n'), false)
    assert.deepEqual(readdirSync(root), [])
    assert.equal(replaceDocument(path, undefined, 'two\n'), true)
    assert.deepEqual([readFileSync(path, 'utf8'), readdirSync(root)], ['two\n', ['STATE.md']])
  })

  it('is as it was when the disk refuses, which is said', () => {
    const impossible = join(root, `${'n'.repeat(240)}.md`)
    assert.throws(() => replaceDocument(impossible, undefined, 'x'), (error) => isMusterError(error) && error.code === 'NOT_APPLIED' && /as it was/.test(error.hint ?? ''))
    assert.throws(() => saveBackup(impossible, 'alpha', 'x'), (error) => isMusterError(error) && error.code === 'NOT_APPLIED')
    assert.deepEqual(readdirSync(root), ['STATE.md'])
  })

  it('is a text file: folders and other bytes are not touched', () => {
    mkdirSync(join(root, 'folder'))
    writeFileSync(join(root, 'picture.png'), Buffer.from([0x89, 0x50, 0xff, 0xfe]))
    for (const name of ['folder', 'picture.png']) assert.throws(() => readDocument(join(root, name)), (error) => isMusterError(error) && error.code === 'INVALID_INPUT')
  })

  it('never has a version overwritten by a later one of the same agent', () => {
    const names = ['a', 'b', 'b', 'c'].map((text) => saveBackup(path, 'L2.1 ../x', text).slice(root.length + 1))
    assert.deepEqual(names, ['STATE.md.L2.1_.._x.backup', 'STATE.md.L2.1_.._x.2.backup', 'STATE.md.L2.1_.._x.2.backup', 'STATE.md.L2.1_.._x.3.backup'])
    assert.deepEqual(readdirSync(root).length, 4)
  })

  describe('through the library', () => {
    let alpha: Muster
    let beta: Muster
    beforeEach(async () => {
      const open = (agent: string): Promise<Muster> => openMuster({ folder: join(root, '.muster'), root, agent, watch: false })
      ;[alpha, beta] = [await open('alpha'), await open('beta')]
    })
    afterEach(() => Promise.all([alpha.close(), beta.close()]))

    it('scenario "conflict resolution": the loser\'s version is saved, both are named, the conflict is logged and can be merged', async () => {
      const result = await alpha.updateDocument('STATE.md', async (text) => {
        assert.deepEqual(await beta.updateDocument('STATE.md', (theirs) => `${theirs}beta\n`), { ok: true, file: 'STATE.md', changed: true })
        return `${text}alpha\n`
      })
      assert.ok(!result.ok && result.reason === 'CONFLICT')
      assert.deepEqual([result.file, result.backup, readFileSync(path, 'utf8'), readFileSync(join(root, result.backup), 'utf8')], ['STATE.md', 'STATE.md.alpha.backup', 'one\nbeta\n', 'one\nalpha\n'])
      assert.match(result.hint, /STATE\.md .*STATE\.md\.alpha\.backup/)
      const [error] = await alpha.listErrors({ kind: 'conflict' })
      assert.deepEqual([error?.id, error?.resource], [result.conflict, 'STATE.md'])
      const [merge, ...more] = openMerges(join(root, '.muster'))
      assert.deepEqual([merge?.file, merge?.backup, merge?.base, more], [path, join(root, result.backup), 'one\n', []])
      assert.deepEqual(await alpha.listClaims(), [], 'its lock was for the moment of writing')
    })

    it('is not written under somebody else\'s lock, and what was to be written is saved', async () => {
      await beta.claim('STATE.md')
      const result = await alpha.updateDocument('STATE.md', () => 'mine\n', { waitSeconds: 0 })
      assert.ok(!result.ok && result.reason === 'HELD')
      assert.deepEqual([result.heldBy, readFileSync(path, 'utf8'), readFileSync(join(root, result.backup), 'utf8')], ['beta', 'one\n', 'mine\n'])
      assert.deepEqual((await beta.listClaims()).map(({ heldBy, waiters }) => [heldBy, waiters]), [['beta', []]], 'nobody is left in line')
    })

    it('keeps a lock that its editor had before', async () => {
      const claim = await alpha.claim('STATE.md')
      assert.deepEqual(await alpha.updateDocument('STATE.md', () => 'mine\n'), { ok: true, file: 'STATE.md', changed: true })
      assert.ok(claim.ok && (await alpha.checkIn('STATE.md', { token: claim.token })).ok)
    })

    it('is compared with the version that the new text was made from, where that is told', async () => {
      const base = '2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806'
      assert.equal((await alpha.updateDocument('STATE.md', () => 'two\n', { base })).ok, true)
      const late = await alpha.updateDocument('STATE.md', () => 'three\n', { base })
      assert.deepEqual([late.ok, !late.ok && late.reason, readFileSync(path, 'utf8')], [false, 'CONFLICT', 'two\n'])
    })

    it('is never one outside: not by name, and not through a link', async () => {
      symlinkSync('/etc/hostname', join(root, 'link.md'))
      for (const name of ['../x.md', '/etc/hostname', 'link.md']) await assert.rejects(alpha.updateDocument(name, () => 'x'), { code: 'OUTSIDE_ROOT' })
    })

    it('is written where a link inside leads', async () => {
      symlinkSync('STATE.md', join(root, 'link.md'))
      assert.deepEqual(await alpha.updateDocument('link.md', () => 'two\n'), { ok: true, file: 'STATE.md', changed: true })
    })
  })
})
