import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentSource } from '../../../src/core/documentCalls.js'
import type { Muster } from '../../../src/core/muster.js'
import { Documents, readProblems, type DocumentMuster } from '../../../src/documents/documents.js'
import { parseMessage } from '../../../src/documents/formats/message.js'
import { parseStatus } from '../../../src/documents/formats/status.js'
import { changeSettings } from '../../../src/documents/settings.js'
import { Place } from './place.js'

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
    assert.match(place.read('.muster/agents/alpha/.agent_work_log'), /^\S+: Blocked: No database\. Test: unit: 12 passed\n\S+: Started\n\S+: Half way\n\S+: Delivered V-1\n$/)
    assert.equal(place.read('.muster/agents/alpha/.agent_deliverables'), 'FILES_CREATED:\n- src/a.ts (2KB) - Login\n\nENDPOINTS_IMPLEMENTED:\n- /login\n\nTESTS_PASSING:\n- unit: ok\n\nINTEGRATION_READY: YES\n')
    const state = JSON.parse(place.read('.muster/state/alpha.json')) as Record<string, unknown>
    assert.deepEqual(Object.keys(state).slice(0, 15), ['agent_id', 'agent_name', 'agent_type', 'parent_agent_id', 'model', 'prompt', 'load_percentage', 'estimated_duration', 'metadata', 'status', 'pid', 'keeper_pid', 'started_at', 'progress', 'message'])
    assert.deepEqual([state['agent_id'], state['status'], state['progress']], ['Alpha', 'blocked', 60])
    const { startedAt } = (await alpha.getAgent('alpha'))!
    assert.deepEqual([state['started_at'], startedAt === undefined], [startedAt, false])
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

  it('tell what any writer kept beside them, though two write at a time', async () => {
    const alpha = await place.as('alpha')
    await alpha.checkIn(null, { progress: 10 })
    await place.write()
    place.put('.agent_status', 'AGENT_ID=delta\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=lots\n')
    // The other comes and goes right before this one tells.
    const slow = afterWriting(alpha, async () => {
      place.put('.muster/state/alpha.json', 'my own notes')
      await alpha.checkIn(null, { progress: 20 })
      await place.write()
    })
    const { problems } = await new Documents(slow).bringUpToDate()
    for (const told of [problems, await readProblems(place.folder), (await place.write()).problems]) {
      assert.deepEqual(told.flatMap(({ kept = '' }) => (kept === '' ? [] : [place.read(kept)])), ['my own notes'])
      assert.equal(told.filter(({ line }) => line === 3).length, 1)
    }
  })

  it('tell what a writer kept beside them that was killed right after', async () => {
    const alpha = await place.as('alpha')
    await alpha.checkIn(null, { progress: 10 })
    await place.write()
    place.put('.muster/state/alpha.json', 'my own notes')
    await alpha.checkIn(null, { progress: 20 })
    const dying = afterWriting(alpha, () => Promise.reject(new Error('killed')))
    await assert.rejects(new Documents(dying).bringUpToDate(), /killed/)
    assert.match(place.read('.muster/state/alpha.json'), /"progress": 20/)
    const { problems } = await place.write()
    assert.deepEqual(problems.map(({ kept = '' }) => place.read(kept)), ['my own notes'])
    assert.deepEqual(await readProblems(place.folder), problems)
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
    assert.match(place.read('.muster/agents/agent_1/.agent_work_log'), /^2025-06-2\d_\S+: Started\n20(?!25)\S+: no date\n$/)
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

  for (const when of ['before', 'after']) {
    it(`stay their writer's where agents' files are asked for in the root, written ${when} anything was taken in, beside who was there`, async () => {
      const alpha = await place.as('alpha')
      await alpha.checkIn(null, { progress: 10 })
      await alpha.logWork('of alpha')
      if (when === 'after') await place.write()
      place.put('.agent_status', 'AGENT_ID=sam\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=40\n')
      place.put('.agent_work_log', 'of sam\n')
      await changeSettings(place.folder, { agentFiles: true })
      for (let n = 0; n < 3; n++) await place.write()
      const { agent, progress } = parseStatus(place.read('.agent_status')).file
      assert.deepEqual([agent, progress], ['sam', 40])
      assert.match(place.read('.agent_work_log'), /^(\S+: )?of sam\n$/)
      appendFileSync(place.path('.agent_work_log'), 'next words\n')
      for (let n = 0; n < 2; n++) await place.write()
      assert.match(place.read('.muster/agents/sam/.agent_work_log'), /of sam\n\S+: next words\n$/)
      assert.match(place.read('.muster/agents/alpha/.agent_work_log'), /^\S+: of alpha\n$/)
    })
  }

  it('are kept beside where the next one gets the root, because their writer has finished; with words of its own they stay', async () => {
    const alpha = await place.as('alpha')
    await alpha.checkIn(null, { progress: 10 })
    await alpha.logWork('of alpha')
    await place.write()
    await changeSettings(place.folder, { agentFiles: true })
    const put = (status: string): void => {
      place.put('.agent_status', status)
      place.put('.agent_work_log', 'of sam\n')
    }
    const shown = (): unknown[] => [parseStatus(place.read('.agent_status')).file.agent, place.read('.agent_work_log').includes('alpha')]
    const [own, status] = ['# by hand\nAGENT_ID=sam\nSTATUS=COMPLETE\n', 'AGENT_ID=sam\nSTATUS=COMPLETE\n']
    put(own)
    for (let n = 0; n < 2; n++) await place.write()
    assert.deepEqual([place.read('.agent_status'), ...shown()], [own, 'sam', false])
    put(status)
    await alpha.logWork('more of alpha')
    const { problems } = await place.write()
    assert.deepEqual(shown(), ['alpha', true])
    assert.deepEqual(problems.map(({ file, kept }) => [file, kept === undefined ? kept : place.read(kept)]), [['.agent_status', status], ['.agent_work_log', 'of sam\n']])
    for (let n = 0; n < 2; n++) assert.deepEqual((await place.write()).problems.length, 2)
    for (const { kept } of problems) rmSync(place.path(kept!))
    assert.deepEqual((await place.write()).problems, [])
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

  it('of several workspaces that say they are one agent\'s are told of: one hides the other', async () => {
    const folders = ['-assistant-7', '-assistant-8', '-assistant-9'].map((name) => `${place.root}${name}`)
    try {
      for (const [index, folder] of folders.entries()) {
        mkdirSync(folder)
        writeFileSync(join(folder, '.agent_status'), `AGENT_ID=${index === 2 ? 'Nine' : 'Agent_7'}\nSTATUS=IN_PROGRESS\n`)
      }
      await changeSettings(place.folder, { workspaces: [`${place.root.split('/').at(-1)}-assistant-*`] })
      await place.write()
      const { problems } = await place.write()
      assert.deepEqual(problems.map(({ file, reason }) => [file, reason]), [[join(folders[1]!, '.agent_status'), `agent_7 is who ${join(folders[0]!, '.agent_status')} is from, too: both are one agent here. Give each its own AGENT_ID.`]])
      writeFileSync(join(folders[1]!, '.agent_status'), 'AGENT_ID=Agent_8\nSTATUS=IN_PROGRESS\n')
      assert.deepEqual([(await place.write()).problems, (await person.listAgents()).filter(({ kind }) => kind === 'agent').length], [[], 3])
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
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

/** A connection in whose writer something happens between its documents and what it tells of them. */
function afterWriting(muster: Muster, happens: () => Promise<void>): DocumentMuster {
  let isWritten = false
  const documentSource = async (): Promise<DocumentSource> => {
    const source = await muster.documentSource()
    const records: DocumentSource['records'] = async (options) => {
      if (isWritten) await happens()
      // The writer says which records it wants.
      isWritten = options !== undefined
      return source.records(options)
    }
    return { ledger: source.ledger, records, since: (seq) => source.since(seq), trees: () => source.trees(), takeIn: (said) => source.takeIn(said) }
  }
  return { folder: muster.folder, root: muster.root, ledgerStatus: () => muster.ledgerStatus(), sendMessage: muster.sendMessage.bind(muster), documentSource }
}
