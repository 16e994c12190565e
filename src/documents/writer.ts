import { dirname } from 'node:path'
import type { DocumentSource, RecordedEvent } from '../core/documentCalls.js'
import { sumOf, type FileRecord } from './account.js'
import { factsOf, pathOf, shownPath, type Ground } from './ground.js'
import { extent, sameExtent, withLines, type Extent } from './growing.js'
import { bytesOf, keepBeside, remove, replace, settleFormers, sweepBeside, type Former } from './replace.js'
import { findSection, othersText, withSection } from './sections.js'
import type { DocumentProblem, LinesDocument, Producer, SectionDocument, WantedDocument, WholeDocument } from './types.js'

export interface WriteReport {
  /** Number of the change that documents show now. */
  at: number
  /** Absolute paths. */
  written: string[]
  removed: string[]
  problems: DocumentProblem[]
}

/** Sum of a file that is not there yet. */
const NONE = ''
/** Files that are written between two lines of the account. */
const BATCH = 100

/**
 * Makes the disk as producers say: once through. Whoever else does so at the same time, is killed, or edits a file, nothing of
 * anybody's is lost; a document that somebody changed meanwhile is right after the next time.
 * @param sweep Looks in all folders of documents for what killed writers left behind
 * @param whole Trusts nothing that was noted before and reads every file: for rebuilding, and where the ledger is another one
 * @throws what reading the ledger and writing the account throws
 */
export async function writeDocuments(ground: Ground, { whole = false, sweep = whole }: { whole?: boolean; sweep?: boolean } = {}): Promise<WriteReport> {
  const { account, source } = ground
  await account.refresh()
  const records = await source.records({ whole })
  if (!whole && (account.ledger !== source.ledger || account.at > records.seq)) return writeDocuments(ground, { whole: true })
  const facts = factsOf(ground)
  const pass = new Pass(ground, whole)
  for (const producer of ground.producers) {
    const news = await newsFor(source, producer, whole ? 0 : account.at)
    for await (const document of producer.documents(records, facts, news)) await pass.want(producer.name, document)
  }
  await pass.flush()
  const again = pass.needsAll && !whole
  if (!again) await pass.removeOthers()
  if (sweep) await pass.sweepAll()
  await pass.settle()
  if (again) return writeDocuments(ground, { whole: true })
  if (!pass.isBehind && (account.at !== records.seq || account.ledger !== source.ledger)) await account.add([{ at: records.seq, ledger: source.ledger }])
  return { at: records.seq, written: pass.written, removed: pass.removed, problems: pass.problems }
}

async function newsFor(source: DocumentSource, { follows }: Producer, from: number): Promise<RecordedEvent[]> {
  const news: RecordedEvent[] = []
  if (follows !== undefined) for await (const one of source.since(from)) if (follows.includes(one.event.type)) news.push(one)
  return news
}

interface Todo {
  key: string
  record: FileRecord
  durable: boolean
  base: Buffer | undefined
  next: Buffer
  /** What is there is somebody's: kept beside first. */
  theirs: boolean
  /** What somebody adds to it at its end meanwhile belongs there. */
  grows?: true
}

/** One time through all documents. */
class Pass {
  readonly written: string[] = []
  readonly removed: string[] = []
  readonly problems: DocumentProblem[] = []
  /** A file that grows has to be made anew, from everything that ever happened. */
  needsAll = false
  /** Somebody else was at a file that grows: what happened is told again the next time. */
  isBehind = false
  private readonly wanted = new Set<string>()
  private readonly swept = new Set<string>()
  private todo: Todo[] = []
  private readonly formers: Former[] = []

  constructor(private readonly ground: Ground, private readonly whole: boolean) {}

  async want(of: string, document: WantedDocument): Promise<void> {
    const path = this.distinct(document)
    try {
      if ('lines' in document) await this.wantLines(of, path, document)
      else if ('section' in document) await this.wantSection(path, document)
      else await this.wantWhole(of, path, document)
    } catch (error) {
      this.problem(path, `It is not kept up to date: ${reasonOf(error)}`)
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
        this.problem(one.key, `It cannot be written: ${reasonOf(error)}`)
      }
    }
    await account.add(done.map(({ key, record }) => ({ f: key, record })))
  }

  /** Files that nobody wants any more. What somebody has changed stays, as theirs. */
  async removeOthers(): Promise<void> {
    const { account, producers } = this.ground
    const names = new Set(producers.map(({ name }) => name))
    for (const [path, { of, sums, keep, grown }] of [...account.files]) {
      if (this.wanted.has(path) || keep === true || grown !== undefined || !names.has(of)) continue
      const bytes = await bytesOf(path).catch(() => undefined)
      if (bytes !== undefined && sums.includes(sumOf(bytes)) && (await remove(path, bytes, this.formers).catch(() => false))) this.removed.push(path)
      await account.add([{ gone: path }])
    }
  }

  /** Looks once more at what was in the place of files: a program may have had one open. */
  async settle(): Promise<void> {
    this.tell(await settleFormers(this.formers))
  }

  private tell(found: readonly { path: string; kept: string }[]): void {
    for (const { path, kept } of found) this.problem(path, 'Somebody wrote into it while it was made from the records; what they wrote is kept beside it.', kept)
  }

  /** Its path; that of a second record which would have the same is told apart by a number. */
  private distinct(document: WantedDocument): string {
    const { files } = this.ground.account
    const named = (n: number): string => {
      const { path } = document
      const at = 'suffixAt' in document ? document.suffixAt : undefined
      return pathOf(this.ground.folder, { ...document, path: n === 1 || at === undefined ? path : `${path.slice(0, at)}-${n}${path.slice(at)}` })
    }
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

  private async wantWhole(of: string, path: string, { root, text, keep, missing, yieldsTo, id }: WholeDocument): Promise<void> {
    const { account } = this.ground
    const next = Buffer.from(text)
    const sum = sumOf(next)
    const known = account.files.get(path)
    if (!this.whole && known?.sums.length === 1 && known.sums[0] === sum) return
    const base = await bytesOf(path)
    const record: FileRecord = { of, sums: [sum], ...(keep && { keep }), ...(id !== undefined && { id }) }
    if (base?.equals(next)) return this.adopt(path, record)
    if (missing && base !== undefined) return
    const theirs = base !== undefined && base.length > 0 && !this.isOurs(path, base)
    if (theirs && yieldsTo === 'others') return
    this.plan({ key: path, record, durable: root !== 'folder', base, next, theirs })
  }

  private async wantSection(path: string, { section, text, put = 'end', fresh }: SectionDocument): Promise<void> {
    await this.sweep(dirname(path))
    const base = await bytesOf(path)
    const whole = base?.toString('utf8')
    if (base !== undefined && !Buffer.from(whole!).equals(base)) return this.problem(path, 'It is no text in UTF-8, so its part for Muster is not kept up to date.')
    const found = whole === undefined ? undefined : findSection(whole, section)
    if (typeof found === 'string') return this.problem(path, found)
    if (found === undefined && put === 'never') return
    const next = Buffer.from(withSection(whole, found, { section, body: text, put: put === 'begin' ? 'begin' : 'end', fresh }))
    if (base?.equals(next)) return
    // Sums are in the marks: nothing of it has to be noted.
    await this.write({ key: path, record: { of: '', sums: [] }, durable: true, base, next, theirs: found !== undefined && !found.isOurs })
  }

  private async wantLines(of: string, path: string, { root, lines, yieldsTo }: LinesDocument): Promise<void> {
    const { account } = this.ground
    const known = account.files.get(path)
    const grown = known?.grown
    const fresh = lines.filter(({ seq }) => grown === undefined || seq > grown.seq)
    if (!this.whole && grown !== undefined && fresh.length === 0) return
    const seq = Math.max(grown?.seq ?? 0, ...lines.slice(-1).map((line) => line.seq))
    const tail = fresh.map(({ text }) => `${text}\n`).join('')
    const note = async (state: Extent): Promise<void> => account.add([{ f: path, record: { of, sums: [], grown: { seq, ...state } } }])
    if (grown !== undefined && !this.whole) {
      const base = await bytesOf(path)
      const next = withLines(base, grown, tail)
      if (next === undefined) this.needsAll ||= !(await this.isLeft(path, yieldsTo))
      else if (next.equals(base!)) await note(extent(next))
      else {
        // Known as ours before it is there, as every file is.
        await account.add([{ f: path, record: { ...known!, sums: [sumOf(next)] } }], true)
        if (await this.write({ key: path, record: { of, sums: [] }, durable: root !== 'folder', base, next, theirs: false, grows: true })) await note(extent(next))
        else this.isBehind = true
      }
      return
    }
    const base = await bytesOf(path)
    if (!this.whole && base !== undefined) {
      this.needsAll ||= !(await this.isLeft(path, yieldsTo))
      return
    }
    const next = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''))
    if (base?.equals(next)) return grown === undefined || grown.size !== next.length ? note(extent(next)) : undefined
    // Cut off while it was made, or behind: its beginning is ours.
    const theirs = base !== undefined && !this.isOurs(path, base) && !next.subarray(0, base.length).equals(base)
    if (theirs && yieldsTo === 'others') return
    if (await this.write({ key: path, record: { of, sums: [] }, durable: root !== 'folder', base, next, theirs })) await note(extent(next))
  }

  /** It is somebody else's, who keeps it. */
  private async isLeft(path: string, yieldsTo: 'others' | undefined): Promise<boolean> {
    const bytes = await bytesOf(path)
    await this.ground.account.refresh()
    const { grown } = this.ground.account.files.get(path) ?? {}
    // Another writer has been here, and knows of more.
    if (bytes !== undefined && grown !== undefined && sameExtent(grown, bytes)) return true
    return yieldsTo === 'others' && bytes !== undefined && !this.isOurs(path, bytes)
  }

  /** What is there was written by a writer, or says nothing that the records do not. */
  private isOurs(path: string, bytes: Buffer): boolean {
    const { files, taken } = this.ground.account
    const sum = sumOf(bytes)
    const other = taken.get(path)
    const { sums = [], grown } = files.get(path) ?? {}
    return sums.includes(sum) || (grown !== undefined && sameExtent(grown, bytes)) || (other?.all === true && other.sum === sum)
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
    if (theirs) this.problem(key, 'It was changed by somebody, and is made from the records; what they wrote is kept beside it.', await keepBeside(key, key))
    const { done, kept } = await replace(key, base, next, { durable, mode: durable ? { file: 0o666, folder: 0o777 } : { file: 0o600, folder: 0o700 }, formers: this.formers, ...(grows && { grows }) })
    if (kept !== undefined) this.tell([{ path: key, kept }])
    if (done) this.written.push(key)
    return done
  }

  async sweepAll(): Promise<void> {
    for (const path of this.ground.account.files.keys()) await this.sweep(dirname(path))
  }

  private async sweep(folder: string): Promise<void> {
    if (this.swept.has(folder)) return
    this.swept.add(folder)
    this.tell(await sweepBeside(folder, (path, bytes) => this.isKnown(path, bytes)))
  }

  private problem(path: string, reason: string, kept?: string): void {
    this.problems.push({ file: shownPath(this.ground, path), reason, ...(kept !== undefined && { kept: shownPath(this.ground, kept) }) })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
