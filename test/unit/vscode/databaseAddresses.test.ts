import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { Emitter } from '../../../src/core/emitter.js'
import { sayInDatabase, sayInFolder } from '../../../src/core/system/databaseFolder.js'
import { DatabaseAddresses, forgetOthersAddress } from '../../../src/vscode/databaseAddresses.js'
import type { MusterWindow, WindowState } from '../../../src/vscode/musterWindow.js'
import { offlineSince, statusOf, troubleOf } from '../../../src/vscode/statusText.js'
import { provideForTerminals } from '../../../src/vscode/terminals.js'

const ADDRESS = 'postgres://me:cAnArY@db.example/x'

/** As several windows have it. */
class Secrets {
  readonly kept = new Map<string, string>()
  readonly changed = new Emitter<{ key: string }>()
  readonly onDidChange = this.changed.event as unknown as ConstructorParameters<typeof DatabaseAddresses>[0]['onDidChange']
  broken = false

  get(key: string): Promise<string | undefined> {
    return this.broken ? Promise.reject(new Error('no keyring')) : Promise.resolve(this.kept.get(key))
  }
  store(key: string, value: string): Promise<void> {
    if (this.broken) return Promise.reject(new Error('no keyring'))
    this.kept.set(key, value)
    this.changed.fire({ key })
    return Promise.resolve()
  }
  delete(key: string): Promise<void> {
    this.kept.delete(key)
    this.changed.fire({ key })
    return Promise.resolve()
  }
}

describe('the address of a database in the editor', () => {
  let base: string
  let folder: string
  let secrets: Secrets
  let told: unknown[]
  const window = (): DatabaseAddresses => new DatabaseAddresses(secrets, (error) => told.push(error))
  const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-address-')))
    folder = join(base, '.muster')
    mkdirSync(folder)
    secrets = new Secrets()
    told = []
  })
  afterEach(() => removeFolder(base))

  it('is kept as a secret of one folder, and other windows of it hear of it', async () => {
    const [mine, others] = [window(), window()]
    const heard: string[] = []
    others.onDidChange((one) => heard.push(one))
    sayInDatabase(folder, { ledger: 'l', space: 's' })
    assert.deepEqual([await mine.toOpen(folder), await others.toOpen(folder)], [undefined, undefined])
    await mine.keep(folder, ADDRESS)
    await settled()
    assert.deepEqual([heard, await others.toOpen(folder), others.now(folder), await mine.of(join(base, 'other'))], [[folder], ADDRESS, ADDRESS, undefined])
    await mine.keep(folder, undefined)
    await settled()
    assert.deepEqual([heard.length, await others.of(folder), secrets.kept.size], [2, undefined, 0])
  })

  it('does not count where the records are in the folder, and is known until the end where no secret can be kept', async () => {
    secrets.broken = true
    const addresses = window()
    await addresses.keep(folder, ADDRESS)
    assert.equal(await addresses.toOpen(folder), ADDRESS)
    mkdirSync(join(folder, 'ledger'))
    writeFileSync(join(folder, 'ledger', '00000001.jsonl'), '')
    assert.equal(await addresses.toOpen(folder), undefined)
    sayInDatabase(folder, { ledger: 'l', space: 's' })
    assert.equal(await addresses.toOpen(folder), ADDRESS)
    sayInFolder(folder)
    assert.deepEqual([addresses.now(folder), told.length > 0], [undefined, true])
  })

  it('is asked for again where the keyring was locked', async () => {
    secrets.kept.set(['ledger', hostname(), folder].join(' '), ADDRESS)
    secrets.broken = true
    sayInDatabase(folder, { ledger: 'l', space: 's' })
    const addresses = window()
    assert.deepEqual([await addresses.toOpen(folder), told.length], [undefined, 1])
    secrets.broken = false
    assert.equal(await addresses.toOpen(folder), ADDRESS)
  })

  it('is another window\'s where this one was started from its terminal', () => {
    const env = (folderOf: string): NodeJS.ProcessEnv => ({ MUSTER_WINDOW: 'w', MUSTER_FOLDER: folderOf, MUSTER_LEDGER: ADDRESS })
    const [same, other, shell] = [env(folder), env('/other/.muster'), { MUSTER_LEDGER: ADDRESS } as NodeJS.ProcessEnv]
    for (const one of [same, other, shell]) assert.equal(forgetOthersAddress([folder], one), undefined)
    assert.deepEqual([same, other, shell].map((one) => one['MUSTER_LEDGER']), [ADDRESS, undefined, ADDRESS])
  })

  it('counts for its own repository only, where the window has several', async () => {
    const env: NodeJS.ProcessEnv = { MUSTER_WINDOW: 'w', MUSTER_FOLDER: folder, MUSTER_LEDGER: ADDRESS }
    const one = forgetOthersAddress([folder, '/other/.muster'], env)
    assert.deepEqual([one, env['MUSTER_LEDGER']], [{ folder, address: ADDRESS }, undefined])
    assert.equal(forgetOthersAddress([folder, '/other/.muster'], env), undefined)
    const addresses = window()
    addresses.give(one!.folder, one!.address)
    sayInDatabase(folder, { ledger: 'l', space: 's' })
    assert.deepEqual([await addresses.toOpen(folder), addresses.now(folder), await addresses.toOpen('/other/.muster'), secrets.kept.size], [ADDRESS, ADDRESS, undefined, 0])
    await addresses.keep(folder, undefined)
    assert.equal(await addresses.of(folder), undefined)
  })

  it('reaches terminals, and has the editor keep nothing of them for the next time', () => {
    const changed = new Emitter<WindowState>()
    const muster = { agent: 'w', folder, ledgerStatus: () => ({}) }
    const variables = { persistent: true, all: new Map<string, string>(), clear: () => variables.all.clear(), replace: (name: string, value: string) => variables.all.set(name, value), prepend: () => undefined }
    let ledger: string | undefined
    const shown = { muster, writable: true, state: { kind: 'on' }, onDidChange: changed.event } as unknown as MusterWindow
    const context = { environmentVariableCollection: variables, globalStorageUri: { fsPath: base }, extensionPath: base } as unknown as Parameters<typeof provideForTerminals>[1]
    provideForTerminals({ scopes: () => [{ window: shown }], onDidChange: (listener) => changed.event(() => listener(undefined)) }, context, (error) => told.push(error), () => '.runs', () => ledger)
    changed.fire(shown.state)
    assert.deepEqual([variables.persistent, variables.all.has('MUSTER_LEDGER'), variables.all.get('MUSTER_FOLDER')], [true, false, folder])
    ledger = ADDRESS
    changed.fire(shown.state)
    assert.deepEqual([variables.persistent, variables.all.get('MUSTER_LEDGER')], [false, ADDRESS])
    ledger = undefined
    changed.fire(shown.state)
    assert.deepEqual([variables.persistent, variables.all.has('MUSTER_LEDGER')], [true, false])
  })

  it('is asked for where it is missing, and its absence told from a database that does not answer', () => {
    const place = { folder, root: base, exists: true, inDatabase: true }
    const unknown: WindowState = { kind: 'failed', place, problem: { code: 'DATABASE_UNUSABLE', message: 'm', hint: 'h', wantsAddress: true } }
    assert.match(troubleOf(unknown) ?? '', /does not know its address.*Use PostgreSQL/)
    assert.match(statusOf(unknown)?.text ?? '', /which database/)
    const before: WindowState = { kind: 'on', place, muster: {} as never, readOnly: true, obstacle: unknown.problem }
    assert.match(troubleOf(before) ?? '', /does not know its address.*Use PostgreSQL.*from before they moved/)
    assert.match(statusOf(before)?.text ?? '', /which database/)
    const readOnly = { code: 'DATABASE_UNUSABLE', message: 'Nobody answers.', hint: '', since: new Date(Date.now() - 90_000).toISOString() }
    const muster = { ledgerStatus: () => ({ readOnly }) }
    const offline = { kind: 'on', place, muster, readOnly: false } as unknown as WindowState
    assert.match(statusOf(offline)?.text ?? '', /offline since \d/)
    assert.ok(troubleOf(offline)?.includes(offlineSince(offline)!) && troubleOf(offline)?.endsWith('Nobody answers.'))
    readOnly.since = '2020-05-01T10:00:00.000Z'
    assert.match(offlineSince(offline) ?? '', /2020/)
  })
})
