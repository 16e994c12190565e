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
    ...some('Decisions of the last week', lead.decisions, ({ id, title, status }) => say`${id} ${title} (${status})`),
    ...some('Waits for a person', lead.approvals, ({ id, title }) => say`${id} ${title}`),
    ...some('Workers', lead.workers, ({ name, status, presence, task, scope }) => say`${name}: ${presence === 'gone' ? 'gone' : status}, ${task || 'no task named'}` + (scope.length === 0 ? '' : say` (${scope.join(', ')})`)),
    ...some('Delivered, not integrated', lead.outputs, ({ id, title, agentName }) => say`${id} ${title} by ${agentName}: muster deliver --integrate ${id} --verdict accepted`),
    ...some('Outputs of the last run', lead.runs, (file) => oneLine(file)),
    ...(lead.smokeTest ? smokeTestLines(lead.smokeTest, ui) : [ui.paint('warning', 'No smoke test is configured, so nothing says whether it works: --smoke-test "npm test", or set MUSTER_SMOKE_TEST')]),
    ...(lead.findings > 0 ? [ui.paint('warning', say`${lead.findings} ${lead.findings === 1 ? 'thing is' : 'things are'} missing for a handoff: muster docs check`), ...lead.missing.map(({ file, line, code, message }) => (code === 'missing-file' ? say`  ${message}` : say`  ${file}:${line}: ${message}`)), ...(lead.findings > lead.missing.length ? [say`  and ${lead.findings - lead.missing.length} more`] : [])] : []),
    nextLine(lead, ui),
  ].join('\n')
}

function nextLine({ next, nothing = '' }: LeadBriefing, ui: Ui): string {
  if (next === undefined) return nothing === '' || nothing === 'no task is open' ? 'No task is open: muster task add --title "…" --priority P0' : say`Next: ${nothing}. Add one: muster task add --title "…" --priority P0`
  const what = say`${next.id} ${next.title} (${next.priority})`
  return `${ui.paint('strong', 'Next:')} ${what}${next.mine && next.status === 'started' ? ', which you have begun' : say`: muster task start ${next.id}`}`
}

function smokeTestLines({ command, passed, code, seconds, tail }: SmokeTest, ui: Ui): string[] {
  const line = say`Smoke test (${command}): ${passed ? 'passed' : `failed${code === null ? '' : ` with code ${code}`}`} in ${seconds} s`
  return passed ? [ui.paint('good', line)] : [ui.paint('bad', line), ...tail.map((text) => `  ${oneLine(text)}`)]
}
