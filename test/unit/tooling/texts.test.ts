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

/** What the core would tell in English only. */
const untold = [
  "({ hint: 'Ask a person.' })", '({ hint: `${n} is there.` })', "({ hint: n ? tell`One.` : 'None.' })", "({ hint: n ?? 'None.' })", "refuse('HELD', 'Ask.')", "invalid('Nothing is named.', tell`Ask.`)", "invalid(tell`Nothing is named.`, 'Ask.')", "refuse('HELD', n ? `${n} has it.` : tell`Ask.`)", "new MusterError('BUSY', 'It is busy.')", "new MusterError('BUSY', tell`It is busy.`, { hint: 'Wait.' })",
  "[1].map(() => 'Ask a person.')", "tell`${n ? 'is' : 'are'} there`", 'tell`${n ? `${n} of them` : tell`none`} there`', 'tell`${n}`',
]
const toldWell = ["({ hint: tell`Ask a person.` })", "({ hint: n ? tell`One.` : tell`None.` })", "({ hint: n.hint, other: 'Ask a person.' })", "refuse('HELD', hintOf(n))", "new MusterError('BUSY', tell`It is busy.`, { hint: tell`Wait.` })", "new Error('It is busy.')", 'tell`It is ${[n]}${n ? `: ${n}` : tell` and more`}.`', "[1].map(() => 'claims')"]

describe('the rule for texts', function () {
  this.timeout(900_000)
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

  it('refuses what the core tells where it cannot be said in another language, or not in whole texts', async () => {
    const told = "import { MusterError } from '../errors.js'\nimport { hintOf, invalid, n, refuse } from './parts.js'\nimport { tell } from '../tell.js'\n"
    const problems = (code: string): Promise<string[]> => problemsOf(`${told}export const act = (): unknown => (${code})`, 'src/core/rules/new.ts')
    for (const code of untold) assert.match((await problems(code)).join('\n'), /^(muster\/told: .*\n?)+$/, code)
    for (const code of toldWell) assert.deepEqual(await problems(code), [], code)
    assert.match((await problemsOf(`${told}export const late = tell\`Wait.\``, 'src/core/rules/new.ts')).join(), /muster\/told: Nothing is remembered yet/)
  })

  it('lets everything else be', async () => {
    for (const code of legal) assert.deepEqual(await problemsOf(inFunction(code)), [], code)
  })
})
