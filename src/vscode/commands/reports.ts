import type * as vscode from 'vscode'
import { cancellable } from '../cancellable.js'
import { t } from '../l10n.js'
import { showQuickPick } from '../say.js'
import { titleOf, type Report } from '../reportPages.js'
import { ask, done, given, readable, several, TEXT, writable, type Command } from './context.js'

const kinds = ['status', 'daily', 'overview', 'lead'] as const satisfies readonly Report[]
/** What the person had run last, in this workspace. */
const SMOKE_TEST = 'muster.smokeTest'

/** The report as a page. @param argument One of the kinds; asked for otherwise */
export const showReport: Command = async (context, argument) => {
  readable(context)
  const details: Readonly<Record<(typeof kinds)[number], string>> = { status: t('In seven parts, to hand on'), daily: t('What each agent did today'), overview: t('One screen'), lead: t('For whoever takes over') }
  const asked = kinds.find((kind) => kind === argument)
  const items = kinds.map((kind) => ({ label: titleOf(kind), detail: details[kind], report: kind }))
  const kind = asked ?? given(await showQuickPick(items, { title: t('Show a report'), placeHolder: t('Which one?') })).report
  await cancellable(t('Making the report'), (signal) => context.documents.showReport(kind, { signal }))
}

/** The day of whom this window speaks for, for people; shown afterwards with what the records know of it. */
export const writeSummary: Command = async (context) => {
  const muster = await writable(context)
  const questions = {
    completed: t('What was completed? This may stay empty.'),
    next: t('What comes next? This may stay empty.'),
    messages: t('Which messages matter? This may stay empty.'),
    blockers: t('What keeps you from going on? This may stay empty.'),
    metrics: t('Figures, such as tests: 32/32. This may stay empty.'),
  }
  const said: Partial<Record<keyof typeof questions, string[]>> = {}
  const all = Object.entries(questions)
  for (const [index, [name, question]] of all.entries()) {
    const text = await ask(t('Write a daily summary ({0} of {1})', index + 1, all.length), question, { most: TEXT, optional: true, placeHolder: t('several things with a semicolon between them') })
    const things = several(text)
    if (things.length > 0) said[name as keyof typeof questions] = things
  }
  const { number } = await muster.writeDailySummary(said)
  done(t('Summary {0} is written', number))
  await cancellable(t('Making the report'), (signal) => context.documents.showReport(`daily/${muster.agent}`, { signal }))
}

/** Where the work is, for whoever leads it from now on, with the smoke test that the person chooses. */
export const resumeLead: Command = async (context) => {
  readable(context)
  const smokeTest = await chooseSmokeTest(context.smokeTest(), context.memory)
  const title = smokeTest === '' ? t('Looking where the work is') : t('Running the smoke test')
  await cancellable(title, (signal) => context.documents.showReport('lead', { ...(smokeTest !== '' && { smokeTest }), signal }))
}

/** Never one that the repository chose. @returns '' for none */
async function chooseSmokeTest(set: string, memory: vscode.Memento): Promise<string> {
  const known = [...new Set([memory.get(SMOKE_TEST, ''), set])].filter((command) => command !== '')
  const [another, none] = [{ icon: 'edit', label: t('Another Command…'), command: undefined }, { icon: 'circle-slash', label: t('Without a Smoke Test'), command: '' }]
  const items = [...known.map((command) => ({ icon: 'beaker', label: command, command })), another, none]
  const { command } = given(await showQuickPick(items, { title: t('Resume as lead'), placeHolder: t('Which command shows whether it still works?'), ignoreFocusOut: true }))
  const chosen = command ?? (await ask(t('Resume as lead'), t('Which command shows whether it still works? It is run in the root of this working tree.'), { placeHolder: t('for example, npm test') }))
  if (chosen !== '') await memory.update(SMOKE_TEST, chosen)
  return chosen
}
