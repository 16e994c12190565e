import { join } from 'node:path'
import { look, type Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { readPutDownHeader } from '../folder/putDown.js'
import { headerAt, type SnapshotHeader } from '../folder/snapshotFile.js'

/** Id of the ledger as states that were put down say, in repairs and in snapshots, whole or not; '' where none tells. */
export function idBeside(fs: LedgerFs, layout: Layout): string {
  const putDown = fs.stat(layout.ledger) === undefined ? [] : fs.readdir(layout.ledger).map((name) => () => readPutDownHeader(fs, layout, name))
  const snapshots = look(fs, layout).snapshots.map((file) => () => headerAt(fs, join(layout.snapshots, file.name), file, { fold: undefined, ledger: undefined }))
  for (const read of [...putDown, ...snapshots]) {
    const id = attempt(read)?.ledger
    if (id !== undefined && id !== '') return id
  }
  return ''
}

/** What is something else, or damaged, tells nothing. */
function attempt(read: () => SnapshotHeader): SnapshotHeader | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
