import type { DecisionView } from '../../core/model/operations.js'
import { sumOfText } from '../sections.js'
import { decisionFiles, decisionsAt, differingParts, entryOf, lastingOf, logHeading, parseDecisions, renderEntry, type DecisionsDocument, type Entry, type FoundEntry } from './decisions.js'
import { changedPlaces } from './difference.js'
import type { Checked, Finding } from './finding.js'
import { changedByHand, partIn, type OwnPart } from './ownPart.js'
import { beganOn, decisionTimes } from './records.js'

/** Past states of the records that are tried, to find the one that a file was written from. */
const PAST = 100
/** Places that are told one by one. */
const PLACES = 10

interface Log {
  file: string
  part: OwnPart
  entries: FoundEntry[]
  now: { document: DecisionsDocument; text: string }
}

/**
 * Entries are only added: each is there, once, and says what it said. A part whose mark has its sum is as Muster wrote it, so it
 * can only be behind. Of one that somebody changed, the sum tells from which state of the records it was written: what differs
 * from that is by hand, and what the records have had since is not.
 */
export function checkLogs(main: OwnPart, { records, project, files }: Checked): Finding[] {
  const { decisions } = records
  const render = (views: readonly DecisionView[]): ReturnType<typeof decisionFiles> => decisionFiles(views, project, beganOn(records))
  const logs: Log[] = []
  const lost: Finding[] = []
  const inMain = parseDecisions(main.text).entries
  for (const [file, now] of render(decisions)) {
    const text = files.get(file)
    if (file === 'DECISIONS.md') logs.push({ file, part: main, entries: inMain, now })
    else if (text !== undefined) {
      const { part, broken } = partIn(text, 'decisions')
      if (broken) lost.push({ file, line: broken.line, severity: 'error', code: 'broken-marks', message: broken.problem, hint: broken.hint })
      else if (!part.marked) lost.push({ file, line: 1, severity: 'warning', code: 'stale', message: `${file} has no marks around Muster's part${text.startsWith(logHeading) ? '' : ', or no such part'}.`, hint: 'Write it anew: muster docs render', fix: 'render' })
      logs.push({ file, part, entries: parseDecisions(part.text).entries, now })
    } else if (now.document.entries.some(({ number }) => !inMain.some((entry) => entry.number === number))) {
      lost.push({ file, line: 1, severity: 'error', code: 'missing-file', message: `${file} is missing, and with it ${now.document.entries.length} older decisions.`, hint: 'Entries are never deleted. Bring it back: muster docs render', fix: 'render' })
    }
  }
  const elsewhere = (log: Log) => (number: string): boolean => logs.some((other) => other !== log && other.entries.some((entry) => entry.number === number))
  return [...logs.flatMap((log) => checkLog(log, { decisions, elsewhere: elsewhere(log), past: () => pastOf(log, decisions, render) })), ...lost]
}

/** What the part was before somebody changed it; undefined where that is too long ago to be known. */
function pastOf({ file, part }: Log, decisions: readonly DecisionView[], render: (views: readonly DecisionView[]) => ReturnType<typeof decisionFiles>): string | undefined {
  const times = [...new Set(decisions.flatMap(decisionTimes))].filter((at) => at !== undefined).sort().reverse()
  for (const at of [...times.slice(0, PAST), '']) {
    const text = render(decisionsAt(decisions, at)).get(file)?.text
    if (text !== undefined && sumOfText(text) === part.sum) return text
  }
  return undefined
}

function checkLog(log: Log, { decisions, elsewhere, past }: { decisions: readonly DecisionView[]; elsewhere: (number: string) => boolean; past: () => string | undefined }): Finding[] {
  const { file, part, entries, now } = log
  const offset = part.line - 1
  const found: Finding[] = []
  const before = part.marked && !part.isOurs ? past() : undefined
  const was = before === undefined ? undefined : new Map(parseDecisions(before).entries.map((entry) => [entry.number, entry]))
  const views = new Map(decisions.map((decision) => [decision.id, decision]))
  const told: { from: number; to: number }[] = []
  const tell = (entry: FoundEntry, finding: Omit<Finding, 'file' | 'severity'>): void => {
    found.push({ file, severity: 'error', ...finding })
    told.push({ from: entry.line, to: entry.line + entry.text.split('\n').length - 1 })
  }

  const there = new Map<string, FoundEntry>()
  for (const entry of entries) {
    const twice = there.has(entry.number)
    if (twice || !views.has(entry.number)) tell(entry, { line: entry.line + offset, code: 'decision-unknown', message: twice ? `${entry.number} is there twice.` : `"${entry.title}" was never recorded.`, hint: twice ? 'Take this entry out: the other one is whole.' : 'Record it, and take this entry out: muster decision propose', about: entry.title, ...(!twice && { entry: contentOf(entry) }) })
    else there.set(entry.number, entry)
  }

  // From the oldest on: what is missing is told where it stood, above the one before it.
  let last = part.line
  const missing: Finding[] = []
  const expected = [...(was?.values() ?? now.document.entries)]
  const newer = was === undefined && part.isOurs ? leading(expected, (number) => !there.has(number)) : new Set<string>()
  for (const { number, title } of expected.reverse()) {
    const entry = there.get(number)
    if (entry) last = entry.line + offset
    else if (!newer.has(number) && !elsewhere(number)) missing.push({ file, line: last, severity: 'error', code: 'decision-deleted', message: `${number} (${title}) is missing.`, hint: 'Entries are never deleted. Bring it back: muster docs render', fix: 'render', about: number })
  }
  found.push(...missing)
  for (const entry of there.values()) {
    const change = changeOf(entry, was?.get(entry.number), views.get(entry.number)!, { decisions, part })
    if (change) tell(entry, { line: change.line + offset, code: 'decision-changed', about: entry.number, ...change.said })
  }

  const written = before ?? (part.isOurs ? part.text : undefined)
  if (part.marked && !part.isOurs) {
    const places = changedPlaces(before ?? now.text, part.text).filter(({ from, to, gone }) => !(gone && missing.length > 0) && !told.some((one) => from <= one.to && to >= one.from))
    found.push(...(found.length === 0 && places.length === 0 ? [{ from: 1 }] : places).slice(0, PLACES).map(({ from }) => changedByHand(file, from + offset)))
  }
  const fresh = [...newer].filter((number) => !elsewhere(number))
  const isBehind = part.marked ? written !== undefined && written !== now.text && found.every(({ code }) => code === 'changed-by-hand' || was !== undefined) : fresh.length > 0
  if (isBehind) found.push({ file, line: part.line, severity: 'warning', code: 'stale', message: fresh.length === 0 ? `${file} is behind what was recorded since.` : `${file} does not have the newest ${fresh.length === 1 ? 'decision' : `${fresh.length} decisions`} yet.`, hint: 'Write it anew: muster docs render', fix: 'render' })
  return found
}

/** Numbers of the first entries, as long as they fit. */
function leading(entries: readonly Entry[], fits: (number: string) => boolean): Set<string> {
  const end = entries.findIndex(({ number }) => !fits(number))
  return new Set(entries.slice(0, end < 0 ? undefined : end).map(({ number }) => number))
}

type Said = Pick<Finding, 'message' | 'hint' | 'fix' | 'parts' | 'said'>

/** What of an entry is not as it was written, or, where that is not known, as it ever could have been. Its line is one of the part. */
function changeOf(entry: FoundEntry, was: FoundEntry | undefined, view: DecisionView, { decisions, part }: { decisions: readonly DecisionView[]; part: OwnPart }): { line: number; said: Said } | undefined {
  const now = parseDecisions(renderEntry(entryOf(view, decisions))).entries[0]!
  const known = was ?? now
  const { number, title } = entry
  // A slip that was put right since is not in the file yet.
  if (lastingOf(entry) !== lastingOf(known) && !(part.marked && part.isOurs && view.corrected !== undefined)) {
    const parts = differingParts(entry, known)
    const wrong = parts.join() === 'decision' ? 'does not say what was decided' : `says something else than was recorded as its ${parts.join(', ')}`
    return { line: lineOfChange(entry, known), said: { parts, message: `${number} (${title}) ${wrong}.`, hint: `Bring it back: muster docs render. For a slip that you put right: muster docs accept ${number}` } }
  }
  const statuses = was ? [was.status] : [now.status, ...statusesOf(view)]
  const isForged = part.marked && (!part.isOurs || view.status === 'proposed')
  if (isForged && !statuses.includes(entry.status)) return { line: lineOfField(entry, 'Status'), said: { parts: ['status'], said: { here: entry.status, recorded: now.status }, message: `${number} (${title}) is said to be "${entry.status}", but what is recorded is "${now.status}".`, hint: 'Bring it back: muster docs render. A person approves with: muster decision approve', fix: 'render' } }
  const replaced = entry.supersedes.split(', ')
  const isReplaced = was ? entry.supersedes === was.supersedes : entry.supersedes === 'none' || replaced.every((one) => now.supersedes.split(', ').includes(one))
  if (part.marked && !isReplaced) return { line: lineOfField(entry, 'Supersedes'), said: { parts: ['supersedes'], said: { here: entry.supersedes, recorded: now.supersedes }, message: `${number} (${title}) is said to supersede "${entry.supersedes}", but what is recorded is "${now.supersedes}".`, hint: 'Bring it back: muster docs render. One decision replaces another with: muster decision supersede', fix: 'render' } }
  return undefined
}

/** Everything that its status has been. */
function statusesOf(view: DecisionView): string[] {
  return decisionTimes(view).flatMap((at) => (at === undefined ? [] : decisionsAt([view], at).map((past) => parseDecisions(renderEntry(entryOf(past, []))).entries[0]!.status)))
}

const fate = /^\*\*(Status|Supersedes):\*\*/

function lineOfChange(entry: FoundEntry, known: FoundEntry): number {
  const [is, was] = [entry.text.split('\n'), known.text.split('\n')]
  const at = is.findIndex((line, index) => line !== was[index] && !fate.test(line))
  return entry.line + Math.max(0, at < 0 ? is.length - 1 : at)
}

function lineOfField(entry: FoundEntry, field: string): number {
  return entry.line + Math.max(0, entry.text.split('\n').findLastIndex((line) => line.startsWith(`**${field}:**`)))
}

function contentOf({ title, context, decision, alternatives, consequences }: Entry): NonNullable<Finding['entry']> {
  return { title, context, decision, alternatives, consequences }
}
