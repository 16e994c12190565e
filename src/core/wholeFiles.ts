import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { onceLetGo } from './heldFiles.js'

/**
 * Writes a file under another name and then gives it its own: whoever reads finds what was there, or all of this. A link in its
 * place is replaced. Nothing waits for the disk: after a power failure it may be gone.
 * @param mode Permissions, of which the user's mask takes away; `exactly` these where that is said.
 * @throws what the file system throws; what was there is as it was
 */
export function writeWhole(path: string, text: string, mode: number, { exactly = false } = {}): void {
  const unfinished = `${path}.${process.pid}.tmp`
  // What an earlier process of this number left behind, or a link that somebody put there: never written into.
  rmSync(unfinished, { force: true })
  try {
    writeFileSync(unfinished, text, { mode, flag: 'wx' })
    if (exactly) chmodSync(unfinished, mode)
    onceLetGo(() => renameSync(unfinished, path))
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}
