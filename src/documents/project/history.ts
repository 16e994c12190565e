import { percentText, type ProjectRecords } from './records.js'
import { historyOf, LISTED, rows, stateWords, todoItems, type Item } from './status.js'
import { inline } from './text.js'

/* What STATUS.md has no room for: phases that are over, each in a file of its own, and open tasks of little importance. */

const backlogFile = 'docs/backlog.md'

/** A heading, fields below it, and lists under headings. */
export interface Listing {
  heading: string
  fields: readonly [string, string][]
  lists: readonly { name: string; items: Item[] }[]
}

export interface StatusFile {
  section: 'history' | 'backlog'
  text: string
  /** There is nothing to tell: only a file that is there says so. */
  isEmpty: boolean
}

/** Files that go with STATUS.md, by their path from the root. */
export function statusFiles({ plan, tasks }: Pick<ProjectRecords, 'plan' | 'tasks'>, project: string): Map<string, StatusFile> {
  const over = plan.phases.filter(({ status }) => status === 'done').map((phase) => [historyOf(phase.number), {
    section: 'history' as const, isEmpty: false,
    text: renderListing({
      heading: `Phase ${phase.number}: ${phase.name}`,
      fields: [['Project', project], ['Status', `${stateWords.done}, ${percentText(phase.progress, 'done')}`]],
      lists: [
        { name: 'Acceptance Criteria', items: phase.acceptance },
        { name: 'Milestones', items: plan.milestones.filter((one) => one.phase === phase.name).map(({ name, reached }) => ({ text: name, done: reached })) },
      ].filter(({ items }) => items.length > 0),
    }),
  }] as const)
  const lists = todoItems(tasks).map(({ heading, items }) => ({ name: heading, items: items.slice(LISTED) })).filter(({ items }) => items.length > 0)
  return new Map<string, StatusFile>([...over, [backlogFile, { section: 'backlog', isEmpty: lists.length === 0, text: renderListing({ heading: 'Backlog', fields: [['Project', project], ['Open tasks beside those in STATUS.md', String(lists.flatMap(({ items }) => items).length)]], lists }) }]])
}

/** The same bytes for the same document. */
export function renderListing({ heading, fields, lists }: Listing): string {
  const head = [`# ${inline(heading) || 'unnamed'}`, '', ...fields.map(([name, value]) => `**${name}:** ${inline(value)}`.trimEnd())].join('\n')
  return `${[head, ...lists.map(({ name, items }) => [`## ${inline(name) || 'unnamed'}`, '', ...rows(items)].join('\n'))].join('\n\n')}\n`
}
