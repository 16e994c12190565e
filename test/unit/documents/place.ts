import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { writeAll, type DocumentsReport } from '../../../src/documents/documents.js'

/** A plain folder with records, and what a shell does in it. */
export class Place {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-documents-')))
  readonly folder = join(this.root, '.muster')
  private readonly open: Muster[] = []

  async as(agent: string, kind?: 'person'): Promise<Muster> {
    const muster = await openMuster({ folder: this.folder, root: this.root, agent, attached: false, client: 'test', ...(kind && { kind }) })
    this.open.push(muster)
    return muster
  }

  async write(options: { whole?: boolean } = {}): Promise<DocumentsReport> {
    return writeAll(this.open[0]!, options)
  }

  path(file: string): string {
    return join(this.root, file)
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8')
  }

  /** @param ago ms since it was written */
  put(file: string, text: string | Buffer, ago = 5_000): void {
    mkdirSync(dirname(this.path(file)), { recursive: true })
    writeFileSync(this.path(file), text)
    const at = (Date.now() - ago) / 1000
    utimesSync(this.path(file), at, at)
  }

  /** All generated files, by their path. */
  files(): Record<string, string> {
    const all = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(this.folder.length + 1)).filter((name) => /^(agents|state)\//.test(name)).sort()
    return Object.fromEntries(all.map((name) => [name, this.read(`.muster/${name}`)]))
  }

  async remove(): Promise<void> {
    for (const muster of this.open) await muster.close()
    removeFolder(this.root)
  }
}
