import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareClient } from '../../scripts/clientPackages.js'
import type { Muster } from '../../src/core/muster.js'
import { openMuster } from '../../src/core/open.js'
import { cli } from '../multiprocess/mcp/mcpProcess.js'
import { ModelApi, type Due, type Turn } from './modelApi.js'
import { geminiForm, messagesForm, responsesForm } from './modelForms.js'
import { Place } from './place.js'

/** Other clients, connected by `muster connect` and run without a screen: what their hooks do, and what reaches the model. */
describe('hooks called by other clients', function () {
  this.timeout(600_000)
  let place: Place
  let ada: Muster
  let told: Record<string, string>

  beforeEach(async () => {
    place = new Place()
    told = {}
    for (const name of ['a', 'b']) place.write(`repo/src/${name}.ts`, 'one\n')
    ada = await openMuster({ root: place.root, agent: 'ada', watch: false })
    assert.ok((await ada.claim('src/b.ts', { note: 'new signatures' })).ok)
  })
  afterEach(async () => {
    await ada.close()
    await place.remove()
  })

  async function connect(client: string, bin: string): Promise<void> {
    const { code, stderr } = await place.run(process.execPath, [cli, 'connect', client, '--yes'], place.env(bin))
    assert.equal(code, 0, stderr)
    place.git('add', '.')
    place.git('commit', '--quiet', '-m', 'begin')
  }

  const file = (name: string): string => join(place.root, 'src', `${name}.ts`)
  const when = (name: string, turn: Turn, before: () => unknown = () => undefined): Due => async (asked) => {
    told[name] = asked.newest
    await before()
    return turn
  }
  const locks = async (): Promise<string[]> => {
    await ada.refresh()
    return (await ada.listClaims()).map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()
  }
  const denial = (agent: string): RegExp => new RegExp(`this edit was not made, because the holder named below has a lock[^]*You are ${agent}\\.[^]*holder\\\\*":\\\\*"ada`)

  it('Codex: told at its start, locked, refused, handed a message, and held up once', async () => {
    const bin = await prepareClient('codex', console.log)
    await connect('codex', bin)
    const patch = (name: string): Turn => ({ tool: 'apply_patch', input: `*** Begin Patch\n*** Update File: src/${name}.ts\n@@\n-one\n+two\n*** End Patch\n` })
    const seen: string[][] = []
    const api = await ModelApi.start(responsesForm, [
      when('start', patch('a')),
      when('edited', patch('b'), async () => { seen.push(await locks()); await ada.sendMessage({ to: 'codex-1', subject: 'In between' }) }),
      when('refused', { text: 'Finished.' }),
      when('stop', { text: 'It is for you to look at.' }),
    ])
    // A model that it knows, so that it offers the tool for patches.
    place.write('home/.codex/config.toml', `model = "gpt-5.5"\nmodel_provider = "here"\n[model_providers.here]\nname = "here"\nbase_url = "${api.address}/v1"\nwire_api = "responses"\n[projects.${JSON.stringify(place.root)}]\ntrust_level = "trusted"\n`)
    const { code, stdout, stderr } = await place.run(join(bin, 'codex'), ['exec', '--json', '--dangerously-bypass-hook-trust', '--dangerously-bypass-approvals-and-sandbox', 'Fix the login'], place.env(bin))
    await api.stop()
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.match(JSON.stringify(api.asked[0]!.body), /You are codex-1\.[^]*lockedByOthers[^]*src\/b\.ts[^]*new signatures/)
    assert.deepEqual(seen, [['src/a.ts codex-1', 'src/b.ts ada']])
    assert.match(told['refused']!, denial('codex-1'))
    assert.equal(readFileSync(file('b'), 'utf8'), 'one\n')
    assert.match(told['stop']!, /you hold locks on a file with changes that are not committed[^]*"uncommittedFiles":\["src\/a\.ts"\]/)
    assert.match(told['stop']!, /"subject":"In between"/)
    assert.deepEqual(await locks(), ['src/a.ts codex-1', 'src/b.ts ada'])
    assert.deepEqual((await ada.listAgents()).map(({ id, brief, presence }) => [id, brief, presence]).at(-1), ['codex-1', 'Fix the login', 'gone'])
  })

  it('Gemini CLI: told at its start, locked, refused, and held up once', async () => {
    const bin = await prepareClient('gemini', console.log)
    await connect('gemini-cli', bin)
    const edit = (name: string): Turn => ({ tool: 'replace', input: { file_path: file(name), instruction: 'two', old_string: 'one', new_string: 'two' } })
    const seen: string[][] = []
    const api = await ModelApi.start(geminiForm, [
      when('start', edit('a')),
      when('edited', edit('b'), async () => { seen.push(await locks()) }),
      when('refused', { text: 'Finished.' }),
      when('stop', { text: 'It is for you to look at.' }),
    ])
    place.write('home/.gemini/settings.json', JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }))
    const env = place.env(bin, { GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: api.address })
    const { code, stdout, stderr } = await place.run(join(bin, 'gemini'), ['-p', 'Fix the login', '--yolo', '-m', 'gemini-2.5-pro'], env)
    await api.stop()
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.match(JSON.stringify(api.asked[0]!.body), /You are gemini-1\.[^]*lockedByOthers[^]*src\/b\.ts[^]*new signatures/)
    assert.deepEqual(seen, [['src/a.ts gemini-1', 'src/b.ts ada']])
    assert.match(told['refused']!, denial('gemini-1'))
    assert.equal(readFileSync(file('b'), 'utf8'), 'one\n')
    assert.match(told['stop']!, /you hold locks on a file with changes that are not committed/)
    assert.deepEqual(await locks(), ['src/a.ts gemini-1', 'src/b.ts ada'])
  })

  it('opencode: locked, refused, handed a message', async () => {
    const bin = await prepareClient('opencode', console.log)
    await connect('opencode', bin)
    const edit = (name: string): Turn => ({ tool: 'edit', input: { filePath: file(name), oldString: 'one', newString: 'two' } })
    const seen: string[][] = []
    const api = await ModelApi.start(messagesForm, [
      { tool: 'read', input: { filePath: file('a') } },
      edit('a'),
      when('edited', { tool: 'read', input: { filePath: file('b') } }, async () => { seen.push(await locks()); await ada.sendMessage({ to: 'opencode-1', subject: 'In between' }) }),
      when('read', edit('b')),
      when('refused', { text: 'Finished.' }),
    ])
    const config = JSON.parse(readFileSync(join(place.root, 'opencode.jsonc'), 'utf8')) as object
    place.write('repo/opencode.jsonc', JSON.stringify({ ...config, model: 'anthropic/stand-in', provider: { anthropic: { npm: '@ai-sdk/anthropic', name: 'Here', models: { 'stand-in': { name: 'Stand-in', tool_call: true, limit: { context: 100_000, output: 8000 } } }, options: { baseURL: `${api.address}/v1`, apiKey: 'none' } } } }))
    const { code, stdout, stderr } = await place.run(join(bin, 'opencode'), ['run', '--model', 'anthropic/stand-in', 'Fix the login'], place.env(bin, { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1' }))
    await api.stop()
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.deepEqual(seen, [['src/a.ts opencode-1', 'src/b.ts ada']])
    assert.match(told['read']!, /"subject":"In between"/)
    assert.match(told['refused']!, denial('opencode-1'))
    assert.equal(readFileSync(file('b'), 'utf8'), 'one\n')
    // It puts quotes around words of its command line.
    assert.deepEqual((await ada.listAgents()).map(({ id, brief }) => [id, brief]).at(-1), ['opencode-1', '"Fix the login"'])
  })
})
