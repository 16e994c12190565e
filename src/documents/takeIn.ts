import { existsSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { agentIdOf } from '../core/model/agentId.js'
import { globMatches } from '../core/model/glob.js'
import { tell } from '../core/tell.js'
import { sumOf, type TakenRecord } from './account.js'
import { agentFiles } from './agentDocuments.js'
import { takeDeliverables, takeLog, takeStatus, type FileSaid, type Whose } from './agentFilesIn.js'
import { notUtf8 } from './formats/lines.js'
import { isGrown } from './growing.js'
import { messagesFolder } from './messageDocuments.js'
import { takeDelivered, takeOutgoing, takePosted } from './messagesIn.js'
import { bytesOf } from './replace.js'
import type { DocumentProblem } from './types.js'
import { shownPath, type Ground } from './ground.js'

/** ms since a message was last written before it is taken: it may not be whole yet. */
const UNFINISHED = 1_000

/** Folders of agents that have never said anything by files, of which so many are looked at each time, in turns. */
const QUIET = 1_000
/** Folders after which others get their turn. */
const AT_ONCE = 50

/** Messages of one folder that are looked at each time, though they were as they are now: the newest, and some of the others. */
const NEWEST = 50
const OTHERS = 50

/** What one process has seen. */
export class Seen {
  /** What tells whether a file has changed since it was read, by its path. */
  readonly files = new Map<string, string>()
  /** Agents' folders that were looked at before. */
  private readonly homes = new Set<string>()
  private next = 0
  private readonly nextOf = new Map<string, number>()

  /** Messages of a folder to look at now, oldest first: new ones, the newest, and some of the others, in turns. */
  among(folder: string): string[] {
    const all = names(folder).filter((name) => name.endsWith('.md'))
    const known = all.filter((name) => this.files.has(join(folder, name)))
    const older = known.slice(0, -NEWEST)
    if (older.length <= OTHERS) return all
    const from = this.nextOf.get(folder) ?? 0
    this.nextOf.set(folder, from + OTHERS < older.length ? from + OTHERS : 0)
    const rest = new Set([...older.slice(0, from), ...older.slice(from + OTHERS)])
    return all.filter((name) => !rest.has(name))
  }

  /** Those to look at now: new ones, those of who writes files, and some of the others. */
  turnOf(homes: readonly string[], writers: ReadonlySet<string>): string[] {
    const quiet = homes.filter((id) => this.homes.has(id) && !writers.has(id))
    const from = this.next < quiet.length ? this.next : 0
    this.next = from + QUIET
    const now = new Set(quiet.slice(from, this.next))
    const turn = homes.filter((id) => now.has(id) || writers.has(id) || !this.homes.has(id))
    for (const id of turn) this.homes.add(id)
    return turn
  }
}

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
 * @param until ms of the monotonic clock: what was not begun by then is left to the next time
 * @throws what writing the ledger and the account throws
 */
export async function takeIn(ground: Ground, seen = new Seen(), until = Infinity): Promise<TakeReport> {
  await ground.account.refresh()
  const intake = new Intake(ground, seen, until)
  for (const { id, root } of ground.trees) await intake.agentFiles(root, { tree: id })
  const beside = workspaces(ground)
  for (const folder of beside) await intake.agentFiles(folder, { agent: basename(folder) })
  const home = join(ground.folder, 'agents')
  for (const [index, id] of seen.turnOf(names(home), writersIn(home, ground)).entries()) {
    if (index % AT_ONCE === 0) await breathe()
    await intake.home(join(home, id), id)
  }
  await intake.amongRuns(join(ground.root, ...ground.settings.runs.split('/'), messagesFolder))
  return intake.report(beside)
}

/** Folders beside the repository that the setting names. */
function workspaces({ root, settings }: Ground): string[] {
  const found = new Set<string>()
  for (const pattern of settings.workspaces) {
    const at = resolve(dirname(root), dirname(pattern))
    const name = basename(pattern)
    for (const one of names(at)) if (globMatches(name, one) && join(at, one) !== root) found.add(join(at, one))
  }
  return [...found]
}

/** Agents of whose own folder something was taken in before. */
function writersIn(home: string, { account }: Ground): Set<string> {
  return new Set([...account.taken.keys()].flatMap((path) => (path.startsWith(`${home}${sep}`) ? [path.slice(home.length + 1).split(sep)[0]!] : [])))
}

/* What is in folders is asked at once: thousands of them are looked at every few seconds, and to wait for each would cost tenfold. */

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

class Intake {
  private readonly taken: string[] = []
  private again = false

  constructor(private readonly ground: Ground, private readonly seen: Seen, private readonly until: number) {}

  /** @param beside Workspaces: each is somebody's own */
  async report(beside: readonly string[]): Promise<TakeReport> {
    const { account, source } = this.ground
    const waiting = [...account.taken.values()].some(({ waits }) => waits !== undefined)
    const here = new Set(waiting ? (await source.records()).agents.map(({ id }) => id) : [])
    const problems = [...account.taken].flatMap(([path, { problems = [], waits = [], sent }]) => {
      const unknown = waits.filter(({ agent }) => !here.has(agent)).map(({ agent, line }) => ({ line, reason: tell`Nobody here is called ${agent}: the message waits for who comes by that name.` }))
      const shown = sent !== undefined && existsSync(sent) ? sent : path
      return problems.length + unknown.length > 0 && !existsSync(shown) ? [] : [...problems, ...unknown].map((problem) => ({ file: shownPath(this.ground, shown), ...problem }))
    })
    return { taken: this.taken, problems: [...problems, ...this.twins(beside)], again: this.again }
  }

  /** Several workspaces whose files say that they are one agent's, as a copied folder does: only what was read last is seen of them. */
  private twins(folders: readonly string[]): DocumentProblem[] {
    const first = new Map<string, string>()
    return folders.flatMap((folder) => {
      const path = join(folder, agentFiles.status)
      const agent = existsSync(path) ? this.ground.account.taken.get(path)?.agent : undefined
      const other = agent === undefined ? undefined : first.get(agent)
      if (agent !== undefined && other === undefined) first.set(agent, folder)
      return other === undefined ? [] : [{ file: shownPath(this.ground, path), reason: tell`${agent} is who ${shownPath(this.ground, join(other, agentFiles.status))} is from, too: both are one agent here. Give each its own AGENT_ID.` }]
    })
  }

  /** @param known Whose they are where they do not say it themselves */
  async agentFiles(folder: string, known: { agent?: string; tree?: string }, present = new Set(names(folder))): Promise<void> {
    if (!Object.values(agentFiles).some((name) => present.has(name))) return
    const status = join(folder, agentFiles.status)
    let agent: string | undefined
    const whose: Whose = { ...known, named: (name: string) => (agent = name) }
    if (present.has(agentFiles.status)) await this.file(status, async (bytes, before, _path, at) => from(await takeStatus(this.ground, status, bytes, before, { ...whose, at }), agent))
    for (const [name, take] of [[agentFiles.log, takeLog], [agentFiles.deliverables, takeDeliverables]] as const) {
      const path = join(folder, name)
      // Told by the status beside it, also where that has nothing new.
      if (present.has(name)) await this.file(path, async (bytes, before, _path, at) => {
        const of = agent ?? (await namedIn(status)) ?? known.agent
        return from(await take(this.ground, path, bytes, before, { ...whose, at, agent: of }), of)
      })
    }
  }

  /** An agent's own folder. */
  async home(folder: string, id: string): Promise<void> {
    if (agentIdOf(id) !== id) return
    const present = new Set(names(folder))
    await this.agentFiles(folder, { agent: id }, present)
    if (present.has('outbox')) for (const name of names(join(folder, 'outbox'))) if (name.endsWith('.md')) await this.outgoing(join(folder, 'outbox', name), id)
    if (present.has('inbox')) for (const name of this.seen.among(join(folder, 'inbox'))) await this.file(join(folder, 'inbox', name), (bytes, before, path) => takeDelivered(this.ground, path, bytes, before, id))
  }

  async amongRuns(folder: string): Promise<void> {
    for (const name of this.seen.among(folder)) await this.file(join(folder, name), async (bytes, before, path) => (this.mayBeUnfinished(path) ? undefined : takePosted(this.ground, path, bytes, before)))
  }

  /** Has a file taken in that is neither ours nor known as it is. Of one that cannot be read it is told. */
  private async file(path: string, take: (bytes: Buffer, before: TakenRecord | undefined, path: string, at: number) => Promise<FileSaid | undefined>): Promise<void> {
    const { account } = this.ground
    const facts = factsOf(path)
    if (facts === undefined) return
    const state = `${facts.ino} ${facts.size} ${facts.mtimeMs}`
    if (this.seen.files.get(path) === state || performance.now() > this.until) return
    const before = account.taken.get(path)
    try {
      const bytes = await bytesOf(path)
      if (bytes === undefined || bytes.length === 0) return
      const sum = sumOf(bytes)
      const isOurs = (): boolean => {
        const known = account.files.get(path)
        // What could not be read is looked at again, whatever of ours is behind it.
        return known?.sums.includes(sum) === true || (before?.unread !== true && isGrown(known, bytes))
      }
      // Made anew: what was wrong with it is not in it any more.
      if ((before?.changed || before?.unread) && isOurs()) await account.add([{ t: path, taken: { ...(before.message !== undefined && { message: before.message }), sum } }])
      // Another writer notes what it is going to write before it does.
      if (!isOurs() && before?.sum !== sum) await account.refresh()
      if (!isOurs() && before?.sum !== sum) {
        const { unfinished = false, ...said } = otherLetters(bytes, before) ?? (await take(bytes, before, path, facts.mtimeMs)) ?? {}
        if (said.problems === undefined) return
        const taken = { sum: unfinished ? '' : sum, ...said }
        if (JSON.stringify(taken) !== JSON.stringify(before)) await account.add([{ t: path, taken }])
        this.taken.push(path)
        if (unfinished) return
      }
      this.seen.files.set(path, state)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (before?.problems?.[0]?.reason !== reason) await account.add([{ t: path, taken: { ...before, sum: '', unread: true, problems: [{ line: 1, reason }] } }])
    }
  }

  private async outgoing(path: string, id: string): Promise<void> {
    const { account } = this.ground
    await this.file(path, async (bytes) => (this.mayBeUnfinished(path) ? undefined : takeOutgoing(this.ground, path, bytes, id)))
    // Once it is sent nobody takes it for one that waits. One of the same name may be on its way already.
    const { message, sum, sent = join(dirname(path), 'sent', basename(path)) } = account.taken.get(path) ?? {}
    const bytes = message === undefined ? undefined : await bytesOf(path).catch(() => undefined)
    if (bytes === undefined || sumOf(bytes) !== sum) return
    await mkdir(dirname(sent), { recursive: true, mode: 0o700 })
    await rename(path, sent).catch(() => undefined)
    this.seen.files.delete(path)
  }

  private mayBeUnfinished(path: string): boolean {
    const facts = factsOf(path)
    const young = facts !== undefined && Math.abs(Date.now() - facts.mtimeMs) < UNFINISHED
    this.again ||= young
    return young
  }
}

/** Notes whose it was. */
function from(said: FileSaid | undefined, agent: string | undefined): FileSaid | undefined {
  return said && agent !== undefined ? { ...said, agent: agentIdOf(agent) } : said
}

/** What is read with other letters than were written says something else: nothing of it is taken. */
function otherLetters(bytes: Buffer, { message, lines }: Partial<TakenRecord> = {}): FileSaid | undefined {
  const line = notUtf8(bytes)
  return line === undefined ? undefined : { unread: true, problems: [{ line, reason: tell`This is no text in UTF-8. Save the file as UTF-8.` }], ...(message !== undefined && { message }), ...(lines && { lines }) }
}

/** Who a status file says it is from. */
async function namedIn(path: string): Promise<string | undefined> {
  const { parseStatus } = await import('./formats/status.js')
  const bytes = await bytesOf(path).catch(() => undefined)
  return bytes && parseStatus(bytes.toString('utf8')).file.agent
}
