import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes by what they are for. `agents`: logs and files of supervised agents. `archive`: old records and files, compressed. */
export interface DiskParts {
  records: number
  archive: number
  agents: number
  saves: number
  other: number
}

const parts: Readonly<Record<string, keyof DiskParts>> = { ledger: 'records', snapshots: 'records', archive: 'archive', agents: 'agents', state: 'agents', requests: 'agents', responses: 'agents', sessions: 'saves' }

/** What a `.muster` folder takes up; as {@link diskUse} counts. */
export function diskParts(folder: string): DiskParts {
  const use: DiskParts = { records: 0, archive: 0, agents: 0, saves: 0, other: 0 }
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    use[parts[entry.name] ?? 'other'] += entry.isDirectory() ? diskUse(path) : sizeOf(path)
  }
  return use
}

/** Bytes of all files in a folder and below; links count as themselves. What goes away meanwhile, or may not be read, counts as nothing. */
export function diskUse(folder: string): number {
  let bytes = 0
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += diskUse(path)
    else bytes += sizeOf(path)
  }
  return bytes
}

function entriesOf(folder: string): { name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}
