import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { memory } from '../../../src/core/tell.js'
import type { Said } from '../../../src/core/model/takenIn.js'
import { Account, type TakenRecord } from '../../../src/documents/account.js'
import { putThere } from '../../../src/documents/messagesIn.js'
import { takeLog } from '../../../src/documents/agentFilesIn.js'
import type { Ground } from '../../../src/documents/ground.js'
import { changeSettings } from '../../../src/documents/settings.js'
import { Seen } from '../../../src/documents/takeIn.js'
import { Place } from './place.js'

describe('what is taken in from files', () => {
  let place: Place
  let person: Muster
  beforeEach(async () => {
    place = new Place()
    person = await place.as('liz', 'person')
    await person.checkIn(null, { message: 'here' })
  })
  afterEach(() => place.remove())

  const inbox = (agent: string): string[] => readdirSync(place.path(`.muster/agents/${agent}/inbox`)).map((name) => `.muster/agents/${agent}/inbox/${name}`)

  it('never speaks for the person that git names, who need not have acted; and who is an agent by that is a person after all', async () => {
    execFileSync('git', ['init', '--quiet', place.root])
    execFileSync('git', ['-C', place.root, 'config', 'user.name', 'Pat'])
    place.put('.agent_status', 'AGENT_ID=Pat\nSTATUS=ERROR\n')
    assert.match((await place.write()).problems[0]!.reason, /^Pat is a person here/)
    assert.equal(await person.getAgent('pat'), undefined)
    // As an earlier version did.
    await person.setAgent({ name: 'Pat', client: 'file' })
    assert.equal((await person.getAgent('pat'))!.kind, 'agent')
    const pat = await openMuster({ folder: place.folder, root: place.root, agent: 'Pat', kind: 'person', attached: false, client: 'cli' })
    await pat.checkIn(null, { message: 'mine' })
    assert.equal((await person.getAgent('pat'))!.kind, 'person')
    await pat.close()
  })

  it('tells what is wrong in English, and what that was made of, also when whoever found it has ended', async () => {
    place.put('.muster/agents/al/.agent_status', 'STAUS=IN_PROGRESS\n')
    const told = [{ file: '.muster/agents/al/.agent_status', line: 1, reason: 'Nobody reads STAUS. Is STATUS meant?', of: ['Nobody reads {0}. Is {1} meant?', 'STAUS', 'STATUS'] }]
    assert.deepEqual((await place.write()).problems, told)
    memory.musterTold = undefined
    assert.deepEqual((await place.write()).problems, told)
    assert.deepEqual(JSON.parse(place.read('.muster/documents/problems.json')), told)
  })

  it('was seen when its file says, and never later than now', async () => {
    place.put('.muster/agents/old/.agent_status', 'STATUS=IN_PROGRESS\nLAST_UPDATE=2025-06-25T00:45:00Z\n')
    place.put('.muster/agents/old/.agent_work_log', '2025-06-25T00:50:00Z: one\n', 400 * 24 * 3_600_000)
    place.put('.muster/agents/ahead/.agent_status', 'STATUS=IN_PROGRESS\nLAST_UPDATE=2099-06-25T00:45:00Z\n')
    await place.write()
    const [old, ahead] = [(await person.getAgent('old'))!, (await person.getAgent('ahead'))!]
    assert.deepEqual([old.seenAt, old.presence], ['2025-06-25T00:50:00.000Z', 'gone'])
    assert.ok(Math.abs(Date.parse(ahead.seenAt) - Date.now()) < 600_000)
    assert.equal(ahead.presence, 'live')
    // From now on it does something itself.
    const alive = await place.as('old')
    await alive.checkIn(null, { progress: 5 })
    assert.equal((await person.getAgent('old'))!.presence, 'live')
  })

  it('keeps in a message when it was written, and which steps are done', async () => {
    place.put('.muster/agents/beta/outbox/a.md', '---\nto: liz\ntimestamp: 2025-12-29T15:45:00Z\n---\n# Message: Steps\n\nLook.\n\n## Action Requested\n- [x] one\n- [ ] two\n')
    await place.write()
    const message = (await person.readMessages({ peek: true })).find(({ from }) => from === 'beta')!
    assert.deepEqual([message.writtenAt, message.checklist, message.ticked!.map(({ step, by }) => [step, by])], ['2025-12-29T15:45:00.000Z', ['one', 'two'], [[1, 'beta']]])
    assert.ok(Math.abs(Date.parse(message.sentAt) - Date.now()) < 600_000)
  })

  it('counts the time to answer from when its file was put there, and says it to the minute', async () => {
    const then = Date.now() - 20_000
    // By the clock on the wall, as `date` says it.
    const at = new Date(then - new Date(then).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
    place.put('.muster/agents/beta/outbox/a.md', `---\nto: liz\ntimestamp: ${at}\n---\n# Soon\n\nHi\n\n## Response Deadline\nWithin 1 hour\n`, 24 * 60 * 60_000)
    mkdirSync(place.path('.muster/agents/liz/inbox'), { recursive: true })
    await place.write()
    const [message] = (await person.readMessages({ peek: true })).filter(({ from }) => from === 'beta')
    assert.equal((Date.parse(message!.deadline!) - Date.parse(message!.sentAt)) / 60_000, 60)
    const [name] = readdirSync(place.path('.muster/agents/liz/inbox')).filter((one) => one.endsWith('.md'))
    assert.match(place.read(`.muster/agents/liz/inbox/${name}`), new RegExp(`timestamp: ${at}\n[^]*## Response Deadline\nWithin 1 hour\n`))
  })

  it('takes for when it was put there the later of its own times, and never one to come', () => {
    const [now, hour] = [10 * 60 * 60_000, 60 * 60_000]
    assert.equal(putThere({ mtimeMs: now - 24 * hour, ctimeMs: now - hour }, now), now - hour)
    assert.equal(putThere({ mtimeMs: now - hour, ctimeMs: now - hour }, now), now - hour)
    assert.equal(putThere({ mtimeMs: now + hour, ctimeMs: now - hour }, now), now)
  })

  it('sends a message whose deadline nobody understands with its steps, and says so until its file is seen to', async () => {
    place.put('.muster/agents/beta/outbox/a.md', '---\nfrom: beta\nto: liz\ntimestamp: 2025-12-29T15:45:00\npriority: high\nstatus: unread\n---\n\n# Message: Params\n\n## Context\nHere.\n\n## Action Requested\n- [ ] one\n- [ ] two\n\n## Response Deadline\nSoon, please\n')
    const told = [['.muster/agents/beta/outbox/sent/a.md', 19]]
    for (let n = 0; n < 2; n++) assert.deepEqual((await place.write()).problems.map(({ file, line }) => [file, line]), told)
    const [message] = (await person.readMessages({ peek: true })).filter(({ from }) => from === 'beta')
    assert.deepEqual([message!.checklist, message!.deadline, message!.body], [['one', 'two'], undefined, '## Context\nHere.\n\nResponse deadline: Soon, please'])
    rmSync(place.path('.muster/agents/beta/outbox/sent/a.md'))
    assert.deepEqual((await place.write()).problems, [])
  })

  it('leaves a message that cannot be understood where it is, with line and reason; nobody here is called so is told too', async () => {
    const put = (name: string, head: string): void => place.put(`.muster/agents/beta/outbox/${name}.md`, `---\n${head}---\nHi\n`)
    put('a', 'to: liz\npriority: wombat\n')
    put('b', 'to: liz\ntimestamp: yesterday\n')
    place.put('.muster/agents/beta/outbox/c.md', Buffer.concat([Buffer.from('---\nto: liz\n---\nGr'), Buffer.from([0xfc]), Buffer.from('n\n')]))
    put('d', 'to: [liz, Nowhere]\n')
    const { problems } = await place.write()
    assert.deepEqual(problems.map(({ file, line }) => [file.slice('.muster/agents/beta/outbox/'.length), line]), [['a.md', 3], ['b.md', 3], ['c.md', 4], ['sent/d.md', 2]])
    assert.match(problems[3]!.reason, /Nobody here is called nowhere/)
    const sent = (await person.readMessages({ peek: true })).filter(({ from }) => from === 'beta')
    assert.deepEqual(sent.map(({ recipients }) => recipients), [['liz', 'nowhere']])
    assert.deepEqual(readdirSync(place.path('.muster/agents/beta/outbox')).sort(), ['a.md', 'b.md', 'c.md', 'sent'])
    await place.as('Nowhere').then((one) => one.checkIn(null, { progress: 1 }))
    assert.deepEqual((await place.write()).problems.map(({ file }) => file.slice(-4)), ['a.md', 'b.md', 'c.md'])
  })

  it('sends a second message of the same name, and keeps the file of the first', async () => {
    for (const text of ['first', 'second']) {
      place.put('.muster/agents/beta/outbox/m.md', `---\nto: liz\n---\n${text}\n`, 0)
      await place.write()
    }
    assert.deepEqual(readdirSync(place.path('.muster/agents/beta/outbox/sent')).sort(), ['m-2.md', 'm.md'])
    assert.deepEqual((await person.readMessages({ peek: true })).filter(({ from }) => from === 'beta').map(({ body }) => body), ['first', 'second'])
  })

  it('sends a megabyte of text with its beginning, and says where all of it is', async () => {
    place.put('.muster/agents/beta/outbox/long.md', `---\nto: liz\n---\n# Message: Log\n\n${'Ü漢 line\n'.repeat(90_000)}`)
    assert.deepEqual((await place.write()).problems, [])
    const [message] = (await person.readMessages({ peek: true })).filter(({ from }) => from === 'beta')
    assert.match(message!.body, /^Ü漢 line\n[^]*\n\n… The whole text \(\d{3,4} KB\) is in \.muster\/agents\/beta\/outbox\/sent\/long\.md$/)
    assert.doesNotMatch(message!.body, /\ufffd/)
    assert.ok(place.read('.muster/agents/beta/outbox/sent/long.md').length > 700_000)
  })

  it('ticks steps in a message that came, which is kept up to date from then on too; text of its own is told of', async () => {
    mkdirSync(place.path('.muster/agents/beta/inbox'), { recursive: true })
    const beta = await place.as('beta')
    await beta.checkIn(null, { progress: 1 })
    const sent = await person.sendMessage({ to: 'beta', subject: 'Steps', body: 'Do', checklist: ['one', 'two'] })
    assert.ok(sent.ok)
    await place.write()
    const [file] = inbox('beta')
    place.put(file!, place.read(file!).replace('- [ ] one', '- [X]  one'))
    assert.deepEqual((await place.write()).problems, [])
    const message = async () => (await person.readMessages({ peek: true })).find(({ id }) => id === sent.id)!
    assert.deepEqual((await message()).ticked!.map(({ step, by }) => [step, by]), [[1, 'beta']])
    await person.tickChecklist(sent.id, { done: [2] })
    await place.write()
    assert.match(place.read(file!), /- \[x\] one\n- \[x\] two\n/)
    place.put(file!, place.read(file!).replace('status: unread', 'status: gelesen').replace('\nDo\n', '\nDo\n\nDone it.\n'))
    assert.deepEqual((await place.write()).problems.map(({ line }) => line), [6, 14])
  })

  it('takes back a step that is not done after all, and tells of a message that is to be unread again', async () => {
    mkdirSync(place.path('.muster/agents/beta/inbox'), { recursive: true })
    const beta = await place.as('beta')
    await beta.checkIn(null, { progress: 1 })
    const sent = await person.sendMessage({ to: 'beta', subject: 'Steps', body: 'Do', checklist: ['one', 'two'] })
    assert.ok(sent.ok)
    await beta.tickChecklist(sent.id, { done: [1] })
    await beta.acknowledge(sent.id)
    await place.write()
    const [file] = inbox('beta')
    const ticked = async () => (await person.readMessages({ peek: true })).find(({ id }) => id === sent.id)!.ticked?.map(({ step }) => step) ?? []
    place.put(file!, place.read(file!).replace('- [x] one', '- [ ] one'))
    assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual(await ticked(), [])
    assert.match(place.read(file!), /- \[ \] one\n- \[ \] two\n/)
    // Whoever has not seen a step that somebody else has done since does not take it back.
    const older = place.read(file!)
    await person.tickChecklist(sent.id, { done: [2] })
    place.put(file!, older.replace('- [ ] one', '- [x] one'))
    assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual((await ticked()).sort(), [1, 2])
    place.put(file!, place.read(file!).replace('status: acknowledged', 'status: unread'))
    const changed = place.read(file!)
    assert.deepEqual((await place.write()).problems.map(({ line, reason }) => [line, /^It was acknowledged already/.test(reason)]), [[6, true]])
    await person.tickChecklist(sent.id, { open: [2] })
    await place.write()
    assert.equal(place.read(file!), changed, 'left as somebody made it')
  })

  it('tells of front matter that somebody changed in a message that came, and leaves it as it is', async () => {
    mkdirSync(place.path('.muster/agents/beta/inbox'), { recursive: true })
    await (await place.as('beta')).checkIn(null, { progress: 1 })
    const sent = await person.sendMessage({ to: 'beta', subject: 'Steps', body: 'Do', checklist: ['one'] })
    assert.ok(sent.ok)
    await place.write()
    const [file] = inbox('beta')
    const was = place.read(file!)
    for (const [from, to, line] of [['priority: normal', 'priority: high', 5], ['from: liz', 'from: ann', 2], ['status: unread\n', 'status: unread\nowner: me\n', 7]] as const) {
      const changed = was.replace(from, to)
      assert.notEqual(changed, was)
      place.put(file!, changed)
      assert.deepEqual((await place.write()).problems.map((problem) => problem.line), [line], to)
      await person.tickChecklist(sent.id, line === 2 ? { open: [1] } : { done: [1] })
      await place.write()
      assert.equal(place.read(file!), changed)
    }
  })

  it('marks one file for several as read by those of them who read files', async () => {
    place.put('experiments/_messages/2025-12-29_15-45-00_guide_to_executors.md', '---\nfrom: guide\nto: [one, two, liz]\nstatus: unread\n---\n# Message: Params\n')
    for (const one of ['one', 'two']) place.put(`.muster/agents/${one}/.agent_status`, 'STATUS=IN_PROGRESS\n')
    await place.write()
    const file = 'experiments/_messages/2025-12-29_15-45-00_guide_to_executors.md'
    place.put(file, place.read(file).replace('unread', 'read'))
    assert.deepEqual((await place.write()).problems, [])
    const message = (await person.readMessages({ peek: true })).find(({ from }) => from === 'guide')!
    assert.deepEqual(message.delivery, { one: 'seen', two: 'seen', liz: message.delivery['liz'] })
    assert.notEqual(message.delivery['liz'], 'acknowledged')
  })

  it('looks at new messages of a folder and the newest each time, at the others in turns', () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `${String(n).padStart(4, '0')}.md`)
    const folder = place.path('.muster/agents/beta/inbox')
    for (const name of names) place.put(`.muster/agents/beta/inbox/${name}`, name)
    const seen = new Seen()
    assert.deepEqual(seen.among(folder), names)
    for (const name of names) seen.files.set(join(folder, name), '')
    const looked = new Set<string>()
    for (let n = 0; n < 19; n++) {
      const now = seen.among(folder)
      assert.ok(now.length <= 100, `${now.length}`)
      assert.deepEqual(now.slice(-50), names.slice(-50))
      for (const name of now) looked.add(name)
    }
    assert.equal(looked.size, names.length)
    place.put('.muster/agents/beta/inbox/0000-1.md', 'new')
    assert.ok(seen.among(folder).includes('0000-1.md'))
  })

  it('records a line of a work log once, wherever it is moved to, and the last one without its end after a while', async () => {
    const log = '.muster/agents/beta/.agent_work_log'
    const lines = async (): Promise<string[]> => {
      await place.write()
      const found: string[] = []
      for await (const { event } of person.log()) if (event.type === 'work.logged') found.push(event.text)
      return found
    }
    place.put(log, 'three\nfour\n')
    assert.deepEqual(await lines(), ['three', 'four'])
    place.put(log, 'one\nthree\nfour\nfour\n')
    assert.deepEqual(await lines(), ['three', 'four', 'one', 'four'])
    place.put(log, 'one\nthree\nfour\nfour\nlast', 0)
    assert.equal((await lines()).length, 4)
    place.put(log, 'one\nthree\nfour\nfour\nlast', 60_000)
    assert.deepEqual((await lines()).slice(4), ['last'])
    appendFileSync(place.path(log), '\nmore\n')
    assert.deepEqual((await lines()).slice(4), ['last', 'more'])
  })

  it('records a line each time it is written, also where Muster has dated the one before', async () => {
    const log = '.muster/agents/b/.agent_work_log'
    for (let n = 1; n <= 3; n++) {
      if (n === 1) place.put(log, 'tests pass\n')
      else appendFileSync(place.path(log), 'tests pass\n')
      await place.write()
      await (await place.as('b')).logWork(`step ${n}`)
      await place.write()
      await place.write()
    }
    const texts = place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\d\S+: /, ''))
    assert.deepEqual(texts, ['tests pass', 'step 1', 'tests pass', 'step 2', 'tests pass', 'step 3'])
  })

  it('takes of a log only what is behind the lines it knows, also where the last had no end or one holds a carriage return', async () => {
    const path = place.path('.muster/agents/b/.agent_work_log')
    for (const [first, more] of [['one\ntwo', '\nthree\n'], ['one\ntwo', '\r\nthree\r\n'], ['one\r\ntwo', '\r\nthree'], ['10%\r20%\ntwo\n', 'three\n'], ['one\ntwo', ' of them\nthree\n']] as const) {
      let said: string[] = []
      const source = { takeIn: async ({ log }: Said) => (said.push(log!), { ok: true, agent: 'b' }) } as unknown as Ground['source']
      const ground = { folder: place.folder, root: place.root, source, account: new Account(place.folder) } as unknown as Ground
      const take = async (text: string, before?: TakenRecord) => takeLog(ground, path, Buffer.from(text), before, { agent: 'b', at: 0, named: () => undefined })
      const before = await take(first)
      assert.equal(said.at(-1), 'two', JSON.stringify(first))
      said = []
      await take(first + more, { sum: '', ...before })
      assert.deepEqual(said, more.startsWith(' ') ? ['one', 'two of them', 'three'] : ['three'], JSON.stringify(first + more))
    }
  })

  it('tells a second agent of a root whose files are there, and when they become its own', async () => {
    const [al, be] = [await place.as('al'), await place.as('be')]
    await al.checkIn(null, { progress: 1 })
    await be.checkIn(null, { progress: 2 })
    await changeSettings(place.folder, { agentFiles: true })
    const told = async () => (await be.readMessages({ peek: true })).filter(({ to }) => to === 'be')
    const subjects = async (): Promise<string[]> => (await told()).map(({ subject }) => subject)
    for (let n = 0; n < 2; n++) {
      assert.deepEqual((await place.write()).problems.map(({ file, reason }) => [file, reason]), [['.agent_status', 'It is al\'s. be works in the same folder; its files are in .muster/agents/be/.']])
      assert.deepEqual(await subjects(), ['The .agent_* files here are al\'s'])
    }
    await al.checkIn(null, { status: 'done' })
    assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual(await subjects(), ['The .agent_* files here are al\'s', 'The .agent_* files here are yours now'])
    assert.match(place.read('.agent_status'), /^AGENT_ID=be$/m)
    assert.deepEqual((await told()).map(({ from }) => from), ['al', 'be'], 'in the name of whose the files are, and not of whoever looks')
  })
})
