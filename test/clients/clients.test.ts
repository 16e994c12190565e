import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { prepareClient } from '../../scripts/clientPackages.js'
import { editorCache } from '../../scripts/projectRoot.js'
import { prepareVsCode } from '../../scripts/vscodeInstall.js'
import { openMuster } from '../../src/core/open.js'
import { server } from '../multiprocess/mcp/mcpProcess.js'
import { Bridge } from './bridge.js'
import { ModelApi } from './modelApi.js'
import { messagesForm } from './modelForms.js'
import { Place } from './place.js'

const eight = ['check_in', 'claim', 'log_decision', 'log_error', 'read_messages', 'release', 'send_message', 'startup']

/** Clients that nobody here wrote, without account or network: their own words say that they are connected, and that a call arrived. */
describe('MCP clients', function () {
  this.timeout(600_000)
  let place: Place
  beforeEach(() => { place = new Place() })
  afterEach(() => place.remove())

  /** Who holds what, as the records have it. */
  async function locks(): Promise<string[]> {
    const look = await openMuster({ root: place.root, readOnly: true, attached: false })
    try {
      return (await look.listClaims()).map(({ resource, heldBy }) => `${resource} ${heldBy}`)
    } finally {
      await look.close()
    }
  }

  it('Inspector: lists and calls', async () => {
    const bin = await prepareClient('inspector', console.log)
    const inspect = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { code, stdout, stderr } = await place.run(join(bin, 'mcp-inspector'), ['--cli', process.execPath, server, ...args], place.env(bin))
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout) as Record<string, unknown>
    }
    assert.deepEqual((await inspect('--method', 'tools/list'))['tools'] instanceof Array, true)
    const { structuredContent } = (await inspect('--method', 'tools/call', '--tool-name', 'claim', '--tool-arg', 'resources=["src/a.ts"]')) as { structuredContent: { ok: boolean } }
    assert.equal(structuredContent.ok, true)
    assert.ok(((await inspect('--method', 'resources/list'))['resources'] as object[]).length === 5)
  })

  it('Claude Code: connected, tools listed, a real call', async () => {
    const bin = await prepareClient('claude', console.log)
    const claude = join(bin, 'claude')
    const env = place.env(bin, { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' })
    await place.run(claude, ['mcp', 'add', 'muster', '--', process.execPath, server], env)
    assert.match((await place.run(claude, ['mcp', 'list'], env)).stdout, /muster: .*✔ Connected/)

    const api = await ModelApi.start(messagesForm, [{ tool: 'mcp__muster__startup', input: { task: 'fix a' } }, { tool: 'mcp__muster__claim', input: { resources: ['src/a.ts'] } }, { text: 'Done.' }])
    try {
      place.write('repo/mcp.json', JSON.stringify({ mcpServers: { muster: { command: process.execPath, args: [server] } } }))
      const { stdout, stderr } = await place.run(claude, [
        '-p', 'hi', '--output-format', 'stream-json', '--verbose', '--mcp-config', 'mcp.json', '--strict-mcp-config', '--allowedTools', 'mcp__muster__startup', 'mcp__muster__claim',
      ], { ...env, ANTHROPIC_BASE_URL: api.address, ANTHROPIC_API_KEY: 'none' })
      const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; subtype?: string; tools?: string[]; mcp_servers?: { name: string; status: string }[] })
      const first = lines.find(({ type, subtype }) => type === 'system' && subtype === 'init')
      assert.ok(first, stderr)
      assert.deepEqual(first.mcp_servers?.map(({ name, status }) => [name, status]), [['muster', 'connected']])
      assert.deepEqual((first.tools ?? []).filter((name) => name.startsWith('mcp__muster__')).map((name) => name.slice('mcp__muster__'.length)).sort(), eight)
      // What the model was given after its calls.
      const given = JSON.stringify(api.asked.at(-1)!.body)
      assert.match(given, /claude-1/)
      assert.match(given, /\\"ok\\":true,\\"resource\\":\\"src\/a\.ts\\"/)
    } finally {
      await api.stop()
    }
    const look = await openMuster({ root: place.root, readOnly: true, attached: false })
    const agents = await look.listAgents()
    await look.close()
    assert.deepEqual(agents.map(({ id, client, brief }) => [id, client, brief]), [['claude-1', 'claude-code', 'fix a']])
  })

  it('Codex: lists and calls, as the conversation it tells', async () => {
    const bin = await prepareClient('codex', console.log)
    place.write('home/.codex/config.toml', `[mcp_servers.muster]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(server)}]\ncwd = ${JSON.stringify(place.root)}\n`)
    const child = place.start(join(bin, 'codex'), ['app-server'], place.env(bin))
    const waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>()
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const message = JSON.parse(line) as { id?: number; result?: unknown; error?: unknown; method?: string }
      if (message.id !== undefined && message.method === undefined) waiting.get(message.id)?.(message)
    })
    let last = 0
    const request = async (method: string, params: object = {}): Promise<Record<string, unknown>> => {
      const id = ++last
      const answer = new Promise<{ result?: unknown; error?: unknown }>((resolve) => waiting.set(id, resolve))
      child.stdin!.write(`${JSON.stringify({ id, method, params })}\n`)
      const { result, error } = await answer
      assert.equal(error, undefined, JSON.stringify(error))
      return result as Record<string, unknown>
    }
    await request('initialize', { clientInfo: { name: 'test', version: '1.0.0' }, capabilities: { experimentalApi: true } })
    child.stdin!.write(`${JSON.stringify({ method: 'initialized' })}\n`)
    const status = JSON.stringify(await request('mcpServerStatus/list'))
    for (const tool of eight) assert.ok(status.includes(`"${tool}"`), tool)
    const { thread } = (await request('thread/start', { cwd: place.root })) as { thread: { id: string } }
    const called = JSON.stringify(await request('mcpServer/tool/call', { threadId: thread.id, server: 'muster', tool: 'claim', arguments: { resources: ['src/a.ts'] } }))
    assert.match(called, /"ok":true/)
    assert.deepEqual(await locks(), ['src/a.ts codex-1'])
  })

  it('Gemini CLI: connected', async () => {
    const bin = await prepareClient('gemini', console.log)
    const env = place.env(bin, { GEMINI_CLI_TRUST_WORKSPACE: 'true' })
    await place.run(join(bin, 'gemini'), ['mcp', 'add', '-s', 'user', 'muster', process.execPath, server], env)
    const { stdout, stderr } = await place.run(join(bin, 'gemini'), ['mcp', 'list'], env)
    assert.match(`${stdout}${stderr}`, /✓.*muster.*Connected/)
  })

  it('opencode: connected', async () => {
    const bin = await prepareClient('opencode', console.log)
    place.write('repo/opencode.json', JSON.stringify({ mcp: { muster: { type: 'local', command: [process.execPath, server], enabled: true } } }))
    const { stdout, stderr } = await place.run(join(bin, 'opencode'), ['mcp', 'list'], place.env(bin))
    assert.match(`${stdout}${stderr}`, /✓[^\n]*muster[^\n]*connected/)
  })

  // The rest wants tools and resources with set names, is about HTTP, or passes whatever a server answers.
  for (const scenario of ['server-initialize', 'ping', 'tools-list', 'resources-list']) {
    it(`conformance: ${scenario}`, async () => {
      const bin = await prepareClient('conformance', console.log)
      // It needs a newer Node than Muster does; the editor's will do.
      const { node } = await prepareVsCode({ cacheDir: editorCache, log: console.log })
      const bridge = await Bridge.start(place.root)
      try {
        const env = place.env(dirname(node))
        const { code, stdout, stderr } = await place.run(node, [join(bin, 'conformance'), 'server', '--url', bridge.address, '--scenario', scenario], env)
        assert.equal(code, 0, `${stdout}${stderr}`)
        assert.match(`${stdout}${stderr}`, /[1-9]\d*\/[1-9]\d* (checks )?passed|Passed: [1-9]/i)
      } finally {
        await bridge.stop()
      }
    })
  }

  it('write nothing but what they are asked to', async () => {
    const bin = await prepareClient('inspector', console.log)
    await place.run(join(bin, 'mcp-inspector'), ['--cli', process.execPath, server, '--method', 'tools/list'], place.env(bin))
    assert.equal(existsSync(join(place.root, '.muster')), false)
    assert.equal(readFileSync(join(place.root, 'src', 'a.ts'), 'utf8'), '')
  })
})
