import type { OutputResult, TicketResult, TicketView, WorkerIntegrationResult } from '../../core/model/tickets.js'
import { oneLine, say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

export function ticketText(result: TicketResult): string {
  if (!result.ok) return oneLine(result.hint)
  const { file, how, worker, task, template, kept, problems } = result
  return [
    say`${file} ${how === 'unchanged' ? 'is as it was' : `is ${how}`}: ${task} for ${worker}.`,
    ...(kept === undefined ? [] : [say`Somebody had changed it; what they wrote is in ${kept}.`]),
    ...problems.map(({ line, reason }) => say`${template}:${line}: ${reason}`),
  ].join('\n')
}

export function ticketsText(tickets: readonly TicketView[], ui: Ui): string {
  if (tickets.length === 0) return 'No task with a scope is meant for a worker. Write a ticket: muster ticket make WORKER --task ID'
  return tickets.map(({ name, task, title, scope, file, found, output }) => [
    say`${name}: ${task} ${title} (${scope.join(', ')})`,
    found ? say`  ${file}` : ui.paint('warning', say`  ${file} is lost. Make it again: muster ticket make ${name}`),
    ...(output === undefined ? [] : [say`  ${output}`]),
  ].join('\n')).join('\n')
}

export function outputText(result: OutputResult): string {
  return result.ok ? say`Saved in ${result.file}.` : oneLine(result.hint)
}

export function workerIntegratedText(result: WorkerIntegrationResult): string {
  if (!result.ok) return oneLine(result.hint)
  const { worker, verdict, deliverables, tasks } = result
  const then = verdict === 'accepted' ? 'is done' : 'is open for others'
  return [say`${deliverables.join(', ')} of ${worker}: ${verdict}.`, ...(tasks.length === 0 ? [] : [say`${tasks.join(', ')} ${then}.`])].join(' ')
}

export function templatesText(made: readonly string[]): string {
  return made.length === 0 ? 'They are all there already.' : made.map((file) => say`${file} is made.`).join('\n')
}
