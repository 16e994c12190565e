import { rmSync } from 'node:fs'

/** What a removal says while others still write into the folder (POSIX), or still have a file of it open (Windows). */
const IN_USE = new Set(['ENOTEMPTY', 'EBUSY', 'EPERM'])
const TRIES = 500
const PAUSE_MS = 20

/**
 * Removes a folder with all in it, also while other processes write there; nothing where there is none.
 *
 * `maxRetries` of `rmSync` is not enough: where a file came to be after the folder was emptied,
 * Node tries the folder's own removal again and never looks for the file.
 * @param path the folder
 * @param remove what removes it once; another one for tests
 * @throws the file system's error where it is no such race, or still one after so many tries
 */
export const removeFolder = (path: string, remove = (folder: string): void => rmSync(folder, { recursive: true, force: true })): void => {
  for (let tries = 1; ; tries++) {
    try {
      return remove(path)
    } catch (error) {
      if (tries === TRIES || !IN_USE.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}
