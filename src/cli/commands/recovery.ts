import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { UsageError } from '../usageError.js'
import { clearedText, recoveryListText, recoveryText, resumeText } from '../views/recovery.js'

export const recoveryCommands = [
  command({
    name: 'recovery check',
    summary: 'Count the agents that have not finished, by status and level',
    options: {},
    access: 'look',
    examples: ['muster recovery check --json'],
    async run({ muster }) {
      const { recoverySummaryTool } = await import('../../tools/recoverySummary.js')
      const result = await callTool(recoverySummaryTool, muster, {})
      return outcome(result, (ui) => recoveryText(result, ui))
    },
  }),
  command({
    name: 'recovery list',
    summary: 'List the agents that have not finished, and where they stood',
    options: {},
    access: 'look',
    examples: ['muster recovery list'],
    async run({ muster }) {
      const { recoverySummaryTool } = await import('../../tools/recoverySummary.js')
      const summary = await callTool(recoverySummaryTool, muster, { details: true })
      const { total, incomplete: agents, failed, notIntegrated } = summary
      return outcome({ ok: true, total, agents, failed, notIntegrated }, (ui) => recoveryListText(summary, ui))
    },
  }),
  command({
    name: 'recovery clear',
    summary: 'Forget agents that have not finished and are gone; their locks end',
    details: 'For people, not for agents. Here --agent names the one to clear; without it, all. Those that a running process speaks for are kept.',
    options: { agent: { type: 'text', value: 'ID', help: 'Only this agent' } },
    access: 'join',
    examples: ['muster recovery clear', 'muster recovery clear --agent L2.2.1'],
    async run({ muster }, { agent }) {
      const { clearRecoveryTool } = await import('../../tools/clearRecovery.js')
      const result = await callTool(clearRecoveryTool, muster, { agent })
      return outcome(result, () => clearedText(result))
    },
  }),
  command({
    name: 'recovery resume',
    summary: 'Begin an agent that stopped anew; shows how to go on for it',
    details: 'Here --agent names the one to go on for, as the word does.',
    words: { usage: '[name]', min: 0, max: 1 },
    options: { agent: { type: 'text', value: 'ID', help: 'The agent to go on for' } },
    access: 'join',
    examples: ['muster recovery resume alpha', 'muster recovery resume --agent alpha'],
    async run({ muster }, { agent }, [id = agent ?? '']) {
      if (id === '') throw new UsageError('Say whom to go on for: muster recovery resume <name>. muster recovery list shows who stopped.')
      const { resumeAgentTool } = await import('../../tools/resumeAgent.js')
      const result = await callTool(resumeAgentTool, muster, { id })
      return outcome(result, (ui) => resumeText(result, ui))
    },
  }),
]
