import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Proxy } from '../../postgres/proxy.js'
import { TestServer } from '../../postgres/server.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const STATUS = 'muster.status'
const CANARY = 'cAnArY9'
const SHE_HERSELF = /\bMaria(?! \d)/

/** Two clones of one repository, in two windows, as on two machines. The database is reached by way of something that can be cut. */
describe('records in a database, in the editor', () => {
  let server: TestServer
  let proxy: Proxy
  let address: string
  let one: Repository
  let two: Repository
  let code: VsCode
  let first: Window
  let second: Window

  before(async () => {
    server = await TestServer.start()
    const sql = postgres(server.address, { max: 1, onnotice: () => undefined })
    await sql.unsafe(`create role "${CANARY}" superuser login password '${CANARY}'`)
    await sql.end()
    proxy = await Proxy.to(server.port)
    address = proxy.addressOf(server.address).replace('muster:muster@', `${CANARY}:${CANARY}@`)
    one = new Repository()
    two = new Repository()
    one.git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
    two.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
    two.git('config', 'user.name', 'Bea')
    await one.cli('gamma', ['claim', 'src/cart.ts'])
    code = await VsCode.start()
    first = await code.openWindow(one.root, { name: 'first', profile: 'first' })
    await first.runCommand('View: Show Muster')
    await first.tree.waitForRow('Locks', /cart\.ts · gamma/)
  })
  afterEach(function () { return code?.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    await proxy?.close()
    await server?.stop()
    one?.remove()
    two?.remove()
  })

  const give = async (window: Window, text: string): Promise<void> => {
    await window.quickInput.waitFor('Use PostgreSQL')
    await window.quickInput.fill(text)
  }
  const agree = async (window: Window, wanted: RegExp, button: string): Promise<void> => {
    const { message, detail } = await eventually(`a dialog ${wanted}`, async () => {
      const shown = await window.dialog.read()
      return wanted.test(`${shown.message}\n${shown.detail}`) ? shown : undefined
    })
    assert.ok(!`${message}${detail}`.includes(CANARY))
    await window.dialog.press(button)
  }

  it('asks for the address, says what is wrong with it, and moves the records there', async () => {
    await first.runCommand('Muster: Use PostgreSQL…')
    await give(first, 'postgres:/nowhere')
    await first.quickInput.waitForMessage(/is not one of a PostgreSQL database/)
    await give(first, address.replace(`:${CANARY}@`, ':wrong@'))
    await first.quickInput.waitForMessage(new RegExp(`on 127\\.0\\.0\\.1:${proxy.port}, as ${CANARY}; not encrypted`))
    await first.screenshot('database asks')
    await first.quickInput.confirm()
    await agree(first, /does not accept the user and password.*%40/s, 'Change the Address')
    await give(first, address)
    await first.quickInput.confirm()
    const found = await eventually('what was found', async () => (await first.dialog.read()).message.includes('can be used') ? first.dialog.read() : undefined)
    assert.match(found.detail, /answers in [\d.]+ ms and runs PostgreSQL \d+.*on this machine.*tables are not in it yet.*“github\.com\/acme\/shop”.*All \d+ records of this folder are moved there/s)
    await first.screenshot('database found')
    await first.dialog.press('Move the Records There')
    await eventually('the note in the folder', () => existsSync(join(one.folder, 'database.json')))
    // Who it was, and not another Maria beside the one that it was before.
    await first.statusBar.waitFor(STATUS, SHE_HERSELF)
    await first.tree.waitForRow('Agents', (row) => row.label === 'Maria' && row.description.startsWith('you'))
    await first.tree.waitForRow('Locks', /cart\.ts · gamma/)
  })

  it('gives terminals the address, so that commands in them work', async () => {
    await first.terminal.open()
    await first.terminal.run('muster claim src/pay.ts --agent delta && muster status | head -3')
    await first.tree.waitForRow('Locks', /pay\.ts · delta/)
  })

  it('joins from another clone of the repository: the same file is one file, and whose host it is shows', async () => {
    second = await code.openWindow(two.root, { name: 'second', profile: 'second' })
    await second.runCommand('View: Show Muster')
    await second.page.locator('.pane-body a, .pane-body .monaco-button').filter({ hasText: 'Use PostgreSQL…' }).first().click()
    await give(second, address)
    await second.quickInput.confirm()
    await agree(second, /holds the records of this project already: \d+/, 'Join')
    await second.statusBar.waitFor(STATUS, 'Bea')
    await second.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await second.editor.open('auth.ts')
    await second.runCommand('Muster: Lock This File')
    await first.tree.waitForRow('Locks', /auth\.ts · Bea/)
    await first.editor.open('auth.ts')
    await first.runCommand('Muster: Lock This File')
    await first.notifications.waitFor('Bea has locked')
    await first.notifications.clear()
    assert.match(await first.tree.hover('Agents', (row) => row.label === 'Bea'), new RegExp(`on ${hostname().replace(/[.-]/g, '.')}`))
    await first.screenshot('database two machines')
  })

  it('shows what was known, and since when, while the database is cut off; refuses to write; and comes back by itself', async () => {
    await proxy.down()
    await first.statusBar.waitFor(STATUS, 'offline since')
    await eventually('the words above the agents', async () => /Not connected to the database since .*nothing can be changed, and nothing is kept back/s.test(await first.tree.message('Agents')))
    await first.tree.waitForRow('Locks', /auth\.ts · Bea/)
    await first.editor.open('README.md')
    await first.runCommand('Muster: Lock This File')
    await first.notifications.waitFor(/Not connected to the database since/)
    await first.screenshot('database offline')
    await first.notifications.clear()
    await proxy.up()
    await first.statusBar.waitFor(STATUS, 'Maria')
    await second.statusBar.waitFor(STATUS, 'Bea')
    await first.runCommand('Muster: Lock This File')
    await second.tree.waitForRow('Locks', /README\.md · Maria/)
    await eventually('it to be there once', async () => (await first.tree.rows('Locks')).filter(({ label }) => label === 'README.md').length === 1)
  })

  it('shows what was there before the move where nobody has said the address, and asks for it by a button', async () => {
    // The browser of these tests keeps no secrets.
    await first.reload()
    await first.statusBar.waitFor(STATUS, 'which database?')
    await first.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await eventually('the words above the agents', async () => /does not know its address.*from before they moved there/s.test(await first.tree.message('Agents')))
    await first.screenshot('database unknown')
    await first.runCommand('Muster: Lock This File')
    await first.notifications.waitFor(/does not know its address/)
    await first.notifications.clear()
    await first.tree.titleAction('Agents', 'Use PostgreSQL…')
    await give(first, address)
    await first.quickInput.confirm()
    await agree(first, /holds the records of this folder/, 'Use It')
    await first.statusBar.waitFor(STATUS, 'Maria')
    await first.tree.waitForRow('Locks', /README\.md · you/)
  })

  it('goes back to the folder, and other machines are told', async () => {
    await first.runCommand('Muster: Go Back to the Folder…')
    await agree(first, /All \d+ records come back/, 'Move Them Back')
    await eventually('the note to go', () => !existsSync(join(one.folder, 'database.json')))
    await first.statusBar.waitFor(STATUS, SHE_HERSELF)
    await first.tree.waitForRow('Locks', /README\.md · you/)
    await eventually('the other machine to be told', async () => /records are in a folder again/.test(await second.tree.message('Agents')))
    await second.screenshot('database left')
  })

  it('has kept the address in no file', async () => {
    // The editor runs: what it takes away while this looks is gone.
    const looked = await eventually('all files', () => [code.dataDir, join(one.root, '..'), join(two.root, '..')].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true).map((file) => ({ file, told: readFileSync(file, 'latin1').includes(CANARY) })))
    assert.ok(looked.length > 20)
    for (const { file, told } of looked) assert.ok(!told, file)
    assert.ok(!code.server.output().includes(CANARY))
  })
})
