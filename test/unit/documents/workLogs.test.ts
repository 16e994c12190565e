import assert from 'node:assert/strict'
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Muster } from '../../../src/core/muster.js'
import { Account } from '../../../src/documents/account.js'
import { renderWorkLine } from '../../../src/documents/formats/workLog.js'
import { addingTo } from '../../../src/documents/growing.js'
import { Place } from './place.js'

describe('work logs of agents that use Muster', () => {
  let place: Place
  beforeEach(() => (place = new Place()))
  afterEach(() => place.remove())

  it('have a line after each major step, and are the same bytes when they are made anew', async () => {
    const alpha = await place.as('alpha')
    const task = await alpha.addTask({ title: 'Store', resources: ['src/'] })
    assert.ok(task.ok)
    await alpha.startTask(task.id)
    await alpha.claim('src/a.ts')
    await alpha.checkIn('src/a.ts', { progress: 40, message: 'half of it' })
    await alpha.checkIn(null, { progress: 50, lastTest: 'unit: 12 passed' })
    await place.write()
    await alpha.checkpoint({ done: 'store', next: 'the API' })
    await alpha.release('src/a.ts', { message: 'store is there' })
    await alpha.logWork('by hand')
    await alpha.completeTask(task.id)
    await place.write()
    const file = '.muster/agents/alpha/.agent_work_log'
    const log = place.read(file)
    assert.deepEqual(log.trimEnd().split('\n').map((line) => line.replace(/^\S+: /, '')), ['Started T-1', 'half of it', 'Test: unit: 12 passed', 'Checkpoint: store. Next: the API', 'Released: store is there', 'by hand', 'Finished T-1'])
    rmSync(place.path('.muster/documents'), { recursive: true })
    rmSync(place.path(file))
    await place.write({ whole: true })
    assert.equal(existsSync(place.path(file)) && place.read(file), log)
  })
})

describe('a work log that an agent dates itself', () => {
  let place: Place
  beforeEach(() => (place = new Place()))
  afterEach(() => place.remove())

  it('keeps these times, also of lines of a few minutes ago', async () => {
    const b = await place.as('b')
    await b.logWork('begun')
    const ago = (minutes: number): string => renderWorkLine(new Date(Date.now() - minutes * 60_000).toISOString(), `${minutes} minutes ago`)
    const lines = [12, 8, 3].map(ago)
    place.put('.agent_status', 'AGENT_ID=b\n')
    place.put('.agent_work_log', `${lines.join('\n')}\n`)
    await place.write()
    const log = place.read('.muster/agents/b/.agent_work_log')
    assert.deepEqual(log.trimEnd().split('\n').slice(1), lines)
    await place.write({ whole: true })
    assert.equal(place.read('.muster/agents/b/.agent_work_log'), log)
  })
})

describe('a work log that an agent and Muster write into', () => {
  it('is left as the agent wrote it: dates, comments and empty lines; Muster adds its own lines, and a program that has it open loses nothing', async function () {
    if (process.platform === 'win32') return this.skip()
    const log = '.muster/agents/b/.agent_work_log'
    const place = new Place()
    const b = await place.as('b')
    mkdirSync(place.path('.muster/agents/b'), { recursive: true })
    const open = openSync(place.path(log), 'a')
    try {
      const theirs = ['# plan\n\nno date\nSun Nov 22 19:00:00 UTC 2020: begun\n', '[2020-11-22 20:00] half\n\n# more\n', 'no date\n']
      for (const [n, text] of theirs.entries()) {
        writeSync(open, text)
        assert.deepEqual((await place.write()).problems, [])
        await sleep(150)
        assert.equal(place.read(log), theirs.slice(0, n + 1).join(''), 'nothing to add')
      }
      await b.logWork('by Muster')
      await place.write()
      const now = place.read(log)
      assert.match(now.slice(theirs.join('').length), /^2\S+: by Muster\n$/)
      assert.equal(now.slice(0, theirs.join('').length), theirs.join(''))
      appendFileSync(place.path(log), 'the end')
      utimesSync(place.path(log), 1, 1)
      await place.write()
      await b.logWork('and more')
      await place.write()
      assert.match(place.read(log).slice(now.length), /^the end\n2\S+: and more\n$/)
      const all = place.read(log)
      await place.write({ whole: true })
      assert.equal(place.read(log), all, 'made anew, the same')
      const texts: string[] = []
      for await (const { event } of b.log()) if (event.type === 'work.logged') texts.push(event.text.replace(/^\d\S+: /, ''))
      assert.deepEqual(texts, ['no date', 'begun', 'half', 'no date', 'by Muster', 'the end', 'and more'])
      assert.deepEqual(readdirSync(place.path('.muster/agents/b')).filter((name) => name.includes('.yours-')), [])
    } finally {
      closeSync(open)
      await place.remove()
    }
  })
})

describe('a work log whose writer was killed while it added a line', () => {
  const log = '.muster/agents/b/.agent_work_log'

  for (const end of [0, 3, 24, undefined]) {
    it(`gets the rest of it, also long after, with ${end ?? 'all'} bytes of it there`, async () => {
      const place = new Place()
      try {
        const b = await place.as('b')
        await b.logWork('one')
        await place.write()
        await b.logWork('Zwö👩‍👧lf')
        const base = readFileSync(place.path(log))
        let at = ''
        for await (const entry of b.log()) at = entry.at
        const text = Buffer.from(`${renderWorkLine(at, 'Zwö👩‍👧lf')}\n`)
        const account = new Account(place.path('.muster/documents'))
        await account.refresh()
        const known = account.files.get(place.path(log))!
        const torn = Buffer.concat([base, text.subarray(0, end)])
        await account.add([{ f: place.path(log), record: { ...known, adding: addingTo(base, Buffer.concat([base, text]), known.grown!.seq + 1) } }])
        writeFileSync(place.path(log), torn)
        utimesSync(place.path(log), 1, 1)
        for (let n = 0; n < 2; n++) assert.deepEqual((await place.write()).problems, [])
        assert.deepEqual(place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\S+: /, '')), ['one', 'Zwö👩‍👧lf'])
        const texts: string[] = []
        for await (const { event } of b.log()) if (event.type === 'work.logged') texts.push(event.text)
        assert.deepEqual(texts, ['one', 'Zwö👩‍👧lf'])
      } finally {
        await place.remove()
      }
    })
  }
})

describe('a work log that is changed where it was recorded', () => {
  const log = '.muster/agents/b/.agent_work_log'
  let place: Place
  let b: Muster
  beforeEach(async () => {
    place = new Place()
    b = await place.as('b')
    place.put(log, 'tests pass\nSun Nov 22 19:00:00 UTC 2020: begun\n')
    await place.write()
    for (const text of ['one', 'two']) await b.logWork(text)
    await place.write()
    assert.equal(place.read(log).trimEnd().split('\n').length, 4)
  })
  afterEach(() => place.remove())

  const recorded = async (): Promise<string[]> => {
    const found: string[] = []
    for await (const { event } of b.log()) if (event.type === 'work.logged') found.push(event.text.replace(/^\d\S+: /, ''))
    return found
  }
  const beside = (): string[] => readdirSync(place.path('.muster/agents/b')).filter((name) => name.includes('.yours-'))

  it('has no line recorded twice, and what is new in it once', async () => {
    const was = place.read(log)
    place.put(log, `${was.split('\n').slice(1).join('\n')}three\ntests pass\n`)
    assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual(await recorded(), ['tests pass', 'begun', 'one', 'two', 'three'], 'a line is moved')
    await b.logWork('four')
    await place.write()
    assert.deepEqual(place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\d\S+: /, '')), ['tests pass', 'begun', 'one', 'two', 'three', 'four'])
    assert.deepEqual(beside(), [])
  })

  it('is kept beside where a recorded line says something else now, and told of with the line', async () => {
    const changed = place.read(log).replace(': one', ': one, or two')
    place.put(log, changed)
    for (let n = 0; n < 2; n++) assert.deepEqual((await place.write()).problems.map(({ file, line }) => [file, line]), [[log, 3]])
    assert.deepEqual(await recorded(), ['tests pass', 'begun', 'one', 'two'])
    await b.logWork('three')
    await place.write()
    const { problems } = await place.write()
    assert.equal(beside().length, 1)
    assert.ok(place.read(`.muster/agents/b/${beside()[0]}`) === changed)
    assert.deepEqual(problems.map(({ file, kept }) => [file, kept]), [[log, `.muster/agents/b/${beside()[0]}`]])
    assert.deepEqual(place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\d\S+: /, '')), ['tests pass', 'begun', 'one', 'two', 'three'])
    rmSync(place.path(`.muster/agents/b/${beside()[0]}`))
    assert.deepEqual((await place.write()).problems, [])
  })

  it('is kept beside where lines were taken out of it, before it has them again, and that is said', async () => {
    const short = place.read(log).split('\n').slice(0, 2).join('\n') + '\n'
    place.put(log, short)
    assert.deepEqual((await place.write()).problems, [])
    assert.equal(place.read(log), short, 'left alone while there is nothing to add')
    await b.logWork('three')
    const { problems } = await place.write()
    assert.equal(beside().length, 1)
    assert.equal(place.read(`.muster/agents/b/${beside()[0]}`), short)
    assert.deepEqual(problems.map(({ file, kept }) => [file, kept]), [[log, `.muster/agents/b/${beside()[0]}`]])
    assert.match(problems[0]!.reason, /^Lines were taken out of it/)
    assert.deepEqual(place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\d\S+: /, '')), ['tests pass', 'begun', 'one', 'two', 'three'])
    rmSync(place.path(`.muster/agents/b/${beside()[0]}`))
    await b.logWork('four')
    assert.deepEqual((await place.write()).problems, [], 'said once')
    assert.deepEqual(await recorded(), ['tests pass', 'begun', 'one', 'two', 'three', 'four'])
  })

  it('has all that is on record again where it was emptied', async () => {
    place.put(log, '')
    await b.logWork('three')
    for (let n = 0; n < 2; n++) assert.deepEqual((await place.write()).problems, [])
    assert.deepEqual(place.read(log).trimEnd().split('\n').map((line) => line.replace(/^\d\S+: /, '')), ['tests pass', 'begun', 'one', 'two', 'three'])
    await b.logWork('four')
    await place.write()
    assert.match(place.read(log), /: four\n$/)
    assert.deepEqual(await recorded(), ['tests pass', 'begun', 'one', 'two', 'three', 'four'])
  })

  it('has no line recorded again where the account of what was written is lost', async () => {
    rmSync(place.path('.muster/documents'), { recursive: true })
    await place.write()
    assert.deepEqual(await recorded(), ['tests pass', 'begun', 'one', 'two'])
  })
})
