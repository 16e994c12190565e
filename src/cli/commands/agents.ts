import { agentRoles, agentStatuses } from '../../core/model/words.js'
import type { Muster } from '../../core/muster.js'
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
    takesIn: true,
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
      const left = result.ok && result.agent.deployment?.phase === 'ended' ? await leftBy(muster, result.agent.id) : []
      return outcome({ ...result, ...(left.length > 0 && { left }) }, (ui) => agentText(result, ui, left))
    },
  }),
  command({
    name: 'agent set',
    summary: 'Make an agent known, or change what is known about one',
    details: 'Without a name it is about yourself. A role is an address as well: role:executor.',
    words: { usage: '[name]', min: 0, max: 1 },
    options: {
      role: { type: 'choice', choices: agentRoles, help: 'What it is for' },
      level: { type: 'text', value: 'L', help: 'Its place in a hierarchy' },
      parent: { type: 'text', value: 'ID', help: 'Agent it works under' },
      brief: { type: 'text', value: 'T', help: 'What it is to do' },
      model: { type: 'text', value: 'M', help: 'The model it uses' },
      status: { type: 'choice', choices: agentStatuses, help: 'How it is; a new one is waiting' },
      estimate: { type: 'number', value: 'N', help: 'Minutes its work is expected to take' },
      load: { type: 'number', value: 'N', help: 'Percent of a worker it is given' },
    },
    access: 'start',
    examples: ['muster agent set --role executor --agent alpha', 'muster agent set L2.1 --level L2 --parent alpha --role worker --brief "Write the tests"'],
    async run({ muster }, { estimate, ...fields }, [id]) {
      const { setAgentTool } = await import('../../tools/setAgent.js')
      const result = await callTool(setAgentTool, muster, { id, ...fields, estimatedMinutes: estimate })
      return outcome(result, () => endedText(result))
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

/** Pids of what a deployed agent has left running. */
async function leftBy(muster: Muster, id: string): Promise<number[]> {
  const [{ leftOver }, deployment] = [await import('../../supervisor/leftOver.js'), await muster.keeping.get(id)]
  return deployment ? (await leftOver(muster, deployment)).map(({ pid }) => pid) : []
}
