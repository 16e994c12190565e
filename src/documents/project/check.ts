import { findSection } from '../sections.js'
import { decisionsOf, lastingOf, parseDecisions, renderEntry, type DecisionsDocument, type Entry, type FoundEntry } from './decisions.js'
import { rulesVersion } from './agents.js'
import type { ProjectRecords } from './records.js'
import { fieldOf, numbered, parseStatus, partsOf, renderStatus, statusOf, type Part } from './status.js'

/** Something that keeps whoever comes next from going on. */
export interface Finding {
  /** From the root of the tree, with `/`. */
  file: string
  /** Counted from 1. */
  line: number
  severity: 'error' | 'warning'
  code: FindingCode
  /** For people: what is wrong, and what to do. */
  message: string
  hint: string
  /** What puts it right without anything to be said. */
  fix?: 'init' | 'render'
  /** What it is about, where the line has several or none: a worker, phase, task or decision. */
  about?: string
  /** A decision that was written down and never recorded. */
  entry?: Pick<Entry, 'title' | 'context' | 'decision' | 'alternatives' | 'consequences'>
}

export type FindingCode =
  | 'missing-file' | 'broken-marks' | 'stale' | 'changed-by-hand' | 'uncommitted'
  | 'no-deliverable' | 'no-next-p0' | 'no-scope' | 'no-progress' | 'no-resume' | 'no-phase-plan' | 'no-criteria' | 'no-tests'
  | 'phase-without-decision' | 'decision-changed' | 'decision-deleted' | 'decision-unknown'

/** What is checked: texts as they are on disk, undefined for files that are not there. */
export interface Checked {
  records: ProjectRecords
  project: string
  /** Older decisions have files of their own. */
  archived?: boolean
  files: ReadonlyMap<string, string | undefined>
  /** Of these files, as git says; undefined where it cannot tell. */
  uncommitted?: readonly string[] | undefined
}

export const canonical = ['STATUS.md', 'DECISIONS.md', 'AGENTS.md'] as const
/** Names of the parts in them. */
export const sections = { 'STATUS.md': 'status', 'DECISIONS.md': 'decisions', 'AGENTS.md': 'orchestration' } as const

/** The checklist for a handoff, line by line; nothing where somebody new could go on at once. */
export function checkDocuments(checked: Checked): Finding[] {
  const found: Finding[] = []
  for (const file of canonical) {
    const text = checked.files.get(file)
    if (text === undefined) {
      found.push({ file, line: 1, severity: 'error', code: 'missing-file', message: `${file} is missing.`, hint: 'Make it: muster docs init', fix: 'init' })
      continue
    }
    const part = partIn(text, sections[file])
    if (typeof part === 'string') found.push({ file, line: 1, severity: 'error', code: 'broken-marks', message: part, hint: 'Then run: muster docs render' })
    else if (file === 'STATUS.md') found.push(...checkStatus(part, checked.records))
    else if (file === 'DECISIONS.md') found.push(...checkDecisions(part, checked))
    else if (part.marked && fieldOf(numbered(part.text), 'Version') !== rulesVersion(checked.records.decisions).version) found.push({ file, line: part.line, severity: 'warning', code: 'stale', message: 'AGENTS.md has another version than the decisions say.', hint: 'Write it anew: muster docs render', fix: 'render' })
  }
  for (const file of checked.uncommitted ?? []) found.push({ file, line: 1, severity: 'warning', code: 'uncommitted', message: `${file} has changes that are not committed.`, hint: `Commit it, so that it is there for others: git commit ${file}` })
  return found
}

interface OwnPart {
  text: string
  /** Line of its first line in the file. */
  line: number
  marked: boolean
  isOurs: boolean
}

/** Ours between its marks, or the whole of a file that somebody writes by hand. */
function partIn(file: string, name: string): OwnPart | string {
  const found = findSection(file, name)
  if (typeof found === 'string') return found
  if (!found) return { text: file, line: 1, marked: false, isOurs: true }
  const before = file.slice(0, found.from).split('\n').length
  return { text: found.body.replaceAll('\r\n', '\n'), line: before + 1, marked: true, isOurs: found.isOurs }
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

  const rendered = renderStatus(statusOf(records))
  if (part.marked && !part.isOurs) say(part.line, 'changed-by-hand', 'Somebody changed the part that Muster keeps.', 'Say it with muster plan and muster task, or write outside of the marks; muster docs render keeps this version beside the file.', { severity: 'warning', fix: 'render' })
  else if (part.marked && part.text !== rendered) say(part.line, 'stale', 'STATUS.md is behind what was recorded since.', 'Write it anew: muster docs render', { severity: 'warning', fix: 'render' })

  if (vague.test(status.deliverable.title.trim()) || status.deliverable.title.trim() === '') say(lineOf('Current Deliverable'), 'no-deliverable', 'It does not say what is being made now.', 'Say it: muster plan change --deliverable "…" --owner WHO')
  const p0 = status.todo[0].filter(({ done }) => !done)
  if (p0[0] === undefined) say(lineOf('TODO', '### P0'), 'no-next-p0', 'There is no next P0.', 'Add one: muster task add --title "…" --priority P0')
  else if (vague.test(p0[0].text.replace(/^T-\d+ /, '').trim())) say(lineOf('TODO', '- ['), 'no-next-p0', `The next P0 does not say what to do: "${p0[0].text}".`, 'Say it in words somebody new can act on: muster task change ID --title "…"', { about: p0[0].text })
  for (const { name, scope } of status.active) if (scope === '' || scope === 'none') say(lineOf('Worker Roster', `- ${name}:`), 'no-scope', `It does not say where ${name} works.`, 'Deploy workers with --scope, or let them lock what they change: muster claim', { about: name })
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

function checkDecisions(part: OwnPart, { records, project, archived = true, files }: Checked): Finding[] {
  const { main, archives } = decisionsOf(records.decisions, project, { archived })
  const newest = Math.max(0, ...records.decisions.map(({ number }) => number))
  return [
    ...checkLog('DECISIONS.md', part.text, part.line - 1, main, newest),
    // Where a file of older ones is not there yet, they are still in the main one, or were lost with it.
    ...[...archives].flatMap(([year, archive]) => checkLog(`docs/decisions/${year}.md`, files.get(`docs/decisions/${year}.md`) ?? '', 0, archive, newest)),
  ]
}

/** Entries are only added: each is there, once, and says what it said. */
function checkLog(file: string, text: string, offset: number, expected: DecisionsDocument, known: number): Finding[] {
  const found: Finding[] = []
  const entries = parseDecisions(text).entries
  const byNumber = new Map<string, FoundEntry>()
  for (const entry of entries) {
    const number = Number(/^D-(\d+)$/.exec(entry.number)?.[1] ?? 0)
    if (number < 1 || number > known || byNumber.has(entry.number)) found.push({ file, line: entry.line + offset, severity: 'error', code: 'decision-unknown', message: byNumber.has(entry.number) ? `${entry.number} is there twice.` : `"${entry.title}" was never recorded.`, hint: 'Record it, and take this entry out: muster decision propose', about: entry.title, ...(!byNumber.has(entry.number) && { entry: contentOf(entry) }) })
    else byNumber.set(entry.number, entry)
  }
  let last = offset + 1
  let missing = 0
  for (const entry of [...expected.entries].reverse()) {
    const there = byNumber.get(entry.number)
    if (!there) {
      // One that was only just made is not deleted: the file is behind.
      missing++
      found.push({ file, line: last, severity: 'error', code: 'decision-deleted', message: `${entry.number} (${entry.title}) is missing.`, hint: 'Entries are never deleted. Bring it back: muster docs render', fix: 'render', about: entry.number })
      continue
    }
    last = there.line + offset
    if (lastingOf(there) !== lastingOf(parseDecisions(renderEntry(entry)).entries[0] ?? entry)) found.push({ file, line: last, severity: 'error', code: 'decision-changed', message: `${entry.number} (${entry.title}) does not say what was decided.`, hint: `Bring it back: muster docs render. For a slip that you put right: muster docs accept ${entry.number}`, about: entry.number })
  }
  const newest = expected.entries[0]?.number
  if (missing > 0 && newest !== undefined && !byNumber.has(newest)) newerAsStale(found, expected, byNumber, file)
  return found
}

function contentOf({ title, context, decision, alternatives, consequences }: Entry): NonNullable<Finding['entry']> {
  return { title, context, decision, alternatives, consequences }
}

/** Those above the newest entry of the file were never in it. */
function newerAsStale(found: Finding[], { entries }: DecisionsDocument, there: ReadonlyMap<string, FoundEntry>, file: string): void {
  const fresh = new Set<string>()
  for (const entry of entries) {
    if (there.has(entry.number)) break
    fresh.add(entry.number)
  }
  const from = found.length
  const kept = found.splice(0, from).filter(({ code, message }) => code !== 'decision-deleted' || !fresh.has(message.split(' ')[0]!))
  found.push(...kept, { file, line: 1, severity: 'warning', code: 'stale', message: `${file} does not have the newest ${fresh.size === 1 ? 'decision' : `${fresh.size} decisions`} yet.`, hint: 'Write it anew: muster docs render', fix: 'render' })
}
