import { errnoOf } from '../../errors.js'
import type { LedgerStatus, Probe } from '../port.js'
import type { Layout } from './layout.js'
import type { LedgerFs } from './ledgerFs.js'

/** More are not worth naming. */
const MANY = 20

/**
 * Files that a program which copies folders between machines put beside ours because two machines had written:
 * `00000001 (Ann's conflicted copy 2026-01-02).jsonl` (Dropbox), `00000001-HOST.jsonl` (OneDrive),
 * `00000001.sync-conflict-20260102-101112-ABCDEF7.jsonl` (Syncthing), `00000001 2.jsonl` (iCloud), `00000001 (1).jsonl`
 * (Google Drive). They hold what somebody was told is saved. By name only, whoever made them: what begins and ends as
 * ours does and is not ours. They are never read as part of the ledger.
 * @returns paths from the folder, in order. @throws nothing: what cannot be listed has none
 */
export function findConflictCopies(fs: LedgerFs, layout: Layout): string[] {
  const found = names(fs, layout.folder).filter((name) => /^(ledger|snapshots|archive)([ (.-].*)$/.test(name))
  for (const [folder, path, begin, end] of [
    ['ledger', layout.ledger, /^\d{8}(?=\D)/, '.jsonl'],
    ['snapshots', layout.snapshots, /^\d+-[0-9a-f]{16}(?![0-9a-f])/, '.jsonl'],
    ['archive', layout.archive, /^\d{8}(?=\D)/, '.jsonl.gz'],
  ] as const) {
    for (const name of names(fs, path)) {
      const stem = begin.exec(name)?.[0]
      if (stem !== undefined && name !== stem + end && name.endsWith(end.slice(end.lastIndexOf('.')))) found.push(`${folder}/${name}`)
    }
  }
  return found.sort().slice(0, MANY)
}

function names(fs: LedgerFs, path: string): string[] {
  try {
    return fs.readdir(path)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return []
  }
}

/** What lies around a ledger and concerns people, looked at now and then. */
export class Around {
  private copies: readonly string[] = []

  constructor(private readonly fs: LedgerFs, private readonly layout: Layout, private readonly probed: () => Probe | undefined) {
    this.look()
  }

  look(): void {
    this.copies = findConflictCopies(this.fs, this.layout)
  }

  get status(): Pick<LedgerStatus, 'probe' | 'conflictCopies'> {
    const probe = this.probed()
    return { ...(probe && { probe }), ...(this.copies.length > 0 && { conflictCopies: this.copies }) }
  }
}
