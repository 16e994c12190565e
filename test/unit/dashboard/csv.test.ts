import assert from 'node:assert/strict'
import { csvOf } from '../../../src/vscode/dashboard/csv.js'

describe('CSV', () => {
  it('quotes text, keeps numbers, and has a column for every field', () => {
    assert.equal(csvOf([{ id: 'a "b"', n: 5, ok: true }, { id: 'x,\ny', list: ['p', 'q'], deep: { z: 1 } }]), '\ufeff"id","n","ok","list","deep"\r\n"a ""b""",5,true,,\r\n"x,\ny",,,"p; q","{""z"":1}"\r\n')
    assert.equal(csvOf([]), '\ufeff\r\n')
  })

  it('lets no text be a formula', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =cmd|\'/C calc\'!A0', '\u00a0=1', '＝1+1', '－1', '＋1', '＠x', '=HYPERLINK("http://x","y")']) {
      assert.match(csvOf([{ text }]).split('\r\n').slice(1).join('\r\n'), /^"'/, JSON.stringify(text))
    }
    for (const text of ['a=1', '1-2', 'x@y', '']) assert.ok(csvOf([{ text }]).endsWith(`\r\n"${text}"\r\n`), text)
    assert.equal(csvOf([{ number: -1 }]), '\ufeff"number"\r\n-1\r\n')
    // A field's own name can come from somebody else as well.
    assert.ok(csvOf([{ '=1': 1 }]).startsWith('\ufeff"\'=1"'))
  })
})
