import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { bundleOf, placeholdersOf, textsOf, textsOfCode } from '../../../scripts/texts.js'
import { locale, plural, speak, t } from '../../../src/vscode/l10n.js'

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

describe('texts in other languages', () => {
  afterEach(() => speak())

  it('are English where nothing else is known, with values in their places', () => {
    assert.equal(t('{0} of {1} done', 2, 3), '2 of 3 done')
    assert.equal(t('for {name}', { name: 'Bea' }), 'for Bea')
    assert.equal(t('nothing is put in: {0}'), 'nothing is put in: {0}')
    assert.deepEqual([plural(1, '1 lock', '{n} locks'), plural(2, '1 lock', '{n} locks'), plural(0, '1 lock', '{n} locks')], ['1 lock', '2 locks', '0 locks'])
    assert.equal(locale(), undefined)
  })

  it('have numbers as their language writes them, so that large ones are read at once; what is told by its digits is given as text', () => {
    assert.equal(t('{0} of {1} done', 9_999, 10_000), '9999 of 10,000 done')
    assert.equal(plural(1_234_567, '1 lock', '{n} locks'), '1,234,567 locks')
    assert.equal(t('process {0}', '12345'), 'process 12345')
    speak('de')
    assert.equal(t('{0} in all', 12_345), '12.345 in all')
  })

  it('are those of the bundle, where it has them; what stands in values is never replaced', () => {
    speak('de', { '{0} of {1} done': '{1}, davon {0} erledigt', '{n} locks': '{n} Sperren', 'Done/when': 'Fertig' })
    assert.equal(t('{0} of {1} done', '{1}', 3), '3, davon {1} erledigt')
    assert.equal(t('Done'), 'Done')
    assert.equal(t({ message: 'Done', comment: 'when' }), 'Fertig')
    assert.deepEqual([plural(1, '1 lock', '{n} locks'), plural(2, '1 lock', '{n} locks')], ['1 lock', '2 Sperren'])
    assert.equal(locale(), 'de')
  })

  it('are found in the code, with what is put into them', () => {
    const found = textsOf('a.ts', "t('a {0}', x); plural(n, 'b', 'c {n} {who}', { who }); t({ message: 'd', comment: 'e' }); t('f', { g, h: 1 }); s.t('i'); t(name); tell`j`; tell`${k} is ${[l]}: ${tell`m \"n\"`}`; other`o`")
    assert.deepEqual(found.map(({ key, message, given }) => [key, message, given]), [['a {0}', 'a {0}', ['0']], ['b', 'b', ['n', 'who']], ['c {n} {who}', 'c {n} {who}', ['n', 'who']], ['d/e', 'd', []], ['f', 'f', ['g', 'h']], ['j', 'j', []], ['{0} is {1}: {2}', '{0} is {1}: {2}', ['0', '1', '2']], ['m "n"', 'm "n"', []]])
  })

  it('are all listed for translators: npm run l10n brings the list up to date', () => {
    assert.equal(read('l10n/bundle.l10n.json'), bundleOf(textsOfCode()))
  })

  it('get a value for each of their places', () => {
    for (const { message, given, at } of textsOfCode()) for (const name of placeholdersOf(message)) assert.ok(given?.includes(name), `${at}: {${name}} in "${message}"`)
  })

  it('have no value without a place', () => {
    const all = textsOfCode()
    const places = (at: string): string[] => all.filter((text) => text.at === at).flatMap(({ message }) => placeholdersOf(message))
    for (const { message, given, at } of all) for (const name of given ?? []) assert.ok(places(at).includes(name), `${at}: ${name} of "${message}"`)
  })
})
