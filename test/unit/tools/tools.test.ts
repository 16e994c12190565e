import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { z } from 'zod'
import { isMusterError } from '../../../src/core/errors.js'
import { claimTool } from '../../../src/tools/claim.js'
import { callTool, type Tool } from '../../../src/tools/tool.js'
import { fakeMuster, type Call } from '../cli/fakeHost.js'

const folder = new URL('../../../src/tools/', import.meta.url)

async function allTools(): Promise<Tool[]> {
  const files = readdirSync(folder).map((file) => file.replace(/\.(js|ts)$/, '')).filter((file) => !file.includes('.') && !['tool', 'input', 'all'].includes(file))
  return Promise.all(files.map(async (file) => {
    const module = (await import(new URL(`${file}.js`, folder).href)) as Record<string, Tool>
    const tool = module[`${file}Tool`]
    assert.ok(tool, `${file} exports ${file}Tool`)
    return tool
  }))
}

describe('tools', () => {
  let tools: Tool[]
  before(async () => {
    tools = await allTools()
  })

  it('are named as the library, once each, with words for people and models', () => {
    assert.ok(tools.length >= 16)
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length)
    for (const { name, title, description } of tools) {
      assert.match(name, /^[a-z]+(_[a-z]+)*$/)
      assert.ok(title.length > 3 && title.length < 50, name)
      assert.ok(description.length > 40 && description.length < 600, name)
    }
  })

  it('have flat inputs that can be given as JSON schema, and refuse fields they do not know', () => {
    for (const { name, input } of tools) {
      const schema = z.toJSONSchema(input, { io: 'input' }) as { type?: string; properties?: Record<string, { type?: string }>; additionalProperties?: unknown }
      assert.equal(schema.type, 'object', name)
      assert.equal(schema.additionalProperties, false, name)
      for (const [field, { type }] of Object.entries(schema.properties ?? {})) assert.notEqual(type, 'object', `${name}.${field}`)
    }
  })

  it('say that startup lists the caller\'s own locks', () => {
    assert.match(tools.find(({ name }) => name === 'startup')?.description ?? '', /all active locks \(`mine` marks/)
  })

  it('throw INVALID_INPUT that names the field', async () => {
    await assert.rejects(callTool(claimTool, fakeMuster({}), { resources: [] }), (error) => {
      assert.ok(isMusterError(error))
      assert.equal(error.code, 'INVALID_INPUT')
      assert.match(error.message, /^resources: /)
      return true
    })
  })

  it('claim one thing with claim and several with claimAll, with key and signal of the call', async () => {
    const calls: Call[] = []
    const muster = fakeMuster({ claim: async () => ({ ok: true }), claimAll: async () => ({ ok: true }) }, calls)
    const { signal } = new AbortController()
    await callTool(claimTool, muster, { resources: ['a'], note: 'n' }, { key: 'k', signal })
    await callTool(claimTool, muster, { resources: ['a', 'b'] })
    const defaults = { mode: 'exclusive', wait: false, priority: 'normal', takeOver: false, force: false }
    assert.deepEqual(calls, [
      { method: 'claim', args: ['a', { ...defaults, note: 'n', signal, key: 'k' }] },
      { method: 'claimAll', args: [['a', 'b'], defaults] },
    ])
  })
})
