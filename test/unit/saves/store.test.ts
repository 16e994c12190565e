import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { nodeFs, type LedgerFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import type { SaveBody, WindowContent } from '../../../src/core/model/save.js'
import { SaveStore } from '../../../src/core/saves/store.js'
import { Sandbox } from '../system/sandbox.js'

const content = (text = 'typed'): WindowContent => ({
  folders: ['file:///repo'],
  groups: [{ column: 1, active: true, tabs: [{ kind: 'text', label: 'a.ts', uri: 'file:///repo/a.ts', active: true, pinned: true, selections: [[3, 1, 3, 4]], visible: [0, 0, 40, 0] }] }],
  unsaved: [{ uri: 'untitled:Untitled-1', text }],
  omitted: [],
  terminals: [{ name: 'bash', cwd: '/repo', command: 'npm test' }],
})
const body = (text?: string): SaveBody => ({ host: 'here', root: '/repo', agent: 'maria', content: content(text), repositories: [{ root: '/repo', branch: 'main' }], agents: [], claims: [] })

describe('saves of windows', () => {
  let sandbox: Sandbox
  let folder: string
  let time: number
  const store = (fs: LedgerFs = nodeFs): SaveStore => new SaveStore(folder, fs, () => time)
  const options = { reason: 'timer', keep: 20 } as const
  const files = (window = 'maria'): string[] => readdirSync(join(folder, 'sessions', window)).sort()

  beforeEach(() => {
    sandbox = new Sandbox()
    folder = sandbox.path('.muster')
    mkdirSync(folder)
    time = Date.parse('2026-03-01T12:00:00.000Z')
  })
  afterEach(() => sandbox.dispose())

  it('are files that only their owner can read, and read back as they were written', async () => {
    const { save, path, written } = await store().write('maria', { ...body(), later: 'from a later version' } as SaveBody, options)
    assert.ok(written)
    assert.match(path, /\/sessions\/maria\/20260301T120000000Z-[0-9a-f]{6}\.json$/)
    if (process.platform !== 'win32') assert.deepEqual([statSync(path).mode & 0o777, statSync(join(folder, 'sessions', 'maria')).mode & 0o777], [0o600, 0o700])
    const found = await store().find(save.id)
    assert.ok(found && 'save' in found)
    assert.deepEqual(found.save, save)
    assert.equal(found.save['later'], 'from a later version')
    assert.equal(await store().find('../../etc/passwd'), undefined)
  })

  it('are saved where others of the same name saved as many since as are kept, and removed this one before it was read back', async () => {
    await store().write('maria', body('first'), options)
    const place = join(folder, 'sessions', 'maria')
    const others = (count: number): LedgerFs => ({ ...nodeFs, fsyncFolder(path) {
      nodeFs.fsyncFolder(path)
      for (const name of files().filter((one) => one.startsWith('20260301T1210'))) rmSync(join(place, name))
      for (let n = 0; n < count; n++) writeFileSync(join(place, `20260301T13000000${n}Z-abcdef.json`), '{}')
    } })
    time += 600_000
    assert.equal((await store(others(5)).write('maria', body('second'), { ...options, keep: 5 })).written, true)
    for (const name of files().filter((one) => one.startsWith('20260301T13'))) rmSync(join(place, name))
    await assert.rejects(() => store(others(4)).write('maria', body('third'), { ...options, keep: 5 }), { code: 'FOLDER_UNUSABLE' })
  })

  it('are not written twice where nothing has changed, but closing is told', async () => {
    const first = await store().write('maria', body(), options)
    time += 600_000
    const again = await store().write('maria', body(), options)
    assert.deepEqual([again.written, again.save.id], [false, first.save.id])
    assert.equal((await store().write('maria', body(), { ...options, reason: 'close', replaces: first.save.id })).written, true)
    assert.deepEqual(files().length, 1)
    assert.equal((await store().write('maria', body('more'), options)).written, true)
    assert.equal((await store().write('beta', body('more'), options)).written, true, 'another window is another matter')
  })

  it('are kept for as many as wanted, and what takes the place of another removes it', async () => {
    let last = ''
    for (let n = 0; n < 8; n++) {
      time += 1000
      last = (await store().write('maria', body(`${n}`), { ...options, keep: 5 })).save.id
    }
    const texts = async (): Promise<unknown[]> => (await store().all()).map((one) => 'save' in one && one.save.content?.unsaved[0]?.text)
    assert.deepEqual(await texts(), ['7', '6', '5', '4', '3'])
    time += 1000
    await store().write('maria', body('8'), { ...options, keep: 5, replaces: last })
    assert.deepEqual(await texts(), ['8', '6', '5', '4', '3'])
  })

  it('are in the order they were written, also where the clock was put back', async () => {
    const first = await store().write('maria', body('1'), options)
    time -= 3_600_000
    const second = await store().write('maria', body('2'), options)
    assert.ok(second.save.id > first.save.id)
    assert.equal(second.save.savedAt, '2026-03-01T11:00:00.000Z')
  })

  it('that are damaged are told of and left, and neither counted nor removed', async () => {
    const { path } = await store().write('maria', body('1'), options)
    const whole = readFileSync(path, 'utf8')
    const put = (name: string, text: string): void => writeFileSync(join(folder, 'sessions', 'maria', `${name}.json`), text)
    put('20250101T000000000Z-00000a', whole.slice(0, 100))
    put('20250101T000000000Z-00000b', whole.replace('typed', 'forged').replace('"1"', '"2"'))
    put('20250101T000000000Z-00000c', '{"version":2}')
    put('20250101T000000000Z-00000d', '{"version":1}')
    writeFileSync(join(folder, 'sessions', 'maria', 'notes.txt'), 'mine')
    const found = await store().all()
    assert.deepEqual(found.flatMap((one) => ('problem' in one ? [one.problem] : [])), ['it is not as it was written', 'a newer version of Muster wrote it', 'it is not as it was written', 'it is damaged'])
    for (let n = 2; n < 5; n++) {
      time += 1000
      await store().write('maria', body(`${n}`), { ...options, keep: 2 })
    }
    assert.equal(files().length, 2 + 4 + 1, files().join())
  })

  it('are not read from or written to where a link leads elsewhere', async function () {
    if (process.platform === 'win32') return this.skip()
    const elsewhere = sandbox.path('elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(folder, 'sessions'))
    await assert.rejects(store().write('maria', body(), options), (error) => isMusterError(error) && error.code === 'FOLDER_UNUSABLE')
    assert.deepEqual(readdirSync(elsewhere), [])
    rmSync(join(folder, 'sessions'))
    const { path, save } = await store().write('maria', body(), options)
    const secret = sandbox.put('secret.json', readFileSync(path, 'utf8'))
    rmSync(path)
    symlinkSync(secret, path)
    const found = await store().find(save.id)
    assert.ok(found && 'problem' in found, 'a link is no save')
  })

  it('leave what was there as it is when the disk is full, and say so', async () => {
    const first = await store().write('maria', body(), options)
    const full: LedgerFs = { ...nodeFs, append: (fd, bytes) => nodeFs.append(fd, bytes.subarray(0, 10)) }
    await assert.rejects(store(full).write('maria', body('more'), { ...options, replaces: first.save.id }), (error) => isMusterError(error) && error.code === 'NOT_APPLIED' && error.details['errno'] === 'ENOSPC')
    assert.deepEqual(files(), [`${first.save.id}.json`])
  })
})
