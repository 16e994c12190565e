import type { LeadBriefing, SmokeTest } from '../../documents/project/lead.js'
import { oneLine, say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

/** One screen: what is long is counted. */
const SHOWN = 5

export function briefingText(lead: LeadBriefing, ui: Ui): string {
  const some = <T>(title: string, all: readonly T[], line: (one: T) => string): string[] =>
    all.length === 0 ? [] : [ui.paint('strong', title), ...all.slice(0, SHOWN).map((one) => `  ${line(one)}`), ...(all.length > SHOWN ? [`  and ${all.length - SHOWN} more`] : [])]
  const missing = lead.documents.filter(({ found }) => !found).map(({ file }) => file)
  return [
    ui.paint('strong', 'You lead'),
    missing.length === 0 ? say`  Read ${lead.documents.map(({ file }) => file).join(', then ')}` : say`  There is no ${missing.join(', ')} yet: muster docs init`,
    say`  Phase: ${lead.phase ?? 'none is planned'}. Now: ${lead.deliverable ?? 'nothing is said'}`,
    ...some('Decided in the last week', lead.decisions, ({ id, title, status }) => say`${id} ${title} (${status})`),
    ...some('Waits for a person', lead.approvals, ({ id, title }) => say`${id} ${title}`),
    ...some('Workers', lead.workers, ({ name, status, presence, task, scope }) => say`${name}: ${presence === 'gone' ? 'gone' : status}, ${task || 'no task named'}` + (scope.length === 0 ? '' : say` (${scope.join(', ')})`)),
    ...some('Delivered, not integrated', lead.outputs, ({ id, title, agentName }) => say`${id} ${title} by ${agentName}: muster deliver --integrate ${id} --verdict accepted`),
    ...some('Outputs of the last run', lead.runs, (file) => oneLine(file)),
    ...(lead.smokeTest ? smokeTestLines(lead.smokeTest, ui) : []),
    ...(lead.findings > 0 ? [ui.paint('warning', say`${lead.findings} ${lead.findings === 1 ? 'thing is' : 'things are'} missing for a handoff: muster docs check`)] : []),
    lead.next ? `${ui.paint('strong', 'Next:')} ${say`${lead.next.id} ${lead.next.title} (${lead.next.priority}): muster task start ${lead.next.id}`}` : 'No task is open: muster task add --title "…" --priority P0',
  ].join('\n')
}

function smokeTestLines({ command, passed, code, seconds, tail }: SmokeTest, ui: Ui): string[] {
  const line = say`Smoke test (${command}): ${passed ? 'passed' : `failed${code === null ? '' : ` with code ${code}`}`} in ${seconds} s`
  return passed ? [ui.paint('good', line)] : [ui.paint('bad', line), ...tail.map((text) => `  ${oneLine(text)}`)]
}
