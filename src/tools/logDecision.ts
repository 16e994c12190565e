import { decisionInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const fields = decisionInput.shape

export const logDecisionTool = defineTool({
  name: 'log_decision',
  title: 'Propose a decision',
  description:
    'Put a decision that others have to live with (an interface, a dependency, a format, a way of working) before the people, with its ' +
    'reasons and the alternatives. A person approves or rejects it. Not for choices that concern only your own current change.',
  input: decisionInput.extend({
    category: fields.category.describe('For example architecture, api, security, process'),
    title: fields.title.describe('One line'),
    context: fields.context.describe('What makes a decision necessary'),
    decision: fields.decision.describe('What is to be done'),
    alternatives: fields.alternatives.describe('What else was considered, and why not'),
    consequences: fields.consequences.describe('What follows, each as "Positive: …", "Negative: …" or "Neutral: …"'),
    impact: fields.impact.describe('How much of the project it touches'),
    resources: fields.resources.describe('Files it is about'),
  }),
  run: (muster, input, { key }) => muster.logDecision(input, key),
})
