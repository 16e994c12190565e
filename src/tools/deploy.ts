import { deployRequest } from '../core/model/deployOperations.js'
import { defineTool } from './tool.js'

const fields = deployRequest.shape

export const deployTool = defineTool({
  name: 'deploy',
  title: 'Start another agent',
  description:
    'Start a process for another agent, with a command template that the person has set up, and a brief. It goes on when you end; you are told how it ' +
    'is by list_agents. Use it to hand out work with scopes that do not overlap. Not for a subagent of your own, nor for a command: those are yours to run.',
  input: deployRequest.omit({ metadata: true }).extend({
    name: fields.name.describe('What the new agent is called'),
    template: fields.template.describe('Name of a command template; leave out where there is only one'),
    brief: fields.brief.describe('What it is to do'),
    scopes: fields.scopes.describe('Files, folders and patterns that it may work on'),
    restart: fields.restart.describe('Whether it is started again when it ends'),
    budgetMinutes: fields.budgetMinutes.describe('Minutes after which it is stopped'),
  }),
  run: (muster, agent) => muster.deploy(agent),
})
