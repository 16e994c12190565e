import type { ProjectRecords } from './records.js'
import { fieldOf, numbered, partsOf } from './status.js'
import { dayOf, inline, plainOf } from './text.js'

/** Of the version of the rules: every decision of these kinds that a person approved raises it. */
const process = /^(process|agents|orchestration|way of working)/i

export function rulesVersion(decisions: ProjectRecords['decisions']): { version: string; updated: string } {
  const raised = decisions.filter(({ category, status }) => process.test(category.trim()) && (status === 'approved' || status === 'implemented'))
  const last = raised.map(({ review }) => review?.at ?? '').sort().at(-1) ?? ''
  return { version: `1.${raised.length}`, updated: last === '' ? '' : dayOf(last) }
}

/** AGENTS.md as what stands in it: how a lead and its workers go about it. Every text is one line. */
export interface AgentsDocument {
  updated: string
  version: string
  lead: string[]
  /** How many workers there may be, in all and of each kind. */
  pool: { most: number; kinds: { kind: string; workers: number; note: string }[] }
  constraints: string[]
  /** Parts of a status report. */
  report: string[]
  /** What a person's approval is needed for. */
  gates: string[]
}

/** The same in every project but for its version. */
export function agentsOf(records: Pick<ProjectRecords, 'decisions' | 'plan'>): AgentsDocument {
  const { version, updated } = rulesVersion(records.decisions)
  const began = records.plan.beganAt === undefined ? '' : dayOf(records.plan.beganAt)
  return {
    updated: updated || began || 'at the beginning',
    version,
    lead: [
      'One agent leads at a time. It begins with `muster startup --lead` and reads STATUS.md, then the decisions of the last week, then this file.',
      'It plans (`muster plan`, `muster task add`), gives work to workers, looks at what they deliver, and keeps the numbers of tests current (`muster plan tests`).',
      'What others have to live with is a decision (`muster decision propose`). What is agreed on and not written down does not count.',
      'Before it stops, it saves a checkpoint and sees that `muster docs check` finds nothing.',
    ],
    pool: { most: 15, kinds: [{ kind: 'Codex', workers: 5, note: '' }, { kind: 'Claude', workers: 5, note: '' }, { kind: 'Gemini', workers: 5, note: 'optional, disabled by default' }] },
    constraints: [
      'A worker has a ticket with its scope, and works only there',
      'Scopes of workers that write do not overlap',
      'A worker that was started to read only changes nothing and reports what it finds',
      'Workers deliver (`muster deliver`); the lead integrates: accepted, rejected or in part',
    ],
    report: ['Summary', 'Progress', 'Completed', 'In progress, by worker', 'Decisions', 'Risks and blockers', 'Next actions and approvals needed'],
    gates: [
      'a phase ends and the next begins (`muster plan advance`)',
      'a breaking change is made (a decision of the category "breaking")',
      'the lock of somebody who is at work is ended, or records of agents are cleared',
    ],
  }
}

const headings = { lead: 'Lead Conductor Role', workers: 'Worker Orchestration', report: 'Status Report Protocol', gates: 'Approval Gates' } as const

/** The same bytes for the same document. */
export function renderAgents({ updated, version, lead, pool, constraints, report, gates }: AgentsDocument): string {
  const list = (texts: readonly string[], mark: (index: number) => string = () => '- '): string => texts.map((text, index) => `${mark(index)}${named(text)}`).join('\n')
  return [
    `# Agent Orchestration Protocol

**Last Updated:** ${named(updated)}
**Version:** ${named(version)}

A decision of the category "process" that a person approves raises the version.`,
    `## ${headings.lead}

${list(lead)}`,
    `## ${headings.workers}

**Pool Configuration:**
- Maximum workers: ${pool.most}
${pool.kinds.map(({ kind, workers, note }) => `  - ${named(kind)}: ${workers} workers${inline(note) === '' ? '' : ` (${inline(note)})`}`).join('\n')}

A user's own settings for supervised agents come before these numbers.

**Worker Constraints:**
${list(constraints)}`,
    `## ${headings.report}

\`muster report\` writes it from the records, in seven parts:

${list(report, (index) => `${index + 1}. `)}`,
    `## ${headings.gates}

A person's approval is needed before

${list(gates)}

The approval is a decision in the records: \`muster decision approve\`.`,
    '**Agents File End**',
  ].join('\n\n---\n\n') + '\n'
}

/** Reads what {@link renderAgents} writes. Missing parts are empty. */
export function parseAgents(text: string): AgentsDocument {
  const lines = numbered(text)
  const parts = partsOf(lines, 2)
  const under = (heading: string): string[] => parts.find((part) => part.heading === heading)?.lines.map((line) => line.text) ?? []
  const items = (rows: readonly string[], mark = /^- /): string[] => rows.filter((row) => mark.test(row)).map((row) => plainOf(row.replace(mark, '')))
  const head = lines.slice(0, (parts[0]?.line ?? lines.length + 1) - 1)
  const workers = under(headings.workers)
  const from = workers.indexOf('**Worker Constraints:**')
  const pool = from < 0 ? workers : workers.slice(0, from)
  return {
    updated: fieldOf(head, 'Last Updated'),
    version: fieldOf(head, 'Version'),
    lead: items(under(headings.lead)),
    pool: {
      most: Number(pool.flatMap((row) => /^- Maximum workers: (\d+)$/.exec(row)?.[1] ?? [])[0] ?? 0),
      kinds: pool.flatMap((row) => {
        const [, kind, count, note = ''] = /^ {2}- (.*?): (\d+) workers(?: \((.*)\))?$/.exec(row) ?? []
        return kind === undefined ? [] : [{ kind: plainOf(kind), workers: Number(count), note: plainOf(note) }]
      }),
    },
    constraints: from < 0 ? [] : items(workers.slice(from)),
    report: items(under(headings.report), /^\d+\. /),
    gates: items(under(headings.gates)),
  }
}

/** What has something beside it on its line is never nothing. */
function named(text: string): string {
  return inline(text) || 'unnamed'
}
