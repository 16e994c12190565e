import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { begins, catalogue, listing } from '../../../src/mcp/catalogue.js'
import { allTools } from '../../../src/tools/all.js'

const eight = ['startup', 'claim', 'check_in', 'release', 'send_message', 'read_messages', 'log_decision', 'log_error']

/**
 * Tokens of English and JSON, counted without a tokenizer's tables: a word (or a part of one written in camel case) is one for
 * each nine letters begun, up to three digits are one, up to four signs in a row are one. Measured against cl100k_base and
 * o200k_base on this listing and on our documents, this counts 3 to 20 % more than they do.
 */
function tokensIn(text: string): number {
  let count = 0
  for (const [piece] of text.matchAll(/ ?[A-Z]?[a-z]+| ?[A-Z]+|\p{N}{1,3}|[^\p{L}\p{N}\s]{1,4}|\p{L}|\s+/gu)) count += /[a-z]/i.test(piece) ? Math.ceil(piece.trim().length / 9) : 1
  return count
}

describe('tools offered to models', () => {
  const few = [...catalogue('few').values()].map(listing)
  const all = [...catalogue('all').values()].map(listing)

  it('are eight unless all are asked for', () => {
    assert.deepEqual(few.map(({ name }) => name), eight)
    assert.deepEqual(all.map(({ name }) => name).filter((name) => eight.includes(name)).sort(), [...eight].sort())
  })

  it('of all kinds are there when all are asked for: one for each operation there is a file of', () => {
    const files = readdirSync(new URL('../../../src/tools/', import.meta.url)).map((file) => file.replace(/\.(js|ts)$/, '')).filter((file) => !file.includes('.') && !['tool', 'input', 'all'].includes(file))
    const named = files.map((file) => file.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    assert.deepEqual(allTools.map(({ name }) => name).sort(), named.sort())
    for (const name of named) assert.ok(all.some((tool) => tool.name === name), name)
  })

  it('cost a model less than 1,800 tokens', () => {
    // What clients pass on to a model: not the schemas of answers, nor the annotations.
    const given = JSON.stringify(few.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema })))
    const tokens = tokensIn(given)
    console.log(`      eight tools: about ${tokens} tokens for a model (${given.length} characters; a word for each nine letters, signs by four); with schemas of answers ${tokensIn(JSON.stringify(few))}; all ${all.length} tools ${tokensIn(JSON.stringify(all.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))))}`)
    assert.ok(tokens > 500 && tokens < 1_800, `${tokens}`)
  })

  it('say what they are for and what not, and describe themselves for clients', () => {
    for (const { name, description = '', annotations, title, outputSchema, inputSchema } of all) {
      assert.ok(description.length > 40 && description.length < 600, name)
      assert.equal(annotations?.title, title)
      for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const) assert.equal(typeof annotations?.[hint], 'boolean', `${name} ${hint}`)
      assert.equal(inputSchema.type, 'object')
      assert.equal(outputSchema?.type, 'object')
      assert.deepEqual(outputSchema?.required, ['ok'])
    }
    for (const { name, description = '' } of all) {
      assert.match(description, /\b(Use|Call)\b|\b([Bb]efore|when|[Ww]here|as soon as|so that|that others)\b/, `${name} does not say when to use it`)
      assert.match(description, /[.;] Not [a-z]/, `${name} does not say when not to use it`)
    }
    const hints = (name: string): unknown => all.find((tool) => tool.name === name)?.annotations
    assert.deepEqual(hints('list_claims'), { title: 'List locks', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false })
    assert.deepEqual(hints('force_release'), { title: "End somebody else's lock", readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false })
  })

  it('turn Muster on only where they begin something', () => {
    const beginning = [...catalogue('all').values()].filter(begins).map(({ name }) => name)
    assert.deepEqual(beginning.sort(), ['check_in', 'claim', 'log_decision', 'log_error', 'send_message', 'startup'])
  })
})
