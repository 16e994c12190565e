import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { parseCall } from '../../../src/cli/arguments.js'
import { commands } from '../../../src/cli/commands.js'

const page = readFileSync(join(projectRoot, 'docs', 'cli.md'), 'utf8')
const sections = new Map(page.split(/^### muster /m).slice(1).map((section) => {
  const [heading = '', ...body] = section.split('\n')
  return [heading.trim(), body.join('\n').split(/^## /m)[0] ?? ''] as const
}))

describe('docs/cli.md', () => {
  it('has a section for every command, and none for others', () => {
    assert.deepEqual([...sections.keys()].sort(), commands.map(({ name }) => name).sort())
  })

  for (const { name, options } of commands) {
    it(`lists the options of "${name}", with their choices`, () => {
      const section = sections.get(name) ?? ''
      const rows = [...section.matchAll(/^\| `--([a-z-]+)[^`]*` \|(.*)$/gm)]
      assert.deepEqual(rows.map(([, option]) => option).sort(), Object.keys(options).sort())
      for (const [, option = '', text = ''] of rows) {
        const spec = options[option]
        if (spec?.type === 'choice') for (const choice of spec.choices) assert.ok(text.includes(`\`${choice}\``), `${option}: ${choice}`)
        if (spec?.type === 'list') assert.match(text, /repeatable/)
        if (spec?.type === 'text' && spec.required === true) assert.match(text, /required/)
      }
    })

    it(`has an example of "${name}" that is right`, () => {
      const [, example = ''] = /```sh\n(.+)\n```/.exec(sections.get(name) ?? '') ?? []
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
      assert.equal(words[0], 'muster')
      assert.equal(parseCall(words.slice(1), commands).command.name, name)
    })
  }
})
