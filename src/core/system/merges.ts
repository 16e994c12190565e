import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../errors.js'
import { mergeFields, type Merge } from '../model/documentUpdate.js'
import { lookAt } from './locate.js'
import { fileOf, PLACE } from './saveMerge.js'

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
