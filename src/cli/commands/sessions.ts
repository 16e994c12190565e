import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { recoveredText, savedText, sessionsText, sessionStatusText } from '../views/sessions.js'

export const sessionCommands = [
  command({
    name: 'session save',
    summary: 'Save who works on what, the locks, and where each branch stands',
    details: 'For cron where no window is open: */10 * * * * muster session save --folder /repo/.muster. Windows save by themselves, with their editors. Nothing is written where nothing has changed.',
    options: { keep: { type: 'number', value: 'N', help: 'How many saves of this kind are kept; default 20', integer: true } },
    access: 'look',
    examples: ['muster session save', 'muster session save --keep 100 --json'],
    async run({ muster }, { keep }) {
      const { saveSessionTool } = await import('../../tools/saveSession.js')
      const result = await callTool(saveSessionTool, muster, { keep })
      return outcome(result, () => savedText(result))
    },
  }),
  command({
    name: 'session list',
    summary: 'List the saves, the newest first, with what is in them',
    options: {},
    access: 'look',
    examples: ['muster session list'],
    async run({ muster }) {
      const { listSessionsTool } = await import('../../tools/listSessions.js')
      const result = await callTool(listSessionsTool, muster, {})
      return outcome(result, (ui) => sessionsText(result, ui))
    },
  }),
  command({
    name: 'session status',
    summary: 'Show one line about each agent, and when it was saved last',
    options: {},
    access: 'look',
    examples: ['muster session status'],
    async run({ muster }) {
      const { sessionStatusTool } = await import('../../tools/sessionStatus.js')
      const result = await callTool(sessionStatusTool, muster, {})
      return outcome(result, (ui) => sessionStatusText(result, ui))
    },
  }),
  command({
    name: 'session recover',
    summary: 'Give you the locks back that you held when it was saved',
    details: 'As --agent, else as yourself. Editors, unsaved text and terminals are brought back by the window: "Muster: Recover Session…" there.',
    words: { usage: '[id]', min: 0, max: 1 },
    options: { 'dry-run': { type: 'flag', help: 'Only say what would be given back' } },
    access: ({ 'dry-run': dryRun }) => (dryRun ? 'look' : 'join'),
    examples: ['muster session recover', 'muster session recover --agent alpha --dry-run'],
    async run({ muster }, { 'dry-run': dryRun }, [id]) {
      const { recoverSessionTool } = await import('../../tools/recoverSession.js')
      const result = await callTool(recoverSessionTool, muster, { id, dryRun })
      return outcome(result, (ui) => recoveredText(result, ui))
    },
  }),
]
