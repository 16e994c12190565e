import { join } from 'node:path'
import type { Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { ensureFolder, readSlices, writeWhole } from '../folder/wholeFile.js'
import { temporaryIn } from '../folder/writeSnapshot.js'
import type { Clock } from '../port.js'

/** Where the originals of what a repair changes go, in a folder of their own in `damaged/`: nothing is deleted. */
export class Aside {
  /** Paths from the `.muster` folder. */
  readonly files: string[] = []
  readonly folder: string
  private readonly made = new Set<string>()

  constructor(private readonly fs: LedgerFs, private readonly layout: Layout, clock: Clock) {
    this.folder = join(layout.folder, 'damaged', new Date(clock.now()).toISOString().replace(/\D/g, ''))
  }

  /** A copy of a file that is replaced afterwards: at no time is there none. @throws system errors */
  async copy(part: 'ledger', path: string): Promise<void> {
    const { fs } = this
    const parts: Buffer[] = []
    for await (const slice of readSlices(fs, path)) parts.push(Buffer.from(slice))
    await writeWhole(fs, this.pathOf(part, path), temporaryIn(this.folder, 0), parts)
  }

  /** Moves a file away. @throws system errors */
  move(part: 'ledger' | 'snapshots' | 'archive', path: string): void {
    this.fs.rename(path, this.pathOf(part, path))
    this.fs.fsyncFolder(join(this.folder, part))
    this.fs.fsyncFolder(join(path, '..'))
  }

  /** Says in the folder itself what this is about. */
  async note(report: object): Promise<void> {
    this.make(this.folder)
    await writeWhole(this.fs, join(this.folder, 'report.json'), temporaryIn(this.folder, 1), [JSON.stringify(report, undefined, 2) + '\n'])
  }

  private pathOf(part: string, path: string): string {
    this.make(join(this.folder, part))
    const name = path.slice(path.lastIndexOf(part) + part.length + 1)
    this.files.push(`${part}/${name}`)
    return join(this.folder, part, name)
  }

  private make(path: string): void {
    if (this.made.has(path) || path === this.layout.folder) return
    this.make(join(path, '..'))
    ensureFolder(this.fs, path)
    this.made.add(path)
  }
}
