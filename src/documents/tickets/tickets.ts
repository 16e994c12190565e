import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errnoOf } from '../../core/errors.js'
import { agentIdOf } from '../../core/model/agentId.js'
import type { TicketFile } from '../../core/model/tickets.js'
import { ensureFolder, writeDurably } from '../../runs/durable.js'
import { localTime } from '../../runs/layout.js'
import { bytesOf, keepBeside, replace } from '../replace.js'
import { builtInTemplate, isUntouched, renderTicket, templateNames, templatesReadme, type TicketContent } from './template.js'

/* `.taskers` in a working tree: what workers are to do, and what they wrote. Nothing of it is committed. */

export const home = '.taskers'
const templatesFolder = 'docs/worker-ticket-templates'
const modes = { file: 0o666, folder: 0o777 }

/** What a worker's files are called: by its name where that can be one. */
function fileNameOf({ name, id }: { name: string; id: string }): string {
  return agentIdOf(name) === id && /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name) ? name : id
}

export function ticketFile(worker: { name: string; id: string }): string {
  return `${home}/tickets/${fileNameOf(worker)}.md`
}

/**
 * Writes a worker's ticket. What somebody wrote into the one before is kept beside it.
 * @param template Name of one; undefined: the first that fits the worker
 * @returns undefined where the named template is missing
 * @throws MusterError FOLDER_UNUSABLE, INVALID_INPUT where a link or something else is in the place of a file or folder, NOT_APPLIED; system errors
 */
export async function writeTicket(root: string, worker: { name: string; id: string }, content: TicketContent, template?: string): Promise<TicketFile | undefined> {
  const found = await templateFor(root, worker, template)
  if (found === undefined) return undefined
  const { text, problems } = renderTicket(found.text, content)
  await ensureHome(root)
  const file = ticketFile(worker)
  const path = join(root, file)
  await ensureFolder(join(root, home, 'tickets'))
  for (;;) {
    const base = await bytesOf(path)
    if (base?.toString('utf8') === text) return { file, how: 'unchanged', template: found.file, problems }
    const theirs = base !== undefined && base.length > 0 && !isUntouched(base.toString('utf8'))
    const kept = theirs ? await keepBeside(path, path) : undefined
    const written = await replace(path, base, Buffer.from(text), { durable: true, mode: modes })
    // Somebody was writing into it just then: what is there now is looked at anew.
    if (!written.done) continue
    const beside = written.kept ?? kept
    return { file, how: base === undefined ? 'made' : 'written', template: found.file, problems, ...(beside !== undefined && { kept: `${home}/tickets/${basename(beside)}` }) }
  }
}

/**
 * Writes a worker's ticket anew because its task has changed, from the template it was made from; of one that somebody wrote
 * into, or whose template has changed, from the first that fits.
 * @throws as {@link writeTicket}
 */
export async function renewTicket(root: string, worker: { name: string; id: string }, before: TicketContent, now: TicketContent): Promise<void> {
  const text = (await bytesOf(join(root, ticketFile(worker))))?.toString('utf8')
  const isFrom = async (name?: string): Promise<boolean> => renderTicket((await templateFor(root, worker, name))?.text ?? '', before).text === text
  let template: string | undefined
  if (!(await isFrom())) for (const name of await readdir(join(root, templatesFolder)).catch(() => [])) if (name.endsWith('.md') && (await isFrom(name))) template = name
  await writeTicket(root, worker, now, template)
}

/** Takes a ticket away whose worker has nothing to do with its task any more. What somebody wrote into it is kept beside it. @throws system errors */
export async function dropTicket(root: string, worker: { name: string; id: string }): Promise<void> {
  const path = join(root, ticketFile(worker))
  const bytes = await bytesOf(path).catch(() => undefined)
  if (bytes === undefined) return
  if (!isUntouched(bytes.toString('utf8'))) await keepBeside(path, path)
  await rm(path, { force: true })
}

export async function hasTemplate(root: string, name: string): Promise<boolean> {
  return (await templateFor(root, { name: '', id: '' }, name)) !== undefined
}

async function templateFor(root: string, { name, id }: { name: string; id: string }, wanted: string | undefined): Promise<{ file: string; text: string } | undefined> {
  for (const one of wanted === undefined ? templateNames(name, id) : [wanted.replace(/\.md$/, '')]) {
    const file = `${templatesFolder}/${one}.md`
    const bytes = await bytesOf(join(root, file))
    if (bytes !== undefined) return { file, text: bytes.toString('utf8') }
  }
  return wanted === undefined ? { file: '', text: builtInTemplate } : undefined
}

/** The folder, which git is told to leave alone. */
async function ensureHome(root: string): Promise<void> {
  await ensureFolder(join(root, home))
  await writeDurably(join(root, home, '.gitignore'), '*\n', { exclusive: true })
}

/** Templates to begin with, for people to change; those that are there stay. @returns the files that were made */
export async function writeTemplates(root: string, names: readonly string[]): Promise<string[]> {
  await ensureFolder(join(root, ...templatesFolder.split('/')))
  const made: string[] = []
  for (const [name, text] of [['README', templatesReadme], ...names.map((one) => [one, builtInTemplate] as const)] as const) {
    const file = `${templatesFolder}/${name}.md`
    if (await writeDurably(join(root, file), text, { exclusive: true })) made.push(file)
  }
  return made
}

/** ms after which workers that are started are another run. */
const RUN = 24 * 60 * 60_000

/**
 * Saves what a worker wrote: `.taskers/runs/<YYYYMMDD_HHMMSS>/<worker>.txt`, with the others of the last run where that is of
 * the last day and has none of this worker yet.
 * @returns the file
 */
export async function saveOutput(root: string, worker: { name: string; id: string }, bytes: Buffer, now: number): Promise<string> {
  await ensureHome(root)
  const name = `${fileNameOf(worker)}.txt`
  const stamp = stampOf(now)
  const last = (await runsIn(root)).at(-1)
  const taken = last === undefined || last < stampOf(now - RUN)
  for (const folder of [...(taken ? [] : [last]), stamp, ...Array.from({ length: 100 }, (_, n) => `${stamp}_${n + 2}`)]) {
    await ensureFolder(join(root, home, 'runs', folder))
    const file = `${home}/runs/${folder}/${name}`
    const { done } = await replace(join(root, file), undefined, bytes, { durable: true, mode: modes })
    if (done) return file
  }
  throw new Error('a second has room for a hundred outputs of one worker')
}

/** The newest output of a worker; undefined where there is none. */
export async function lastOutput(root: string, worker: { name: string; id: string }): Promise<string | undefined> {
  for (const folder of (await runsIn(root)).reverse()) {
    const file = `${home}/runs/${folder}/${fileNameOf(worker)}.txt`
    if (await isTicket(root, file)) return file
  }
  return undefined
}

/** ms since 1970; undefined where there is no such file. */
export async function writtenAt(root: string, file: string): Promise<number | undefined> {
  return lstat(join(root, file)).then((facts) => facts.mtimeMs, () => undefined)
}

export async function isTicket(root: string, file: string): Promise<boolean> {
  return lstat(join(root, file)).then((facts) => facts.isFile(), () => false)
}

/** Folders of runs, the oldest first; none where nothing was run, or `.taskers` is lost. */
export async function runsIn(root: string): Promise<string[]> {
  try {
    return (await readdir(join(root, home, 'runs'))).filter((name) => /^\d{8}_\d{6}/.test(name)).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return []
    throw error
  }
}

/** `20260216_142834`, by the local clock. */
function stampOf(at: number): string {
  return localTime(at).slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
}
