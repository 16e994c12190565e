import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { projectRoot } from '../../../scripts/projectRoot.js'

const use = "import * as vscode from 'vscode'\nimport { html } from 'lit'\nimport { done, given, log, n, parts, plural, pick, t, tooltip } from './parts.js'\n"
const inFunction = (code: string): string => `${use}export const act = (): unknown => (${code})`

/** What can be read only in English, in a function. */
const violations: Record<string, string[]> = {
  'what is shown': ["vscode.window.showInformationMessage('hello')", 'vscode.window.showWarningMessage(`${n} files`)', "vscode.window.setStatusBarMessage('done')", "done('saved')"],
  'what asks': ["pick([], { title: 'which', none: '' })", "({ placeHolder: 'name' })", "({ label: n > 1 ? t('one') : 'none' })", "({ label: '$(lock) locked' })", "({ label: `$(lock) ${n} locked` })"],
  'what rows say': ["parts(n > 0 && 'stale')", "tooltip(t('Lock'), ['since', n])", "({ spoken: 'locked' })"],
  'what has words': ["'Something went wrong'", "'Reply'", '`${n} more`', "[t('One'), 'and more'].join(' ')", "({ off: 'Muster is off.' })"],
  'what a page says': ['html`<p>Loading</p>`', 'html`<button aria-label="Close">${n}</button>`', 'html`<p title="All of ${n}">${n}</p>`'],
  'what cannot be looked up': ['t(n)', 't(`${n} more`)', "t(n ? 'one' : 'more')", "plural(n, '1 lock', n)", "t({ message: 'To' })", "t({ message: n, comment: 'whom' })"],
}

const legal = [
  "t('Something went wrong')", "plural(n, '1 lock', '{n} locks')", "t({ message: 'To', comment: 'whom' })", "vscode.window.showInformationMessage(t('hello'))", '({ label: `$(lock) ${t(\'Lock\')}` })',
  "vscode.commands.executeCommand('muster.openFile')", "({ id: `row of ${n}`, icon: 'lock' })", "new TypeError('No such row here')", "log.warn('The file is gone')", 'parts(n, `${n} · ${n}`)', "n === 'not here'", "({ 'two words': n })",
  'html`<p class="two words" data-list=${n}>${t(\'Loading\')}</p>`', "({ title: 'Muster' })", "['pointerleave', 'pointercancel']",
]

describe('the rule for texts', function () {
  this.timeout(300_000)
  const eslint = new ESLint({
    cwd: projectRoot,
    overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }, { rules: { '@typescript-eslint/no-unused-vars': 'off', 'muster/imports': 'off' } }] as ESLint.Options['overrideConfig'],
  })
  const problemsOf = async (code: string, file = 'src/vscode/new.ts'): Promise<string[]> => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: join(projectRoot, file) })
    return result!.messages.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`)
  }

  for (const [what, cases] of Object.entries(violations)) {
    it(`refuses ${what} in English only`, async () => {
      for (const code of cases) {
        const problems = await problemsOf(inFunction(code))
        assert.equal(problems.length, 1, `${code}\n${problems.join('\n')}`)
        assert.match(problems[0]!, /^muster\/texts: /)
      }
    })
  }

  it('refuses a text that is looked up before the language is known', async () => {
    for (const code of ["export const hello = t('hello')", "export class A { static hello = t('hello'); world = 1 }"]) assert.match((await problemsOf(`${use}${code}`)).join(), /muster\/texts: The language is not known yet/)
  })

  it('holds for the dashboard too, and for no other part', async () => {
    assert.equal((await problemsOf(inFunction("'Something went wrong'"), 'src/dashboard/new.ts')).length, 1)
    assert.deepEqual(await problemsOf(inFunction("'Something went wrong'"), 'src/cli/new.ts'), [])
  })

  it('lets everything else be', async () => {
    for (const code of legal) assert.deepEqual(await problemsOf(inFunction(code)), [], code)
  })
})
