import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openMuster } from '../../../src/core/open.js'
import type { StartupResult } from '../../../src/core/model/startup.js'
import { answerOf } from '../../../src/mcp/answer.js'
import { startupTool } from '../../../src/mcp/tools/startup.js'
import { callTool } from '../../../src/tools/tool.js'
import { Repository } from '../cli/repository.js'

const coreUrl = new URL('../../../src/core/open.js', import.meta.url).href

/** An agent at work whose process is killed in the middle of it. */
const work = `
const { openMuster } = await import(process.argv[1])
const m = await openMuster({ folder: process.argv[2], agent: 'alpha' })
await m.setAgent({ brief: 'Fix the login' })
await m.claim('src/a.ts')
await m.checkIn('src/a.ts', { progress: 40, status: 'working', currentTask: 'the redirect', nextTask: 'its tests' })
await m.logWork('read the code')
await m.logWork('changed the redirect')
await m.checkpoint({ next: 'the other redirect' })
process.kill(process.pid, 'SIGKILL')
`

describe('startup of an agent whose process was killed', function () {
  this.timeout(600_000)
  let repo: Repository
  let folder: string

  beforeEach(async () => {
    repo = new Repository()
    folder = join(repo.root, '.muster')
    await once(spawn(process.execPath, ['--input-type=module', '-e', work, coreUrl, folder], { cwd: repo.root, stdio: 'inherit' }), 'exit')
  })
  afterEach(() => repo.remove())

  it('on the command line tells it what it was doing, and its locks are its own again', async () => {
    const before = (await repo.json('claims')).json['claims'] as { presence: string; token: number }[]
    assert.equal(before[0]!.presence, 'gone')
    const { out } = await repo.muster('startup', '--agent', 'alpha')
    assert.match(out, /^You are alpha \(agent\), working\n {2}Fix the login\n {2}Was at: {2}the redirect \(40 %\)\n {2}Next: {4}its tests\n/)
    assert.match(out, /src\/a\.ts +alpha \(you\) +40 %[^\n]*min/)
    assert.doesNotMatch(out, /holder gone/)
    assert.match(out, /Last checkpoint[^]*the other redirect[^]*Last work\n {2}.*: read the code\n {2}.*: changed the redirect\n/)
    const { agent, claims, incomplete } = (await repo.json('startup', '--agent', 'alpha')).json as unknown as StartupResult
    assert.deepEqual([agent.presence, claims[0]!.presence, claims[0]!.token, incomplete], ['live', 'live', before[0]!.token, []])
    const refused = (await repo.json('claim', 'src/a.ts', '--take-over', '--force', '--agent', 'beta')).json
    assert.deepEqual([refused['ok'], refused['reason'], refused['heldBy']], [false, 'NOT_STALE', 'alpha'])
  })

  it('over MCP tells it the same: brief, task, work log and checkpoint, as text that is set apart', async () => {
    const m = await openMuster({ folder, root: repo.root, agent: 'alpha' })
    try {
      const told = answerOf('startup', await callTool(startupTool, m, {}), {}).structuredContent as { agent: { untrusted: Record<string, unknown> }; workLog: { untrusted: { text: string } }[]; checkpoint: { untrusted: { next: string } }; claims: { mine: boolean; presence: string }[] }
      assert.deepEqual([told.agent.untrusted['brief'], told.agent.untrusted['currentTask'], told.workLog.map(({ untrusted }) => untrusted.text), told.checkpoint.untrusted.next], ['Fix the login', 'the redirect', ['read the code', 'changed the redirect'], 'the other redirect'])
      assert.deepEqual(told.claims.map(({ mine, presence }) => [mine, presence]), [[true, 'live']])
    } finally {
      await m.close()
    }
  })

  it('a lock that somebody took over meanwhile is not taken back', async () => {
    await repo.json('claim', 'src/a.ts', '--take-over', '--force', '--agent', 'beta')
    const { claims, lost } = (await repo.json('startup', '--agent', 'alpha')).json as unknown as StartupResult
    assert.deepEqual([claims.map(({ heldBy }) => heldBy), lost.length], [['beta'], 1])
  })
})
