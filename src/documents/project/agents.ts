import type { ProjectRecords } from './records.js'
import { dayOf } from './text.js'

/** Of the version of the rules: every decision of these kinds that a person approved raises it. */
const process = /^(process|agents|orchestration|way of working)/i

export function rulesVersion(decisions: ProjectRecords['decisions']): { version: string; updated: string } {
  const raised = decisions.filter(({ category, status }) => process.test(category.trim()) && (status === 'approved' || status === 'implemented'))
  const last = raised.map(({ review }) => review?.at ?? '').sort().at(-1) ?? ''
  return { version: `1.${raised.length}`, updated: last === '' ? '' : dayOf(last) }
}

/** The part of AGENTS.md that is the same in every project but for its version: how a lead and its workers go about it. */
export function renderAgents(records: Pick<ProjectRecords, 'decisions' | 'plan'>): string {
  const { version, updated } = rulesVersion(records.decisions)
  const began = records.plan.beganAt === undefined ? '' : dayOf(records.plan.beganAt)
  return `# Agent Orchestration Protocol

**Last Updated:** ${updated || began || 'at the beginning'}
**Version:** ${version}

A decision of the category "process" that a person approves raises the version.

---

## Lead Conductor Role

- One agent leads at a time. It begins with \`muster startup --lead\` and reads STATUS.md, then the decisions of the last week, then this file.
- It plans (\`muster plan\`, \`muster task add\`), gives work to workers, looks at what they deliver, and keeps the numbers of tests current (\`muster plan tests\`).
- What others have to live with is a decision (\`muster decision propose\`). What is agreed on and not written down does not count.
- Before it stops, it saves a checkpoint and sees that \`muster docs check\` finds nothing.

---

## Worker Orchestration

**Pool Configuration:**
- Maximum workers: 15
  - Codex: 5 workers
  - Claude: 5 workers
  - Gemini: 5 workers (optional, disabled by default)

A user's own settings for supervised agents come before these numbers.

**Worker Constraints:**
- A worker has a ticket with its scope, and works only there
- Scopes of workers that write do not overlap
- A worker that was started to read only changes nothing and reports what it finds
- Workers deliver (\`muster deliver\`); the lead integrates: accepted, rejected or in part

---

## Status Report Protocol

\`muster report\` writes it from the records, in seven parts:

1. Summary
2. Progress
3. Completed
4. In progress, by worker
5. Decisions
6. Risks and blockers
7. Next actions and approvals needed

---

## Approval Gates

A person's approval is needed before

- a phase ends and the next begins (\`muster plan advance\`)
- a breaking change is made (a decision of the category "breaking")
- the lock of somebody who is at work is ended, or records of agents are cleared

The approval is a decision in the records: \`muster decision approve\`.
`
}
