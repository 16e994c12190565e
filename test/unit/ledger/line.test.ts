import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { encodeLine, MAX_LINE, NO_SUM, parseLine, sumOf, type LineFields } from '../../../src/core/ledger/line.js'

const fields: LineFields = { seq: 7, prev: '0123456789abcdef', d: 6, at: 1_700_000_000_000, up: 5000, boot: 'boot/1', kind: 'commit', body: ',"ops":[{"key":"a:1","by":"ü","events":[]}]' }

function parse(text: string): ReturnType<typeof parseLine> {
  const bytes = Buffer.from(`before\n${text}\nafter`)
  const start = 7
  return parseLine(bytes, start, start + Buffer.byteLength(text))
}

/** A line with this head and body and the right sum. */
function signed(summed: string): string {
  return `${summed},"sum":"${sumOf(summed)}"}`
}

describe('line', () => {
  it('has the format of the protocol, byte for byte', () => {
    const text = encodeLine(fields).bytes.toString()
    const summed = '{"v":1,"seq":7,"prev":"0123456789abcdef","d":6,"at":1700000000000,"up":5000,"boot":"boot/1","kind":"commit","ops":[{"key":"a:1","by":"ü","events":[]}]'
    const sum = createHash('sha256').update(summed).digest('hex').slice(0, 16)
    assert.equal(text, `${summed},"sum":"${sum}"}\n`)
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ['v', 'seq', 'prev', 'd', 'at', 'up', 'boot', 'kind', 'ops', 'sum'])
  })

  it('reads back what it wrote', () => {
    const { bytes, line } = encodeLine(fields)
    assert.deepEqual(parseLine(bytes, 0, bytes.length - 1), line)
  })

  it('writes whole, positive times and a boot id the parser can read', () => {
    const { bytes, line } = encodeLine({ ...fields, at: 1.6, up: -5, boot: 'a"b\\c\nü' })
    assert.deepEqual([line.at, line.up, line.boot], [2, 0, 'a_b_c__'])
    assert.deepEqual(parseLine(bytes, 0, bytes.length - 1), line)
  })

  it('takes every changed byte for junk', () => {
    const { bytes } = encodeLine(fields)
    for (let i = 0; i < bytes.length - 1; i++) {
      for (const flip of [1, 0x10, 0x80]) {
        const changed = Buffer.from(bytes)
        changed[i]! ^= flip
        assert.equal(parseLine(changed, 0, changed.length - 1), undefined, `byte ${i}`)
      }
    }
  })

  it('takes every shortened line for junk', () => {
    const { bytes } = encodeLine(fields)
    for (let end = 0; end < bytes.length - 1; end++) assert.equal(parseLine(bytes, 0, end), undefined)
    for (let start = 1; start < bytes.length - 1; start++) assert.equal(parseLine(bytes, start, bytes.length - 1), undefined)
  })

  const heads: Record<string, string> = {
    'a leading zero': '{"v":1,"seq":07,"prev":"0123456789abcdef","d":6',
    'a negative number': '{"v":1,"seq":-7,"prev":"0123456789abcdef","d":6',
    'a fraction': '{"v":1,"seq":7.0,"prev":"0123456789abcdef","d":6',
    'an exponent': '{"v":1,"seq":7e0,"prev":"0123456789abcdef","d":6',
    'a number beyond exactness': '{"v":1,"seq":9007199254740993,"prev":"0123456789abcdef","d":6',
    'number 0': '{"v":1,"seq":0,"prev":"0123456789abcdef","d":6',
    'version 0': '{"v":0,"seq":7,"prev":"0123456789abcdef","d":6',
    'spaces': '{"v": 1,"seq":7,"prev":"0123456789abcdef","d":6',
    'capital hex': '{"v":1,"seq":7,"prev":"0123456789ABCDEF","d":6',
    'another order': '{"seq":7,"v":1,"prev":"0123456789abcdef","d":6',
    'no d': '{"v":1,"seq":7,"prev":"0123456789abcdef"',
  }
  for (const [what, head] of Object.entries(heads)) {
    it(`takes ${what} in the head for junk, whatever the sum says`, () => assert.equal(parse(signed(`${head},"kind":"commit"`)), undefined))
  }

  it('accepts a line of a newer version whose middle it cannot read', () => {
    const line = parse(signed('{"v":2,"seq":7,"prev":"0123456789abcdef","d":6,"zip":"…"'))
    assert.deepEqual([line?.v, line?.seq, line?.kind], [2, 7, ''])
  })

  it('does not mind what JSON would say', () => {
    assert.equal(parse(signed('{"v":1,"seq":7,"prev":"0123456789abcdef","d":6,"at":1,"up":1,"boot":"b","kind":"commit","ops":[}'))?.seq, 7)
  })

  it('takes a line above 512 KiB for junk, and one of just that for a line', () => {
    const empty = encodeLine({ ...fields, body: ',"ops":[""]' }).bytes.length
    const fits = encodeLine({ ...fields, body: `,"ops":["${'x'.repeat(MAX_LINE - empty)}"]` }).bytes
    const over = encodeLine({ ...fields, body: `,"ops":["${'x'.repeat(MAX_LINE - empty + 1)}"]` }).bytes
    assert.equal(fits.length, MAX_LINE)
    assert.ok(parseLine(fits, 0, fits.length - 1))
    assert.equal(parseLine(over, 0, over.length - 1), undefined)
  })

  it('begins the chain with zeros', () => assert.match(NO_SUM, /^0{16}$/))
})
