import { errorKinds, errorStatuses, severities, verdicts } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { given } from '../given.js'
import { keyOption, noteOptions } from '../sharedOptions.js'
import { UsageError } from '../usageError.js'
import { checkpointsText } from '../views/overview.js'
import { deliverablesText, deliveredText, errorLoggedText, errorsText, handedText, integratedText, resolvedText, savedText, summaryText } from '../views/reports.js'

export const reportCommands = [
  command({
    name: 'error log',
    summary: 'Write down something that went wrong; repeats are counted',
    options: {
      message: { type: 'text', value: 'T', help: 'What went wrong', required: true },
      kind: { type: 'choice', choices: errorKinds, help: 'What kind of error; default other' },
      severity: { type: 'choice', choices: severities, help: 'How bad it is; default medium' },
      stack: { type: 'text', value: 'T', help: 'Stack trace or end of the output' },
      resource: { type: 'text', value: 'RESOURCE', help: 'File it happened in' },
      key: keyOption,
    },
    access: 'start',
    examples: ['muster error log --message "API answers 500" --kind code_error --severity high --resource src/api.ts'],
    async run({ muster }, { key, ...error }) {
      const { logErrorTool } = await import('../../tools/logError.js')
      const result = await callTool(logErrorTool, muster, error, { key })
      return outcome(result, () => errorLoggedText(result))
    },
  }),
  command({
    name: 'error list',
    summary: 'List what went wrong, for whom, and how often',
    options: {
      status: { type: 'choice', choices: errorStatuses, help: 'Only those that are so' },
      severity: { type: 'choice', choices: severities, help: 'Only those this bad' },
      kind: { type: 'choice', choices: errorKinds, help: 'Only of this kind' },
      of: { type: 'text', value: 'NAME', help: 'Only those of this agent' },
    },
    access: 'look',
    examples: ['muster error list --status open --severity high', 'muster error list --of beta --json'],
    async run({ muster }, { of: agent, ...filter }) {
      const { listErrorsTool } = await import('../../tools/listErrors.js')
      const result = await callTool(listErrorsTool, muster, { ...filter, agent })
      return outcome(result, (ui) => errorsText(result.errors, ui))
    },
  }),
  command({
    name: 'error resolve',
    summary: 'Say that an error is put right',
    words: { usage: '<id>', min: 1, max: 1 },
    options: { resolution: { type: 'text', value: 'T', help: 'What put it right' } },
    access: 'join',
    examples: ['muster error resolve E-3 --resolution "null check in orders()"'],
    async run({ muster }, { resolution }, [id = '']) {
      const { resolveErrorTool } = await import('../../tools/resolveError.js')
      const result = await callTool(resolveErrorTool, muster, { id, resolution })
      return outcome(result, () => resolvedText(result))
    },
  }),
  command({
    name: 'checkpoint',
    summary: 'Save a note from which you or another agent can go on',
    options: {
      ...noteOptions,
      commit: { type: 'flag', help: 'Also commit your status, work log and deliverables to the branch muster/checkpoints/<you>' },
      list: { type: 'flag', help: 'Show what was saved instead, newest first' },
      limit: { type: 'number', value: 'N', integer: true, help: 'With --list: how many at most; default 20' },
    },
    access: ({ list }) => (list ? 'look' : 'start'),
    examples: ['muster checkpoint --list --agent alpha', 'muster checkpoint --done "login" --next "logout" --file src/auth.ts --verify "npm test -- auth"'],
    async run({ muster }, { done, next, file, verify, notes, commit, list, limit }) {
      if (list) {
        const { listCheckpointsTool } = await import('../../tools/listCheckpoints.js')
        const result = await callTool(listCheckpointsTool, muster, { limit })
        return outcome(result, (ui) => checkpointsText(result.checkpoints, ui))
      }
      if ([...done, ...next, ...file, verify, notes].every((part) => part === undefined)) throw new UsageError('A checkpoint needs at least one of --done, --next, --file, --verify and --notes; --list shows what was saved.')
      const { checkpointTool } = await import('../../tools/checkpoint.js')
      const result = await callTool(checkpointTool, muster, { done, next, files: file, verify, notes, commit })
      return outcome(result, () => savedText('committed' in result ? result.committed : undefined))
    },
  }),
  command({
    name: 'work-log',
    summary: 'Write one line in your work log',
    words: { usage: '<text>', min: 1, max: 1 },
    options: { key: keyOption },
    access: 'start',
    examples: ['muster work-log "USDT market done, tests pass"'],
    async run({ muster }, { key }, [text = '']) {
      const { logWorkTool } = await import('../../tools/logWork.js')
      const result = await callTool(logWorkTool, muster, { text }, { key })
      return outcome(result, () => 'Written down.')
    },
  }),
  command({
    name: 'deliver',
    summary: 'List what you made for others; or list, accept or reject what others made',
    options: {
      title: { type: 'text', value: 'T', help: 'What it is' },
      file: { type: 'list', value: 'FILE', help: 'A file you made, with its purpose after " - "' },
      endpoint: { type: 'list', value: 'T', help: 'An endpoint, with what it does' },
      test: { type: 'list', value: 'T', help: 'A test that passes, with what it shows' },
      ready: { type: 'flag', help: 'It can be taken over as it is' },
      notes: { type: 'text', value: 'T', help: 'Anything else; with --verdict the reason' },
      task: { type: 'text', value: 'ID', help: 'Task it belongs to' },
      list: { type: 'flag', help: 'List what was delivered' },
      integrate: { type: 'text', value: 'ID', help: 'Say what became of this deliverable of somebody else' },
      verdict: { type: 'choice', choices: verdicts, help: 'With --integrate: what became of it' },
      key: keyOption,
    },
    access: ({ list }) => (list ? 'look' : 'start'),
    examples: ['muster deliver --title "Orders API" --file "src/orders.ts - routes" --endpoint "/orders - list" --test "orders: 12 pass" --ready', 'muster deliver --list', 'muster deliver --integrate V-3 --verdict accepted'],
    async run({ muster }, options) {
      const { title, file, endpoint, test, ready, notes, task, list, integrate, verdict, key } = options
      const own = title !== undefined || task !== undefined || ready || [...file, ...endpoint, ...test].length > 0
      if ([own, list, integrate !== undefined].filter(Boolean).length !== 1) throw new UsageError('Say what you deliver (--title, --file …), or use --list, or --integrate.')
      if ((integrate === undefined) !== (verdict === undefined)) throw new UsageError('--integrate and --verdict go together.')
      if (list) {
        const { listDeliverablesTool } = await import('../../tools/listDeliverables.js')
        const result = await callTool(listDeliverablesTool, muster, {})
        return outcome(result, (ui) => deliverablesText(result.deliverables, ui))
      }
      if (integrate !== undefined) {
        const { integrateTool } = await import('../../tools/integrate.js')
        const result = await callTool(integrateTool, muster, { id: integrate, verdict, note: notes })
        return outcome(result, () => integratedText(result))
      }
      const { deliverTool } = await import('../../tools/deliver.js')
      const result = await callTool(deliverTool, muster, { title, files: file.map(fileWithPurpose), endpoints: endpoint, tests: test, integrationReady: ready, notes, task }, { key })
      return outcome(result, () => deliveredText(result))
    },
  }),
  command({
    name: 'summary',
    summary: 'Write the summary of a day or session',
    options: {
      number: { type: 'number', integer: true, value: 'N', help: 'Of the day; default: one more than your last' },
      completed: { type: 'list', value: 'T', help: 'What was completed' },
      next: { type: 'list', value: 'T', help: 'What comes next' },
      messages: { type: 'list', value: 'T', help: 'A message that matters' },
      blockers: { type: 'list', value: 'T', help: 'What keeps you from going on' },
      metrics: { type: 'list', value: 'T', help: 'A figure' },
      key: keyOption,
    },
    access: 'start',
    examples: ['muster summary --number 4 --completed "power modules" --next "ghost data" --blockers none --metrics "tests: 32/32"'],
    async run({ muster }, { key, ...summary }) {
      const { writeDailySummaryTool } = await import('../../tools/writeDailySummary.js')
      const result = await callTool(writeDailySummaryTool, muster, summary, { key })
      return outcome(result, () => summaryText(result))
    },
  }),
  command({
    name: 'handoff',
    summary: 'Pass locks and tasks on to another agent, with your last checkpoint',
    details: 'Without --claim and --task all of both. From then on they are no longer yours.',
    options: {
      to: { type: 'text', value: 'A', help: 'Name of the agent that goes on', required: true },
      from: { type: 'text', value: 'A', help: 'For people: an agent that is gone, whose work this is' },
      claim: { type: 'list', value: 'RESOURCE', help: 'A lock of yours' },
      task: { type: 'list', value: 'ID', help: 'A task of yours' },
      message: { type: 'text', value: 'T', help: 'What the other one should know' },
      key: keyOption,
    },
    access: 'join',
    examples: ['muster handoff --to beta --message "tests pass, docs are missing"', 'muster handoff --to beta --claim src/auth.ts --task T-3'],
    async run({ muster }, { to, from, claim, task, message, key }) {
      const { handOffTool } = await import('../../tools/handOff.js')
      const result = await callTool(handOffTool, muster, { to, from, claims: given(claim), tasks: given(task), message }, { key })
      return outcome(result, (ui) => handedText(result, ui))
    },
  }),
]

/** `src/a.ts - routes` */
function fileWithPurpose(text: string): { path: string; purpose?: string } {
  const at = text.indexOf(' - ')
  return at === -1 ? { path: text } : { path: text.slice(0, at).trim(), purpose: text.slice(at + 3).trim() }
}
