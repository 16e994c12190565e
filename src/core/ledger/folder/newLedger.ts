import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { errnoOf } from '../../errors.js'
import { tell } from '../../tell.js'
import { parseLine } from '../line.js'
import { Layout, look, makeFile } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'
import { folderProblem, notOurs } from './problems.js'
import { ensureFolder } from './wholeFile.js'

/** A ledger that comes from elsewhere to a folder that has none: made beside its place, and put there whole. */
export class NewLedger {
  private readonly path: string
  private readonly layout: Layout
  private number = 0
  private fd: number | undefined

  /** @throws MusterError FOLDER_UNUSABLE */
  constructor(private readonly fs: LedgerFs, folder: string) {
    this.layout = new Layout(folder)
    this.path = join(folder, `ledger.${randomBytes(8).toString('hex')}`)
    this.sure(() => {
      ensureFolder(fs, folder)
      ensureFolder(fs, this.path)
      this.next()
    })
  }

  /** Whether a folder has no records, and nothing that is made of some. @throws MusterError FOLDER_UNUSABLE */
  static fits(fs: LedgerFs, folder: string): boolean {
    const { segments, snapshots, archives } = look(fs, new Layout(folder))
    return segments.length + snapshots.length + archives.length === 0
  }

  /** Lines as they are, in their order; each segment ends where it did. @throws MusterError FOLDER_UNUSABLE */
  add(lines: readonly Buffer[]): void {
    let part: Buffer[] = []
    for (const bytes of lines) {
      part.push(bytes)
      if (parseLine(bytes, 0, bytes.length - 1)?.closes !== true) continue
      this.append(part)
      part = []
      this.sure(() => this.next())
    }
    this.append(part)
  }

  /** To its place, which is empty: of several that do so one succeeds. @throws MusterError FOLDER_UNUSABLE */
  put(): void {
    this.sure(() => {
      this.flush()
      this.fs.fsyncFolder(this.path)
      try {
        this.fs.rename(this.path, this.layout.ledger)
      } catch (error) {
        if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(errnoOf(error) ?? '')) throw notOurs(this.layout.ledger, tell`has just come to hold records`)
        throw error
      }
      this.fs.fsyncFolder(this.layout.folder)
    })
  }

  /** Where it is not put to its place, what there is of it stays beside that. */
  close(): void {
    if (this.fd !== undefined) this.fs.close(this.fd)
    this.fd = undefined
  }

  private segment(number: number): string {
    return join(this.path, `${String(number).padStart(8, '0')}.jsonl`)
  }

  private append(lines: readonly Buffer[]): void {
    if (lines.length === 0) return
    this.sure(() => {
      const bytes = Buffer.concat(lines)
      const written = this.fs.append(this.fd!, bytes)
      if (written < bytes.length) throw Object.assign(new Error(`only ${written} of ${bytes.length} bytes could be written`), { code: 'ENOSPC' })
    })
  }

  private next(): void {
    this.flush()
    this.number++
    makeFile(this.fs, this.segment(this.number), '')
    this.fd = this.fs.open(this.segment(this.number), 'append')
  }

  private flush(): void {
    if (this.fd === undefined) return
    this.fs.fsync(this.fd)
    this.fs.close(this.fd)
    this.fd = undefined
  }

  private sure(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw folderProblem(this.path, error)
    }
  }
}
