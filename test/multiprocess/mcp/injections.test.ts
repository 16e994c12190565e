import assert from 'node:assert/strict'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { cleanText } from '../../../src/mcp/othersText.js'
import { injections as written } from '../../unit/mcp/injections.js'
import { textsInTheOpen } from '../../unit/mcp/open.js'
import { Bench, type Connected } from './mcpProcess.js'

/** NUL is refused where texts enter: another control character takes its place. */
const injections = written.map((text) => text.replaceAll('\0', '\u0001'))

/** Long or short, where only short texts are taken. */
const short = (text: string): string => text.slice(0, 180)

describe('texts that try to instruct a model', function () {
  this.timeout(900_000)
  let bench: Bench
  let victim: Connected
  before(async () => {
    bench = new Bench()
    victim = await bench.connect({ args: ['--tools', 'all'] })
  })
  after(() => bench.remove())

  it('change nothing, and reach it in the marked field only, wherever another agent puts them', async () => {
    await victim.call('startup')
    await victim.call('claim', { resources: ['src/mine.ts'] })
    const tools = JSON.stringify((await victim.client.listTools()).tools)
    const before = await standing()

    for (const text of written) if (text.includes('\0')) await assert.rejects(openMuster({ root: bench.root, agent: 'mallory', brief: text, watch: false }), (error: { code?: string }) => error.code === 'INVALID_INPUT')
    const given: CallToolResult[] = []
    for (const text of injections) {
      const mallory = await openMuster({ root: bench.root, agent: `mallory ${short(text)}`, kind: 'agent', client: short(text), brief: text, model: short(text), watch: false })
      await spread(mallory, text)
      given.push(...(await everythingGiven(mallory.agent)))
      await mallory.close()
    }

    const seen = given.map((result) => JSON.stringify(result.structuredContent)).join('\n')
    for (const result of given) {
      const open = [...textsInTheOpen(result.structuredContent), ...textOutside(result)].join('\n')
      for (const text of injections) for (const words of [text, cleanText(text), short(text)]) assert.ok(!open.includes(words), `${JSON.stringify(words)} in the open: ${open.slice(0, 2_000)}`)
      assert.doesNotMatch(JSON.stringify(result.content), /\\u00(0[0-8bcef]|1)|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u)
    }
    for (const text of injections) assert.ok(seen.includes(JSON.stringify(cleanText(text)).slice(1, -1)), `${JSON.stringify(text)} was read at all`)
    assert.deepEqual(await standing(), before)
    assert.equal(JSON.stringify((await victim.client.listTools()).tools), tools)
  })

  /** What no text of others may change: whose lock it is, who one is, that decisions wait for a person. */
  async function standing(): Promise<unknown> {
    const me = (await victim.call('get_agent', { id: 'copilot-1' }))['agent'] as Record<string, unknown>
    const mine = (await victim.call('list_claims', { mine: true }))['claims'] as Record<string, unknown>[]
    const decided = ((await victim.call('list_decisions'))['decisions'] as Record<string, unknown>[]).filter(({ status }) => status !== 'proposed')
    return { id: me['id'], kind: me['kind'], status: me['status'], role: me['role'], claims: mine.map(({ token, heldBy }) => [token, heldBy]), decided }
  }

  async function spread(mallory: Muster, text: string): Promise<void> {
    const line = short(text)
    const named = `name:${cleanText(line).replace(/[\n\t]/g, ' ').trim()} x`
    await mallory.claim(named, { note: line })
    await mallory.claim('src/theirs.ts', { note: line, takeOver: true, force: true })
    await mallory.checkIn('src/theirs.ts', { message: line, currentTask: text, nextTask: text, blocker: text, waitingFor: [text], eta: line, lastTest: text, filesModified: [text], branch: text, status: 'blocked' })
    await mallory.sendMessage({ to: 'copilot-1', subject: line, body: text, checklist: [line], priority: 'urgent' })
    await mallory.requestHelp('copilot-1', { subject: line, body: text })
    await mallory.askForRelease('src/mine.ts', text)
    await mallory.logDecision({ category: line, title: line, context: text, decision: text, alternatives: [text], consequences: [text] })
    await mallory.logError({ message: text, stack: text })
    await mallory.logError({ message: text, resource: named })
    await mallory.addTask({ title: line, acceptance: [line], phase: line })
    await mallory.checkpoint({ done: text, next: text, verify: text, notes: text, files: [named] })
    await mallory.deliver({ title: line, notes: text, endpoints: [line], tests: [line] })
  }

  /** All ways in which a result comes to a model. */
  async function everythingGiven(other: string): Promise<CallToolResult[]> {
    const results = [
      await victim.raw('startup'), await victim.raw('read_messages', { unread: false }), await victim.raw('claim', { resources: ['src/theirs.ts'] }), await victim.raw('release', { resources: ['src/theirs.ts'] }),
      await victim.raw('check_in', { resource: 'src/theirs.ts' }), await victim.raw('get_agent', { id: other }),
    ]
    for (const tool of ['list_agents', 'list_claims', 'list_decisions', 'list_help_requests', 'list_errors', 'list_tasks', 'list_deliverables', 'next_task']) results.push(await victim.raw(tool))
    for (const name of ['status', 'agents', 'claims', 'inbox', 'decisions']) results.push({ content: [], structuredContent: await victim.resource(name) })
    return results
  }
})

/** What the text of a result says besides its structure: nothing but sentences of ours. */
function textOutside({ content, structuredContent }: CallToolResult): string[] {
  return content.flatMap((part) => {
    if (part.type !== 'text') return []
    const lines = part.text.split('\n')
    assert.deepEqual(JSON.parse(lines.at(-1)!), structuredContent)
    return lines.slice(0, -1)
  })
}
