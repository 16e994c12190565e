import assert from 'node:assert/strict'
import { runHook } from '../../../src/hooks/run.js'
import { HookedRepository } from './repository.js'

/* Copilot runs the hooks of .github/hooks and those of .claude/settings.local.json: where both are connected, each call is answered twice. */
describe('two hooks for one call', () => {
  let repo: HookedRepository
  beforeEach(async () => { repo = await new HookedRepository().turnOn() })
  afterEach(() => repo.remove())

  /** Both as Copilot CLI calls them, at once; answers what was said and must be said by at least one. */
  async function both(event: string, fields: object = {}): Promise<string[]> {
    const input = JSON.stringify({ hook_event_name: event, session_id: 'c-1', timestamp: '2026-02-09T10:30:00.000Z', cwd: repo.root, ...fields })
    const results = await Promise.all(['copilot', 'claude-code'].map((client) => runHook([event, '--client', client], input, { cwd: repo.root, env: { MUSTER_PROGRAM: 'none' } })))
    for (const { problem, exit } of results) assert.deepEqual({ problem, exit }, { problem: '', exit: 0 })
    return results.map(({ out }) => out)
  }
  const edit = (event: string, file: string): Promise<string[]> => both(event, { tool_name: 'edit', tool_input: { path: repo.sandbox.path('repo', file), old_str: 'a', new_str: 'b' } })

  it('are one agent, which holds a file once, is told the same, and stays stopped once', async () => {
    await both('SessionStart', { source: 'new' })
    for (const event of ['PreToolUse', 'PostToolUse']) await edit(event, 'src/b.ts')
    const ada = await repo.other()
    assert.deepEqual((await ada.listAgents()).map(({ id, client }) => [id, client]).filter(([id]) => id !== 'ada'), [['copilot-1', 'copilot']])
    assert.deepEqual(await repo.locks(), ['src/b.ts copilot-1'])
    assert.ok((await ada.claim('src/c.ts')).ok)
    const [one, other] = await edit('PreToolUse', 'src/c.ts')
    assert.equal(one, other)
    assert.match(one!, /ada/)
    assert.deepEqual(await repo.locks(), ['src/b.ts copilot-1', 'src/c.ts ada'])
    await both('PreCompact')
    assert.deepEqual((await ada.getAgent('copilot-1'))?.filesModified, ['src/b.ts'])
    await both('SessionEnd')
    assert.deepEqual((await ada.listAgents()).map(({ id }) => id).filter((id) => id !== 'ada'), ['copilot-1'])
    assert.deepEqual(await ada.listErrors(), [])
    await ada.close()
  })

  it('hand a message over only where it reaches the model', async () => {
    await both('SessionStart', { source: 'new' })
    const ada = await repo.other()
    await ada.sendMessage({ to: 'copilot-1', subject: 'hello', body: 'there' })
    const unread = async (): Promise<number> => (await ada.getAgent('copilot-1'))!.unread
    // Copilot drops what is answered to a prompt.
    assert.deepEqual(await both('UserPromptSubmit', { prompt: 'p' }), ['', ''])
    assert.equal(await unread(), 1)
    const said = await edit('PostToolUse', 'src/b.ts')
    assert.ok(said.some((out) => out.includes('there')), said.join())
    assert.equal(await unread(), 0)
    assert.deepEqual(await edit('PostToolUse', 'src/b.ts'), ['', ''])
    await ada.close()
  })
})
