import assert from 'node:assert/strict'
import { closeSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlain, openPlainSync } from '../../../src/core/plainFiles.js'
import { posixOnly } from '../posixOnly.js'

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND

describe('a file that is opened', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'muster-plain-')) })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  // With the system's own flag, and as on Windows, which has none.
  for (const [how, flag] of [['by a flag', undefined], ['without a flag for it', 0]] as const) {
    it(`is the one at its path, made where there is none (${how})`, async () => {
      const path = join(folder, 'a')
      closeSync(openPlainSync(path, APPEND, 0o600, flag))
      const file = await openPlain(path, APPEND, 0o600, flag)
      await file.writeFile('text')
      await file.close()
      assert.equal(readFileSync(path, 'utf8'), 'text')
      await assert.rejects(openPlain(join(folder, 'none'), constants.O_RDONLY, undefined, flag), { code: 'ENOENT' })
    })

    posixOnly(`is never what a link in its place leads to (${how})`, async () => {
      const [mine, link, dangling] = [join(folder, 'mine'), join(folder, 'link'), join(folder, 'dangling')]
      writeFileSync(mine, 'mine')
      symlinkSync(mine, link)
      symlinkSync(join(folder, 'made'), dangling)
      for (const path of [link, dangling]) {
        for (const flags of [APPEND, constants.O_RDONLY, APPEND | constants.O_TRUNC]) {
          assert.throws(() => openPlainSync(path, flags, 0o600, flag), { code: 'ELOOP' })
          await assert.rejects(openPlain(path, flags, 0o600, flag), { code: 'ELOOP' })
        }
      }
      assert.equal(readFileSync(mine, 'utf8'), 'mine')
      assert.equal(existsSync(join(folder, 'made')), false)
    })
  }
})
