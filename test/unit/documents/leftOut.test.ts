import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../src/core/muster.js'
import { Account } from '../../../src/documents/account.js'
import { Documents } from '../../../src/documents/documents.js'
import { takeHand } from '../../../src/documents/hand.js'
import { isDue } from '../../../src/documents/logs.js'
import { Place } from './place.js'

const log = '.muster/agents/b/.agent_work_log'

/** What its lines say, without when. */
function said(text: string): string[] {
  return text.trimEnd().split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\d_\S+: /, ''))
}

async function recorded(b: Muster): Promise<string[]> {
  const texts: string[] = []
  for await (const { event } of b.log()) if (event.type === 'work.logged') texts.push(event.text.replace(/^\d{4}-\d\d-\d\d_\S+: /, ''))
  return texts
}

describe('a work log with what cannot be taken in', () => {
  let place: Place
  let b: Muster
  beforeEach(async () => {
    place = new Place()
    b = await place.as('b')
    await b.checkIn(null, { progress: 1 })
  })
  afterEach(() => place.remove())

  const long = 'x'.repeat(1_901)
  const beside = (): string[] => readdirSync(place.path('.muster/agents/b')).filter((name) => name.includes('.yours-'))
  const problems = async (options = {}): Promise<unknown[]> => (await place.write(options)).problems.map(({ file, line, reason }) => [file, line, reason])
  const tooLong = (line: number): unknown => [log, line, 'The line is longer than 1900 characters.']

  for (const when of ['before Muster', 'behind Muster'] as const) {
    it(`has Muster's lines behind a line that is too long, written ${when} wrote into it; that is told as long as it is so`, async () => {
      if (when === 'behind Muster') {
        await b.logWork('first')
        await place.write()
        appendFileSync(place.path(log), `${long}\nmine\n`)
      } else place.put(log, `${long}\nmine\n`)
      const at = when === 'behind Muster' ? 2 : 1
      const begin = place.read(log)
      assert.deepEqual(await problems(), [tooLong(at)])
      await b.logWork('of Muster')
      assert.deepEqual(await problems(), [tooLong(at)])
      assert.equal(place.read(log).slice(0, begin.length), begin)
      assert.deepEqual(said(place.read(log).slice(begin.length)), ['of Muster'])
      appendFileSync(place.path(log), 'and mine\n')
      await b.logWork('more of Muster')
      for (const whole of [false, true]) assert.deepEqual(await problems({ whole }), [tooLong(at)])
      assert.deepEqual(said(place.read(log).slice(begin.length)), ['of Muster', 'and mine', 'more of Muster'])
      place.put(log, place.read(log).replace(long, 'short'))
      assert.deepEqual(await problems(), [])
      assert.deepEqual((await recorded(b)).sort(), [...(when === 'behind Muster' ? ['first'] : []), 'short', 'mine', 'of Muster', 'and mine', 'more of Muster'].sort())
      await b.logWork('the end')
      assert.deepEqual(await problems(), [])
      assert.equal(said(place.read(log)).at(-1), 'the end')
      assert.deepEqual(beside(), [])
    })
  }

  it('is made anew as a whole once a link in its place is gone, however often it was looked at', async () => {
    await b.logWork('one')
    await place.write()
    rmSync(place.path(log))
    symlinkSync('elsewhere', place.path(log))
    for (const whole of [true, false, false]) assert.equal((await problems({ whole })).length, 1)
    rmSync(place.path(log))
    await b.logWork('two')
    await place.write()
    assert.deepEqual(said(place.read(log)), ['one', 'two'])
    assert.deepEqual(await problems(), [])
  })

  it('keeps a line that is too long where lines of Muster were moved', async () => {
    place.put(log, `${long}\nmine\n`)
    await place.write()
    for (const text of ['one', 'two']) await b.logWork(text)
    await place.write()
    const [first, mine, one, two] = place.read(log).trimEnd().split('\n')
    place.put(log, `${first}\n${mine}\n${two}\n${one}\n`)
    await place.write()
    await b.logWork('three')
    assert.deepEqual(await problems(), [tooLong(1)])
    await place.write({ whole: true })
    assert.deepEqual(said(place.read(log)), [long, 'mine', 'two', 'one', 'three'])
  })

  it('has Muster\'s lines behind letters that are no UTF-8, and all that it says is recorded once it is saved as UTF-8', async () => {
    await b.logWork('first')
    await place.write()
    writeFileSync(place.path(log), Buffer.concat([readFileSync(place.path(log)), Buffer.from('# plan\ngr\xfcn\nmine\n', 'latin1')]))
    const bad = [[log, 3, 'This is no text in UTF-8. Save the file as UTF-8.']]
    assert.deepEqual(await problems(), bad)
    await b.logWork('of Muster')
    assert.deepEqual(await problems(), bad)
    appendFileSync(place.path(log), 'and mine\n')
    for (const whole of [false, true]) assert.deepEqual(await problems({ whole }), bad)
    await b.logWork('more of Muster')
    assert.deepEqual(await problems(), bad)
    assert.deepEqual(said(readFileSync(place.path(log), 'latin1')), ['first', '# plan', 'grün', 'mine', 'of Muster', 'and mine', 'more of Muster'])
    assert.deepEqual(await recorded(b), ['first', 'of Muster', 'more of Muster'])
    place.put(log, readFileSync(place.path(log), 'latin1'))
    assert.deepEqual(await problems(), [])
    assert.deepEqual((await recorded(b)).sort(), ['first', 'of Muster', 'more of Muster', 'grün', 'mine', 'and mine'].sort())
    await b.logWork('the end')
    assert.deepEqual(await problems(), [])
    assert.deepEqual(said(place.read(log)), ['first', '# plan', 'grün', 'mine', 'of Muster', 'and mine', 'more of Muster', 'the end'])
    assert.deepEqual(beside(), [])
  })

  it('is left alone in UTF-16, and has all of Muster\'s lines once it is saved as UTF-8', async () => {
    const wide = Buffer.from('\ufeffmine\r\n', 'utf16le')
    place.put(log, wide)
    for (const text of ['one', 'two']) {
      await b.logWork(text)
      assert.equal((await problems()).length, 1)
    }
    await place.write({ whole: true })
    assert.ok(readFileSync(place.path(log)).equals(wide))
    place.put(log, 'mine\n')
    assert.deepEqual(await problems(), [])
    assert.deepEqual(said(place.read(log)), ['mine', 'one', 'two'])
  })
})

describe('a work log that cannot be written for a while', () => {
  let place: Place
  let b: Muster
  beforeEach(async function () {
    if (process.platform === 'win32') this.skip()
    place = new Place()
    b = await place.as('b')
    await b.logWork('one')
    await place.write()
  })
  afterEach(() => place.remove())

  const away = (): void => {
    renameSync(place.path(log), place.path('elsewhere'))
    symlinkSync(place.path('elsewhere'), place.path(log))
  }
  const back = (): void => renameSync(place.path('elsewhere'), place.path(log))

  for (const more of [true, false]) {
    it(`has all lines once it can be written, ${more ? 'also those of before the next one' : 'without another one'}; until then it is told of`, async () => {
      away()
      for (const text of ['two', 'three']) {
        await b.logWork(text)
        const { problems } = await place.write()
        assert.ok(problems.some(({ file, reason }) => file === log && reason === 'It is not kept up to date: It is a link.'), JSON.stringify(problems))
      }
      assert.ok((await place.write()).problems.some(({ file }) => file === log))
      back()
      if (more) await b.logWork('four')
      await place.write()
      const all = ['one', 'two', 'three', ...(more ? ['four'] : [])]
      assert.deepEqual(said(place.read(log)), all)
      assert.deepEqual((await place.write()).problems, [])
      assert.deepEqual(await recorded(b), all)
      const now = place.read(log)
      assert.deepEqual([(await place.write({ whole: true })).written, place.read(log)], [[], now])
    })
  }

  it('is tried again now and then by who stays, and never has a line before those that it lacks', async () => {
    const documents = new Documents(b)
    away()
    await b.logWork('two')
    await documents.bringUpToDate({ again: false })
    back()
    await b.logWork('three')
    const { problems } = await documents.bringUpToDate({ again: false })
    assert.deepEqual([said(place.read(log)), problems.map(({ file }) => file)], [['one'], [log]], 'not at once')
    const account = new Account(place.path('.muster/documents'))
    await account.refresh()
    const { behind, ...known } = account.files.get(place.path(log))!
    await account.add([{ f: place.path(log), record: { ...known, behind: { ...behind!, tried: behind!.tried - 3_600_000 } } }])
    assert.deepEqual((await documents.bringUpToDate({ again: false })).problems, [])
    assert.deepEqual(said(place.read(log)), ['one', 'two', 'three'])
  })

  it('is tried again after ten seconds, and later the less often the longer it lasts, but every ten minutes', () => {
    const waits: number[] = []
    let behind = { since: 0, tried: 0 }
    for (let now = 0; waits.length < 10; now += 1_000) {
      if (!isDue(behind, now)) continue
      waits.push((now - behind.tried) / 1_000)
      behind = { ...behind, tried: now }
    }
    assert.deepEqual(waits, [10, 10, 20, 40, 80, 160, 320, 600, 600, 600])
    assert.ok(isDue({ since: 5_000_000, tried: 5_000_000 }, 0), 'a clock that was put back')
  })

  it('is forgotten with its agent', async () => {
    away()
    await b.logWork('two')
    await place.write()
    const liz = await place.as('liz', 'person')
    await liz.completeAgent('b')
    await liz.removeAgent('b')
    for (let n = 0; n < 2; n++) await place.write()
    assert.deepEqual((await place.write()).problems.filter(({ reason }) => /not kept up to date/.test(reason)), [])
  })
})

describe('documents that are made anew while somebody adds to logs', () => {
  it('say so, and are when the other has finished', async () => {
    const place = new Place()
    try {
      const b = await place.as('b')
      await b.logWork('one')
      await place.write()
      rmSync(place.path(log))
      const hand = (await takeHand(join(place.folder, 'documents')))!
      const { busy, problems } = await place.write({ whole: true })
      assert.deepEqual([busy, problems], [true, []])
      await hand.release()
      mkdirSync(place.path('.muster/agents/b'), { recursive: true })
      assert.equal((await place.write({ whole: true })).busy, undefined)
      assert.deepEqual(said(place.read(log)), ['one'])
    } finally {
      await place.remove()
    }
  })
})
