import assert from 'node:assert/strict'
import fc from 'fast-check'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fullPlan } from '../../../src/connect/clients.js'
import { applyPlanned, planConnect, planDisconnect } from '../../../src/connect/connection.js'
import { changesOf, connectable, type Change, type Connectable, type Place } from '../../../src/connect/plan.js'
import { keptFor, restored, type Undo } from '../../../src/connect/undo.js'
import { Sandbox } from '../system/sandbox.js'
import { posixOnly } from '../posixOnly.js'

type Files = Readonly<Record<string, string>>

const place: Place = { root: '/trees/feat', folder: '/repo/.muster', launcher: ['muster'], platform: 'linux' }
const moved: Place = { ...place, launcher: ['/opt/my node/bin/node', '/opt/muster/dist/cli.mjs'] }

function written(files: Files, changes: readonly Change[]): Files {
  const next = new Map(Object.entries(files))
  for (const { file, after } of changes) {
    if (after === undefined) next.delete(file)
    else next.set(file, after)
  }
  return Object.fromEntries([...next].sort())
}

function connect(files: Files, client: Connectable, known: Undo = {}, where = place): { files: Files; undo: Undo } {
  const { edits } = fullPlan(client, where)
  const read = (name: string): string | undefined => files[name]
  const changes = changesOf(edits, 'put', read)
  return { files: written(files, changes), undo: keptFor(known, edits, changes, read) }
}

function disconnect(files: Files, client: Connectable, undo: Undo, where = place): Files {
  return written(files, restored(undo, changesOf(fullPlan(client, where).edits, 'take', (name) => files[name])))
}

/** Where each client has JSON, and lists and objects that Muster adds to. */
const jsonFiles: Partial<Record<Connectable, string[]>> = {
  'claude-code': ['.mcp.json', '.claude/settings.local.json'], codex: ['.codex/hooks.json'], 'gemini-cli': ['.gemini/settings.json'],
  copilot: ['.github/mcp.json', '.github/hooks/muster.json'], cursor: ['.cursor/mcp.json', '.cursor/hooks.json'], opencode: ['opencode.json'],
}

/** JSON as people leave it, with as little in it as may be. */
const bare = fc.record({
  value: fc.record({
    mcpServers: fc.constantFrom({}, { db: { command: 'db' } }),
    mcp: fc.constant({}),
    hooks: fc.constantFrom({}, { Stop: [] }, { stop: [] }, { PreToolUse: [{ matcher: 'Bash', hooks: [] }] }, { Stop: [], SessionStart: [] }),
    enabledMcpjsonServers: fc.constantFrom([], ['muster'], ['db']),
    sandbox: fc.constantFrom({}, { filesystem: {} }, { filesystem: { allowWrite: [] } }, { filesystem: { allowWrite: ['/repo/.muster'] } }),
    version: fc.constant(1),
    $schema: fc.constant('https://opencode.ai/config.json'),
  }, { requiredKeys: [] }),
  indent: fc.constantFrom(0, 1, 2, '\t'),
  inside: fc.constantFrom('', ' ', '\n', '\r\n  ', ' // mine\n', '/* */'),
  end: fc.constantFrom('', '\n', '\n\n', ' '),
}).map(({ value, indent, inside, end }) => JSON.stringify(value, null, indent).replaceAll('{}', `{${inside}}`).replaceAll('[]', `[${inside}]`) + end)
const text = fc.oneof({ weight: 4, arbitrary: bare }, fc.constantFrom('', ' ', '\n', '\r\n', '{}', '{ }\n', '\ufeff{}'))

describe('taking out what connected a client', () => {
  for (const client of connectable) {
    it(`${client}: leaves every file as it was, however little was in it`, function () {
      this.timeout(600_000)
      const names = [...(jsonFiles[client] ?? []), ...(client === 'codex' ? ['.codex/config.toml'] : []), 'AGENTS.md', 'CLAUDE.md']
      const files = fc.record(Object.fromEntries(names.map((name) => [name, name.endsWith('.json') ? text : fc.constantFrom('', '\n', ' \n\n', '# mine')])), { requiredKeys: [] })
      fc.assert(fc.property(files, fc.boolean(), (chosen, again) => {
        const before = written(chosen as Files, [])
        let connected = connect(before, client)
        assert.notDeepEqual(connected.files, before)
        assert.deepEqual(connect(connected.files, client, connected.undo), connected)
        if (again) connected = connect(connected.files, client, connected.undo, moved)
        assert.deepEqual(disconnect(connected.files, client, connected.undo, again ? moved : place), before)
      }), { numRuns: 150 })
    })
  }

  it('keeps nothing where it would be as it was anyway', () => {
    for (const client of connectable) assert.deepEqual(connect({ '.mcp.json': '{ "mcpServers": { "db": {} } }', 'AGENTS.md': '# mine\n' }, client).undo, {}, client)
  })

  it('keeps what was written since', () => {
    const { files, undo } = connect({ '.mcp.json': '{\n  "mcpServers": {}\n}\n' }, 'claude-code')
    assert.deepEqual(Object.keys(undo), ['.mcp.json'])
    const since = { ...files, '.mcp.json': files['.mcp.json']!.replace('"mcpServers": {', '"mcpServers": {\n    "db": { "command": "db" },') }
    assert.equal(disconnect(since, 'claude-code', undo)['.mcp.json'], '{\n  "mcpServers": {\n    "db": { "command": "db" }\n  }\n}\n')
  })
})

describe('the files of a project from before', () => {
  let sandbox: Sandbox
  beforeEach(() => { sandbox = new Sandbox() })
  afterEach(() => sandbox.dispose())

  const own = { '.mcp.json': '{ "mcpServers": {} }\n', '.claude/settings.local.json': '{\n  "permissions": {},\n  "hooks": { }\n}\n', 'AGENTS.md': '' }
  const put = (root: string): void => { for (const [file, content] of Object.entries(own)) { mkdirSync(dirname(join(root, file)), { recursive: true }); writeFileSync(join(root, file), content) } }
  const now = (root: string): unknown => Object.fromEntries(Object.keys(own).map((file) => [file, existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined]))

  posixOnly('are kept in the git directory, for their owner alone, until they are back', () => {
    const root = sandbox.repository()
    const here = { ...place, root, folder: join(root, '.muster') }
    const kept = join(root, '.git', 'muster', 'connected.json')
    put(root)
    applyPlanned(planConnect('claude-code', here), here)
    assert.equal(statSync(kept).mode & 0o777, 0o600)
    // Brought up to date, and another client beside it.
    const later = { ...here, launcher: moved.launcher }
    for (const client of ['claude-code', 'cursor'] as const) applyPlanned(planConnect(client, later), later)
    for (const client of ['cursor', 'claude-code'] as const) applyPlanned(planDisconnect(client, later), later)
    assert.deepEqual(now(root), own)
    assert.ok(!existsSync(kept) && !existsSync(join(root, '.cursor')))
  })

  it('are kept beside the records without git; and where nothing can be kept, what is ours still goes', () => {
    for (const on of [true, false]) {
      const root = sandbox.path(on ? 'on' : 'off')
      const here = { ...place, root, folder: join(root, '.muster') }
      put(root)
      if (on) mkdirSync(here.folder)
      applyPlanned(planConnect('claude-code', here), here)
      assert.equal(existsSync(here.folder), on)
      applyPlanned(planDisconnect('claude-code', here), here)
      assert.deepEqual(now(root), on ? own : { '.claude/settings.local.json': '{\n  "permissions": {}\n}\n', '.mcp.json': undefined, 'AGENTS.md': undefined })
    }
  })

  it('are no reason to fail where what was kept is damaged, or cannot be kept', () => {
    for (const damage of ['{', '[]', 'null', '{ ".mcp.json": null }', '{ ".mcp.json": { "before": 1 } }', undefined]) {
      const root = sandbox.repository(`repo-${String(damage).length}`)
      const here = { ...place, root, folder: join(root, '.muster') }
      const kept = join(root, '.git', 'muster', 'connected.json')
      put(root)
      // A folder that cannot be made: something else has its name.
      if (damage === undefined) writeFileSync(dirname(kept), '')
      applyPlanned(planConnect('claude-code', here), here)
      if (damage !== undefined) writeFileSync(kept, damage)
      applyPlanned(planDisconnect('claude-code', here), here)
      assert.equal((now(root) as Files)['.claude/settings.local.json'], '{\n  "permissions": {}\n}\n')
    }
  })
})
