import assert from 'node:assert/strict'
import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onceLetGo, whenLetGo } from '../../../src/core/heldFiles.js'
import { ownTag } from '../../../src/core/system/processes.js'
import { replaceDocument } from '../../../src/core/system/sharedFile.js'
import { remove, replace } from '../../../src/documents/replace.js'

/** Fails as given, so many times, and then succeeds; counts. */
function work(code: string, times: number): { tries: number; once(): string } {
  return {
    tries: 0,
    once() {
      if (++this.tries <= times) throw Object.assign(new Error(code), { code })
      return 'done'
    },
  }
}

describe('a file that somebody has open', () => {
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`is replaced on Windows as soon as it is let go of (${code})`, async () => {
      const [held, later] = [work(code, 3), work(code, 3)]
      assert.equal(onceLetGo(() => held.once(), 'win32'), 'done')
      assert.equal(await whenLetGo(async () => later.once(), 'win32'), 'done')
      assert.deepEqual([held.tries, later.tries], [4, 4])
    })
  }

  it('is not waited for for ever', async () => {
    const [held, later] = [work('EPERM', 1_000), work('EPERM', 1_000)]
    assert.throws(() => onceLetGo(() => held.once(), 'win32'), { code: 'EPERM' })
    await assert.rejects(whenLetGo(async () => later.once(), 'win32'), { code: 'EPERM' })
    assert.deepEqual([held.tries, later.tries], [8, 8])
  })

  it('is no matter elsewhere, nor what else a disk says', async () => {
    for (const [code, platform] of [['EPERM', 'linux'], ['EACCES', 'darwin'], ['ENOSPC', 'win32'], ['ENOENT', 'win32']] as const) {
      const [held, later] = [work(code, 1), work(code, 1)]
      assert.throws(() => onceLetGo(() => held.once(), platform), { code })
      await assert.rejects(whenLetGo(async () => later.once(), platform), { code })
      assert.deepEqual([held.tries, later.tries], [1, 1])
    }
  })
})

describe('a document that somebody has open on Windows, and saves before they let go', () => {
  const real = { rename: fs.promises.rename, renameSync: fs.renameSync, platform: Object.getOwnPropertyDescriptor(process, 'platform')! }
  let folder: string
  let file: string
  const base = Buffer.from('as it was')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-held-'))
    file = join(folder, 'STATUS.md')
    writeFileSync(file, base)
    // Learned while the system is what it is.
    ownTag()
    Object.defineProperty(process, 'platform', { ...real.platform, value: 'win32' })
    let tries = 0
    /** At the first try it is theirs; from the second on it would go. */
    const held = (): void => {
      if (tries++ > 0) return
      writeFileSync(file, 'theirs')
      throw Object.assign(new Error('held'), { code: 'EBUSY' })
    }
    fs.promises.rename = async (...args) => {
      held()
      return real.rename(...args)
    }
    fs.renameSync = (...args) => {
      held()
      real.renameSync(...args)
    }
    syncBuiltinESMExports()
  })
  afterEach(() => {
    Object.defineProperty(process, 'platform', real.platform)
    Object.assign(fs.promises, { rename: real.rename })
    Object.assign(fs, { renameSync: real.renameSync })
    syncBuiltinESMExports()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is not overwritten', async () => {
    assert.equal((await replace(file, base, Buffer.from('ours'), { durable: false, mode: { file: 0o600, folder: 0o700 } })).done, false)
    assert.equal(readFileSync(file, 'utf8'), 'theirs')
  })

  it('is not removed', async () => {
    assert.equal(await remove(file, base, []), false)
    assert.equal(readFileSync(file, 'utf8'), 'theirs')
  })

  it('is not overwritten by an optimistic update', () => {
    assert.equal(replaceDocument(file, base.toString(), 'ours'), false)
    assert.equal(readFileSync(file, 'utf8'), 'theirs')
  })
})
