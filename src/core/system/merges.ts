import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../errors.js'
import { mergeFields, type Merge } from '../model/documentUpdate.js'
import { lookAt } from './locate.js'

const PLACE = 'merges'

/** Remembers two versions of a document that are to be merged. Lost at worst, with the disk: both versions are files of their own. */
export function saveMerge(folder: string, merge: Merge): void {
  try {
    mkdirSync(join(folder, PLACE), { recursive: true, mode: 0o700 })
    const path = fileOf(folder, merge)
    writeFileSync(`${path}.tmp`, JSON.stringify(merge), { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch {
    // Merging goes without what both were made from then.
  }
}

/** Those whose second version is still there, newest first. What cannot be read is left out. */
export function openMerges(folder: string): Merge[] {
  return filesIn(join(folder, PLACE)).flatMap((name) => {
    const merge = read(join(folder, PLACE, name))
    return merge !== undefined && lookAt(merge.backup) !== undefined ? [merge] : []
  }).sort((a, b) => (a.at < b.at ? 1 : -1))
}

/** The second version is taken over: it goes, and what was remembered of it. */
export function endMerge(folder: string, merge: Merge): void {
  rmSync(merge.backup, { force: true })
  rmSync(fileOf(folder, merge), { force: true })
}

function fileOf(folder: string, { backup }: Merge): string {
  return join(folder, PLACE, `${createHash('sha256').update(backup).digest('hex').slice(0, 24)}.json`)
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

function read(path: string): Merge | undefined {
  try {
    return mergeFields.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
