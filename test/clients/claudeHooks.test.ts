import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareClient } from '../../scripts/clientPackages.js'
import type { Muster } from '../../src/core/muster.js'
import { openMuster } from '../../src/core/open.js'
import { cli } from '../multiprocess/mcp/mcpProcess.js'
import { ClaudeConversation } from './claudeConversation.js'
import { ModelApi, type Due, type Turn } from './modelApi.js'
import { messagesForm } from './modelForms.js'
import { Place } from './place.js'

/** The real Claude Code, connected by `muster connect`, with a model that says what the test wants: what its hooks do, and what reaches the model. */
describe('hooks called by Claude Code', function () {
  this.timeout(600_000)
  let place: Place
  let bin: string
  let ada: Muster
  /** What the model was told before each of its turns, by the test's name for it. */
  let told: Record<string, string>

  beforeEach(async () => {
    bin = await prepareClient('claude', console.log)
    place = new Place()
    told = {}
    for (const name of ['a', 'b', 'c', 'd']) place.write(`repo/src/${name}.ts`, 'one\n')
    ada = await openMuster({ root: place.root, agent: 'ada', watch: false })
    const { code, stderr } = await place.run(process.execPath, [cli, 'connect', 'claude-code', '--yes'], place.env(bin))
    assert.equal(code, 0, stderr)
    place.git('add', '.')
    place.git('commit', '--quiet', '-m', 'begin')
  })
  afterEach(async () => {
    await ada.close()
    await place.remove()
  })

  const file = (name: string): string => join(place.root, 'src', `${name}.ts`)
  const read = (name: string): Turn => ({ tool: 'Read', input: { file_path: file(name) } })
  const edit = (name: string): Turn => ({ tool: 'Edit', input: { file_path: file(name), old_string: 'one', new_string: 'two' } })
  const when = (name: string, turn: Turn, before: () => unknown = () => undefined): Due => async (asked) => {
    told[name] = asked.newest
    await before()
    return turn
  }
  const locks = async (): Promise<string[]> => {
    await ada.refresh()
    return (await ada.listClaims()).map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()
  }
  const send = (subject: string): Promise<unknown> => ada.sendMessage({ to: 'claude-1', subject })

  it('lock what is edited, refuse what another holds, hand messages over, and let go', async () => {
    assert.ok((await ada.claim('src/b.ts', { note: 'new signatures' })).ok)
    await send('Before you begin')
    const seen: Record<string, string[]> = {}
    const look = (name: string) => async () => { seen[name] = await locks() }
    const api = await ModelApi.start(messagesForm, [
      when('session start', read('a')),
      edit('a'),
      when('after an edit', read('b'), async () => { await look('after an edit')(); await send('In between') }),
      when('after a tool', edit('b')),
      when('refused', { tool: 'mcp__muster__claim', input: { resources: ['src/d.ts'] } }, look('refused')),
      when('its own tools', { tool: 'Agent', input: { description: 'c', prompt: 'Look after the file c', subagent_type: 'general-purpose', run_in_background: false } }, look('its own tools')),
      when('subagent stop', { text: 'Finished.' }, look('subagent stop')),
      when('stop', { text: 'It is for you to look at.' }),
      when('prompt', { text: 'Thank you.' }),
    ], {
      'Look after the file c': [when('subagent start', read('c')), edit('c'), when('subagent edit', { text: 'It is changed.' }, look('subagent edit'))],
    })
    const claude = ClaudeConversation.start(place, bin, api)
    await claude.prompt('Fix the login')
    await send('One more thing')
    place.git('commit', '--quiet', '-m', 'a', 'src/a.ts')
    await claude.prompt('Go on')
    await claude.end()
    await api.stop()

    assert.match(told['session start']!, /You are claude-1\.[^]*"lockedByOthers":\[\{"resource":"src\/b\.ts","by":"ada"[^]*"note":"new signatures"/)
    assert.match(told['session start']!, /a message for you \(claude-1\)[^]*"subject":"Before you begin"/)
    assert.deepEqual(seen['after an edit'], ['src/a.ts claude-1', 'src/b.ts ada'])
    assert.match(told['after a tool']!, /a message for you[^]*"subject":"In between"/)
    assert.match(told['refused']!, /this edit was not made, because the holder named below has a lock[^]*You are claude-1\.[^]*"holder":"ada"/)
    assert.equal(readFileSync(file('b'), 'utf8'), 'one\n')
    // The same agent, whether a hook or the server speaks for it.
    assert.deepEqual(seen['its own tools'], ['src/a.ts claude-1', 'src/b.ts ada', 'src/d.ts claude-1'])
    assert.match(told['subagent start']!, /Muster coordinates the agents/)
    const helper = (await ada.listAgents()).find(({ parent }) => parent === 'claude-1')
    assert.ok(seen['subagent edit']!.includes(`src/c.ts ${helper?.id}`), seen['subagent edit']!.join())
    // What a subagent leaves uncommitted is its agent's.
    assert.deepEqual(seen['subagent stop'], ['src/a.ts claude-1', 'src/b.ts ada', 'src/c.ts claude-1', 'src/d.ts claude-1'])
    assert.match(told['stop']!, /you hold locks on 2 files with changes that are not committed[^]*"uncommittedFiles":\["src\/a\.ts","src\/c\.ts"\]/)
    assert.match(told['prompt']!, /a message for you[^]*"subject":"One more thing"/)
    assert.deepEqual(claude.hooks(), ['PostToolUse', 'PreToolUse', 'SessionStart', 'Stop', 'SubagentStart', 'SubagentStop', 'UserPromptSubmit'])
    // It tells of no hook after its input has ended: SessionEnd is known by what it did. Clean is released, dirty is kept.
    assert.deepEqual(await locks(), ['src/b.ts ada', 'src/c.ts claude-1'])
    const agents = await ada.listAgents()
    assert.deepEqual(agents.map(({ id, brief, presence }) => [id, brief, presence]).filter(([id]) => id === 'claude-1'), [['claude-1', 'Fix the login', 'gone']])
    assert.equal(agents.length, 3)
    assert.deepEqual((await ada.refresh()).messages.filter(({ from }) => from === 'ada').map(({ subject, delivery }) => [subject, delivery['claude-1']]), [['Before you begin', 'seen'], ['In between', 'seen'], ['One more thing', 'seen']])
  })

  const summary = { 'create a detailed summary of the conversation': [{ text: '<summary>The login was fixed.</summary>' }] }
  const checkpoint = /You are claude-1\. You hold locks \(youHold\)\.[^]*"lastCheckpoint":\{"done":"Stopped with changes that are not committed: src\/a\.ts, src\/b\.ts"[^]*"files":\["src\/a\.ts","src\/b\.ts"\][^]*"notes":"Fix the login"/

  it('keep a checkpoint before a person compacts the conversation, and let go where no server of ours runs', async () => {
    const api = await ModelApi.start(messagesForm, [read('a'), edit('a'), read('b'), edit('b'), { text: 'Finished.' }, { text: 'It is for you to look at.' }, when('compacted', { text: 'Thank you.' })], summary)
    const claude = ClaudeConversation.start(place, bin, api, '--strict-mcp-config')
    await claude.prompt('Fix the login')
    await claude.prompt('/compact')
    await claude.prompt('Go on')
    place.git('commit', '--quiet', '-m', 'a', 'src/a.ts')
    await claude.end()
    await api.stop()
    assert.deepEqual(claude.compactions(), ['manual'])
    assert.match(told['compacted']!, checkpoint)
    assert.deepEqual(await locks(), ['src/b.ts claude-1'])
  })

  it('keep one before it is compacted because it has become too long', async () => {
    const api = await ModelApi.start(messagesForm, [read('a'), edit('a'), read('b'), edit('b'), { text: 'Finished.', tokens: 150_000 }, when('compacted', { text: 'It is for you to look at.' })], summary)
    const claude = ClaudeConversation.start(place, bin, api, '--strict-mcp-config', '--autocompact', '100000')
    await claude.prompt('Fix the login')
    await claude.end()
    await api.stop()
    assert.deepEqual(claude.compactions(), ['auto'])
    assert.match(told['compacted']!, checkpoint)
    assert.deepEqual(await locks(), ['src/a.ts claude-1', 'src/b.ts claude-1'])
  })
})
