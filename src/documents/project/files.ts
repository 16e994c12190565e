import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, MusterError } from '../../core/errors.js'
import type { UpdateResult } from '../../core/model/documentUpdate.js'
import type { Muster } from '../../core/muster.js'
import { keepBeside } from '../replace.js'
import { findSection, withSection } from '../sections.js'
import { renderAgents } from './agents.js'
import { withAnswers, type PlanAnswers } from './answers.js'
import { canonical, checkDocuments, sections, type Finding } from './check.js'
import { archiveFolder, archiveOf, decisionsOf, entryOf, parseDecisions, renderDecisions, renderEntry, type Entry } from './decisions.js'
import type { ProjectRecords } from './records.js'
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

/** Our part of each file, by its path from the root; archives of decisions are ours as a whole. */
export function wantedTexts(records: ProjectRecords, root: string, how: { archived?: boolean } = {}): { parts: Map<(typeof canonical)[number], string>; archives: Map<string, string> } {
  const { main, archives } = decisionsOf(records.decisions, projectOf(records, root), how)
  return {
    parts: new Map([['STATUS.md', renderStatus(statusOf(records))], ['DECISIONS.md', renderDecisions(main)], ['AGENTS.md', renderAgents(records)]]),
    archives: new Map([...archives].map(([year, archive]) => [archiveOf(year), renderDecisions(archive, '../../')])),
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
 * of ours is copied beside the file first.
 * @throws MusterError NOT_APPLIED, INVALID_INPUT where something else is in the place of a file; system errors
 */
export async function writeProject(muster: Muster, { make }: { make: boolean }): Promise<WrittenDocument[]> {
  const records = await recordsOf(muster)
  const { parts, archives } = wantedTexts(records, muster.root)
  const written: WrittenDocument[] = []
  for (const [file, body] of parts) {
    const before = await textOf(muster.root, file)
    const found = before === undefined ? undefined : findSection(before, sections[file])
    if (!make && found === undefined) continue
    if (typeof found === 'string') {
      written.push({ file, how: 'refused', hint: found })
      continue
    }
    const kept = found && !found.isOurs && found.body.replaceAll('\r\n', '\n') !== body ? basename(await keepBeside(join(muster.root, file), join(muster.root, file))) : undefined
    written.push({ ...(await put(muster, file, before, (text) => withSection(text, own(text, file), { section: sections[file], body, put: 'end' }))), ...(kept !== undefined && { kept }) })
  }
  if (written.every(({ file }) => file !== 'DECISIONS.md')) return written
  for (const [file, body] of archives) {
    await mkdir(join(muster.root, dirname(file)), { recursive: true })
    const before = await textOf(muster.root, file)
    written.push(await put(muster, file, before, () => body))
  }
  return written
}

function own(text: string, file: (typeof canonical)[number]): Exclude<ReturnType<typeof findSection>, string> {
  const found = findSection(text, sections[file])
  if (typeof found === 'string') throw new MusterError('INVALID_INPUT', `${file}: ${found}`, { hint: 'Then run: muster docs render' })
  return found
}

async function put(muster: Muster, file: string, before: string | undefined, edit: (text: string) => string): Promise<WrittenDocument> {
  const result: UpdateResult = await muster.updateDocument(file, edit)
  if (!result.ok) return { file, how: 'refused', hint: result.hint }
  return { file, how: before === undefined ? 'made' : result.changed ? 'written' : 'unchanged' }
}

/** @throws MusterError INVALID_INPUT where a link or a folder is in its place */
export async function textOf(root: string, file: string): Promise<string | undefined> {
  try {
    if (!(await lstat(join(root, file))).isFile()) throw new MusterError('INVALID_INPUT', `${file} is no file of its own.`, { hint: 'Put a file in its place.' })
    return await readFile(join(root, file), 'utf8')
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
  const { parts } = wantedTexts({ ...records, plan: withAnswers(records.plan, answers, new Date().toISOString()) }, muster.root)
  const planned: PlannedDocument[] = []
  for (const [file, body] of parts) {
    const before = await textOf(muster.root, file)
    const after = withSection(before, before === undefined ? undefined : own(before, file), { section: sections[file], body, put: 'end' })
    if (after !== before) planned.push({ file, ...(before !== undefined && { before }), after })
  }
  return planned
}

/** What a handoff still lacks, of the files as they are on disk. @param unsaved Texts that are in an editor, by their file */
export async function checkProject(muster: Muster, unsaved: Readonly<Record<string, string>> = {}): Promise<Finding[]> {
  const records = await recordsOf(muster)
  const archived = existsSync(join(muster.root, archiveFolder))
  const { archives } = wantedTexts(records, muster.root, { archived })
  const files = new Map<string, string | undefined>()
  for (const file of [...canonical, ...archives.keys()]) files.set(file, unsaved[file] ?? (await textOf(muster.root, file)))
  const there = [...files].filter(([, text]) => text !== undefined).map(([file]) => file)
  return checkDocuments({ records, archived, project: projectOf(records, muster.root), files, uncommitted: await muster.uncommittedFiles(there) })
}

export type AcceptResult = { ok: true; accepted: string[] } | { ok: false; reason: 'NOT_FOUND' | 'PERSON_ONLY'; hint: string }


/**
 * Takes slips that a person put right in DECISIONS.md over into the records: of one decision, or of all that differ. Of one that
 * is named also where the file was written anew meanwhile, from the newest version that was kept beside it.
 */
export async function acceptCorrections(muster: Muster, number?: string): Promise<AcceptResult> {
  const decisions = await muster.listDecisions()
  const { archives } = wantedTexts({ ...(await recordsOf(muster)), decisions }, muster.root)
  const wanted = number === undefined ? undefined : `D-${number.replace(/^d-/i, '')}`
  const entries = await entriesOf(muster.root, ['DECISIONS.md', ...archives.keys()])
  if (wanted !== undefined && !entries.some((entry) => entry.number === wanted)) return { ok: false, reason: 'NOT_FOUND', hint: `${wanted} is not in DECISIONS.md. Bring it back first: muster docs render` }
  const changed = (among: readonly Entry[]): Changed[] => among.filter((entry) => wanted === undefined || entry.number === wanted).flatMap((entry) => changeOf(entry, decisions))
  let changes = changed(entries)
  if (wanted !== undefined && changes.length === 0) {
    for (const file of await keptVersions(muster.root)) {
      changes = changed(await entriesOf(muster.root, [file]))
      if (changes.length > 0) break
    }
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

/** Versions of DECISIONS.md that people wrote and that were kept, the newest first. */
async function keptVersions(root: string): Promise<string[]> {
  return (await readdir(root)).filter((name) => name.startsWith('DECISIONS.md.yours-')).sort().reverse()
}
