import * as vscode from 'vscode'
import { impacts } from '../../core/model/decision.js'
import type { DecisionView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { t } from '../l10n.js'
import { ago, parts, short } from '../text.js'
import { decisionStatuses } from '../words.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, readable, refused, writable, type Command, type CommandContext } from './context.js'

export const proposeDecision: Command = async (context) => {
  const muster = await writable(context)
  const heading = t('Propose a decision')
  const title = await ask(heading, t('What is to be decided?'), { placeHolder: t('title') })
  const decision = await ask(heading, t('What do you propose?'), { placeHolder: t('the decision') })
  const why = await ask(heading, t('Why? This may stay empty.'), { optional: true, placeHolder: t('context') })
  const labels = { low: t('Low impact'), medium: t('Medium impact'), high: t('High impact'), breaking: t('A breaking change') }
  const weight = await pick(['medium', ...impacts.filter((one) => one !== 'medium'), 'breaking'] as const, {
    title: heading,
    placeHolder: t('How much does it change?'),
    none: '',
    item: (one) => ({ label: labels[one], ...(one === 'breaking' && { detail: t('Nobody goes on with it before a person has approved it.') }) }),
  })
  const gate = weight === 'breaking' ? ({ category: 'breaking', impact: 'high' } as const) : { impact: weight }
  const result = await muster.logDecision({ title, decision, context: why, ...gate })
  if (!result.ok) return refused(result.hint)
  done(t('Proposed {0}', result.id))
}

export const openDecision: Command = async (context, argument) => {
  const muster = readable(context)
  await context.documents.showDecision(await decisionOf(argument, muster, t('Read a decision'), () => true))
}

export const approveDecision: Command = (context, argument) => review(context, argument, 'approved')
export const rejectDecision: Command = (context, argument) => review(context, argument, 'rejected')

async function review(context: CommandContext, argument: unknown, verdict: 'approved' | 'rejected'): Promise<void> {
  const muster = await writable(context)
  const approves = verdict === 'approved'
  const decision = await decisionOf(argument, muster, approves ? t('Approve a decision') : t('Reject a decision'), (one) => one.status === 'proposed')
  const title = short(decision.title, 60)
  const note = await ask(approves ? t('Approve {0}: {1}', decision.id, title) : t('Reject {0}: {1}', decision.id, title), approves ? t('A note for the others. This may stay empty.') : t('Why not? The others read this.'), { optional: approves })
  const result = await muster.reviewDecision(decision.id, verdict, note)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is {1}', decision.id, decisionStatuses(result.status)))
}

export const implementDecision: Command = async (context, argument) => {
  const muster = await writable(context)
  const decision = await decisionOf(argument, muster, t('Mark a decision as implemented'), (one) => one.status === 'approved')
  const result = await muster.implementDecision(decision.id)
  if (!result.ok) return refused(result.hint)
  done(t('{0} is {1}', decision.id, decisionStatuses('implemented')))
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
    await context.documents.showDecision(waiting)
    return void vscode.window.showInformationMessage(t('{0} waits for your word on going on to {1}.', waiting.id, short(transition.to, 60)))
  }
  const next = await pick(phases.filter(({ status }) => status === 'planned'), {
    title: phase ? t('{0} is over', short(phase.name, 60)) : t('Go on to the next phase'),
    placeHolder: t('Which phase begins?'),
    none: phases.length === 0 ? t('No phase is planned. Create Documents plans the first one, and so does the plan in the terminal: muster plan.') : t('The plan has no phase after this one. Add one: muster plan change --phase NAME'),
    item: ({ name, acceptance }) => ({ label: short(name), detail: acceptance.map(({ text }) => text).join(', ') }),
  })
  const note = await ask(t('Go on to {0}', short(next.name, 60)), t('Why now? This may stay empty.'), { optional: true })
  let result = await muster.advancePhase({ to: next.name, note })
  if (!result.ok && result.reason === 'OPEN_CRITERIA') {
    const anyway = t('Go On Anyway')
    const detail = t('Not yet true of {0}:\n{1}', phase?.name ?? '', (result.open ?? []).map((text) => `• ${short(text, 200)}`).join('\n'))
    if ((await vscode.window.showWarningMessage(t('Not all that must be true is.'), { modal: true, detail }, anyway)) !== anyway) return
    result = await muster.advancePhase({ to: next.name, note, force: true })
  }
  if (!result.ok) return refused(result.hint)
  const report = t('Show Report')
  const answer = await vscode.window.showInformationMessage(t('{0} is the current phase now, by {1}.', short(result.phase, 60), result.id), report)
  if (answer === report) await vscode.commands.executeCommand('muster.showReport')
}

async function decisionOf(argument: unknown, muster: Muster, title: string, filter: (decision: DecisionView) => boolean): Promise<DecisionView> {
  const { decisions } = muster.state()
  const id = targetOf(argument, 'decision')?.id
  const clicked = id === undefined ? undefined : decisions.find((decision) => decision.id === id)
  if (clicked) return clicked
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
