import assert from 'node:assert/strict'
import fc from 'fast-check'
import { foldName, parseNameRules, type NameRules } from '../../../src/core/names.js'
import { windowsSpelling } from '../../../src/core/system/windowsSpelling.js'

const rules: NameRules[] = (['exact', 'simple', 'full'] as const).flatMap((letters) => (['exact', 'same'] as const).map((forms) => ({ letters, forms })))
const nasty = fc.string({ unit: fc.constantFrom('a', 'A', 'ß', 'ẞ', 's', 'S', '\u00e9', 'e', '\u0301', '\u00c9', 'σ', 'ς', 'Σ', 'ı', 'I', 'i', 'İ', '\u212a', 'k', '.', ' ', '1', '\u{10400}', '\u{10428}'), maxLength: 6 })

/** Unicode's own simple case folding, as regular expressions have it. */
function sameLetters(a: string, b: string): boolean {
  return new RegExp(`^${a.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`, 'iu').test(b)
}

describe('names of files', () => {
  it('that are folded stay so', () => {
    fc.assert(fc.property(nasty, fc.constantFrom(...rules), (name, rule) => assert.equal(foldName(foldName(name, rule), rule), foldName(name, rule))))
  })

  it('are told apart exactly where nothing is folded', () => {
    fc.assert(fc.property(nasty, (name) => assert.equal(foldName(name, { letters: 'exact', forms: 'exact' }), name)))
  })

  it('are one letter by letter as Unicode says', () => {
    const simple: NameRules = { letters: 'simple', forms: 'exact' }
    // The dotless i is a letter of its own to Unicode, and not to everybody; refusing both is safe.
    const plain = nasty.map((name) => name.replace(/[ıİẞ]/g, ''))
    fc.assert(fc.property(plain, plain, (a, b) => assert.equal(foldName(a, simple) === foldName(b, simple), sameLetters(a, b))), { numRuns: 2000 })
    fc.assert(fc.property(plain, (name) => assert.equal(foldName(name.replace(/ß/g, ''), simple), foldName(name.replace(/ß/g, '').toUpperCase(), simple))))
  })

  it('are one in both Unicode forms where the file system says so, and only there', () => {
    fc.assert(fc.property(nasty, fc.constantFrom(...rules), (name, rule) => {
      if (rule.forms === 'same') assert.equal(foldName(name.normalize('NFD'), rule), foldName(name.normalize('NFC'), rule))
    }))
    assert.notEqual(foldName('e\u0301', { letters: 'full', forms: 'exact' }), foldName('\u00e9', { letters: 'full', forms: 'exact' }))
  })

  it('are one with ß and ss, and with either sigma, where folding is full', () => {
    const full: NameRules = { letters: 'full', forms: 'same' }
    assert.equal(foldName('Straße ΟΔΟΣ', full), foldName('STRASSE οδος', full))
    assert.notEqual(foldName('Straße', { letters: 'simple', forms: 'same' }), foldName('STRASSE', { letters: 'simple', forms: 'same' }))
  })

  it('rules are read from what is recorded, and from nothing else', () => {
    for (const rule of rules) assert.deepEqual(parseNameRules(JSON.parse(JSON.stringify({ ...rule, more: 1 }))), rule)
    for (const value of [undefined, null, 1, 'exact', {}, { letters: 'exact' }, { letters: 'other', forms: 'same' }]) assert.equal(parseNameRules(value), undefined)
  })
})

describe('a path on Windows', () => {
  it('is one in all its spellings', () => {
    for (const text of ['src\\a.ts', 'src/a.ts.', 'src /a.ts  ', 'src./a.ts. .', 'src\\\\a.ts']) assert.equal(windowsSpelling(text).replace(/\/+/g, '/'), 'src/a.ts', text)
    assert.equal(windowsSpelling('\\\\?\\C:\\repo\\a'), 'C:/repo/a')
    assert.equal(windowsSpelling('\\\\?\\UNC\\host\\share\\a'), '//host/share/a')
    assert.equal(windowsSpelling('..\\.\\a\\'), '.././a/')
    assert.equal(windowsSpelling('src\\a.cpp. #ns::f'), 'src/a.cpp#ns::f')
    assert.equal(windowsSpelling('src\\**\\*.ts'), 'src/**/*.ts')
  })

  it('is no device and no stream', () => {
    for (const text of ['CON', 'con.txt', 'src\\nul', 'NUL .txt', 'COM1', 'lpt9.log', 'com\u00b9', 'CONIN$', 'aux#symbol', 'a.ts:stream', 'a.ts::$DATA', 'C:relative', 'src/...', ' /x']) {
      assert.throws(() => windowsSpelling(text), (error: { code?: string }) => error.code === 'INVALID_INPUT', text)
    }
    for (const text of ['console', 'com10', 'nulls.txt', 'auxiliary/x', 'C:\\a']) assert.doesNotThrow(() => windowsSpelling(text), text)
  })
})
