import { lstat, mkdir, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { errnoOf, MusterError } from '../../core/errors.js'
import type { UpdateResult } from '../../core/model/documentUpdate.js'
import type { Muster } from '../../core/muster.js'
import { tell } from '../../core/tell.js'
import { notUtf8 } from '../formats/lines.js'
import { keepBeside } from '../replace.js'
import { findSection, isBroken, saysAll, withSection } from '../sections.js'
import { agentsOf, renderAgents } from './agents.js'
import { withAnswers, type PlanAnswers } from './answers.js'
import { canonical, checkDocuments, sections } from './check.js'
import { decisionFiles, entryOf, logHeading, parseDecisions, renderEntry, type Entry } from './decisions.js'
import type { Finding } from './finding.js'
import { statusFiles } from './history.js'
import { beganOn, type ProjectRecords } from './records.js'
import { isOfOthers } from './others.js'
import { renderStatus, statusOf } from './status.js'

/** STATUS.md, DECISIONS.md, AGENTS.md and what belongs to them, in the root of a working tree. */

/** The newest records. */
export async function recordsOf(muster: Pick<Muster, 'refresh' | 'listDecisions'>): Promise<ProjectRecords> {
  const { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries, helpRequests } = await muster.refresh()
  return { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries, helpRequests, decisions: await muster.listDecisions() }
}

export function projectOf({ plan }: ProjectRecords, root: string): string {
  return plan.project || basename(root)
}

/** Our part of a file. */
export interface OwnSection {
  section: string
  text: string
  /** Ours also where it has no marks: what the file begins with then. */
  heading?: string
  /** Of a file beside the three: which one it goes with. */
  of?: (typeof canonical)[number]
  /** Only in a file that has it. */
  ifThere?: boolean
}

/** The main working tree. A bare repository has none: there each tree is called by itself. */
export function mainTree(trees: readonly { id: string; root: string }[]): string | undefined {
  return trees.find(({ id }) => id === '')?.root
}

/** The repository's own folder, after which a project is called that has no name: the same in all of its working trees. */
export async function homeOf(muster: Pick<Muster, 'root' | 'documentSource'>): Promise<string> {
  return mainTree((await muster.documentSource()).trees()) ?? muster.root
}

/**
 * Our part of each file, by its path from the root: of the three, and of files that go with one of them (older decisions, phases that are over, the backlog).
 * @param root As {@link homeOf}
 */
export function wantedTexts(records: ProjectRecords, root: string): { parts: Map<(typeof canonical)[number], OwnSection>; archives: Map<string, OwnSection> } {
  const [main, ...older] = decisionFiles(records.decisions, projectOf(records, root), beganOn(records))
  const texts = { 'STATUS.md': renderStatus(statusOf(records)), 'DECISIONS.md': main![1].text, 'AGENTS.md': renderAgents(agentsOf(records)) }
  return {
    parts: new Map(canonical.map((file) => [file, { section: sections[file], text: texts[file] }])),
    archives: new Map<string, OwnSection>([
      ...older.map(([file, { text }]) => [file, { of: 'DECISIONS.md', section: sections['DECISIONS.md'], text, heading: logHeading }] as const),
      ...[...statusFiles(records, projectOf(records, root))].map(([file, { section, text, isEmpty }]) => [file, { of: 'STATUS.md', section, text, ifThere: isEmpty }] as const),
    ]),
  }
}

export interface WrittenDocument {
  file: string
  /** `kept`: somebody had changed it; what they wrote is in `kept`. */
  how: 'made' | 'written' | 'unchanged' | 'refused'
  kept?: string
  hint?: string
}

/**
 * Writes the documents of the project: those that are there (`make: false`), or all of them. What somebody wrote into a part
 * of ours is copied beside the file first, and so is what was written from other records: a clone has the files of a ledger that
 * it has not. `others: 'leave'` leaves those as they are, and says so.
 * @throws MusterError NOT_APPLIED; system errors
 */
export async function writeProject(muster: Muster, { make, others = 'keep', theirs }: { make: boolean; others?: 'keep' | 'leave'; theirs?: ReadonlySet<string> }): Promise<WrittenDocument[]> {
  const found = theirs ?? (await ofOthers(muster))
  const records = await recordsOf(muster)
  const { parts, archives } = wantedTexts(records, await homeOf(muster))
  const hint = tell`It was written from other records than those here, and says what they do not know. Nothing was written. To have it made anew, with this version kept beside it: muster docs render`
  if (found.size > 0 && others === 'leave') return [...found].map((file) => ({ file, how: 'refused' as const, hint }))
  // All of them before the first is written: from then on nothing tells that the others are not from these records.
  const kept = new Map<string, string>()
  if (found.size > 0) for (const [file, part] of [...parts, ...archives]) {
    const before = await textOf(muster.root, file).catch(() => undefined)
    const there = before === undefined ? undefined : findSection(before, part.section, part.heading)
    if (there !== undefined && !isBroken(there) && !saysAll(part.text, there)) kept.set(file, await beside(muster.root, file))
  }
  const written: WrittenDocument[] = []
  for (const [file, part] of parts) written.push(...(await writePart(muster, file, part, { make, kept: kept.get(file) })))
  const there = new Set(written.map(({ file }) => file))
  for (const [file, part] of archives) if (there.has(part.of!)) written.push(...(await writePart(muster, file, part, { make: part.ifThere !== true, kept: kept.get(file) })))
  return written
}

/** Those of the documents that were written from other records, as a clone has them; asked before anything is recorded that they do not know. */
export async function ofOthers(muster: Muster): Promise<Set<string>> {
  const records = await recordsOf(muster)
  const texts = new Map<string, string>()
  for (const file of canonical) texts.set(file, ownText(await textOf(muster.root, file).catch(() => undefined), sections[file]))
  return new Set(isOfOthers(records, (file) => texts.get(file) ?? '') ? canonical.filter((file) => texts.get(file) !== '') : [])
}

/** @returns where it is kept, from the root */
async function beside(root: string, file: string): Promise<string> {
  const place = join(root, file)
  return relative(root, await keepBeside(place, place)).replaceAll(sep, '/')
}

/** Our part of a text, as it was written by whichever ledger. */
function ownText(text: string | undefined, section: string): string {
  const found = text === undefined ? undefined : findSection(text, section)
  return found === undefined || isBroken(found) || !found.isOurs ? '' : found.body.replaceAll('\r\n', '\n')
}

async function writePart(muster: Muster, file: string, part: OwnSection, { make, kept: former }: { make: boolean; kept: string | undefined }): Promise<WrittenDocument[]> {
  const place = join(muster.root, file)
  let before: string | undefined
  try {
    before = await textOf(muster.root, file)
  } catch (error) {
    if (error instanceof MusterError) return [{ file, how: 'refused', hint: tell`${error.message} ${error.hint ?? ''}` }]
    throw error
  }
  const found = before === undefined ? undefined : findSection(before, part.section, part.heading)
  if (!make && found === undefined) return []
  if (isBroken(found)) return [{ file, how: 'refused', hint: tell`${found.problem} ${found.hint}` }]
  await mkdir(dirname(place), { recursive: true })
  let kept = former
  const edit = async (text: string): Promise<string> => {
    const now = findSection(text, part.section, part.heading)
    if (now !== undefined && !isBroken(now) && !now.isOurs && !saysAll(part.text, now)) kept = await beside(muster.root, file)
    return withPart(text, file, part)
  }
  const result = await put(muster, file, before, edit)
  return [{ ...result, ...(kept !== undefined && { kept }) }]
}

function withPart(text: string | undefined, file: string, { section, text: body, heading }: OwnSection): string {
  const found = text === undefined ? undefined : findSection(text, section, heading)
  if (isBroken(found)) throw new MusterError('INVALID_INPUT', tell`${file}: ${found.problem}`, { hint: found.hint })
  return withSection(text, found, { section, body, put: 'end' })
}

async function put(muster: Muster, file: string, before: string | undefined, edit: (text: string) => Promise<string>): Promise<WrittenDocument> {
  // The writer in the background may be at it in the same moment: what it makes is as good a beginning.
  const result: UpdateResult = await muster.updateDocument(file, edit, { again: true })
  if (!result.ok) return { file, how: 'refused', hint: result.hint }
  return { file, how: before === undefined ? 'made' : result.changed ? 'written' : 'unchanged' }
}

/** @throws MusterError INVALID_INPUT where a link or a folder is in its place, or it is no text in UTF-8: `details.line` says where then */
export async function textOf(root: string, file: string): Promise<string | undefined> {
  try {
    if (!(await lstat(join(root, file))).isFile()) throw new MusterError('INVALID_INPUT', tell`${file} is no file of its own.`, { hint: tell`Put a file in its place.` })
    const bytes = await readFile(join(root, file))
    const line = notUtf8(bytes)
    // With other letters than were written everything would seem changed, and what it says would be lost when it is written.
    if (line !== undefined) throw new MusterError('INVALID_INPUT', tell`${file} is no text in UTF-8.`, { hint: tell`Save the file as UTF-8.`, details: { line } })
    return bytes.toString('utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}

/** A file as it is and as it is to be. */
export interface PlannedDocument {
  file: string
  before?: string
  after: string
}

/** What {@link writeProject} would make of all of them, with a plan that is not recorded yet. Writes nothing. */
export async function plannedDocuments(muster: Muster, answers: PlanAnswers): Promise<PlannedDocument[]> {
  const records = await recordsOf(muster)
  const { parts, archives } = wantedTexts({ ...records, plan: withAnswers(records.plan, answers, new Date().toISOString()) }, await homeOf(muster))
  const planned: PlannedDocument[] = []
  for (const [file, part] of [...parts, ...archives]) {
    const before = await textOf(muster.root, file)
    if (part.ifThere === true && (before === undefined || findSection(before, part.section) === undefined)) continue
    const after = withPart(before, file, part)
    if (after !== before) planned.push({ file, ...(before !== undefined && { before }), after })
  }
  return planned
}

/** What a handoff still lacks, of the files as they are on disk. @param unsaved Texts that are in an editor, by their file */
export async function checkProject(muster: Muster, unsaved: Readonly<Record<string, string>> = {}): Promise<Finding[]> {
  const records = await recordsOf(muster)
  const home = await homeOf(muster)
  const { archives } = wantedTexts(records, home)
  const files = new Map<string, string | undefined>()
  const notFiles: Finding[] = []
  for (const file of [...canonical, ...archives.keys()]) {
    files.set(file, unsaved[file] ?? (await textOf(muster.root, file).catch((error: unknown) => {
      if (!(error instanceof MusterError)) throw error
      const { line } = error.details
      notFiles.push({ file, ...(typeof line === 'number' ? { line, code: 'not-utf8' } : { line: 1, code: 'no-file' }), severity: 'error', message: error.message, hint: error.hint ?? '' })
      return undefined
    })))
  }
  const there = [...files].filter(([, text]) => text !== undefined).map(([file]) => file)
  const found = checkDocuments({ records, project: projectOf(records, home), files, uncommitted: await muster.uncommittedFiles(there) })
  return [...notFiles, ...found.filter(({ file, code }) => code !== 'missing-file' || !notFiles.some((one) => one.file === file))]
}

/** `kept`: what differs in versions that people wrote and that were put beside, where nothing does in the files themselves. */
export type AcceptResult = { ok: true; accepted: string[]; kept?: { id: string; file: string }[] } | { ok: false; reason: 'NOT_FOUND' | 'PERSON_ONLY'; hint: string }

/**
 * Takes slips that a person put right in DECISIONS.md over into the records: of one decision, or of all that differ. Of one that
 * is named also where the file was written anew meanwhile, from the newest version that was kept beside it.
 */
export async function acceptCorrections(muster: Muster, number?: string): Promise<AcceptResult> {
  const decisions = await muster.listDecisions()
  const { archives } = wantedTexts({ ...(await recordsOf(muster)), decisions }, await homeOf(muster))
  const wanted = number === undefined ? undefined : `D-${number.replace(/^d-/i, '')}`
  const files = ['DECISIONS.md', ...archives.keys()]
  const entries = await entriesOf(muster.root, files)
  if (wanted !== undefined && !entries.some((entry) => entry.number === wanted)) return { ok: false, reason: 'NOT_FOUND', hint: tell`${wanted} is not in DECISIONS.md. Bring it back first: muster docs render` }
  const changed = (among: readonly Entry[]): Changed[] => among.filter((entry) => wanted === undefined || entry.number === wanted).flatMap((entry) => changeOf(entry, decisions))
  let changes = changed(entries)
  if (changes.length === 0) {
    const kept = new Map<string, { file: string; change: Changed }>()
    for (const file of await keptVersions(muster.root, files)) for (const change of changed(await entriesOf(muster.root, [file]))) if (!kept.has(change.id)) kept.set(change.id, { file, change })
    // Such a version may be an old one: which of it counts, somebody has to say.
    if (wanted === undefined && kept.size > 0) return { ok: true, accepted: [], kept: [...kept].map(([id, { file }]) => ({ id, file })) }
    changes = [...kept.values()].map(({ change }) => change)
  }
  for (const { id, fields } of changes) {
    const result = await muster.correctDecision(id, fields)
    if (!result.ok) return { ok: false, reason: result.reason, hint: result.hint }
  }
  return { ok: true, accepted: changes.map(({ id }) => id) }
}

interface Changed {
  id: string
  fields: Partial<Pick<Entry, (typeof lasting)[number]>>
}

const lasting = ['title', 'context', 'decision', 'alternatives', 'consequences'] as const satisfies readonly (keyof Entry)[]

function changeOf(entry: Entry, decisions: ProjectRecords['decisions']): Changed[] {
  const decision = decisions.find(({ id }) => id === entry.number)
  if (!decision) return []
  const known = parseDecisions(renderEntry(entryOf(decision, decisions))).entries[0]!
  const fields = lasting.filter((field) => JSON.stringify(entry[field]) !== JSON.stringify(known[field]))
  return fields.length === 0 ? [] : [{ id: decision.id, fields: Object.fromEntries(fields.map((field) => [field, entry[field]])) }]
}

async function entriesOf(root: string, files: readonly string[]): Promise<Entry[]> {
  const texts = await Promise.all(files.map((file) => textOf(root, file)))
  return texts.flatMap((text) => parseDecisions(text ?? '').entries)
}

/** Versions of these files that people wrote and that were kept, the newest first. */
async function keptVersions(root: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(async (file) => (await readdir(join(root, dirname(file))).catch(() => [])).filter((name) => name.startsWith(`${basename(file)}.yours-`)).map((name) => `${file.slice(0, -basename(file).length)}${name}`)))
  const timeOf = (file: string): string => file.slice(file.lastIndexOf('.yours-'))
  return found.flat().sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
}
