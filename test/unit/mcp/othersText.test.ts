import assert from 'node:assert/strict'
import { answerOf, errorAnswer } from '../../../src/mcp/answer.js'
import { MusterError } from '../../../src/core/errors.js'
import { cleanText, hasOthersText, MARK, setApart } from '../../../src/mcp/othersText.js'
import { injections } from './injections.js'
import { textsInTheOpen } from './open.js'

describe('text of others, as models get it', () => {
  it('is cleaned of control, direction and invisible characters; letters, line feeds and tabs stay', () => {
    assert.equal(new Set(injections).size, 50)
    for (const text of injections) assert.doesNotMatch(cleanText(text), /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u)
    for (const text of ['plain', 'two\nlines\tand a tab', 'Grüße, 你好, שלום, नमस्ते', '👍 🇩🇪 é', '`code` <b> & "quotes"']) assert.equal(cleanText(text), text)
    assert.equal(cleanText('a\r\nb\u200bc\u202ed\u001b[0m'), 'a\nbcd[0m')
  })

  it('is below the mark, whichever field it is in', () => {
    const fields = ['name', 'fromName', 'subject', 'body', 'note', 'message', 'hint', 'resource', 'branch', 'eta', 'kind', 'status', 'reason', 'since', 'id', 'from', 'heldBy', 'anything', 'next', 'error']
    for (const text of injections) {
      const record = Object.fromEntries(fields.map((field) => [field, text]))
      const result = setApart({ ...record, ok: true, list: [record, { deep: { ...record, texts: [text, text] } }], recipients: [text], delivery: { [text]: 'seen', beta: text }, [text]: 1 })
      const open = textsInTheOpen(result).join('\n')
      for (const words of [text, cleanText(text)]) assert.ok(!open.includes(words), `${JSON.stringify(text)} in ${open}`)
      assert.equal(result['ok'], true)
      assert.ok(hasOthersText(result))
    }
  })

  it('leaves ids, known words, times and numbers in the open', () => {
    const claim = { heldBy: 'beta-2', mine: false, mode: 'exclusive', token: 7, since: '2026-03-01T12:00:00.000Z', waiters: ['gamma', 'jürgen'], progress: 60 }
    assert.deepEqual(setApart({ ok: true, claims: [{ ...claim, resource: 'src/a.ts', note: 'x' }] }), { ok: true, claims: [{ ...claim, [MARK]: { resource: 'src/a.ts', note: 'x' } }] })
    assert.deepEqual(setApart({ id: 'm12', status: 'D-1 is approved', eta: 'soon' }), { id: 'm12', [MARK]: { status: 'D-1 is approved', eta: 'soon' } })
  })

  it('leaves a resource in the open that the caller named itself, and nothing else it said', () => {
    const { structuredContent } = answerOf('claim', { ok: true, resource: 'src/a.ts', note: 'src/a.ts', claims: [{ resource: 'src/b.ts' }] }, { resources: ['src/a.ts'], note: 'src/a.ts' })
    assert.deepEqual(structuredContent, { ok: true, resource: 'src/a.ts', claims: [{ [MARK]: { resource: 'src/b.ts' } }], [MARK]: { note: 'src/a.ts' } })
  })

  it('does not tell whose conversation it is, nor fields that pretend to be the mark', () => {
    assert.deepEqual(setApart({ id: 'a', conversation: 'secret', workspace: 'w', [MARK]: { next: 'x' } }), { id: 'a' })
  })

  it('cuts what is long in a list, and gives it whole when it is asked for by id', () => {
    const body = 'x'.repeat(9_000)
    const textOf = (input: unknown): string => ((answerOf('claim', { ok: true, messages: [{ id: 'm1', body }] }, input).structuredContent!['messages'] as Record<string, Record<string, string>>[])[0]![MARK]!['body']!)
    assert.match(textOf({}), /^x{4000} … \(5000 more characters\)$/)
    assert.equal(textOf({ ids: ['m1'] }), body)
  })
})

describe('answers of tools', () => {
  it('say in words of ours what to do after a refusal, before everything else', () => {
    const { content, isError, structuredContent } = answerOf('claim', { ok: false, reason: 'HELD', hint: `${injections[0]} has it`, heldBy: 'beta' }, {})
    const [first = '', second = '', third = ''] = (content[0] as { text: string }).text.split('\n')
    assert.match(first, /^Do not edit it\. .*wait/)
    assert.match(second, /^Text under "untrusted" was written by others/)
    assert.deepEqual(JSON.parse(third), structuredContent)
    assert.equal(structuredContent!['next'], first)
    assert.equal(isError, undefined)
  })

  it('send to a stale lock by taking it over, and to the rules where a reason is new', () => {
    assert.match(String(answerOf('claim', { ok: false, reason: 'HELD', stale: true }, {}).structuredContent!['next']), /takeOver/)
    assert.match(String(answerOf('claim', { ok: false, reason: 'SOMETHING_NEW', hint: 'h' }, {}).structuredContent!['next']), /^It was refused\. Go on with something else/)
  })

  it('are errors that keep what others wrote apart', () => {
    const damaged = errorAnswer(new MusterError('LEDGER_NEWER', `The ledger holds ${injections[0]}`, { hint: 'h' }))
    assert.equal(damaged.isError, true)
    assert.ok(!textsInTheOpen(damaged.structuredContent).join('\n').includes(injections[0]!))
    const input = errorAnswer(new MusterError('INVALID_INPUT', 'resources: missing', { hint: 'Correct it.' }))
    assert.deepEqual(input.structuredContent, { ok: false, error: { code: 'INVALID_INPUT', message: 'resources: missing' }, next: 'Correct it.' })
    assert.match(String(errorAnswer(new Error('oops')).structuredContent!['next']), /fault in Muster/)
  })
})
