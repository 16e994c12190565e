import * as vscode from 'vscode'
import { impacts } from '../../core/model/decision.js'
import type { DecisionView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { showInformationMessage, showQuickPick, showWarningMessage, type Item } from '../say.js'
import { ago, parts, short } from '../text.js'
import { decisionStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, given, gone, pick, readable, refused, several, TEXT, writable, type Command, type CommandContext } from './context.js'
import { nearby } from './nearby.js'

/** Commits, and files, that are offered at the most. */
const OFFERED = 50

/** Asks one thing after another; what may stay empty is passed by Enter. */
export const proposeDecision: Command = async (context) => {
  const muster = await writable(context)
  const near = nearby(muster)
  const steps = near.length > 0 ? 7 : 6
  const heading = (step: number): string => t('Propose a decision ({0} of {1})', step, steps)
  const text = (step: number, question: string, placeHolder: string): Promise<string> => ask(heading(step), question, { optional: true, placeHolder, most: TEXT })
  const separated = t('several things with a semicolon between them')
  const title = await ask(heading(1), t('What is to be decided?'), { placeHolder: t('title') })
  const decision = await ask(heading(2), t('What do you propose?'), { placeHolder: t('the decision'), most: TEXT })
  const why = await text(3, t('Why? This may stay empty.'), t('context'))
  const alternatives = several(await text(4, t('What else would be possible? This may stay empty.'), separated))
  const consequences = several(await text(5, t('What follows from it? This may stay empty.'), separated))
  const resources = near.length > 0 ? (await pickSome(near, heading(6), t('Which files and locks is it about? Enter goes on with what is ticked.'))).map(({ says }) => says) : []
  const labels = { low: t('Low impact'), medium: t('Medium impact'), high: t('High impact'), breaking: t('A breaking change') }
  const weight = await pick(['medium', ...impacts.filter((one) => one !== 'medium'), 'breaking'] as const, {
    title: heading(steps),
    placeHolder: t('How much does it change?'),
    none: '',
    item: (one) => ({ label: labels[one], ...(one === 'breaking' && { detail: t('Nobody goes on with it before a person has approved it.') }) }),
  })
  const gate = weight === 'breaking' ? ({ category: 'breaking', impact: 'high' } as const) : { impact: weight }
  const result = await muster.logDecision({ title, decision, context: why, alternatives, consequences, resources, ...gate })
  if (!result.ok) return refused(result.hint)
  done(t('Proposed {0}', result.id))
}

/** Any number of things, none too. @throws CancellationError when it was dismissed */
async function pickSome<T extends Item>(items: readonly T[], title: string, placeHolder: string): Promise<T[]> {
  return given(await showQuickPick(items, { title, placeHolder, canPickMany: true, ignoreFocusOut: true, matchOnDescription: true }))
}

export const openDecision: Command = async (context, argument) => {
  const muster = readable(context)
  await context.documents.showDecision(await decisionOf(argument, muster, t('Read a decision'), () => true), context.window)
}

export const approveDecision: Command = (context, argument) => review(context, argument, 'approved')
export const rejectDecision: Command = (context, argument) => review(context, argument, 'rejected')

async function review(context: CommandContext, argument: unknown, verdict: 'approved' | 'rejected'): Promise<void> {
  const muster = await writable(context)
  const approves = verdict === 'approved'
  const decision = await decisionOf(argument, muster, approves ? t('Approve a decision') : t('Reject a decision'), (one) => one.status === 'proposed')
  const title = short(decision.title, 60)
  const note = await ask(approves ? t('Approve {0}: {1}', decision.id, title) : t('Reject {0}: {1}', decision.id, title), approves ? t('A note for the others. This may stay empty.') : t('Why not? The others read this.'), { optional: approves, most: TEXT })
  const result = await muster.reviewDecision(decision.id, verdict, note)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is {1}', decision.id, decisionStatuses(result.status)))
}

/** Asks by what, where git has something to offer; a later call may name more. */
export const implementDecision: Command = async (context, argument) => {
  const muster = await writable(context)
  const decision = await decisionOf(argument, muster, t('Mark a decision as implemented'), (one) => one.status === 'approved')
  const offered = await offersOf(decision, muster)
  const chosen = offered.length === 0 ? [] : await pickSome(offered, t('{0} is implemented: {1}', decision.id, short(decision.title, 60)), t('By which commits and files? Enter goes on with what is ticked.'))
  const named = (what: 'commit' | 'file'): string[] => chosen.flatMap((one) => one[what] ?? [])
  const result = await muster.implementDecision(decision.id, { commits: named('commit'), resources: named('file') })
  if (!result.ok) return refused(result.hint)
  done(t('{0} is {1}', decision.id, decisionStatuses('implemented')))
}

/** What git knows of work on it: commits that name it, ticked, the newest others, and the files that are changed or that these changed. */
async function offersOf(decision: DecisionView, muster: Muster): Promise<(Item & { commit?: string; file?: string })[]> {
  const { commitsNaming, newestCommits } = await import('../../core/system/commits.js')
  const [naming, newest, changed = []] = await Promise.all([commitsNaming(muster.root, decision.id), newestCommits(muster.root), muster.uncommittedFiles(['**'])])
  const commits = [...new Map([...naming, ...newest].map((commit) => [commit.id, commit])).values()]
  const named = new Set(naming.map(({ id }) => id))
  const files = new Map(changed.map((file) => [file, t('not committed')]))
  for (const { id, files: those } of newest) for (const file of those) if (!files.has(file)) files.set(file, id.slice(0, 8))
  const group = (label: string, items: readonly Item[]): Item[] => (items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items])
  return [
    ...group(t('Commits'), commits.slice(0, OFFERED).map(({ id, subject, author, at }) => ({ icon: 'git-commit', label: short(subject), description: parts(id.slice(0, 8), short(author, 40), ago(at, Date.now())), picked: named.has(id), commit: id }))),
    ...group(t('Files'), [...files].slice(0, OFFERED).map(([file, description]) => ({ icon: 'file', label: file, description, file }))),
  ]
}

export const supersedeDecision: Command = async (context, argument) => {
  const muster = await writable(context)
  const old = await decisionOf(argument, muster, t('Replace a decision'), (one) => one.status === 'approved' || one.status === 'implemented')
  const by = await decisionOf(undefined, muster, t('Which decision takes the place of {0}?', old.id), (one) => one.id !== old.id && one.status !== 'rejected' && one.status !== 'superseded')
  const result = await muster.supersedeDecision(old.id, by.id)
  if (!result.ok) return refused(result.hint)
  done(t('{0} takes the place of {1}', by.id, old.id))
}

/** Ends the current phase and begins another, by a decision: a person's own is approved by that. */
export const advancePhase: Command = async (context) => {
  const muster = await writable(context)
  const { phases, phase, transition } = await muster.getPlan()
  const waiting = transition && muster.state().decisions.find(({ id }) => id === transition.decision)
  if (waiting) {
    // Somebody else wants that too, and a person's word is what it waits for.
    await context.documents.showDecision(waiting, context.window)
    return void showInformationMessage(t('{0} waits for your word on going on to {1}.', waiting.id, short(transition.to, 60)))
  }
  const next = await pick(phases.filter(({ status }) => status === 'planned'), {
    title: phase ? t('{0} is over', short(phase.name, 60)) : t('Go on to the next phase'),
    placeHolder: t('Which phase begins?'),
    none: phases.length === 0 ? t('No phase is planned. Create Documents plans the first one, and so does the plan in the terminal: muster plan.') : t('The plan has no phase after this one. Add one: muster plan change --phase NAME'),
    item: ({ name, acceptance }) => ({ label: short(name), detail: acceptance.map(({ text }) => text).join(', ') }),
  })
  const note = await ask(t('Go on to {0}', short(next.name, 60)), t('Why now? This may stay empty.'), { optional: true, most: TEXT })
  let result = await muster.advancePhase({ to: next.name, note })
  if (!result.ok && result.reason === 'OPEN_CRITERIA') {
    const anyway = t('Go On Anyway')
    const detail = t('Not yet true of {0}:\n{1}', phase?.name ?? '', (result.open ?? []).map((text) => `• ${short(text, 200)}`).join('\n'))
    if ((await showWarningMessage(t('Not all that must be true is.'), { modal: true, detail }, anyway)) !== anyway) return
    result = await muster.advancePhase({ to: next.name, note, force: true })
  }
  if (!result.ok) return refused(result.hint)
  const report = t('Show Report')
  // Nobody waits for the answer: what was asked for is done.
  void showInformationMessage(t('{0} is the current phase now, by {1}.', short(result.phase, 60), result.id), report).then((answer) => (answer === report ? vscode.commands.executeCommand('muster.showReport') : undefined))
}

async function decisionOf(argument: unknown, muster: Muster, title: string, filter: (decision: DecisionView) => boolean): Promise<DecisionView> {
  const { decisions } = muster.state()
  const id = targetOf(argument, 'decision')?.id
  if (id !== undefined) return decisions.find((decision) => decision.id === id) ?? gone(id)
  return pick(decisions.filter(filter).reverse(), {
    title,
    none: t('There is no decision for that.'),
    item: (decision) => ({
      label: `${decision.id} ${short(decision.title)}`,
      description: parts(decisionStatuses(decision.status), decision.proposerName),
      detail: parts(ago(decision.proposedAt, Date.now()), short(decision.decision, 100)),
      iconPath: new vscode.ThemeIcon('law'),
    }),
  })
}
