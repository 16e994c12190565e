import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { errnoOf } from '../../errors.js'
import { exactNames, type NameRules } from '../../names.js'
import type { LedgerFs } from './ledgerFs.js'

/** Begins the names of what probes leave behind when they are killed. */
export const PROBE = 'probe-'

/**
 * Finds out which names the file system of a folder takes for the same, by making an empty file in it for a moment.
 * @throws system errors, as any attempt to write to the folder would
 */
export function probeNames(fs: LedgerFs, folder: string): NameRules {
  const stem = `${PROBE}${randomBytes(6).toString('hex')}-`
  const made = make(fs, folder, [`${stem}aß\u00e9`, `${stem}a`])
  if (made === undefined) return exactNames
  const isThere = (name: string): boolean => fs.stat(join(folder, stem + name)) !== undefined
  try {
    if (made.endsWith('-a')) return { ...exactNames, letters: isThere('A') ? 'simple' : 'exact' }
    const full = isThere('ass\u00e9')
    return { letters: full ? 'full' : isThere('Aß\u00e9') ? 'simple' : 'exact', forms: isThere('aße\u0301') ? 'same' : 'exact' }
  } finally {
    remove(fs, join(folder, made))
  }
}

/** @returns the first name that the file system takes */
function make(fs: LedgerFs, folder: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    try {
      fs.close(fs.open(join(folder, name), 'create'))
      return name
    } catch (error) {
      // Some file systems hold names of one old code page only.
      if (!['EINVAL', 'EILSEQ', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error
    }
  }
  return undefined
}

function remove(fs: LedgerFs, path: string): void {
  try {
    fs.unlink(path)
  } catch {
    // Left to be collected.
  }
}
