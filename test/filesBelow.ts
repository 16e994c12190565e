import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** All files below a folder that others work in: what goes while it is looked at was not there. */
export function filesBelow(folder: string): string[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
}

/** What stands in all of them. */
export function textsBelow(folder: string): string[] {
  return filesBelow(folder).flatMap((file) => ifThere(() => readFileSync(file, 'latin1')) ?? [])
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
