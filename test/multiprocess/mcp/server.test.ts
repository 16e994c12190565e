import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListRootsRequestSchema, ResourceListChangedNotificationSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { openMuster } from '../../../src/core/open.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Bench, cli, server, type Connected, type Structured } from './mcpProcess.js'

const untrusted = (value: unknown): Record<string, unknown> => (value as { untrusted: Record<string, unknown> }).untrusted
const first = (result: Structured, list: string): Structured => (result[list] as Structured[])[0]!

describe('the MCP server, over stdio', () => {
  let bench: Bench
  beforeEach(() => { bench = new Bench() })
  afterEach(() => bench.remove())

  it('introduces itself and writes nothing before a call that begins something', async () => {
    const { client, ...connected } = await bench.connect()
    assert.equal(client.getServerVersion()?.name, 'muster')
    assert.match(client.getServerVersion()!.version, /^\d+\.\d+\.\d+/)
    assert.match(client.getInstructions()!, /Call startup before any other work/)
    assert.ok(connected)
    const { tools } = await client.listTools()
    assert.equal(tools.length, 8)
    assert.deepEqual((await client.listPrompts()).prompts.map(({ name }) => name), ['start_work', 'hand_off', 'resume'])
    assert.deepEqual((await client.listResources()).resources.map(({ uri }) => uri), ['muster://status'])
    const looked = await bench.connect({ args: ['--tools', 'all'] })
    assert.deepEqual(await looked.resource('status'), { on: false })
    for (const [tool, input] of [['list_claims', {}], ['read_messages', {}], ['release', { resources: ['a'] }], ['claim', { nonsense: 1 }], ['claim', { resources: [] }]] as const) {
      const { isError, structuredContent } = await looked.raw(tool, input)
      assert.equal(isError, true, tool)
      assert.ok(String(structuredContent!['next']).length > 10, tool)
    }
    assert.equal(existsSync(bench.folder), false)
    assert.equal((await looked.call('startup'))['ok'], true)
    assert.equal(existsSync(bench.folder), true)
  })

  it('is what "muster mcp" becomes', async () => {
    const connected = await bench.connect({ program: [cli, 'mcp', '--agent', 'alpha'], args: ['--tools', 'all'] })
    assert.ok((await connected.client.listTools()).tools.length > 30)
    assert.equal(((await connected.call('startup'))['agent'] as Structured)['id'], 'alpha')
  })

  it('serves every one of the eight tools, as their schemas have it', async () => {
    const alpha = await bench.connect({ name: 'claude-code' })
    const beta = await bench.connect({ name: 'codex-mcp-client' })
    const me = await alpha.call('startup', { task: 'fix the login' })
    assert.deepEqual([(me['agent'] as Structured)['id'], untrusted(me['agent'])['brief']], ['claude-1', 'fix the login'])
    assert.equal(((await beta.call('startup'))['agent'] as Structured)['id'], 'codex-1')

    const locked = await alpha.call('claim', { resources: ['src/a.ts', 'name:build'], note: 'login' })
    assert.deepEqual([locked.ok, (locked['claims'] as Structured[]).map((one) => one['resource'])], [true, ['src/a.ts', 'name:build']])
    const refused = await beta.call('claim', { resources: ['src/a.ts'] })
    assert.deepEqual([refused.ok, refused['reason'], refused['heldBy']], [false, 'HELD', 'claude-1'])
    assert.match(String(refused['next']), /wait/)

    const checked = await alpha.call('check_in', { resource: 'src/a.ts', token: locked['token'], progress: 60, message: 'half', done: 'the form', next: 'the test', verify: 'npm test', filesModified: ['src/a.ts'] })
    assert.ok(checked.ok && (checked['checkpoint'] as { at: string }).at)
    assert.equal((await alpha.call('check_in', { resource: 'src/a.ts', token: 1 }))['reason'], 'NOT_HELD')
    assert.equal((await alpha.call('check_in', { status: 'blocked', blocker: 'no database' })).ok, true)

    const asked = await beta.call('send_message', { kind: 'request_release', resource: 'src/a.ts', body: 'soon, please' })
    assert.equal(asked['to'], 'claude-1')
    assert.equal((await beta.call('send_message', { to: 'claude-1', subject: 'Hello', body: 'text', checklist: ['one'] })).ok, true)
    const help = await beta.call('send_message', { kind: 'help', to: 'claude-1', subject: 'Which port?' })
    const inbox = (await alpha.call('read_messages', { acknowledge: [asked['id']] }))
    assert.deepEqual(inbox['acknowledged'], [asked['id']])
    assert.deepEqual((inbox['messages'] as Structured[]).map((one) => [one['kind'], untrusted(one)['body'], untrusted(one)['subject']]), [['note', 'text', 'Hello'], ['help', undefined, 'Which port?']])
    assert.equal((await alpha.call('send_message', { kind: 'reply', replyTo: help['id'], body: '3000', close: true })).ok, true)
    assert.equal((await alpha.call('send_message', { kind: 'reply' }))['next'], 'Give replyTo with kind reply.')
    assert.deepEqual(((await beta.call('read_messages'))['messages'] as Structured[]).map((one) => untrusted(one)['body']), ['3000'])

    assert.deepEqual((await alpha.call('log_decision', { title: 'Use tabs', impact: 'low' }))['status'], 'proposed')
    assert.equal((await alpha.call('log_error', { message: 'Build broken', kind: 'dependency' }))['count'], 1)
    assert.equal((await alpha.call('log_error', { message: 'Build broken', kind: 'dependency' }))['count'], 2)

    const partly = await alpha.call('release', { resources: ['name:build', 'src/b.ts'], message: 'done' })
    assert.deepEqual([partly.ok, (partly['released'] as Structured[]).length, first(partly, 'refused')['reason']], [false, 1, 'NOT_HELD'])
    const handed = await alpha.call('release', { handOffTo: 'codex-1', message: 'write the test' })
    assert.deepEqual([handed.ok, handed['to'], handed['checkpoint']], [true, 'codex-1', true])
    const next = await beta.call('startup')
    assert.equal(first(next, 'claims')['mine'], true)
    assert.equal(untrusted(next['checkpoint'])['next'], 'the test')
    assert.equal((await beta.call('release', { resources: ['src/a.ts'] })).ok, true)
  })

  it('answers each tool of the full set with what its schema has', async () => {
    const connected = await bench.connect({ args: ['--tools', 'all'] })
    const { tools } = await connected.client.listTools()
    await connected.call('startup')
    const inputs: Record<string, object> = {
      claim: { resources: ['src/a.ts'] }, release: { resources: ['src/a.ts'] }, send_message: { to: 'beta' }, log_decision: { title: 'x' }, log_error: { message: 'x' }, add_task: { title: 'x' }, get_agent: { id: 'copilot-1' },
    }
    for (const { name } of tools) {
      const { isError, structuredContent } = await connected.raw(name, inputs[name] ?? {})
      // Without the input it needs a tool says so; nothing else is an error.
      if (isError === true) assert.equal((structuredContent!['error'] as Structured)['code'], 'INVALID_INPUT', name)
      assert.equal(typeof structuredContent!['ok'], 'boolean', name)
    }
  })

  it('refuses unknown tools, prompts and resources as the protocol has it', async () => {
    const { client } = await bench.connect()
    await assert.rejects(client.callTool({ name: 'nothing', arguments: {} }), { code: -32602 })
    await assert.rejects(client.getPrompt({ name: 'nothing' }), { code: -32602 })
    await assert.rejects(client.readResource({ uri: 'muster://nothing' }), { code: -32602 })
    await assert.rejects(client.subscribeResource({ uri: 'file:///etc/passwd' }), { code: -32602 })
  })

  it('gives prompts with the words of the person', async () => {
    const { client } = await bench.connect()
    const textOf = async (name: string, given?: Record<string, string>): Promise<string> => ((await client.getPrompt({ name, ...(given && { arguments: given }) })).messages[0]!.content as { text: string }).text
    assert.match(await textOf('start_work', { task: 'fix the login' }), /Your task: fix the login[^]*startup[^]*claim[^]*check_in[^]*release/)
    assert.match(await textOf('hand_off', { to: 'beta' }), /release with handOffTo "beta"/)
    assert.match(await textOf('hand_off'), /release every lock/)
    assert.match(await textOf('resume', { agent: 'beta' }), /beta[^]*takeOver/)
  })

  it('speaks for as many agents as there are conversations, and for the same one again after a restart', async () => {
    const connected = await bench.connect()
    const [one, two] = [connected.chat('chat-1'), connected.chat('chat-2')]
    const idOf = async (chat: Connected): Promise<unknown> => ((await chat.call('startup'))['agent'] as Structured)['id']
    assert.deepEqual([await idOf(one), await idOf(two), await idOf(one), await idOf(connected)], ['copilot-1', 'copilot-2', 'copilot-1', 'copilot-3'])
    assert.equal((await one.call('claim', { resources: ['src/new.ts'] })).ok, true)
    assert.equal((await two.call('claim', { resources: ['src/new.ts'] }))['heldBy'], 'copilot-1')
    assert.equal(((await one.resource('status'))['agent']), 'copilot-1')
    await connected.close()
    const again = (await bench.connect()).chat('chat-2')
    assert.equal(await idOf(again), 'copilot-2')
    // The server let go of what was clean when it ended.
    assert.equal((await again.call('claim', { resources: ['src/new.ts'] })).ok, true)
  })

  it('speaks for the agent that is named, whatever the conversation; else for the program above it; child of the window it is in', async () => {
    const named = await bench.connect({ env: { MUSTER_AGENT: 'alpha', MUSTER_WINDOW: 'ada', MUSTER_FOLDER: bench.folder } })
    const me = (await named.chat('x').call('startup'))['agent'] as Structured
    assert.deepEqual([me['id'], me['parent'], me['kind']], ['alpha', 'ada', 'agent'])
    const program = await bench.connect({ name: 'gemini-cli-mcp-client', env: { MUSTER_PROGRAM: String(process.pid) } })
    assert.equal(((await program.call('startup'))['agent'] as Structured)['id'], 'gemini-1')
    const shell = execFileSync(process.execPath, [cli, 'startup', '--json'], { cwd: bench.root, encoding: 'utf8', env: cleanEnvironment({ MUSTER_PROGRAM: String(process.pid) }) })
    assert.equal((JSON.parse(shell) as { agent: { id: string } }).agent.id, 'gemini-1')
  })

  it('counts a message as seen when a model got it, and not when it was only looked at', async () => {
    const connected = await bench.connect()
    const [alpha, beta] = [connected.chat('a'), connected.chat('b')]
    await alpha.call('startup')
    await beta.call('startup')
    const { id } = await beta.call('send_message', { to: 'copilot-1', body: 'read me' })
    assert.equal(((await alpha.resource('inbox'))['messages'] as Structured[])[0]!['status'], 'sent')
    assert.equal((await alpha.call('check_in'))['unread'], 1)
    assert.equal(((await beta.resource('inbox'))['messages'] as { delivery: object }[])[0]!.delivery['copilot-1' as never], 'sent')
    assert.equal(first(await alpha.call('startup'), 'messages')['id'], id)
    // Marked once it was given, so in no hurry: reading again waits for that.
    assert.deepEqual((await alpha.call('read_messages'))['messages'], [])
    assert.equal(((await beta.resource('inbox'))['messages'] as { delivery: object }[])[0]!.delivery['copilot-1' as never], 'seen')
  })

  it('shows the inbox also where a look names no conversation, unless it could be that of several', async () => {
    const connected = await bench.connect()
    const [alpha, beta] = [connected.chat('a'), connected.chat('b')]
    await alpha.call('startup')
    const other = await openMuster({ folder: bench.folder, agent: 'ada', root: bench.root, attached: false, watch: false })
    await other.sendMessage({ to: 'copilot-1', subject: 'hello' })
    assert.equal((await connected.resource('status'))['unread'], 1)
    assert.equal(untrusted(first((await connected.resource('inbox')) as Structured, 'messages'))['subject'], 'hello')
    await beta.call('startup')
    const inbox = await connected.resource('inbox')
    assert.deepEqual([inbox['messages'], inbox['conversations']], [[], [{ id: 'copilot-1', unread: 1 }, { id: 'copilot-2', unread: 0 }]])
    assert.match(String(inbox['next']), /read_messages/)
    assert.deepEqual((await connected.resource('status'))['conversations'], inbox['conversations'])
    assert.equal((await alpha.resource('status'))['unread'], 1)
    assert.deepEqual((await connected.chat('c').resource('inbox'))['messages'], [])
    await other.close()
  })

  it('gives a long inbox in parts, oldest first, and marks only what it gave', async () => {
    const connected = await bench.connect()
    const [alpha, beta] = [connected.chat('a'), connected.chat('b')]
    await alpha.call('startup')
    for (let n = 1; n <= 5; n++) await beta.call('send_message', { to: 'copilot-1', subject: `${n}` })
    const part = await alpha.call('read_messages', { limit: 3 })
    assert.deepEqual((part['messages'] as Structured[]).map((one) => untrusted(one)['subject']), ['1', '2', '3'])
    assert.deepEqual(part['more'], { messages: 2 })
    assert.deepEqual(((await alpha.call('read_messages'))['messages'] as Structured[]).map((one) => untrusted(one)['subject']), ['4', '5'])
  })

  it('tells of changes to resources that are subscribed to, also when Muster is turned on', async () => {
    const connected = await bench.connect()
    const { client } = connected
    const updates: string[] = []
    let heard = (): void => undefined
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      updates.push(params.uri)
      heard()
    })
    const listChanged = new Promise<void>((resolve) => client.setNotificationHandler(ResourceListChangedNotificationSchema, () => resolve()))
    const updated = async (uri: string): Promise<void> => {
      while (!updates.includes(uri)) await new Promise<void>((resolve) => { heard = resolve })
    }
    assert.equal((await client.listResources()).resources.length, 1)
    await client.subscribeResource({ uri: 'muster://claims' })
    await client.subscribeResource({ uri: 'muster://inbox' })
    await connected.call('startup')
    await listChanged
    assert.equal((await client.listResources()).resources.length, 5)
    const other = await openMuster({ root: bench.root, agent: 'beta', kind: 'agent' })
    await other.claim('src/a.ts')
    await updated('muster://claims')
    assert.equal(updates.includes('muster://inbox'), false)
    assert.equal(((await connected.resource('claims'))['claims'] as Structured[])[0]!['heldBy'], 'beta')
    await other.sendMessage({ to: 'copilot-1', body: 'x' })
    await updated('muster://inbox')
    await client.unsubscribeResource({ uri: 'muster://claims' })
    updates.length = 0
    await other.release('src/a.ts')
    await other.sendMessage({ to: 'copilot-1', body: 'y' })
    await updated('muster://inbox')
    assert.equal(updates.includes('muster://claims'), false)
    await other.close()
  })

  it('starts in nobody\'s project: works where the client does, else says what to do', async () => {
    const home = mkdtempSync(join(tmpdir(), 'muster-home-'))
    try {
      const lost = await bench.connect({ cwd: home, env: { HOME: home, USERPROFILE: home } })
      const { isError, structuredContent } = await lost.raw('startup')
      assert.deepEqual([isError, (structuredContent!['error'] as Structured)['code']], [true, 'FOLDER_UNUSABLE'])
      assert.match(String(structuredContent!['next']), /--folder/)
      const found = await bench.connect({ cwd: home, env: { HOME: home, USERPROFILE: home }, capabilities: { roots: {} } })
      found.client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file://${bench.root}` }] }))
      assert.equal((await found.call('claim', { resources: ['src/a.ts'] })).ok, true)
      assert.ok(existsSync(bench.folder))
    } finally {
      removeFolder(home)
    }
  })

  it('stays up where the folder cannot be used, says why, and works once it can', async () => {
    writeFileSync(bench.folder, 'a file')
    const connected = await bench.connect()
    const { isError, structuredContent, content } = await connected.raw('startup')
    assert.equal(isError, true)
    assert.equal((structuredContent!['error'] as Structured)['code'], 'FOLDER_UNUSABLE')
    assert.ok((content[0] as { text: string }).text.startsWith(String(structuredContent!['next'])))
    rmSync(bench.folder)
    assert.equal((await connected.call('startup')).ok, true)
    // It writes documents there meanwhile.
    removeFolder(bench.folder)
    mkdirSync(bench.folder, { recursive: true })
    await eventually('it to work after the folder was replaced', async () => (await connected.call('claim', { resources: ['src/a.ts'] })).ok)
  })

  it('ends with its input, soon, and takes nothing along that was not written', async () => {
    const connected = await bench.connect()
    await connected.call('claim', { resources: ['name:build'] })
    const { pid } = connected
    await connected.close()
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
    const look = await openMuster({ root: bench.root, readOnly: true, attached: false })
    assert.deepEqual(await look.listClaims(), [])
    await look.close()
  })

  it('is understood by the Inspector', async () => {
    const inspector = join(projectRoot, 'node_modules', '@modelcontextprotocol', 'inspector-cli', 'build', 'index.js')
    const inspect = (...args: string[]): Record<string, unknown> => JSON.parse(execFileSync(process.execPath, [inspector, process.execPath, server, ...args], { cwd: bench.root, encoding: 'utf8', env: cleanEnvironment() })) as Record<string, unknown>
    assert.equal((inspect('--method', 'tools/list')['tools'] as object[]).length, 8)
    const called = inspect('--method', 'tools/call', '--tool-name', 'claim', '--tool-arg', 'resources=["src/a.ts"]')
    assert.equal((called['structuredContent'] as Structured).ok, true)
    assert.equal((inspect('--method', 'resources/list')['resources'] as object[]).length, 5)
    assert.match(JSON.stringify(inspect('--method', 'resources/read', '--uri', 'muster://agents')), /inspector|agent-1/)
  })
})
