import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { parseCall } from '../../../src/cli/arguments.js'
import { globalOptions, type OptionSpec, type OptionSpecs } from '../../../src/cli/command.js'
import { commands } from '../../../src/cli/commands.js'
import { exitCodes } from '../../../src/cli/exitCodes.js'

const page = readFileSync(join(projectRoot, 'docs', 'cli.md'), 'utf8')
const sections = new Map(page.split(/^### muster /m).slice(1).map((section) => {
  const [heading = '', ...body] = section.split('\n')
  return [heading.trim(), body.join('\n').split(/^## /m)[0] ?? ''] as const
}))

describe('docs/cli.md', () => {
  it('has a section for every command, and none for others', () => {
    assert.deepEqual([...sections.keys()].sort(), commands.map(({ name }) => name).sort())
  })

  it('lists the options that every command has, and the exit codes', () => {
    const [common = ''] = page.split(/^### /m)
    listsOptions(common, globalOptions)
    assert.deepEqual([...common.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code)), Object.values(exitCodes).sort())
  })

  for (const { name, options, words } of commands) {
    it(`lists the options of "${name}", with their values and choices`, () => {
      const section = sections.get(name) ?? ''
      if (words) assert.ok(section.includes(`\`muster ${name} ${words.usage}`), `muster ${name} ${words.usage}`)
      for (const [, option = '', text = ''] of listsOptions(section, options)) {
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

/** That a section has a row for each option and no other, written as the help of the command writes it. @returns the rows */
function listsOptions(section: string, options: OptionSpecs): RegExpMatchArray[] {
  const rows = [...section.matchAll(/^\| `--([a-z-]+)[^`]*` \|(.*)$/gm)]
  assert.deepEqual(rows.map(([, option]) => option).sort(), Object.keys(options).sort())
  for (const [row, option = ''] of rows) assert.match(row, new RegExp(`^\\| \`--${option}${placeholder(options[option]!)}\``))
  return rows
}

function placeholder(spec: OptionSpec): string {
  if (spec.type === 'flag') return ''
  return spec.type === 'choice' ? ' [A-Z]+' : ` ${spec.value}`
}
