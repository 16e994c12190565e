import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import type { AgentView } from '../../../src/core/model/operations.js'
import { openMuster } from '../../../src/core/open.js'
import { readProblems } from '../../../src/documents/documents.js'
import { DocumentKeeper } from '../../../src/documents/keeper.js'
import { changeSettings } from '../../../src/documents/settings.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { Sandbox } from '../../unit/system/sandbox.js'
import { eventually } from '../../vscode/driver/eventually.js'

/** What a shell agent has: bash, cat, grep, sed, date, echo, git. No Muster on its PATH, nothing of it in its environment. */
async function bash(cwd: string, script: string): Promise<string> {
  const child = spawn('bash', ['-eu', '-c', script], { cwd, env: cleanEnvironment({ PATH: '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' }), stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const [code] = (await once(child, 'close')) as [number]
  assert.equal(code, 0, script)
  return out
}

/** The template of the document, with a status and how far it is. */
const status = (agent: string, word: string, percent: number, blocker = 'None'): string => `cat > .agent_status <<'END'
AGENT_ID=${agent}
STATUS=${word}
CURRENT_TASK=Implementing Bybit inverse fix
COMPLETION_PCT=${percent}
LAST_UPDATE=2025-06-25_00:45:00
FILES_MODIFIED=binance_bybit_oi_service.py,validation_test.py
NEXT_TASK=Integration testing
ESTIMATED_COMPLETION=2025-06-25_01:30:00
BLOCKER_DESCRIPTION=${blocker}
LAST_SUCCESSFUL_TEST=Bybit inverse showing 14,218 BTC
END`

const agents = [
  { folder: 'crypto-assistant-1', name: 'Agent_1_Binance_Bybit', word: 'COMPLETE', percent: 100, is: 'done' },
  { folder: 'crypto-assistant-2', name: 'Agent_2_OKX', word: 'IN_PROGRESS', percent: 60, is: 'working' },
  { folder: 'crypto-assistant-3', name: 'Agent_3_Gateio', word: 'BLOCKED', percent: 20, is: 'blocked', blocker: 'Gate.io API issues' },
  { folder: 'crypto-assistant-4', name: 'Agent_4_Dashboard', word: 'WAITING (for Agents 2,3)', percent: 0, is: 'waiting' },
] as const

describe('agent state persistence protocol, with shell tools only', function () {
  this.timeout(0)
  let sandbox: Sandbox
  let root: string
  let person: Muster
  let keeper: DocumentKeeper
  const place = (folder: string): string => join(root, '..', folder)

  before(async function () {
    if (process.platform === 'win32') return this.skip()
    sandbox = new Sandbox()
    root = sandbox.repository()
    for (const { folder } of agents) {
      mkdirSync(place(folder))
      execFileSync('git', ['init', '--quiet', place(folder)])
    }
    person = await openMuster({ folder: join(root, '.muster'), root, agent: 'Liz', kind: 'person' })
    await changeSettings(person.folder, { workspaces: ['crypto-assistant-*'] })
    keeper = new DocumentKeeper(person, (error) => assert.fail(String(error)))
  })
  after(async () => {
    await keeper?.dispose()
    await person?.close()
    sandbox?.dispose()
  })

  const seen = async (name: string): Promise<AgentView> => eventually(`${name} to be seen`, async () => (await person.listAgents()).find((agent) => agent.name === name))

  it('Mandatory requirement 1, status file updates: every field is seen by whoever looks', async () => {
    for (const one of agents) await bash(place(one.folder), status(one.name, one.word, one.percent, 'blocker' in one ? one.blocker : 'None'))
    for (const one of agents) {
      const agent = await seen(one.name)
      assert.deepEqual([agent.status, agent.progress, agent.currentTask, agent.nextTask, agent.lastTest], [one.is, one.percent, 'Implementing Bybit inverse fix', 'Integration testing', 'Bybit inverse showing 14,218 BTC'])
      assert.deepEqual(agent.filesModified, ['binance_bybit_oi_service.py', 'validation_test.py'])
    }
    assert.equal((await seen('Agent_3_Gateio')).blocker, 'Gate.io API issues')
    assert.deepEqual((await seen('Agent_4_Dashboard')).waitingFor, ['2', '3'])
    // An update in place, as shells make one.
    await bash(place('crypto-assistant-2'), `sed -i 's/^COMPLETION_PCT=.*/COMPLETION_PCT=75/' .agent_status`)
    await eventually('75 %', async () => (await seen('Agent_2_OKX')).progress === 75)
  })

  it('Mandatory requirement 2, work log updates: lines with the date of `date`, each once', async () => {
    const steps = ['Started Binance FAPI implementation', 'Completed USDT market - tested OK', 'CRITICAL SUCCESS: Bybit inverse fix working', 'AGENT COMPLETE: All 6 markets implemented']
    for (const step of steps) await bash(place('crypto-assistant-1'), `echo "$(date): ${step}" >> .agent_work_log`)
    const log = join(person.folder, 'agents', 'agent_1_binance_bybit', '.agent_work_log')
    await eventually('four lines', () => existsSync(log) && readFileSync(log, 'utf8').trimEnd().split('\n').length >= steps.length)
    assert.deepEqual(readFileSync(log, 'utf8').trimEnd().split('\n').map((line) => line.replace(/^\S+: /, '')), steps)
  })

  it('Mandatory requirement 3, deliverable documentation', async () => {
    await bash(place('crypto-assistant-1'), `cat > .agent_deliverables <<'END'
FILES_CREATED:
- binance_bybit_oi_service.py (30KB) - Main implementation
- tools/validation/quick_test.py - Testing framework

ENDPOINTS_IMPLEMENTED:
- /binance_oi - Binance OI data

TESTS_PASSING:
- Performance: ✅ <2 seconds

INTEGRATION_READY: YES
END`)
    const [made] = await eventually('the deliverables', async () => (await person.listDeliverables()).length > 0 && person.listDeliverables())
    assert.deepEqual([made!.agentName, made!.files.map(({ path }) => path), made!.endpoints, made!.integrationReady], ['Agent_1_Binance_Bybit', ['binance_bybit_oi_service.py', 'tools/validation/quick_test.py'], ['/binance_oi - Binance OI data'], true])
  })

  it('Prevention 2, git auto-commit: the three files stay the agent\'s own, as it wrote them', async () => {
    const out = await bash(place('crypto-assistant-1'), `git add .agent_status .agent_work_log .agent_deliverables
git -c user.name=agent -c user.email=agent@localhost commit -qm "Agent 1 checkpoint: $(cat .agent_status | grep STATUS)"
git log -1 --format=%s
git status --porcelain`)
    assert.equal(out, 'Agent 1 checkpoint: STATUS=COMPLETE\n')
  })

  it('Session recovery, step 3: agent states are assessed with cat, in every workspace and in the folder', async () => {
    const loop = `for workspace in crypto-assistant-*; do echo "=== $workspace ==="; cat $workspace/.agent_status 2>/dev/null || echo "No status"; done`
    const out = await bash(join(root, '..'), loop)
    assert.equal(out.match(/^=== /gm)?.length, agents.length)
    assert.doesNotMatch(out, /No status/)
    const own = ['STATUS=COMPLETE', 'STATUS=IN_PROGRESS', 'STATUS=BLOCKED', 'STATUS=WAITING (for agents 2, 3)', ''].join('\n')
    await eventually('what Muster wrote', async () => (assert.equal(await bash(person.folder, `grep -h ^STATUS= agents/*/.agent_status`), own), true))
    assert.deepEqual((await readProblems(person.folder)).map(({ reason }) => reason), [])
  })

  it('Session recovery, step 4: the blocked one is told by a file what to do, says that it has read it, and goes on', async () => {
    await person.sendMessage({ to: 'agent_3_gateio', subject: 'Gate.io answers again', body: 'Use the v4 address.', checklist: ['Try it'] })
    const inbox = join(person.folder, 'agents', 'agent_3_gateio', 'inbox')
    await eventually('the message', () => existsSync(inbox))
    const read = `cat *_to_agent_3_gateio.md; sed -i 's/^status: unread/status: read/' *_to_agent_3_gateio.md`
    const text = await eventually('its text', async () => bash(inbox, read))
    assert.match(text, /^---\nfrom: liz\nto: [^]*# Message: Gate\.io answers again\n\nUse the v4 address\.\n\n## Action Requested\n- \[ \] Try it\n/i)
    await eventually('that it was read', async () => (await person.refresh()).messages.some(({ subject, delivery }) => subject === 'Gate.io answers again' && delivery['agent_3_gateio'] === 'seen'))
    await bash(place('crypto-assistant-3'), `sed -i -e 's/^STATUS=.*/STATUS=IN_PROGRESS/' -e 's/^BLOCKER_DESCRIPTION=.*/BLOCKER_DESCRIPTION=None/' .agent_status`)
    const agent = await eventually('it to go on', async () => {
      const now = await seen('Agent_3_Gateio')
      return now.status === 'working' && now
    })
    assert.equal(agent.blocker ?? '', '')
  })

  it('an answer goes back by a file too, and lies in outbox/sent when it is sent', async () => {
    const home = join(person.folder, 'agents', 'agent_3_gateio')
    await bash(home, `mkdir -p outbox; printf -- '---\\nfrom: Agent_3_Gateio\\nto: Liz\\npriority: high\\n---\\n\\n# Message: Works\\n\\nAll six markets.\\n' > outbox/answer.md`)
    await eventually('the answer', async () => (await person.readMessages({})).some(({ subject, from }) => subject === 'Works' && from === 'agent_3_gateio'))
    await eventually('the move', () => existsSync(join(home, 'outbox', 'sent', 'answer.md')))
  })

  it('a workspace that is lost is not the state that is lost', async () => {
    removeFolder(place('crypto-assistant-2'))
    const own = (): string => readFileSync(join(person.folder, 'agents', 'agent_2_okx', '.agent_status'), 'utf8')
    await eventually('its state', () => (assert.match(own(), /^AGENT_ID=Agent_2_OKX\nSTATUS=IN_PROGRESS\n[^]*COMPLETION_PCT=75\n/), true))
    assert.equal(basename(place('crypto-assistant-2')), 'crypto-assistant-2')
  })
})
