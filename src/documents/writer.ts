import { dirname, join, sep } from 'node:path'
import type { DocumentSource, RecordedEvent } from '../core/documentCalls.js'
import { tell } from '../core/tell.js'
import { sumOf, type FileRecord } from './account.js'
import { factsOf, pathOf, shownPath, type Ground } from './ground.js'
import { notUtf8 } from './formats/lines.js'
import { isGrown } from './growing.js'
import { isDue, Logs } from './logs.js'
import { bytesOf, keepBeside, remove, replace, settleFormers, sweepBeside, type Former } from './replace.js'
import { findSection, isBroken, othersText, saysAll, withSection } from './sections.js'
import type { Todo } from './todo.js'
import type { DocumentProblem, Producer, SectionDocument, WantedDocument, WholeDocument } from './types.js'

export interface WriteReport {
  /** Number of the change that documents show now. */
  at: number
  /** Absolute paths. */
  written: string[]
  removed: string[]
  problems: DocumentProblem[]
  /** Somebody else adds to logs just now: those here are as they were. */
  busy?: true
}

/** Sum of a file that is not there yet. */
const NONE = ''
/** Documents that are as their files: where they are, and what is noted of them. A producer gives the same object again for what has not changed. */
const current = new WeakMap<WantedDocument, { path: string; record: FileRecord }>()
/** Files that are written between two lines of the account. */
const BATCH = 100

/**
 * Makes the disk as producers say: once through. Whoever else does so at the same time, is killed, or edits a file, nothing of
 * anybody's is lost; a document that somebody changed meanwhile is right after the next time.
 * @param sweep Looks in all folders of documents for what killed writers left behind, and at all logs that lack lines
 * @param passing Who asks is about to end, and leaves it to the next writer to look at what was in the place of files in our folder
 * @param whole Trusts nothing that was noted before and reads every file: for rebuilding, and where the ledger is another one
 * @throws what reading the ledger and writing the account throws
 */
export async function writeDocuments(ground: Ground, { whole = false, sweep = whole, passing = false }: { whole?: boolean; sweep?: boolean; passing?: boolean } = {}): Promise<WriteReport> {
  const { account, source } = ground
  await account.refresh()
  const records = await source.records({ whole })
  if (!whole && (account.ledger !== source.ledger || account.at > records.seq)) return writeDocuments(ground, { whole: true, passing })
  const facts = factsOf(ground)
  const due = new Set(whole ? [] : [...account.files].flatMap(([path, { behind }]) => (behind !== undefined && (sweep || isDue(behind, Date.now())) ? path : [])))
  const pass = new Pass(ground, whole, due)
  const since = whole ? 0 : Math.min(account.at, ...[...due].map((path) => account.files.get(path)?.grown?.seq ?? 0))
  try {
    for (const producer of ground.producers) {
      const news = await newsFor(source, producer, since)
      for await (const document of producer.documents(records, facts, news)) {
        const looking = pass.want(producer.name, document)
        if (looking !== undefined) await looking
      }
    }
    await pass.flush()
    await pass.forgetLogs(due)
  } finally {
    await pass.logs.release()
  }
  pass.tellOfLogs()
  const again = pass.logs.needsAll && !whole
  if (!again) await pass.removeOthers()
  if (sweep) for (const path of account.files.keys()) await pass.sweep(dirname(path))
  await pass.settle(passing)
  if (again) return writeDocuments(ground, { whole: true, passing })
  if (!pass.logs.isBehind && (account.at !== records.seq || account.ledger !== source.ledger)) await account.add([{ at: records.seq, ledger: source.ledger }])
  return { at: records.seq, written: pass.written, removed: pass.removed, problems: pass.problems, ...(pass.logs.isBusy && { busy: true }) }
}

async function newsFor(source: DocumentSource, { follows }: Producer, from: number): Promise<RecordedEvent[]> {
  const news: RecordedEvent[] = []
  if (follows !== undefined) for await (const one of source.since(from)) if (follows.includes(one.event.type)) news.push(one)
  return news
}

/** One time through all documents. */
class Pass {
  readonly written: string[] = []
  readonly removed: string[] = []
  readonly problems: DocumentProblem[] = []
  readonly logs: Logs
  private readonly wanted = new Set<string>()
  private readonly swept = new Set<string>()
  private todo: Todo[] = []
  private readonly formers: Former[] = []

  constructor(private readonly ground: Ground, private readonly whole: boolean, due: ReadonlySet<string>) {
    this.logs = new Logs(ground.account, whole, due, {
      isOurs: (path, bytes) => this.isOurs(path, bytes),
      write: (todo) => this.write(todo),
      added: (path) => void this.written.push(path),
      keepCut: async (path) => this.keep(path, 'Lines were taken out of it. What was recorded stays: they are back, and the shorter version is kept beside it.', await keepBeside(path, path)),
    })
  }

  /** Undefined where there is nothing to do: of ten thousand documents most are as they were. */
  want(of: string, document: WantedDocument): Promise<void> | undefined {
    const known = this.whole ? undefined : current.get(document)
    if (known === undefined || this.ground.account.files.get(known.path) !== known.record) return this.look(of, document)
    this.wanted.add(known.path)
    return undefined
  }

  private async look(of: string, document: WantedDocument): Promise<void> {
    const path = this.distinct(document)
    try {
      if ('lines' in document) await this.logs.want(of, path, document)
      else if ('section' in document) await this.wantSection(path, document)
      else await this.wantWhole(of, path, document)
    } catch (error) {
      const reason = tell`It is not kept up to date: ${reasonOf(error)}`
      if ('lines' in document) await this.logs.lag(of, path, reason)
      else this.problem(path, reason)
    }
    if (this.todo.length >= BATCH) await this.flush()
  }

  /** Writes what is planned. The account says so before, so that a killed writer's files are known as ours. */
  async flush(): Promise<void> {
    const { account } = this.ground
    const batch = this.todo.splice(0)
    await account.add(batch.map(({ key, record }) => ({ f: key, record: { ...record, sums: [...new Set([...(account.files.get(key)?.sums ?? [NONE]), ...record.sums])] } })), true)
    const done: Todo[] = []
    for (const one of batch) {
      try {
        if (await this.write(one)) done.push(one)
      } catch (error) {
        this.problem(one.key, tell`It cannot be written: ${reasonOf(error)}`)
      }
    }
    await account.add(done.map(({ key, record }) => ({ f: key, record })))
  }

  /** Told as long as it is so. */
  tellOfLogs(): void {
    for (const [path, { behind }] of this.ground.account.files) if (behind?.reason !== undefined) this.problem(path, behind.reason)
  }

  /** Logs that were to be tried again, and that lack no lines: as before, as soon as they can be read. One that was never made is when somebody wants it. */
  async forgetLogs(due: ReadonlySet<string>): Promise<void> {
    const { account, folder, source } = this.ground
    const left = [...due].filter((one) => !this.wanted.has(one))
    if (left.length === 0) return
    const { agents } = await source.records()
    for (const path of left) {
      const { behind, ...known } = account.files.get(path) ?? { of: '', sums: [] }
      const isSomebodys = agents.some(({ id }) => path.startsWith(`${join(folder, 'agents', id)}${sep}`))
      if (isSomebodys && (await bytesOf(path).then(() => false, () => true))) await this.logs.lag(known.of, path, behind?.reason)
      else await account.add([known.grown === undefined && known.adding === undefined ? { gone: path } : { f: path, record: known }])
    }
  }

  /** Files that nobody wants any more. What somebody has changed stays, as theirs. */
  async removeOthers(): Promise<void> {
    const { account, producers } = this.ground
    const names = new Set(producers.map(({ name }) => name))
    for (const [path, { of, sums, keep, grown, adding, behind }] of [...account.files]) {
      if (this.wanted.has(path) || keep === true || (grown ?? adding ?? behind) !== undefined || !names.has(of)) continue
      const bytes = await bytesOf(path).catch(() => undefined)
      if (bytes !== undefined && sums.includes(sumOf(bytes)) && (await remove(path, bytes, this.formers).catch(() => false))) this.removed.push(path)
      await account.add([{ gone: path }])
    }
  }

  /** Looks once more at what was in the place of files: a program may have had one open. Passing by, only where nobody else would. */
  async settle(passing: boolean): Promise<void> {
    const inside = `${this.ground.folder}${sep}`
    await this.tell(await settleFormers(passing ? this.formers.filter(({ path, grows }) => grows === true || !path.startsWith(inside)) : this.formers))
  }

  private async tell(found: readonly { path: string; kept: string }[]): Promise<void> {
    for (const { path, kept } of found) await this.keep(path, 'Somebody wrote into it while it was made from the records; what they wrote is kept beside it.', kept)
  }

  /** Its path; that of a second record which would have the same is told apart by a number. */
  private distinct(document: WantedDocument): string {
    const { files } = this.ground.account
    const { root, path: plain } = document
    const at = 'suffixAt' in document ? document.suffixAt : undefined
    const named = (n: number): string => pathOf(this.ground.folder, { root, path: n === 1 || at === undefined ? plain : `${plain.slice(0, at)}-${n}${plain.slice(at)}` })
    const id = 'id' in document ? document.id : undefined
    let path = named(1)
    for (let n = 2; id !== undefined && n < 1_000; n++) {
      const other = files.get(path)
      if (this.wanted.has(path) ? false : other === undefined || other.id === undefined || other.id === id) break
      path = named(n)
    }
    this.wanted.add(path)
    return path
  }

  private async wantWhole(of: string, path: string, document: WholeDocument): Promise<void> {
    const { root, text, keep, missing, yieldsTo, id } = document
    const { account } = this.ground
    const next = Buffer.from(text)
    const sum = sumOf(next)
    const known = account.files.get(path)
    if (!this.whole && known?.sums.length === 1 && known.sums[0] === sum) {
      // What may have another path the next time is looked for then.
      if (id === undefined) current.set(document, { path, record: known })
      return
    }
    const base = await bytesOf(path)
    const record: FileRecord = { of, sums: [sum], ...(keep && { keep }), ...(id !== undefined && { id }) }
    if (base?.equals(next)) return this.adopt(path, record)
    if (missing && base !== undefined) return
    const theirs = base !== undefined && base.length > 0 && !this.isOurs(path, base)
    if (theirs && yieldsTo === 'others') return
    this.plan({ key: path, record, durable: root !== 'folder', base, next, theirs })
  }

  private async wantSection(path: string, { section, heading, text, put = 'end', fresh }: SectionDocument): Promise<void> {
    await this.sweep(dirname(path))
    const base = await bytesOf(path)
    const whole = base?.toString('utf8')
    if (base !== undefined && notUtf8(base) !== undefined) return this.problem(path, tell`It is no text in UTF-8, so its part for Muster is not kept up to date.`)
    const found = whole === undefined ? undefined : findSection(whole, section, heading)
    if (isBroken(found)) return this.problem(path, tell`${found.problem} ${found.hint}`)
    if (found === undefined && put === 'never') return
    const next = Buffer.from(withSection(whole, found, { section, body: text, put: put === 'begin' ? 'begin' : 'end', fresh }))
    if (base?.equals(next)) return
    // Sums are in the marks: nothing of it has to be noted. What somebody wrote may be what is recorded by now.
    await this.write({ key: path, record: { of: '', sums: [] }, durable: true, base, next, theirs: found !== undefined && !found.isOurs && !saysAll(text, found) })
  }

  /** What is there was written by a writer, or says nothing that the records do not. */
  private isOurs(path: string, bytes: Buffer): boolean {
    const { files, taken } = this.ground.account
    const sum = sumOf(bytes)
    const other = taken.get(path)
    const known = files.get(path)
    return known?.sums.includes(sum) === true || isGrown(known, bytes) || (other?.all === true && other.sum === sum)
  }

  /** Nothing is lost with what was in the place of a file. */
  private async isKnown(path: string, bytes: Buffer): Promise<boolean> {
    if (this.isOurs(path, bytes)) return true
    const now = await bytesOf(path).catch(() => undefined)
    return now !== undefined && othersText(now.toString('utf8')) === othersText(bytes.toString('utf8'))
  }

  private async adopt(path: string, record: FileRecord): Promise<void> {
    const known = this.ground.account.files.get(path)
    // Whoever was writing it may have been killed in the middle.
    if ((known?.sums.length ?? 1) > 1) await this.sweep(dirname(path))
    if (known?.sums.length !== 1 || known.sums[0] !== record.sums[0] || known.keep !== record.keep || known.id !== record.id) await this.ground.account.add([{ f: path, record }])
  }

  private plan(todo: Todo): void {
    this.todo.push(todo)
  }

  private async write({ key, record, durable, base, next, theirs, grows }: Todo): Promise<boolean> {
    await this.sweep(dirname(key))
    if (theirs) await this.ground.account.refresh()
    // Another writer was here: what it made is right, or is the next time.
    if (theirs && base !== undefined && record.of !== '' && this.isOurs(key, base)) return false
    if (theirs) await this.keep(key, 'It was changed by somebody, and is made from the records; what they wrote is kept beside it.', await keepBeside(key, key))
    const { done, kept } = await replace(key, base, next, { durable, mode: durable ? { file: 0o666, folder: 0o777 } : { file: 0o600, folder: 0o700 }, formers: this.formers, ...(grows && { grows }) })
    if (kept !== undefined) await this.tell([{ path: key, kept }])
    if (done) this.written.push(key)
    return done
  }

  async sweep(folder: string): Promise<void> {
    if (this.swept.has(folder)) return
    this.swept.add(folder)
    await this.tell(await sweepBeside(folder, (path, bytes) => this.isKnown(path, bytes)))
  }

  /** Noted at once, and told at the end: what is done next may be the last. */
  private async keep(path: string, reason: string, kept: string): Promise<void> {
    this.problem(path, reason, kept)
    await this.ground.account.add([{ kept: { file: shownPath(this.ground, path), reason, kept: shownPath(this.ground, kept) } }])
  }

  private problem(path: string, reason: string, kept?: string): void {
    this.problems.push({ file: shownPath(this.ground, path), reason, ...(kept !== undefined && { kept: shownPath(this.ground, kept) }) })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
