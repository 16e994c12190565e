import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { errnoOf } from '../errors.js'
import { ownTag } from '../system/processes.js'
import { fileAt, isOlder, type OldFile, type OldGroup } from './oldFiles.js'

export interface Removal {
  count: number
  bytes: number
  warnings: string[]
}

/**
 * Removes files, or compresses them into the archive. Each is looked at once more: what was changed meanwhile stays. One that
 * cannot be removed is told of and does not keep the others.
 * @param before ms since 1970
 * @param archive folder for what is compressed; undefined: it is removed
 */
export async function removeGroup({ kind, name, files, home }: OldGroup, before: number, archive: string | undefined): Promise<Removal> {
  const done: Removal = { count: 0, bytes: 0, warnings: [] }
  for (const file of files) {
    if (!isOlder(file.path, before)) continue
    try {
      if (archive !== undefined) await compress(file, join(archive, kind, name))
      await unlink(file.path)
      done.count++
      done.bytes += file.bytes
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') done.warnings.push(`${file.path} stays: ${errnoOf(error) ?? (error instanceof Error ? error.message : String(error))}`)
    }
  }
  // Whatever else is in it is not ours.
  if (home !== undefined) await rmdir(home).catch(() => undefined)
  return done
}

/** Under its own name with the time it was last changed, so that an agent of the same name later does not take its place. */
async function compress({ path }: OldFile, folder: string): Promise<void> {
  const { mtime } = fileAt(path) ?? { mtime: new Date(0) }
  await makeFolders(folder)
  const target = join(folder, `${mtime.toISOString().replace(/[-:]|\.\d+/g, '')}-${basename(path)}.gz`)
  const temporary = `${target}.${ownTag()}.tmp`
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { flags: 'wx', mode: 0o600 }))
    await toDisk(temporary)
    await rename(temporary, target)
    await toDisk(folder)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** Makes `<archive>/<kind>/<name>`, each only where it is no link that leads elsewhere. @throws what the file system throws */
async function makeFolders(folder: string): Promise<void> {
  for (const path of [dirname(dirname(folder)), dirname(folder), folder]) {
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error
    })
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is no folder of its own`)
  }
}

async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Folders cannot be synced everywhere.
    if (errnoOf(error) !== 'EPERM' && errnoOf(error) !== 'EISDIR' && errnoOf(error) !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}
