import { oneLine } from '../formats/lines.js'
import { agentsOf, parseAgents, renderAgents, rulesVersion } from './agents.js'
import { changedPlaces } from './difference.js'
import type { Checked, Finding, FindingCode } from './finding.js'
import { checkLogs } from './checkLogs.js'
import { changedByHand, partIn, type OwnPart } from './ownPart.js'
import { statusFiles } from './history.js'
import type { ProjectRecords } from './records.js'
import { numbered, parseStatus, partsOf, renderStatus, statusOf, type Part } from './status.js'
import { inline } from './text.js'

export const canonical = ['STATUS.md', 'DECISIONS.md', 'AGENTS.md'] as const
/** Names of the parts in them. */
export const sections = { 'STATUS.md': 'status', 'DECISIONS.md': 'decisions', 'AGENTS.md': 'orchestration' } as const

/** The checklist for a handoff, line by line; nothing where somebody new could go on at once. */
export function checkDocuments(checked: Checked): Finding[] {
  const found: Finding[] = []
  const parts = new Map(canonical.map((file) => [file, partIn(checked.files.get(file) ?? '', sections[file])]))
  const isKept = [...parts.values()].some(({ part, broken }) => part.marked || broken !== undefined)
  for (const [file, { part, broken }] of parts) {
    const text = checked.files.get(file)
    if (text === undefined || text.trim() === '') {
      found.push({ file, line: 1, severity: 'error', ...(text === undefined ? { code: 'missing-file', message: `${file} is missing.` } : { code: 'empty-file', message: `${file} is empty.` }), hint: 'Make it: muster docs init', fix: 'init' })
      continue
    }
    if (broken) found.push({ file, line: broken.line, severity: 'error', code: 'broken-marks', message: broken.problem, hint: broken.hint })
    // Of all three a person may be the only writer. Of one, somebody took the marks out, or Muster was never asked to keep it.
    else if (isKept && !part.marked) found.push({ file, line: 1, severity: 'warning', code: 'no-marks', message: `${file} has no part that Muster keeps, so it is not kept up to date.`, hint: 'Have Muster keep it: muster docs init', fix: 'init' })
    const first = found.length
    if (file === 'STATUS.md') found.push(...checkStatus(part, checked.records), ...(part.marked ? checkBeside(checked) : []))
    else if (file === 'DECISIONS.md') found.push(...checkLogs(part, checked))
    else if (part.marked) found.push(...changesIn(file, part, renderAgents(agentsOf(checked.records)), behindText(file, parseAgents(part.text).version, rulesVersion(checked.records.decisions).version)))
    // What has no part of Muster's is not written anew.
    if (!part.marked && !broken) found.splice(first, found.length, ...found.slice(first).map((one) => (one.file === file ? { ...one, hint: one.hint.replaceAll('muster docs render', 'muster docs init'), ...(one.fix && { fix: 'init' as const }) } : one)))
  }
  for (const file of checked.uncommitted ?? []) found.push({ file, line: 1, severity: 'warning', code: 'uncommitted', message: `${file} has changes that are not committed.`, hint: `Commit it, so that it is there for others: git commit ${file}` })
  return found
}

function behindText(file: string, version: string, wanted: string): string {
  return version === wanted ? `${file} is behind what was recorded since.` : `${file} is version ${version}, and the decisions make it ${wanted}.`
}

/** Places that are told one by one. */
const PLACES = 10
const updated = /^\*\*Last Updated:\*\*/

/** Whether a part says what it is to say: behind as a whole, or changed by somebody, line by line. */
function changesIn(file: string, { text, line, isOurs }: OwnPart, wanted: string, behind: string): Finding[] {
  if (isOurs) return text === wanted ? [] : [{ file, line, severity: 'warning', code: 'stale', message: behind, hint: 'Write it anew: muster docs render', fix: 'render' }]
  const all = changedPlaces(wanted, text)
  const lines = text.split('\n')
  // What is behind as well has another time.
  const told = all.filter(({ from, to }) => from !== to || !updated.test(lines[from - 1] ?? ''))
  return (told.length > 0 ? told : all.length > 0 ? all : [{ from: 1 }]).slice(0, PLACES).map(({ from }) => changedByHand(file, from + line - 1))
}

/** Files that go with STATUS.md: phases that are over, and the backlog. */
function checkBeside({ records, project, files }: Checked): Finding[] {
  return [...statusFiles(records, project)].flatMap(([file, { section, text: wanted, isEmpty }]): Finding[] => {
    const text = files.get(file)
    if (text === undefined) return isEmpty ? [] : [{ file, line: 1, severity: 'error', code: 'missing-file', message: `${file} is missing.`, hint: 'Bring it back: muster docs render', fix: 'render' }]
    const { part, broken } = partIn(text, section)
    if (broken) return [{ file, line: broken.line, severity: 'error', code: 'broken-marks', message: broken.problem, hint: broken.hint }]
    if (!part.marked) return isEmpty ? [] : [{ file, line: 1, severity: 'warning', code: 'stale', message: `${file} has no part of Muster's.`, hint: 'Write it anew: muster docs render', fix: 'render' }]
    return changesIn(file, part, wanted, `${file} is behind what was recorded since.`)
  })
}

const vague = /^(none yet|tbd|to ?do|n\/?a|stuff|things|work|misc|various|something|fixes|\?+|-+|\.+|…)$/i

function checkStatus(part: OwnPart, records: ProjectRecords): Finding[] {
  const found: Finding[] = []
  const lines = numbered(part.text)
  const parts = partsOf(lines, 2)
  const status = parseStatus(part.text)
  const at = (line: number): number => line + part.line - 1
  const under = (heading: string): Part | undefined => parts.find((one) => one.heading.toLowerCase().startsWith(heading.toLowerCase()))
  const lineOf = (heading: string, start?: string): number => {
    const section = under(heading)
    return at((start === undefined ? undefined : section?.lines.find(({ text }) => text.startsWith(start))?.line) ?? section?.line ?? 1)
  }
  const say = (line: number, code: FindingCode, message: string, hint: string, more: Partial<Pick<Finding, 'severity' | 'fix' | 'about'>> = {}): void => void found.push({ file: 'STATUS.md', line, severity: 'error', code, message, hint, ...more })

  if (part.marked) found.push(...changesIn('STATUS.md', part, renderStatus(statusOf(records)), 'STATUS.md is behind what was recorded since.'))

  if (vague.test(status.deliverable.title.trim()) || status.deliverable.title.trim() === '') say(lineOf('Current Deliverable'), 'no-deliverable', 'It does not say what is being made now.', 'Say it: muster plan change --deliverable "…" --owner WHO')
  const p0 = status.todo[0].filter(({ done }) => !done)
  // What the list adds to a task's title says nothing of what is to be done.
  const titleOf = (text: string): string => records.tasks.find(({ id, title }) => text.startsWith(`${id} ${oneLine(title)}`))?.title ?? text.replace(/^T-\d+ /, '').replace(/(?: \([^()]*\)|, waits for T-\d+(?:, T-\d+)*)+$/, '')
  if (p0[0] === undefined) say(lineOf('TODO', '### P0'), 'no-next-p0', 'There is no next P0.', 'Add one: muster task add --title "…" --priority P0')
  for (const { text } of p0.filter(({ text }, index) => (index === 0 || !/, waits for T-/.test(text)) && vague.test(titleOf(text).trim()))) {
    const id = /^T-\d+ /.exec(text)?.[0] ?? ''
    say(lineOf('TODO', `- [ ] ${inline(text)}`), 'no-next-p0', `The next P0 does not say what to do: "${text}".`, 'Say it in words somebody new can act on: muster task change ID --title "…"', { about: `${id}${titleOf(text)}` })
  }
  // Who has no task has no place yet either, but for workers: they have a ticket.
  const isIdle = (name: string, task: string): boolean => vague.test(task) && !records.agents.some((agent) => agent.role === 'worker' && oneLine(agent.name) === name)
  for (const { name, task, scope } of status.active) if ((scope === '' || scope === 'none') && !isIdle(name, task)) say(lineOf('Worker Roster', `- ${name}:`), 'no-scope', `It does not say where ${name} works.`, 'Deploy workers with --scope, or let them lock what they change: muster claim', { about: name })
  if (!/\d+\s?%/.test(status.overall) || !/\d+\s?%/.test(status.current)) say(lineOf('Progress', /\d+\s?%/.test(status.overall) ? '**Current Phase:**' : '**Overall:**'), 'no-progress', 'Progress has no percentages.', 'Give tasks a phase (muster task add --phase), and the plan milestones (muster plan change --milestone)')
  const steps = under('Resume Checklist')?.lines.filter(({ text }) => /^(\d+\.|- )/.test(text)) ?? []
  if (steps.length < 3) say(lineOf('Resume Checklist'), 'no-resume', 'There is no checklist for whoever takes over.', part.marked ? 'Write it anew: muster docs render' : 'Have Muster keep this file: muster docs init', { fix: part.marked ? 'render' : 'init' })
  if (status.phases.length === 0) say(lineOf('Phase Plan'), 'no-phase-plan', 'There is no plan of phases.', 'Begin one: muster plan change --phase "Foundation" --acceptance "…"')
  for (const phase of status.phases) if (phase.criteria.length === 0 && !/^complete/i.test(phase.state)) say(lineOf('Phase Plan', `### ${phase.heading}`), 'no-criteria', `It does not say when "${phase.heading}" is done.`, 'Say it: muster plan change --phase NAME --acceptance "…"', { about: phase.heading })
  if (!/\d+\s*\/\s*\d+/.test(status.tests)) say(lineOf('Progress', '**Tests:**'), 'no-tests', 'It does not say how many tests pass.', 'Say it: muster plan tests PASSED TOTAL')
  const phase = records.plan.phase
  if (status.phase !== '' && phase && !vague.test(status.phase) && !status.phase.toLowerCase().includes(phase.name.toLowerCase())) {
    say(at(lines.find(({ text }) => text.startsWith('**Phase:**'))?.line ?? 1), 'phase-without-decision', `It says "${status.phase}", but no decision leads there: the current phase is ${phase.name}.`, 'A phase ends with a decision: muster plan advance', { about: status.phase })
  }
  return found
}
