import { agentStatuses } from '../../core/model/agentWords.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { agentsText, agentText } from '../views/agents.js'

export const agentCommands = [
  command({
    name: 'agent list',
    summary: 'List who works here and how far they are',
    options: { status: { type: 'choice', choices: agentStatuses, help: 'Only those that are so' } },
    access: 'look',
    examples: ['muster agent list', 'muster agent list --status blocked --json'],
    async run({ muster }, options) {
      const { listAgentsTool } = await import('../../tools/listAgents.js')
      const result = await callTool(listAgentsTool, muster, options)
      return outcome(result, (ui) => agentsText(result.agents, ui))
    },
  }),
  command({
    name: 'agent show',
    summary: 'Show everything about one agent',
    words: { usage: '<name>', min: 1, max: 1 },
    options: {},
    access: 'look',
    examples: ['muster agent show alpha'],
    async run({ muster }, _options, [id = '']) {
      const { getAgentTool } = await import('../../tools/getAgent.js')
      const result = await callTool(getAgentTool, muster, { id })
      return outcome(result, (ui) => agentText(result, ui))
    },
  }),
]
