import { constants } from 'node:fs'
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { whenLetGo } from '../core/heldFiles.js'
import { openPlain } from '../core/plainFiles.js'
import { ownTag } from '../core/system/processes.js'

/**
 * Where the files of supervised agents are in a `.muster` folder. `id` is an agent's, which always names a file.
 * @param name as it was asked for: what scripts look for is named so, where that is the id but for capitals
 */
export function placesOf(folder: string, id: string, name = id): { named: string; home: string; log: string; command: string; prompt: string; status: string; state: string; response: string; keeperLog: string } {
  const home = join(folder, 'agents', id)
  const named = name.toLowerCase() === id ? name : id
  return {
    named,
    home,
    log: join(home, 'log.txt'),
    command: join(home, 'command.json'),
    prompt: join(home, 'prompt.txt'),
    status: join(home, 'status.json'),
    keeperLog: join(home, 'keeper.log'),
    state: join(folder, 'state', `${named}.json`),
    response: join(folder, 'responses', `${named}_response.json`),
  }
}

let count = 0

/**
 * Writes a file that only its user reads, whole or not at all; a link that somebody put in its place is replaced, not followed.
 * @throws what the file system throws
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path))
  const temporary = `${path}.${ownTag()}-${++count}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    await whenLetGo(() => rename(temporary, path))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** @throws what the file system throws; Error where a link, or something else, is in its place */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is no folder`)
}

/** @throws what the file system throws; Error for what is no plain file, or longer than `limit` bytes */
export async function readSmall(path: string, limit = 1_000_000): Promise<string> {
  const file = await openPlain(path, constants.O_RDONLY)
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.nlink > 1) throw new Error('it is no plain file')
    if (stat.size > limit) throw new Error(`it is longer than ${limit} bytes`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** What went wrong, in a few words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error)
}
