import { agentStatuses } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { agentsText, agentText, endedText, removedText } from '../views/agents.js'

const nameWord = { usage: '<name>', min: 1, max: 1 }

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
    words: nameWord,
    options: {},
    access: 'look',
    examples: ['muster agent show alpha'],
    async run({ muster }, _options, [id = '']) {
      const { getAgentTool } = await import('../../tools/getAgent.js')
      const result = await callTool(getAgentTool, muster, { id })
      return outcome(result, (ui) => agentText(result, ui))
    },
  }),
  command({
    name: 'agent complete',
    summary: 'Say that an agent is done',
    words: nameWord,
    options: {},
    access: 'join',
    examples: ['muster agent complete alpha'],
    async run({ muster }, _options, [id = '']) {
      const { completeAgentTool } = await import('../../tools/completeAgent.js')
      const result = await callTool(completeAgentTool, muster, { id })
      return outcome(result, () => endedText(result))
    },
  }),
  command({
    name: 'agent fail',
    summary: 'Say that an agent failed, and why',
    words: nameWord,
    options: { error: { type: 'text', value: 'T', help: 'Why it failed', required: true } },
    access: 'join',
    examples: ['muster agent fail alpha --error "out of memory in the third run"'],
    async run({ muster }, { error }, [id = '']) {
      const { failAgentTool } = await import('../../tools/failAgent.js')
      const result = await callTool(failAgentTool, muster, { id, error })
      return outcome(result, () => endedText(result))
    },
  }),
  command({
    name: 'agent remove',
    summary: 'Forget an agent that is not there and holds no lock',
    details: 'Its tasks are open for others again; messages that only it has not seen expire.',
    words: nameWord,
    options: {},
    access: 'join',
    examples: ['muster agent remove alpha'],
    async run({ muster }, _options, [id = '']) {
      const { removeAgentTool } = await import('../../tools/removeAgent.js')
      const result = await callTool(removeAgentTool, muster, { id })
      return outcome(result, () => removedText(result))
    },
  }),
]
