import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import { Emitter } from '../../../src/core/emitter.js'
import type { Muster } from '../../../src/core/muster.js'
import { DatabaseAddresses } from '../../../src/vscode/databaseAddresses.js'
import { RepositoryWindow } from '../../../src/vscode/repositoryWindow.js'
import { statusOf, troubleOf, wantsAddress } from '../../../src/vscode/statusText.js'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import { filesBelow } from '../../filesBelow.js'
import { stopAfterAll, testServer } from '../../postgres/server.js'
import { start, type Result } from '../../unit/cli/musterProcess.js'
import { connectTo, server } from '../mcp/mcpProcess.js'

stopAfterAll()

describe('a folder whose records are in a database', function () {
  this.timeout(900_000)
  let root: string
  let space: string
  let spaces = 0
  let address: string
  const opened: { close(): unknown }[] = []

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-away-')))
    execFileSync('git', ['init', '--quiet', root])
    writeFileSync(join(root, 'a.ts'), '')
    space = `away ${process.pid} ${++spaces}`
    address = (await testServer()).addressOf(space)
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    removeFolder(root)
  })

  const folder = (): string => join(root, '.muster')
  const muster = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> => start(root, args, { MUSTER_PROGRAM: 'none', ...env }).ended
  const lines = (): string => readFileSync(join(folder(), 'ledger', '00000001.jsonl'), 'utf8')
  const tried = (): string[] => readdirSync(folder()).filter((name) => name.startsWith('probe-'))

  async function moveAway(): Promise<void> {
    assert.equal((await muster(['claim', 'a.ts', '--agent', 'alpha'])).exit, 0)
    const { exit, err } = await muster(['migrate', '--to', '--yes'], { MUSTER_LEDGER: address })
    assert.equal(exit, 0, err)
  }

  it('is looked at without the address, marked as what was; says where they went, and takes nothing', async () => {
    await moveAway()
    const before = lines()
    const status = await muster(['status', '--json'])
    assert.deepEqual([status.exit, status.json['ok'], status.json.error?.code], [3, false, 'FOLDER_UNUSABLE'])
    assert.match(`${status.json.error?.message} ${status.json.error?.hint}`, /in a database now.*before they moved.*MUSTER_LEDGER/)
    assert.deepEqual((status.json['claims'] as { resource: string }[]).map(({ resource }) => resource), ['a.ts'])
    const shown = await muster(['claims'])
    assert.match(shown.err + shown.out, /in a database now[^]*a\.ts/)
    const log = await muster(['log'])
    assert.match(log.out, /alpha locked a\.ts/)
    const verified = await muster(['verify'])
    assert.equal(verified.exit, 0)
    assert.match(verified.out, /complete and unchanged.*\n.*before they moved to a database/)
    for (const args of [['claim', 'a.ts', '--agent', 'beta'], ['send', '--to', 'alpha', '--body', 'x', '--agent', 'beta'], ['startup', '--agent', 'beta']]) {
      const refused = await muster([...args, '--json'])
      assert.equal(refused.exit, 3, args.join(' '))
      assert.match(`${refused.json.error?.message} ${refused.json.error?.hint}`, new RegExp(`in a PostgreSQL database, as "${space}".*MUSTER_LEDGER`))
    }
    assert.equal(lines(), before)
  })

  it('tells an agent nothing of what was, which it would take for what is', async () => {
    await moveAway()
    const agent = await connectTo({ command: process.execPath, args: [server, '--tools', 'all'], cwd: root, env: { MUSTER_PROGRAM: 'none', MUSTER_LEDGER: null } }, 'test')
    try {
      for (const tool of ['list_claims', 'list_agents', 'startup']) {
        const answer = await agent.call(tool)
        assert.equal(answer.ok, false, tool)
        assert.match(JSON.stringify(answer), /database.*MUSTER_LEDGER/)
      }
      assert.match(JSON.stringify(await agent.resource('claims')), /in a database now/)
    } finally {
      await agent.close()
    }
  })

  it('tells where they are, and each agent\'s machine: never who may enter there', async () => {
    await moveAway()
    const env = { MUSTER_LEDGER: address }
    const stays = await openMuster({ root, agent: 'gamma', ledger: address })
    opened.push(stays)
    const status = await muster(['status'], env)
    assert.match(status.out, new RegExp(`Records: fine, \\d+ entries, in the database on (127\\.0\\.0\\.1|localhost) as "${space}"`))
    const { json, out } = await muster(['status', '--json'], env)
    assert.equal((json['ledger'] as { database: { space: string } }).database.space, space)
    const { username, password } = new URL(address)
    assert.ok(username !== '' && !out.includes(`${username}:${password}`))
    const agents = (await muster(['agent', 'list', '--json'], env)).json['agents'] as { id: string; host?: string }[]
    assert.equal(agents.find(({ id }) => id === 'gamma')?.host, hostname())
    assert.match((await muster(['agent', 'show', 'gamma'], env)).out, new RegExp(`Host +${hostname()}`))
    assert.match((await muster(['log'], env)).out, new RegExp(`gamma connected \\(.*on ${hostname()}\\)`))
    const entries = (await muster(['log', '--json'], env)).json['entries'] as { by: string; host?: string; event: { type: string } }[]
    assert.equal(entries.find(({ event }) => event.type === 'claim.granted')?.host, hostname(), 'of a command that came and went')
  })

  it('is left as it was by those who try its disk and cannot get in; both count the same', async () => {
    await moveAway()
    for (const env of [{}, { MUSTER_LEDGER: address.replace(/@[^/]+/, '@127.0.0.1:1') }]) assert.equal((await muster(['status'], env)).exit, 3)
    assert.deepEqual(tried(), [])
    const env = { MUSTER_LEDGER: address }
    const [, counted] = /fine, (\d+) entries/.exec((await muster(['status'], env)).out) ?? []
    const [, verified] = /unchanged: (\d+) entries/.exec((await muster(['verify'], env)).out) ?? []
    assert.ok(counted !== undefined)
    assert.equal(verified, counted)
    assert.deepEqual(tried(), [])
  })

  /** A window as the editor has it: its secrets, and whether the folder is trusted. */
  function windowOf(trusted: boolean, secret?: string): RepositoryWindow {
    const secrets = { get: () => Promise.resolve(secret), store: () => Promise.resolve(), delete: () => Promise.resolve(), onDidChange: new Emitter<{ key: string }>().event }
    const addresses = new DatabaseAddresses(secrets as unknown as ConstructorParameters<typeof DatabaseAddresses>[0], (error) => assert.fail(String(error)))
    const window = new RepositoryWindow({
      locate: () => ({ folder: folder(), root, exists: true, inDatabase: true }),
      trusted: () => trusted,
      workspace: () => 'w',
      settings: () => ({}),
      open: async (options): Promise<Muster> => {
        const ledger = await addresses.toOpen(options.folder ?? '')
        return openMuster({ ...options, ...(ledger !== undefined && { ledger }) })
      },
      report: () => undefined,
    })
    opened.push({ close: () => window.close(false) }, { close: () => addresses.dispose() })
    return window
  }

  it('is shown in a window that does not know the address as it was, and asks for the address', async () => {
    await moveAway()
    const window = windowOf(true)
    await window.refresh()
    assert.ok(window.state.kind === 'on')
    assert.deepEqual([window.writable, wantsAddress(window.state), window.state.muster.state().claims.length], [false, true, 1])
    assert.match(statusOf(window.state)?.text ?? '', /which database/)
    assert.match(troubleOf(window.state) ?? '', /asks for it.*before they moved/)
    await assert.rejects(window.state.muster.claim('a.ts'))
  })

  it('is shown in Restricted Mode from the database whose address is a secret of the editor, and nothing is written anywhere', async () => {
    await moveAway()
    const works = await openMuster({ root, agent: 'gamma', ledger: address })
    opened.push(works)
    assert.ok((await works.claim('name:build')).ok)
    const { head } = works.ledgerStatus()
    // The process that works tries the disk just then.
    const files = (): string[] => filesBelow(folder()).filter((name) => !/[/\\]probe-/.test(name)).sort()
    await works.refresh()
    const before = [files(), lines()]
    const window = windowOf(false, address)
    await window.refresh()
    assert.ok(window.state.kind === 'on')
    assert.deepEqual([window.writable, window.state.muster.ledgerStatus().kind], [false, 'postgres'])
    assert.deepEqual(agentRows(window.state.muster.state(), Date.now()).map(({ label }) => label).sort(), ['alpha', 'gamma'])
    assert.match(troubleOf(window.state) ?? '', /^Restricted Mode/)
    await assert.rejects(window.state.muster.claim('a.ts'))
    await window.close(false)
    assert.equal((await works.refresh()).ledger.head, head)
    assert.deepEqual([files(), lines()], before)
  })

  it('is shown in Restricted Mode as it was where nobody has said the address', async () => {
    await moveAway()
    const window = windowOf(false)
    await window.refresh()
    assert.ok(window.state.kind === 'on')
    assert.deepEqual([window.writable, window.state.muster.state().claims.length], [false, 1])
    assert.match(troubleOf(window.state) ?? '', /only looks here.*in a database now/)
  })
})
