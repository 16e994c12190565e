import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Merge } from '../model/documentUpdate.js'
import { writeWhole } from '../wholeFiles.js'

/** Folder of the coordination folder in which merges are remembered. */
export const PLACE = 'merges'

/** Remembers two versions of a document that are to be merged. Lost at worst, with the disk: both versions are files of their own. */
export function saveMerge(folder: string, merge: Merge): void {
  try {
    mkdirSync(join(folder, PLACE), { recursive: true, mode: 0o700 })
    writeWhole(fileOf(folder, merge), JSON.stringify(merge), 0o600)
  } catch {
    // Merging goes without what both were made from then.
  }
}

/** Where a merge is remembered, by its second version. */
export function fileOf(folder: string, { backup }: Merge): string {
  return join(folder, PLACE, `${createHash('sha256').update(backup).digest('hex').slice(0, 24)}.json`)
}
