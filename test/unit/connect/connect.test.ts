import assert from 'node:assert/strict'
import fc from 'fast-check'
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clients } from '../../../src/hooks/call.js'
import { fullPlan } from '../../../src/connect/clients.js'
import { applyPlanned, isConnected, planConnect, planDisconnect } from '../../../src/connect/connection.js'
import { valueOf } from '../../../src/connect/json.js'
import { changesOf, connectable, notesOf, type Connectable, type Place } from '../../../src/connect/plan.js'
import { Sandbox } from '../system/sandbox.js'
import { posixOnly } from '../posixOnly.js'

const place: Place = { root: '/repo', folder: '/repo/.muster', launcher: ['muster'], platform: 'linux' }
const moved: Place = { ...place, launcher: ['/opt/my node/bin/node', '/opt/muster/dist/cli.mjs'] }
const elsewhere: Place = { ...place, root: '/trees/feat' }

type Files = Record<string, string>

function change(files: Files, client: Connectable, direction: 'put' | 'take', where = place): Files {
  const next = { ...files }
  for (const { file, after } of changesOf(fullPlan(client, where).edits, direction, (name) => files[name])) {
    if (after === undefined) delete next[file]
    else next[file] = after
  }
  return next
}

/** Whether a text is there in full and in order, with something put in between. */
function isAmong(text: string, whole: string): boolean {
  let at = 0
  for (const character of whole) if (character === text[at]) at++
  return at === text.length
}

/** Files as people have them: comments, tabs, Windows' lines, trailing commas, no newline at the end, hooks and servers of others. */
const theirs: Record<string, string[]> = {
  '.mcp.json': ['{\n\t"mcpServers": {\n\t\t"db": { "command": "db-mcp", "args": [] }\n\t}\n}', '{ "mcpServers": { "a": { "url": "https://x" } } }\n'],
  '.claude/settings.local.json': [
    '{\n    // mine\n    "permissions": { "allow": ["Bash(npm test)"] },\n    "hooks": {\n        "PreToolUse": [ /* first */\n            { "matcher": "Bash", "hooks": [{ "type": "command", "command": "check.sh" }] }\n        ]\n    },\n    "enabledMcpjsonServers": ["db"]\n}\n',
    '{\r\n  "model": "opus",\r\n  "hooks": {\r\n    "Stop": [\r\n      {\r\n        "hooks": [\r\n          {\r\n            "type": "command",\r\n            "command": "say done"\r\n          }\r\n        ]\r\n      }\r\n    ]\r\n  }\r\n}\r\n',
  ],
  '.codex/config.toml': ['# my settings\nmodel = "gpt-5"\n\n[mcp_servers.db]\ncommand = "db-mcp"\n', '[features]\r\nhooks = true', ''],
  '.codex/hooks.json': ['{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"bell"}]}]}}'],
  '.gemini/settings.json': ['{\n  "theme": "dark", // nice\n  "mcpServers": {\n    "db": { "command": "db" },\n  },\n}\n', '\ufeff{\n  "hooksConfig": { "enabled": true }\n}\n'],
  '.github/mcp.json': ['{\n  "mcpServers": {\n    "db": {\n      "type": "local",\n      "command": "db"\n    }\n  }\n}\n'],
  '.cursor/mcp.json': ['{\n  "mcpServers": {\n    "db": {\n      "command": "db"\n    }\n  }\n}\n'],
  '.cursor/hooks.json': ['{\n  "version": 1,\n  "hooks": {\n    "stop": [\n      { "command": "./bell.sh" }\n    ],\n    "preToolUse": [\n      { "command": "./a.sh" }, { "command": "./b.sh" }\n    ]\n  }\n}\n'],
  'opencode.jsonc': ['{\n  // models\n  "model": "x/y",\n  "mcp": {\n    "db": { "type": "remote", "url": "https://db" } // ours\n  }\n}\n'],
  'AGENTS.md': ['# Agents\n\nUse tabs.\n', '# Agents\r\n\r\nUse tabs.', 'one\n\n\n'],
  'CLAUDE.md': ['# Claude\n'],
}

describe('connecting a client', () => {
  for (const client of connectable) {
    it(`${client}: in an empty project it comes and goes without a trace, and nothing is done twice`, () => {
      const connected = change({}, client, 'put')
      assert.ok(Object.keys(connected).includes('AGENTS.md'))
      assert.deepEqual(change(connected, client, 'put'), connected)
      assert.deepEqual(change(connected, client, 'take'), {})
      assert.deepEqual(change({}, client, 'take'), {})
    })

    it(`${client}: what others wrote stays byte for byte, in its place, and is as before when it is taken out`, () => {
      for (let variant = 0; variant < 3; variant++) {
        const before: Files = Object.fromEntries(Object.entries(theirs).map(([file, texts]) => [file, texts[variant % texts.length]!]))
        const connected = change(before, client, 'put')
        assert.notDeepEqual(connected, before)
        assert.deepEqual(change(connected, client, 'put'), connected)
        for (const [file, text] of Object.entries(before)) assert.ok(isAmong(text, connected[file]!), file)
        const after = change(connected, client, 'take')
        if (before['.codex/config.toml'] === '') after['.codex/config.toml'] ??= ''
        assert.deepEqual(after, before)
      }
    })

    it(`${client}: another launcher takes the place of the one before`, () => {
      const connected = change(change({}, client, 'put'), client, 'put', moved)
      assert.deepEqual(connected, change({}, client, 'put', moved))
      assert.deepEqual(change(connected, client, 'take'), {})
    })

    it(`${client}: lines of Windows stay lines of Windows`, () => {
      const before = Object.fromEntries(Object.entries(theirs).map(([file, [text = '']]) => [file, text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')]))
      for (const [file, text] of Object.entries(change(before, client, 'put'))) if (Object.hasOwn(before, file)) assert.doesNotMatch(text, /[^\r]\n/, file)
    })
  }

  it('writes valid JSON, with every hook of the client called by its own name', () => {
    for (const client of clients) for (const where of [place, moved, elsewhere]) {
      const files = change({}, client, 'put', where)
      for (const [file, text] of Object.entries(files).filter(([name]) => name.endsWith('.json'))) {
        const value = JSON.parse(text) as { hooks?: Record<string, unknown> }
        for (const [event, entries] of Object.entries(value.hooks ?? {})) assert.ok(JSON.stringify(entries).includes(` hook ${event} --client ${client}`), `${file} ${event}`)
      }
    }
  })

  it('asks before edits only where the client can tell tools apart', () => {
    const { hooks } = JSON.parse(change({}, 'claude-code', 'put')['.claude/settings.local.json']!) as { hooks: Record<string, [{ matcher?: string }]> }
    assert.equal(hooks['PreToolUse']![0].matcher, 'Write|Edit|MultiEdit|NotebookEdit|Bash')
    assert.equal(hooks['PostToolUse']![0].matcher, undefined)
  })

  it('lets the shell of a sandbox write the records where they are outside of the working tree', () => {
    const root = '/repo/.muster'
    assert.ok(change({}, 'codex', 'put', elsewhere)['.codex/config.toml']!.includes(`[sandbox_workspace_write]\nwritable_roots = ["${root}"]`))
    assert.doesNotMatch(change({}, 'codex', 'put')['.codex/config.toml']!, /sandbox/)
    const own = change({ '.codex/config.toml': '[sandbox_workspace_write]\nnetwork_access = true\n' }, 'codex', 'put', elsewhere)['.codex/config.toml']!
    assert.equal(own.match(/\[sandbox_workspace_write\]/g)?.length, 1)
    const claude = change({}, 'claude-code', 'put', elsewhere)
    assert.deepEqual((JSON.parse(claude['.claude/settings.local.json']!) as { sandbox: unknown }).sandbox, { filesystem: { allowWrite: [root] } })
    assert.deepEqual(change(claude, 'claude-code', 'take', elsewhere), {})
  })

  it('leaves a server that somebody wrote by hand, and what they allowed it, and says so', () => {
    const own = { command: 'my-muster', args: ['serve'] }
    const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
    const files: Record<string, Files> = {
      'claude-code': { '.mcp.json': json({ mcpServers: { muster: own } }), '.claude/settings.local.json': json({ enabledMcpjsonServers: ['muster'] }) },
      cursor: { '.cursor/mcp.json': json({ mcpServers: { muster: { ...own, env: {} } } }) },
      'gemini-cli': { '.gemini/settings.json': json({ mcpServers: { muster: { command: 'muster', args: ['mcp'], trust: true } } }) },
      copilot: { '.github/mcp.json': json({ mcpServers: { muster: { type: 'local', command: 'muster', args: ['mcp'] } } }) },
      opencode: { 'opencode.json': json({ mcp: { muster: { type: 'remote', url: 'https://x' } } }) },
    }
    for (const [client, before] of Object.entries(files)) {
      const connected = change(before, client as Connectable, 'put')
      for (const value of [connected, change(connected, client as Connectable, 'take')]) {
        const [file = '', text = ''] = Object.entries(before)[0]!
        const muster = (whole: string | undefined): unknown => Object.values(valueOf(whole!) as Record<string, { muster?: unknown }>).find((one) => one.muster)?.muster
        assert.deepEqual(muster(value[file]), muster(text), client)
      }
      assert.deepEqual(change(connected, client as Connectable, 'take'), before, client)
      assert.match(notesOf(fullPlan(client as Connectable, place).edits, (name) => before[name]).join(), /written by hand and is left as it is/, client)
      assert.deepEqual(notesOf(fullPlan(client as Connectable, moved).edits, (name) => change({}, client as Connectable, 'put')[name]), [])
    }
    // Allowed, but ours is not there.
    const allowed = { '.claude/settings.local.json': json({ enabledMcpjsonServers: ['muster'] }) }
    assert.deepEqual(change(allowed, 'claude-code', 'take'), allowed)
  })

  it('knows its hook by the command, in a group that a person has added to', () => {
    const file = '.claude/settings.local.json'
    type Settings = { hooks: Record<string, { matcher?: string; hooks: { command: string }[] }[]> }
    const settings = JSON.parse(change({}, 'claude-code', 'put')[file]!) as Settings
    settings.hooks['PreToolUse']![0]!.hooks.push({ command: 'mine.sh' })
    settings.hooks['PreToolUse']![0]!.matcher = 'Write'
    const mixed = { [file]: JSON.stringify(settings, null, 2) }
    const again = change(mixed, 'claude-code', 'put', moved)
    const { hooks } = JSON.parse(again[file]!) as Settings
    assert.deepEqual(hooks['PreToolUse']!.map((group) => [group.matcher, group.hooks.length]), [['Write', 2]])
    assert.match(hooks['PreToolUse']![0]!.hooks[0]!.command, /\/opt\/muster\/dist\/cli\.mjs hook PreToolUse/)
    assert.deepEqual(change(again, 'claude-code', 'put', moved), again)
    assert.deepEqual((JSON.parse(change(again, 'claude-code', 'take', moved)[file]!) as Settings).hooks, { PreToolUse: [{ matcher: 'Write', hooks: [{ command: 'mine.sh' }] }] })
  })

  it('adds to no TOML what would make it invalid, and says what to add by hand', () => {
    const file = '.codex/config.toml'
    const put = (text: string, where = place): string => change({ [file]: text }, 'codex', 'put', where)[file]!
    for (const text of ['mcp_servers = { db = { command = "db" } }\n', 'mcp_servers = {}\n']) assert.throws(() => put(text), { code: 'INVALID_INPUT', hint: /muster = \{ command = "muster", args = \["mcp"\] \}/ })
    for (const text of ['[mcp_servers]\nmuster = { command = "x" }\n', '[mcp_servers]\n"muster".command = "x"\n', 'mcp_servers.muster.command = "x"\n', '[ mcp_servers . "muster" ]\n', 'mcp_servers = { muster = { command = "x" }, db = {} }', '[mcp_servers.muster.env]\n']) {
      assert.throws(() => put(text), { code: 'INVALID_INPUT', hint: /Remove it/ }, text)
    }
    for (const text of ['[mcp_servers]\ndb = { command = "muster" }\n', 'x = \'\'\'\n[mcp_servers.muster]\n\'\'\'\n', '[other]\nmuster = 1\nmcp_servers = { a = 1 }\n', '# [mcp_servers.muster]\n']) assert.match(put(text), /^\[mcp_servers\.muster\]$/m, text)
    const notes = (text: string, where = elsewhere): string[] => notesOf(fullPlan('codex', where).edits, () => text)
    assert.match(notes('[sandbox_workspace_write]\nnetwork_access = true\n').join(), /add "\/repo\/\.muster" to its writable_roots/)
    assert.deepEqual([notes('[sandbox_workspace_write]\nwritable_roots = ["/repo/.muster"]\n'), notes(''), notes('[sandbox_workspace_write]\n', place)], [[], [], []])
  })

  it('takes the file that is there, of two names', () => {
    assert.deepEqual(Object.keys(change({ 'opencode.json': '{ "model": "x" }' }, 'opencode', 'put')).sort(), ['.opencode/plugins/muster.js', 'AGENTS.md', 'opencode.json'])
    assert.ok(!('CLAUDE.md' in change({}, 'claude-code', 'put')))
    assert.match(change({ '.claude/CLAUDE.md': '# x\n' }, 'generic', 'put')['.claude/CLAUDE.md']!, /muster: begin/)
    assert.equal(change({ 'CLAUDE.md': '@AGENTS.md\n' }, 'generic', 'put')['CLAUDE.md'], '@AGENTS.md\n')
  })

  it('touches nothing it cannot read, and says which file and why', () => {
    for (const [client, file, text] of [
      ['claude-code', '.mcp.json', '{ "mcpServers": '], ['claude-code', '.claude/settings.local.json', '[]'], ['cursor', '.cursor/hooks.json', '{"hooks":{"stop":{}}}'],
      ['codex', '.codex/config.toml', '[mcp_servers.muster]\ncommand = "x"\n'], ['codex', '.codex/config.toml', '# muster: begin\n'], ['generic', 'AGENTS.md', '<!-- muster: end -->\n'],
    ] as const) {
      assert.throws(() => change({ [file]: text }, client, 'put'), (error: Error & { code?: string; hint?: string }) => error.code === 'INVALID_INPUT' && error.hint !== undefined && (file === 'AGENTS.md' || error.message.startsWith(file)), `${file} ${text}`)
    }
  })

  it('leaves a plugin alone that somebody else wrote under its name', () => {
    const files = { '.opencode/plugins/muster.js': 'export const Mine = 1\n' }
    assert.deepEqual(change(files, 'opencode', 'take'), files)
  })

  it('does so in any JSON', function () {
    this.timeout(900_000)
    const json = fc.dictionary(fc.constantFrom('mcpServers', 'hooks', 'a', 'b', 'version'), fc.oneof(fc.string(), fc.dictionary(fc.constantFrom('Stop', 'muster', 'x', '//'), fc.array(fc.record({ command: fc.string() }), { minLength: 1 }), { minKeys: 1 })), { minKeys: 2 })
    fc.assert(fc.property(json, fc.constantFrom(0, 1, 4, '\t'), fc.constantFrom('', '\n', '// end\n'), (value, indent, end) => {
      const texts = { '.gemini/settings.json': JSON.stringify(value, null, indent) + end }
      fc.pre(typeof value['hooks'] !== 'string' && typeof value['mcpServers'] !== 'string' && !(value['mcpServers'] as Record<string, unknown> | undefined)?.['muster'])
      const connected = change(texts, 'gemini-cli', 'put')
      const { hooks, mcpServers } = valueOf(connected['.gemini/settings.json']!) as { hooks: Record<string, unknown[]>; mcpServers: Record<string, unknown> }
      assert.ok(hooks['BeforeTool']?.length === 1 && mcpServers['muster'])
      assert.deepEqual(change(connected, 'gemini-cli', 'put'), connected)
      assert.deepEqual(change(connected, 'gemini-cli', 'take'), texts)
    }), { numRuns: 60 })
  })

  it('understands comments when it reads', () => assert.deepEqual(valueOf('{ "a": 1, /* x */ }'), { a: 1 }))
})

describe('writing what connects a client', () => {
  let sandbox: Sandbox
  let here: Place
  beforeEach(() => {
    sandbox = new Sandbox()
    const root = sandbox.repository()
    here = { root, folder: join(root, '.muster'), launcher: ['muster'], platform: 'linux' }
  })
  afterEach(() => sandbox.dispose())
  const list = (): string[] => readdirSync(here.root, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.git/') && name !== '.git').sort()

  posixOnly('makes the folders, keeps modes, and leaves no empty folder when it is taken out', () => {
    const before = list()
    sandbox.put('repo/.gemini/settings.json', '{ "theme": "dark" }\n')
    chmodSync(join(here.root, '.gemini', 'settings.json'), 0o600)
    for (const client of connectable) applyPlanned(planConnect(client, here), here)
    assert.deepEqual(connectable.filter((client) => isConnected(client, here)), connectable.filter((client) => client !== 'generic'))
    assert.equal(statSync(join(here.root, '.gemini', 'settings.json')).mode & 0o777, 0o600)
    for (const client of connectable) {
      const { notes } = planDisconnect(client, here)
      assert.equal(notes.length, client === 'opencode' || client === 'generic' ? 0 : 1, client)
      applyPlanned(planDisconnect(client, here), here)
    }
    assert.equal(readFileSync(join(here.root, '.gemini', 'settings.json'), 'utf8'), '{ "theme": "dark" }\n')
    assert.deepEqual(list(), [...before, '.gemini', '.gemini/settings.json'].sort())
  })

  it('leaves a file alone that was changed since it was shown', () => {
    const planned = planConnect('generic', here)
    sandbox.put('repo/AGENTS.md', 'mine\n')
    assert.throws(() => applyPlanned(planned, here), { code: 'INVALID_INPUT' })
    assert.equal(readFileSync(join(here.root, 'AGENTS.md'), 'utf8'), 'mine\n')
  })

  it('writes through a link within the project, and never out of it', () => {
    sandbox.put('repo/docs/agents.md', '# Agents\n')
    symlinkSync('docs/agents.md', join(here.root, 'AGENTS.md'))
    symlinkSync('AGENTS.md', join(here.root, 'CLAUDE.md'))
    applyPlanned(planConnect('generic', here), here)
    assert.ok(lstatSync(join(here.root, 'AGENTS.md')).isSymbolicLink())
    assert.equal(readFileSync(join(here.root, 'docs', 'agents.md'), 'utf8').match(/muster: begin/g)?.length, 1)
    applyPlanned(planDisconnect('generic', here), here)
    assert.equal(readFileSync(join(here.root, 'docs', 'agents.md'), 'utf8'), '# Agents\n')
    const outside = sandbox.put('outside/settings.json', '{}\n')
    mkdirSync(join(here.root, '.cursor'))
    symlinkSync(outside, join(here.root, '.cursor', 'mcp.json'))
    assert.throws(() => planConnect('cursor', here), { code: 'INVALID_INPUT', message: /leads out of the project/ })
    symlinkSync(dirname(outside), join(here.root, '.gemini'))
    assert.throws(() => planConnect('gemini-cli', here), { code: 'INVALID_INPUT' })
    assert.deepEqual(readdirSync(dirname(outside)), ['settings.json'])
    writeFileSync(join(here.root, 'x'), '')
  })
})
