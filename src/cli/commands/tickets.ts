import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TicketResult } from '../../core/model/tickets.js'
import { verdicts } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { given } from '../given.js'
import { UsageError } from '../usageError.js'
import { outputText, templatesText, ticketsText, ticketText, workerIntegratedText } from '../views/tickets.js'

const workerWord = { usage: '<worker>', min: 1, max: 1 }
/** As many as there may be of a kind by default. */
const usual = ['codex', 'claude'].flatMap((kind) => [1, 2, 3, 4, 5].map((n) => `${kind}-${n}`))

export const ticketCommands = [
  command({
    name: 'ticket make',
    summary: 'Write a worker\'s ticket: its task, scope and brief; without a worker, all that are lost',
    details: 'It is .taskers/tickets/WORKER.md, made from a template in docs/worker-ticket-templates where there is one. Scopes of two workers never overlap. Git leaves .taskers alone.',
    words: { usage: '[worker]', min: 0, max: 1 },
    options: {
      task: { type: 'text', value: 'ID', help: 'What it is to do; default: the task that is its own already' },
      scope: { type: 'list', value: 'RESOURCE', help: 'Where it may work; default: the files of the task' },
      brief: { type: 'text', value: 'T', help: 'What it should know besides the task' },
      'take-over': { type: 'flag', help: 'Also where the task is another worker\'s: it is this one\'s from now on, and the other\'s ticket goes' },
      template: { type: 'text', value: 'NAME', help: 'One of the templates; default: the worker\'s own, its kind\'s, or a built-in one' },
    },
    access: 'start',
    examples: ['muster ticket make Codex-Worker-1 --task T-3 --scope src/orders/ --brief "Only the store, not the API"', 'muster ticket make'],
    async run({ muster }, { task, scope, brief, template, 'take-over': takeOver }, [worker]) {
      const { makeTicketTool } = await import('../../tools/makeTicket.js')
      if (worker !== undefined) {
        const result = await callTool(makeTicketTool, muster, { worker, task, scopes: given(scope), brief, template, takeOver })
        return outcome(result, () => ticketText(result))
      }
      if (task !== undefined || scope.length > 0 || brief !== undefined) throw new UsageError('Say for whom: muster ticket make WORKER --task ID.')
      const lost = (await muster.listTickets()).filter(({ found }) => !found)
      const tickets: TicketResult[] = []
      for (const { name, task: id } of lost) tickets.push(await callTool(makeTicketTool, muster, { worker: name, task: id, template }))
      return outcome({ ok: tickets.every(({ ok }) => ok), tickets }, () => (tickets.length === 0 ? 'No ticket is lost.' : tickets.map(ticketText).join('\n')))
    },
  }),
  command({
    name: 'ticket list',
    summary: 'List workers\' tasks and scopes, lost tickets and newest outputs',
    options: {},
    access: 'look',
    examples: ['muster ticket list'],
    async run({ muster }) {
      const { listTicketsTool } = await import('../../tools/listTickets.js')
      const result = await callTool(listTicketsTool, muster, {})
      return outcome(result, (ui) => ticketsText(result.tickets, ui))
    },
  }),
  command({
    name: 'ticket output',
    summary: 'Save what a worker wrote below .taskers/runs',
    details: 'Of workers that Muster started in the background it is saved by itself when they end.',
    words: workerWord,
    options: { from: { type: 'text', value: 'FILE', help: 'What it wrote; "-" for standard input. Default: the log of a worker that Muster started' } },
    access: 'join',
    examples: ['muster ticket output Codex-Worker-1 --from codex.log', 'muster ticket output Codex-Worker-1 --from -'],
    async run({ muster, host }, { from }, [worker = '']) {
      const { saveOutputTool } = await import('../../tools/saveOutput.js')
      const result = await callTool(saveOutputTool, muster, { worker, ...(from !== undefined && { text: textOf(from, host.cwd) }) })
      return outcome(result, () => outputText(result))
    },
  }),
  command({
    name: 'ticket integrate',
    summary: 'Say what became of a worker\'s output; it moves to the recent completions in STATUS.md',
    details: 'Accepted, its task is done; rejected or in part, the task is open for others again. Its ticket goes. What was decided once is changed only by --replace.',
    words: workerWord,
    options: {
      verdict: { type: 'choice', choices: verdicts, help: 'What became of it; default accepted' },
      note: { type: 'text', value: 'T', help: 'The reason, or what is left out' },
      replace: { type: 'flag', help: 'Change what was decided before' },
    },
    access: 'join',
    examples: ['muster ticket integrate Codex-Worker-1 --verdict partial --note "the API is missing"'],
    async run({ muster }, { verdict = 'accepted', note, replace }, [worker = '']) {
      const { integrateWorkerTool } = await import('../../tools/integrateWorker.js')
      const result = await callTool(integrateWorkerTool, muster, { worker, verdict, note, replace })
      return outcome(result, () => workerIntegratedText(result))
    },
  }),
  command({
    name: 'ticket templates',
    summary: 'Put templates of tickets into docs/worker-ticket-templates, to change and commit',
    details: 'Without names: codex-1 to codex-5, claude-1 to claude-5. Those that are there stay as they are.',
    words: { usage: '[name…]', min: 0, max: 100 },
    options: {},
    access: 'join',
    examples: ['muster ticket templates', 'muster ticket templates worker gemini-1'],
    async run({ muster }, _options, names) {
      const wrong = names.find((name) => !/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(name))
      if (wrong !== undefined) throw new UsageError(`"${wrong}" is no name of a file.`)
      const { writeTemplates } = await import('../../documents/tickets/tickets.js')
      const made = await writeTemplates(muster.root, names.length === 0 ? usual : names)
      return outcome({ ok: true, made }, () => templatesText(made))
    },
  }),
]

function textOf(from: string, cwd: string): string {
  try {
    return readFileSync(from === '-' ? 0 : resolve(cwd, from), 'utf8')
  } catch (error) {
    throw new UsageError(`${from} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
