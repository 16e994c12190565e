import { agentInput } from '../core/model/agentOperations.js'
import { defineTool } from './tool.js'

const fields = agentInput.shape

export const setAgentTool = defineTool({
  name: 'set_agent',
  title: 'Register or change an agent',
  description:
    'Make an agent known, or change what is known about one. Use it before you start another agent. You can set its role, level, parent, brief, model, status. ' +
    'Without an id it is about yourself. Not for how your own work is going: check in.',
  input: agentInput.omit({ metadata: true }).extend({
    id: fields.id.describe('Name or id; leave out for yourself'),
    parent: fields.parent.describe('Agent it works under'),
    brief: fields.brief.describe('What it is to do'),
    load: fields.load.describe('Percent of a worker it is given'),
  }),
  run: (muster, agent) => muster.setAgent(agent),
})
