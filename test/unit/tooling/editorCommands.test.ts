import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8')

/** Ways in which the tests press, pick and run things as a person does. */
const acts = /\b(runCommand|pick|choose|inlineAction|contextMenu|titleAction|explorerMenu|tabMenu|clickButton)\(/

/** Run by something that has another name than the command, and the test that does it. */
const byOtherName: Readonly<Record<string, { file: string; text: string }>> = {
  // Behind the quick fixes of a document.
  'muster.fixDocument': { file: 'handoffFixes.test.ts', text: 'await files.fix(' },
}

describe('tests in the real editor', () => {
  it('run every command of the manifest at least once, as a person would', () => {
    const { contributes } = JSON.parse(read('package.json')) as { contributes: { commands: { command: string; title: string }[] } }
    const nls = JSON.parse(read('package.nls.json')) as Record<string, string>
    const folder = join('test', 'vscode', 'muster')
    const lines = readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith('.test.ts'))
      // Titles that are given in a table are run by the loop over it.
      .flatMap((name) => read(folder, name).replaceAll('\\\'', '\'').split('\n').filter((line) => acts.test(line) || /^ +\[.*\],?( as const\) \{)?$/.test(line)))
    const missing = contributes.commands.filter(({ command, title }) => {
      const known = byOtherName[command]
      if (known) return !read(folder, known.file).includes(known.text)
      const words = nls[title.replaceAll('%', '')]!.replace('…', '')
      // Whole: "Release Lock" is not run by what runs "Force Release Lock".
      return !lines.some((line) => [`'${words}`, `/${words}`, `Muster: ${words}`].some((text) => line.includes(text)))
    })
    assert.deepEqual(missing.map(({ command }) => command), [])
  })
})
