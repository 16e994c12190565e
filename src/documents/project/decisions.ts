import type { DecisionView } from '../../core/model/operations.js'
import { fieldOf, numbered, partsOf, type Part } from './status.js'
import { block, blockOf, dayOf, inline, plainOf } from './text.js'

/** One decision as it stands in DECISIONS.md. */
export interface Entry {
  /** `YYYY-MM-DD` */
  date: string
  title: string
  context: string
  decision: string
  alternatives: string[]
  consequences: string[]
  status: string
  /** Its id in the records (`D-3`); '' where it has none. */
  number: string
  category: string
  supersedes: string
}

export interface FoundEntry extends Entry {
  /** Of its heading, counted from 1. */
  line: number
  /** Its lines as they stand in the file, without the rule behind it. */
  text: string
}

export interface DecisionsDocument {
  project: string
  started: string
  /** Files with older ones, from the root. */
  older: string[]
  /** Newest first. */
  entries: Entry[]
}

/** Decisions that one file holds at most, and that stay when the older ones move. */
const FULL = 100
const STAY = 50

/** In this folder are older decisions, in files by year. */
const archiveFolder = 'docs/decisions'
const archiveOf = (year: string): string => `${archiveFolder}/${year}.md`
/** What every file of decisions begins with, and what it ends with. */
export const logHeading = '# Architectural Decision Log'
const logEnd = '**Decision Log End**'

/**
 * How many of the newest stand in the main file. Past a hundred the older ones move at once and fifty stay, so that the same
 * entries stand in the same file for the next fifty decisions.
 */
export function inMain(count: number): number {
  return count <= FULL ? count : STAY + ((count - FULL - 1) % (FULL - STAY + 1))
}

const words: Readonly<Record<DecisionView['status'], string>> = { proposed: 'Proposed', approved: 'Accepted', rejected: 'Rejected', implemented: 'Accepted, implemented', superseded: 'Superseded' }

export function entryOf(decision: DecisionView, all: readonly DecisionView[]): Entry {
  return entryWith(decision, all.filter((one) => one.superseded?.replacement === decision.id).map((one) => one.id))
}

function entryWith(decision: DecisionView, supersedes: readonly string[]): Entry {
  const { id, title, context, alternatives, consequences, status, superseded, category, impact, proposedAt, review } = decision
  return {
    date: dayOf(proposedAt),
    title,
    context,
    decision: decision.decision,
    alternatives: [...alternatives],
    consequences: consequences.map((text) => (/^(positive|negative|neutral):/i.test(text) ? text : `Neutral: ${text}`)),
    status: `${words[status]}${superseded ? ` by ${superseded.replacement}` : ''}${status !== 'superseded' && review ? ` (${review.byName}, ${dayOf(review.at)})` : ''}`,
    number: id,
    category: `${category} (impact: ${impact})`,
    supersedes: supersedes.join(', ') || 'none',
  }
}

/** Decisions as the records had them at a time; texts that were put right since are as they are now. */
export function decisionsAt(decisions: readonly DecisionView[], at: string): DecisionView[] {
  return decisions.filter(({ proposedAt }) => proposedAt <= at).map(({ review, implemented, superseded, ...rest }) => {
    const until = { ...(review && review.at <= at && { review }), ...(implemented && implemented.at <= at && { implemented }), ...(superseded && superseded.at <= at && { superseded }) }
    const reviewed = rest.status === 'rejected' ? 'rejected' : 'approved'
    return { ...rest, ...until, status: until.superseded ? 'superseded' : until.implemented ? 'implemented' : until.review ? reviewed : 'proposed' }
  })
}

/** The main file, and what is in archives by year; decisions in the order they were proposed. @param began Day it began, where nothing is decided yet */
export function decisionsOf(decisions: readonly DecisionView[], project: string, began = ''): { main: DecisionsDocument; archives: Map<string, DecisionsDocument> } {
  const replaced = new Map<string, string[]>()
  for (const { id, superseded } of decisions) if (superseded) replaced.set(superseded.replacement, [...(replaced.get(superseded.replacement) ?? []), id])
  const newest = decisions.map((decision) => entryWith(decision, replaced.get(decision.id) ?? [])).reverse()
  const count = inMain(newest.length)
  const started = decisions[0] ? dayOf(decisions[0].proposedAt) : began
  const archives = new Map<string, DecisionsDocument>()
  for (const entry of newest.slice(count)) {
    const year = entry.date.slice(0, 4)
    const archive = archives.get(year) ?? { project, started, older: [], entries: [] }
    archive.entries.push(entry)
    archives.set(year, archive)
  }
  return { main: { project, started, older: [...archives.keys()].map(archiveOf), entries: newest.slice(0, count) }, archives }
}

/** Our part of each file of decisions, the main one first, by its path from the root. */
export function decisionFiles(decisions: readonly DecisionView[], project: string, began: string): Map<string, { document: DecisionsDocument; text: string }> {
  const { main, archives } = decisionsOf(decisions, project, began)
  return new Map([
    ['DECISIONS.md', { document: main, text: renderDecisions(main) }],
    ...[...archives].map(([year, document]) => [archiveOf(year), { document, text: renderDecisions(document, '../../') }] as const),
  ])
}

export function renderDecisions({ project, started, older, entries }: DecisionsDocument, up = ''): string {
  const head = [logHeading, '', `**Project:** ${inline(project)}`.trimEnd(), `**Started:** ${started}`.trimEnd(), ...(older.length > 0 ? [`**Older decisions:** ${older.map((path) => `[${path}](${up}${path})`).join(', ')}`] : [])]
  return `${[head.join('\n'), ...entries.map(renderEntry), logEnd].join('\n\n---\n\n')}\n`
}

const unsaid = 'not said'

/** One entry, without the rules around it. */
export function renderEntry(entry: Entry): string {
  const list = (texts: readonly string[], mark: (index: number) => string): string[] => (texts.length === 0 ? [unsaid] : texts.map((text, index) => `${mark(index)}${block(text).replace(/\n/g, '\n   ') || unsaid}`))
  return [
    `## ${entry.date}: ${inline(entry.title)}`, '',
    `**Context:** ${block(entry.context) || unsaid}`, '',
    `**Decision:** ${block(entry.decision) || unsaid}`, '',
    '**Alternatives Considered:**', ...list(entry.alternatives, (index) => `${index + 1}. `), '',
    '**Consequences:**', ...list(entry.consequences, () => '- '), '',
    `**Status:** ${inline(entry.status)}`,
    `**Number:** ${entry.number}`,
    `**Category:** ${inline(entry.category)}`,
    `**Supersedes:** ${entry.supersedes}`,
  ].map((line) => line.trimEnd()).join('\n')
}

export interface ParsedDecisions extends DecisionsDocument {
  entries: FoundEntry[]
}

/** Reads what {@link renderDecisions} writes, and entries that people wrote in the same form. */
export function parseDecisions(text: string): ParsedDecisions {
  const lines = numbered(text)
  const parts = partsOf(lines, 2)
  const head = lines.slice(0, (parts[0]?.line ?? lines.length + 1) - 1)
  return {
    project: fieldOf(head, 'Project'),
    started: fieldOf(head, 'Started'),
    older: [...fieldOf(head, 'Older decisions').matchAll(/\[([^\]]*)\]/g)].map(([, path = '']) => path),
    entries: parts.filter(({ heading }) => /^\d{4}-\d\d-\d\d:/.test(heading)).map(parseEntry),
  }
}

function parseEntry({ heading, line, lines: all }: Part): FoundEntry {
  const end = all.findLastIndex(({ text }) => text !== '' && text !== logEnd && !/^-{3,}$/.test(text) && !text.startsWith('<!--'))
  const lines = all.slice(0, end + 1)
  return {
    date: heading.slice(0, 10),
    title: heading.slice(11).trim(),
    context: textOf(lines, 'Context'),
    decision: textOf(lines, 'Decision'),
    alternatives: listOf(lines, 'Alternatives Considered', /^\d+\. /),
    consequences: listOf(lines, 'Consequences', /^- /),
    status: fieldOf(lines, 'Status'),
    number: fieldOf(lines, 'Number'),
    category: fieldOf(lines, 'Category'),
    supersedes: fieldOf(lines, 'Supersedes'),
    line,
    text: [`## ${heading.replaceAll('<', '\\<')}`, ...lines.map(({ text }) => text)].join('\n'),
  }
}

const fields = ['Context', 'Decision', 'Alternatives Considered', 'Consequences', 'Status', 'Number', 'Category', 'Supersedes'] as const

/** Lines of a field, its first one without its name. */
function linesUnder(lines: Part['lines'], name: (typeof fields)[number]): string[] {
  const mark = `**${name}:**`
  const from = lines.findIndex(({ text }) => text.startsWith(mark))
  if (from < 0) return []
  const length = lines.slice(from + 1).findIndex(({ text }) => fields.some((other) => text.startsWith(`**${other}:**`)))
  const [first, ...rest] = lines.slice(from, length < 0 ? undefined : from + 1 + length).map(({ text }) => text)
  return [first!.slice(mark.length).replace(/^ /, ''), ...rest]
}

function textOf(lines: Part['lines'], name: (typeof fields)[number]): string {
  const text = blockOf(linesUnder(lines, name))
  return text === unsaid ? '' : text
}

function listOf(lines: Part['lines'], name: (typeof fields)[number], mark: RegExp): string[] {
  const items: string[][] = []
  for (const line of linesUnder(lines, name)) {
    if (mark.test(line)) items.push([line.replace(mark, '')])
    else items.at(-1)?.push(line.replace(/^ {3}/, ''))
  }
  return items.map((item) => blockOf(item)).map((text) => (text === unsaid ? '' : text))
}

/** What of an entry never changes once it is written: all but what became of the decision. */
export function lastingOf(entry: Entry): string {
  return JSON.stringify(lastingParts(entry))
}

function lastingParts({ date, title, context, decision, alternatives, consequences, category }: Entry): Record<string, unknown> {
  return { date, title: plainOf(inline(title)), context, decision, alternatives, consequences, category: plainOf(inline(category)) }
}

/** Names of what one says otherwise than the other, of what never changes. */
export function differingParts(one: Entry, other: Entry): string[] {
  const others = lastingParts(other)
  return Object.entries(lastingParts(one)).flatMap(([name, part]) => (JSON.stringify(part) === JSON.stringify(others[name]) ? [] : [name]))
}
