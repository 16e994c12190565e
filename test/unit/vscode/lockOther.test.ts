import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { t } from '../../../src/vscode/l10n.js'
import { lockable, lockOther, type LockingParts } from '../../../src/vscode/locking/lockOther.js'

describe('locking something else than a file', () => {
  let root: string
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-other-')))
    execFileSync('git', ['init', '-q', root])
    mkdirSync(join(root, 'src', 'api'), { recursive: true })
    writeFileSync(join(root, 'src', 'a.ts'), 'one\n')
  })
  after(() => rmSync(root, { recursive: true }))

  it('says what a text would lock while it is typed, and why nothing', () => {
    const said = (text: string): string => {
      const found = lockable(text, root, t)
      return 'problem' in found ? `no: ${found.problem}` : found.meaning
    }
    assert.equal(said('src/api'), 'Everything in the folder src/api/')
    assert.equal(said('src/later/'), 'Everything in the folder src/later/')
    assert.equal(said(' src/api/** '), 'All files that match src/api/**, also those that are yet to come')
    assert.equal(said('src/a.ts'), 'The file src/a.ts')
    assert.equal(said('src/b'), 'src/b, which is not there yet: a file, or a folder with everything in it')
    assert.equal(said('src/a.ts#run'), 'Only run in src/a.ts')
    assert.equal(said('port:03000'), 'Port 3000, for all working trees')
    assert.equal(said('name:staging-db'), 'The name staging-db: whatever your team means by it, for all working trees')
    assert.equal(said(join(root, 'src/a.ts')), 'The file src/a.ts')
    assert.equal(said('  '), 'no: This cannot be empty.')
    assert.equal(said('port:70000'), 'no: A port is a number from 1 to 65535, as port:3000.')
    assert.equal(said('port:'), 'no: A port is a number from 1 to 65535, as port:3000.')
    assert.equal(said('name:'), 'no: A name has at most 200 characters, as name:staging-db.')
    assert.match(said('../elsewhere'), /^no: Only what is in this repository/)
    assert.match(said('a\u0007b'), /^no: .*control characters/)
  })

  it('reads no symbol out of a folder that is called like one', () => {
    const sharp = join(root, 'C#', 'repo')
    mkdirSync(sharp, { recursive: true })
    execFileSync('git', ['init', '-q', sharp])
    const meant = (text: string): unknown => {
      const found = lockable(text, sharp, t)
      return 'problem' in found ? found.problem : found.resource
    }
    assert.deepEqual(meant('src/**'), { kind: 'glob', tree: '', path: 'src/**' })
    assert.deepEqual(meant('new.ts'), { kind: 'file', tree: '', path: 'new.ts' })
    assert.deepEqual(meant('new.ts#run'), { kind: 'symbol', tree: '', path: 'new.ts', symbol: 'run' })
  })

  it('goes up from where a link leads', function () {
    if (process.platform === 'win32') this.skip()
    mkdirSync(join(root, 'deep', 'er'), { recursive: true })
    symlinkSync('deep/er', join(root, 'link'))
    const found = lockable('link/../b.ts', root, t)
    assert.deepEqual('resource' in found && found.resource, { kind: 'file', tree: '', path: 'deep/b.ts' })
  })

  /** What is claimed when a person answers so: texts typed one after the other, the labels that are ticked, and whether a warning is agreed to. */
  async function claimed(typed: string[], ticked: string[] = [], agreed = true): Promise<unknown[]> {
    const claims: unknown[] = []
    class CancellationError extends Error {}
    const editor = { CancellationError, InputBoxValidationSeverity: { Info: 1 } } as unknown as LockingParts['editor']
    const ask: LockingParts['ask'] = async (_title, _prompt, { check } = {}) => {
      const text = typed.shift()
      if (text === undefined) throw new CancellationError()
      const wrong = check?.(text)
      if (typeof wrong === 'string') throw new Error(wrong)
      return text.trim()
    }
    const parts: LockingParts = {
      editor,
      t,
      ask,
      root,
      choose: (async (items: { label: string }[]) => items.filter(({ label }) => ticked.includes(label))) as unknown as LockingParts['choose'],
      warn: (async (_text: string, _options: unknown, button: string) => (agreed ? button : undefined)) as unknown as LockingParts['warn'],
      claim: async (...given) => void claims.push(given),
    }
    await lockOther(parts).catch((error: unknown) => {
      if (!(error instanceof CancellationError)) throw error
      claims.push('nothing')
    })
    assert.deepEqual(typed, [], 'everything was asked for')
    return claims
  }

  it('takes two times Enter, and more where something is to be said', async () => {
    assert.deepEqual(await claimed(['name:staging-db']), [['name:staging-db', {}]])
    assert.deepEqual(await claimed(['src/api/']), [[`${root}/src/api/`, {}]])
    assert.deepEqual(await claimed(['port:3000', ' the preview ', '45'], ['With a note', 'With an estimate', 'Shared']), [['port:3000', { note: 'the preview', estimatedMinutes: 45, mode: 'shared' }]])
    await assert.rejects(claimed(['port:3000', 'soon'], ['With an estimate']), /A number of minutes/)
    assert.deepEqual(await claimed(['port:3000'], ['With a note']), ['nothing'])
  })

  it('asks once more before nearly everything is locked', async () => {
    assert.deepEqual(await claimed(['**']), [[`${root}/**`, { force: true }]])
    assert.deepEqual(await claimed(['**'], [], false), ['nothing'])
  })
})
