import * as vscode from 'vscode'
import { impacts } from '../../core/model/decision.js'
import type { DecisionView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { ago, parts, short } from '../text.js'
import { targetOf } from '../views/row.js'
import { ask, done, pick, readable, refused, writable, type Command, type CommandContext } from './context.js'

export const proposeDecision: Command = async (context) => {
  const muster = await writable(context)
  const heading = 'Propose a decision'
  const title = await ask(heading, 'What is to be decided?', { placeHolder: 'title' })
  const decision = await ask(heading, 'What do you propose?', { placeHolder: 'the decision' })
  const why = await ask(heading, 'Why? This may stay empty.', { optional: true, placeHolder: 'context' })
  const impact = await pick(['medium', ...impacts.filter((one) => one !== 'medium')] as const, {
    title: heading,
    placeHolder: 'How much does it change?',
    none: '',
    item: (one) => ({ label: `${one[0]!.toUpperCase()}${one.slice(1)} impact` }),
  })
  const result = await muster.logDecision({ title, decision, context: why, impact })
  if (!result.ok) return refused(result.hint)
  done(`Proposed ${result.id}`)
}

export const openDecision: Command = async (context, argument) => {
  const muster = readable(context)
  await context.documents.showDecision(await decisionOf(argument, muster, 'Read a decision', () => true))
}

export const approveDecision: Command = (context, argument) => review(context, argument, 'approved')
export const rejectDecision: Command = (context, argument) => review(context, argument, 'rejected')

async function review(context: CommandContext, argument: unknown, verdict: 'approved' | 'rejected'): Promise<void> {
  const muster = await writable(context)
  const act = verdict === 'approved' ? 'Approve' : 'Reject'
  const decision = await decisionOf(argument, muster, `${act} a decision`, (one) => one.status === 'proposed')
  const note = await ask(`${act} ${decision.id}: ${short(decision.title, 60)}`, verdict === 'approved' ? 'A note for the others. This may stay empty.' : 'Why not? The others read this.', { optional: verdict === 'approved' })
  const result = await muster.reviewDecision(decision.id, verdict, note)
  if (!result.ok) return refused(result.hint)
  done(`${decision.id} is ${result.status}`)
}

export const implementDecision: Command = async (context, argument) => {
  const muster = await writable(context)
  const decision = await decisionOf(argument, muster, 'Mark a decision as implemented', (one) => one.status === 'approved')
  const result = await muster.implementDecision(decision.id)
  if (!result.ok) return refused(result.hint)
  done(`${decision.id} is implemented`)
}

export const supersedeDecision: Command = async (context, argument) => {
  const muster = await writable(context)
  const old = await decisionOf(argument, muster, 'Replace a decision', (one) => one.status === 'approved' || one.status === 'implemented')
  const by = await decisionOf(undefined, muster, `Which decision takes the place of ${old.id}?`, (one) => one.id !== old.id && one.status !== 'rejected' && one.status !== 'superseded')
  const result = await muster.supersedeDecision(old.id, by.id)
  if (!result.ok) return refused(result.hint)
  done(`${by.id} takes the place of ${old.id}`)
}

async function decisionOf(argument: unknown, muster: Muster, title: string, filter: (decision: DecisionView) => boolean): Promise<DecisionView> {
  const { decisions } = muster.state()
  const id = targetOf(argument, 'decision')?.id
  const clicked = id === undefined ? undefined : decisions.find((decision) => decision.id === id)
  if (clicked) return clicked
  return pick(decisions.filter(filter).reverse(), {
    title,
    none: 'There is no decision for that.',
    item: (decision) => ({
      label: `${decision.id} ${short(decision.title)}`,
      description: parts(decision.status, decision.proposerName),
      detail: parts(ago(decision.proposedAt, Date.now()), short(decision.decision, 100)),
      iconPath: new vscode.ThemeIcon('law'),
    }),
  })
}
