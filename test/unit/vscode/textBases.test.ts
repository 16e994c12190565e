import assert from 'node:assert/strict'
import { baseIn, sumOf, sumOfText, TextBases } from '../../../src/vscode/sessions/textBases.js'

const uri = 'file:///r/a.ts'

describe('what texts that are edited were made from', () => {
  const at = (file: string | undefined): { bases: TextBases; write(text: string): void; note(text: string, dirty: boolean): void } => {
    let bytes = file === undefined ? undefined : Buffer.from(file)
    const bases = new TextBases(() => Promise.resolve(bytes))
    return { bases, write: (text) => (bytes = Buffer.from(text)), note: (text, dirty) => bases.note(uri, dirty, () => text) }
  }

  it('is the file as it was when the text was read from it', async () => {
    const { bases, note, write } = at('one\r\n')
    note('one\n', false)
    note('one, mine\n', true)
    assert.equal(await bases.of(uri), sumOf('one\r\n'))
    write('two')
    note('one, mine too\n', true)
    assert.equal(await bases.of(uri), sumOf('one\r\n'), 'which it was made from, whatever the file is now')
  })

  it('is not the file where somebody has written to it before the first letter was typed', async () => {
    const { bases, note, write } = at('one')
    note('one', false)
    write('two')
    note('one, mine', true)
    assert.equal(await bases.of(uri), undefined)
  })

  it('is not known of a text that was edited before anybody looked, except from what was saved of it', async () => {
    const { bases, note } = at('two')
    note('one, mine', true)
    note('one, mine too', true)
    assert.equal(await bases.of(uri), undefined)
    bases.inherit(uri, 'saved')
    note('one, mine still', true)
    assert.equal(await bases.of(uri), 'saved')
  })

  it('begins anew when the text is saved, read again or closed', async () => {
    const { bases, note, write } = at('one')
    note('one', false)
    note('one, mine', true)
    write('one, mine')
    note('one, mine', false)
    assert.equal(await bases.of(uri), undefined, 'nothing is unsaved')
    note('one, mine, more', true)
    assert.equal(await bases.of(uri), sumOf('one, mine'))
    bases.forget(uri)
    note('x', true)
    assert.equal(await bases.of(uri), undefined)
  })

  it('knows texts by what an editor has of them, and only what is UTF-8', () => {
    assert.equal(baseIn(Buffer.from('\ufeffa\rb\n'), sumOfText('a\nb\n')), sumOf('\ufeffa\rb\n'))
    assert.equal(baseIn(Buffer.from([0xe4]), sumOfText('ä')), undefined)
  })
})
