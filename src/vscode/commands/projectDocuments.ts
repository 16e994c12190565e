import { basename, join } from 'node:path'
import * as vscode from 'vscode'
import type { Finding } from '../../documents/project/finding.js'
import type { WrittenDocument } from '../../documents/project/files.js'
import type { Muster } from '../../core/muster.js'
import type { Answer } from '../../supervisor/runProgram.js'
import { fixes, type Fix } from '../findingText.js'
import { cancellable } from '../cancellable.js'
import { plural, t } from '../l10n.js'
import { openedAs, realFile } from '../resources.js'
import { targetOf } from '../views/row.js'
import { ask, done, readable, refused, writable, type Command, type CommandContext } from './context.js'
import { advancePhase } from './decisions.js'
import { compareKept } from './keptVersions.js'
import { review, type PlannedFile } from './review.js'
import { showInformationMessage } from '../say.js'

/** Asks what nobody has said yet, shows what would be written, and writes STATUS.md, DECISIONS.md and AGENTS.md. */
export const createDocuments: Command = async (context) => {
  const muster = await writable(context)
  const args = ['docs', 'init', ...(await answers(muster))]
  await context.handoff.save()
  const { documents } = await context.project.look<Answer & { documents: PlannedFile[] }>([...args, '--dry-run'])
  if (documents.length === 0) return void showInformationMessage(t('STATUS.md, DECISIONS.md and AGENTS.md are there, and as they should be.'))
  const written = await review(t('Muster: Create Documents'), documents, () => context.project.act<Written>([...args, '--yes']))
  await tellWritten(context, muster, written)
  await open(context, muster, 'STATUS.md')
}

/** A few questions, where there is no plan; each may stay empty. */
async function answers(muster: Muster): Promise<string[]> {
  const plan = await muster.getPlan()
  if (plan.phases.length > 0) return []
  const title = t('Create documents')
  const project = await ask(title, t('What is the project called?'), { value: plan.project || basename(muster.root), optional: true })
  const phase = await ask(title, t('What is its first phase called? This may stay empty.'), { most: 200, optional: true, placeHolder: t('for example, Foundation') })
  const acceptance = phase === '' ? '' : await ask(title, t('What must be true at the end of "{0}"? This may stay empty.', phase), { optional: true, placeHolder: t('for example, it builds and its tests pass') })
  const deliverable = await ask(title, t('What is being made now? This may stay empty.'), { optional: true })
  const said = { project, phase, acceptance, deliverable }
  return Object.entries(said).flatMap(([name, text]) => (text === '' ? [] : [`--${name}=${text}`]))
}

/** Looks for what somebody who takes over would miss, and shows it where it is. */
export const checkHandoff: Command = async (context) => {
  const muster = readable(context)
  const findings = await cancellable(t('Checking the handoff'), (signal) => context.handoff.check(signal))
  const missing = findings.filter(({ code }) => code === 'missing-file')
  if (missing.length > 0) {
    const make = t('Create Documents…')
    const text = missing.length === 3 ? t('There are no STATUS.md, DECISIONS.md and AGENTS.md yet, from which somebody new could go on.') : t('There is no {0} yet.', missing.map(({ file }) => file).join(', '))
    if ((await showInformationMessage(text, make)) === make) await createDocuments(context, undefined)
    return
  }
  const [first] = findings.filter(({ code }) => code !== 'no-file')
  if (first === undefined && findings.length === 0) return void showInformationMessage(t('Whoever comes next can go on: nothing is missing.'))
  if (first) await open(context, muster, first.file, first.line)
  await vscode.commands.executeCommand('workbench.actions.view.problems')
  done(plural(findings.length, '1 thing is missing for a handoff', '{n} things are missing for a handoff'))
}

type Written = Answer & { documents: WrittenDocument[] }
type Mend = (context: CommandContext, muster: Muster, finding: Finding) => Promise<void>

/** Puts a problem of a document right: a quick fix of its line. @param argument A finding and one of its fixes, or a document with a kept version */
export const fixDocument: Command = async (context, argument) => {
  const kept = targetOf(argument, 'document')
  if (kept) return compareKept(kept)
  const asked = (argument ?? {}) as Pick<Finding, 'file' | 'line' | 'code' | 'about'> & { fix?: Fix }
  const finding = context.handoff.find(asked)
  const fix = fixes.find((one) => one === asked.fix)
  if (!finding || !fix) return void showInformationMessage(t('This is not a problem any more.'))
  await mends[fix](context, await writable(context), finding)
}

const mends: Readonly<Record<Fix, Mend>> = {
  make: async (context) => createDocuments(context, undefined),
  render: (context, muster) => render(context, muster),

  async accept(context, muster, { about = '' }) {
    await context.handoff.save()
    const answer = await context.project.act<Answer & { hint?: string }>(['docs', 'accept', about])
    if (!answer.ok) return refused(answer.hint ?? '')
    done(t('{0} is recorded as it stands there', about))
    await render(context, muster)
  },

  async record(context, muster, { entry }) {
    if (!entry) return
    await recorded(context, muster, () => muster.logDecision(entry), ({ id }) => t('Proposed {0}', id))
  },

  async deliverable(context, muster) {
    const title = await ask(t('What is being made now?'), t('In words somebody new can act on.'))
    const owner = await ask(t('What is being made now?'), t('Who makes it? This may stay empty.'), { optional: true })
    await changePlan(context, muster, { deliverable: { title, owner } })
  },

  async task(context, muster) {
    const title = await ask(t('Add a P0 task'), t('What is to be done next?'), { placeHolder: t('title') })
    const { phase } = await muster.getPlan()
    await recorded(context, muster, () => muster.addTask({ title, priority: 'P0', ...(phase && { phase: phase.name }) }), ({ id }) => t('Added {0}', id))
  },

  async reword(context, muster, { about = '' }) {
    const [, id = '', before = ''] = /^(T-\d+) (.*)$/.exec(about) ?? []
    const title = await ask(t('{0}: what is to be done?', id), t('In words somebody new can act on.'), { value: before })
    await recorded(context, muster, () => muster.changeTask(id, { title }))
  },

  async phase(context, muster) {
    const { phase } = await muster.getPlan()
    const name = await ask(t('Plan a phase'), t('Name of the phase'), { most: 200, value: phase?.name ?? '', placeHolder: t('for example, Foundation') })
    const text = await ask(t('Plan a phase'), t('What must be true at the end of "{0}"?', name), { placeHolder: t('for example, it builds and its tests pass') })
    await addCriterion(context, muster, name, text)
  },

  async criterion(context, muster, { about = '' }) {
    const name = about.replace(/^Phase \d+: /, '')
    const text = await ask(name, t('What must be true at the end of "{0}"?', name), { placeHolder: t('for example, it builds and its tests pass') })
    await addCriterion(context, muster, name, text)
  },

  async tests(context, muster) {
    const answer = await ask(t('How many tests pass?'), t('Those that pass, and all there are.'), { placeHolder: '184/184', check: (text) => (testsIn(text) ? undefined : t('Two numbers, as 182/184.')) })
    const { passed, total } = testsIn(answer)!
    await recorded(context, muster, () => muster.setTests(passed, total))
  },

  async advance(context, muster) {
    await context.handoff.save()
    await advancePhase(context, undefined)
    await render(context, muster)
  },

  async scope(_context, muster, { about }) {
    const agent = muster.state().agents.find(({ name }) => name === about)
    await vscode.commands.executeCommand('muster.sendMessage', agent && { target: { type: 'agent', id: agent.id } })
  },

  async commit(context, muster, { file }) {
    await context.handoff.save()
    const message = await ask(t('Commit {0}', file), t('Message of the commit; nothing but this file is committed.'), { value: t('{0} as of now', file) })
    const { commitFile } = await import('../../core/system/commits.js')
    await commitFile(muster.root, file, message)
    done(t('{0} is committed', file))
    await context.handoff.check()
  },
}

function testsIn(text: string): { passed: number; total: number } | undefined {
  const [, passed, total] = /^\s*(\d{1,9})\s*(?:\/|\s)\s*(\d{1,9})\s*$/.exec(text) ?? []
  return passed !== undefined && Number(passed) <= Number(total) ? { passed: Number(passed), total: Number(total) } : undefined
}

/** Behind those it has. */
async function addCriterion(context: CommandContext, muster: Muster, name: string, text: string): Promise<void> {
  const { phases } = await muster.getPlan()
  const known = phases.find((phase) => phase.name.toLowerCase() === name.trim().toLowerCase())?.acceptance.map((one) => one.text) ?? []
  await changePlan(context, muster, { phases: [{ name, acceptance: [...known, text] }] })
}

async function changePlan(context: CommandContext, muster: Muster, change: Parameters<Muster['changePlan']>[0]): Promise<void> {
  await recorded(context, muster, () => muster.changePlan(change))
}

/** Puts something on record. What is typed is saved before: a document that the writer has made anew by then could not be saved any more. */
async function recorded<Result extends { ok: true } | { ok: false; hint: string }>(context: CommandContext, muster: Muster, put: () => Promise<Result>, said?: (made: Extract<Result, { ok: true }>) => string): Promise<void> {
  await context.handoff.save()
  const result = await put()
  if (!result.ok) return refused(result.hint)
  if (said) done(said(result as Extract<Result, { ok: true }>))
  await render(context, muster)
}

/** Muster's parts anew, at once and not when the writer comes by. */
async function render(context: CommandContext, muster: Muster): Promise<void> {
  await context.handoff.save()
  await tellWritten(context, muster, await context.project.act<Written>(['docs', 'render']))
}

async function tellWritten(context: CommandContext, muster: Muster, { documents }: Written): Promise<void> {
  await context.handoff.check()
  const shown = (file: string): string => openedAs(context.window)(join(muster.root, file))
  const not = documents.find(({ how }) => how === 'refused')
  if (not) refused(`${not.file}: ${not.hint ?? ''}`)
  for (const { file, how, kept } of documents) {
    if (kept === undefined || how === 'refused') continue
    const compare = t('Compare')
    // Nobody waits for the answer: what was asked for is done.
    void showInformationMessage(t('Muster\'s part of {0} was changed by hand and is made anew. The other version is {1}.', file, kept), compare).then((answer) => (answer === compare ? compareKept({ file: shown(file), kept: shown(kept) }) : undefined))
  }
}

async function open({ window }: CommandContext, muster: Muster, file: string, line = 1): Promise<void> {
  const at = new vscode.Position(line - 1, 0)
  await vscode.window.showTextDocument(vscode.Uri.file(openedAs(window)(realFile(join(muster.root, file)))), { preview: false, selection: new vscode.Range(at, at) })
}
