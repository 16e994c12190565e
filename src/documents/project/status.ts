import { linesOf, oneLine } from '../formats/lines.js'
import { leadOf, openTasks, percentText, updatedAt, workersOf, type ProjectRecords } from './records.js'
import { block, blockOf, dayOf, inline, minuteOf, plainOf } from './text.js'

/** STATUS.md as what stands in it. Every text is one line. */
export interface StatusDocument {
  updated: string
  lead: string
  phase: string
  milestone: string
  deliverable: { title: string; status: string; owner: string }
  phases: { heading: string; state: string; criteria: Item[] }[]
  overall: string
  current: string
  tests: string
  /** By importance: P0, P1, P2. */
  todo: [Item[], Item[], Item[]]
  active: { name: string; task: string; scope: string }[]
  completions: { name: string; task: string; outcome: string }[]
  checklists: { name: string; items: Item[] }[]
}

export interface Item {
  done: boolean
  text: string
}

/** Tasks of one importance, and completions, that are listed; the records have all. */
export const LISTED = 50
const COMPLETIONS = 10
const none = 'none yet'

const todoHeadings = ['P0 (Critical)', 'P1 (High Priority)', 'P2 (Nice to Have)'] as const

export function statusOf(records: ProjectRecords): StatusDocument {
  const { plan, tasks, agents, deliverables } = records
  const lead = leadOf(agents)
  const [p0, p1, p2] = todoItems(tasks).map(({ items }) => (items.length > LISTED ? [...items.slice(0, LISTED), { done: false, text: `and ${items.length - LISTED} more: docs/backlog.md` }] : items))
  const { deliverable, phase, milestone, tests } = plan
  return {
    updated: updatedAt(records) === '' ? none : minuteOf(updatedAt(records)),
    lead: lead?.name ?? none,
    phase: phase ? `Phase ${phase.number} - ${phase.name}` : none,
    milestone: milestone ? `${milestone.name} (${milestone.progress.percent ?? 0}% complete)` : none,
    deliverable: { title: deliverable?.title ?? none, status: (deliverable?.status ?? 'next').toUpperCase(), owner: deliverable?.owner || (deliverable ? 'Lead' : none) },
    phases: plan.phases.map(({ number, name, status, acceptance, progress }) => ({ heading: `Phase ${number}: ${name}`, state: `${stateWords[status]}, ${percentText(progress, 'done')}${status === 'done' ? `: [${historyOf(number)}](${historyOf(number)})` : ''}`, criteria: status === 'done' ? [] : acceptance })),
    overall: percentText(plan.overall, plan.milestones.length > 0 ? 'milestones complete' : 'phases complete'),
    current: phase ? percentText(phase.progress, phase.tasks.total > 0 ? 'deliverables complete' : 'criteria met') : 'nothing to count yet',
    tests: tests ? `${tests.passed}/${tests.total} passing (${tests.percent ?? 100}%)` : none,
    todo: [p0!, p1!, p2!],
    active: workersOf(records).map(({ agent, task, scope }) => ({ name: agent.name, task: task || none, scope: scope.join(', ') || 'none' })),
    completions: deliverables.flatMap((one) => (one.integration ? [{ name: one.agentName, task: one.title || one.files[0]?.path || one.id, outcome: `${outcomes[one.integration.verdict]} ${dayOf(one.integration.at)}${noteOf(one.integration.note)}`, at: one.integration.at }] : []))
      .sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, COMPLETIONS).map(({ name, task, outcome }) => ({ name, task, outcome })),
    checklists: plan.checklists,
  }
}

/** Open tasks as rows, by importance: all of them. */
export function todoItems(tasks: ProjectRecords['tasks']): { heading: string; items: Item[] }[] {
  const open = openTasks(tasks)
  return todoHeadings.map((heading) => ({ heading, items: open.filter(({ priority }) => heading.startsWith(priority)).map((task) => ({ done: false, text: `${task.id} ${task.title}${task.workerName !== undefined ? ` (${task.workerName}, started)` : task.assigneeName !== undefined ? ` (${task.assigneeName})` : ''}${task.blockedBy.length > 0 ? `, waits for ${task.blockedBy.join(', ')}` : ''}` })) }))
}

/** Where a phase that is over stands, from the root: STATUS.md only says so. */
export function historyOf(phase: number): string {
  return `docs/history/phase-${phase}.md`
}

export const stateWords = { planned: 'Planned', current: 'In progress', done: 'Complete' } as const
const outcomes = { accepted: 'COMPLETE, integrated', partial: 'COMPLETE, integrated in part', rejected: 'REJECTED' } as const

/** Between brackets that end the line: without any of its own. */
function noteOf(note: string): string {
  return oneLine(note) === '' ? '' : `: ${oneLine(note).replaceAll('(', '[').replaceAll(')', ']')}`
}

const resume = [
  'Read STATUS.md (this file)',
  'Read DECISIONS.md (recent entries, last 7 days)',
  'Check .taskers/runs/ (outputs of workers)',
  'Run the smoke tests: does it still work?',
  'Pick the next P0 from the TODO above',
  'Say what changes: muster plan, muster task (this file follows)',
  'Run the tests again before you commit',
]

const isOver = /^complete/i

/** A list with boxes. */
export function rows(list: readonly Item[]): string[] {
  return list.length === 0 ? [`- ${none}`] : list.map(({ done, text }) => `- [${done ? 'x' : ' '}] ${inline(text)}`)
}

/** The same bytes for the same document. */
export function renderStatus(status: StatusDocument): string {
  const field = (name: string, value: string): string => `**${name}:** ${inline(value)}`
  const { deliverable, phases, todo, active, completions, checklists } = status
  const part = (heading: string, lines: readonly string[]): string => [`## ${heading}`, '', ...lines].join('\n').trimEnd()
  return [
    ['# Project Status', '', field('Last Updated', status.updated), field('Lead Agent', status.lead), field('Phase', status.phase), field('Milestone', status.milestone)].join('\n'),
    part('Current Deliverable', [block(oneLine(deliverable.title)) || none, field('Status', deliverable.status), field('Owner', deliverable.owner)]),
    part('Phase Plan', phases.length === 0 ? [`- ${none}`] : phases.flatMap(({ heading, state, criteria }) => [`### ${named(heading)}`, '', field('Status', state), '', ...(criteria.length === 0 && isOver.test(state) ? [] : ['Acceptance criteria:', ...rows(criteria), ''])])),
    part('Progress', [field('Overall', status.overall), field('Current Phase', status.current), field('Tests', status.tests)]),
    part('TODO (Prioritized)', todoHeadings.flatMap((heading, index) => [`### ${heading}`, '', ...rows(todo[index]!), ''])),
    part('Worker Roster', ['**Active Workers:**', ...listOr(active.map(({ name, task, scope }) => `- ${named(name)}: ${named(task)} (Scope: ${escaped(named(scope))})`)), '', '**Recent Completions:**', ...listOr(completions.map(({ name, task, outcome }) => `- ${named(name)}: ${named(task)} (${named(outcome)})`))]),
    part('Resume Checklist', ['For a new lead agent:', '', ...resume.map((step, index) => `${index + 1}. ${step}`)]),
    part('Acceptance Checklists', checklists.length === 0 ? [`- ${none}`] : checklists.flatMap(({ name, items: list }) => [`### ${named(name)}`, '', ...rows(list), ''])),
    '**Status File End**',
  ].join('\n\n---\n\n') + '\n'
}

/** The last one on a line that is not escaped is ours. */
function escaped(scope: string): string {
  return scope.replace(/\\*\(Scope: /g, (found) => `\\${found}`)
}

function unescaped(scope: string): string {
  return scope.replace(/\\+\(Scope: /g, (found) => found.slice(1))
}

/** What has something beside it on its line is never nothing. */
function named(text: string): string {
  return inline(text) || 'unnamed'
}

function listOr(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`- ${none}`] : lines
}

export interface Part {
  heading: string
  /** Counted from 1. */
  line: number
  lines: { text: string; line: number }[]
}

/** What stands under the headings of a level, with the numbers of their lines. */
export function partsOf(lines: readonly { text: string; line: number }[], level: 2 | 3): Part[] {
  const parts: Part[] = []
  const mark = `${'#'.repeat(level)} `
  for (const one of lines) {
    if (one.text.startsWith(mark)) parts.push({ heading: plainOf(one.text.slice(mark.length)).trim(), line: one.line, lines: [] })
    else parts.at(-1)?.lines.push(one)
  }
  return parts
}

export function numbered(text: string): { text: string; line: number }[] {
  return linesOf(text).map((line, index) => ({ text: line.trimEnd(), line: index + 1 }))
}

/** Reads what {@link renderStatus} writes, and what people write in its structure. Missing parts are as in an empty document. */
export function parseStatus(text: string): StatusDocument {
  const lines = numbered(text)
  const parts = partsOf(lines, 2)
  const under = (heading: string): Part['lines'] => parts.find((part) => part.heading.toLowerCase().startsWith(heading.toLowerCase()))?.lines ?? []
  const head = lines.slice(0, lines.findIndex(({ text }) => text.startsWith('## ')))
  const roster = under('Worker Roster')
  const completionsFrom = roster.findIndex(({ text }) => text.startsWith('**Recent Completions:**'))
  const todo = partsOf(under('TODO'), 3)
  const deliverable = under('Current Deliverable')
  return {
    updated: fieldOf(head, 'Last Updated'),
    lead: fieldOf(head, 'Lead Agent'),
    phase: fieldOf(head, 'Phase'),
    milestone: fieldOf(head, 'Milestone'),
    deliverable: { title: blockOf([deliverable.find(({ text }) => text !== '' && !/^(\*\*|-{3,}$)/.test(text))?.text ?? '']), status: fieldOf(deliverable, 'Status'), owner: fieldOf(deliverable, 'Owner') },
    phases: partsOf(under('Phase Plan'), 3).map(({ heading, lines: own }) => ({ heading, state: fieldOf(own, 'Status'), criteria: itemsOf(own) })),
    overall: fieldOf(under('Progress'), 'Overall'),
    current: fieldOf(under('Progress'), 'Current Phase'),
    tests: fieldOf(under('Progress'), 'Tests'),
    todo: todoHeadings.map((heading) => itemsOf(todo.find((part) => part.heading.slice(0, 2) === heading.slice(0, 2))?.lines ?? [])) as StatusDocument['todo'],
    active: entriesOf(roster.slice(0, completionsFrom < 0 ? undefined : completionsFrom)).map(({ name, rest }) => {
      const [, task = rest, scope = ''] = /^(.*) \(Scope: (.*)\)$/.exec(rest) ?? []
      return { name, task, scope: unescaped(scope) }
    }),
    completions: completionsFrom < 0 ? [] : entriesOf(roster.slice(completionsFrom)).map(({ name, rest }) => {
      const [, task = rest, outcome = ''] = /^(.*) \((.*)\)$/.exec(rest) ?? []
      return { name, task, outcome }
    }),
    checklists: partsOf(under('Acceptance Checklists'), 3).map(({ heading, lines: own }) => ({ name: heading, items: itemsOf(own) })),
  }
}

export function fieldOf(lines: Part['lines'], name: string): string {
  const mark = `**${name}:**`
  return plainOf(lines.find(({ text }) => text.startsWith(mark))?.text.slice(mark.length).trim() ?? '')
}

export function itemsOf(lines: Part['lines']): Item[] {
  return lines.flatMap(({ text }) => {
    const [, mark, item] = /^\s*[-*] \[([ xX])\] ?(.*)$/.exec(text) ?? []
    return item === undefined ? [] : [{ done: mark !== ' ', text: plainOf(item) }]
  })
}

function entriesOf(lines: Part['lines']): { name: string; rest: string }[] {
  return lines.flatMap(({ text }) => {
    const [, name, rest] = /^- (.*?): (.*)$/.exec(text) ?? []
    return name === undefined || rest === undefined ? [] : [{ name: plainOf(name), rest: plainOf(rest) }]
  })
}
