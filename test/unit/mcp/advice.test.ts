import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { openMuster } from '../../../src/core/open.js'
import { adviceFor } from '../../../src/mcp/advice.js'
import { answerOf } from '../../../src/mcp/answer.js'
import { catalogue } from '../../../src/mcp/catalogue.js'
import { callTool } from '../../../src/tools/tool.js'
import { Sandbox } from '../system/sandbox.js'

/** Taking up an identity is no operation: it throws. The others are told to keepers of agents and to whoever reads files in, who are no agents. */
const toldToNoAgent = ['AGENT_IN_USE', 'KEPT', 'REPLACED', 'STOPPED', 'FULL', 'PERSON']

/** Reasons as the rules write them. */
function reasonsInTheRules(): string[] {
  const folder = join(projectRoot, 'src', 'core')
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(folder, file), 'utf8'))
  const found = texts.flatMap((text) => [...text.matchAll(/reason: ((?:[^,{}?]*\? )?'[A-Z_]+'(?: [:|] '[A-Z_]+')*)/g)].flatMap(([, list = '']) => [...list.matchAll(/'([A-Z_]+)'/g)].map(([, reason = '']) => reason)))
  return [...new Set(found)].filter((reason) => !toldToNoAgent.includes(reason)).sort()
}

describe('what a refused agent is told to do next', () => {
  it('is there for every reason of the rules, each its own, in words of ours', () => {
    const reasons = reasonsInTheRules()
    assert.ok(reasons.length >= 25 && reasons.includes('OWN_DECISION') && reasons.includes('ASSIGNED'), reasons.join(' '))
    const told = reasons.map((reason) => adviceFor({ tool: 'claim', reason }))
    assert.equal(new Set([...told, adviceFor({ tool: 'claim', reason: 'SOMETHING_NEW' })]).size, reasons.length + 1)
    for (const text of told) assert.doesNotMatch(text, /untrusted|hint/)
    for (const reason of ['constructor', '__proto__']) assert.match(adviceFor({ tool: reason, reason }), /^It was refused/)
  })

  it('fits what was tried', async () => {
    const sandbox = new Sandbox()
    const root = sandbox.repository()
    const muster = await openMuster({ folder: `${root}/.muster`, agent: 'alpha', kind: 'agent', root, watch: false })
    const beta = await openMuster({ folder: `${root}/.muster`, agent: 'beta', kind: 'agent', root, watch: false })
    const tools = catalogue('all')
    const next = async (name: string, input: object): Promise<string> => {
      const { structuredContent, isError } = answerOf(name, await callTool(tools.get(name)!, muster, input), input)
      assert.deepEqual([structuredContent!['ok'], isError], [false, undefined], `${name} ${JSON.stringify(structuredContent)}`)
      return String(structuredContent!['next'])
    }
    try {
      await muster.startup()
      await muster.logDecision({ title: 'x' })
      assert.match(await next('implement_decision', { id: 'D-1' }), /proposed waits for a person/)
      assert.match(await next('review_decision', { id: 'D-1', verdict: 'approved' }), /person has to decide/)
      assert.match(await next('review_decision', { id: 'D-9', verdict: 'approved' }), /list_decisions/)
      assert.match(await next('next_task', {}), /No open task/)
      assert.match(await next('start_task', { id: 'T-9' }), /list_tasks/)
      assert.match(await next('resolve_error', { id: 'E-9', resolution: 'x' }), /list_errors/)
      assert.match(await next('get_agent', { id: 'zz' }), /list_agents/)
      await muster.addTask({ title: 'one' })
      await muster.addTask({ title: 'two', dependsOn: ['T-1'] })
      await muster.addTask({ title: 'three', assignee: 'beta' })
      assert.match(await next('complete_task', { id: 'T-1' }), /Start it first/)
      assert.match(await next('start_task', { id: 'T-2' }), /blockedBy/)
      assert.match(await next('start_task', { id: 'T-3' }), /meant for another/)
      await beta.startTask('T-1')
      assert.match(await next('start_task', { id: 'T-1' }), /at work on it/)
      await beta.completeTask('T-1')
      assert.match(await next('start_task', { id: 'T-1' }), /That task is over/)
      assert.match(await next('remove_agent', { id: 'beta' }), /running process|it is you/)
      assert.match(await next('resume_agent', { id: 'beta' }), /at work itself/)
      assert.match(await next('send_message', { kind: 'request_release', resource: 'src/a.ts' }), /Nobody else holds it: claim it/)
      assert.match(await next('release', { resources: ['src/a.ts'] }), /You do not hold it/)
      assert.match(await next('release', { handOffTo: 'nobody' }), /such agent|hold nothing/)
      assert.match(await next('reply', { id: 'm-99', body: 'x' }), /read_messages/)
      await muster.checkIn(null, { status: 'done' })
      assert.match(await next('check_in', { status: 'blocked' }), /status working first/)
    } finally {
      await Promise.all([muster.close(), beta.close()])
      sandbox.dispose()
    }
  })
})
