import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { connectable } from '../../../src/connect/plan.js'
import { clients } from '../../../src/hooks/call.js'
import { recorded } from '../../unit/hooks/inputs.js'
import { HookedRepository } from '../../unit/hooks/repository.js'
import { start, type Result } from '../../unit/cli/musterProcess.js'
import { cli as shipped, connectTo } from '../mcp/mcpProcess.js'

const cli = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url))

interface Ran { status: number | null; stdout: string; stderr: string }

describe('muster connect, as a command', function () {
  this.timeout(900_000)
  let repo: HookedRepository
  beforeEach(async () => { repo = await new HookedRepository().turnOn() })
  afterEach(() => repo.remove())
  const connect = (...args: string[]): Promise<Result> => start(repo.root, ['connect', ...args]).ended
  const read = (file: string): string => readFileSync(join(repo.root, file), 'utf8')
  const shell = (command: string, input: string, env: NodeJS.ProcessEnv = {}): Ran =>
    spawnSync('/bin/sh', ['-c', command], { cwd: repo.root, input, encoding: 'utf8', env: cleanEnvironment(env) })

  /** The command that a client's files have for one of its events. */
  function commandOf(client: string, event: string): string | undefined {
    const files: Record<string, string> = { 'claude-code': '.claude/settings.local.json', codex: '.codex/hooks.json', 'gemini-cli': '.gemini/settings.json', copilot: '.github/hooks/muster.json', cursor: '.cursor/hooks.json' }
    const file = files[client]
    if (file === undefined) return undefined
    type Hook = { command?: string; bash?: string; hooks?: Hook[] }
    const { hooks } = JSON.parse(read(file)) as { hooks: Record<string, [Hook]> }
    const [entry] = hooks[event] ?? []
    return entry?.hooks?.[0]?.command ?? entry?.command ?? entry?.bash
  }

  it('shows without writing, writes with --yes, and takes it out again', async () => {
    const shown = await connect('claude-code')
    assert.equal(shown.exit, 1)
    assert.match(shown.out + shown.err, /\.mcp\.json \(new\)[^]*"muster"[^]*Nothing was changed/)
    assert.ok(!existsSync(join(repo.root, '.mcp.json')))
    assert.equal((await connect('claude-code', '--dry-run')).exit, 0)
    assert.ok(!existsSync(join(repo.root, '.mcp.json')))
    const refused = await connect('claude-code', '--json')
    assert.deepEqual([refused.exit, refused.json['ok'], refused.json['reason']], [1, false, 'NOT_CONFIRMED'])
    const done = await connect('claude-code', '--yes', '--json')
    assert.deepEqual((done.json['changes'] as { file: string }[]).map(({ file }) => file), ['.mcp.json', '.claude/settings.local.json', 'AGENTS.md'])
    assert.deepEqual((await connect('claude-code', '--yes', '--json')).json['changes'], [])
    assert.deepEqual(((await connect('--json')).json['clients'] as { client: string; connected: boolean }[]).filter(({ connected }) => connected), [{ client: 'claude-code', connected: true }])
    assert.equal((await connect('claude-code', '--remove', '--yes')).exit, 0)
    assert.ok(!existsSync(join(repo.root, '.mcp.json')) && !existsSync(join(repo.root, 'AGENTS.md')) && !existsSync(join(repo.root, '.claude')))
    assert.equal((await connect('nobody')).exit, 2)
  })

  it('writes what was shown, word for word, and nothing where the files have changed since', async () => {
    const command = ['--command', '/opt/node', '--command', '/opt/cli.mjs']
    const { json: { plan } } = await connect('codex', '--dry-run', '--json', ...command)
    assert.equal(typeof plan, 'string')
    writeFileSync(join(repo.root, 'AGENTS.md'), '# Ours\n')
    const changed = await connect('codex', '--yes', '--json', '--plan', String(plan), ...command)
    assert.deepEqual([changed.exit, changed.json['reason'], existsSync(join(repo.root, '.codex')), read('AGENTS.md')], [1, 'CHANGED', false, '# Ours\n'])
    const again = await connect('codex', '--dry-run', '--json', ...command)
    assert.equal((await connect('codex', '--yes', '--json', '--plan', String(again.json['plan']), ...command)).exit, 0)
    assert.match(read('.codex/config.toml'), /command = "\/opt\/node"\nargs = \["\/opt\/cli\.mjs","mcp"\]/)
    assert.match(read('AGENTS.md'), /^# Ours\n/)
  })

  it('writes hooks that the clients\' documented calls get their answers from', async () => {
    for (const client of connectable) assert.equal((await connect(client, '--yes')).exit, 0)
    const ada = await repo.other('ada')
    assert.ok((await ada.claim('src/a.ts')).ok)
    let tried = 0
    for (const { client, event, moment, input, files = [] } of recorded) {
      const command = commandOf(client, event)
      if (command === undefined || moment !== 'before-edit' || files.length === 0 || JSON.stringify(input).includes('cell://')) continue
      // The same call, in this repository, for the file that ada has.
      const here = JSON.stringify(input).replaceAll('/repo', repo.root).replaceAll('new name', 'name').replaceAll(/[\w./-]+\.(?:ts|txt|ipynb)/g, join(repo.root, 'src/a.ts'))
      const { status, stdout, stderr } = shell(command, here)
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, `${client} ${event}`)
      assert.match(stdout, /holder named below has a lock on the file[^]*holder\\*":\\*"ada/, `${client} ${event} ${here}`)
      tried++
    }
    assert.ok(tried >= 8, `${tried}`)
    assert.deepEqual(await repo.locks(), ['src/a.ts ada'])
    await ada.close()
  })

  it('writes hooks that do nothing where Muster is gone: no client is kept from working', async () => {
    for (const client of clients) assert.equal((await connect(client, '--yes', '--command', 'no-such-muster')).exit, 0)
    for (const { client, event, input } of recorded) {
      const command = commandOf(client, event)
      if (command === undefined) continue
      const { status, stdout, stderr } = shell(command, JSON.stringify(input))
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' }, `${client} ${event}`)
    }
  })

  it('names muster itself where that is on the PATH, and finds it there', async () => {
    const bin = dirname(repo.sandbox.put('bin/muster', `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`))
    chmodSync(join(bin, 'muster'), 0o755)
    const env = { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
    assert.equal((await start(repo.root, ['connect', 'codex', '--yes'], env).ended).exit, 0)
    assert.match(read('.codex/config.toml'), /command = "muster"\nargs = \["mcp"\]/)
    assert.doesNotMatch(read('.codex/hooks.json'), /\/main\.js/)
    const { stdout } = shell(commandOf('codex', 'SessionStart')!, JSON.stringify({ session_id: 't', cwd: repo.root, hook_event_name: 'SessionStart', model: 'm', permission_mode: 'default', source: 'startup' }), env)
    assert.match(stdout, /You are codex-1/)
  })

  it('gives opencode a plugin that locks, refuses and hands messages over', async () => {
    assert.equal((await connect('opencode', '--yes')).exit, 0)
    const script = repo.sandbox.put('opencode.mjs', `
      const { Muster } = await import(${JSON.stringify(pathToFileURL(join(repo.root, '.opencode', 'plugins', 'muster.js')).href)})
      const hooks = await Muster({ directory: ${JSON.stringify(repo.root)} })
      const session = 'ses_1'
      await hooks.event({ event: { type: 'session.created', properties: { info: { id: session } } } })
      await hooks['chat.message']({ sessionID: session }, { parts: [{ type: 'text', text: 'Fix the login' }] })
      const edit = async (filePath, callID) => {
        try { await hooks['tool.execute.before']({ tool: 'edit', sessionID: session, callID }, { args: { filePath } }) } catch (error) { return error.message }
        const output = { title: '', output: 'done', metadata: {} }
        await hooks['tool.execute.after']({ tool: 'edit', sessionID: session, callID }, output)
        return output.output
      }
      const said = [await edit('src/a.ts', '1'), await edit('src/b.ts', '2')]
      const compacting = { context: [] }
      await hooks['experimental.session.compacting']({ sessionID: session }, compacting)
      await hooks.event({ event: { type: 'session.deleted', properties: { info: { id: session } } } })
      console.log(JSON.stringify({ said, compacting }))
    `)
    const ada = await repo.other('ada')
    assert.ok((await ada.claim('src/a.ts')).ok)
    await ada.sendMessage({ to: 'opencode-1', subject: 'hello', body: 'there' }).catch(() => undefined)
    writeFileSync(join(repo.root, 'src', 'b.ts'), 'left open')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: repo.root, encoding: 'utf8', env: cleanEnvironment() })
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    const { said: [refused, done], compacting } = JSON.parse(stdout) as { said: [string, string]; compacting: { context: string[] } }
    assert.match(refused, /holder named below has a lock on the file[^]*"holder":"ada"/)
    assert.match(done, /^done/)
    assert.match(compacting.context.join(''), /You are opencode-1/)
    const one = (await ada.listAgents()).find(({ id }) => id === 'opencode-1')
    assert.deepEqual([one?.brief, one?.filesModified], ['Fix the login', ['src/b.ts']])
    // What is not committed stays locked.
    assert.deepEqual(await repo.locks(), ['src/a.ts ada', 'src/b.ts opencode-1'])
    await ada.close()
  })

  /** Program and arguments of the server, as they stand in the file that the client reads; of no client in particular, as told. */
  function serverOf(client: string): string[] {
    const json = (file: string, ...keys: string[]): { command: string | string[]; args?: string[] } =>
      keys.reduce((value: unknown, key) => (value as Record<string, unknown>)[key], JSON.parse(read(file))) as { command: string | string[]; args?: string[] }
    const inToml = (): { command: string; args: string[] } => {
      const [, table = ''] = /^\[mcp_servers\.muster\]\n([^[]*(?:\[[^\]]*\][^[]*)?)/m.exec(read('.codex/config.toml')) ?? []
      const value = (key: string): unknown => JSON.parse(new RegExp(`^${key} = (.*)$`, 'm').exec(table)?.[1] ?? 'null')
      return { command: String(value('command')), args: value('args') as string[] }
    }
    const { command, args = [] } = {
      'claude-code': () => json('.mcp.json', 'mcpServers', 'muster'),
      codex: inToml,
      'gemini-cli': () => json('.gemini/settings.json', 'mcpServers', 'muster'),
      copilot: () => json('.github/mcp.json', 'mcpServers', 'muster'),
      cursor: () => json('.cursor/mcp.json', 'mcpServers', 'muster'),
      opencode: () => json('opencode.jsonc', 'mcp', 'muster'),
    }[client]!()
    return [command, args].flat()
  }

  for (const byName of [false, true]) {
    it(`writes for each client a command that starts the server${byName ? ', where muster is on the PATH' : ''}`, async () => {
      const bin = dirname(repo.sandbox.put('bin/muster', `#!/bin/sh\nexec '${process.execPath}' '${shipped}' "$@"\n`))
      chmodSync(join(bin, 'muster'), 0o755)
      const env = byName ? { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } : {}
      const ada = await repo.other('ada')
      for (const client of connectable.filter((one) => one !== 'generic')) {
        const { status, stderr } = spawnSync(process.execPath, [shipped, 'connect', client, '--yes'], { cwd: repo.root, encoding: 'utf8', env: cleanEnvironment(env) })
        assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
        const [command = '', ...args] = serverOf(client)
        assert.deepEqual([command, ...args], byName ? ['muster', 'mcp'] : [process.execPath, shipped, 'mcp'], client)
        const connected = await connectTo({ command, args, cwd: repo.root, env }, client)
        const { tools } = await connected.client.listTools()
        assert.deepEqual(tools.map(({ name }) => name).sort(), ['check_in', 'claim', 'log_decision', 'log_error', 'read_messages', 'release', 'send_message', 'startup'], client)
        const started = await connected.call('startup')
        assert.equal(started.ok, true, client)
        const { id } = started['agent'] as { id: string }
        assert.equal((await ada.getAgent(id))?.kind, 'agent', client)
        await connected.close()
      }
      await ada.close()
    })
  }

  it('says what is wrong with a damaged file, and writes none', async () => {
    mkdirSync(join(repo.root, '.claude'))
    writeFileSync(join(repo.root, '.claude', 'settings.local.json'), '{ "hooks": ')
    const { exit, err } = await connect('claude-code', '--yes')
    assert.equal(exit, 2)
    assert.match(err, /\.claude\/settings\.local\.json: This file is not valid JSON/)
    assert.ok(!existsSync(join(repo.root, '.mcp.json')))
  })
})
