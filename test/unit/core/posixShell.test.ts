import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { posixQuoted, posixWord } from '../../../src/core/posixShell.js'
import { posixOnly } from '../posixOnly.js'

const texts = ['', ' ', 'src/auth.ts', "it's", "''", '$HOME', '`id`', 'a b', '*', '~', '!x', 'two\nlines', '\\', '"', 'a;b', '#x', 'größe.ts', '--note=x', '{a,b}', '(x)', 'a&b', '\u00a0']

describe('a word of a POSIX shell', () => {
  posixOnly('is read back as it was, whatever it holds', () => {
    for (const quote of [posixQuoted, posixWord]) {
      const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(quote).join(' ')}`], { encoding: 'utf8' })
      assert.deepEqual(printed.split('\0').slice(0, -1), texts)
    }
  })

  it('is not quoted for people where nothing could be taken for something else', () => {
    for (const plain of ['src/auth.ts', 'größe.ts', '--minutes', 'a=b', 'x@1.2+3,4:5%']) assert.equal(posixWord(plain), plain)
    for (const other of ['', 'a b', '~/x', '#1', "o'clock"]) assert.equal(posixWord(other), posixQuoted(other))
  })
})
