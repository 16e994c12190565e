import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rename } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { agentIdOf } from '../core/model/agentId.js'
import { globMatches } from '../core/model/glob.js'
import { sumOf, type TakenRecord } from './account.js'
import { agentFiles } from './agentDocuments.js'
import { takeDeliverables, takeLog, takeStatus, type FileSaid } from './agentFilesIn.js'
import { sameExtent } from './growing.js'
import { parseMessage, type MessageFile } from './formats/message.js'
import type { LineProblem } from './formats/lines.js'
import { messagesFolder } from './messageDocuments.js'
import { bytesOf } from './replace.js'
import type { DocumentProblem } from './types.js'
import { shownPath, type Ground } from './ground.js'

/** ms since a message was last written before it is taken: it may not be whole yet. */
const UNFINISHED = 1_000

/** What was seen of files, so that they are read again only when they have changed: their path, and what tells that. */
export type Seen = Map<string, string>

export interface TakeReport {
  /** Absolute paths. */
  taken: string[]
  problems: DocumentProblem[]
  /** Something may have been half written: look again in a second. */
  again: boolean
}

/**
 * Reads what agents with nothing but a shell wrote: `.agent_*` files in working trees, other workspaces and agents' own
 * folders, messages in `outbox/` and among the runs, and `status: read` in messages they got. What cannot be read stays where
 * it is, and is told of with its line.
 * @throws what writing the ledger and the account throws
 */
export async function takeIn(ground: Ground, seen: Seen = new Map()): Promise<TakeReport> {
  await ground.account.refresh()
  const intake = new Intake(ground, seen)
  for (const { id, root } of ground.source.trees()) await intake.agentFiles(root, { tree: id })
  for (const folder of await workspaces(ground)) await intake.agentFiles(folder, { agent: basename(folder) })
  const home = join(ground.folder, 'agents')
  for (const id of await names(home)) await intake.home(join(home, id), id)
  await intake.amongRuns(join(ground.root, ...ground.settings.runs.split('/'), messagesFolder))
  return intake.report()
}

/** Folders beside the repository that the setting names. */
async function workspaces({ root, settings }: Ground): Promise<string[]> {
  const found = new Set<string>()
  for (const pattern of settings.workspaces) {
    const at = resolve(dirname(root), dirname(pattern))
    const name = basename(pattern)
    for (const one of await names(at)) if (globMatches(name, one) && join(at, one) !== root) found.add(join(at, one))
  }
  return [...found]
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}

class Intake {
  private readonly taken: string[] = []
  private again = false

  constructor(private readonly ground: Ground, private readonly seen: Seen) {}

  report(): TakeReport {
    const { account } = this.ground
    const problems = [...account.taken].flatMap(([path, { problems = [] }]) => (problems.length > 0 && !existsSync(path) ? [] : problems).map((problem) => ({ file: shownPath(this.ground, path), ...problem })))
    return { taken: this.taken, problems, again: this.again }
  }

  /** @param known Whose they are where they do not say it themselves */
  async agentFiles(folder: string, known: { agent?: string; tree?: string }): Promise<void> {
    const present = new Set(await names(folder))
    if (!Object.values(agentFiles).some((name) => present.has(name))) return
    const status = join(folder, agentFiles.status)
    let agent: string | undefined
    const whose = { ...known, named: (name: string) => (agent = name) }
    if (present.has(agentFiles.status)) await this.file(status, (bytes, before) => takeStatus(this.ground, status, bytes, before, whose))
    for (const [name, take] of [[agentFiles.log, takeLog], [agentFiles.deliverables, takeDeliverables]] as const) {
      const path = join(folder, name)
      // Told by the status beside it, also where that has nothing new.
      if (present.has(name)) await this.file(path, async (bytes, before) => take(this.ground, path, bytes, before, { ...whose, agent: agent ?? (await namedIn(status)) ?? known.agent }))
    }
  }

  /** An agent's own folder. */
  async home(folder: string, id: string): Promise<void> {
    if (agentIdOf(id) !== id) return
    await this.agentFiles(folder, { agent: id })
    for (const name of await names(join(folder, 'outbox'))) if (name.endsWith('.md')) await this.outgoing(join(folder, 'outbox', name), id)
    for (const name of await names(join(folder, 'inbox'))) if (name.endsWith('.md')) await this.file(join(folder, 'inbox', name), (bytes, before, path) => this.delivered(path, bytes, before, id))
  }

  async amongRuns(folder: string): Promise<void> {
    for (const name of await names(folder)) {
      if (name.endsWith('.md')) await this.file(join(folder, name), (bytes, before, path) => this.posted(path, bytes, before))
    }
  }

  /** Has a file taken in that is neither ours nor known as it is. Of one that cannot be read it is told. */
  private async file(path: string, take: (bytes: Buffer, before: TakenRecord | undefined, path: string) => Promise<FileSaid | undefined>): Promise<void> {
    const { account } = this.ground
    const facts = await lstat(path).catch(() => undefined)
    if (facts === undefined) return
    const state = `${facts.ino} ${facts.size} ${facts.mtimeMs}`
    if (this.seen.get(path) === state) return
    const before = account.taken.get(path)
    try {
      const bytes = await bytesOf(path)
      if (bytes === undefined || bytes.length === 0) return
      const sum = sumOf(bytes)
      const isOurs = (): boolean => {
        const { sums = [], grown } = account.files.get(path) ?? {}
        return sums.includes(sum) || (grown !== undefined && sameExtent(grown, bytes))
      }
      // Another writer notes what it is going to write before it does.
      if (!isOurs() && before?.sum !== sum) await account.refresh()
      if (!isOurs() && before?.sum !== sum) {
        const said = await take(bytes, before, path)
        if (said === undefined) return
        await account.add([{ t: path, taken: { sum, ...said } }])
        this.taken.push(path)
      }
      this.seen.set(path, state)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (before?.problems?.[0]?.reason !== reason) await account.add([{ t: path, taken: { sum: '', problems: [{ line: 1, reason }] } }])
    }
  }

  private async outgoing(path: string, id: string): Promise<void> {
    await this.file(path, async (bytes) => {
      if (await this.mayBeUnfinished(path)) return undefined
      const { file, problems } = parseMessage(bytes.toString('utf8'), basename(path), id)
      if (file === undefined) return { problems }
      if (agentIdOf(file.from) !== id) return { problems: [{ line: 1, reason: `It is from ${file.from}, and lies in the outbox of ${id}.` }] }
      return this.send(path, bytes, file, problems)
    })
    // Once it is sent nobody takes it for one that waits.
    if (this.ground.account.taken.get(path)?.message === undefined) return
    await mkdir(join(dirname(path), 'sent'), { recursive: true, mode: 0o700 })
    await rename(path, join(dirname(path), 'sent', basename(path))).catch(() => undefined)
    this.seen.delete(path)
  }

  /** A message that Muster put there, with something changed in it. */
  private async delivered(path: string, bytes: Buffer, before: TakenRecord | undefined, reader: string): Promise<FileSaid> {
    const { file, problems } = parseMessage(bytes.toString('utf8'), basename(path))
    const id = this.ground.account.files.get(path)?.id?.split('/')[0] ?? file?.id ?? before?.message
    if (file === undefined) return { problems }
    if (id === undefined) return { problems: [{ line: 1, reason: 'It is no message that was delivered. Put one of your own into outbox/.' }] }
    return { ...(await this.markRead(file, id, reader, problems)), ...(before?.message !== undefined && { message: before.message }) }
  }

  /** A message among the runs: a new one, or one that its recipient has read. */
  private async posted(path: string, bytes: Buffer, before: TakenRecord | undefined): Promise<FileSaid | undefined> {
    const ours = this.ground.account.files.get(path)?.id
    if (ours !== undefined) return this.delivered(path, bytes, before, ours.slice(ours.indexOf('/') + 1))
    const { file, problems } = parseMessage(bytes.toString('utf8'), basename(path))
    if (file === undefined) return { problems }
    if (before?.message !== undefined) return { ...(await this.markRead(file, before.message, agentIdOf(file.to), problems)), message: before.message }
    // Read before Muster was there: history.
    if (file.status !== 'unread') return { problems }
    return (await this.mayBeUnfinished(path)) ? undefined : this.send(path, bytes, file, problems)
  }

  private async send(path: string, bytes: Buffer, { from, to, subject, body, priority, kind = 'note', checklist, deadlineMinutes, replyTo }: MessageFile, problems: LineProblem[]): Promise<FileSaid> {
    const steps = checklist.map(({ text }) => text)
    const answer = await this.ground.source.takeIn({
      agent: from,
      key: `file.${sumOf(`${basename(path)}\n${sumOf(bytes)}`)}`,
      message: { to, subject: subject.slice(0, 2_000), body, priority, kind, ...(steps.length > 0 && { checklist: steps }), ...(deadlineMinutes !== undefined && { deadlineMinutes }), ...(replyTo !== undefined && { replyTo }) },
    })
    return answer.ok ? { problems, message: answer.message ?? '' } : { problems: [...problems, { line: 1, reason: answer.hint }] }
  }

  private async markRead({ status }: MessageFile, message: string, reader: string, problems: LineProblem[]): Promise<FileSaid> {
    if (status === 'unread') return { problems }
    const answer = await this.ground.source.takeIn({ agent: reader, read: { message, status: status === 'read' ? 'seen' : 'acknowledged' } })
    return { problems: answer.ok ? problems : [...problems, { line: 1, reason: answer.hint }] }
  }

  private async mayBeUnfinished(path: string): Promise<boolean> {
    const facts = await lstat(path).catch(() => undefined)
    const young = facts !== undefined && Math.abs(Date.now() - facts.mtimeMs) < UNFINISHED
    this.again ||= young
    return young
  }
}

/** Who a status file says it is from. */
async function namedIn(path: string): Promise<string | undefined> {
  const { parseStatus } = await import('./formats/status.js')
  const bytes = await bytesOf(path).catch(() => undefined)
  return bytes && parseStatus(bytes.toString('utf8')).file.agent
}
