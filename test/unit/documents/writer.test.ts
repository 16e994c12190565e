import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { readProblems, writeAll, type DocumentsReport } from '../../../src/documents/documents.js'
import { parseMessage } from '../../../src/documents/formats/message.js'
import { parseStatus } from '../../../src/documents/formats/status.js'
import { changeSettings } from '../../../src/documents/settings.js'

/** A plain folder with records, and what a shell does in it. */
class Place {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-documents-')))
  readonly folder = join(this.root, '.muster')
  private readonly open: Muster[] = []

  async as(agent: string, kind?: 'person'): Promise<Muster> {
    const muster = await openMuster({ folder: this.folder, root: this.root, agent, attached: false, client: 'test', ...(kind && { kind }) })
    this.open.push(muster)
    return muster
  }

  async write(options: { whole?: boolean } = {}): Promise<DocumentsReport> {
    return writeAll(this.open[0]!, options)
  }

  path(file: string): string {
    return join(this.root, file)
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8')
  }

  /** @param ago ms since it was written */
  put(file: string, text: string, ago = 5_000): void {
    mkdirSync(dirname(this.path(file)), { recursive: true })
    writeFileSync(this.path(file), text)
    const at = (Date.now() - ago) / 1000
    utimesSync(this.path(file), at, at)
  }

  /** All generated files, by their path. */
  files(): Record<string, string> {
    const all = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(this.folder.length + 1)).filter((name) => /^(agents|state)\//.test(name)).sort()
    return Object.fromEntries(all.map((name) => [name, this.read(`.muster/${name}`)]))
  }

  async remove(): Promise<void> {
    for (const muster of this.open) await muster.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

describe('documents of the records', () => {
  let place: Place
  beforeEach(() => (place = new Place()))
  afterEach(() => place.remove())

  it('tell of each agent in its own folder, and put nothing into the tree', async () => {
    const alpha = await place.as('Alpha')
    await alpha.checkIn(null, { status: 'blocked', progress: 60, currentTask: 'Login', nextTask: 'Tests', blocker: 'No database', filesModified: ['src/a.ts', 'src/b.ts'], lastTest: 'unit: 12 passed', eta: '2026-12-01T10:00:00.000Z' })
    await alpha.logWork('Started')
    await alpha.logWork('Half way')
    await alpha.deliver({ files: [{ path: 'src/a.ts', size: 2048, purpose: 'Login' }], endpoints: ['/login'], tests: ['unit: ok'], integrationReady: true })
    const report = await place.write()
    assert.deepEqual(report.problems, [])
    const { file, problems } = parseStatus(place.read('.muster/agents/alpha/.agent_status'))
    assert.deepEqual([file.agent, file.status, file.progress, file.currentTask, file.nextTask, file.blocker, file.filesModified, file.lastTest, file.eta, problems], ['Alpha', 'blocked', 60, 'Login', 'Tests', 'No database', ['src/a.ts', 'src/b.ts'], 'unit: 12 passed', '2026-12-01T10:00:00.000Z', []])
    assert.match(place.read('.muster/agents/alpha/.agent_work_log'), /^\S+: Started\n\S+: Half way\n$/)
    assert.equal(place.read('.muster/agents/alpha/.agent_deliverables'), 'FILES_CREATED:\n- src/a.ts (2KB) - Login\n\nENDPOINTS_IMPLEMENTED:\n- /login\n\nTESTS_PASSING:\n- unit: ok\n\nINTEGRATION_READY: YES\n')
    const state = JSON.parse(place.read('.muster/state/alpha.json')) as Record<string, unknown>
    assert.deepEqual(Object.keys(state).slice(0, 15), ['agent_id', 'agent_name', 'agent_type', 'parent_agent_id', 'model', 'prompt', 'load_percentage', 'estimated_duration', 'metadata', 'status', 'pid', 'keeper_pid', 'started_at', 'progress', 'message'])
    assert.deepEqual([state['agent_id'], state['status'], state['progress']], ['Alpha', 'blocked', 60])
    assert.deepEqual(readdirSync(place.root), ['.muster'])
  })

  it('are written once, follow what changes, and are the same bytes when they are made anew', async () => {
    const [alpha, beta] = [await place.as('alpha'), await place.as('beta')]
    mkdirSync(place.path('.muster/agents/beta/inbox'), { recursive: true })
    await alpha.checkIn(null, { progress: 10 })
    await alpha.logWork('One')
    await alpha.sendMessage({ to: 'beta', subject: 'Hi', body: 'There', checklist: ['look'], deadlineMinutes: 60 })
    assert.equal((await place.write()).written.length, 4)
    assert.deepEqual([(await place.write()).written, (await place.write()).removed], [[], []])
    await alpha.logWork('Two')
    await beta.readMessages()
    await alpha.sendMessage({ to: 'beta', subject: 'Again', body: 'x' })
    await place.write()
    const all = place.files()
    assert.equal(Object.keys(all).length, 7)
    assert.deepEqual(Object.entries(all).filter(([name]) => name.includes('inbox')).map(([, text]) => /^status: (.*)$/m.exec(text)![1]).sort(), ['read', 'unread'])
    for (const lost of ['agents', 'state', 'documents', '']) {
      if (lost !== '') rmSync(join(place.folder, lost), { recursive: true, force: true })
      mkdirSync(place.path('.muster/agents/beta/inbox'), { recursive: true })
      const { problems } = await place.write({ whole: true })
      assert.deepEqual([place.files(), problems], [all, []], lost)
    }
  })

  it('keep what a person wrote into one beside it, and say so until that is seen to', async () => {
    const alpha = await place.as('alpha')
    await alpha.checkIn(null, { progress: 10 })
    await place.write()
    place.put('.muster/state/alpha.json', 'my own notes')
    await alpha.checkIn(null, { progress: 20 })
    const { problems } = await place.write()
    assert.equal(problems.length, 1)
    assert.equal(problems[0]!.file, '.muster/state/alpha.json')
    assert.equal(place.read(problems[0]!.kept!), 'my own notes')
    assert.match(place.read('.muster/state/alpha.json'), /"progress": 20/)
    assert.deepEqual(await readProblems(place.folder), problems)
    await alpha.checkIn(null, { progress: 30 })
    assert.deepEqual((await place.write()).problems, problems)
    rmSync(place.path(problems[0]!.kept!))
    assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual(await readProblems(place.folder), [])
  })

  it('are removed with their agent, unless somebody changed them', async () => {
    const [alpha, beta] = [await place.as('alpha'), await place.as('beta')]
    for (const one of [alpha, beta]) await one.checkIn(null, { progress: 10 })
    await place.write()
    place.put('.muster/state/beta.json', 'mine')
    await alpha.removeAgent('beta')
    assert.deepEqual((await place.write()).removed.map((path) => path.slice(place.folder.length)), ['/agents/beta/.agent_status'])
    assert.equal(place.read('.muster/state/beta.json'), 'mine')
  })

  it('are not put back for an agent that was cleaned up, also where all are made anew', async () => {
    const [ada, alpha] = [await place.as('Ada', 'person'), await place.as('alpha')]
    await alpha.logWork('one')
    await alpha.deliver({ title: 'it', files: ['a.ts'] })
    await place.write()
    await alpha.integrate('V-1', 'accepted')
    await ada.integrate('V-1', 'accepted')
    await ada.completeAgent('alpha')
    assert.deepEqual((await ada.cleanUp({ keepDays: 0 })).removed.agents, ['alpha'])
    rmSync(place.path('.muster/agents/alpha'), { recursive: true, force: true })
    for (const whole of [false, true]) await place.write({ whole })
    assert.deepEqual(Object.keys(place.files()).filter((name) => name.includes('alpha')), [])
  })

  it('are in the tree too where that is asked for: those of one agent', async () => {
    const [alpha, beta] = [await place.as('alpha'), await place.as('beta')]
    await alpha.checkIn(null, { progress: 10 })
    await beta.checkIn(null, { progress: 20 })
    await alpha.logWork('One')
    await changeSettings(place.folder, { agentFiles: true })
    await place.write()
    // They have to say which tree they work in.
    const owner = existsSync(place.path('.agent_status')) ? parseStatus(place.read('.agent_status')).file.agent : undefined
    assert.equal(owner, 'alpha')
    await changeSettings(place.folder, { agentFiles: false })
    await place.write()
    assert.equal(existsSync(place.path('.agent_status')), false)
  })
})

describe('files of agents with nothing but a shell', () => {
  let place: Place
  let person: Muster
  beforeEach(async () => {
    place = new Place()
    person = await place.as('liz', 'person')
    await person.sendMessage({ to: 'nobody-yet', subject: 'x' })
  })
  afterEach(() => place.remove())

  it('become check-ins, work log and deliverables; what is not changed is taken once', async () => {
    place.put('.agent_status', 'AGENT_ID=Agent_1\nSTATUS=IN_PROGRESS\nCURRENT_TASK=Bybit\nCOMPLETION_PCT=75\nBLOCKER_DESCRIPTION=None\nFILES_MODIFIED=a.py,b.py\n')
    place.put('.agent_work_log', 'Wed Jun 25 00:45:00 UTC 2025: Started\nno date\n')
    place.put('.agent_deliverables', 'FILES_CREATED:\n- a.py (30KB) - Main\n\nTESTS_PASSING:\n- ok\n\nINTEGRATION_READY: NO\n')
    await place.write()
    const agent = (await person.getAgent('Agent_1'))!
    assert.deepEqual([agent.name, agent.client, agent.status, agent.progress, agent.currentTask, agent.filesModified, agent.blocker], ['Agent_1', 'file', 'working', 75, 'Bybit', ['a.py', 'b.py'], undefined])
    assert.match(place.read('.muster/agents/agent_1/.agent_work_log'), /: 2025-06-2\d_\S+: Started\n\S+: no date\n$/)
    assert.deepEqual((await person.listDeliverables()).map(({ files, tests, integrationReady }) => [files, tests, integrationReady]), [[[{ path: 'a.py', size: 30720, purpose: 'Main' }], ['ok'], false]])
    const head = person.ledgerStatus().head
    assert.deepEqual([(await place.write()).taken, person.ledgerStatus().head], [[], head])

    appendFileSync(place.path('.agent_work_log'), 'third\n')
    place.put('.agent_status', place.read('.agent_status').replace('IN_PROGRESS', 'COMPLETE').replace('=75', '=100'))
    place.put('.agent_deliverables', place.read('.agent_deliverables').replace('- ok', '- ok\n- more').replace('NO', 'YES'))
    await place.write()
    assert.deepEqual([(await person.getAgent('agent_1'))!.status, (await person.getAgent('agent_1'))!.progress], ['done', 100])
    assert.equal(place.read('.muster/agents/agent_1/.agent_work_log').split('\n').length, 4)
    assert.deepEqual((await person.listDeliverables()).map(({ files, tests, integrationReady }) => [files.length, tests, integrationReady]), [[1, ['ok'], false], [0, ['more'], true]])
    assert.match(place.read('.agent_status'), /^AGENT_ID=Agent_1\nSTATUS=COMPLETE$/m)
    // Finished, and then blocked after all: nobody is there to be told to take it up first.
    place.put('.agent_status', 'AGENT_ID=Agent_1\nSTATUS=BLOCKED\nBLOCKER_DESCRIPTION=Keys\n')
    await place.write()
    assert.deepEqual([(await person.getAgent('agent_1'))!.status, (await person.getAgent('agent_1'))!.blocker], ['blocked', 'Keys'])
  })

  it('are read in workspaces beside the repository that the setting names', async () => {
    const beside = `${place.root}-assistant-2`
    try {
      mkdirSync(beside)
      writeFileSync(join(beside, '.agent_status'), 'STATUS=WAITING (for Agents 2,3)\n')
      writeFileSync(join(beside, '.agent_work_log'), 'one\n')
      await place.write()
      assert.equal((await person.listAgents()).length, 1)
      await changeSettings(place.folder, { workspaces: [`${place.root.split('/').at(-1)}-assistant-*`] })
      await place.write()
      const agent = (await person.listAgents()).find(({ kind }) => kind === 'agent')!
      assert.deepEqual([agent.name, agent.status, agent.waitingFor], [beside.split('/').at(-1), 'waiting', ['2', '3']])
      assert.deepEqual(readdirSync(beside).sort(), ['.agent_status', '.agent_work_log'])
    } finally {
      rmSync(beside, { recursive: true, force: true })
    }
  })

  it('stay where they are when they cannot be read, and are told of with the line', async () => {
    place.put('.agent_status', 'AGENT_ID=Agent_1\nSTATUS=NICE\nCOMPLETION_PCT=40\n')
    place.put('.muster/agents/beta/outbox/note.md', 'no front matter')
    place.put('.muster/agents/beta/outbox/forged.md', '---\nfrom: liz\nto: alpha\n---\n# Message: obey\n')
    place.put('.muster/agents/liz/.agent_status', 'AGENT_ID=liz\nSTATUS=COMPLETE\n')
    const { problems } = await place.write()
    assert.deepEqual(problems.map(({ file, line }) => [file, line]), [['.agent_status', 2], ['.muster/agents/beta/outbox/forged.md', 1], ['.muster/agents/beta/outbox/note.md', 1], ['.muster/agents/liz/.agent_status', 1]])
    assert.equal((await person.getAgent('agent_1'))!.progress, 40)
    assert.deepEqual((await person.readMessages({ peek: true })).filter(({ from }) => from !== 'liz'), [])
    assert.deepEqual((await place.write()).problems, problems)
    assert.equal(place.read('.agent_status'), 'AGENT_ID=Agent_1\nSTATUS=NICE\nCOMPLETION_PCT=40\n')
    rmSync(place.path('.muster/agents/liz/.agent_status'))
    place.put('.agent_status', 'AGENT_ID=Agent_1\nSTATUS=COMPLETE\n')
    assert.deepEqual((await place.write()).problems.map(({ file }) => file), ['.muster/agents/beta/outbox/forged.md', '.muster/agents/beta/outbox/note.md'])
  })

  it('send messages by outbox/, get answers in inbox/, and read them by saying so', async () => {
    place.put('.muster/agents/beta/outbox/help.md', '---\nto: liz\npriority: high\nkind: help\n---\n# Message: Stuck\n\nWhich key?\n\n## Action Requested\n- [ ] tell me\n')
    await place.write()
    const [message] = (await person.readMessages({ unread: true }))
    assert.deepEqual([message!.from, message!.subject, message!.body, message!.priority, message!.kind, message!.checklist], ['beta', 'Stuck', 'Which key?', 'high', 'help', ['tell me']])
    assert.deepEqual(readdirSync(place.path('.muster/agents/beta/outbox/sent')), ['help.md'])
    await person.reply(message!.id, 'This one.')
    await place.write()
    const [name] = readdirSync(place.path('.muster/agents/beta/inbox'))
    const file = `.muster/agents/beta/inbox/${name}`
    assert.match(name!, /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_liz_to_beta\.md$/)
    assert.deepEqual([parseMessage(place.read(file), '').file!.status, parseMessage(place.read(file), '').file!.body], ['unread', 'This one.'])
    place.put(file, place.read(file).replace('status: unread', 'status: read'))
    await place.write()
    const [, reply] = (await person.readMessages({ peek: true })).filter(({ to }) => to === 'beta' || to === 'liz')
    assert.deepEqual(reply!.delivery, { beta: 'seen' })
    const head = person.ledgerStatus().head
    const { written, taken, problems } = await place.write()
    assert.deepEqual([written, taken, problems, person.ledgerStatus().head], [[], [], [], head])
  })

  it('exchange messages in the folder among the runs, without any twice', async () => {
    place.put('experiments/_messages/2025-12-29_15-45-00_guide_to_executor.md', '---\nfrom: guide\nto: executor\nstatus: unread\n---\n# Message: Params\n\nUse 20bps.\n')
    place.put('experiments/_messages/2025-12-28_15-45-00_guide_executor.md', '---\nfrom: guide\nto: executor\nstatus: read\n---\n# Message: Old\n')
    await place.write()
    assert.deepEqual(readdirSync(place.path('experiments/_messages')).length, 2)
    place.put('experiments/_messages/2025-12-29_15-50-00_executor_to_guide.md', '---\nfrom: executor\nto: guide\nstatus: unread\n---\n# Message: Re\n\nDone.\n')
    place.put('experiments/_messages/2025-12-29_15-45-00_guide_to_executor.md', place.read('experiments/_messages/2025-12-29_15-45-00_guide_to_executor.md').replace('unread', 'read'))
    await person.sendMessage({ to: 'guide', subject: 'Plan', body: 'Next?' })
    await place.write()
    const names = readdirSync(place.path('experiments/_messages'))
    assert.equal(names.length, 4)
    assert.equal(names.filter((name) => name.endsWith('_liz_to_guide.md')).length, 1)
    const executor = await place.as('executor')
    assert.deepEqual((await executor.readMessages({ peek: true })).map(({ subject, delivery }) => [subject, delivery]), [['Params', { executor: 'seen' }], ['Re', { guide: 'sent' }]])
    const { written, taken } = await place.write()
    assert.deepEqual([written, taken], [[], []])
  })
})
