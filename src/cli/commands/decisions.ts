import { decisionStatuses, impacts } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome, type Command } from '../command.js'
import { keyOption } from '../sharedOptions.js'
import { decisionsText, proposedText, reviewedText } from '../views/decisions.js'

export const decisionCommands = [
  command({
    name: 'decision propose',
    summary: 'Put a decision before the people',
    options: {
      title: { type: 'text', value: 'T', help: 'One line', required: true },
      category: { type: 'text', value: 'T', help: 'For example architecture, api, security; default general' },
      context: { type: 'text', value: 'T', help: 'What makes it necessary' },
      decision: { type: 'text', value: 'T', help: 'What is to be done' },
      alternative: { type: 'list', value: 'T', help: 'What else was considered' },
      consequence: { type: 'list', value: 'T', help: 'What follows from it; begin with Positive:, Negative: or Neutral: to have it under that heading' },
      impact: { type: 'choice', choices: impacts, help: 'How much it touches; default medium' },
      resource: { type: 'list', value: 'R', help: 'A file, folder or name it is about' },
      key: keyOption,
    },
    access: 'start',
    examples: ['muster decision propose --title "Sessions in cookies" --category api --decision "Signed cookie" --alternative "JWT" --impact high'],
    async run({ muster }, { alternative, consequence, resource, key, ...options }) {
      const { logDecisionTool } = await import('../../tools/logDecision.js')
      const result = await callTool(logDecisionTool, muster, { ...options, alternatives: alternative, consequences: consequence, resources: resource }, { key })
      return outcome(result, () => proposedText(result))
    },
  }),
  command({
    name: 'decision list',
    summary: 'List decisions and where they stand',
    options: { status: { type: 'choice', choices: decisionStatuses, help: 'Only those that stand so' } },
    access: 'look',
    examples: ['muster decision list --status proposed'],
    async run({ muster }, options) {
      const { listDecisionsTool } = await import('../../tools/listDecisions.js')
      const result = await callTool(listDecisionsTool, muster, options)
      return outcome(result, (ui) => decisionsText(result.decisions, ui))
    },
  }),
  reviewCommand('approve', 'approved', 'Approve a proposed decision'),
  reviewCommand('reject', 'rejected', 'Reject a proposed decision'),
  command({
    name: 'decision implement',
    summary: 'Say that an approved decision is put into practice',
    words: { usage: '<id>', min: 1, max: 1 },
    options: {
      commit: { type: 'list', value: 'ID', help: 'A commit that did it' },
      resource: { type: 'list', value: 'R', help: 'A file that was changed for it' },
    },
    access: 'join',
    examples: ['muster decision implement D-3 --commit 1a2b3c4 --resource src/auth.ts'],
    async run({ muster }, { commit, resource }, [id = '']) {
      const { implementDecisionTool } = await import('../../tools/implementDecision.js')
      const result = await callTool(implementDecisionTool, muster, { id, commits: commit, resources: resource })
      return outcome(result, () => reviewedText(result))
    },
  }),
  command({
    name: 'decision supersede',
    summary: 'Put another decision in the place of one',
    words: { usage: '<id>', min: 1, max: 1 },
    options: { by: { type: 'text', value: 'ID', help: 'The decision that holds instead', required: true } },
    access: 'join',
    examples: ['muster decision supersede D-3 --by D-7'],
    async run({ muster }, { by }, [id = '']) {
      const { supersedeDecisionTool } = await import('../../tools/supersedeDecision.js')
      const result = await callTool(supersedeDecisionTool, muster, { id, by })
      return outcome(result, () => reviewedText(result))
    },
  }),
]

function reviewCommand(verb: string, verdict: 'approved' | 'rejected', summary: string): Command {
  return command({
    name: `decision ${verb}`,
    summary,
    details: 'For people, not for agents.',
    words: { usage: '<id>', min: 1, max: 1 },
    options: { note: { type: 'text', value: 'T', help: 'The reason' } },
    access: 'join',
    examples: [`muster decision ${verb} D-3 --note "as discussed"`],
    async run({ muster }, { note }, [id = '']) {
      const { reviewDecisionTool } = await import('../../tools/reviewDecision.js')
      const result = await callTool(reviewDecisionTool, muster, { id, verdict, note })
      return outcome(result, () => reviewedText(result))
    },
  })
}
